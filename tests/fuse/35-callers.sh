#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whose opening it is: a process that becomes another program is that program from then on.
as=user
. "$(dirname "$0")/lib.sh"
team
mkdir bin
cp /bin/cat bin/tumblerd
cp /bin/cat bin/viewer
# Lists the folder as itself, then runs COMMAND at once, in the same process, or gives itself that name.
cat >become.py <<'P'
import ctypes, os, sys
first = sorted(os.listdir("m/HK-1"))[0]
open("m/HK-1/" + first, "rb").read(1)
if sys.argv[1] == "name":
    ctypes.CDLL(None).prctl(15, sys.argv[2].encode(), 0, 0, 0)
    sys.stdout.buffer.write(open(sys.argv[3], "rb").read())
else:
    os.execv(sys.argv[1], sys.argv[1:])
P
mounted 'mount' m
e=$(echo m/HK-1/*'size 4096.bin')
f='in/size 4096.bin'
isnt 'what a process becomes is refused' python3 become.py bin/tumblerd "$e"
isnt 'what it calls itself is refused' python3 become.py name tumblerd "$e"
is 'what it becomes may read' sh -c 'python3 become.py bin/viewer "$1" | cmp - "$2"' sh "$e" "$f"
e=$(echo m/HK-1/*'size 65536.bin')
is 'what it calls itself may read' sh -c 'python3 become.py name other-name "$1" | cmp - "$2"' sh "$e" 'in/size 65536.bin'
number() { basename "$1" | sed 's/^0*\([0-9]*\) .*/\1/'; }
became=$(number m/HK-1/*'size 4096.bin')
called=$(number m/HK-1/*'size 65536.bin')
unmounted 'unmount' m
who() { events "[.events[] | select(.event == \"view\" and .exhibit == \"HK-1/$1\") | .details.opened[].program] | join(\" \")"; }
same 'on record is what it became' "$(who "$became")" viewer
case $(who "$called") in other-name*) ok 'on record is what it called itself' ;; *) not_ok "on record is what it called itself: $(who "$called")" ;; esac
same 'refusals are counted' "$(events '[.events[] | select(.event == "unmount")] | last | .details.refused | tostring')" '[{"program":"tumblerd","count":2}]'
finish
