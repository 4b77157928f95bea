#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The vault of format 1 that is kept for ever, tests/vectors/vault-1, with the keys of its people: this program opens it, finds what
# was found when it was made, and goes on with it; the second verifier finds the same.  Every action and every kind of line of
# docs/FORMAT.md is in it.  How it was made: tests/vectors/make-vault.sh.
. "$(dirname "$0")/lib.sh"
vectors=$top/tests/vectors
vector=$vectors/vault-1
check() { /usr/bin/env python3 "$vectors/check_vault.py" "$vector" "$@"; }
second() { /usr/bin/env python3 "$top/docs/verify/verify.py" "$@"; }
fingerprint=$(cat "$vector/fingerprint")
AMANA_VAULT_FINGERPRINT=$fingerprint
export AMANA_VAULT_FINGERPRINT

# ---- what is there
is 'it is as it was made, every byte' sh -c "cd '$vector' && sha256sum --quiet -c SHA256SUMS"
(cd "$vector" && find . -type f ! -name SHA256SUMS | sort) >there
is 'and nothing more' sh -c "cut -c 67- '$vector/SHA256SUMS' | sort | cmp - there"
is 'age opens its identities' check open plain
check all plain >missing 2>&1
same 'every action, every line, every member of a line is in it' "$(cat missing)" ''

# ---- as it stands, by somebody who has nothing, and nothing is written into it
be X-999
run 'the kept vault verifies' 0 -C "$vector/vault" verify --bytes --json
is 'with the batches and entries that it had' sh -c "jq -c '{batches, entries, ok}' '$out' | cmp - '$vector/verify.json'"
same 'those objects are counted that are there' "$(jq .objects "$out")" "$(find "$vector/vault/objects" -type f | wc -l)"
run 'in words' 0 -C "$vector/vault" verify --bytes
has 'LOG OK' 'LOG OK. Stored bytes OK'
lacks 'nothing fails' FAIL
is 'a void batch is named' grep -Eq '^VOID .*signed by X-007 counts for nothing' "$out"
is 'a batch that was passed over' grep -Eq '^VOID +skip: batch [0-9]+ was damaged and is passed over' "$out"
is 'a history that was restored' grep -Eq '^VOID +restored: the vault was restored' "$out"
same 'what was declared lost, once for an exhibit, once for the vault' \
	"$(grep -c '^VOID *lost: LOST, as was declared: objects/' "$out")" 2
is 'what was destroyed is gone' grep -q '^PASS *removals: nothing is left' "$out"
set --
for receipt in "$vector"/receipts/R-*.txt; do set -- "$@" --receipt "$receipt"; done
run 'its receipts hold' 0 -C "$vector/vault" verify "$@"
lacks 'none is contradicted' FAIL

# ---- the second verifier
is 'verify.py comes to the same state' sh -c "python3 '$top/docs/verify/verify.py' --state '$vector/vault' | cmp - '$vectors/vault-1.state'"
check stream >stream
is 'and so does this program' sh -c "'$AMANA_BUILD/tests/insider/insider_replay' --check <stream | sed '\$d' | cmp - '$vectors/vault-1.state'"
od -An -v -tx1 "$top/tests/fuzz/corpus/snapshot/vault-1" | tr -d ' \n' >corpus
is 'the fuzzing of snapshots begins with one of today (made by this with --snapshot)' sh -c "'$AMANA_BUILD/tests/insider/insider_replay' --snapshot <stream | tr -d '\n' | cmp - corpus"
is 'verify.py: all is well, byte by byte' second "$vector/vault" --bytes
for member in A-001 A-002 U-003 L-004 R-005 D-006 S-008 C-009; do
	is "verify.py: all is well for $member" second "$vector/vault" --bytes --identity "plain/$member"
done
is 'nothing in it was changed' sh -c "cd '$vector' && sha256sum --quiet -c SHA256SUMS"

# ---- its people, with a copy
cp -r "$vector/vault" vault
while read -r member words; do
	be "$member"
	mkdir -p "$HOME/.local/share/amana/identities"
	cp "$vector/identities/$member.age" "$HOME/.local/share/amana/identities/"
	chmod 600 "$HOME/.local/share/amana/identities/$member.age"
	echo "$words" >"$HOME/pass"
	cp "$vector/cards/$member"*.card "$HOME/" # their words count as compared
done <"$vector/passphrases"
AMANA_VAULT=$work/vault
export AMANA_VAULT

be L-004
run 'the lead sees what was there' 0 list HK-2025-0042 --json
jq -r '.exhibits[] | [.exhibit, (.name_b64 // .name), (.size | tostring), .sha256] | @tsv' "$out" >listed
is 'every name, size and digest' cmp listed "$vector/exhibits.tsv"
rich=$(jq -r '.exhibits[] | select(.name_b64 == "c2FpZOkudHh0") | .exhibit' "$out")
number_of() { jq -r ".exhibits[] | select(.name == \"$1\") | .exhibit" "$out"; }
kept=$(number_of kept.txt)
lost=$(number_of lost.txt)
thing=$(number_of hammer)
run 'and the second case' 0 list HK-2025-0043
has 'which was another lead'"'"'s' other.txt
mkdir taken
run 'the lead retrieves what has bytes' 0 retrieve HK-2025-0042/1-5 "$rich" "$kept" HK-2025-0043/1 -o taken --reason 'the vector' --json
jq -r '.items[] | [.exhibit, .sha256] | @tsv' "$out" | sort >told
while read -r exhibit digest; do
	same "the digest of $exhibit" "$(awk -F '\t' -v x="$exhibit" '$1 == x { print $4 }' "$vector/exhibits.tsv")" "$digest"
done <<-TOLD
	$(grep -v HK-2025-0043 told)
TOLD
(cd taken && find . -type f -exec sha256sum {} +) | cut -c1-64 | sort >digests
cut -f2 told | sort >expected
is 'and those are the digests of the files' cmp digests expected
run 'the chain of the richest' 0 custody "$rich" --json
jq -r '.events[] | [(.index | tostring), .actor, .action, .event] | @tsv' "$out" | head -"$(wc -l <"$vector/custody.tsv")" >chain
is 'begins as it was' cmp chain "$vector/custody.tsv"
run 'in words' 0 custody "$rich"
has 'what was said of it later is told' 'heard again'
has 'with what it is, by whom' 'description: Line 1 is by another voice.'
run 'of what was struck the bytes stay' 0 custody "$kept"
lacks 'and the line does not' 'must not be named'
run 'what is lost cannot be had' 5 retrieve "$lost" -o nothing --reason x
run 'a physical thing has no bytes' 3 retrieve "$thing" -o nothing --reason x
run 'what is disposed of is gone' 3 retrieve HK-2025-0042/6 -o nothing --reason x
run 'its chain stays' 0 custody HK-2025-0042/6
has 'and says so' dispose
run 'all contents are checked' 0 verify --bytes --contents

be R-005
run 'the reader, with keys changed since, retrieves, too' 0 retrieve HK-2025-0042/4 -o old --reason 'the vector'
is 'the bytes' sh -c 'printf old | cmp - old'
run 'and the chain' 0 custody "$rich"
be S-008
run 'who broke the glass reads no more: his hour is over' 3 list HK-2025-0042
be C-009
run 'a card whose grant ended' 3 list HK-2025-0042
be D-006
run 'the depositor does not retrieve' 4 retrieve HK-2025-0042/1 -o no --reason x
echo 'new evidence' >new
run 'but goes on depositing' 0 deposit HK-2025-0042 new
be U-003
id=$(awk '$1 == "exhibit" && $4 == 8 { print $2 }' "$vectors/vault-1.state")
run 'the auditor reads the record' 0 custody "id:$id" --json
json 'every event of it' '[.events[] | select(.event == null)] | length' 0
json 'and no source' '[.events[] | select(.source != null or .facts != null)] | length' 0
run 'in words' 0 custody "id:$id"
lacks 'no source' 'typed in the office'
lacks 'nor title' Transcript
be A-002
run 'an admin sees the members' 0 member list --json
json 'who is revoked' '[.members[] | select(.revoked) | .member] | sort | join(" ")' 'U-012 X-007'
run 'proposes' 9 policy grant-days 40
be A-001
run 'two decide' 0 approve list --json
run 'and it is done' 0 approve sign "$(jq -r '.proposals[0].id' "$out")"
run 'and the vault verifies at last' 0 verify --bytes
is 'by verify.py, too' second vault --bytes
[ "$failed" -eq 0 ]
