#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Imports go downwards only, and third-party headers stay inside their fence (docs/DESIGN.md "Layers").
cd "$(dirname "$0")/../.." || exit 1
status=0
result() { # NAME BAD-LINES
	if [ -z "$2" ]; then echo "ok $1"; else echo "not ok $1"; printf '%s\n' "$2"; status=1; fi
}
# The rank of a folder of vault/; folders of one rank, and the families of flow/, do not include each other.
rank() {
	case $1 in
	base) echo 0 ;; crypto) echo 1 ;; store | keys | sandbox) echo 2 ;;
	object | custody | catalog) echo 3 ;; state) echo 4 ;; log) echo 5 ;; session) echo 6 ;;
	flow/*) echo 7 ;; api) echo 8 ;; amana) echo -1 ;; *) echo 99 ;;
	esac
}
# vault/flow/deposit/walk.c -> flow/deposit: the folder whose rank counts.
layer() {
	case $1 in
	flow/*/*) rest=${1#flow/} && echo "flow/${rest%%/*}" ;;
	*) echo "${1%%/*}" ;;
	esac
}
found=$(mktemp) || exit 1
find vault -name '*.[ch]' | sort >"$found"
folders=$(sed 's|^vault/||' "$found" | while read -r file; do layer "$file"; done | sort -u)
for folder in $folders; do
	bad=
	[ "$(rank "$folder")" -ne 99 ] || bad="vault/$folder has no rank
"
	for file in $(grep "^vault/$folder/" "$found"); do
		for other in $(sed -n 's|^#include "\([^"]*\)".*|\1|p' "$file"); do
			case $other in
			*/*) ;;
			*) bad="$bad$file includes $other, which names no folder
"
				continue ;;
			esac
			other=$(layer "$other")
			[ "$other" = "$folder" ] && continue
			[ "$(rank "$other")" -lt "$(rank "$folder")" ] || bad="$bad$file includes $other/
"
		done
	done
	result "layers $folder" "$bad"
done
fence() { # HEADER-REGEX ALLOWED-REGEX
	bad=$(find vault cli fuse shared include -name '*.[ch]' -exec grep -lE "^#include <($1)" {} + | grep -vE "$2")
	result "fence $1" "$bad"
}
fence 'sodium' '^vault/crypto/'
fence 'openssl/' '^vault/crypto/'
fence 'sqlite3' '^vault/catalog/'
fence 'jansson' '^(vault/(custody|session|flow)/|cli/)'
fence 'magic\.h' '^vault/sandbox/'
fence 'seccomp|linux/(seccomp|landlock)' '^vault/sandbox/'
fence 'keyutils' '^vault/keys/'
fence 'pthread' '^vault/(base/queue|sandbox/|store/|crypto/|object/|catalog/|session/|flow/)|^fuse/'
fence 'fuse' '^fuse/'
fence 'systemd/' '^fuse/'
fence 'curl/' '^vault/store/store_s3\.c'
fence 'archive' '^vault/(sandbox|flow/export)/'
# What may be included by a bare name: the folder's own headers and shared/'s; with a folder: include/amana only.
bad=$(find cli fuse shared -name '*.[ch]' | while read -r file; do
	sed -n 's|^#include "\([^"]*\)".*|\1|p' "$file" | while read -r header; do
		case $header in
		amana/*) [ -f "include/$header" ] && continue ;;
		*/*) ;;
		*) [ -f "$(dirname "$file")/$header" ] || [ -f "shared/$header" ] && continue ;;
		esac
		echo "$file includes $header"
	done
done)
result "cli, fuse and shared see include/amana only" "$bad"
rm -f "$found"
exit $status
