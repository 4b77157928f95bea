#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every rule of docs/FORMAT.md, kept and broken: tests/vectors/rules.txt has a name, a verdict and a head for each log
# that rules.py makes, and the program has to judge each slot of it so.  Its state goes through a snapshot on the way.
#
#	rules.sh REPLAY
set -eu
replay=$1
here=$(cd "$(dirname "$0")" && pwd)
expected=$here/../vectors/rules.txt
command -v python3 >/dev/null || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export PYTHONDONTWRITEBYTECODE=1
python3 "$here/rules.py" --text --write "$work/logs" >"$work/rules.txt"
cmp "$work/rules.txt" "$expected" || {
	echo "rules.sh: what rules.py makes is not what tests/vectors/rules.txt says" >&2
	exit 1
}
# All logs in one run; what it says of each goes to a file of its own.
cut -d ' ' -f 1 "$expected" >"$work/names"
while read -r name; do
	cat "$work/logs/$name.log"
done <"$work/names" | "$replay" --check-last --why | awk -v folder="$work/logs" -v names="$work/names" '
	# "slot N VERDICT", sorted as text: put in order again.
	BEGIN { while ((getline name < names) > 0) logs[n++] = name }
	$0 == "bad genesis" { verdict[0] = "refused"; last = 0 }
	$1 == "slot" { verdict[$2] = $3; if ($2 + 0 > last) last = $2 + 0 }
	$1 == "why" { why = why $0 "\n" }
	$0 == "." {
		out = folder "/" logs[at++] ".said"
		for (i = 0; i <= last; i++)
			print verdict[i] > out
		close(out)
		printf "%s", why > (out ".why")
		close(out ".why")
		last = 0
		why = ""
		delete verdict
	}'
n=0
bad=0
while read -r name; do
	n=$((n + 1))
	cmp -s "$work/logs/$name.expected" "$work/logs/$name.said" && continue
	bad=$((bad + 1))
	[ "$bad" -le 20 ] || continue
	echo "rules.sh: $name:" >&2
	diff "$work/logs/$name.expected" "$work/logs/$name.said" >&2 || true
	cat "$work/logs/$name.said.why" >&2 || true
done <"$work/names"
echo "$n logs, $bad of them judged otherwise"
[ "$n" -gt 0 ] && [ "$bad" -eq 0 ]
