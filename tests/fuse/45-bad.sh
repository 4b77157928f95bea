#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad cases, and what a person sees of them at a terminal of 80 columns: who may not read, rights that end, bytes and stores that are gone,
# folders with odd names.  Others: 40-errors.sh (folders), 50-damage.sh (a changed byte), 65-others.sh (what takes root).
as=user
. "$(dirname "$0")/lib.sh"
team
# At a terminal; paths are this test's own and long, so they are told short before lines are measured.
person_sees() { # NAME EXIT ARGUMENT...
	name=$1
	want=$2
	shift 2
	terminal "$name" "$want" -- "$@"
	sed '/^echo o/d' "$out" | tr -d '\r' | sed "s|$work/|/tmp/|g" >shown
	is "$name: 80 columns" awk 'length > 80 { exit 1 }' shown
}
why() { events '[.events[] | select(.event == "unmount")] | last | .details.why'; }
n_denied() { events '[.events[] | select(.action == "denied")] | length'; }
mkdir m 'a folder \x of é "mine"'

# ---- who may not ----
echo secret >reason
person_sees 'a reader' 0 mount HK-1 m --reason @reason
has 'a reader: what next' 'amana unmount DIR'
is 'a reader: it is there' is_mounted "$work/m"
person_sees 'mounted already' 7 mount HK-1 m --reason @reason
sleep 60 <"$(echo m/HK-1/*'size 1.bin')" &
holder=$!
person_sees 'in use' 7 unmount m
has 'in use: what to do' '--now'
kill "$holder"
wait "$holder" 2>/dev/null
person_sees 'unmount' 0 unmount m
person_sees 'unmount again' 3 unmount m
person_sees 'not a case' 3 mount HK-77 m --reason @reason
member U-003 auditor
member R-005
be R-002
before=$(n_denied)
for one in S-014:4 U-003:3 R-005:3 A-001:3; do
	be "${one%:*}"
	unlocked
	person_sees "${one%:*} may not" "${one#*:}" mount HK-1 m --reason @reason
	isnt "${one%:*}: nothing is mounted" is_mounted "$work/m"
	is "${one%:*}: the folder is empty" rmdir m
	mkdir m
done
be R-002
is 'a refusal is on record' test "$(n_denied)" -gt "$before"
same 'whose, and of what' "$(events '[.events[] | select(.action == "denied")] | map(.actor + " " + .details.attempt) | unique | join(", ")')" 'S-014 mount'

# ---- odd folders ----
mkdir full && touch full/.hidden
person_sees 'a hidden file' 7 mount HK-1 full --reason @reason
has 'a hidden file: what' 'not empty'
is 'a hidden file: it is still there' test -f full/.hidden
mkdir shut && chmod 500 shut
person_sees 'a folder without the right to write' 6 mount HK-1 shut --reason @reason
has 'without the right: what' 'may not write'
ln -s m link
run 'a link to a folder' 0 mount HK-1 link --reason 'a test'
is 'a link: it is mounted where it leads' is_mounted "$work/m"
person_sees 'a folder of a mount' 7 mount HK-1 m/by-date --reason @reason
run 'a link: unmounted by it' 0 unmount link
isnt 'a link: nothing is left' is_mounted "$work/m"
odd='a folder \x of é "mine"'
run 'odd letters' 0 mount HK-1 "$odd/" --reason 'a test'
is 'odd letters: it reads' cmp "$odd"/HK-1/*'size 4096.bin' 'in/size 4096.bin'
person_sees 'odd letters: status' 0 status
has 'odd letters: status lists it' 'of é "mine"'
run 'odd letters: unmount' 0 unmount "$odd"
same 'odd letters: nothing is left' "$(grep -c fuse.amana /proc/self/mountinfo)" 0
same 'odd letters: on record as it is' "$(events '[.events[] | select(.event == "mount")] | last | .details.dir')" "$work/$odd"

# ---- rights that end ----
member R-003
be L-007
quiet case grant HK-1 R-003 --as reader
be R-003
unlocked
foreground m
exec 5<"$(echo m/HK-1/*'size 5000003.bin')"
is 'revoked: read before' head -c 100000 <&5
(be A-001; unlocked; quiet member revoke R-003 --reason 'a test')
is 'revoked: it ends' eventually 15 is_not_mounted "$work/m"
isnt 'revoked: what is open is not read on' sh -c 'cat <&5 >/dev/null'
isnt 'revoked: nor what was read before' python3 -c 'import os; os.pread(5, 10, 0)'
exec 5<&-
is 'revoked: the command ends' eventually 10 ended "$pid"
wait "$pid"
isnt 'revoked: and fails' test $? -eq 0
is 'revoked: it is told' grep -q 'R-003 was revoked' said
be R-002
unlocked
mounted 'mount' m
is 'others are not cut off' cmp m/HK-1/*'size 4096.bin' 'in/size 4096.bin'
unmounted 'unmount' m

# ---- objects that are gone or short ----
object() { find vault/objects -name "$("$amana" --no-input --json show "HK-1/$1" | jq -r '.. | .object? // empty' | head -1)"; }
number() { find m/HK-1 -name "* size $1.bin" | sed 's|.*/0*\([0-9]*\) .*|\1|'; }
foreground m
gone=$(number 131072)
short=$(number 1000000)
whole=$(number 65537)
rm -f "$(object "$gone")"
f=$(object "$short")
chmod u+w "$f" && truncate -s 500000 "$f"
isnt 'an object that is gone' cat m/HK-1/*'size 131072.bin'
isnt 'an object that is cut short' cat m/HK-1/*'size 1000000.bin'
is 'the others go on' cmp m/HK-1/*'size 65537.bin' 'in/size 65537.bin'
is 'gone: it is named' eventually 10 grep -q "exhibit $gone " said
is 'cut short: it is named' eventually 10 grep -q "exhibit $short " said
isnt 'the others are not' grep -q "exhibit $whole " said
failed_checks() { events '[.events[] | select(.event == "check-failed") | .exhibit] | unique | join(" ")'; }
both() { test "$(failed_checks)" = "$(printf 'HK-1/%s\n' "$gone" "$short" | sort | tr '\n' ' ' | sed 's/ $//')"; }
is 'both are on record, and no other' eventually 10 both
is 'tar takes the others' sh -c 'tar -cf all.tar --ignore-failed-read -C m/HK-1 . 2>tar.err; tar -xOf all.tar --wildcards "./* size 65537.bin" | cmp - "in/size 65537.bin"'
grep -q 'Input/output error' tar.err && ok 'tar says which it could not read' || not_ok 'tar says which it could not read'
unmounted 'unmount' m
wait "$pid"

# ---- the store is gone ----
mounted 'mount' m
cat m/HK-1/*'size 65537.bin' >/dev/null
undo="chmod 755 $work/vault/objects $work/vault/log $work/vault/lines $work/vault/lists 2>/dev/null; $undo"
chmod 000 vault/objects vault/log vault/lines
isnt 'without the store nothing new is opened' cat m/HK-1/*'size 5000003.bin'
sleep 3
is 'the mount stays' ls m/HK-1
timeout 90 "$amana" unmount m >"$out" 2>"$err" </dev/null
isnt 'without the store: nothing stays mounted' is_mounted "$work/m"
chmod 755 vault/objects vault/log vault/lines
same 'without the store: the end is not on record' "$(events '[.events[] | .event] | map(select(. == "mount")) | length')" "$(($(events '[.events[] | .event] | map(select(. == "unmount")) | length') + 2))"
mounted 'it can be mounted again' m
unmounted 'and unmounted' m
same 'with its end' "$(why)" unmounted
finish
