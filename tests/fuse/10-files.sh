#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ordinary programs read every exhibit through a mount, and what they do is on record once.
as=user
. "$(dirname "$0")/lib.sh"
team
n=$(find in -type f | wc -l)
mounted 'mount' m
has 'it says what is mounted' "HK-1 is mounted at $work/m: $n exhibits"
same 'one hint that nothing can be changed there' "$(grep -c 'Nothing can be changed there' "$err")" 1
is 'the fence' grep -q " $work/m ro,nosuid,nodev,noexec[ ,].*default_permissions" /proc/self/mountinfo
isnt 'others are not let in' grep -q "$work/m .*allow_other" /proc/self/mountinfo
run 'status' 0 status --json
json 'status lists the mount' '.mounts[0] | .dir + " " + (.answers | tostring)' "$work/m true"

same 'nothing is on record before it is opened' "$(events '[.events[] | select(.event == "view" or .event == "view-ahead")] | length')" 0
ls -lR m >/dev/null
same 'listing opens nothing' "$(events '[.events[] | select(.event == "view" or .event == "view-ahead")] | length')" 0
same 'files are 0400' "$(find m -type f ! -perm 0400 | wc -l)" 0
same 'folders are 0500' "$(find m -type d ! -perm 0500 | wc -l)" 0
same 'all belong to the mounting user' "$(find m ! -user "$(id -u)" | wc -l)" 0
same 'there is nothing but files and folders' "$(find m ! -type f ! -type d | wc -l)" 0
same 'every exhibit is there' "$(find m/HK-1 -type f | wc -l)" "$n"
same 'by type' "$(find m/by-type -type f | wc -l)" "$n"
same 'by date' "$(find m/by-date -type f | wc -l)" "$n"
same 'the same inode in all three' "$(find m -type f -printf '%i\n' | sort -u | wc -l)" "$n"
same 'three names each' "$(find m -type f -printf '%n\n' | sort -u)" 3
inodes=$(find m/HK-1 -type f -printf '%i %f\n' | sort)
same 'a time' "$(stat -c %Y m/HK-1/*'size 4096.bin')" "$(stat -c %Y 'in/size 4096.bin')"
same 'a name that Windows keeps for itself' "$(find m/HK-1 -name '* CON.txt' | wc -l)" 1
same 'characters that Windows refuses' "$(find m/HK-1 -name '* a_b_c_d_e_f_g_h' | wc -l)" 1
same 'no direction marks' "$(find m/HK-1 -name '* evil_fdp.exe' | wc -l)" 1
same 'names fit' "$(find m/HK-1 -type f -printf '%f\n' | awk 'length($0) > 255' | wc -l)" 0
same 'a long name keeps its extension' "$(find m/HK-1 -name '*0000.txt' -o -name '*0.txt' | wc -l)" 1
is 'a missing name' test ! -e m/HK-1/0099

(cd in && find . -type f -exec sha256sum {} +) | cut -c 1-64 | sort >sums
mkdir out
is 'cp -r' cp -r m/HK-1 out/
find out -type f -exec sha256sum {} + | cut -c 1-64 | sort | cmp -s - sums && ok 'cp -r: the bytes are right' || not_ok 'cp -r: the bytes are right'
tar -C m -cf - HK-1 2>"$err" | tar -tvf - >"$out" && ok 'tar' || not_ok 'tar'
tar -C m -cf all.tar . && mkdir un && tar -C un -xf all.tar
find un/HK-1 -type f -exec sha256sum {} + | cut -c 1-64 | sort | cmp -s - sums && ok 'tar of everything: the bytes are right' || not_ok 'tar of everything'
same 'tar knows that it is one file' "$(find un -type f -printf '%i\n' | sort -u | wc -l)" "$n"
is 'rsync --checksum' rsync -a --checksum m/HK-1/ out/rsync/
find out/rsync -type f -exec sha256sum {} + | cut -c 1-64 | sort | cmp -s - sums && ok 'rsync: the bytes are right' || not_ok 'rsync: the bytes are right'
same 'rsync finds nothing to do' "$(rsync -a --checksum -i m/HK-1/ out/rsync/ | grep -c '^>')" 0
(cd m/HK-1 && sha256sum ./*) >check
is 'sha256sum -c' sh -c 'cd m/by-type/*/.. && cd ../HK-1 && sha256sum --quiet -c ../../check'
same 'grep -r' "$(grep -rl 'the word on the wall' m/HK-1 | wc -l)" 1
same 'any place' "$(dd if="$(echo m/HK-1/*'size 5000003.bin')" bs=1 skip=4999990 count=13 2>/dev/null | sha256sum)" "$(tail -c 13 'in/size 5000003.bin' | sha256sum)"
is 'past the end there is nothing' sh -c 'test -z "$(tail -c +5000004 m/HK-1/*"size 5000003.bin")"'
is 'by memory map' python3 - <<'P'
import glob, mmap
a = open(glob.glob("m/HK-1/*size 1000000.bin")[0], "rb")
b = open("in/size 1000000.bin", "rb").read()
m = mmap.mmap(a.fileno(), 0, prot=mmap.PROT_READ)
assert m[999_990:] == b[999_990:] and m[:10] == b[:10] and m[500_000:700_000] == b[500_000:700_000]
P
is 'by jumping about' python3 - <<'P'
import glob, os, random
a = os.open(glob.glob("m/HK-1/*size 5000003.bin")[0], os.O_RDONLY)
b = open("in/size 5000003.bin", "rb").read()
r = random.Random(7)
for i in range(3000):
    at, n = r.randrange(len(b)), r.choice((1, 100, 4096, 70000, 300000))
    assert os.pread(a, n, at) == b[at:at + n], (at, n)
P
is 'no extended attributes' python3 - <<'P'
import errno, glob, os
try:
    os.listxattr(glob.glob("m/HK-1/*")[0])
    raise SystemExit(1)
except OSError as e:
    assert e.errno == errno.ENOTSUP
P

f=$(echo m/HK-1/*'size 4096.bin')
for what in 'touch m/HK-1/new' 'mkdir m/new' 'rm -f "$f"' 'mv "$f" m/HK-1/other' 'ln "$f" m/HK-1/link' 'ln -s x m/HK-1/link' 'chmod 600 "$f"' 'touch "$f"' \
	'truncate -s 0 "$f"' 'sh -c "echo x >>\"\$1\"" sh "$f"' 'mknod m/HK-1/pipe p' 'rmdir m/by-date' 'setfattr -n user.x -v y "$f"'; do
	command -v "${what%% *}" >/dev/null || continue
	if eval "$what" >"$out" 2>"$err"; then not_ok "refused: $what"; elif grep -q 'Read-only file system' "$err"; then ok "refused: $what"; else not_ok "refused as read-only: $what"; fi
done
isnt 'nothing can be run from it' sh -c '"$1"' sh "$work/$f"

unmounted 'unmount' m
same 'the folder is empty again' "$(ls -A m)" ''
same 'each opening is on record once' "$(events '[.events[] | select(.event == "view" or .event == "view-ahead")] | length')" "$n"
same 'the mounting is on record' "$(events '[.events[] | select(.event == "mount")] | length')" 1
same 'the reason too' "$(events '[.events[] | select(.event == "mount")][0].reason')" 'a test'
same 'and the end' "$(events '[.events[] | select(.event == "unmount")] | length')" 1
programs=$(events '[.events[] | select(.event == "view" or .event == "view-ahead") | .details.opened[].program] | unique | join(" ")')
case " $programs " in *' cp '*) ok 'the program is named' ;; *) not_ok "the program is named ($programs)" ;; esac

mounted 'mount again' m
same 'the same inodes' "$(find m/HK-1 -type f -printf '%i %f\n' | sort)" "$inodes"
cat m/HK-1/*CON.txt >/dev/null
unmounted 'unmount again' m
mounted 'mount a vault that is named from where one stands' m -C dir:./vault
same 'its files are there' "$(find m/HK-1 -type f -printf '%i %f\n' | sort)" "$inodes"
unmounted 'unmount that' m
same 'a new mount, a new record' "$(events '[.events[] | select(.event == "view" or .event == "view-ahead")] | length')" $((n + 1))
finish
