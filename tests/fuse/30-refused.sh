#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Programs that open files because they are there.
as=user
. "$(dirname "$0")/lib.sh"
team
mkdir bin
for prog in tumblerd tracker-extract-3 evince-thumbnailer kioworker updatedb; do cp /bin/cat "bin/$prog"; done
cp /bin/ls bin/baloo_file_extractor
f=$(echo in/*'size 65536.bin')
mounted 'mount' m
e=$(echo m/HK-1/*'size 65536.bin')
for prog in tumblerd tracker-extract-3 evince-thumbnailer updatedb; do
	is "$prog reads elsewhere" "bin/$prog" "$f"
	isnt "$prog is refused" "bin/$prog" "$e"
done
isnt 'an indexer does not even list' sh -c 'bin/baloo_file_extractor m/HK-1 | grep .'
is 'a helper of many uses reads' sh -c 'bin/kioworker "$1" | cmp - "$2"' sh "$e" "$f"
isnt 'but not for thumbnails' bin/kioworker "$e" /dev/null/thumbnail
is 'a person reads' cmp "$e" "$f"
# the name of a thread is enough
isnt 'by the name that it gives itself' python3 - "$e" <<'P'
import ctypes, sys
ctypes.CDLL(None).prctl(15, b"tumblerd", 0, 0, 0)
open(sys.argv[1], "rb").read(1)
P
unmounted 'unmount' m
refused=$(events '[.events[] | select(.event == "unmount")] | last | .details.refused | tostring')
case $refused in *tumblerd*) ok 'refusals are counted' ;; *) not_ok "refusals are counted ($refused)" ;; esac
same 'a refused opening is no opening' "$(events '[.events[] | select(.event == "view" or .event == "view-ahead")] | length')" 1

mkdir -p "$HOME/.config/amana"
printf '# mine\nmy-scanner*\n' >"$HOME/.config/amana/refused-programs"
cp /bin/cat bin/my-scanner-2
mounted 'mount with a list of one'\''s own' m
isnt 'its own is refused' bin/my-scanner-2 "$e"
is 'the others are not' bin/tumblerd "$e"
unmounted 'unmount' m
printf 'one two three\n' >"$HOME/.config/amana/refused-programs"
run 'a list that makes no sense' 10 mount HK-1 m --reason 'a test'
err_has 'its line is named' 'line 1'
isnt 'nothing was mounted' is_mounted "$work/m"
finish
