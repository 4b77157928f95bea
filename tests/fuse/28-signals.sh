#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A signal that comes while the mount waits for something in the library: it is heard, and what was begun is not left half done.
as=user
. "$(dirname "$0")/lib.sh"
team
why() { events '[.events[] | select(.event == "unmount")] | last | .details.why'; }
count() { events "[.events[] | select(.event == \"$1\")] | length"; }

# Holds the lock without which nothing is put on record, until it is released; what is started meanwhile must not keep descriptor 6.
lock=$(echo "$HOME"/.local/share/amana/vaults/*/lock)
is 'there is a lock' test -f "$lock"
mkfifo hold
held() {
	rm -f held
	flock "$lock" sh -c ': >held; cat hold' &
	holder=$!
	exec 6>hold
	eventually 10 test -e held
}
released() {
	exec 6>&-
	wait "$holder"
}
waits() { grep -q -- "-> FLOCK .* $1 " /proc/locks; }
program_of() { # PID of the amana that started it
	for dir in /proc/[0-9]*; do
		grep -qs "^[0-9]* (amana-mount) . $1 " "$dir/stat" && echo "${dir#/proc/}"
	done
}
found() {
	daemon=$(program_of "$1")
	[ -n "$daemon" ]
}

mkdir m
before=$(count mount)
for signal in TERM INT HUP; do
	is "SIG$signal while it begins: the lock" held
	"$amana" --no-input --passphrase "file:$HOME/pass" mount HK-1 m --reason 'a test' >said 2>&1 </dev/null 6>&- &
	command=$!
	is "SIG$signal while it begins: it runs" eventually 10 found "$command"
	is "SIG$signal while it begins: it waits" eventually 10 waits "$daemon"
	kill -$signal "$daemon"
	released
	wait "$command"
	same "SIG$signal while it begins: what amana says of it" "$?" 130
	is "SIG$signal while it begins: and why" grep -q 'stopped before it was mounted' said
	isnt "SIG$signal while it begins: nothing is mounted" is_mounted "$work/m"
	same "SIG$signal while it begins: on record" "$(why)" 'could not be mounted'
done
same 'each that began is on record, and its end' "$(count mount) $(count unmount)" "$((before + 3)) $((before + 3))"

mounted 'mount' m
daemon=$(sed -n "s|.* $work/m .*amana:\([0-9]*\) .*|\1|p" /proc/self/mountinfo)
is 'while it stands: the lock' held
cat m/HK-1/*'size 65536.bin' >read 2>/dev/null 6>&- &
reader=$!
is 'while it stands: an opening waits' eventually 10 waits "$daemon"
kill -TERM "$daemon"
released
is 'while it stands: it ends' eventually 20 ended "$daemon"
wait "$reader"
isnt 'while it stands: nothing is left' is_mounted "$work/m"
same 'while it stands: on record' "$(why)" stopped
same 'while it stands: what waited was opened, and is on record' "$(events '[.events[] | select(.event == "view")] | length')" 1
(be L-007; unlocked; run 'the vault is whole' 0 verify)
finish
