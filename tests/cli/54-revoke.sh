#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ending what people may do: new keys for what comes next, an honest list of what was opened, and nothing pretended.
. "$(dirname "$0")/office.sh"

office L-007 L-009 L-010 L-011 S-014
must as ADM-1 --json case open HK-1 --lead L-007
id=$(field id)
id=${id#id:}
must as L-007 --yes case grant HK-1 L-009 --as reader
must as L-007 --yes case grant HK-1 S-014 --as depositor
deposit() { # CODE NAME
	printf 'text of %s %s\n' "$2" "$suite" >"$T/$2.txt"
	must as "$1" --yes deposit HK-1 "$T/$2.txt"
	cp "$T/err" "$T/deposit-err"
}
epoch() { as L-007 --json case show HK-1 | jq '[.. | .epoch? // empty | numbers][0]'; }
# What age makes of it, with all that this person has: can_open CODE NAME.
cracked() {
	rm -rf "$T/crack-$1"
	crack "$1" "$T/people/$1" "$T/vault" "$T/crack-$1" >"$T/out" 2>&1 || not_ok "age with $1's keys"
}
opens() { grep -rqaF "text of $2 $suite" "$T/crack-$1/open"; }

deposit S-014 first
try 0 "the reader reads" L-009 retrieve HK-1/1 -o "$T/first" --reason "hearing"
must as L-009 list HK-1
was=$(epoch)

# ---- a lead ends a grant
try 0 "revoke" L-007 --yes case revoke HK-1 L-009 --reason "because-of-a-reason"
says "revoke: new keys" 'has new keys'
says "revoke: what was opened is listed" 'HK-1/1 +retrieve'
says "revoke: and not pretended away" 'did open'
check "revoke: the next epoch" test "$(epoch)" -eq $((was + 1))
deposit S-014 second
try 3 "revoked: the case's name says nothing any more" L-009 list HK-1
try 0 "revoked: what was known is not searched any more" L-009 --json search first
check "revoked: nothing is found" jq -e '.exhibits == []' "$T/out"
try 0 "revoked: nor listed" L-009 --json list
check "revoked: nothing is listed" jq -e '.exhibits == []' "$T/out"
try 3 "revoked: nor does an exhibit's" L-009 retrieve HK-1/1 -o "$T/no" --reason x
exhibit_id() { LC_ALL=C grep -ah '^exhibit [0-9a-f]\{32\}$' "$T"/vault/log/000/000/000/* | awk '!seen[$0]++' | sed -n "${1}s/^exhibit //p"; }
try 4 "revoked: by its id it is refused" L-009 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
check "revoked: nothing came out" fails test -e "$T/no"
try 4 "revoked: and cannot deposit" L-009 --yes deposit "id:$id" "$T/first.txt"
cracked L-009
check "revoked: with age, what was open before opens still (nobody can take that back)" opens L-009 first
check "revoked: with age, what came later does not" fails opens L-009 second
check "revoked: nor can the reason be read" fails grep -rqaF because-of-a-reason "$T/crack-L-009/open"
cracked L-007
check "control: with the lead's keys it does" opens L-007 second
check "control: and the reason" grep -rqaF because-of-a-reason "$T/crack-L-007/open"
was=$(epoch)
try 0 "revoke: a depositor" L-007 --yes case revoke HK-1 S-014 --reason x
says_not "revoke: who had no keys, for whom none are made" '(has|have) new keys|DUE'
says "revoke: that is said" 'holds no keys'
check "revoke: and is so" test "$(epoch)" -eq "$was"
says "revoke: who opened nothing" 'no opening by S-014'
try 4 "revoked: the depositor is refused" S-014 --yes deposit "id:$id" "$T/second.txt"
try 3 "revoke: who has no grant" L-007 --yes case revoke HK-1 S-014 --reason x
try 2 "revoke: a reason is needed" L-007 --yes case revoke HK-1 L-009

# ---- an admin revokes a member: the keys are due, and the lead's next command makes them
must as L-007 --yes case grant HK-1 S-014 --as depositor
must as L-007 --yes case grant HK-1 L-009 --as reader
was=$(epoch)
try 0 "a member is revoked" ADM-1 --yes member revoke L-009 --reason "left the office"
says "member revoke: the case whose keys are due is listed" "$id"
printf 'text of %s %s\n' third "$suite" >"$T/third.txt"
slots=$(last_slot)
try 4 "due: a deposit meanwhile is refused" S-014 --json --yes deposit HK-1 "$T/third.txt"
check "due: with its reason" jq -e '.error.reason == "keys-due" and (.error.message | test("L-009 could still open it"))' "$T/out"
check "due: nothing is sealed" test "$(last_slot)" -eq "$slots"
# A person may decide to: --yes is not enough, and who opens it is named.
at_terminal() { # ANSWER
	(
		cd "$T/people/S-014" || exit 99
		HOME="$T/people/S-014" AMANA_VAULT="$T/vault" exec python3 "$top/tests/cli/terminal.py" 'Cannot be undone\. +\[y/N\] ' "$1" \
			-- "$amana" --yes --passphrase "file:$T/people/S-014/passphrase" deposit HK-1 "$T/third.txt" --source "@$T/third.txt"
	) </dev/null
}
check "due: at a terminal, no" sh -c 'test "$1" -eq 130' sh "$(at_terminal n >"$T/out" 2>&1; echo $?)"
says "due: which names who still opens it" 'STILL OPENED BY L-009'
check "due: at a terminal, yes" at_terminal y
try 0 "due: the lead's next command" L-007 list HK-1
says "due: makes the new keys" "new keys for HK-1: epoch $((was + 1))"
deposit S-014 fourth
check "due: then nothing is said" fails grep -qE 'WARNING|STILL' "$T/deposit-err"
try 4 "member revoke: refused everywhere" L-009 list
says "member revoke: with the reason why" 'revoked'
try 4 "member revoke: acts too" L-009 --yes deposit "id:$id" "$T/first.txt" --again
cracked L-009
check "member revoke: between revocation and new keys age opens it (as was said)" opens L-009 third
check "member revoke: after the new keys it does not" fails opens L-009 fourth

# ---- a grant's date passes
was=$(epoch)
end=$(($(date +%s) + 12))
for grant in "L-010 --as reader" "S-014 --as depositor"; do
	# shellcheck disable=SC2086
	must as L-007 --yes case grant HK-1 $grant --until "$(date -u -d "@$end" +%Y-%m-%dT%H:%M:%SZ)"
done
try 0 "until: before" L-010 case show HK-1
while [ "$(date +%s)" -le "$end" ]; do sleep 0.2; done
try 4 "until: the holder's own client refuses" L-010 retrieve HK-1/1 -o "$T/no" --reason x
try 4 "until: deposits as well" S-014 --yes deposit HK-1 "$T/first.txt" --again
try 0 "until: an admin's next command" ADM-1 case list
check "until: closes both" sh -c "test \$(grep -ca '^expire$' '$(slot_file "$T/vault" "$(last_slot)")') -eq 2"
try 0 "until: they are gone" L-007 --json case show HK-1
cp "$T/out" "$T/shown"
says "until: a lead's next command makes new keys" "new keys for HK-1: epoch $((was + 1))"
check "until: really" jq -e '[.grants[] | select(.member != "L-007")] | length == 0' "$T/shown"

# ---- a case without a lead gets one from an admin, a newcomer without the older keys
try 7 "the only lead is not revoked in passing" ADM-1 --yes member revoke L-007 --reason "left the office"
says "the only lead: and it is said what that means" 'would have NO LEAD: it takes no deposits'
says "the only lead: and what to do" "Next: let another lead in first, or: --last-lead id:$(printf %.8s "$id")"
try 7 "the only lead: another case is not that one" ADM-1 --yes --json member revoke L-007 --reason "left the office" --last-lead HK-2
check "the only lead: with its reason" jq -e '.error.reason == "last-lead"' "$T/out"
must as L-007 case list
try 0 "the only lead is revoked" ADM-1 --yes member revoke L-007 --reason "left the office" --last-lead "id:$id"
try 4 "leaderless: an admin makes no readers" ADM-1 --yes case grant "id:$id" L-011 --as reader
says "leaderless: a lead comes first" 'lead'
try 0 "leaderless: but a lead" ADM-1 --yes case grant "id:$id" L-011 --as lead
try 4 "leaderless: and no second one" ADM-1 --yes case grant "id:$id" S-014 --as lead
try 0 "leaderless: the new lead begins" L-011 case list
says "leaderless: with new keys" 'new keys'
try 0 "leaderless: sees that there are exhibits" L-011 list "id:$id"
says_not "leaderless: not their names" 'first.txt'
try 4 "leaderless: cannot open the older ones" L-011 retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
says "leaderless: and is told why" 'older than your keys'
check "leaderless: once" test "$(grep -c 'no key that you hold' "$T/err")" -eq 1
says_not "leaderless: is not sent to a lead who is not there" 'ask a'
says "leaderless: but to what helps" 'Next: .*RECOVERY.md'
try 4 "leaderless: with --json too" L-011 --json retrieve "id:$(exhibit_id 1)" -o "$T/no" --reason x
check "leaderless: there the error says it all" jq -e '.error.code == "denied" and (.error.message | test("older than your keys"))' "$T/out"
echo "text of fifth $suite" >"$T/fifth.txt"
try 0 "leaderless: deposits" L-011 --yes deposit "id:$id" "$T/fifth.txt"
try 0 "leaderless: and retrieves that" L-011 retrieve "id:$(exhibit_id 5)" -o "$T/fifth" --reason x
check "leaderless: really" cmp "$T/fifth" "$T/fifth.txt"
cracked ADM-1
for n in first second third fourth fifth; do check "with age the admin opens nothing: $n" fails opens ADM-1 $n; done
try 0 "the log holds" ADM-1 verify --bytes
finish
