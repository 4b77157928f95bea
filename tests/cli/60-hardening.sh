#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How the programs were linked, and what a running one gives away: PIE, full RELRO, stack protector, FORTIFY, CET, no core dumps, not
# dumpable, nothing secret in arguments.
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${AMANA_BUILD:-$top/build/test-release}
status=0
check() { # NAME COMMAND...
	name=$1
	shift
	if "$@" >/dev/null 2>&1; then echo "ok hardening: $name"; else echo "not ok hardening: $name"; status=1; fi
}
dynamic() { readelf -d "$1" | grep -Eq "$2"; }
header() { readelf -h "$1" | grep -Eq "$2"; }
segment() { readelf -lW "$1" | grep -Eq "$2"; }
symbol() { readelf -sW --dyn-syms "$1" | grep -Eq "$2"; }
# The mark in the file's notes is lost by linking Debian's start files, which have none; the code itself is what counts.
tracked() { [ "$(objdump -d "$1" | grep -c endbr64)" -gt 20 ]; }
not() { ! "$@"; }
for file in cli/amana vault/sandbox/amana-worker vault/api/libamana.so.0; do
	path=$build/$file
	check "$file is position independent" header "$path" 'DYN'
	check "$file has its relocations read-only" segment "$path" 'GNU_RELRO'
	check "$file binds at start" dynamic "$path" 'BIND_NOW|FLAGS.*NOW'
	check "$file has no executable stack" segment "$path" 'GNU_STACK.*RW '
	check "$file has no writable code" not segment "$path" 'LOAD.* RWE '
	check "$file checks its stack" symbol "$path" '__stack_chk_fail'
	check "$file is fortified" symbol "$path" '_chk@'
	check "$file is compiled for branch tracking" tracked "$path"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1 # the card would be written here
mkfifo "$work/pipe"
# It waits for its passphrase on the pipe: long enough to be looked at.
HOME=$work XDG_DATA_HOME=$work XDG_CACHE_HOME=$work XDG_CONFIG_HOME=$work \
	"$build/cli/amana" --no-input --new-passphrase "file:$work/pipe" id new S-014 >/dev/null 2>&1 &
pid=$!
exec 3<>"$work/pipe"
for i in 1 2 3 4 5 6 7 8 9 10; do
	readlink "/proc/$pid/exe" 2>/dev/null | grep -q 'cli/amana$' && grep -q 'Max core file size *0 *0' "/proc/$pid/limits" && break
	sleep 0.2
done
check "no core dumps" grep -q 'Max core file size *0 *0' "/proc/$pid/limits"
if [ "$(id -u)" -eq 0 ]; then
	# What a process that may not be dumped keeps from its own user is asked for as that user. The same is asked of one that gives up
	# being dumpable here, and of one that does not: a kernel that answers both alike would say nothing about the program.
	kill "$pid" 2>/dev/null
	exec 3>&-
	wait "$pid" 2>/dev/null
	chmod 777 "$work"
	rm -f "$work/pipe"
	mkfifo -m 666 "$work/pipe"
	mkdir -m 755 "$work/bin"
	cp "$build/cli/amana" "$work/bin/"
	as_user="setpriv --reuid 65534 --regid 65534 --clear-groups"
	keeps() { # PID: its user cannot look into it; a program just started is given half a minute to say so
		tries=0
		while $as_user cat "/proc/$1/environ" >/dev/null 2>&1; do
			tries=$((tries + 1))
			[ "$tries" -lt "${2:-150}" ] || return 1
			sleep 0.2
		done
	}
	$as_user perl -e 'syscall(157, 4, 0, 0, 0, 0); sleep 60' &
	closed=$!
	$as_user sleep 60 &
	open=$!
	sleep 0.5
	$as_user env HOME="$work" XDG_DATA_HOME="$work/d" XDG_CACHE_HOME="$work/c" XDG_CONFIG_HOME="$work/f" \
		"$work/bin/amana" --no-input --new-passphrase "file:$work/pipe" id new S-014 >/dev/null 2>&1 &
	pid=$!
	exec 3<>"$work/pipe"
	for i in $(seq 50); do # until then it is setpriv or env, of which the same would be said
		readlink "/proc/$pid/exe" 2>/dev/null | grep -q '/amana$' && break
		sleep 0.2
	done
	if keeps "$closed" 25 && ! keeps "$open" 1; then
		check "not dumpable" keeps "$pid"
	else
		echo "skip not dumpable: this kernel does not keep such a process from its user"
	fi
	kill "$closed" "$open" 2>/dev/null
	exe=$(readlink "/proc/$pid/exe" || true)
	check "it is the program that was looked at" test "${exe##*/}" = amana
else
	echo "skip not dumpable: needs root to drop to another user"
fi
kill "$pid" 2>/dev/null
exec 3>&-
wait "$pid" 2>/dev/null
exit $status
