#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is cited exists, and the documents speak of every module and every command.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/lint/documents.py
