#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No code is there that only tests call, unless it is said what for.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/lint/unused.py
