#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Made tests/vectors/vault-1: a small vault of format 1 with its keys, once, by the real program.  Version 1 is frozen: that folder
# never changes, and every later program opens it (tests/cli/70-vault-1.sh).  The script stays to show how it came about.
#   sh tests/vectors/make-vault.sh AMANA FOLDER
set -eu
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
amana=$(realpath "$1")
mkdir "$2"
to=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset AMANA_VAULT AMANA_IDENTITY AMANA_VAULT_FINGERPRINT XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME
cd "$work"

as() { # MEMBER ARGUMENT...
	actor=$1
	shift
	HOME=$work/people/$actor "$amana" -C "$work/vault" --no-input --yes --passphrase "file:$work/people/$actor/pass" \
		--new-passphrase "file:$work/people/$actor/pass" "$@" </dev/null
}
person() {
	mkdir -p "people/$1"
	echo "$2" >"people/$1/pass"
	as "$1" id new "$1"
}
person A-001 'baba bebo bidu jola'
person A-002 'lamo lenu lisa loto'
person U-003 'mapa medi miba mojo'
person L-004 'saba sedu silo somi'
person R-005 'wada weno wise woto'
person D-006 'kada keba kape kesi'
person X-007 'juba jule jumi juno'

as A-001 init --origin vector.example
for member in A-002 U-003 L-004 R-005 D-006 X-007; do
	role=
	[ $member = A-002 ] && role='--role admin'
	[ $member = U-003 ] && role='--role auditor'
	as A-001 member add $member.card $role
	as $member join $member.welcome
done
as A-001 member role A-002 --add auditor
as A-001 policy grant-days 30
as A-001 case open HK-2025-0042 --lead L-004 --title 'Mlima Street fire'
as A-001 case open HK-2025-0043 --lead L-004
as L-004 case grant HK-2025-0042 R-005 --as reader --until never
as L-004 case grant HK-2025-0042 X-007 --as reader --until never
as L-004 case grant HK-2025-0042 D-006 --as depositor --until never
as L-004 case grant HK-2025-0043 D-006 --as depositor --until never

# exhibits: a text, an empty file, one chunk and a byte, several chunks, names below a folder, a name that is no UTF-8
mkdir -p phone/DCIM
printf 'I saw the lorry at six.\n' >statement.txt
: >phone/empty
head -c 65537 /dev/zero | openssl enc -aes-128-ctr -K 00000000000000000000000000000001 -iv 0 2>/dev/null >phone/DCIM/chunk
head -c 200000 /dev/zero | openssl enc -aes-128-ctr -K 00000000000000000000000000000002 -iv 0 2>/dev/null >phone/DCIM/chunks
printf 'old' >"phone/$(printf 'caf\351.txt')"
as D-006 deposit HK-2025-0042 statement.txt --type statement --title 'Statement of V-003' --source 'in person' \
	--received 2025-04-30T09:00:00Z
as D-006 deposit HK-2025-0042 phone --source 'phone of V-003, by cable' --note 'screen broken'
as D-006 deposit HK-2025-0043 statement.txt --source 'in person'
as X-007 retrieve HK-2025-0042/1 -o before --reason 'first look'
as L-004 case revoke HK-2025-0042 X-007 --reason 'left the office'
as L-004 case rekey HK-2025-0043
as A-001 member revoke X-007 --reason 'left the office'
as A-001 policy two-person on
as A-001 member role U-003 --add admin || [ $? -eq 9 ]
as A-002 approve sign "$(as A-002 --json approve list | jq -r '.proposals[0].id // .[0].id')"
as A-001 member role U-003 --remove admin || [ $? -eq 9 ]
as A-002 approve refuse "$(as A-002 --json approve list | jq -r '.proposals[0].id // .[0].id')"
printf 'The second statement.\n' >second.txt
as L-004 list HK-2025-0042
as L-004 deposit HK-2025-0042 second.txt statement.txt --source 'by post'
as D-006 retrieve HK-2025-0042/1 -o refused --reason 'to see' && exit 1
mkdir out
as R-005 retrieve HK-2025-0042/1-6 -o out --reason 'for the hearing'
as R-005 verify --contents

# ---- what is kept ----
mkdir "$to/identities" "$to/cards" "$to/receipts"
for member in A-001 A-002 U-003 L-004 R-005 D-006; do
	cp "people/$member/.local/share/amana/identities/$member.age" "$to/identities/"
	printf '%s %s\n' $member "$(cat people/$member/pass)"
done >"$to/passphrases"
cp ./*.card ./*.welcome "$to/cards/"
cp R-*.txt "$to/receipts/"
# expected: exhibit, name, size, digest, as the lead sees them; the events of the first; the log as it is kept
as L-004 --json list | jq -r '.exhibits[] | [.exhibit, (.name_b64 // .name), (.size | tostring), .sha256] | @tsv' >"$to/exhibits.tsv"
as L-004 --json custody HK-2025-0042/1 | jq -r '.events[] | [(.index | tostring), .actor, .action, .event] | @tsv' >"$to/custody-1.tsv"
as A-001 --json verify --bytes | jq -c '{batches, entries, ok}' >"$to/verify.json"
sha256sum <vault/vault | cut -c1-64 >"$to/fingerprint"
cp -r vault "$to/vault"
find "$to/vault" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
find "$to" -type f | wc -l
