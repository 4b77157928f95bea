#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Receipts: where they go, never over a file, one for each group; and the texts and lists that commands read from files.
. "$(dirname "$0")/lib.sh"
office
be S-014
unlocked
echo one >one
echo two >two

run 'deposit' 0 deposit HK-1 one --json
batch=$(jq -r '.receipts[0].batch' "$out")
json 'the file is named' '.receipts[0].file' "R-$batch.txt"
# the next one's name is taken
next=$((batch + 1))
echo mine >"R-$next.txt"
run 'a receipt whose name is taken' 0 deposit HK-1 two --json
same 'mine is as it was' "$(cat "R-$next.txt")" mine
json 'it has the next name' '.receipts[0].file' "R-$next-2.txt"
same 'private' "$(stat -c %a "R-$next-2.txt")" 600
run '--receipt' 0 deposit HK-1 one --again --receipt "$work/my receipt.txt"
is 'is there' grep -q '^batch' 'my receipt.txt'
before=$(ls vault/log/000/000/000 | wc -l)
run '--receipt that is there' 7 deposit HK-1 one --again --receipt "$work/my receipt.txt"
same 'refused before anything is written' "$(ls vault/log/000/000/000 | wc -l)" "$before"
ln -s nowhere dangling
run '--receipt through a link' 7 deposit HK-1 one --again --receipt dangling
isnt 'nothing went through it' test -e nowhere

# killed in the middle of writing one: the act stands, and nobody finds half a receipt
preload=$AMANA_BUILD/tests/cli/libhalf_write.so
is 'there is something to kill with' test -e "$preload"
mkdir at-hand
cd at-hand || exit 1
for names in '' 1; do
	fs=${names:+, where every file has a name}
	echo "killed $names" >../"killed$names"
	LD_PRELOAD=$preload AMANA_TEST_HALF=amana/receipt ${names:+env AMANA_TEST_NAMES=1} \
		"$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 ../"killed$names" >"$out" 2>"$err" </dev/null
	same "killed while it writes a receipt$fs" $? 137
	same "no receipt is there$fs" "$(find . -name 'R-*')" ''
	run "the deposit is$fs" 0 deposit HK-1 ../"killed$names" --json
	json "it is not done again$fs" '.deposited // (.exhibits | length)' 0
done
same 'nothing else is there, but what the second one had to name' "$(find . -type f ! -name '.amana-*' | wc -l)" 0
LD_PRELOAD=$preload AMANA_TEST_NAMES=1 run 'a receipt where every file has a name' 0 deposit HK-1 ../killed --again --json
is 'it is whole' grep -q '^exhibits [0-9]' "$(jq -r '.receipts[0].file' "$out")"
LD_PRELOAD=$preload AMANA_TEST_NAMES=1 run 'its name is taken there' 7 deposit HK-1 ../killed --again --receipt "$(ls R-*)"
cd .. || exit 1

# never among the originals
mkdir originals
echo a >originals/a
sums=$(find originals | sort)
(cd originals && run 'depositing the current folder' 0 deposit HK-1 . --json && json 'the receipt is at home' '.receipts[0].file | startswith("'"$HOME"'/R-")' true)
same 'nothing was added to the originals' "$(find originals | sort)" "$sums"
mkdir originals/sub
(cd originals/sub && run 'depositing the folder above' 0 deposit HK-1 .. --again)
same 'nothing was added there' "$(ls originals/sub)" ""
atimes=$(stat -c '%Y %Z' originals/a)
run 'again' 0 deposit HK-1 originals --again
same 'nor are they changed' "$(stat -c '%Y %Z' originals/a)" "$atimes"

# several groups: over 1,000 files
mkdir many
i=0
while [ $i -lt 1005 ]; do
	echo "$i" >"many/$(printf %04d $i)"
	i=$((i + 1))
done
run 'two groups' 0 deposit HK-1 many --receipt groups.txt --json
json 'two receipts' '[.receipts[].file] | join(" ")' 'groups.txt groups-2.txt'
json 'all exhibits' '.exhibits | length' 1005
for f in groups.txt groups-2.txt; do run "receipt $f is confirmed" 0 verify --receipt $f; done
run 'two groups, without an ending' 0 deposit HK-1 many --again --receipt groups --json
json 'the second has a number' '[.receipts[].file] | join(" ")' 'groups groups-2'

# lists of files
printf 'one\ntwo\n\n' >list
run '--files-from' 0 deposit HK-1 --files-from list --again --json
json 'both' '[.exhibits[].name] | join(" ")' 'one two'
printf 'one\0two' | "$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 --files-from - -0 --again --json >"$out" 2>"$err"
same '--files-from - -0' $? 0
json 'both, too' '[.exhibits[].name] | join(" ")' 'one two'
printf 'one\0two' >nul
run 'NUL without -0' 10 deposit HK-1 --files-from nul
err_has 'is asked about' 'is -0 missing?'
run '-0 without a list' 2 deposit HK-1 one -0
run 'a list that is not there' 3 deposit HK-1 --files-from nolist
run 'a list and a path' 0 deposit HK-1 one --files-from list --again --json
json 'three' '.exhibits | length' 3
run 'a path that looks like an option' 3 deposit HK-1 -- -nosuch

# texts
printf 'from a file\n\n' >text
run '@FILE' 0 deposit HK-1 one --again --source @text --title @@home --json
ref=$(jq -r '.exhibits[0].exhibit' "$out")
be L-007
unlocked
run 'show' 0 show "$ref" --json
json 'the source, without line feeds at its end' '.exhibits[0].source' 'from a file'
json '@@ is one @' '.exhibits[0].title' '@home'
be S-014
printf 'from a pipe' | "$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 one --again --note @- --json >"$out" 2>"$err"
same '@-' $? 0
printf 'x' | "$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 one --again --note @- --source @- >"$out" 2>"$err"
same 'standard input twice' $? 2
err_has 'says so' 'standard input can be read only once'
run '@FILE that is not there' 3 deposit HK-1 one --source @none
err_has 'and how to write @none' '@@x means the text @x'
run '@ alone' 2 deposit HK-1 one --source @
head -c 20000 /dev/zero | tr '\0' x >long
run 'a text that is too long' 8 deposit HK-1 one --source @long
run 'no warning without a terminal' 0 deposit HK-1 one --again --source literal
err_lacks 'none' history

# facts
echo '{"device":{"model":"X","imei":"356"}}' >facts
run '--facts' 0 deposit HK-1 one --again --facts facts --json
ref=$(jq -r '.exhibits[0].exhibit' "$out")
be L-007
run 'show them' 0 show "$ref" --json
json 'they are there' '.exhibits[0].facts.device.imei' 356
be S-014
for bad in '[1]' '{"amana":{}}' '{"a":1,"a":2}' '{' '"x"' '{} {}'; do
	echo "$bad" >facts
	run "no facts: $bad" 10 deposit HK-1 one --again --facts facts
done
run 'received' 0 deposit HK-1 one --again --received 2020-02-29 --json
ref=$(jq -r '.exhibits[0].exhibit' "$out")
be L-007
run 'show when' 0 show "$ref" --json
json 'the end of that day here' '.exhibits[0].received' '2020-02-29T20:59:59Z'
