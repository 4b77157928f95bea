#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill -9 in the middle of deposits: at 200 random moments of four people depositing at once, and at every single point at which a
# deposit, or a retrieve, changes the disk.  Whatever got a receipt is there and verifies, nothing else is to be seen, no
# lock has to be removed, and going on works.
#   sh tests/kill/kill.sh [SEED]       KILLS=200 MINUTES=4
LC_ALL=C
export LC_ALL
top=$(cd "$(dirname "$0")/../.." && pwd)
AMANA_BUILD=${AMANA_BUILD:-$top/build/test-release}
AMANA_BUILD_DEV=${AMANA_BUILD_DEV:-$top/build/test-dev}
amana=$AMANA_BUILD/cli/amana
AMANA_LIBEXEC=${AMANA_LIBEXEC:-$AMANA_BUILD/vault/sandbox}
export AMANA_LIBEXEC
seed=${1:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
kills=${KILLS:-200}
until=$(($(date +%s) + ${MINUTES:-4} * 60))
for needed in "$amana" "$AMANA_BUILD_DEV/cli/amana" "$AMANA_BUILD/tests/kill/kill_many" "$AMANA_BUILD/tests/cli/make_identity"; do
	[ -x "$needed" ] || { echo "not ok kill: there is no $needed"; exit 1; }
done
folder=/dev/shm
[ -w $folder ] || folder=${TMPDIR:-/tmp}
work=$(mktemp -d "$folder/amana-kill-XXXXXX") || exit 1
unset AMANA_VAULT AMANA_IDENTITY AMANA_VAULT_FINGERPRINT AMANA_FINGERPRINT XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME
failed=0
finish() {
	if [ "$failed" -ne 0 ] && [ -n "${KEEP:-}" ]; then echo "kept: $work"; else rm -rf "$work"; fi
	[ "$failed" -eq 0 ]
}
trap 'finish; exit $?' EXIT
trap 'exit 130' INT TERM
ok() { echo "ok kill: $1"; [ -z "${VERBOSE:-}" ] || echo "  at $(date +%T)"; }
not_ok() {
	echo "not ok kill: $1 (seed $seed)"
	failed=1
	head -20 "$work/err" | sed 's/^/  | /'
	exit 1
}
echo "seed $seed"
cd "$work" || exit 1
: >err

program=$amana
# as MEMBER ARGUMENT...: amana as this person, unattended
as() {
	actor=$1
	shift
	HOME=$work/people/$actor "$program" -C "$work/vault" --no-input --yes --passphrase "file:$work/people/$actor/pass" "$@" >"$work/out" 2>"$work/err" </dev/null
}
must() { # NAME COMMAND...
	name=$1
	shift
	"$@" || not_ok "$name"
}
person() {
	mkdir -p "people/$1/.local/share/amana/identities"
	echo "$1 $1" >"people/$1/pass"
	"$AMANA_BUILD/tests/cli/make_identity" "people/$1/.local/share/amana/identities/$1.age" "$1.card" "$1" "$1 $1" || not_ok "making $1"
}
# no name in the vault but those of docs/FORMAT.md section 2: nothing half-written, no lock
strange_names() {
	(cd vault && find . ! -type d) | grep -vxE '\./(vault|log(/[0-9]{3}){4}|(objects|lines)/[0-9a-f]{2}/[0-9a-f]{64})'
}

# ---- an office; the words of everybody in it were compared beforehand ----
for who in A-001 L-002 R-003 D-101 D-102 D-103 D-104; do person $who; done
for card in *.card; do head -4 "$card" | sha256sum | cut -c 1-64; done >fingerprints
AMANA_FINGERPRINT=@$work/fingerprints
export AMANA_FINGERPRINT
must "init" as A-001 init --origin test.example
for who in L-002 R-003 D-101 D-102 D-103 D-104; do
	must "member add $who" as A-001 member add $who.card
	[ -f $who.welcome ] || not_ok "$who.welcome"
	must "join $who" as $who join $who.welcome
done
must "case open" as A-001 case open HK-1 --lead L-002
must "grant" as L-002 case grant HK-1 R-003 --as reader
for who in D-101 D-102 D-103 D-104; do must "grant $who" as L-002 case grant HK-1 $who --as depositor; done
cp -a vault vault-before
cp -a people people-before

# Every receipt that lies below FOLDER: the log has it, and the exhibits that it names have the names of that run's files.
check_receipts() { # FOLDER
	find "$1" -name 'R-*.txt' | sort >receipts
	[ -s receipts ] || return 0
	set --
	while read -r receipt; do set -- "$@" --receipt "$receipt"; done <receipts
	must "verify --bytes with $# arguments" as A-001 verify --bytes "$@"
	ok "$(wc -l <receipts) receipts are in the log"
}

# The lead takes out everything that there is: each exhibit is one of the originals in FOLDER, byte for byte, and each file that a
# receipt names is among them.
check_contents() { # FOLDER
	must "list" as L-002 list HK-1 --json
	jq -r '.exhibits[] | [.exhibit, .name] | @tsv' out | sed 's|files/||' >listed
	n=$(wc -l <listed)
	[ "$n" -eq 0 ] && return 0
	rm -rf taken
	mkdir taken
	must "retrieve" as L-002 retrieve "HK-1/1-$n" -o taken --reason "to compare" --json
	jq -r '.items[] | [.exhibit, .sha256] | @tsv' out | sort >got
	find "$1" -path '*/files/*' -type f -exec sha256sum {} + | sed 's|^\([0-9a-f]*\) .*/|\1 |' | sort -u >originals
	sort listed | join -t "$(printf '\t')" - got | awk -F'\t' '{print $3, $2}' | sort >pairs
	[ "$(wc -l <pairs)" -eq "$n" ] || not_ok "all $n exhibits came out"
	sort -u pairs | comm -23 - originals >err
	[ -s err ] && not_ok "every exhibit is an original"
	(cd taken && find . -type f -exec sha256sum {} +) | cut -d' ' -f1 | sort >taken-digests
	cut -d' ' -f1 pairs | sort | comm -3 - taken-digests >err
	[ -s err ] && not_ok "what was taken out has the digests that were told"
	# R-N.txt: "exhibits 7-9,12"; the run's folder is the beginning of the names of its files
	xargs grep -H '^exhibits [0-9]' <receipts | awk -F: '
		FILENAME == "listed" { split($0, part, "\t"); name[part[1]] = part[2]; next }
		{ n = split($1, path, "/"); m = split(substr($2, 10), runs, ",")
		  for (i = 1; i <= m; i++) { k = split(runs[i], ends, "-")
			for (at = ends[1] + 0; at <= ends[k] + 0; at++)
				if (index(name["HK-1/" at], path[n - 1] "-") != 1) print $0 ": " at } }' listed - >err
	[ -s err ] && not_ok "a receipt names its own run's files"
	ok "$n exhibits come out as they went in"
}
check_nothing_strange() {
	strange_names >err && not_ok "names in the vault"
	ok "no half-written name and no lock in the vault"
}

# ---- 200 random moments ----
mkdir runs
must "kill_many" "$AMANA_BUILD/tests/kill/kill_many" "$amana" "$work/vault" HK-1 "$work" "$seed" "$kills" >summary 2>err
ok "$(cat summary)"
mkdir -p people/stranger
echo x >people/stranger/pass
must "verify as a stranger" as stranger verify --bytes
ok "the vault verifies"
check_receipts runs
check_contents runs
n_receipts=$(wc -l <receipts)
[ "$n_receipts" -gt 10 ] || not_ok "only $n_receipts receipts: nothing was tried"
grep -q '[1-9][0-9]* finished' summary || not_ok "not one deposit finished"
check_nothing_strange
# Going on: every run again, to its end.
for run in runs/*; do
	[ -f "$run/done" ] && continue
	who=D-10$(basename "$run" | cut -d- -f1)
	(cd "$run" && as "$who" deposit HK-1 files --source "a cable") || not_ok "running $run again"
done
ok "every killed deposit goes on when it is run again"
check_receipts runs
check_contents runs
sort pairs | uniq >once
cmp -s once originals || not_ok "every file is in the vault at last"
ok "every file is in the vault, $(($(wc -l <pairs) - $(wc -l <once))) of them twice"
check_nothing_strange

# ---- every point of one deposit, and of one retrieve ----
# kill_at ARGUMENT...: the dev build's program ends at its change number $point of the disk.  False: it had fewer.
kill_at() {
	(
		AMANA_FAULT=kill:$point
		AMANA_LIBEXEC=$AMANA_BUILD_DEV/vault/sandbox
		export AMANA_FAULT AMANA_LIBEXEC
		program=$AMANA_BUILD_DEV/cli/amana
		as "$@"
	)
	status=$?
	[ $status -eq 137 ] && return 0
	[ $status -eq 0 ] || not_ok "kill:$point: exit $status"
	return 1
}
fresh() {
	rm -rf vault people once-run
	cp -a vault-before vault
	cp -a people-before people
	mkdir -p once-run/1-1/files
	head -c 3000 /dev/urandom >once-run/1-1/files/1-1-0
	head -c 90000 /dev/urandom >once-run/1-1/files/1-1-1
}
point=1
while fresh && (cd once-run/1-1 && kill_at D-101 deposit HK-1 files); do
	must "verify after kill:$point" as A-001 verify --bytes
	strange_names >err && not_ok "names in the vault after kill:$point"
	(cd once-run/1-1 && as D-101 deposit HK-1 files) || not_ok "deposit again after kill:$point"
	check_receipts once-run >/dev/null
	check_contents once-run >/dev/null
	[ "$(wc -l <pairs)" -eq 2 ] || not_ok "two exhibits after kill:$point, not $(wc -l <pairs)"
	point=$((point + 1))
	[ "$(date +%s)" -lt "$until" ] || { echo "time is up at kill:$point"; break; }
done
[ $point -gt 20 ] || not_ok "a deposit has only $point points"
ok "a deposit killed at each of its $((point - 1)) changes of the disk"
fresh
(cd once-run/1-1 && as D-101 deposit HK-1 files) || not_ok "a deposit to retrieve"
rm -rf vault-before people-before
cp -a vault vault-before
cp -a people people-before
cp -a once-run once-before
point=1
while rm -rf vault people taken && cp -a vault-before vault && cp -a people-before people && mkdir taken &&
	kill_at R-003 retrieve HK-1/1-2 -o taken --reason court; do
	must "verify after kill:$point of a retrieve" as A-001 verify --bytes
	strange_names >err && not_ok "names in the vault after kill:$point of a retrieve"
	for file in taken/*; do
		[ -e "$file" ] || continue
		cmp "$file" "once-before/1-1/files/${file##* }" >err 2>&1 || not_ok "half a file after kill:$point"
	done
	mkdir taken/again
	must "retrieve after kill:$point" as R-003 retrieve HK-1/1-2 -o taken/again --reason court
	point=$((point + 1))
	[ "$(date +%s)" -lt "$until" ] || { echo "time is up at kill:$point"; break; }
done
[ $point -gt 10 ] || not_ok "a retrieve has only $point points"
ok "a retrieve killed at each of its $((point - 1)) changes of the disk"
