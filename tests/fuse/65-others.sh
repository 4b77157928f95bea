#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What takes root to be tried: another user at each door of a mount, /dev/fuse that may not be used, a mount point that is another file system's,
# a store whose file system is taken away under the mount.
as=root
. "$(dirname "$0")/lib.sh"
team
chmod 755 "$work" "$work/people" 2>/dev/null
other="setpriv --reuid 65534 --regid 65534 --clear-groups"
foreground m || not_ok 'mount'
cat >others.py <<'P'
# Every door, as another user: by name, and by what its owner opened and handed on.
import errno, os, sys
fd, folder, top = os.open(sys.argv[1], os.O_RDONLY), os.open("m/HK-1", os.O_RDONLY), os.open("m", os.O_PATH)
name = os.path.basename(sys.argv[1])
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
doors = {
    "stat of the mount": lambda: os.stat("m"), "list the mount": lambda: os.listdir("m"),
    "list the case": lambda: os.listdir("m/HK-1"), "go in": lambda: os.chdir("m"), "stat of a file": lambda: os.stat(sys.argv[1]),
    "open": lambda: os.open(sys.argv[1], os.O_RDONLY), "open by a folder that was handed on": lambda: os.open(name, os.O_RDONLY, dir_fd=folder),
    "open again what was handed on": lambda: os.open(f"/proc/self/fd/{fd}", os.O_RDONLY), "look up by O_PATH": lambda: os.stat("HK-1", dir_fd=top),
    "a name that is not there": lambda: os.stat("m/none"), "access": lambda: os.stat("m/by-date"), "write": lambda: os.open("m/new", os.O_WRONLY | os.O_CREAT),
    "read what was handed on": lambda: os.pread(fd, 10, 3000000),
}
vfs = os.statvfs("m")  # the kernel answers that itself, and tells nothing
print(f"{'ok' if vfs.f_blocks == vfs.f_files == 0 else 'not ok'} 65-others: another user: no sizes of the whole")
for what, door in doors.items():
    try:
        got = door()
    except OSError as e:
        got = errno.errorcode[e.errno]
    print(f"{'ok' if got in ('EACCES', 'EPERM') else 'not ok'} 65-others: another user: {what} ({got})")
P
n_views() { events '[.events[] | select(.event == "view")] | length'; }
before=$(n_views)
python3 others.py m/HK-1/*'size 5000003.bin' >doors 2>&1
cat doors
is 'another user: all doors were tried' test "$(grep -c '^ok' doors)" -eq 14
same 'another user: on record is what the owner opened' "$(($(n_views) - before))" 1
isnt 'another user: may not unmount' $other "$amana" unmount m
isnt 'another user: nor by fusermount3' $other fusermount3 -u "$work/m"
is 'the owner reads' cmp m/HK-1/*'size 5000003.bin' 'in/size 5000003.bin'
unmounted 'unmount' m
wait "$pid"

# ---- where it may not be mounted ----
mkdir tmpfs
mount -t tmpfs none tmpfs
run 'a mount point of something else' 7 mount HK-1 tmpfs --reason 'a test'
err_has 'of something else: what' 'something is mounted'
umount tmpfs
chown 65534 tmpfs
run 'not mine, even as root' 4 mount HK-1 tmpfs --reason 'a test'
err_has 'not mine: what' 'is not yours'
mkdir theirs && chown 65534:65534 theirs
chmod -R a+rX vault
chmod 600 /dev/fuse
$other env HOME="$work/theirs" "$amana" --no-input -C "$work/vault" mount HK-1 theirs --reason 'a test' >"$out" 2>"$err" </dev/null
same '/dev/fuse that may not be used' $? 6
err_has '/dev/fuse that may not be used: what' 'you may not use /dev/fuse'
err_has '/dev/fuse that may not be used: what to do' 'ask whoever looks after this machine'
chmod 666 /dev/fuse
same 'nothing is mounted' "$(grep -c fuse.amana /proc/self/mountinfo)" 0

# ---- the store's file system goes ----
mkdir disk
mount -t tmpfs -o size=200m none disk
cp -a vault/. disk/
foreground_at() { "$amana" --no-input -C "$work/disk" --passphrase "file:$HOME/pass" mount HK-1 m --reason 'a test' --foreground >"$work/said" 2>&1 </dev/null & pid=$!; eventually 20 is_mounted "$work/m"; }
foreground_at || not_ok 'mount from a disk'
is 'from a disk' cmp m/HK-1/*'size 65536.bin' 'in/size 65536.bin'
# As when it was pulled out: what is open of it stays, and gives nothing.
find disk -mindepth 1 -delete
isnt 'without the disk nothing new is opened' cat m/HK-1/*'size 5000003.bin'
is 'without the disk: it is told' eventually 10 grep -q 'put on record\|cannot be read\|cannot be had' said
is 'without the disk: folders are still listed' ls m/HK-1
timeout 90 "$amana" unmount m >"$out" 2>"$err" </dev/null
isnt 'without the disk: nothing stays mounted' is_mounted "$work/m"
is 'without the disk: the command ends' eventually 20 ended "$pid"
wait "$pid"
isnt 'without the disk: and fails, for its end is not on record' test $? -eq 0
is 'without the disk: it is told' grep -q 'could not be put on record' said
umount -l disk
finish
