#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A case loses its only lead: who stays keeps what was open before, whoever leads next; and can hand it on.
. "$(dirname "$0")/office.sh"

office L-007 L-009 L-010 L-011 S-014
must as ADM-1 --json case open HK-1 --lead L-007 --title "Operation Tembo"
id=$(field id)
id=${id#id:}
for grant in "L-009 --as reader" "L-010 --as reader" "S-014 --as depositor"; do
	# shellcheck disable=SC2086
	must as L-007 --yes case grant HK-1 $grant
done
deposit() { # CODE NAME
	printf 'text of %s %s\n' "$2" "$suite" >"$T/$2.txt"
	must as "$1" --yes deposit "id:$id" "$T/$2.txt"
}
exhibit_id() { LC_ALL=C grep -ah '^exhibit [0-9a-f]\{32\}$' "$T"/vault/log/000/000/000/* | awk '!seen[$0]++' | sed -n "${1}s/^exhibit //p"; }
# opens NAME CODE REFERENCE FILE: the exhibit comes out, and is that one.
opens() {
	rm -f "$T/got"
	try 0 "$1" "$2" retrieve "$3" -o "$T/got" --reason hearing
	check "$1: it is that one" cmp "$T/got" "$T/$4.txt"
}
listed() { jq -e --arg names "$1" '[.exhibits[] | .name // "-"] | join(" ") == $names' "$T/out"; }

deposit S-014 first
opens "before: the reader reads" L-009 HK-1/1 first
# This reader's keys are lost and replaced: files sealed to the old ones open no more.
mv "$T/people/L-010" "$T/people/old-L-010"
person L-010
cp "$T/people/L-010/L-010.card" "$T/people/ADM-1/new.card"
try 0 "a reader is enrolled again" ADM-1 --yes member add new.card -o new.welcome --fingerprint "$(card_sum L-010)"
cp "$T/people/ADM-1/new.welcome" "$T/people/L-010/"
must as L-010 join new.welcome
try 0 "enrolled again: every grant has ended" L-010 case list
says "enrolled again: and it is said what to do" 'you have no case here'
says_not "enrolled again: and no damage" 'WARNING|altered|missing'
try 4 "enrolled again: nothing opens" L-010 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x

# ---- the only lead leaves, and an admin appoints somebody who never saw the case
try 0 "the only lead is revoked" ADM-1 --yes member revoke L-007 --reason "left the office" --last-lead "id:$id"
try 0 "leaderless: the reader still lists" L-009 --json list HK-1
check "leaderless: by name" listed "first.txt"
printf 'never\n' >"$T/never.txt"
try 4 "leaderless: takes no deposits" S-014 --json --yes deposit HK-1 "$T/never.txt"
check "leaderless: and says so" jq -e '.error.reason == "no-lead"' "$T/out"
try 2 "leaderless: there is nobody to confirm" L-009 case confirm HK-1 L-009
try 0 "a newcomer is appointed" ADM-1 --yes case grant "id:$id" L-011 --as lead
try 0 "the newcomer begins" L-011 case list
says "the newcomer begins with new keys" 'new keys'
deposit L-011 second
try 0 "newcomer: lists" L-011 --json list "id:$id"
check "newcomer: what is new by name, what is older not" listed "- second.txt"
opens "newcomer: what is new opens" L-011 "id:$(exhibit_id 2)" second
try 4 "newcomer: what is older does not" L-011 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
says "newcomer: and is told why" 'older than your keys'
says "newcomer: and what helps" 'Next: whoever read the case then hands the older keys on: amana case confirm CASE MEMBER'
check "newcomer: nothing came out" fails test -e "$T/no"

# ---- the reader who stays
try 0 "who stays: the case has its name" L-009 case list
says "who stays: the code" 'HK-1'
says_not "who stays: all is in order" 'WARNING'
try 0 "who stays: and its title" L-009 case show HK-1
says "who stays: that" 'Operation Tembo'
rm -rf "$T/people/L-009/.cache"
try 0 "who stays: lists, with a catalogue made anew" L-009 --json list HK-1
check "who stays: old and new" listed "first.txt second.txt"
opens "who stays: an old exhibit" L-009 HK-1/1 first
opens "who stays: a new one" L-009 HK-1/2 second
try 0 "who stays: shows" L-009 show HK-1/1
says "who stays: the name" 'first.txt'
try 0 "who stays: searches" L-009 search first
says "who stays: finds" 'HK-1/1'
try 0 "who stays: verifies" L-009 --json verify HK-1 --contents
check "who stays: both" jq -e '.checks[] | select(.name == "contents") | .result == "pass" and (.detail | startswith("2 exhibits"))' "$T/out"
try 0 "who stays: the chain of custody" L-009 custody HK-1/1
says "who stays: with its words" 'hearing'
try 4 "revoked: the lead of before has nothing" L-007 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x

# ---- what an admin's appointment is worth: nothing that a standing lead granted
try 4 "provisional: replaces no grant of a standing lead" L-011 --yes case grant "id:$id" L-009 --as lead
says "provisional: which is said" 'provisional lead'
try 4 "provisional: a depositor's neither" L-011 --yes case grant "id:$id" S-014 --as depositor
try 4 "provisional: nor ends one" L-011 --yes case revoke "id:$id" L-009 --reason x
opens "provisional: the reader reads on" L-009 HK-1/1 first
try 0 "provisional: grants those who have none" L-011 --yes case grant "id:$id" L-010 --as reader
opens "provisional: who opens what is new" L-010 "id:$(exhibit_id 2)" second
try 4 "provisional: and nothing older" L-010 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
says "provisional: but a lead may help" 'ask a lead to grant you again'
says_not "provisional: that is no damage" 'WARNING|altered'
# What the depositor was told of before is still known.
try 0 "depositor: the case has its name" S-014 case list
says "depositor: that" 'HK-1'
try 4 "depositor: and no keys" S-014 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x

# ---- one of the case's own people confirms, and hands the older keys on
try 4 "confirmed: not by who appointed" ADM-1 case confirm "id:$id" L-011
try 4 "confirmed: not by the appointed" L-011 case confirm "id:$id" L-011
try 4 "confirmed: not by whom the appointed let in" L-010 case confirm "id:$id" L-011
try 4 "confirmed: not by a depositor" S-014 case confirm HK-1 L-011
try 4 "confirmed: by none of these" L-011 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
try 2 "confirmed: nobody whom no admin appointed" L-009 case confirm HK-1 L-010
try 0 "confirmed: by a reader whom a standing lead let in" L-009 --json case confirm HK-1 L-011
check "confirmed: who, and where" jq -e '.case == "HK-1" and .member == "L-011"' "$T/out"
opens "confirmed: the newcomer opens what is old" L-011 HK-1/1 first
opens "confirmed: and what is new" L-011 HK-1/2 second
try 0 "confirmed: lists" L-011 --json list HK-1
check "confirmed: all of it" listed "first.txt second.txt"
try 2 "confirmed: once" L-009 case confirm HK-1 L-011
try 0 "confirmed: grants like any lead" L-011 --yes case grant HK-1 S-014 --as depositor
try 0 "confirmed: makes the reader a lead, too" L-011 --yes case grant HK-1 L-009 --as lead
opens "two leads: the reader's keys are as they were" L-009 HK-1/1 first

# ---- new keys hand nothing older on: a grant does
try 0 "new keys" L-009 --yes case rekey HK-1
deposit L-009 third
opens "new keys: everybody has them" L-010 "id:$(exhibit_id 3)" third
try 4 "new keys: carry no older ones" L-010 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
try 0 "a grant does" L-009 --yes case grant HK-1 L-010 --as reader
opens "a grant does: what is old opens" L-010 HK-1/1 first

# ---- who has no grant has nothing; and a lead appointed by an admin brings back what was held before
try 0 "ended" L-009 --yes case revoke HK-1 L-010 --reason x
try 3 "ended: the case's name says nothing" L-010 list HK-1
try 4 "ended: nothing opens" L-010 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
must as ADM-1 --yes member revoke L-011 --reason x
must as ADM-1 --yes member revoke L-009 --reason x --last-lead "id:$id"
try 0 "a reader of before is made the lead" ADM-1 --yes case grant "id:$id" L-010 --as lead
opens "a reader of before: opens what was held then" L-010 HK-1/1 first
deposit L-010 fourth
opens "a reader of before: and what is new" L-010 HK-1/4 fourth
try 0 "the log holds" ADM-1 verify --bytes
finish
