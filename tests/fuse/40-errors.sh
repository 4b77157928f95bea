#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a person is told when it cannot be mounted, and that nothing is left behind.
as=user
. "$(dirname "$0")/lib.sh"
team
events_before=$(events '.events | length')
touch file
run 'a file' 2 mount HK-1 file --reason 'a test'
err_has 'a file: what' 'is not a folder'
run 'no folder' 3 mount HK-1 nowhere --reason 'a test'
err_has 'no folder: what to do' 'mkdir'
mkdir full && touch full/x
run 'not empty' 7 mount HK-1 full --reason 'a test'
err_has 'not empty: what' 'is not empty'
run 'not mine' 4 mount HK-1 /usr/share/doc --reason 'a test'
err_has 'not mine: what' 'is not yours'
mkdir m
run 'no reason' 2 mount HK-1 m
run 'no duration' 2 mount HK-1 m --reason 'a test' --for soon
same 'nothing of that is on record' "$(events '.events | length')" "$events_before"
run 'no such case' 3 mount HK-9 m --reason 'a test'
mounted 'mount' m
run 'a mount already' 7 mount HK-1 m --reason 'a test'
err_has 'a mount already: what to do' 'amana unmount'
unmounted 'unmount' m
be S-014
unlocked
run 'a depositor may not' 4 mount HK-1 m --reason 'a test'
isnt 'a depositor: nothing is mounted' is_mounted "$work/m"
be R-002
same 'a refusal is on record' "$(events '[.events[] | select(.action == "denied")] | length')" 1
"$amana" lock >/dev/null
echo wrong >"$HOME/pass.wrong"
"$amana" --no-input --passphrase "file:$HOME/pass.wrong" mount HK-1 m --reason 'a test' >"$out" 2>"$err" </dev/null
same 'a wrong passphrase' $? 4
err_has 'a wrong passphrase: what' 'wrong passphrase'
"$amana" --no-input mount HK-1 m --reason 'a test' >"$out" 2>"$err" </dev/null
same 'nobody to ask' $? 2
terminal 'the passphrase is asked for at the terminal' 0 'Reason' 'a test' 'Passphrase for R-002' "$(cat "$HOME/pass")" -- mount HK-1 m
is 'and the mount stays when the terminal goes' is_mounted "$work/m"
is 'nothing secret stands in its arguments' sh -c "! tr '\\0' ' ' </proc/$(sed -n "s|.* $work/m .*amana:\([0-9]*\) .*|\1|p" /proc/self/mountinfo)/cmdline | grep -q HK-1"
unmounted 'unmount' m
run 'json' 0 mount HK-1 m --reason 'a test' --json
json 'json: case' .case HK-1
json 'json: no end' .until null
run 'json: unmount' 0 unmount m --json
json 'json: unmount' '.crashed' false
is 'the helper alone says what it is for' sh -c '"$1"/fuse/amana-mount 2>&1 | grep -q "amana mount CASE DIR"' sh "$AMANA_BUILD"
finish
