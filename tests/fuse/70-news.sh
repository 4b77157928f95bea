#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Others deposit while it is mounted; many open at once.
as=user
. "$(dirname "$0")/lib.sh"
team
mounted 'mount' m
n=$(find m/HK-1 -type f | wc -l)
day=$(date +%Y-%m-%d)
ls "m/by-date/$day" m/by-type/other >/dev/null
mkdir more
for i in $(seq 1 200); do echo "document $i of 200" >"more/$i.txt"; done
(be S-014; quiet deposit HK-1 more)
all_there() { test "$(find m/HK-1 -type f | wc -l)" -eq $((n + 200)); }
is 'what is deposited appears' eventually 10 all_there
same 'by date too' "$(find "m/by-date/$day" -type f | wc -l)" $((n + 200))
same 'by type too' "$(find m/by-type -type f | wc -l)" $((n + 200))

first=$(events '[.events[].batch] | max')
for i in 1 2 3 4 5 6 7 8; do
	# each in an order of its own
	find m/HK-1 -name '*.txt' -print0 | shuf -z | xargs -0 cat | grep -o 'document [0-9]* of 200' | sort >"read.$i" &
done
wait_readers() { for i in 1 2 3 4 5 6 7 8; do [ "$(wc -l <"read.$i")" -eq 200 ] || return 1; done; }
is 'eight at once read all of it' eventually 60 wait_readers
wait
cat more/*.txt | sort >want
for i in 1 2 3 4 5 6 7 8; do cmp -s "read.$i" want || not_ok "reader $i: other bytes"; done
unmounted 'unmount' m
views=$(events '[.events[] | select(.event == "view" or .event == "view-ahead")] | length')
exhibits=$(events '[.events[] | select(.event == "view" or .event == "view-ahead") | .exhibit] | unique | length')
same 'each opening is on record once' "$views" "$exhibits"
is 'all of them' test "$views" -ge 200
acts=$(events "[.events[] | select((.event == \"view\" or .event == \"view-ahead\") and .batch > $first) | .batch] | unique | length")
echo "# $views openings in $acts acts"
is 'openings share acts' test "$acts" -lt "$views"
whole=$(events '[.events[] | select(.event == "unmount")] | last | .details.whole')
is 'what was read is on record' test -n "$whole"

# A program that goes through the case in order gets the next exhibits put on record ahead; what came of it is told at the end.
mounted 'mount for a run' m
python3 - <<'P'
import glob
for name in sorted(glob.glob("m/HK-1/*"))[:40]:
    open(name, "rb").read()
P
unmounted 'unmount after a run' m
last='[.events[] | select(.event == "mount")] | last | .batch'
mount=$(events "$last")
mine="[.events[] | select(.details.mount? == $mount)]"
ahead=$(events "$mine | map(select(.event == \"view-ahead\")) | length")
opened=$(events "$mine | map(select(.event == \"view\" or .event == \"view-ahead\") | .exhibit) | unique | length")
not_read=$(events "$mine | map(select(.event == \"not-read\") | .exhibit) | unique | length")
echo "# $opened on record for 40 that were read, $ahead of them ahead, $not_read not read"
is 'some were recorded ahead' test "$ahead" -gt 0
is 'never more than were opened before' test "$opened" -le 80
same 'what came of nothing is said' "$not_read" $((opened - 40))
finish
