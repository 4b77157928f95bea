#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a person sees at a terminal of 80 columns: nothing is longer, only names and titles are cut, colour says nothing alone.
. "$(dirname "$0")/lib.sh"
office
fits() { # NAME
	sed '/^echo o/d' "$out" | tr -d '\r' >shown
	if awk 'length > 80 { exit 1 }' shown; then ok "$1: 80 columns"; else not_ok "$1: 80 columns"; fi
}
be A-001
run 'amana alone, as admin' 0
cp "$out" overview
is 'at most 24 lines' sh -c 'test "$(wc -l <overview)" -le 24'
is 'who, which vault, what next' sh -c 'grep -q "^  You    A-001" overview && grep -q "^  Vault  $1" overview && grep -q "^  Next   " overview' sh "$work/vault"
is 'commands by role' sh -c 'for r in anyone depositor reader lead auditor admin; do grep -q "^  $r  *[a-z]" overview || exit 1; done'
be S-014
terminal 'amana alone' 0 --
fits 'amana alone'
is 'at most 24 lines there' sh -c 'test "$(wc -l <shown)" -le 24'
lacks 'nothing is asked' 'Passphrase'
AMANA_VAULT=$work/none run 'a vault that is gone' 0
has 'is said' 'there is no vault'
run 'with --json' 0 --json
json 'who' .member S-014

title=$(printf 'A very long title that goes on and on %.0s' 1 2 3 4)
be A-001
quiet case open 'HK-2025-0042.LONG-CODE' --lead L-007 --title "$title"
be L-007
unlocked
long=$(printf 'name-%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
echo x >"$long"
quiet deposit HK-1 "$long" --title "$title" --source here --note 'one
two'
terminal 'case list' 0 -- case list
fits 'case list'
has 'the title is cut' '..'
has 'the code is whole' 'HK-2025-0042.LONG-CODE'
terminal 'list' 0 -- list HK-1
fits 'list'
has 'the number is whole' 'HK-1/1 '
run 'list into a file' 0 list HK-1
has 'nothing is cut there: the name' "$long"
has 'nothing is cut there: the title' "$(printf %s "$title" | sed 's/ *$//')"
for command in status 'case show HK-1' 'member list' 'approve list' policy 'verify' 'verify --bytes' 'custody HK-1' 'id list' 'search name'; do
	# shellcheck disable=SC2086
	terminal "$command" 0 -- $command
	[ "$command" = 'id list' ] && continue # paths are never cut
	fits "$command"
done
echo 'to prepare the hearing' >why
mkdir 'a folder whose name has several words in it' court
terminal 'retrieve' 0 -- --passphrase "file:$HOME/pass" retrieve HK-1/1 -o court --reason @why
fits 'retrieve'
has 'the number is whole' 'HK-1/1  2 B  court/0001'
has 'the name is cut' 'name-..'
is 'on the disk it is not' test -e "court/0001 $long"
echo y >"photo taken on the evening at the beach.jpg"
quiet deposit HK-1 'photo taken on the evening at the beach.jpg' --source here
terminal 'retrieve, many words' 0 -- --passphrase "file:$HOME/pass" retrieve HK-1/2 -o 'a folder whose name has several words in it' --reason @why
fits 'retrieve, many words'
is 'nothing is cut there' sh -c 'tr "\n" " " <shown | tr -s " " | grep -qF "words in it/0002 photo taken on the evening at the beach.jpg verified; first opening, on record"'
run 'retrieve into a file' 0 retrieve HK-1/1 -o long-names --reason @why
has 'is one line' "HK-1/1  2 B  long-names  verified"
mkdir piped
run 'retrieve, not at a terminal' 0 retrieve HK-1/1 -o piped --reason @why
has 'nothing is cut there either' "piped/0001 $long"
echo z >"a deposit of which the name alone is almost as long as a line.txt"
be S-014
terminal 'deposit' 0 -- --yes --passphrase "file:$HOME/pass" deposit HK-1 'a deposit of which the name alone is almost as long as a line.txt' --source @why
fits 'deposit'
be L-007
terminal 'a narrow terminal' 0 --columns 40 -- list HK-1
NO_COLOR=1 terminal 'NO_COLOR' 0 -- status
lacks 'no escape codes' "$(printf '\033')"
terminal 'no escape codes at all, then' 0 -- list
lacks 'none' "$(printf '\033')"
run 'custody' 0 custody HK-1/1
is 'counts its events' sh -c 'tail -1 "$1" | grep -qE "^[0-9]+ of [0-9]+$"' sh "$out"
terminal 'an error at a terminal' 3 -- show HK-1/99
fits 'an error'
has 'three parts: what, why, next' '  Next: '
# A reason of many words is shown whole, however long it is.
python3 -c 'print(" ".join("word%d" % i for i in range(1000)))' >reason
run 'a long reason' 0 retrieve HK-1/1 -o out --reason @reason
run 'custody with it' 0 custody HK-1/1
has 'to its last word' "$(cat reason)"
