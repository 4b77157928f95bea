#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # functions are called through check
# Sheets against Debian's age: what we seal opens there and is an identities file; what is made there opens here.
# AMANA_BUILD names the build folder.
set -u
build=$(cd "${AMANA_BUILD:?}" && pwd) || exit 1
peer=$build/tests/interop/sheet_peer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
status=0
check() {
	name=$1
	shift
	if "$@" 2>err; then echo "ok $name"; else echo "not ok $name"; cat err; status=1; fi
}
age-keygen -o ring.key 2>/dev/null
ring=$(age-keygen -y ring.key)

recover() { # LINES: sheet, then an object, as docs/RECOVERY.md does it
	"$peer" make "$ring" "$1" >sheet && age -d -i ring.key -o exhibit.key sheet &&
		[ "$(grep -c '^# {' exhibit.key)" = "$1" ] &&
		[ $(($(wc -c <exhibit.key) % 1024)) -eq 0 ] &&
		[ "$(tail -n 1 exhibit.key | cut -c 1-16)" = AGE-SECRET-KEY-1 ] &&
		exhibit=$(age-keygen -y exhibit.key) &&
		echo "the evidence" | age -r "$exhibit" -o object &&
		[ "$(age -d -i exhibit.key object)" = "the evidence" ]
	r=$?
	rm -f exhibit.key object
	return $r
}
check 'a sheet with the longest lines is an identities file' recover 4
check 'a sheet without lines is one too' recover 0
echo other >plain
age-keygen -o other.key 2>/dev/null
stays_closed() { ! age -d -i other.key -o /dev/null sheet; }
check 'a sheet stays closed for others' stays_closed

# A sheet put together by hand: one line, padding, a key.
by_hand() { # FILLER: what stands in the padding
	key=$(grep AGE-SECRET other.key)
	head='# {"a":1}
#'
	pad=$((1024 - ${#head} - 1 - ${#key} - 1))
	{
		printf '%s' "$head"
		printf "%${pad}s" "$1"
		printf '\n%s\n' "$key"
	} | age -r "$ring" >sheet
	[ "$("$peer" read "$(grep AGE-SECRET ring.key)" <sheet)" = '1 key' ]
}
check 'a sheet made with age is read' by_hand ''
hides() { ! by_hand 'hidden'; }
check 'hidden bytes in its padding are refused' hides
exit $status
