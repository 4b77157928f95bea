#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The code looks as .clang-format says, and has one line width: only a string may be longer, since no string is broken.
cd "$(dirname "$0")/../.." || exit 1
status=0
command -v clang-format >/dev/null || { echo "not ok format: there is no clang-format"; exit 1; }
result() { # NAME BAD-LINES
	if [ -z "$2" ]; then echo "ok $1"; else echo "not ok $1"; printf '%s\n' "$2" | head -20; status=1; fi
}
sources=$(find vault cli fuse shared include tests -name '*.[ch]')
result 'clang-format changes nothing' "$(clang-format --dry-run $sources 2>&1 | grep 'warning:\|error:' | cut -d: -f1,2)"
bad=$(for file in $sources; do
	expand -t8 "$file" | awk -v file="$file" 'length($0) > 90 && !/"/ && !/\\$/ {print file ":" NR}'
done)
result 'no line of code over 90 columns' "$bad"
exit $status
