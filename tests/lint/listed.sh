#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A test that is not in the list of its folder is built by nobody and never fails.
cd "$(dirname "$0")/../.." || exit 1
lost=$(find tests -name 'test_*.c' | sort | while read -r file; do
	name=$(basename "$file" .c)
	list=$(echo "$file" | sed -E 's|^(tests/[^/]*)/.*|\1/meson.build|')
	grep -qE "'(test_)?${name#test_}(\.c)?'" "$list" || echo "$file is not in $list"
done)
if [ -z "$lost" ]; then echo "ok every test is in its list"; else
	echo "not ok every test is in its list"
	printf '%s\n' "$lost"
	exit 1
fi
