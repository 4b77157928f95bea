#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each of the other lints fails on a violation of each of its rules, wherever in the tree that stands.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/lint/planted.py
