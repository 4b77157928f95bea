#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Eight readers at once over 200 exhibits while somebody else deposits without a pause: right bytes, no report of a sanitizer (enter.sh looks for
# them), and each opening on record once for each mount.
#
# tests/run.sh runs it for a minute with the build that has ASan and UBSan, and with the one that has TSan.  AMANA_FUSE_SECONDS: other seconds.
as=user
. "$(dirname "$0")/lib.sh"
program=$AMANA_BUILD/fuse/amana-mount
soak=${AMANA_FUSE_SECONDS:-60}
sanitizer=
if grep -qa __asan_init "$program"; then sanitizer=ASan; fi
if grep -qa __tsan_init "$program"; then sanitizer=TSan; fi
script="$script${sanitizer:+ with $sanitizer}"
team
mkdir lots
python3 - <<'P'
import random
r = random.Random(5)
sizes = [r.choice((0, 1, 3000, 20000, 65535, 65536, 65537, 131072, 300000)) for _ in range(180)] + [1500000] * 15 + [4 << 20] * 5
r.shuffle(sizes)
for i, n in enumerate(sizes):
    open(f"lots/doc {i:03d}.bin", "wb").write(r.randbytes(n))
P
(be S-014; quiet deposit HK-1 lots)
mounted 'mount' m
mounted 'and once more elsewhere' m2
readers=
i=0
for how in row row whole whole places places all all; do
	i=$((i + 1))
	timeout $((soak + 120)) python3 "$top/tests/fuse/readers.py" m lots $how "$soak" >"read.$i" 2>&1 &
	readers="$readers $!"
done
reading() { for pid in $readers; do if kill -0 "$pid" 2>/dev/null; then return 0; fi; done; return 1; }
n=0
while reading; do
	n=$((n + 1))
	echo "a late one, $n" >"late $n.txt"
	(be S-014; quiet deposit HK-1 "late $n.txt")
done
i=0
for pid in $readers; do
	i=$((i + 1))
	if wait "$pid"; then ok "reader $i: every byte was right"; else not_ok "reader $i: $(tail -1 "read.$i")"; fi
done
echo "# $(cat read.* | awk '{files += $1; bytes += $2} END {print files " files, " int(bytes / 1000000) " MB"}') read, $n deposits meanwhile"
is 'deposits went on' test "$n" -ge 3
late() { test "$(find "$1/HK-1" -name '* late *' | wc -l)" -eq "$n"; }
is 'every late deposit appeared' eventually 20 late m
is 'and in the other mount' eventually 20 late m2
for i in $(seq 1 "$n"); do echo "a late one, $i"; done | sort >want
cat m/HK-1/*' late '*.txt | sort | cmp -s - want && ok 'each of them was read' || not_ok 'each of them was read'
if python3 "$top/tests/fuse/readers.py" m2 lots row 0 >"$out" 2>"$err"; then ok 'all of it in the other mount'; else not_ok 'all of it in the other mount'; fi
daemon=$(sed -n "s|.* $work/m .*amana:\([0-9]*\) .*|\1|p" /proc/self/mountinfo)
memory=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$daemon/status")
if [ -n "$sanitizer" ]; then echo "# $memory KiB resident, with $sanitizer"; else is 'resident memory under 128 MiB' test "$memory" -lt 131072; fi
unmounted 'unmount' m
unmounted 'unmount the other' m2
events . >log
opened='[.events[] | select(.event == "view" or .event == "view-ahead") | [.details.mount, .exhibit]]'
same 'two mounts' "$(jq "$opened | map(.[0]) | unique | length" log)" 2
same 'no opening is on record twice' "$(jq -c "$opened | group_by(.) | map(select(length > 1))" log)" '[]'
same 'each opening is on record, for each mount' "$(jq "$opened | length" log)" $((2 * (200 + n)))
same 'none was recorded that was not made' "$(jq '[.events[] | select(.event == "not-read")] | length' log)" 0
finish
