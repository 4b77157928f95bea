#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The mount beside gocryptfs and securefs, on the same data, in one run, in a tmpfs.  Called by bench/run.sh; alone: bench/mount.sh
# [--quick] [BUILD].  Each file system is mounted anew for each cold reading, so that nothing of it is in the page cache; the three take
# turns, and medians are compared.
set -eu
quick=
[ "${1:-}" != --quick ] || { quick=1; shift; }
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build/release}
amana=$build/cli/amana
. "$top/bench/lib.sh"
[ -c /dev/fuse ] && [ -w /dev/fuse ] || { echo "skip the mount: /dev/fuse cannot be used here"; exit 0; }
[ -x "$build/fuse/amana-mount" ] || { echo "skip the mount: it was not built (libfuse3-dev)"; exit 0; }
needs gocryptfs securefs fusermount3 tar
bench_begin
unmount_all() { for dir in am gm sm; do fusermount3 -u -z "$work/$dir" 2>/dev/null || true; done; }
trap 'unmount_all; bench_end' EXIT
mkdir am gm sm

# ---- the three file systems, each with the same files ----
size=$([ -n "$quick" ] && echo 256 || echo 1024)
files=$([ -n "$quick" ] && echo 2000 || echo 10000)
mkdir src docs
openssl rand -out src/big $((size * 1048576))
python3 - "$files" <<'PY'
import os, random, sys
rng = random.Random(11)
words = ["statement", "witness", "of", "the", "night", "a", "road", "house", "phone", "number"]
for i in range(int(sys.argv[1])):
    text = " ".join(rng.choice(words) for _ in range(rng.randint(200, 6000)))
    with open(f"docs/{i:05} document.txt", "w") as f:
        f.write(text)
PY
office "$work/vault" BIG DOCS
quietly a deposit BIG src/big
quietly a deposit DOCS docs
quietly a list DOCS
mkdir gc sc
printf 'x\n' >pw
gocryptfs -init -q -passfile pw gc >/dev/null 2>&1
securefs create --pass x gc-unused >/dev/null 2>&1 && mv gc-unused sc.tmp && rmdir sc && mv sc.tmp sc

mount_amana() { quietly a mount "$1" "$work/am" --reason bench; }
mount_gocryptfs() { gocryptfs -q -passfile pw gc gm >/dev/null 2>&1; }
mount_securefs() { securefs mount -b --log "$work/securefs.log" --pass x sc sm >/dev/null 2>&1; wait_for mountpoint -q sm; }
unmount() { # DIR
	for i in $(seq 50); do
		fusermount3 -u "$work/$1" 2>/dev/null && break
		sleep 0.1
	done
}
wait_for() { for i in $(seq 100); do "$@" && return; sleep 0.05; done; return 1; }
mount_gocryptfs
mount_securefs
cp src/big gm/big
cp src/big sm/big
mkdir gm/docs sm/docs
cp docs/* gm/docs/
cp docs/* sm/docs/
unmount gm
unmount sm

big_of() { case $1 in am) set -- am/*/*big* ;; *) set -- "$1/big" ;; esac; printf '%s' "$1"; }
docs_of() { case $1 in am) set -- am/*/ ;; *) set -- "$1/docs" ;; esac; printf '%s' "$1"; }
mount_one() { # DIR CASE
	case $1 in am) mount_amana "$2" ;; gm) mount_gocryptfs ;; sm) mount_securefs ;; esac
}
read_all() { dd if="$(big_of "$1")" of=/dev/null bs=1M 2>/dev/null; }
read_random() { # DIR READS: 4 KiB at random places of the whole file
	python3 - "$(big_of "$1")" "$2" <<'PY'
import os, random, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
pages = os.fstat(fd).st_size // 4096
rng = random.Random(3)
for _ in range(int(sys.argv[2])):
    os.pread(fd, 4096, rng.randrange(pages) * 4096)
PY
}
tar_docs() { tar -C "$(docs_of "$1")" -cf - . | cat >/dev/null; }

# rounds CASE COMMAND...: for each of the three in turn, mounted anew each time; sets t_am, t_gm, t_sm to median milliseconds, and
# again_*, the same once more on the same mount
rounds() {
	local case=$1 dir i begin
	shift
	for dir in am gm sm; do eval "all_$dir= again_all_$dir="; done
	for i in 1 2 3; do
		for dir in am gm sm; do
			mount_one $dir "$case"
			warm
			begin=$(now)
			"$1" $dir "${2:-}"
			eval "all_$dir=\"\$all_$dir \$(($(now) - begin))\""
			begin=$(now)
			"$1" $dir "${2:-}"
			eval "again_all_$dir=\"\$again_all_$dir \$(($(now) - begin))\""
			unmount $dir
		done
	done
	for dir in am gm sm; do
		eval "t_$dir=\$(median \$all_$dir) again_$dir=\$(median \$again_all_$dir)"
	done
}
faster() { awk -v a="$1" -v b="$2" 'BEGIN {print (a < b ? a : b)}'; }

echo
echo "-- the mount: one exhibit of $size MiB"
warm_mib=$((size * 5 / 4))
rounds BIG read_all
judge "read it in order, cold: faster than the faster of the two by" "$(ratio "$(faster "$t_gm" "$t_sm")" "$t_am")" 1.1
row "read it in order, cold: amana, gocryptfs, securefs" "$t_am ms" "$t_gm ms, $t_sm ms"
row "the same once more: amana, gocryptfs, securefs" "$again_am ms" "$again_gm ms, $again_sm ms"
# A quarter as many reads as there are pages; and the beginning of that, when nothing is warm yet.
for reads in $((size * 8)) $((size * 64)); do
	rounds BIG read_random "$reads"
	if [ $reads = $((size * 64)) ]; then
		judge "$reads reads of 4 KiB at random: a second, against the better" "$(ratio "$(faster "$t_gm" "$t_sm")" "$t_am")" 1
	else
		row "the first $reads reads of 4 KiB at random: a second, against the better" "$(ratio "$(faster "$t_gm" "$t_sm")" "$t_am") x"
	fi
	row "these reads: amana, gocryptfs, securefs" "$t_am ms" "$t_gm ms, $t_sm ms"
done
echo
echo "-- the mount: $files documents"
rounds DOCS tar_docs
judge "tar of them: against gocryptfs" "$(ratio "$t_gm" "$t_am")" 1
row "tar: amana, gocryptfs, securefs" "$t_am ms" "$t_gm ms, $t_sm ms"
warm_mib=0
t_mount=$(ms 5 'unmount am' 'quietly a mount DOCS "$work/am" --reason bench')
limit "mounting the case" "$t_mount" 300 ms
limit "ls -l of it" "$(ms 3 'unmount am; mount_amana DOCS' 'ls -l am/*/')" 300 ms
unmount am
before=$(pgrep -x amana-mount || true)
mount_amana BIG
pid=$(pgrep -x amana-mount | grep -vxF "${before:-none}" | head -1)
read_all am
read_random am "$reads"
limit "resident memory of the mount after all that" "$(awk '/VmHWM/ {printf "%.1f", $2 / 1024}' "/proc/$pid/status" 2>/dev/null || echo 999)" 128 MiB
