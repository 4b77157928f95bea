#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Deposits that stop half-way and go on, things that were deposited before, and things that are no files.
. "$(dirname "$0")/office.sh"

office L-007 S-014
must as ADM-1 case open HK-1 --lead L-007
must as ADM-1 case open HK-2 --lead L-007
for case in HK-1 HK-2; do must as L-007 --yes case grant $case S-014 --as depositor; done
n_exhibits() { as L-007 --json list "$1" | jq '.exhibits | length'; }
n_receipts() { find "$T/people/S-014" -name 'R-*.txt' | wc -l; }

# ---- stopped by ^C in the middle
mkdir "$T/many"
awk -v folder="$T/many" 'BEGIN { for (i = 1; i <= 4500; i++) { file = sprintf("%s/file-%04d", folder, i); print "file", i > file; close(file) } }'
# A shell's background jobs ignore ^C; this one does not.
whole_program=$amana
printf '#!/bin/sh\necho $$ >%s/pid\nexec env --default-signal=INT %s "$@"\n' "$T" "$amana" >"$T/interruptible"
chmod 755 "$T/interruptible"
amana=$T/interruptible
as S-014 --yes --progress none deposit HK-1 "$T/many" --source "a phone" >"$T/out" 2>"$T/err" &
job=$!
amana=$whole_program
while [ "$(n_receipts)" -eq 0 ] && kill -0 $job 2>/dev/null; do sleep 0.01; done
kill -INT "$(cat "$T/pid")" 2>/dev/null
wait $job
check "stopped: exit 130" test $? -eq 130
says "stopped: what is finished is said" '^Sealed HK-1/1-'
done_files=$(n_exhibits HK-1)
check "stopped: some are in and some are not ($done_files of 4500)" test "$done_files" -gt 0 -a "$done_files" -lt 4500
check "stopped: all that is in has a receipt" sh -c "
	cat '$T'/people/S-014/R-*.txt | sed -n 's/^exhibits //p' | awk -F- '{ n += \$2 - \$1 + 1 } END { exit n != $done_files }'"
receipts=$(for file in "$T"/people/S-014/R-*.txt; do echo "--receipt $file"; done)
# shellcheck disable=SC2086
try 0 "stopped: the receipts hold and every byte is good" L-007 verify --bytes $receipts
check "stopped: nothing half-written is left" sh -c "! find '$T/vault' -name '.tmp*' | grep ."
try 0 "run again: goes on" S-014 --yes --json --progress none deposit HK-1 "$T/many" --source "a phone"
check "run again: with the rest" jq -e --argjson n $((4500 - done_files)) '(.exhibits | length) == $n' "$T/out"
check "run again: what is there is skipped, by name" jq -e --argjson n "$done_files" '(.skipped | length) == $n' "$T/out"
check "run again: all are in, once" test "$(n_exhibits HK-1)" -eq 4500
slots=$(last_slot)
try 0 "a third time: nothing is left to do" S-014 --yes --progress none deposit HK-1 "$T/many" --source "a phone"
says "a third time: which is said" 'Nothing new'
says "a third time: for each" 'file-0001: .*you deposited it before'
check "a third time: nothing is written" test "$(last_slot)" -eq "$slots"

# ---- the same again
mkdir "$T/one"
echo "the same" >"$T/one/a.txt"
must as S-014 --yes deposit HK-2 "$T/one" --source "a phone"
try 0 "another source is another deposit" S-014 --yes --json deposit HK-2 "$T/one" --source "a tablet"
check "another source: an exhibit of its own, for who may not know the case" jq -e '.exhibits | length == 1' "$T/out"
try 0 "--again: an exhibit of its own" S-014 --yes --json deposit HK-2 "$T/one" --source "a phone" --again
check "--again: really" jq -e '.exhibits | length == 1' "$T/out"
slots=$(last_slot)
try 0 "a dry run" S-014 --yes deposit HK-2 "$T/one" --dry-run --again
says "a dry run: says so" 'dry run'
check "a dry run: writes nothing" test "$(last_slot)" -eq "$slots"
echo '{"ob_number": 12}' >"$T/facts.json"
try 0 "a lead's deposit of what the case holds" L-007 --yes deposit HK-2 "$T/one" --source "a witness" \
	--received 2025-03-01T10:00:00Z --facts "$T/facts.json"
says "presented again" 'presented again'
check "presented again: is no exhibit" test "$(n_exhibits HK-2)" -eq 3
try 0 "presented again: stands in its chain" L-007 custody HK-2/1
says "presented again: by whom" 'L-007 .*presented-again'
says "presented again: where from" 'source: a witness'
says "presented again: when it was received" 'received: 2025-03-01 10:00'
says "presented again: under which name, and the facts given" 'facts: .*"amana":{"presented_as":"one/a.txt"}'
try 0 "presented again: in JSON" L-007 --json custody HK-2
check "presented again: of that event alone" jq -e '[.events[] | select(.source != null)] | length == 1 and
	(.[0] | .event == "presented-again" and .source == "a witness" and .received == "2025-03-01T10:00:00Z" and
	.facts.amana.presented_as == "one/a.txt" and .facts.ob_number == 12)' "$T/out"
try 0 "presented again: the depositor sees of it" S-014 --json custody HK-2/1
check "presented again: nothing that is sealed" jq -e '[.events[] | select(.source != null or .facts != null or .received != null)] == []
	and (.events | length) > 1' "$T/out"
check "presented again: though that it was" jq -e '[.events[] | select(.actor == "L-007" and .action == "record")] | length == 1' "$T/out"
try 0 "not across cases" L-007 --yes --json deposit HK-1 "$T/one"
check "not across cases: an exhibit there" jq -e '(.exhibits | length) == 1 and (.skipped | length) == 0' "$T/out"
try 0 "a lead's --again" L-007 --yes --json deposit HK-2 "$T/one" --again
check "a lead's --again: an exhibit of its own" test "$(n_exhibits HK-2)" -eq 4

# ---- what is no file, and names of every kind
mkdir -p "$T/odd/sub/.hidden-folder" "$T/outside"
echo outside >"$T/outside/secret"
ln -s "$T/outside/secret" "$T/odd/link"
ln -s "$T/outside" "$T/odd/folder-link"
ln -s nowhere "$T/odd/dangling"
mkfifo "$T/odd/fifo"
python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('$T/odd/socket')"
: >"$T/odd/empty"
echo hidden >"$T/odd/.hidden"
echo deep >"$T/odd/sub/.hidden-folder/deep"
echo newline >"$T/odd/$(printf 'two\nlines')"
echo escape >"$T/odd/$(printf 'red\033[31m')"
echo invalid >"$T/odd/$(printf 'latin-\351')"
echo long >"$T/odd/$(head -c 255 /dev/zero | tr '\0' 'n')"
echo bidi >"$T/odd/$(printf 'x\342\200\256fdp.exe')"
try 0 "odd: deposited" S-014 --yes deposit HK-2 "$T/odd"
for name in link folder-link dangling; do says "odd: $name is named as skipped" "skipped .*odd/$name: .*symbolic link"; done
for name in fifo socket; do says "odd: $name is named as skipped" "skipped .*odd/$name: "; done
cat "$T/out" "$T/err" >"$T/told"
check "odd: nothing raw reaches a terminal" sh -c "! LC_ALL=C grep -aP '[\\x00-\\x08\\x0b-\\x1f\\x7f]|\\xe2\\x80\\xae' '$T/told'"
must as L-007 --json list HK-2
cp "$T/out" "$T/list"
check "odd: eight files" jq -e '.exhibits | length == 12' "$T/list"
check "odd: nothing from behind a link" jq -e '[.exhibits[].name | select(test("secret|link"))] == []' "$T/list"
check "odd: hidden ones too" jq -e '[.exhibits[].name] | index("odd/.hidden") and index("odd/sub/.hidden-folder/deep")' "$T/list"
check "odd: a newline is a newline" jq -e '[.exhibits[].name] | index("odd/two\nlines")' "$T/list"
check "odd: an escape code is itself" jq -e '[.exhibits[].name] | index("odd/red\u001b[31m")' "$T/list"
check "odd: what is no UTF-8 is exact beside" jq -e --arg b64 "$(printf 'odd/latin-\351' | base64)" '[.exhibits[] | select(.name_b64 == $b64)] | length == 1' "$T/list"
must as L-007 list HK-2
cat "$T/out" "$T/err" >"$T/told"
check "odd: the list shows nothing raw" sh -c "! LC_ALL=C grep -aP '[\\x00-\\x08\\x0b-\\x1f\\x7f]|\\xe2\\x80\\xae' '$T/told'"
try 0 "odd: all come back" L-007 retrieve HK-2/5-12 -o "$T/back" --reason x
sums() { find "$1" -type f -exec cat {} \; -exec sha256sum {} \; | grep -oE '[0-9a-f]{64}' | sort; }
sums "$T/odd" >"$T/sums"
sums "$T/back" >"$T/sums-back"
check "odd: with their bytes" cmp "$T/sums" "$T/sums-back"
try 0 "odd: a link by its own name" S-014 --yes --json deposit HK-2 "$T/odd/link"
check "odd: is skipped as well" jq -e '(.exhibits | length) == 0 and (.skipped | length) == 1' "$T/out"

# ---- what cannot be read, what is not there
echo unreadable >"$T/one/unreadable"
mkdir "$T/one/closed"
echo closed >"$T/one/closed/file"
echo new >"$T/one/new.txt"
chmod 000 "$T/one/unreadable" "$T/one/closed"
if [ "$(id -u)" -eq 0 ]; then
	chmod 711 "$T" "$T/people"
	chown -R 65534:65534 "$T/people/S-014" "$T/vault" "$T/one"
	drop="setpriv --reuid=65534 --regid=65534 --clear-groups"
else
	drop=
fi
if $drop "$amana" version >/dev/null 2>&1; then
	printf '#!/bin/sh\nexec %s %s "$@"\n' "$drop" "$whole_program" >"$T/dropped"
	chmod 755 "$T/dropped"
	amana=$T/dropped
	try 1 "unreadable: the others go on" S-014 --yes --json deposit HK-2 "$T/one" --source "a phone"
	check "unreadable: one is in" jq -e '[.exhibits[].name] == ["one/new.txt"]' "$T/out"
	check "unreadable: both are named" jq -e '[.failed[].path | select(endswith("/unreadable") or endswith("/closed"))] | length == 2' "$T/out"
	says "unreadable: and on the screen" 'unreadable.*(denied|allowed|read)'
	try 6 "unreadable: nothing else, its own code" S-014 --yes deposit HK-2 "$T/one/unreadable"
	amana=$whole_program
	[ -z "$drop" ] || chown -R 0:0 "$T/people/S-014" "$T/vault"
else
	echo "skip $suite: unreadable files (another login cannot run the program)"
fi
chmod 755 "$T/one/closed"
printf '%s\n' "$T/one/a.txt" "$T/one/vanished" "$T/one/closed/file" >"$T/paths"
try 1 "vanished: the others go on" S-014 --yes --json deposit HK-2 --files-from "$T/paths" --source "a list"
check "vanished: it is named" jq -e '.failed | length == 1 and (.[0].path | endswith("/vanished"))' "$T/out"
check "vanished: the others are in" jq -e '.exhibits | length == 2' "$T/out"
try 3 "vanished: nothing else, its own code" S-014 --yes deposit HK-2 "$T/one/vanished"
try 0 "everything is good" L-007 verify --bytes --contents
finish
