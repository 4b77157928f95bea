#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Amana beside restic, borg, age and sha256sum, on the same data, in one run, in a tmpfs.  Prints ratios of medians: absolute times
# belong to the machine.  `bench/run.sh [--quick] [BUILD]`; BUILD is a release build, by default build/release.
# What is timed writes into memory, so disks do not count; every command runs as a person would type it, with an unlocked identity.
set -eu
quick=
[ "${1:-}" != --quick ] || { quick=1; shift; }
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build/release}
amana=$build/cli/amana
. "$top/bench/lib.sh"
needs restic borg age sha256sum
bench_begin
echo "== $(uname -m), $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)"
echo "== $("$amana" version | head -1); $(restic version | cut -d' ' -f1-2); $(borg --version); age $(age --version)"

# ---- one large file ----
size=$([ -n "$quick" ] && echo 256 || echo 1024)
echo
echo "-- one incompressible file of $size MiB"
openssl rand -out big $((size * 1048576))
export RESTIC_PASSWORD=x BORG_PASSPHRASE=x BORG_BASE_DIR=$work/borgbase RESTIC_CACHE_DIR=$work/resticcache
export BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
n=3
warm_mib=$((size * 5 / 4))
office "$work/vault-big" BIG
times_amana= times_restic=
for i in $(seq $n); do
	times_amana="$times_amana $(once '' 'a deposit BIG big --again')"
	times_restic="$times_restic $(once 'rm -rf r; restic -q init -r r' 'restic -q backup -r r big')"
done
t_amana=$(median $times_amana)
t_restic=$(median $times_restic)
t_borg=$(ms 1 'rm -rf b; borg init -e repokey b' 'borg create --compression none b::1 big') || t_borg=0 # 0: it did not run
age-keygen -o key 2>/dev/null
t_age=$(ms $n 'rm -f big.age' "age -r $(age-keygen -y key) -o big.age big")
t_sum=$(ms $n '' 'sha256sum big')
row "deposit" "$t_amana ms" "$(awk -v s=$size -v t="$t_amana" 'BEGIN {printf "%.2f GB/s", s * 1.048576 / t}')"
row "restic backup / borg create / age / sha256sum" "$t_restic / $t_borg / $t_age / $t_sum ms"
judge "deposit: faster than restic's backup by" "$(ratio "$t_restic" "$t_amana")" 4
row "deposit: against borg create" "$(ratio "$t_borg" "$t_amana") x"
row "deposit: against age (which keeps no digest)" "$(ratio "$t_age" "$t_amana") x"
row "deposit: against sha256sum (one of our three passes)" "$(ratio "$t_sum" "$t_amana") x"
times_amana= times_restic=
for i in $(seq 5); do # in turn
	times_amana="$times_amana $(once 'rm -f out' 'a retrieve BIG/1 -o out --reason bench')"
	times_restic="$times_restic $(once 'rm -rf ro' 'restic -q restore -r r latest --target ro')"
done
t_out=$(median $times_amana)
t_rout=$(median $times_restic)
cmp big out
judge "retrieve: faster than restic's restore by" "$(ratio "$t_rout" "$t_out")" 3
row "retrieve" "$t_out ms" "$(awk -v s=$size -v t="$t_out" 'BEGIN {printf "%.2f GB/s", s * 1.048576 / t}')"
limit "peak memory of a deposit" "$(peak "$amana" --no-input --yes --progress none deposit BIG big --again)" 64 MiB
rm -f out
limit "peak memory of a retrieve" "$(peak "$amana" --no-input --yes --progress none retrieve BIG/2 -o out --reason bench)" 64 MiB
limit "peak memory of verify --bytes" "$(peak "$amana" --no-input --yes --progress none verify --bytes)" 64 MiB
office "$work/vault-check" BIG
quietly a deposit BIG big
t_check=$(ms $n '' "a verify --bytes")
t_rcheck=$(ms $n '' 'restic -q check --read-data -r r')
row "check of one large object (SHA-256 is one stream): against restic" "$(ratio "$t_rcheck" "$t_check") x" "$t_check ms, restic $t_rcheck ms, sha256sum $t_sum ms"
rm -rf r "$work/vault-check"
split -n 4 big part-
mkdir parts && mv part-* parts/
office "$work/vault-parts" PARTS
quietly a deposit PARTS parts
restic -q init -r r && restic -q backup -r r parts
t_check=$(ms $n '' "a verify --bytes")
t_rcheck=$(ms $n '' 'restic -q check --read-data -r r')
judge "check of all stored bytes, four files: faster than restic by" "$(ratio "$t_rcheck" "$t_check")" 4
rm -rf parts "$work/vault-parts"
rm -rf r b ro out big.age "$work"/vault-big "$work"/vault-check

# ---- many small files ----
files=$([ -n "$quick" ] && echo 2000 || echo 10000)
echo
echo "-- $files files of 1 to 200 KiB"
mkdir many
python3 - "$files" <<'PY'
import os, random, sys
rng = random.Random(7)
data = os.urandom(1 << 20)
for i in range(int(sys.argv[1])):
    n = rng.randint(1024, 200 * 1024)
    at = rng.randrange(0, len(data) - n)
    os.makedirs(f"many/{i % 100:02}", exist_ok=True)
    with open(f"many/{i % 100:02}/{i:05}.bin", "wb") as f:
        f.write(i.to_bytes(8, "big") + data[at:at + n - 8])
PY
times_amana= times_restic=
for i in 1 2 3 4 5; do # in turn, each into a new place; the last ones are used below
	rm -rf r
	office "$work/vault-many-$i" MANY
	times_amana="$times_amana $(once '' 'a deposit MANY many')"
	times_restic="$times_restic $(once 'restic -q init -r r' 'restic -q backup -r r many')"
	[ $i = 5 ] || rm -rf "$work/vault-many-$i"
done
t_amana=$(median $times_amana)
t_restic=$(median $times_restic)
judge "deposit: faster than restic's backup by" "$(ratio "$t_restic" "$t_amana")" 2
row "deposit" "$t_amana ms" "restic $t_restic ms"
mkdir outs
t_out=$(ms 1 '' "a retrieve MANY/1-$files -o outs --reason bench")
t_rout=$(ms 1 'rm -rf ro' 'restic -q restore -r r latest --target ro')
warm_mib=0
row "retrieve: against restic's restore" "$(ratio "$t_rout" "$t_out") x" "$t_out ms, restic $t_rout ms"
quietly a list MANY
limit "list of the case" "$(ms 9 '' "a list MANY --json")" 50 ms
limit "search in it" "$(ms 9 '' "a search 00123 --case MANY --json")" 50 ms
openssl rand -out small 20480
for i in $(seq 20); do openssl rand -out "small-$i" 20480; done
i=0
limit "a deposit of 20 KB into it" "$(ms 9 'i=$((i + 1))' 'a deposit MANY small-$i')" 50 ms
limit "a retrieve of 20 KB from it" "$(ms 9 'rm -f got' "a retrieve MANY/$((files + 1)) -o got --reason bench")" 50 ms
t_check=$(ms 1 '' "a verify --bytes")
t_rcheck=$(ms 1 '' 'restic -q check --read-data -r r')
judge "check of all stored bytes: faster than restic check by" "$(ratio "$t_rcheck" "$t_check")" 4
rm -rf r ro outs many "$work/vault-many-5"

# ---- growth ----
echo
echo "-- growth with the number of exhibits (1 KiB each)"
printf '%10s %14s %14s %16s %14s\n' exhibits "deposit ms" "list ms" "verify log ms" "entries/s/core"
for count in 1000 10000 $([ -n "$quick" ] || echo 100000); do
	mkdir grow
	python3 - "$count" <<'PY'
import os, sys
for i in range(int(sys.argv[1])):
    os.makedirs(f"grow/{i // 1000:03}", exist_ok=True)
    with open(f"grow/{i // 1000:03}/{i:06}.txt", "wb") as f:
        f.write(b"statement %d\n" % i * 40)
PY
	office "$work/vault-grow-$count" GROW
	t_dep=$(ms 1 '' "a deposit GROW grow")
	quietly a list GROW
	t_list=$(ms 3 '' "a list GROW --json")
	t_log=$(ms 3 '' "a verify")
	printf '%10s %14s %14s %16s %14s\n' "$count" "$t_dep" "$t_list" "$t_log" \
		"$(awk -v c="$count" -v t="$t_log" 'BEGIN {printf "%.0f", c * 1000 / t}')"
	rm -rf grow "$work/vault-grow-$count"
done



"$top/bench/mount.sh" ${quick:+--quick} "$build"
