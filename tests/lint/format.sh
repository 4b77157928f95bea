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
bad=$(printf '%s\n' "$sources" | xargs -P 2 -n 40 clang-format --dry-run 2>&1 | grep 'warning:\|error:' | cut -d: -f1,2 | sort -u)
result 'clang-format changes nothing' "$bad"
bad=$(printf '%s\n' "$sources" | xargs awk '
	!/"/ && !/\\$/ && length($0) + 7 * gsub(/\t/, "\t") > 90 { # perhaps: a tab is up to eight columns
		columns = 0
		for (i = 1; i <= length($0); i++) columns += substr($0, i, 1) == "\t" ? 8 - columns % 8 : 1
		if (columns > 90) print FILENAME ":" FNR
	}')
result 'no line of code over 90 columns' "$bad"
exit $status
