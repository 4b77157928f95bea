#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every way in which a mount ends, and what is left of it.
as=user
. "$(dirname "$0")/lib.sh"
team
why() { events '[.events[] | select(.event == "unmount")] | last | .details.why'; }

# locking
mounted 'mount, then lock' m
mounted 'another one' m2
run 'lock' 0 lock
has 'lock: it says what ended' "Unmounted $work/m"
isnt 'lock: nothing is left' is_mounted "$work/m"
isnt 'lock: nor of the other' is_mounted "$work/m2"
unlocked

# revoked while mounted
mounted 'mount, then revoked' m
cat m/HK-1/*'size 65536.bin' >/dev/null
(be L-007; quiet case revoke HK-1 R-002 --reason 'a test')
is 'revoking ends it' eventually 15 is_not_mounted "$work/m"
run 'who was revoked knows no such case' 3 mount HK-1 m --reason 'a test'
(be L-007; quiet case grant HK-1 R-002 --as reader)

# Looked at again at the end of this script: by then its time is over, with a file open.
begun=$(date +%s)
mounted '--for' timed --for 1m
has '--for: the end is told' 'It ends '
exec 8<"$(echo timed/HK-1/*'size 5000003.bin')"
head -c 10 <&8 >/dev/null

mounted 'mount' m
sleep 600 <"$(echo m/HK-1/*'size 1.bin')" &
holder=$!
is 'in use: a program has a file open' eventually 10 sh -c "readlink /proc/$holder/fd/0 | grep -q 'size 1.bin'"
run 'in use' 7 unmount m
err_has 'in use: what to do' 'amana unmount --now'
is 'in use: still there' is_mounted "$work/m"
is 'in use: still read' cmp m/HK-1/*'size 1.bin' 'in/size 1.bin'
run 'in use: --now' 0 unmount --now m
isnt '--now: nothing is left' is_mounted "$work/m"
isnt '--now: what was open fails' sh -c "cat /proc/$holder/fd/0"
kill "$holder"
same '--now: on record' "$(why)" stopped

foreground m && ok 'in the foreground' || not_ok 'in the foreground'
kill -TERM "$pid"
is 'SIGTERM to the command' eventually 20 ended "$pid"
wait "$pid"
same 'SIGTERM: exit 0' $? 0
isnt 'SIGTERM: nothing is left' is_mounted "$work/m"
is 'SIGTERM: it says so' grep -q 'has ended: stopped' said

for signal in TERM INT HUP; do
	mounted "mount for SIG$signal" m
	daemon=$(sed -n "s|.* $work/m .*amana:\([0-9]*\) .*|\1|p" /proc/self/mountinfo)
	kill -$signal "$daemon"
	is "SIG$signal ends it" eventually 20 ended "$daemon"
	isnt "SIG$signal: nothing is left" is_mounted "$work/m"
	same "SIG$signal: on record" "$(why)" stopped
done

mounted 'mount, then fusermount3' m
daemon=$(sed -n "s|.* $work/m .*amana:\([0-9]*\) .*|\1|p" /proc/self/mountinfo)
fusermount3 -u m
is 'fusermount3 -u ends it' eventually 20 ended "$daemon"
same 'fusermount3 -u: on record' "$(why)" unmounted

mounted 'mount, then kill -9' m
daemon=$(sed -n "s|.* $work/m .*amana:\([0-9]*\) .*|\1|p" /proc/self/mountinfo)
exec 7<"$(echo m/HK-1/*'size 5000003.bin')"
kill -9 "$daemon"
is 'kill -9' eventually 10 ended "$daemon"
isnt 'kill -9: nothing is read any more' cat m/HK-1/*'size 65536.bin'
run 'a dead mount: status' 0 status
has 'a dead mount: status says so' 'DEAD'
run 'a dead mount: nothing is mounted over it' 7 mount HK-1 m --reason 'a test'
run 'a dead mount is cleared' 0 unmount m
has 'a dead mount: what is missing is told' 'not on record'
isnt 'a dead mount: nothing is left' is_mounted "$work/m"
exec 7<&-
mounted 'and it can be mounted again' m
unmounted 'and unmounted' m

# A program that does not answer: whoever waits for it is freed.
mounted 'mount, then it hangs' m
daemon=$(sed -n "s|.* $work/m .*amana:\([0-9]*\) .*|\1|p" /proc/self/mountinfo)
kill -STOP "$daemon"
cat m/HK-1/*'size 65537.bin' >/dev/null 2>&1 &
waits=$!
run 'a mount that hangs is cut off' 0 unmount --now m
is 'who waited for it goes on' eventually 10 ended "$waits"
isnt 'nothing is left of it' is_mounted "$work/m"

run 'unmount where nothing is' 3 unmount m
err_has 'unmount where nothing is: what to do' 'amana status'

# logging out: the login's folder goes
mkdir login
XDG_RUNTIME_DIR=$work/login
export XDG_RUNTIME_DIR
mounted 'mount in a login' m
unset XDG_RUNTIME_DIR
rmdir login
is 'logging out ends it' eventually 10 is_not_mounted "$work/m"
sleep 1
same 'logging out: on record' "$(why)" 'logged out'

# --for, with a file open
while [ $(($(date +%s) - begun)) -lt 57 ]; do
	sleep 1
	is_mounted "$work/timed" || { grep -q timed /proc/self/mountinfo || break; }
done
is '--for: its time is over' eventually 12 is_not_mounted "$work/timed"
isnt '--for: not before' test $(($(date +%s) - begun)) -lt 58
isnt '--for: what was open fails' sh -c 'head -c 4000000 >/dev/null' <&8
exec 8<&-
finish
