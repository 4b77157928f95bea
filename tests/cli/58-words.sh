#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Before keys pass to somebody, and before the first deposit for a lead, the words of that person's card are compared: typed at a
# terminal, by an option, by the environment; once, and again when the keys are others.
. "$(dirname "$0")/lib.sh"
office # S-014 was granted in it, so that L-007 has compared S-014's words and nobody else's
for code in R-002 R-003 R-004 R-005 L-008; do member $code; done
vault_words=$(be A-001 && "$amana" --no-input status --json | jq -r .words)
hex_of() { head -4 "$work/people/$1/$1.card" | sha256sum | cut -c 1-64; }
grants() { "$amana" --no-input --passphrase "file:$HOME/pass" case show "$1" --json 2>/dev/null | jq -r '[.grants[] | .member + ":" + .as] | join(" ")'; }
unset AMANA_FINGERPRINT

# ---- unattended: a grant
be L-007
before=$(grants HK-1)
run 'nobody compared' 2 --yes case grant HK-1 R-002 --as reader
err_has 'names what is missing' '--fingerprint'
run 'other words' 4 --yes case grant HK-1 R-002 --as reader --fingerprint "$(words_of R-003)" --json
be L-007
json 'a reason of its own' .error.reason not-met
json 'what to do' '.error.remedy | contains("own mouth")' true
run 'the words of the vault are no card'"'"'s' 4 --yes case grant HK-1 R-002 --as reader --fingerprint "$vault_words"
run 'seven of the words' 4 --yes case grant HK-1 R-002 --as reader --fingerprint "$(words_of R-002 | cut -d' ' -f 1-7)"
run 'no words at all' 2 --yes case grant HK-1 R-002 --as reader --fingerprint ''
AMANA_FINGERPRINT='' run 'an empty variable is none' 2 --yes case grant HK-1 R-002 --as reader
same 'nothing was granted by these' "$(grants HK-1)" "$before"
run 'a depositor, too' 2 --yes case grant HK-1 R-002 --as depositor
run 'the words, in capitals and with dashes' 0 --yes case grant HK-1 R-002 --as reader --fingerprint "$(words_of R-002 | tr 'a-z ' 'A-Z-')"
be L-007
run 'are known from then on' 0 --yes case grant HK-1 R-002 --as reader --until +3d
run 'for another kind, too' 0 --yes case grant HK-1 R-002 --as depositor
mv "$HOME/.local/share/amana/vaults" aside
"$amana" --no-input join "$work/people/A-001/L-007.welcome" >/dev/null 2>&1
run 'a login that does not know them asks' 2 --yes case grant HK-1 R-002 --as reader
rm -rf "$HOME/.local/share/amana/vaults"
mv aside "$HOME/.local/share/amana/vaults"
run 'the digits, in capitals' 0 --yes case grant HK-1 R-003 --as reader --fingerprint "$(hex_of R-003 | tr a-f A-F)"
{ echo; hex_of R-002; echo 'kale bate wubu mayo juye sabe badu beno'; words_of R-004; } >list
be L-007
run 'a file with a line for each, and not for this one' 4 --yes case grant HK-1 R-005 --as reader --fingerprint @list
run 'a file that is not there' 3 --yes case grant HK-1 R-004 --as reader --fingerprint @none
run 'a file with a line for this one' 0 --yes case grant HK-1 R-004 --as reader --fingerprint @list
AMANA_FINGERPRINT=$(hex_of R-005) run 'the option counts more than the variable' 4 --yes case grant HK-1 R-005 --as reader --fingerprint "$(hex_of R-004)"
AMANA_FINGERPRINT=$(hex_of R-005) run 'the variable' 0 --yes case grant HK-1 R-005 --as reader
be A-001
run 'who added them by their words has met them' 0 case open HK-2
run 'and is not asked' 0 --yes case grant HK-2 R-003 --as reader

# ---- at a terminal
be L-007
terminal 'typed, wrong thrice' 4 'Grant\? +\[y/N\] ' y 'Passphrase' 'the passphrase of L-007' 'L-008 reads out: ' 'a b c' 'out: ' "$vault_words" \
	'out: ' '' -- case grant HK-1 L-008 --as lead
has 'and it says that nothing was sealed' "these are not the words of L-008's keys: nothing was sealed"
lacks 'the right words are shown by nothing' "$(words_of L-008)"
be L-007
lacks 'nor the digits' "$(hex_of L-008)"
same 'L-008 got nothing' "$(grants HK-1 | grep -c L-008)" 0
terminal 'typed, at the second try' 0 'Grant\? +\[y/N\] ' y 'Passphrase' 'the passphrase of L-007' 'L-008 reads out: ' 'a b c' 'out: ' "$(words_of L-008)" \
	-- case grant HK-1 L-008 --as lead
be L-007
has 'shown before: since when' 'since        20'
has 'shown before: by whom' 'enrolled by  A-001'
lacks 'these are the first keys' 'in place of others'
has 'and then granted' 'Granted L-008: lead in HK-1'
terminal 'not again' 0 'Grant\? +\[y/N\] ' y 'Passphrase' 'the passphrase of L-007' -- case grant HK-1 L-008 --as lead
lacks 'no words' 'reads out'

# ---- a deposit: the leads' words
echo one >one
echo two >two
echo three >three
be S-014
run 'a deposit by who has not compared the leads' 2 --yes deposit HK-1 one
err_has 'names what is missing' '--lead-fingerprint'
run 'other words' 4 --yes deposit HK-1 one --lead-fingerprint "$(hex_of R-002)" --json
json 'the reason' .error.reason not-met
json 'nothing was sealed' '.exhibits | length' 0
run 'the words of one of two leads' 4 --yes deposit HK-1 one --lead-fingerprint "$(hex_of L-007)"
{ hex_of L-007; hex_of L-008; } >leads
run 'a dry run seals nothing and asks nothing' 0 --yes deposit HK-1 one --dry-run
run 'the words of both' 0 --yes deposit HK-1 one --lead-fingerprint @leads
run 'once' 0 --yes deposit HK-1 two
be R-003
rm -rf "$HOME/.cache"
terminal 'at a terminal' 0 'Passphrase' 'the passphrase of R-003' 'L-008 reads out: ' "$(words_of L-008)" 'L-007 reads out: ' "$(words_of L-007)" \
	'Cannot be undone\. \[y/N\] ' y -- deposit HK-1 three --source x
be R-003
has 'who leads it' 'leads HK-1, made lead by L-007'
has 'who opened it made the first one' 'leads HK-1, made lead by A-001'
lacks 'standing leads, both' 'PROVISIONAL'
has 'and it is sealed' 'Sealed HK-1/3.'

# ---- other keys are other words
mkdir old
mv "$work/people/L-008" old/
old_hex=$(head -4 old/L-008/L-008.card | sha256sum | cut -c 1-64)
person L-008
be A-001
run 'a lead is enrolled again' 0 --yes member add "$work/people/L-008/L-008.card" --fingerprint "$(hex_of L-008)" -o L-008.welcome
err_has 'it is said what that ends' 'replaces the keys and ends every role and grant of before'
be S-014
echo four >four
run 'who holds keys of before would open it still' 4 --yes deposit HK-1 four --json
json 'the reason' .error.reason keys-due
be L-007
run 'the other lead makes new keys' 0 case list
be S-014
run 'who leads no more is not asked about' 0 --yes deposit HK-1 four
be L-007
run 'the words of before do not count for these keys' 2 --yes case grant HK-1 L-008 --as lead
run 'nor do they pass' 4 --yes case grant HK-1 L-008 --as lead --fingerprint "$old_hex"
terminal 'at a terminal it says that they are others' 0 'Grant\? +\[y/N\] ' y 'Passphrase' 'the passphrase of L-007' 'L-008 reads out: ' "$(words_of L-008)" \
	-- case grant HK-1 L-008 --as lead
be L-007
has 'in place of others' ', in place of others'
be S-014
echo five >five
run 'a depositor compares the new ones, too' 2 --yes deposit HK-1 five
run 'and not the old ones' 4 --yes deposit HK-1 five --lead-fingerprint "$old_hex"
run 'then it is sealed' 0 --yes deposit HK-1 five --lead-fingerprint "$(hex_of L-008)"

be nobody
run 'all of it verifies' 0 verify --bytes

# ---- a case that somebody else opened is not deposited into before its lead has made keys that the opener never had
be A-001
run 'a case for another lead' 0 case open HK-3 --lead L-007
be L-007
is 'its lead is the first to know of it' sh -c '"$1" --no-input --passphrase "file:$HOME/pass" case list --json | jq -e "[.cases[].case] | index(\"HK-3\")"' sh "$amana"
run 'which has made new keys' 0 case show HK-3 --json
json 'epoch 2' .epoch 2
be A-001
run 'one more' 0 case open HK-4 --lead L-007 --json
id=$(jq -r .id "$out")
be L-007
cp -a "$HOME" L-007.then
cp -a "$work/vault" vault.then
quiet case grant HK-4 R-003 --as depositor
be R-003
run 'then it takes deposits' 0 --yes deposit HK-4 one --lead-fingerprint @leads
# What another client could have granted before any new epoch, ours refuses to use.
rm -rf "$work/vault" "$work/people/L-007"
mv vault.then "$work/vault"
mv L-007.then "$work/people/L-007"
be L-007
"$AMANA_BUILD/tests/cli/forge" "$AMANA_VAULT" "$HOME/.local/share/amana/identities/L-007.age" "$HOME/pass" "depositor:$id" "$work/people/S-014/S-014.card" \
	>/dev/null || not_ok 'prepare: a grant without a new epoch'
be S-014
rm -rf "$HOME/.local/share/amana/vaults" "$HOME/.cache"
run 'epoch 1 by an opener who is no lead' 4 --vault-fingerprint "$vault_words" --yes deposit "id:$id" one --lead-fingerprint @leads --json
json 'has its reason' .error.reason no-lead
json 'and what to do' '.error.remedy | contains("amana case list")' true
json 'nothing was sealed' '.exhibits | length' 0
be L-007
run 'its lead runs any command' 0 case list
err_has 'which makes new keys' 'new keys for HK-4: epoch 2'
be S-014
run 'then it takes them' 0 --yes deposit "id:$id" one --lead-fingerprint @leads
be A-001
quiet case open HK-5
run 'to oneself nothing has to be compared' 0 --yes case grant HK-5 A-001 --as lead
run 'nor before one deposits into a case of one'"'"'s own' 0 --yes deposit HK-5 one
run 'the log holds' 0 verify
