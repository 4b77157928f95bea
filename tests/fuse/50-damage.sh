#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stored bytes that are not what was deposited, and a store that goes away.
as=user
. "$(dirname "$0")/lib.sh"
team
object=$("$amana" --no-input --json show HK-1/12 | jq -r '.. | .object? // empty' | head -1)
file=$(find vault/objects -name "$object")
chmod u+w "$file"
python3 - "$file" <<'P'
import sys
f = open(sys.argv[1], "r+b")
f.seek(3_000_000); b = f.read(1); f.seek(3_000_000); f.write(bytes([b[0] ^ 1]))
P
foreground m || not_ok 'mount'
bad=$(ls -d m/HK-1/0012*)
isnt 'what is damaged is not read' cat "$bad"
isnt 'nor again' cat "$bad"
is 'what comes before the damage is' sh -c 'head -c 1000000 "$1" >a && head -c 1000000 "$2" | cmp - a' sh "$bad" 'in/size 5000003.bin'
is 'the others go on' cmp m/HK-1/*'size 1000000.bin' 'in/size 1000000.bin'
is 'it is named' eventually 10 grep -q 'TAMPERED: exhibit 12' said
same 'once' "$(grep -c 'exhibit 12' said)" 1
on_record() { test "$(events '[.events[] | select(.event == "check-failed")] | length')" = 1; }
is 'it is on record' eventually 10 on_record
# The vault's folder is held open, so it is made unreadable instead of moved.
undo="chmod 755 $work/vault/objects $work/vault/log $work/vault/lines 2>/dev/null; $undo"
chmod 000 vault/objects vault/log vault/lines
isnt 'without the store nothing is opened' cat m/HK-1/*'size 131072.bin'
is 'without the store: it is told' eventually 10 grep -q 'put on record\|cannot be read\|cannot be had' said
is 'what was read is still there' cmp m/HK-1/*'size 1000000.bin' 'in/size 1000000.bin'
chmod 755 vault/objects vault/log vault/lines
is 'it comes back' eventually 10 cmp m/HK-1/*'size 131072.bin' 'in/size 131072.bin'
same 'the damage is on record once' "$(events '[.events[] | select(.event == "check-failed")] | length')" 1
unmounted 'unmount' m
wait "$pid"
finish
