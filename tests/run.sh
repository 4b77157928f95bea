#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is needed, builds and runs all tests.  The last line is "N passed, N failed".
#   sh tests/run.sh             everything
#   sh tests/run.sh STEP...     only these steps: lint dev release interop walks cli kill package fuse tsan fuzz
# Builds go to build/test-*; logs of what failed are printed.  No terminal and no standard input are needed.
set -u
# Whoever starts this in the background hands on signals that are ignored, which no shell can undo; the tests send them.
if [ -z "${AMANA_TEST_SIGNALS:-}" ] && env --default-signal=INT true 2>/dev/null; then
	export AMANA_TEST_SIGNALS=default
	exec env --default-signal=INT,QUIT,HUP,TERM,PIPE,ALRM,USR1,USR2 sh "$0" "$@"
fi
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
steps=${*:-lint dev release interop walks cli insider kill package fuse tsan fuzz}
out=$top/build/test-results
mkdir -p "$out"
rm -f "$out"/*
passed=0
failed=0
exec </dev/null

say() { printf '%s\n' "$*"; }
started=$(date +%s)
minutes() { say "   $((($(date +%s) - started) / 60)) min $((($(date +%s) - started) % 60)) s so far"; }

# One command whose lines "ok NAME" and "not ok NAME" are its checks; an exit other than 0 without a "not ok" is one failure,
# and so is an exit 0 without any check.
run_checks() {
	start_checks "$@"
	tell_checks "$1"
}
log_of() { printf '%s/%s.log' "$out" "$(printf '%s' "$1" | tr '/ ' '__')"; }
start_checks() {
	name=$1
	shift
	log=$(log_of "$name")
	"$@" >"$log" 2>&1
	echo $? >"$log.exit"
}
tell_checks() {
	name=$1
	log=$(log_of "$name")
	status=$(cat "$log.exit" 2>/dev/null || echo 1)
	n_ok=$(grep -c '^ok ' "$log")
	n_bad=$(grep -c '^not ok ' "$log")
	if [ "$status" -ne 0 ] && [ "$n_bad" -eq 0 ]; then n_bad=1; fi
	if [ "$n_ok" -eq 0 ] && [ "$n_bad" -eq 0 ] && ! grep -q '^skip ' "$log"; then n_bad=1; fi
	sed -n 's/^skip /   skipped: /p' "$log"
	passed=$((passed + n_ok))
	failed=$((failed + n_bad))
	if [ "$n_bad" -ne 0 ]; then
		say "FAILED $name ($n_ok ok, $n_bad not, exit $status); the end of its log:"
		grep '^not ok ' "$log" | head -20
		tail -40 "$log" | sed 's/^/   | /'
	else
		say "   $name: $n_ok ok"
	fi
}

# Scripts that share nothing they change, two at a time; told in their order.
run_beside() {
	lane 0 "$@" &
	lane 1 "$@"
	wait $!
	for script in "$@"; do tell_checks "${script#tests/}"; done
}
lane() {
	mine=$1
	shift
	i=0
	for script in "$@"; do
		# a shell's background jobs begin with these signals ignored
		[ $((i % 2)) -ne "$mine" ] || start_checks "${script#tests/}" env --default-signal=INT,QUIT sh "$script"
		i=$((i + 1))
	done
}

# Every test that meson knows in one build folder.
run_meson() {
	build=$1
	shift
	meson test -C "$build" --no-rebuild --print-errorlogs "$@" >"$out/$(basename "$build").log" 2>&1
	json=$build/meson-logs/testlog.json
	n_ok=$(jq -r 'select(.result == "OK") | .name' "$json" 2>/dev/null | wc -l)
	n_skip=$(jq -r 'select(.result == "SKIP") | .name' "$json" 2>/dev/null | wc -l)
	n_all=$(jq -r '.name' "$json" 2>/dev/null | wc -l)
	n_bad=$((n_all - n_ok - n_skip))
	[ "$n_all" -gt 0 ] || n_bad=1
	passed=$((passed + n_ok))
	failed=$((failed + n_bad))
	say "   $(basename "$build"): $n_ok ok, $n_skip skipped, $n_bad not"
	if [ "$n_bad" -ne 0 ]; then
		jq -r 'select(.result != "OK" and .result != "SKIP") | "FAILED " + .name' "$json" 2>/dev/null
		grep -v '^ *[0-9]*/[0-9]* ' "$out/$(basename "$build").log" | tail -60 | sed 's/^/   | /'
	fi
}

# build NAME CC MESON-ARGUMENTS...: configures once and compiles; a build that fails is one failure.
build() {
	folder=build/test-$1
	compiler=$2
	shift 2
	if [ ! -f "$folder/build.ninja" ]; then
		CC=$compiler meson setup "$folder" "$@" >"$out/setup.log" 2>&1 || {
			say "FAILED configuring $folder"; tail -20 "$out/setup.log"
			failed=$((failed + 1)); return 1; }
	fi
	if ninja -C "$folder" >"$out/ninja.log" 2>&1; then
		passed=$((passed + 1))
	else
		say "FAILED building $folder"; grep -A12 -E 'error|FAILED|undefined' "$out/ninja.log" | head -60
		failed=$((failed + 1)); return 1
	fi
}

# A folder in memory for what scripts work in: they wait for the disk more than for anything else, and what a disk loses is not tested here.
in_memory() {
	free=$(df -k --output=avail /dev/shm 2>/dev/null | tail -1)
	[ "${free:-0}" -gt 4000000 ] && probe=$(mktemp /dev/shm/amana-XXXXXX) || return 1
	printf '#!/bin/sh\n' >"$probe"
	chmod 700 "$probe"
	"$probe" 2>/dev/null
	can_run=$?
	rm "$probe"
	[ "$can_run" -eq 0 ]
}
slow_tmp=${TMPDIR:-/tmp}
if [ -z "${TMPDIR:-}" ] && in_memory; then
	TMPDIR=/dev/shm
	export TMPDIR
fi

tsan_setup="-Dwerror=true -Db_sanitize=thread -Db_lundef=false -Dbuildtype=debugoptimized"
fuzz_setup="-Dwerror=true -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized"
# The last two builds are compiled beside the tests of the real program, which mostly wait for scrypt, disks and each other.  Their own steps
# below find the work done, and tell what went wrong.
build_ahead() {
	for one in tsan fuzz; do
		wanted $one || continue
		setup=$tsan_setup
		[ $one = tsan ] || setup=$fuzz_setup
		# shellcheck disable=SC2086
		[ -f build/test-$one/build.ninja ] || CC=clang meson setup build/test-$one $setup
		nice ninja -j1 -C build/test-$one
	done >/dev/null 2>&1
}

wanted() { case " $steps " in *" $1 "*) return 0 ;; esac; return 1; }

sh tests/install.sh build package test >"$out/install.log" 2>&1 || { cat "$out/install.log"; say "0 passed, 1 failed"; exit 1; }

export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=1

if wanted lint; then
	say "== lint"
	for script in tests/lint/*.sh; do run_checks "${script#tests/}" sh "$script"; done
	minutes
fi
if wanted dev || wanted fuse; then
	say "== dev: gcc, ASan, UBSan, fault hooks, warnings are errors"
	if build dev gcc --native-file build-dev.ini && wanted dev; then run_meson build/test-dev; fi
	minutes
fi
if wanted release || wanted interop || wanted walks || wanted cli || wanted insider || wanted kill || wanted package; then
	say "== release: gcc, hardened"
	build release gcc -Dwerror=true -Dbuildtype=release
	if wanted release; then run_meson build/test-release; fi
	minutes
fi
ahead=
if wanted cli || wanted interop; then
	build_ahead &
	ahead=$!
fi
export AMANA_BUILD="$top/build/test-release" AMANA_BUILD_DEV="$top/build/test-dev"
if wanted interop; then
	say "== interop"
	for script in tests/interop/*.sh; do run_checks "${script#tests/}" sh "$script"; done
	minutes
fi
if wanted walks; then
	say "== walks: what CONTRIBUTING.md says, done step by step"
	for script in tests/walks/[0-9]*.sh; do run_checks "${script#tests/}" sh "$script"; done
	minutes
fi
if wanted cli; then
	say "== cli"
	# shellcheck disable=SC2046
	run_beside $(ls tests/cli/[0-9]*.sh | grep -v 61-five-gib)
	run_checks cli/61-five-gib.sh sh tests/cli/61-five-gib.sh # is timed, to see whether it can be done at all
	minutes
fi
if wanted insider; then
	say "== insider: dishonest clients, and a second program from the same page"
	run_checks insider/scenarios sh tests/insider/scenarios/run.sh
	run_checks insider/agree sh tests/insider/agree.sh build/test-release/tests/insider/insider_replay
	run_checks insider/stored python3 tests/insider/stored.py build/test-release/cli/amana tests/vectors/vault-1/vault 100
	run_checks insider/bounded python3 tests/insider/bounded.py 10
	minutes
fi
if wanted kill; then
	say "== kill"
	run_checks kill/kill.sh sh tests/kill/kill.sh
	minutes
fi
if wanted package; then
	say "== package: installed by ninja and by apt, in a home and in a fresh Debian 12"
	for script in tests/package/[0-9]*.sh; do # what belongs to root and what is a device works on a disk
		run_checks "${script#tests/}" env TMPDIR="$slow_tmp" sh "$script"
	done
	minutes
fi
if wanted fuse; then
	say "== fuse: under ASan and UBSan"
	AMANA_BUILD=$AMANA_BUILD_DEV
	TMPDIR=$slow_tmp # programs and a device are put there
	export TMPDIR
	# shellcheck disable=SC2046
	run_beside $(ls tests/fuse/[0-9]*.sh | grep -v 90-readers)
	run_checks fuse/90-readers.sh sh tests/fuse/90-readers.sh # takes both cores for itself
	minutes
fi
[ -z "$ahead" ] || wait "$ahead"
if wanted tsan; then
	say "== tsan: clang, threads"
	# shellcheck disable=SC2086
	if build tsan clang $tsan_setup; then
		run_meson build/test-tsan --suite unit
		run_checks "fuse/90-readers with TSan" env AMANA_BUILD="$top/build/test-tsan" sh tests/fuse/90-readers.sh
	fi
	minutes
fi
if wanted fuzz; then
	say "== fuzz: clang, libFuzzer, ASan, UBSan; corpus, then a short run of each target"
	# shellcheck disable=SC2086
	build fuzz clang $fuzz_setup &&
		run_checks fuzz/short sh tests/fuzz/short.sh build/test-fuzz
	minutes
fi
say "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
