#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Several processes of several people write at once: every act lands, nothing is lost or doubled, numbers have no gaps.
. "$(dirname "$0")/office.sh"

office L-007 S-014 S-015
must as ADM-1 case open HK-1 --lead L-007
for who in S-014 S-015; do must as L-007 --yes case grant HK-1 $who --as depositor; done
before=$(last_slot)

# writer NAME CODE N: N deposits of one file each, one after another.  Two writers of one person share a home and a catalogue,
# which nobody has filled yet.
writer() {
	i=1
	mkdir -p "$T/files/$1"
	while [ $i -le "$3" ]; do
		head -c $((i * 3000)) /dev/urandom >"$T/files/$1/$1-$i.bin"
		as "$2" --yes --json deposit HK-1 "$T/files/$1/$1-$i.bin" >"$T/out-$1-$i" 2>"$T/err-$1-$i"
		echo "$? deposit $1-$i" >>"$T/statuses-$1"
		i=$((i + 1))
	done
}
# The lead grants, ends a grant and makes new keys in the middle of it all: what others have sealed to the old ones is sealed again.
lead() {
	for act in "grant HK-1 ADM-1 --as reader --until +10d" "rekey HK-1" "grant HK-1 ADM-1 --as reader --until +20d" \
		"revoke HK-1 ADM-1 --reason done" "grant HK-1 ADM-1 --as depositor --until +30d"; do
		# shellcheck disable=SC2086
		as L-007 --yes case $act >"$T/out-lead" 2>"$T/err-lead"
		status=$?
		echo "$status $act" >>"$T/statuses-lead"
		[ $status -eq 0 ] || cat "$T/err-lead" >>"$T/errors-lead"
	done
}
# Everything that others do is seen while it happens, too.
reader() {
	while [ ! -e "$T/stop" ]; do
		as L-007 --json list HK-1 >"$T/out-reader" 2>"$T/err-reader"
		echo "$? list" >>"$T/statuses-reader"
		sleep 0.2
	done
}
per=12
writer a S-014 $per &
a=$!
writer b S-014 $per &
b=$!
writer c S-015 $per &
c=$!
writer d L-007 $per &
d=$!
lead &
e=$!
reader &
f=$!
wait $a $b $c $d $e
touch "$T/stop"
wait $f

cat "$T"/statuses-* >"$T/statuses"
check "every command ended well" sh -c "! grep -v '^0 ' '$T/statuses' || { cat '$T'/errors-lead '$T'/err-*; false; }"
check "the reader read" test "$(wc -l <"$T/statuses-reader")" -ge 2
total=$((4 * per))
must as L-007 --json list HK-1
cp "$T/out" "$T/list"
check "all $total exhibits are there" jq -e --argjson n $total '(.exhibits | length) == $n' "$T/list"
check "their numbers have no gap" jq -e '[.exhibits[].exhibit | split("/")[1] | tonumber] | sort == [range(1; length + 1)]' "$T/list"
check "each file once" jq -e '[.exhibits[].name] | length == (unique | length)' "$T/list"
check "with the digests of the files" sh -c "
	find '$T/files' -type f -exec sha256sum {} + | cut -c 1-64 | sort >'$T/sums'
	jq -r '.exhibits[].sha256' '$T/list' | sort | cmp - '$T/sums'"
check "each process was told the number that the list has" sh -c "
	for out in '$T'/out-[abcd]-*; do
		jq -r '.exhibits[0] | .exhibit + \" \" + .object' \"\$out\"
	done | sort >'$T/told'
	test \$(cut -d' ' -f1 '$T/told' | uniq | wc -l) -eq $total && test \$(cut -d' ' -f2 '$T/told' | sort -u | wc -l) -eq $total"
check "by name" sh -c "
	for out in '$T'/out-[abcd]-*; do jq -r '.exhibits[0] | .exhibit + \" \" + .name' \"\$out\"; done | sort >'$T/told'
	jq -r '.exhibits[] | .exhibit + \" \" + .name' '$T/list' | sort | cmp - '$T/told'"
receipts=$(for file in "$T"/people/*/R-*.txt; do echo "--receipt $file"; done)
check "a receipt each" sh -c "test \$(ls '$T'/people/*/R-*.txt | wc -l) -eq $total"
# shellcheck disable=SC2086
try 0 "all receipts hold, all bytes, all contents" L-007 verify --bytes --contents $receipts
cp "$T/out" "$T/verified"
says_not "nothing is void" '^(VOID|FAIL)'
check "really all" sh -c "test \$(grep -c '^PASS *receipt' '$T/verified') -eq $total"
must as L-007 --json case show HK-1
check "the last grant is the one that stands" jq -e '[.grants[] | select(.member == "ADM-1")] | length == 1 and .[0].as == "depositor"' "$T/out"
check "the keys were changed twice" jq -e '[.. | .epoch? // empty | numbers] | max >= 4' "$T/out"
acts=$(($(last_slot) - before))
check "an act each, and no more than a few records besides" test $acts -ge $((total + 5)) -a $acts -le $((total + 12))
try 0 "everything can be retrieved" L-007 retrieve "HK-1/1-$total" -o "$T/retrieved" --reason "all of it"
check "byte for byte" sh -c "find '$T/retrieved' -type f -exec sha256sum {} + | cut -c 1-64 | sort | cmp - '$T/sums'"
check "no lock and nothing half-written is left" sh -c "! find '$T/vault' -name '*.lock' -o -name '.tmp*' | grep ."
finish
