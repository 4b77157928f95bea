#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Keys pass by hand alone: whatever an admin writes into the log, no client hands him a key for it, and `age` with all that he has
# opens nothing.  And what a grant, an admission and an enrolment hand on when a person does mean them.
. "$(dirname "$0")/office.sh"

office ADM-2 L-007 L-009 L-010 S-014 A-003
must as ADM-1 --json case open HK-1 --lead L-007
id=$(field id)
must as L-007 --yes case grant HK-1 L-009 --as reader
must as L-007 --yes case grant HK-1 S-014 --as depositor
must as ADM-1 --yes member role ADM-2 --add admin
deposit() { # CODE NAME
	printf 'text of %s %s\n' "$2" "$suite" >"$T/$2.txt"
	must as "$1" --yes deposit "id:$id" "$T/$2.txt"
}
exhibit_id() { LC_ALL=C grep -ah '^exhibit [0-9a-f]\{32\}$' "$T"/vault/log/000/000/000/* | awk '!seen[$0]++' | sed -n "${1}s/^exhibit //p"; }
n_of() { LC_ALL=C grep -cahx "$1" "$T"/vault/log/000/000/000/* | awk '{ n += $1 } END { print n }'; }
# What age makes of the vault with all that these people have between them: cracked NAME HOME-CODE IDENTITY-CODE
cracked() {
	rm -rf "$T/crack-$1"
	crack "$2" "$T/people/$1" "$T/vault" "$T/crack-$1" >"$T/out" 2>&1 || not_ok "age with the keys of $1"
}
opens() { grep -rqaF "text of $2 $suite" "$T/crack-$1/open"; }
# Everything that a lead or a holder of the audit ring does in a day.
a_day_of() {
	for command in "case list" "list HK-1" "custody HK-1" "case show HK-1" "status" "member list" "verify HK-1 --contents" \
		"retrieve HK-1/1 -o $T/day --reason $2" "show HK-1/1"; do
		# shellcheck disable=SC2086
		must as "$1" $command
		rm -f "$T/day"
	done
}

deposit S-014 first
grants=$(n_of grant)

# ---- an admin enrols a reader's code again, under a key of his own
evil=$T/people/evil
mkdir -p "$evil"
(umask 077 && mkdir -p "$(data_of evil)/identities" && cp "$T/people/ADM-1/passphrase" "$evil/passphrase")
must "$helpers/make_identity" "$(data_of evil)/identities/L-009.age" "$evil/L-009.card" L-009 "$(cat "$evil/passphrase")"
cp "$evil/L-009.card" "$T/people/ADM-1/evil.card"
try 0 "a reader is enrolled again by an admin, with keys of the admin's" \
	ADM-1 --yes member add evil.card -o evil.welcome --fingerprint "$(head -4 "$evil/L-009.card" | sha256sum | cut -c 1-64)"
says "enrolled again: it is said what ends" 'L-009 was reader of id:'
must as evil join "$T/people/ADM-1/evil.welcome"
try 0 "enrolled again: the lead goes on" L-007 list HK-1
says "enrolled again: with new keys" 'new keys for HK-1'
a_day_of L-007 why
deposit S-014 second
deposit L-007 third
check "enrolled again: nobody's client granted anything" test "$(n_of grant)" -eq "$grants"
try 0 "enrolled again: the reader's grant has ended" L-007 --json case show HK-1
check "enrolled again: for good" jq -e '[.grants[] | select(.member == "L-009")] == []' "$T/out"
try 0 "enrolled again: the new keys see no case" evil --json case list
check "enrolled again: none at all" jq -e '.cases == []' "$T/out"
for n in 1 2 3; do try 4 "enrolled again: the new keys open nothing: $n" evil retrieve "id:$(exhibit_id $n)" -o "$T/no" --reason x; done
check "enrolled again: nothing came out" fails test -e "$T/no"
cp "$(data_of ADM-1)/identities/ADM-1.age" "$evil/" # what the admin has himself
cracked evil L-009
cracked ADM-1 ADM-1
for n in first second third; do
	check "enrolled again: with age, neither: $n" fails opens evil $n
	check "enrolled again: nor with the admin's own: $n" fails opens ADM-1 $n
done
cracked L-007 L-007
check "control: with the lead's it does" opens L-007 second
try 4 "enrolled again: nor does a lead who trusts what L-009 once read out" \
	L-007 --yes case grant HK-1 L-009 --as reader --fingerprint "$(card_sum L-009)"
says "enrolled again: is told" "not the words of L-009's keys"
check "enrolled again: no grant of that either" test "$(n_of grant)" -eq "$grants"

# ---- an admin makes a recovery card of his own
recovery_card C-001
must as L-007 list HK-1
a_day_of L-007 why
check "a card: nobody's client granted anything" test "$(n_of grant)" -eq "$grants"
deposit S-014 fourth
must as C-001 --vault-fingerprint "$(sha256sum <"$T/vault/vault" | cut -c 1-64)" case list
cracked C-001 C-001
for n in first fourth; do check "a card: with age, nothing: $n" fails opens C-001 $n; done
try 4 "a card: gets no other grant" L-007 --yes case grant HK-1 C-001 --as reader
try 4 "a card's grant is for cards" L-007 --yes case grant HK-1 L-010 --as recovery
try 0 "a card: by the lead's hand" L-007 --json --yes case grant HK-1 C-001 --as recovery
check "a card: it has no end" jq -e '.until == null' "$T/out"
must as C-001 retrieve "id:$(exhibit_id 1)" -o "$T/by-card" --reason "a drill"
check "a card: then it reads" cmp "$T/by-card" "$T/first.txt"
must as L-007 --yes case revoke HK-1 C-001 --reason "the drill is over"

# ---- the role auditor opens nothing: neither taken by an admin nor given
mark=reason$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
must as L-007 retrieve HK-1/1 -o "$T/marked" --reason "$mark"
try 0 "an admin takes the role auditor" ADM-2 --yes member role ADM-2 --add auditor
says "the role: it is said that it opens nothing" 'reads nothing yet.*amana audit admit ADM-2'
for command in status "case list" "custody id:$(exhibit_id 1)" policy; do
	# shellcheck disable=SC2086
	must as ADM-1 $command
done
must as A-003 custody "id:$(exhibit_id 1)"
check "the role: no holder's client lets anybody in" test "$(n_of 'grant audit ADM-2')" -eq 0
try 0 "the role: sees what is public" ADM-2 custody "id:$(exhibit_id 1)"
says_not "the role: and no reason" "$mark"
try 4 "the role: lets not itself in" ADM-2 audit admit ADM-2
cracked ADM-2 ADM-2
check "the role: with age, no reason" fails grep -rqaF "$mark" "$T/crack-ADM-2/open"
# A-003 was added by the founder, by the words and with the role: that was the admission.
try 0 "added with the role by a holder" A-003 custody "id:$(exhibit_id 1)"
says "added by a holder: reads reasons" "$mark"
unset AMANA_FINGERPRINT
try 0 "by a holder's hand; who added ADM-2 has compared the words" ADM-1 --json audit admit ADM-2
export AMANA_FINGERPRINT="@$T/fingerprints"
check "by hand: who" jq -e '.member == "ADM-2"' "$T/out"
try 0 "by hand: sees" ADM-2 custody "id:$(exhibit_id 1)"
says "by hand: the reason" "$mark"
says_not "by hand: not what is evidence" 'first.txt'
try 4 "by hand: opens no evidence" ADM-2 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
try 7 "by hand: once" ADM-1 audit admit ADM-2
try 4 "by hand: not who is no auditor" ADM-1 audit admit L-010
try 3 "by hand: nor nobody" ADM-1 audit admit X-9
# A holder loses the role: what comes is sealed past him.
try 0 "the role is taken away" ADM-1 --yes member role ADM-2 --remove auditor
must as A-003 custody "id:$(exhibit_id 1)"
later=later$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
must as L-007 retrieve HK-1/1 -o "$T/later" --reason "$later"
cracked ADM-2 ADM-2
check "taken away: with age, what was open before is (nobody can take that back)" grep -rqaF "$mark" "$T/crack-ADM-2/open"
check "taken away: what came later is not" fails grep -rqaF "$later" "$T/crack-ADM-2/open"

# ---- an admin empties a case of its lead and appoints himself
try 7 "the lead's grant is not ended by an admin in passing" ADM-1 --yes case revoke "id:$id" L-007 --reason "so that I may"
try 0 "the lead's grant is ended by an admin" ADM-1 --yes case revoke "id:$id" L-007 --reason "so that I may" --last-lead "id:$id"
try 0 "and the admin appoints himself" ADM-1 --yes case grant "id:$id" ADM-1 --as lead
must as ADM-1 case list
printf 'text of %s %s\n' fifth "$suite" >"$T/fifth.txt"
card_sum L-007 >"$T/leads"
try 4 "appointed: a depositor who knows the leads' words seals nothing to him" \
	S-014 --yes deposit HK-1 "$T/fifth.txt" --lead-fingerprint "@$T/leads"
says "appointed: and is told" "not the words of ADM-1's keys"
(unset AMANA_FINGERPRINT && try 2 "appointed: nor without having been asked" S-014 --yes deposit HK-1 "$T/fifth.txt")
try 4 "appointed: opens nothing older" ADM-1 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
cracked ADM-1 ADM-1
for n in first second third fourth; do check "appointed: with age neither: $n" fails opens ADM-1 $n; done
try 4 "appointed: confirms not himself" ADM-1 case confirm "id:$id" ADM-1
check "appointed: nothing came out" fails test -e "$T/no"
try 0 "another lead is appointed in his place" ADM-2 --yes case revoke "id:$id" ADM-1 --reason "not a lead" --last-lead "id:$id"
try 0 "another: L-007 again" ADM-2 --yes case grant "id:$id" L-007 --as lead
try 0 "another: who has all keys of before still" L-007 retrieve HK-1/1 -o "$T/back" --reason hearing
check "another: really" cmp "$T/back" "$T/first.txt"

# ---- several cases in one act, the words once
for n in 2 3 4; do
	must as ADM-1 case open HK-$n --lead L-007
	must as L-007 case list
	printf 'text of case %s %s\n' $n "$suite" >"$T/case-$n.txt"
	must as L-007 --yes deposit HK-$n "$T/case-$n.txt"
done
must as ADM-2 case open HK-5
unset AMANA_FINGERPRINT
slots=$(last_slot)
granted=$(n_of grant)
try 2 "several: words are asked for" L-007 --yes case grant HK-2,HK-3,HK-4 L-010 --as reader
try 4 "several: and compared" L-007 --yes case grant HK-2,HK-3,HK-4 L-010 --as reader --fingerprint "$(card_sum S-014)"
try 3 "several: one that is not known" L-007 --yes case grant HK-2,HK-9,HK-4 L-010 --as reader --fingerprint "$(card_sum L-010)"
try 3 "several: another's" L-007 --yes case grant HK-2,HK-5 L-010 --as reader --fingerprint "$(card_sum L-010)"
try 2 "several: one twice" L-007 --yes case grant HK-2,HK-3,HK-2 L-010 --as reader --fingerprint "$(card_sum L-010)"
check "several: nothing of it was granted anywhere" test "$(n_of grant)" -eq "$granted"
slots=$(last_slot)
try 0 "several: at once" L-007 --yes --json case grant HK-2,HK-3,HK-4 L-010 --as reader --fingerprint "$(card_sum L-010)"
check "several: as they were named" jq -e '.cases == ["HK-2", "HK-3", "HK-4"] and .case == "HK-2" and .member == "L-010"' "$T/out"
check "several: in one act" test "$(last_slot)" -eq $((slots + 1)) -a "$(n_of grant)" -eq $((granted + 3))
export AMANA_FINGERPRINT="@$T/fingerprints"
for n in 2 3 4; do
	try 0 "several: reads HK-$n" L-010 retrieve HK-$n/1 -o "$T/got-$n" --reason hearing
	check "several: what was there before the grant" cmp "$T/got-$n" "$T/case-$n.txt"
done
try 0 "several: said for each" L-007 --yes case grant HK-2,HK-3 S-014 --as depositor --until +5d
check "several: a line each" test "$(grep -c '^Granted S-014: depositor in HK-[23], until 20' "$T/out")" -eq 2

# ---- enrolling a code again ends every grant and role of before
mv "$T/people/L-010" "$T/people/old-L-010"
mv "$T/people/A-003" "$T/people/old-A-003"
person L-010 A-003
cp "$T/people/L-010/L-010.card" "$T/people/A-003/A-003.card" "$T/people/ADM-1/"
try 0 "again: a reader of three cases" ADM-1 --yes member add L-010.card -o again-1.welcome --fingerprint "$(card_sum L-010)"
check "again: told for each" test "$(grep -c 'L-010 was reader of id:' "$T/err")" -eq 3
must as L-010 join "$T/people/ADM-1/again-1.welcome"
try 0 "again: has no case" L-010 --json case list
check "again: none" jq -e '.cases == []' "$T/out"
for n in 2 3 4; do
	must as L-007 --json case show HK-$n
	check "again: no grant in HK-$n" jq -e '[.grants[] | select(.member == "L-010")] == []' "$T/out"
done
try 2 "again: the role is not chosen with the keys" ADM-1 --yes member add A-003.card --role auditor -o again-2.welcome --fingerprint "$(card_sum A-003)"
try 0 "again: an auditor" ADM-1 --yes member add A-003.card -o again-2.welcome --fingerprint "$(card_sum A-003)"
says "again: told" 'A-003 was auditor of the audit ring'
must as ADM-1 --json member list
check "again: the role has ended" jq -e '[.members[] | select(.member == "A-003")][0].roles == []' "$T/out"
must as A-003 join "$T/people/ADM-1/again-2.welcome"
try 4 "again: sees no custody" A-003 custody "id:$(exhibit_id 1)"
says_not "again: and no reason" "$later"
must as ADM-1 --yes member role A-003 --add auditor
try 0 "again: given and let in anew" ADM-1 audit admit A-003
try 0 "again: sees" A-003 custody "id:$(exhibit_id 1)"
says "again: the reasons" "$later"
# The lead grants again, in one act, by the new words.
try 0 "again: granted again" L-007 --yes case grant HK-2,HK-3,HK-4 L-010 --as reader --fingerprint "$(card_sum L-010)"
try 0 "again: reads" L-010 retrieve HK-3/1 -o "$T/again-3" --reason hearing
check "again: what was there before" cmp "$T/again-3" "$T/case-3.txt"
# By one's own present key everything stays.
mkdir "$T/people/new"
cp "$T/people/ADM-2/passphrase" "$T/people/new/"
(umask 077 && mkdir -p "$(data_of new)/identities")
must "$helpers/make_identity" "$(data_of new)/identities/ADM-2.age" "$T/people/new/ADM-2.card" ADM-2 "$(cat "$T/people/new/passphrase")"
head -4 "$T/people/new/ADM-2.card" | sha256sum | cut -c 1-64 >>"$T/fingerprints"
cp "$T/people/new/ADM-2.card" "$T/people/ADM-2/new.card"
try 0 "one's own: new keys" ADM-2 --yes member add new.card -o new.welcome --fingerprint "$(tail -1 "$T/fingerprints")"
says_not "one's own: ends nothing" 'ends every role'
try 4 "one's own: the old ones are refused" ADM-2 --yes member role L-010 --add auditor
must as new --vault-fingerprint "$(sha256sum <"$T/vault/vault" | cut -c 1-64)" --json member list
check "one's own: the roles are as they were" jq -e '[.members[] | select(.member == "ADM-2")][0].roles == ["admin"]' "$T/out"
try 0 "one's own: leads what ADM-2 led" new --json case list
check "one's own: still" jq -e '[.cases[] | .as] == ["lead"]' "$T/out"
try 0 "the log holds" L-007 verify --bytes
finish
