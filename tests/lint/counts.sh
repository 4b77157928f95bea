#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No message says "1 files": see counts.py.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/lint/counts.py
