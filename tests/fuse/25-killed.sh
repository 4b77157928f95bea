#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is left of a mount whose program was killed, also while nobody has waited for that program (containers often have no init that does).
as=user
. "$(dirname "$0")/lib.sh"
team
pid_of() { sed -n "s|.* $work/$1 .*amana:\([0-9]*\) .*|\1|p" /proc/self/mountinfo; }
mkdir m
# Mounts in a process that inherits the program and never waits for it, until its input ends.
cat >parent.py <<'P'
import ctypes, subprocess, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
print(subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL).returncode, flush=True)
sys.stdin.read()
P
mkfifo hold
unwaited() { # NAME
	timeout 60 python3 parent.py "$amana" --no-input --passphrase "file:$HOME/pass" mount HK-1 m --reason 'a test' >parent.out 2>&1 <hold &
	parent=$!
	exec 6>hold
	is "$1" eventually 20 grep -qx 0 parent.out
	daemon=$(pid_of m)
	cat m/HK-1/*'size 65536.bin' >/dev/null
	kill -9 "$daemon"
	is "$1: it is killed, and nobody waits for it" eventually 10 grep -q ') Z' "/proc/$daemon/stat"
}
released() {
	exec 6>&-
	wait "$parent"
}
unwaited 'killed'
isnt 'killed: nothing is read' cat m/HK-1/*'size 65536.bin'
run 'killed: status' 0 status
has 'killed: status says so' DEAD
run 'killed: status for programs' 0 status --json
json 'killed: it does not answer' '.mounts[0].answers' false
run 'killed: nothing is mounted over it' 7 mount HK-1 m --reason 'a test'
err_has 'killed: what to do first' 'amana unmount'
run 'killed: cleared' 0 unmount m
has 'killed: what is missing is told' 'not on record'
isnt 'killed: nothing is left' is_mounted "$work/m"
same 'killed: the folder is empty' "$(ls -A m)" ''
released
unwaited 'killed, then locked'
run 'a lock clears it' 0 lock
isnt 'a lock leaves nothing' is_mounted "$work/m"
released
unlocked

# Who reads while it happens gets an error, and does not wait for ever.
mounted 'mount' m
daemon=$(pid_of m)
python3 - m/HK-1/*'size 5000003.bin' >reader.out 2>&1 <<'P' &
import errno, os, sys
print("reads", flush=True)
try:
    while True:
        fd = os.open(sys.argv[1], os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        while os.read(fd, 1 << 16):
            pass
        os.close(fd)
except OSError as e:
    print(errno.errorcode[e.errno], flush=True)
P
reader=$!
is 'somebody reads' eventually 10 grep -q reads reader.out
kill -9 "$daemon"
is 'who reads when it is killed goes on' eventually 10 ended "$reader"
is 'with an error' grep -qx 'ENOTCONN\|ECONNABORTED\|EIO' reader.out
run 'it is cleared' 0 unmount --now m
isnt 'nothing is left' is_mounted "$work/m"
mounted 'and mounted again' m
is 'the bytes' cmp m/HK-1/*'size 5000003.bin' 'in/size 5000003.bin'
unmounted 'and unmounted' m
same 'on record: four began, one has an end' "$(events '[.events[] | .event] | [map(select(. == "mount")), map(select(. == "unmount"))] | map(length | tostring) | join(" ")')" '4 1'
same 'on record: what was opened, in each' "$(events '[.events[] | select(.event == "view") | .details.mount] | unique | length')" 4
(be L-007; unlocked; run 'the vault is whole' 0 verify)
finish
