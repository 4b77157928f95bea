#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Depositors write and cannot read: with a depositor's whole home folder, passphrase and the vault, no command and no tool gives
# back what was just deposited.  The same attempts with the lead's home do: that shows that they are attempts.
. "$(dirname "$0")/office.sh"

office S-014 L-007
must as ADM-1 case open HK-2025-0042 --lead L-007
must as L-007 --yes case grant HK-2025-0042 S-014 --as depositor

marker=MARK$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
mkdir "$T/phone"
# More than one chunk; a small one; one with a key of its own kind of text.
i=0
while [ $i -lt 6000 ]; do echo "$i $marker said the witness"; i=$((i + 1)); done >"$T/phone/statement.txt"
printf 'a short note: %s\n' "$marker" >"$T/phone/note.txt"
try 0 "the depositor deposits" S-014 --json deposit HK-2025-0042 "$T/phone"
cp "$T/out" "$T/deposit.json"
check "two exhibits, one receipt" jq -e '(.exhibits | length) == 2 and (.receipts | length) == 1' "$T/deposit.json"

# The thief has copies, taken at once; nothing of the owner's but these.  Later acts of others change nothing for him.
mkdir -p "$T/stolen"
cp -a "$T/vault" "$T/stolen/vault"
cp -a "$T/people/S-014" "$T/stolen/S-014"
cp -a "$T/people/L-007" "$T/stolen/L-007"
rm -rf "$T/phone"

# thief CODE ARGUMENT...: the program with the stolen home.
thief() {
	who=$1
	shift
	(
		cd "$T/stolen/$who" || exit 99
		export HOME="$T/stolen/$who" AMANA_VAULT="$T/stolen/vault"
		exec "$amana" --no-input --yes --passphrase "file:$T/stolen/$who/passphrase" \
			--new-passphrase "file:$T/stolen/$who/passphrase" "$@" </dev/null
	)
}
# The first exhibit's id stands in the log.
first=$(LC_ALL=C grep -ah -m1 '^exhibit [0-9a-f]\{32\}$' "$(slot_file "$T/vault" "$(jq -r '.receipts[0].batch' "$T/deposit.json")")" |
	cut -c 9-16)

# Every command that could put something out, by number, by id, and of the whole case.
commands() { # CODE FOLDER: runs them; all output goes to FOLDER
	mkdir -p "$2/out"
	must thief "$1" unlock --for 10m
	n=0
	while read -r line; do
		n=$((n + 1))
		# shellcheck disable=SC2086
		thief "$1" $line >"$2/$n.txt" 2>&1
		echo "$? $line" >>"$2/log"
	done <<-LINES
		list HK-2025-0042
		--json list HK-2025-0042
		list
		show HK-2025-0042/1
		--json show HK-2025-0042/1
		show HK-2025-0042/1-2
		search said
		search $marker
		search $marker --case HK-2025-0042
		--json search note*
		retrieve HK-2025-0042/1 -o $2/out/one --reason x
		retrieve HK-2025-0042/1-2 -o $2/out --reason x
		--json retrieve HK-2025-0042/2 -o $2/out/json --reason x
		retrieve HK-2025-0042/2 -o - --reason x
		retrieve id:$first -o $2/out/by-id --reason x
		custody HK-2025-0042
		custody HK-2025-0042/1
		--json custody HK-2025-0042/1
		case list
		--json case list
		case show HK-2025-0042
		--json case show HK-2025-0042
		case card HK-2025-0042 -o $2/out/card
		case rekey HK-2025-0042
		case grant HK-2025-0042 S-014 --as reader
		case grant HK-2025-0042 S-014 --as lead
		verify --bytes --contents
		verify HK-2025-0042 --contents
		verify HK-2025-0042/1 --contents
		--json verify HK-2025-0042/1 --bytes --contents
		status
		--json status
		member list
		id show
		id backup -o $2/out/paper
		approve list
	LINES
	# one's own receipt is no key
	thief "$1" verify --receipt "$T/stolen/$1/$(cd "$T/stolen/$1" && ls R-*.txt 2>/dev/null | head -1)" >"$2/receipt.txt" 2>&1
}

mkdir "$T/S" "$T/L"
commands S-014 "$T/S/amana"
check "no command of the depositor gives the contents back" fails grep -rlaF "$marker said" "$T/S/amana"
check "nor the short note's" fails grep -rlaF "note: $marker" "$T/S/amana"
check "nothing was put out" sh -c "test -z \"\$(find '$T/S/amana/out' -type f ! -name paper ! -name card)\""
check "retrieving is denied, each time" sh -c "test \$(grep -c '^4 .*retrieve HK' '$T/S/amana/log') -eq 4"
check "by its id too" grep -q '^4 retrieve id:' "$T/S/amana/log"
check "so are grants to oneself" sh -c "test \$(grep -c '^4 case grant' '$T/S/amana/log') -eq 2"
check "and new keys" grep -q '^4 case rekey' "$T/S/amana/log"
crack S-014 "$T/stolen/S-014" "$T/stolen/vault" "$T/S/age" || not_ok "age opens the depositor's identity file"
check "age opened the depositor's own identity" grep -q '^AGE-SECRET-KEY-1' "$T/S/age/open/identity"
check "and the depositor's key files (the attempt is real)" sh -c "test \$(ls '$T/S/age/open' | wc -l) -ge 2"
check "age gives no contents with all keys of the depositor" fails grep -rlaF "$marker" "$T/S/age/open"
check "every exhibit is still sealed" sh -c "
	for object in \$(jq -r '.exhibits[].object' '$T/deposit.json'); do test -s '$T/S/age/sealed/'\$object || exit 1; done"
check "no key of an exhibit or a ring was found: only the depositor's own" sh -c "test \$(wc -l <'$T/S/age/keys/all') -eq 1"
check "the signing key's seed is no age key either" sh -c "! grep -qaF \"\$(sed -n 's/^# PRIVATE.KEY+[^+]*+[^+]*+//p' '$T/S/age/open/identity')\" '$T/S/age/keys/all'"
# the catalogue, the own copy of the log and all the rest of the folder
check "the contents are in no file of the home" fails grep -rlaF "$marker" "$T/stolen/S-014"
check "nor in the vault" fails grep -rlaF "$marker" "$T/stolen/vault"

# The control: the same attempts with the lead's home.
commands L-007 "$T/L/amana"
check "control: the lead's commands give the contents back" grep -rqaF "$marker said" "$T/L/amana/out"
crack L-007 "$T/stolen/L-007" "$T/stolen/vault" "$T/L/age" || not_ok "age opens the lead's identity file"
check "control: so does age with the lead's keys" grep -rqaF "$marker said" "$T/L/age/open"
check "control: every exhibit" sh -c "
	for object in \$(jq -r '.exhibits[].object' '$T/deposit.json'); do test -s '$T/L/age/open/'\$object || exit 1; done"

# What the thief did stands in the log of that copy.
try 0 "the attempts are on record" L-007 -C "$T/stolen/vault" custody HK-2025-0042/1
says "as denied, by the depositor" 'S-014.*denied'
finish
