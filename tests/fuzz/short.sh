#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# short.sh BUILD [SECONDS]: each libFuzzer target over its corpus, then on for a few seconds from there.
build=$1
seconds=${2:-5}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
for target in "$build"/tests/fuzz/fuzz_*; do
	[ -x "$target" ] && [ -f "$target" ] || continue
	name=${target##*/fuzz_}
	mkdir -p "$work/$name"
	if "$target" -max_total_time="$seconds" -rss_limit_mb=1500 -timeout=10 -verbosity=0 -print_final_stats=1 \
		-artifact_prefix="$work/" "$work/$name" "$here/corpus/$name" >"$work/log" 2>&1; then
		echo "ok fuzz $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log") inputs"
	else
		echo "not ok fuzz $name"
		tail -30 "$work/log"
		for crash in "$work"/crash-* "$work"/timeout-* "$work"/oom-*; do
			[ -f "$crash" ] && { echo "$crash:"; base64 "$crash" | head -20; }
		done
		status=1
	fi
done
exit $status
