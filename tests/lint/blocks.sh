#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a function of a header does is said in front of it.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/lint/blocks.py
