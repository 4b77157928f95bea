#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What can be tried by root only: other users, what happens behind the kernel's back, a machine without FUSE.
as=root
. "$(dirname "$0")/lib.sh"
team
chmod 755 "$work" "$work/people" 2>/dev/null
other="setpriv --reuid 65534 --regid 65534 --clear-groups"
foreground m || not_ok 'mount'
is 'other users can reach the folder above' $other test -d "$work"
isnt 'other users may not list' $other ls m/HK-1
isnt 'nor read' $other cat "$(echo m/HK-1/*'size 4096.bin')"
# A thread of the owner that reads as somebody else: the kernel passes it on, the mount looks itself.
is 'each request is looked at, not each opening' python3 - "$(echo m/HK-1/*'size 5000003.bin')" <<'P'
import ctypes, os, sys
f = os.open(sys.argv[1], os.O_RDONLY)
assert len(os.pread(f, 10, 0)) == 10
libc = ctypes.CDLL(None, use_errno=True)
libc.setfsuid(65534)
try:
    os.pread(f, 10, 4000000)
    sys.exit(1)
except PermissionError:
    pass
libc.setfsuid(0)
assert len(os.pread(f, 10, 4000000)) == 10
P

# The kernel refuses writing before anybody is asked.  When root takes that away, the mount refuses itself, says so once, and counts.
mount -i -o remount,rw "$work/m" 2>"$err" && grep -q " $work/m rw" /proc/self/mountinfo && ok 'writable for the kernel' || not_ok 'writable for the kernel'
f=$(echo m/HK-1/*'size 4096.bin')
n_writes=0
for what in 'touch m/HK-1/new' 'mkdir m/new' 'rm -f "$f"' 'mv "$f" m/HK-1/other' 'ln "$f" m/HK-1/link' 'ln -s x m/HK-1/link' 'chmod 600 "$f"' 'touch "$f"' \
	'truncate -s 0 "$f"' 'sh -c "echo x >>\"\$1\"" sh "$f"' 'mknod m/HK-1/pipe p' 'rmdir m/by-date' 'chown 1 "$f"'; do
	if eval "$what" >"$out" 2>"$err"; then not_ok "refused: $what"; elif grep -q 'Read-only file system' "$err"; then ok "refused by the mount: $what"; else not_ok "refused as read-only: $what"; fi
done
same 'one hint' "$(grep -c 'cannot be changed' said)" 1
unmounted 'unmount' m
wait "$pid"
n_writes=$(events '[.events[] | select(.event == "unmount")] | last | .details.writes_refused')
is 'writes are counted' test "$n_writes" -ge 13

mkdir hidden
for node in 'null c 1 3' 'zero c 1 5' 'random c 1 8' 'urandom c 1 9' 'tty c 5 0'; do
	# shellcheck disable=SC2086
	mknod -m 666 hidden/$node
done
mount --bind hidden /dev
run 'no /dev/fuse' 6 mount HK-1 m --reason 'a test'
err_has 'no /dev/fuse: what' 'this machine has no /dev/fuse'
err_has 'no /dev/fuse: what to do' 'fuse3'
umount /dev

fusermount=$(command -v fusermount3)
mkdir theirs && chown 65534:65534 theirs
: >nothing
mount --bind nothing "$(readlink -f "$fusermount")"
chmod -R a+rX vault
$other env HOME="$work/theirs" "$amana" --no-input -C "$work/vault" mount HK-1 theirs --reason 'a test' >"$out" 2>"$err" </dev/null
same 'no fusermount3' $? 6
err_has 'no fusermount3: what' 'fusermount3 is missing'
err_has 'no fusermount3: what to do' 'apt-get install fuse3'
umount "$(readlink -f "$fusermount")"
finish
