#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who reads a case in order waits for a few acts, not for one an exhibit: the next ones are put on record ahead, and what came of it is told.
as=user
. "$(dirname "$0")/lib.sh"
team
mkdir docs
for i in $(seq 100 219); do echo "document $i" >"docs/$i.txt"; done
(be S-014; quiet deposit HK-1 docs)
n=$((120 + $(find in -type f | wc -l)))
# FILTER over the events of the last mount, exhibits by their numbers.
last() {
	events "(.events | map(select(.event == \"mount\")) | last | .batch) as \$m | [.events[] | select(.details.mount? == \$m) |
		if .exhibit != null then .exhibit |= (split(\"/\") | last | tonumber) else . end] | $1"
}
opened='map(select(.event == "view" or .event == "view-ahead"))'
doc() { seq "$1" "$2" | sed 's|.*|m/HK-1/*&.txt|'; } # names for the shell to complete

mounted 'mount' m
is 'tar' tar -cf all.tar -C m/HK-1 .
is 'tar finds nothing different' tar -df all.tar -C m/HK-1
unmounted 'unmount' m
acts=$(last "$opened | map(.batch) | unique | length")
echo "# $n exhibits in $acts acts"
is 'tar over all leads to a few acts' test "$acts" -ge 2 -a "$acts" -le $((n / 4))
same 'each is on record once' "$(last "$opened | map(.exhibit) | length, (unique | length)" | tr '\n' ' ')" "$n $n "
same 'most of them ahead' "$(last 'map(select(.event == "view-ahead")) | length > 60')" true
same 'none as not read' "$(last 'map(select(.event == "not-read")) | length')" 0
same 'the end tells how many' "$(last 'map(select(.event == "unmount")) | last | .details.opened')" "$n"
same 'and by whom' "$(last "$opened | map(.details.opened[].program) | unique | join(\" \")")" tar

mounted 'mount, and read the first twenty' m
# shellcheck disable=SC2046
cat $(doc 100 119) >read.1
seq 100 119 | sed 's/^/document /' | cmp -s - read.1 && ok 'the bytes' || not_ok 'the bytes'
sleep 1 # what is expected is recorded after what is waited for
events '.events' >before
# shellcheck disable=SC2046
cat $(doc 100 119) >read.2
cat m/HK-1/*119.txt >/dev/null
sleep 1
events '.events' >after
cmp -s before after && ok 'read again: nothing more is on record' || not_ok 'read again: nothing more is on record'
ahead=$(last 'map(select(.event == "view-ahead") | .exhibit) | unique | length')
is 'the next ones are on record ahead' test "$ahead" -gt 12
all_ahead=$(last 'map(select(.event == "view-ahead")) | map(.exhibit) | max')
last_read=$(last 'map(select(.event == "view")) | map(.exhibit) | min + 19')
is 'beyond those that were read' test "$all_ahead" -gt "$last_read"
# one of them is read after all, by somebody else
expected=$((last_read + 2))
head -c 5 "$(printf 'm/HK-1/%04d 121.txt' "$expected")" >part || not_ok 'one of those ahead'
same 'one of those ahead: the bytes' "$(cat part)" docum
unmounted 'unmount' m
same 'twenty and one were opened' "$(last 'map(select(.event == "unmount")) | last | .details.opened')" 21
same 'those that were not are told, each once' "$(last "[(map(select(.event == \"not-read\")) | map(.exhibit) | sort), ($opened | map(.exhibit) | map(select(. > $last_read and . != $expected)) | sort)] | .[0] == .[1] and (.[0] | length) > 0")" true
same 'and no other' "$(last 'map(select(.event == "not-read") | .exhibit) | map(select(. <= '"$last_read"' or . == '"$expected"')) | length')" 0
same 'none is on record twice' "$(last "$opened | map(.exhibit) | length == (unique | length)")" true
run 'custody of one that was not read' 0 custody "HK-1/$((last_read + 3))"
has 'is told in words' 'nothing of it was read'

# None of these goes through the case.
quietly() { # NAME COMMAND...: so many exhibits are opened, none is expected
	label=$1
	number=$2
	shift 2
	mounted "$label: mount" m
	is "$label" "$@"
	unmounted "$label: unmount" m
	same "$label: on record" "$(last 'map(select(.event == "view")) | length')" "$number"
	same "$label: nothing ahead" "$(last 'map(select(.event == "view-ahead" or .event == "not-read")) | length')" 0
}
quietly 'a viewer of five' 5 sh -c 'cat m/HK-1/*10[0-4].txt'
quietly 'seven in order' 7 sh -c 'cat m/HK-1/*10[0-6].txt'
quietly 'a viewer that goes back and forth over five' 5 sh -c 'cat m/HK-1/*10[0-4].txt m/HK-1/*10[0-4].txt m/HK-1/*10[0-4].txt m/HK-1/*10[0-4].txt'
quietly 'backwards' 40 sh -c 'ls -r m/HK-1/*1[0-3]?.txt | tr "\n" "\0" | xargs -0 cat'
quietly 'every other one' 20 sh -c 'cat m/HK-1/*1[0-3][02468].txt'
quietly 'one process each' 20 sh -c 'for f in m/HK-1/*1[01]?.txt; do cat "$f"; done'
finish
