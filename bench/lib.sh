# SPDX-License-Identifier: Apache-2.0
# What the measurements share.  Sourced by bash; $amana is the program to be measured.

amana=$(realpath -- "$amana" 2>/dev/null)
[ -x "$amana" ] || { echo "no $amana: build first (sh quickstart.sh, or meson)" >&2; exit 1; }
needs() {
	local tool missing=
	for tool in "$@"; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
	[ -z "$missing" ] || { echo "install first:$missing (sh tests/install.sh build test bench)" >&2; exit 1; }
}
needs keyctl jq python3 openssl

now() { date +%s%N; }
# median NANOSECONDS...: in milliseconds
median() { printf '%s\n' "$@" | sort -n | awk '{a[NR]=$1} END {printf "%.1f", a[int((NR+1)/2)]/1e6}'; }
# A virtual machine may give memory that it does not use back to its host, and get it again page by page, at a tenth of the speed: whoever
# writes into the tmpfs first pays for it.  So before anything large is timed, as much memory as it will take is written and freed.
warm_mib=0
warm() { [ "$warm_mib" -eq 0 ] || { head -c "${warm_mib}M" /dev/zero >"$work/warm" && rm "$work/warm"; }; }
# once SETUP COMMAND: nanoseconds; SETUP (a shell text, may be empty) is not timed
once() {
	local begin end
	[ -z "$1" ] || eval "$1" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
	warm
	begin=$(now)
	eval "$2" >"$work/log" 2>&1 || { echo "failed: $2" >&2; tail -5 "$work/log" >&2; exit 1; }
	end=$(now)
	echo $((end - begin))
}
# ms REPEAT SETUP COMMAND: median milliseconds
ms() {
	local i times=
	for i in $(seq "$1"); do times="$times $(once "$2" "$3")" || exit 1; done
	median $times
}
peak() { # peak resident memory in MiB of a command
	/usr/bin/env python3 - "$@" <<'PY'
import os, resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1))
PY
}
row() { printf '%-58s %12s   %s\n' "$1" "$2" "${3:-}"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.1f", a / b}'; }
judge() { # what, ratio, wanted
	awk -v r="$2" -v w="$3" 'BEGIN {exit !(r + 0 >= w + 0)}' && row "$1" "$2 x" "(wanted $3 x)" ||
		row "$1" "$2 x" "(wanted $3 x: MISSED)"
}
limit() { # what, value, most, unit
	awk -v r="$2" -v w="$3" 'BEGIN {exit !(r + 0 <= w + 0)}' && row "$1" "$2 $4" "(at most $3 $4)" ||
		row "$1" "$2 $4" "(at most $3 $4: MISSED)"
}

quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }; }
a() { "$amana" --no-input --yes --progress none "$@"; }

# A folder in memory, and in it the office: one person who leads the cases, unlocked.
bench_begin() {
	work=$(mktemp -d "${BENCH_DIR:-/dev/shm}/amana-bench.XXXXXX")
	trap bench_end EXIT
	export TMPDIR=$work HOME=$work/home XDG_DATA_HOME=$work/data XDG_CACHE_HOME=$work/cache XDG_CONFIG_HOME=$work/config
	mkdir -p "$HOME"
	cd "$work"
	printf 'bench passphrase\n' >pass
	export AMANA_VAULT=$work/vault
	quietly a --new-passphrase file:pass id new L-007
	keyctl new_session bench >/dev/null 2>&1 || true
	quietly a --passphrase file:pass unlock --for 2h
}
bench_end() {
	"$amana" lock >/dev/null 2>&1 || true
	chmod -R u+w "$work" 2>/dev/null || true
	rm -rf "$work"
}
office() { # VAULT CASE...
	export AMANA_VAULT=$1
	shift
	rm -rf "$AMANA_VAULT"
	quietly a --passphrase file:pass init
	for code in "$@"; do quietly a case open "$code"; done
}
