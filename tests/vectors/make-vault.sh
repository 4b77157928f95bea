#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Made tests/vectors/vault-1: a small vault of format 1 with its keys, once.  Version 1 is frozen: that folder never changes, and every
# later program opens it (tests/cli/70-vault-1.sh).  The office is made by the real program; make_vault.py goes on with the same log by
# the same keys, and signs what no command signs yet, so that every action and every kind of line of docs/FORMAT.md is there.
#   sh tests/vectors/make-vault.sh AMANA FOLDER
# FOLDER is made anew, and FOLDER.state beside it; 70-vault-1.sh, with that program's build, then says whether it is as it should be.
set -eu
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
here=$(realpath "$(dirname "$0")")
amana=$(realpath "$1")
rm -rf "$2"
mkdir "$2"
to=$(realpath "$2")
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
unset AMANA_VAULT AMANA_IDENTITY AMANA_VAULT_FINGERPRINT XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME
cd "$work"
: >fingerprints
export AMANA_FINGERPRINT="@$work/fingerprints" # the words of all these cards were compared

as() { # MEMBER ARGUMENT...
	actor=$1
	shift
	HOME=$work/people/$actor "$amana" -C "$work/vault" --no-input --yes --passphrase "file:$work/people/$actor/pass" \
		--new-passphrase "file:$work/people/$actor/pass" "$@" </dev/null
}
fingerprint() { head -4 "$1" | sha256sum | cut -c 1-64; }
compared() { fingerprint "$1" >>fingerprints; }
person() { # MEMBER WORDS
	mkdir -p "people/$1"
	echo "$2" >"people/$1/pass"
	as "$1" id new "$1"
	compared "$1.card"
}
enrol() { # MEMBER [OPTION...]
	member=$1
	shift
	as A-001 member add "$member.card" --fingerprint "$(fingerprint "$member.card")" "$@"
	as "$member" join "$member.welcome"
}
waits() { [ $? -eq 9 ]; } # for a second person
proposal() { as A-002 --json approve list | jq -r '.proposals[0].id'; }

person A-001 'baba bebo bidu jola'
person A-002 'lamo lenu lisa loto'
person U-003 'mapa medi miba mojo'
person L-004 'saba sedu silo somi'
person R-005 'wada weno wise woto'
person D-006 'kada keba kape kesi'
person X-007 'juba jule jumi juno'
person S-008 'bafa belo bimi bono'
person C-009 'sapa seno siba soto'

as A-001 init --origin vector.example
as A-001 log restored --reason 'a drill' --lost "3:$(head -c 32 /dev/zero | sha256sum | cut -c 1-64)"
enrol A-002 --role admin
enrol U-003 --role auditor
as A-001 member role A-002 --add auditor
as U-003 audit admit A-002
enrol L-004
enrol R-005
enrol D-006
enrol X-007
enrol S-008
enrol C-009 --role recovery

as A-001 case open HK-2025-0042 --lead L-004 --title 'Mlima Street fire'
second=$(as A-001 --json case open HK-2025-0043 --lead X-007 | jq -r .id | sed "s,^\(id:\)*,id:,")
as L-004 case list # makes the keys of the case
as X-007 case list
as L-004 case grant HK-2025-0042 R-005 --as reader --until never
as L-004 case grant HK-2025-0042 X-007 --as reader --until never
as L-004 case grant HK-2025-0042 D-006 --as depositor --until never
as L-004 case grant HK-2025-0042 S-008 --as standby --until never
as L-004 case grant HK-2025-0042 C-009 --as recovery --until never
as X-007 case grant HK-2025-0043 S-008 --as reader --until never

# exhibits: a text, an empty file, one chunk and a byte, several chunks, names below a folder, a name that is no UTF-8
mkdir -p phone/DCIM
printf 'I saw the lorry at six.\n' >statement.txt
: >phone/empty
head -c 65537 /dev/zero | openssl enc -aes-128-ctr -K 00000000000000000000000000000001 -iv 0 2>/dev/null >phone/DCIM/chunk
head -c 200000 /dev/zero | openssl enc -aes-128-ctr -K 00000000000000000000000000000002 -iv 0 2>/dev/null >phone/DCIM/chunks
printf 'old' >"phone/$(printf 'caf\351.txt')"
printf '{"made": {"with": "a ruler", "cm": 21}}\n' >facts.json
as D-006 deposit HK-2025-0042 statement.txt --type statement --title 'Statement of V-003' --source 'in person' \
	--received 2025-04-30T09:00:00Z
as D-006 deposit HK-2025-0042 phone --source 'phone of V-003, by cable' --note 'screen broken' --facts facts.json
printf 'of the second case\n' >other.txt
as X-007 deposit HK-2025-0043 other.txt --source 'by post'

# keys: one's own change; other keys for a code, whose case then needs another lead; an office that is left
as R-005 id rekey
compared R-005-2.card
as U-003 id rekey # makes an epoch of the audit ring
as L-004 case list # and this one of the case
as L-004 case revoke HK-2025-0042 X-007 --reason 'works elsewhere now'
mkdir again
mv X-007.card again/first.card
mv people/X-007 again/X-007
person X-007 'juba jule jumi juno'
as A-001 member add X-007.card --fingerprint "$(fingerprint X-007.card)" -o X-007-2.welcome
as A-002 case grant "$second" L-004 --as lead
as S-008 case confirm HK-2025-0043 L-004
as L-004 case list
as A-001 member revoke X-007 --reason 'left the office'
as D-006 retrieve HK-2025-0042/1 -o refused --reason 'to see' && exit 1

as A-001 policy two-person on
as A-001 member role U-003 --add admin || waits
as A-002 approve sign "$(proposal)"
printf 'The second statement.\n' >second.txt
as L-004 list HK-2025-0042
as L-004 deposit HK-2025-0042 second.txt statement.txt --source 'by post' # the second is there: a record, and no exhibit
mkdir out
as R-005 retrieve HK-2025-0042/1-2 -o out --reason 'for the hearing'

# ---- what no command signs yet
python3 "$here/make_vault.py" "$work"
as L-004 case list # makes the keys that are due, of the case
as U-003 status    # and of the audit ring
as L-004 case card HK-2025-0042 -o case.card
as L-004 verify --bytes

# ---- what is kept
mkdir "$to/identities" "$to/cards" "$to/receipts"
for member in A-001 A-002 U-003 L-004 R-005 D-006 S-008 C-009; do
	cp "people/$member/.local/share/amana/identities/$member.age" "$to/identities/"
	printf '%s %s\n' $member "$(cat people/$member/pass)"
done >"$to/passphrases"
cp [ADLSC]-*.card U-003-2.card R-005-2.card C-009.welcome "$to/cards/" # of the keys that serve now
cp case.card "$to/cards/HK-2025-0042.case"
cp R-*.txt "$to/receipts/"
cp -r vault "$to/vault"
sha256sum <vault/vault | cut -c1-64 >"$to/fingerprint"
rm -rf people/*/.local/share/amana/vaults people/*/.cache # what a login had read before something was destroyed
AMANA_VAULT_FINGERPRINT=$(cat "$to/fingerprint")
export AMANA_VAULT_FINGERPRINT
# as the lead sees it: exhibit, name, size, digest; the events of the richest; what the log comes to, as anybody sees it
as L-004 --json list HK-2025-0042 >list
jq -r '.exhibits[] | [.exhibit, (.name_b64 // .name), (.size | tostring), .sha256] | @tsv' list >"$to/exhibits.tsv"
as L-004 --json custody "$(jq -r '.exhibits[] | select(.name_b64 == "c2FpZOkudHh0") | .exhibit' list)" >custody
jq -r '.events[] | [(.index | tostring), .actor, .action, .event] | @tsv' custody >"$to/custody.tsv"
HOME=$work/nobody "$amana" -C "$to/vault" --no-input --json verify --bytes | jq -c '{batches, entries, ok}' >"$to/verify.json"
python3 "$here/../../docs/verify/verify.py" --state "$to/vault" >"$to.state"
find "$to" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
(cd "$to" && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | xargs sha256sum >"$work/sums" && cp "$work/sums" SHA256SUMS)
find "$to" -type f | wc -l
du -s --apparent-size "$to"
