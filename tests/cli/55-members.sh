#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who belongs, who may what, and what takes two people; strangers, and several people on one login.
. "$(dirname "$0")/office.sh"

office ADM-2 L-007
person A-003 S-014
must as ADM-1 case open HK-1 --lead L-007
mark=reason$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
echo evidence >"$T/file.txt"
must as L-007 --yes deposit HK-1 "$T/file.txt"
must as L-007 retrieve HK-1/1 -o "$T/again.txt" --reason "$mark"
exhibit=id:$(LC_ALL=C grep -ahm1 '^exhibit [0-9a-f]\{32\}$' "$T"/vault/log/000/000/000/* | head -1 | cut -c 9-24)
for code in A-003 S-014; do cp "$T/people/$code/$code.card" "$T/people/ADM-1/"; done
cp "$T/people/S-014/S-014.card" "$T/people/L-007/"
# The newest proposal that is open, as ADM-2 sees it.
proposal() { as ADM-2 --json approve list | jq -r '[.. | .id? // empty][-1] // "none"'; }

# ---- adding
try 4 "add: only by admins" L-007 --yes member add S-014.card --fingerprint "$(card_sum S-014)"
try 2 "add: --yes is needed where nobody can be asked" ADM-1 member add S-014.card --fingerprint "$(card_sum S-014)"
try 5 "add: the words of another card" ADM-1 --yes member add S-014.card --fingerprint "$(card_sum A-003)"
sed 's/^S-014$/S-015/' "$T/people/S-014/S-014.card" >"$T/people/ADM-1/forged.card"
try 10 "add: a card that was altered" ADM-1 --yes member add forged.card
try 3 "add: a card that is not there" ADM-1 --yes member add none.card
must as ADM-1 --json member list
check "add: nobody was added by these" jq -e '[.. | .member? // empty | select(. == "S-014" or . == "S-015")] == []' "$T/out"
check "add: no welcome either" fails test -e "$T/people/ADM-1/S-014.welcome"

# ---- two people
try 4 "two persons: not before there are two admins" ADM-1 policy two-person on
must as ADM-1 --yes member role ADM-2 --add admin
try 4 "two persons: nor before there is a recovery card" ADM-1 policy two-person on
says "two persons: which is said" 'recovery card'
recovery_card C-001
try 0 "two persons: then it is one command" ADM-1 policy two-person on
try 9 "two persons: an auditor is proposed" ADM-1 --yes member add A-003.card --role auditor --fingerprint "$(card_sum A-003)"
says "two persons: and told how it goes on" 'amana approve sign'
must as ADM-1 --json member list
check "two persons: nobody was added yet" jq -e '[.. | .member? // empty | select(. == "A-003")] == []' "$T/out"
try 0 "two persons: the list" ADM-2 approve list
says "two persons: says who, what and whom" 'ADM-1.*enrol'
says "two persons: says who" 'A-003'
id=$(proposal)
try 4 "two persons: not by oneself" ADM-1 approve sign "$id"
try 4 "two persons: nor by somebody else" L-007 approve sign "$id"
try 0 "two persons: refused by the other" ADM-2 approve refuse "$id"
try 3 "two persons: then it is gone" ADM-2 approve sign "$id"
try 3 "two persons: no such proposal" ADM-2 approve sign 0123456789abcdef
try 9 "two persons: proposed once more" ADM-1 --yes member add A-003.card --role auditor --fingerprint "$(card_sum A-003)"
try 0 "two persons: signed by the other" ADM-2 approve sign "$(proposal)"
says "two persons: and the vault's words are told" '"?([a-z]{4,5} ){7}[a-z]{4,5}"?'
must as ADM-1 --json member list
check "two persons: now A-003 is an auditor" jq -e '[.. | objects | select(.member? == "A-003")][0].roles == ["auditor"]' "$T/out"
try 9 "two persons: taking a role away" ADM-1 --yes member role ADM-2 --remove admin
try 4 "two persons: which one cannot agree to alone" ADM-1 approve sign "$(proposal)"
try 4 "two persons: and of which whom it is about says nothing" ADM-2 approve refuse "$(proposal)"
says "two persons: which is told" 'answers nothing'
try 0 "two persons: a no of another is shown" C-001 --vault-fingerprint "$(sha256sum <"$T/vault/vault" | cut -c 1-64)" approve refuse "$(proposal)"
must as ADM-2 --json approve list
check "two persons: and does not close it" jq -e '[.proposals[] | select(.action == "role")] | length == 1' "$T/out"
try 9 "two persons: a rule" ADM-2 policy grant-days 30
try 0 "two persons: signed" ADM-1 approve sign "$(proposal)"
try 0 "two persons: the rule holds" L-007 --json policy
check "two persons: really" jq -e '[.. | objects | select(has("grant-days"))][0] | .["grant-days"] == 30 and .["two-person"]' "$T/out"
try 2 "two persons: it stays" ADM-1 policy two-person off
try 0 "two persons: not for a depositor" ADM-1 --yes member add S-014.card --fingerprint "$(card_sum S-014)"
cp "$T/people/ADM-1/S-014.welcome" "$T/people/S-014/"

# ---- first contact
export AMANA_VAULT_FINGERPRINT=
try 2 "first contact: the words have to come from somewhere" S-014 case list
says "first contact: says how" 'join'
try 5 "first contact: another vault's words" S-014 --vault-fingerprint "baba baba baba baba baba baba baba baba" case list
awk 'NR == 4 { gsub(/[0-9a-f]/, "0") } { print }' "$T/people/S-014/S-014.welcome" >"$T/people/S-014/forged.welcome"
try 5 "first contact: a welcome that was altered" S-014 join forged.welcome
# another signature: the twentieth letter of the base64
sed -E '/^— /s/^(— [^ ]+ .{20})(.)/\1\2\n/; /^— /s/A\n/B/; s/[^\n]\n/A/' "$T/people/S-014/S-014.welcome" >"$T/people/S-014/forged.welcome"
check "first contact: (one letter differs)" test "$(cmp -l "$T/people/S-014/S-014.welcome" "$T/people/S-014/forged.welcome" | wc -l)" -eq 1
try 5 "first contact: a welcome that no admin signed" S-014 join forged.welcome
check "first contact: nothing was pinned by these" sh -c "! find '$(data_of S-014)' -name pin | grep ."
try 0 "first contact: the welcome" S-014 join S-014.welcome
try 0 "first contact: then nothing is asked" S-014 case list

# ---- an auditor sees what was done and not what is in it
fingerprint=$(sha256sum <"$T/vault/vault" | cut -c 1-64)
try 0 "auditor: first contact by the words" A-003 --vault-fingerprint "$fingerprint" custody "$exhibit"
says_not "auditor: the role opens nothing by itself" 'retrieve|what:'
says_not "auditor: nor any reason" "$mark"
try 4 "auditor: and lets nobody in" A-003 audit admit A-003
try 4 "auditor: nor does who holds no ring" ADM-2 audit admit A-003
try 4 "auditor: who has not the role is not let in" ADM-1 audit admit ADM-2
try 0 "auditor: who holds the ring lets the auditor in" ADM-1 audit admit A-003
try 7 "auditor: once" ADM-1 audit admit A-003
try 0 "auditor: then custody is told" A-003 custody "$exhibit"
says "auditor: the retrieval" 'L-007 .*retrieve'
says "auditor: and its reason, though it is older than the role" "$mark"
says_not "auditor: not the name" 'file.txt'
try 4 "auditor: retrieves nothing" A-003 retrieve "$exhibit" -o "$T/no" --reason x
check "auditor: really" fails test -e "$T/no"
try 0 "auditor: it is on record" A-003 custody "$exhibit"
says "auditor: as denied" 'A-003 .*denied'
try 4 "auditor: opens no case" A-003 case open HK-2
try 4 "auditor: grants nothing" A-003 --yes case grant "id:$(LC_ALL=C grep -ahm1 '^case [0-9a-f]\{32\}$' "$T"/vault/log/000/000/000/* | head -1 | cut -c 6-37)" A-003 --as reader
try 0 "auditor: verifies" A-003 verify --bytes

# ---- the same code with other keys: a new machine, a lost passphrase
mkdir -p "$T/people/new"
cp "$T/people/L-007/passphrase" "$T/people/new/"
must as new id new L-007
cp "$T/people/new/L-007.card" "$T/people/ADM-1/new.card"
head -4 "$T/people/new/L-007.card" >"$T/new-card"
try 0 "enrolled again: new keys" ADM-1 --yes member add new.card -o new.welcome --fingerprint "$(sha256sum <"$T/new-card" | cut -c 1-64)"
try 4 "enrolled again: the old keys are refused" L-007 list HK-1
says "enrolled again: and why" 'other keys'
try 4 "enrolled again: for acts too" L-007 --yes deposit HK-1 "$T/file.txt" --again
must as new unlock --for 10m
try 0 "enrolled again: the new ones are not" new --vault-fingerprint "$fingerprint" case list
must as ADM-1 --json member list
check "enrolled again: one person" jq -e '[.. | objects | select(.member? == "L-007")] | length == 1' "$T/out"

# ---- a code is never used again
try 0 "revoked: S-014" ADM-1 --yes member revoke S-014 --reason "left"
try 4 "revoked: may nothing" S-014 case list
mv "$T/people/ADM-1/S-014.welcome" "$T/old.welcome"
try 7 "revoked: the code stays revoked" ADM-1 --yes member add S-014.card --fingerprint "$(card_sum S-014)"
says "revoked: and says so" 'revoked'
check "revoked: no welcome" fails test -e "$T/people/ADM-1/S-014.welcome"

# ---- strangers
stranger() { (unset AMANA_VAULT_FINGERPRINT; as "$@"); }
mkdir "$T/people/nobody"
for command in "list" "case list" "search x" "retrieve HK-1/1 -o $T/no --reason x" "deposit HK-1 $T/file.txt --yes" "custody HK-1"; do
	# shellcheck disable=SC2086
	try 3 "stranger: ${command%% *} says that there is no identity" nobody $command
	says "stranger: ${command%% *}, and what to do" 'amana id new'
done
try 0 "stranger: verify" nobody verify --bytes
try 0 "stranger: member list" nobody member list
try 3 "stranger: another vault" nobody -C "$T/people" verify
try 3 "stranger: no folder" nobody -C "$T/nowhere" verify
check "stranger: nothing was pinned" sh -c "! find '$T/people/nobody' -name pin | grep ."

# ---- several people on one login
mkdir -p "$(data_of both)/identities"
cp "$(data_of ADM-2)/identities/ADM-2.age" "$(data_of A-003)/identities/A-003.age" "$(data_of both)/identities/"
cp "$T/people/ADM-2/passphrase" "$T/people/both/"
try 2 "one login: who is it?" both --vault-fingerprint "$fingerprint" approve sign 0123456789abcdef
says "one login: how to say" '--identity'
try 3 "one login: named" both --identity ADM-2 --vault-fingerprint "$fingerprint" approve sign 0123456789abcdef
try 4 "one login: each with their own passphrase" both --identity A-003 case list
says "one login: or not" 'wrong passphrase'
try 3 "one login: nobody of that name" both --identity A-009 case list
AMANA_IDENTITY=ADM-2
export AMANA_IDENTITY
try 0 "one login: by the environment" both --json status
check "one login: really" grep -q 'ADM-2' "$T/out"
unset AMANA_IDENTITY
try 0 "one login: by the file" both --identity "$(data_of both)/identities/ADM-2.age" case list
try 0 "one login: the list of them" both id list
check "one login: both" sh -c "grep -q ADM-2 '$T/out' && grep -q A-003 '$T/out'"
try 0 "the log holds" ADM-1 verify --bytes
finish
