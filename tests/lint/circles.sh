#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No two files call each other.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/lint/circles.py
