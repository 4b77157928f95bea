#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Imports go downwards only, and third-party headers stay inside their fence (docs/DESIGN.md "Layers").
cd "$(dirname "$0")/../.." || exit 1
status=0
result() { # NAME BAD-LINES
	if [ -z "$2" ]; then echo "ok $1"; else echo "not ok $1"; printf '%s\n' "$2"; status=1; fi
}
rank() {
	case $1 in
	base) echo 0 ;; crypto) echo 1 ;; store | keys | sandbox) echo 2 ;;
	object | custody | catalog) echo 3 ;; flow) echo 4 ;; api) echo 5 ;; amana) echo -1 ;; *) echo 9 ;;
	esac
}
for folder in base crypto store keys sandbox object custody catalog flow api; do
	bad=
	for file in vault/$folder/*.[ch]; do
		[ -f "$file" ] || continue
		for other in $(sed -n 's|^#include "\([a-z]*\)/.*|\1|p' "$file" | sort -u); do
			[ "$other" = "$folder" ] && continue
			[ "$(rank "$other")" -lt "$(rank "$folder")" ] || bad="$bad$file includes $other/
"
		done
	done
	result "layers $folder" "$bad"
done
fence() { # HEADER-REGEX ALLOWED-REGEX
	bad=$(grep -lE "^#include <$1" vault/*/*.[ch] cli/*.[ch] fuse/*.[ch] include/amana/*.h 2>/dev/null | grep -vE "$2")
	result "fence $1" "$bad"
}
fence 'sodium' '^vault/crypto/'
fence 'openssl/' '^vault/crypto/'
fence 'sqlite3' '^vault/catalog/'
fence 'jansson' '^(vault/custody/|vault/flow/|cli/)'
fence 'magic\.h' '^vault/sandbox/'
fence 'seccomp|^#include <linux/(seccomp|landlock)' '^vault/sandbox/'
fence 'keyutils' '^vault/keys/'
fence 'pthread' '^vault/(base/queue|sandbox/|store/|crypto/|object/|catalog/|flow/)|^fuse/'
fence 'fuse' '^fuse/'
bad=$(grep -nE '^#include "(base|crypto|store|keys|sandbox|object|custody|catalog|flow|api)/' cli/*.[ch] fuse/*.[ch] 2>/dev/null)
result "cli and fuse see include/amana only" "$bad"
exit $status
