#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# CONTRIBUTING.md, "Where a byte of evidence is encrypted": at most four files, each step calls into the next, and
# what a step says is in its file is there.
. "$(dirname "$0")/lib.sh"
steps "Where a byte of evidence is encrypted" >"$work/steps"
n=$(wc -l <"$work/steps")
check "the way of a byte goes through at most four files, here $n" test "$n" -ge 3 -a "$n" -le 4

named() { printf '%s\n' "$1" | grep -oE '`[a-zA-Z_0-9]+\(\)`' | tr -d '`()' | sort -u; }
defines() { grep -qE "^$2\(" "$top/$1"; } # the return type stands on the line before
calls() { grep -qE "(^|[^a-zA-Z_0-9])$2\(" "$top/$1"; }
follow() { # FILE TEXT: all functions that the step names are defined or called there, and one at least is defined there
	n_defined=0
	[ -f "$top/$1" ] || { echo "there is no $1"; return 1; }
	for function in $(named "$2"); do
		calls "$1" "$function" || { echo "$1 has no $function()"; return 1; }
		defines "$1" "$function" && n_defined=$((n_defined + 1))
	done
	[ "$n_defined" -gt 0 ] || { echo "$1 defines none of what the step names"; return 1; }
}
reached() { # FILE: the steps before name a function that this file defines, and call it
	[ "$1" = "$first" ] && return 0
	for function in $before; do defines "$1" "$function" && return 0; done
	echo "no step before $1 calls into it"
	return 1
}
first=
before=
while read -r number text; do
	file=$(printf '%s' "$text" | sed 's/:.*//')
	[ -n "$first" ] || first=$file
	check "step $number: $file has what is said of it" follow "$file" "$text"
	check "step $number: $file is called by a step before" reached "$file"
	for function in $(named "$text"); do defines "$file" "$function" || before="$before $function"; done
done <"$work/steps"
check "the last line of the walk holds: the exhibit's key is sealed in the first file" calls "$first" deposit_seal_sheet

# And it is true: what goes in readable is in no file of the vault.
amana=${AMANA_BUILD:-$top/build/test-release}/cli/amana
export HOME="$work/home" XDG_DATA_HOME="$work/data" XDG_CACHE_HOME="$work/cache" XDG_CONFIG_HOME="$work/config" AMANA_VAULT="$work/vault"
mkdir "$HOME" "$work/evidence"
echo 'seven words that are long' >"$work/pass"
a() { "$amana" --no-input --yes --passphrase file:"$work"/pass --new-passphrase file:"$work"/pass "$@"; }
cd "$work" || exit 1
yes 'the statement of V-003, word for word' | head -c 200000 >evidence/statement.txt
check "an office" a id new L-007
check "a vault" a init
check "a case" a case open HK-2025-0042
check "a deposit" a deposit HK-2025-0042 evidence --source "phone of V-003" --receipt "$work/receipt"
sealed() { ! grep -rqa 'word for word' vault && grep -rqla '^age-encryption.org/v1' vault/objects; }
check "the file is in no file of the vault, and an age file is" sealed
exit $status
