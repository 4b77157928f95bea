#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file of 5 GiB in and out again, with less than 64 MiB of memory for either.  Only where there is room and time for it: a fifth of it is
# tried first.
. "$(dirname "$0")/lib.sh"
rm -rf "$work"
folder=/dev/shm
room() { df -k --output=avail "$1" 2>/dev/null | tail -1; }
free=$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)
# In memory if that leaves 4 GiB to everybody else.
[ -w $folder ] && [ "$(room $folder)" -gt 7000000 ] && [ "${free:-0}" -gt 11000000 ] || folder=${TMPDIR:-/tmp}
[ "$(room "$folder")" -gt 7000000 ] || { echo "skip a file of 5 GiB: no room in $folder"; exit 0; }
work=$(mktemp -d "$folder/amana-XXXXXX")
out=$work/.out
err=$work/.err
cd "$work" || exit 1
: >"$out" >"$err" >"$work/.fingerprints"
AMANA_FINGERPRINT=@$work/.fingerprints
office

# measured NAME ARGUMENT...: its peak memory in KiB is in $peak, its seconds are in $took
cat >measure.py <<'EOT'
import resource, subprocess, sys, time
began = time.time()
try: code = subprocess.run(sys.argv[1:], timeout=120).returncode
except subprocess.TimeoutExpired: code = 124
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, int(time.time() - began + 0.999), file=open("measured", "w"))
EOT
measured() { # NAME ARGUMENT...
	name=$1
	shift
	python3 measure.py "$amana" --no-input --passphrase "file:$HOME/pass" "$@" >"$out" 2>"$err" </dev/null
	read -r got peak took <measured
	same "$name" "$got" 0
}
be S-014
unlocked
"$amana" --no-input id list >/dev/null 2>&1
truncate -s 1G fifth
measured 'a fifth of it' deposit HK-1 fifth
rm fifth
if [ "$took" -gt 5 ]; then
	echo "skip a file of 5 GiB: a fifth of it took $took s"
	exit 0
fi
truncate -s 5G whole
measured '5 GiB are deposited' deposit HK-1 whole --json
json 'all of it' '.exhibits[0].size' 5368709120
json 'its digest' '.exhibits[0].sha256' 7f06c62352aebd8125b2a1841e2b9e1ffcbed602f381c3dcb3200200e383d1d5
# scrypt's own 256 MiB do not count: where the keyring works, none were needed
limit=65536
keyctl=$("$amana" --no-input --json id list 2>/dev/null | jq -r '[.. | .unlocked? // empty] | any' 2>/dev/null)
[ "$keyctl" = true ] || limit=$((limit + 262144))
is "with at most $limit KiB of memory ($peak)" test "$peak" -le $limit
be L-007
unlocked
keyctl=$("$amana" --no-input --json id list 2>/dev/null | jq -r '[.. | .unlocked? // empty] | any' 2>/dev/null)
limit=65536
[ "$keyctl" = true ] || limit=$((limit + 262144))
python3 measure.py "$amana" --no-input --passphrase "file:$HOME/pass" retrieve HK-1/2 -o - --reason 'large' 2>"$err" </dev/null | cmp - whole >"$out" 2>&1
same '5 GiB come out as they went in' $? 0
read -r got peak took <measured
same 'and that was all' "$got" 0
is "with at most $limit KiB of memory ($peak)" test "$peak" -le $limit
