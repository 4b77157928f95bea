#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Slots over 16 MiB and bundles over 64 MiB in a vault: refused for what they are, whatever they hold.  The files are sparse.
. "$(dirname "$0")/office.sh"

office L-007 S-014
must as ADM-1 case open HK-1 --lead L-007
must as L-007 --yes case grant HK-1 S-014 --as depositor
echo "a statement" >"$T/a.txt"
find "$T/vault/lines" -type f | sort >"$T/before"
must as S-014 --yes deposit HK-1 "$T/a.txt"
bundle=$(find "$T/vault/lines" -type f | sort | comm -13 "$T/before" -)
must as L-007 retrieve HK-1/1 -o "$T/first" --reason x
grow() { # FILE BYTES
	cp "$1" "$T/good"
	chmod u+w "$1"
	truncate -s "$2" "$1"
}
mend() {
	chmod u+w "$1" && cat "$T/good" >"$1" && chmod 444 "$1"
}
stranger() { # STATUS NAME: verify --bytes by somebody who has no copy of anything
	rm -rf "$T/people/nobody"
	mkdir "$T/people/nobody"
	(HOME="$T/people/nobody" exec "$amana" --no-input -C "$T/vault" verify --bytes) >"$T/out" 2>"$T/err" </dev/null
	got=$?
	if [ "$got" -eq "$1" ]; then ok "$2"; else
		not_ok "$2 (exit $got instead of $1)"
		show "$T/out" "$T/err"
	fi
}
stranger 0 "control: as it is, all passes"

# ---- a bundle
grow "$bundle" $((64 * 1024 * 1024 + 1))
stranger 5 "bundle: verify"
says "bundle: which, and why" "^FAIL +bundles: lines/.*$(basename "$bundle").* is larger than the 67108864 bytes allowed"
try 5 "bundle: who needs what is in it" L-007 retrieve HK-1/1 -o "$T/no" --reason x
says "bundle: is told the same" 'TAMPERED: HK-1/1: .* is larger than the 67108864 bytes allowed'
says_not "bundle: and no advice about files of one's own" 'smaller parts'
check "bundle: nothing came out" fails test -e "$T/no"
mend "$bundle"
grow "$bundle" $((64 * 1024 * 1024))
stranger 5 "bundle: of just 64 MiB it is read"
says "bundle: and is not what its name says" "FAIL +bundles: .*$(basename "$bundle").*: its bytes are not those of its name"
mend "$bundle"
stranger 0 "bundle: good again"

# ---- a slot in the middle
slot=$(slot_file "$T/vault" 2)
grow "$slot" $((16 * 1024 * 1024 + 1))
stranger 5 "slot: verify"
says "slot: which, and why" 'FAIL +log: batch 2 is damaged \(it is larger than any batch\)'
try 0 "slot: whoever has a copy puts it back" L-007 log repair
says "slot: which" 'batch 2'
check "slot: the same bytes" cmp "$slot" "$T/good"
stranger 0 "slot: good again"
grow "$slot" $((16 * 1024 * 1024))
stranger 5 "slot: of just 16 MiB it is read"
says "slot: and judged by its bytes" 'FAIL +log: batch 2 is damaged \(its bytes are not the'
mend "$slot"

# ---- and one at the end, which nobody has signed
n=$(last_slot)
end=$(slot_file "$T/vault" $((n + 1)))
truncate -s $((16 * 1024 * 1024 + 1)) "$end"
chmod 444 "$end"
try 5 "end: nobody goes on from there" L-007 list HK-1
says "end: which, and why" "batch $((n + 1)) .*larger than any batch"
rm -f "$end"
try 0 "end: gone again" L-007 list HK-1
finish
