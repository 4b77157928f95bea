#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the list of processes shows, which everybody on the machine can read: neither titles, notes, sources and reasons, nor
# search words, fingerprints and what is deposited, however they were given.  A command that waits for a passphrase is looked at.
. "$(dirname "$0")/office.sh"

office S-014 L-007
must as ADM-1 --yes case open HK-1 --lead L-007
must as L-007 --yes case grant HK-1 S-014 --as depositor
for who in ADM-1 S-014 L-007; do as "$who" lock >/dev/null 2>&1; done
mkfifo "$T/pipe"
exec 3<>"$T/pipe"
echo evidence >"$T/people/S-014/Wanjiru.txt"
words=$(card_sum S-014)

# hidden MARK CODE ARGUMENT...: the arguments have the mark, the process does not show it, and does show its command.
hidden() {
	mark=$1 who=$2
	shift 2
	name="amana $1"
	(
		cd "$T/people/$who" || exit 99
		export HOME="$T/people/$who" AMANA_VAULT="$T/vault"
		exec "$amana" --yes --no-input --passphrase "file:$T/pipe" "$@" </dev/null >"$T/out" 2>"$T/err" 3<&-
	) &
	pid=$!
	i=0
	while [ $i -lt 100 ] && kill -0 "$pid" 2>/dev/null; do
		tr '\0' '\n' <"/proc/$pid/cmdline" >"$T/seen" 2>/dev/null
		grep -q -x -F -e "$amana" "$T/seen" && ! grep -q -F -e "$mark" "$T/seen" && break
		sleep 0.1
		i=$((i + 1))
	done
	sleep 1 # what is hidden stays so
	tr '\0' '\n' <"/proc/$pid/cmdline" >"$T/seen" 2>/dev/null
	if kill -0 "$pid" 2>/dev/null && ! grep -q -F -e "$mark" "$T/seen"; then ok "$name: it waits, and nothing of it can be seen"; else
		not_ok "$name: it waits, and nothing of it can be seen"
		show "$T/seen" "$T/out" "$T/err"
	fi
	check "$name: what it is can be seen" grep -q -x -F -e "$1" "$T/seen"
	check "$name: what is not hidden stays" grep -q -x -F -e "file:$T/pipe" "$T/seen"
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

hidden Wanjiru S-014 deposit HK-1 Wanjiru.txt --title 'the title of Wanjiru' --note 'a note on Wanjiru' --source=Wanjiru
hidden Wanjiru ADM-1 case open HK-2 '--title=Wanjiru and others'
hidden Wanjiru L-007 search Wanjiru Kamau 'Wanjiru K*'
hidden Wanjiru L-007 search -- --Wanjiru
hidden Wanjiru L-007 retrieve HK-1/1 -o out --reason 'for Wanjiru'
hidden "$words" L-007 case grant HK-1 S-014 --as reader --fingerprint "$words"

# Who made a mistake is told so, and what was copied still does what it says.
try 2 "an option given twice" S-014 deposit HK-1 Wanjiru.txt --title one --title two
says "an option given twice: which" '.*--title is given twice'
try 2 "an empty value" S-014 deposit HK-1 Wanjiru.txt --title=
says "an empty value: of which option" '.*--title is empty'
try 0 "a deposit with a title" S-014 --yes deposit HK-1 Wanjiru.txt --title 'the title of Wanjiru'
try 0 "words to search for" L-007 search title Wanjiru
says "words to search for: they were used" 'HK-1/1'
finish
