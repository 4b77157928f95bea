#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What can be done about an error is decided by its reason, never by the words of the message: names that look like a
# remedy's cue change nothing.
. "$(dirname "$0")/lib.sh"
office
remedy() { # NAME REASON REMEDY, of the JSON in $out
	json "$1: the reason" .error.reason "$2"
	json "$1: what to do" ".error.remedy | contains(\"$3\")" true
}

# what is said without a reason is the code's
run 'a bad option' 2 status --nonsense --json
json 'no reason' '.error.reason' null
json 'the help of the command' '.error.remedy' 'amana status -h'
run 'a case that is not there' 3 deposit HK-9 "$work/lib" --json
json 'no reason, either' '.error.reason' null
json 'the name is to be checked' '.error.remedy' 'check the name; amana list and amana case list show what you can see'

# this person
printf 'not this one\n' >wrong
"$amana" --no-input --passphrase "file:$work/wrong" id passphrase --json >"$out" 2>"$err" </dev/null
same 'a wrong passphrase' $? 4
remedy 'a wrong passphrase' wrong-passphrase 'amana id restore brings reading back'
"$amana" --no-input --passphrase "file:$work/none" id passphrase --json >"$out" 2>"$err" </dev/null
same 'a passphrase file that is not there' $? 3
remedy 'a passphrase file that is not there' no-path 'check the path'
run 'an identity that is not there' 3 --identity X-9 list --json
remedy 'an identity that is not there' no-identity 'amana id list shows who is here'
person X-9
run 'the first contact' 2 list --json
remedy 'the first contact' first-contact 'amana join MEMBER.welcome'
fingerprint=$(be S-014 && "$amana" --no-input status --json | jq -r .fingerprint)
run 'another vault than was named' 5 --vault-fingerprint "$(echo "$fingerprint" | tr 0-9a-f 1-9a-f0)" list --json
remedy 'another vault than was named' other-vault 'check that the right vault was named'
run 'no member' 4 --vault-fingerprint "$fingerprint" list HK-1 --json
remedy 'no member' not-enrolled 'give an admin your card'

# which vault
be S-014
run 'no vault there' 3 -C "$work/none" list --json
remedy 'no vault there' no-vault 'check the path (it came from -C)'

# rights
mkdir evidence
echo one >evidence/identity # a word that an error about identities has
run 'deposit' 0 deposit HK-1 evidence --json
be L-007
run 'a case of nobody' 4 case open HK-2 --lead S-014 --json
remedy 'a case of nobody' not-admin 'amana member list shows who is one'
be S-014
run 'not a lead' 4 --yes case revoke HK-1 S-014 --reason x --json
remedy 'not a lead' not-lead 'ask a lead of the case'
run 'no reader' 4 retrieve HK-1/1 -o out --reason x --json
remedy 'no reader' no-grant 'a lead grants it'

# amana-mount tells its reason to amana, and is told the one of a passphrase that could not be had
if [ -x "$AMANA_BUILD/fuse/amana-mount" ]; then
	mkdir mnt
	run 'a mount by no reader' 4 mount HK-1 mnt --reason x --json
	remedy 'a mount by no reader' no-grant 'a lead grants it'
	"$amana" --no-input --passphrase "file:$work/none" mount HK-1 mnt --reason x --json >"$out" 2>"$err" </dev/null
	same 'a mount without the passphrase file' $? 3
	remedy 'a mount without the passphrase file' no-path 'check the path'
else
	echo "skip a mount: amana-mount was not built"
fi

# names and files; none of their letters counts
mkdir 'no vault' 'wrong passphrase'
be L-007
run 'a folder in the way of a file' 6 id backup -o 'no vault/none/identity' --json
remedy 'a folder in the way of a file' no-path 'check the path'
echo here >'wrong passphrase/was revoked'
run 'a file in the way' 7 retrieve HK-1/1 -o 'wrong passphrase/was revoked' --reason x --json
remedy 'a file in the way' exists 'choose another name; nothing is ever overwritten'
run 'a path that is not there' 3 deposit HK-1 'no vault/member already' --json
remedy 'a path that is not there' no-path 'check the path'
json 'told of once' '.failed | length' 1
same 'once on the terminal, too' "$(grep -c 'member already' "$err")" 1
be A-001
run 'no such member' 3 --yes member revoke Z-9 --reason x --json
remedy 'no such member' no-member 'amana member list shows who belongs'
run 'a member already' 7 --yes member add "$work/people/L-007/L-007.card" --fingerprint "$(words_of L-007)" --json
remedy 'a member already' already 'nothing has to be done'
run 'no card' 3 --yes member add 'wrong passphrase/none' --fingerprint x --json
remedy 'no card' no-card 'check the path of the card'
run 'the card of somebody else' 5 --yes member add "$work/people/X-9/X-9.card" --fingerprint "$(words_of L-007)" --json
run 'no proposal' 3 approve sign 0123456789abcdef --json
remedy 'no proposal' no-proposal 'amana approve list shows what waits'

# the log
cp -a vault before
be S-014
echo two >evidence/two
run 'one act more' 0 deposit HK-1 evidence/two
mv vault after
cp -a before vault
run 'an older copy of the vault' 5 list HK-1 --json
remedy 'an older copy of the vault' rolled-back 'amana log restored'
be A-001
quiet case open HK-3 --lead L-007
be S-014
run 'a history that went another way' 5 list HK-1 --json
remedy 'a history that went another way' fork 'compare receipts'
rm -rf vault
mv after vault
