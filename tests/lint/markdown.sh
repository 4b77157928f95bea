#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Markdown is narrow enough to read in a terminal, and its links lead somewhere.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/lint/markdown.py
