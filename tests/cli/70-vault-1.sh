#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The vault of format 1 that is kept for ever, tests/vectors/vault-1, with the keys of its people: this program opens it, finds what
# was found when it was made, and goes on with it.
. "$(dirname "$0")/lib.sh"
vector=$top/tests/vectors/vault-1
fingerprint=$(cat "$vector/fingerprint")
AMANA_VAULT_FINGERPRINT=$fingerprint
export AMANA_VAULT_FINGERPRINT
sums() { (cd "$1" && find . -type f -exec sha256sum {} + | sort); }
sums "$vector" >before

# as it stands, by somebody who has nothing, and nothing is written into it
be X-999
run 'the kept vault verifies' 0 -C "$vector/vault" verify --bytes --json
is 'with the batches and entries that it had' sh -c "jq -c '{batches, entries, ok}' '$out' | cmp - '$vector/verify.json'"
set --
for receipt in "$vector"/receipts/R-*.txt; do set -- "$@" --receipt "$receipt"; done
run 'its receipts hold' 0 -C "$vector/vault" verify "$@"
lacks 'none is contradicted' FAIL
sums "$vector" >after
is 'nothing in it was changed' cmp before after

cp -r "$vector/vault" vault
while read -r member words; do
	be "$member"
	mkdir -p "$HOME/.local/share/amana/identities"
	cp "$vector/identities/$member.age" "$HOME/.local/share/amana/identities/"
	chmod 600 "$HOME/.local/share/amana/identities/$member.age"
	echo "$words" >"$HOME/pass"
done <"$vector/passphrases"
AMANA_VAULT=$work/vault
export AMANA_VAULT

be L-004
run 'the lead sees what was there' 0 list --json
jq -r '.exhibits[] | [.exhibit, (.name_b64 // .name), (.size | tostring), .sha256] | @tsv' "$out" >listed
is 'every name, size and digest' cmp listed "$vector/exhibits.tsv"
mkdir taken
run 'the lead retrieves it all' 0 retrieve HK-2025-0042/1-6 HK-2025-0043/1 -o taken --reason 'the vector' --json
jq -r '.items[] | [.exhibit, .sha256] | @tsv' "$out" >told
cut -f1,4 "$vector/exhibits.tsv" >expected
is 'with its digests' cmp told expected
(cd taken && find . -type f -exec sha256sum {} +) | cut -c1-64 | sort >digests
cut -f4 "$vector/exhibits.tsv" | sort >expected
is 'and those are the digests of the files' cmp digests expected
run 'the chain of the first' 0 custody HK-2025-0042/1 --json
jq -r '.events[] | [(.index | tostring), .actor, .action, .event] | @tsv' "$out" | head -"$(wc -l <"$vector/custody-1.tsv")" >chain
is 'begins as it was' cmp chain "$vector/custody-1.tsv"
run 'all contents are checked' 0 verify --bytes --contents

be R-005
run 'the reader retrieves, too' 0 retrieve HK-2025-0042/4 -o old --reason 'the vector'
is 'the bytes' sh -c 'printf old | cmp - old'
be D-006
run 'the depositor does not' 4 retrieve HK-2025-0042/1 -o no --reason x
echo 'new evidence' >new
run 'but goes on depositing' 0 deposit HK-2025-0042 new
be U-003
run 'the auditor reads the record' 0 custody "id:$(sed -n 's/^exhibit //p' vault/log/000/000/000/017 | head -1)" --json
json 'every event of it' '[.events[] | select(.event == null)] | length' 0
be A-002
run 'an admin sees the members' 0 member list --json
run 'and the vault verifies at last' 0 verify --bytes
