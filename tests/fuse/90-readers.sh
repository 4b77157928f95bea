#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Eight readers at once over 200 exhibits while others deposit: right bytes, and each opening on record once.  SOAK: seconds (20).
as=user
. "$(dirname "$0")/lib.sh"
soak=${SOAK:-20}
team
mkdir lots
python3 - <<'P'
import os, random
r = random.Random(5)
for i in range(200):
    n = r.choice((0, 1, 3000, 20000, 65536, 70000, 200000, 1500000))
    open(f"lots/doc {i:03d}.bin", "wb").write(r.randbytes(n))
P
(be S-014; quiet deposit HK-1 lots)
mounted 'mount' m
cat >reader.py <<'P'
import hashlib, os, random, sys, time
seed, until = int(sys.argv[1]), time.time() + float(sys.argv[2])
r = random.Random(seed)
bad = n = 0
while time.time() < until:
    names = [f for f in os.listdir("m/HK-1") if "doc " in f]
    r.shuffle(names)
    for name in names[:40]:
        want = open("lots/" + name[name.index("doc "):], "rb").read()
        with open("m/HK-1/" + name, "rb", buffering=0) as f:
            if r.random() < 0.5:
                got = b"".join(iter(lambda: f.read(r.choice((4096, 100000, 1 << 20))), b""))
                bad += got != want
            else:
                for _ in range(20):
                    at, k = r.randrange(len(want) + 1), r.choice((1, 4096, 130000))
                    bad += os.pread(f.fileno(), k, at) != want[at:at + k]
        n += 1
        if time.time() > until:
            break
print(n, bad)
P
for i in 1 2 3 4 5 6 7 8; do python3 reader.py $i "$soak" >"read.$i" 2>&1 & done
end=$(($(date +%s) + soak))
n=0
while [ "$(date +%s)" -lt "$end" ]; do
	n=$((n + 1))
	echo "a late one, $n" >"late $n.txt"
	(be S-014; quiet deposit HK-1 "late $n.txt")
	sleep 2
done
done_reading() { [ "$(cat read.* | wc -l)" -ge 8 ]; }
is 'eight readers come to an end' eventually 60 done_reading
same 'all bytes were right' "$(cat read.* | awk '{bad += $2} END {print bad}')" 0
echo "# $(cat read.* | awk '{n += $1} END {print n}') files read, $n deposits"
is 'they read a lot' test "$(cat read.* | awk '{n += $1} END {print n}')" -gt 200
late() { test "$(find m/HK-1 -name "*late*" | wc -l)" -eq "$n"; }
is 'every late deposit appeared' eventually 10 late
daemon=$(sed -n "s|.* $work/m .*amana:\([0-9]*\) .*|\1|p" /proc/self/mountinfo)
memory=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$daemon/status")
if grep -qa '__[at]san_init' "$AMANA_BUILD/fuse/amana-mount"; then echo "# $memory KiB resident, with a sanitizer"; else is 'resident memory under 128 MiB' test "$memory" -lt 131072; fi
unmounted 'unmount' m
openings=$(events '[.events[] | select(.event == "view") | .exhibit] | length')
same 'each opening is on record once' "$openings" "$(events '[.events[] | select(.event == "view") | .exhibit] | unique | length')"
is 'all that was read' test "$openings" -ge 200
finish
