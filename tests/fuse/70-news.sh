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
views=$(events '[.events[] | select(.event == "view")] | length')
exhibits=$(events '[.events[] | select(.event == "view") | .exhibit] | unique | length')
same 'each opening is on record once' "$views" "$exhibits"
is 'all of them' test "$views" -ge 200
acts=$(events "[.events[] | select(.event == \"view\" and .batch > $first) | .batch] | unique | length")
echo "# $views openings in $acts acts"
is 'openings share acts' test "$acts" -lt "$views"
whole=$(events '[.events[] | select(.event == "unmount")] | last | .details.whole')
is 'what was read is on record' test -n "$whole"
finish
