#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two programs from one page: docs/verify/verify.py and the program judge the same random signed logs,
# and the same logs with one change each, and must come to the same verdicts and the same state.
#
#	agree.sh REPLAY [SLOTS [COPIES]]
#
# The seed is the commit's, and is printed; $AMANA_SEED names another.
set -u
replay=$1
slots=${2:-2000}
copies=${3:-8}
here=$(cd "$(dirname "$0")" && pwd)
verify=$here/../../docs/verify/verify.py
commit=$(git -C "$here" rev-parse --short=7 HEAD 2>/dev/null || echo 0)
seed=${AMANA_SEED:-$(printf %d "0x$commit")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1

echo "# seed $seed"
# compare NAME STREAM: the dumps of all logs of it.
compare() {
	"$replay" <"$2" >"$work/ours" || { echo "not ok $1: the program failed"; return 1; }
	python3 "$verify" --stream <"$2" >"$work/theirs" || { echo "not ok $1: verify.py failed"; return 1; }
	logs=$(grep -c '^\.$' "$work/ours")
	void=$(grep -c '^slot [0-9]* void$' "$work/ours")
	all=$(grep -c '^slot ' "$work/ours")
	if [ "$logs" -gt 0 ] && cmp -s "$work/ours" "$work/theirs"; then
		echo "ok $1: $logs logs, $all slots, $void of them void"
	else
		echo "not ok $1: $logs logs, $all slots, $void of them void"
		diff "$work/ours" "$work/theirs" | head -20
		return 1
	fi
}
bad=0
python3 "$here/random_acts.py" --seed "$seed" --slots "$slots" --judge "$verify" >"$work/random" || bad=1
compare "random signed logs" "$work/random" || bad=1
[ "$void" -gt $((slots / 5)) ] && echo "ok a fifth of the slots at least is void" || {
	echo "not ok a fifth of the slots at least is void"; bad=1; }
python3 "$here/mutate.py" --seed "$seed" --world "random/$seed/#" --copies "$copies" <"$work/random" >"$work/mutated" || bad=1
compare "logs with one change each" "$work/mutated" || bad=1
exit "$bad"
