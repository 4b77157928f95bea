#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Time passes.  The machine sleeps: a mount ends before, where systemd-logind says that it will, and after, where nobody does.  A grant ends.
as=user
. "$(dirname "$0")/lib.sh"
helpers=$AMANA_BUILD/tests/fuse
[ -x "$helpers/logind" ] || { echo "skip $script: built without libsystemd"; exit 0; }
team
why() { events '[.events[] | select(.event == "unmount")] | last | .details.why'; }

cat >bus.conf <<EOT
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=$work/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="false"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
EOT
dbus-daemon --config-file=bus.conf --nofork --nopidfile --nosyslog >bus.said 2>&1 &
bus=$!
undo="kill $bus 2>/dev/null; $undo"
is 'a bus' eventually 10 test -S bus
DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus
export DBUS_SYSTEM_BUS_ADDRESS
logind() {
	"$helpers/logind" >logind.said 2>&1 &
	logind=$!
	eventually 10 grep -q ready logind.said
}

is 'a logind' logind
mounted 'mount where logind is' m
is 'logind is asked to wait' eventually 10 grep -qx 'inhibit sleep delay Amana' logind.said
cat m/HK-1/*'size 65536.bin' >/dev/null
kill -USR2 "$logind"
sleep 2
is 'waking up is not falling asleep' cmp m/HK-1/*'size 65536.bin' 'in/size 65536.bin'
exec 7<"$(echo m/HK-1/*'size 5000003.bin')"
kill -USR1 "$logind"
wait "$logind"
is_not_mounted "$work/m" && ok 'before the machine sleeps the mount has ended' || not_ok 'before the machine sleeps the mount has ended'
isnt 'what was open fails' sh -c 'cat >/dev/null' <&7
exec 7<&-
is 'and the machine did not wait longer than it had to' grep -qx 'all are ready to sleep' logind.said
same 'on record' "$(why)" 'the machine goes to sleep'

# A bus that does not answer, that ends, that refuses: the mount stands all the same.
mounted 'mount where no logind is' m
is 'it is read' cmp m/HK-1/*'size 1.bin' 'in/size 1.bin'
is 'logind comes' logind
mounted 'another mount' m2
is 'logind is asked again' eventually 10 grep -q inhibit logind.said
kill "$bus"
wait "$bus" 2>/dev/null
wait "$logind"
is 'whoever hears nothing any more keeps nobody awake' grep -qx 'all are ready to sleep' logind.said
unmounted 'unmount the other' m2
is 'the bus ends, the mount does not' cmp m/HK-1/*'size 65536.bin' 'in/size 65536.bin'
unmounted 'unmount' m
mounted 'mount where no bus is' m
unmounted 'unmount' m
rm -f bus
python3 -c '
import socket, time
mute = socket.socket(socket.AF_UNIX)
mute.bind("bus")
mute.listen(8)
time.sleep(600)' &
mute=$!
undo="kill $mute 2>/dev/null; $undo"
eventually 10 test -S bus
mounted 'mount where the bus says nothing' m
is 'it is read' cmp m/HK-1/*'size 1.bin' 'in/size 1.bin'
unmounted 'unmount' m
kill "$mute"

# Nobody says it: the clocks do.
unset DBUS_SYSTEM_BUS_ADDRESS
AMANA_TEST_CLOCK=$work/clock
ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
export AMANA_TEST_CLOCK ASAN_OPTIONS
mounted_with_clocks() {
	LD_PRELOAD=$helpers/libclock.so
	export LD_PRELOAD
	mounted "$@"
	unset LD_PRELOAD
}
mounted_with_clocks 'mount' m
exec 7<"$(echo m/HK-1/*'size 5000003.bin')"
sleep 2
is 'awake: it stands' is_mounted "$work/m"
echo 3600 3600 >clock
is 'asleep for an hour: the mount ends' eventually 10 is_not_mounted "$work/m"
isnt 'asleep: what was open fails' sh -c 'cat >/dev/null' <&7
exec 7<&-
sleep 1
same 'asleep: on record' "$(why)" 'the machine was suspended'
rm clock

# A grant that passes its date.
(be L-007; quiet case grant HK-1 R-002 --as reader --until "$(date -d '+1 day' +%F)")
mounted_with_clocks 'mount on the last day but one' m
is 'it is read' cmp m/HK-1/*'size 1.bin' 'in/size 1.bin'
sleep 2
is 'before the date it stands' is_mounted "$work/m"
echo 0 259200 >clock
is 'past the date the mount ends' eventually 10 is_not_mounted "$work/m"
rm clock
finish
