#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Acts that wait for a second person: exit 9, what is shown before it is signed, and who may sign.
. "$(dirname "$0")/lib.sh"
office
be A-001
run 'policy' 0 policy --json
json 'the four rules' '.policy | keys | sort | join(" ")' 'break-glass disclosure grant-days two-person'
run 'policy of no name' 2 policy two-persons on
err_has 'did you mean' 'did you mean two-person?'
run 'policy without a value' 2 policy grant-days
err_has 'what is missing' 'VALUE is missing'
run 'policy, a bad value' 2 policy grant-days many
run 'grant-days' 0 policy grant-days 30 --json
json 'changed' '.policy["grant-days"]' 30
run 'a disclosure takes two, or nothing is said of it' 2 policy disclosure off
err_has 'that it stays' 'then stays so'
run 'disclosure' 0 policy disclosure two-person --json
json 'takes two' '.policy.disclosure' two-person
run 'it is so already' 7 policy disclosure two-person
run 'two-person needs two admins' 4 policy two-person on
err_has 'and a card' 'two admins and a recovery card'
member A-002 admin
be A-001
run 'two-person needs a recovery card, too' 4 policy two-person on
recovery_card C-001
run 'two-person' 0 policy two-person on
has 'on' 'two-person   on'
run 'approve list, nothing' 0 approve list
has 'says so' 'Nothing waits'

run 'a role now waits' 9 member role L-007 --add auditor --json
id=$(jq -r .proposal "$out")
is 'it has an id' test "${#id}" -ge 8
json 'no error object' '.error == null' true
run 'again, for people' 9 member role S-014 --add auditor
has 'proposed, not done' 'Proposed, not done yet'
err_has 'and what next' 'amana approve sign'
run 'it is not done' 0 member list --json
json 'L-007 is no auditor' '[.members[] | select(.member == "L-007") | .roles[]] | length' 0
run 'approve list' 0 approve list --json
json 'two wait' '.proposals | length' 2
json 'by whom' '.proposals[0].by' A-001
run 'approve list reads well' 0 approve list
has 'what it is' 'role'
run 'not by the same person' 4 approve sign "$(printf %.16s "$id")"
run 'an id that is too short' 2 approve sign 1234567
run 'an id that is none' 3 approve sign 0123456789abcdef
be S-014
run 'not by anybody' 4 approve sign "$id"
be A-002
run 'status tells' 0 status --json
json 'two' .proposals 2
run 'approve sign' 0 approve sign "$(printf %.16s "$id")" --json
json 'approved' .approved true
run 'it is done' 0 member list --json
json 'L-007 is an auditor' '[.members[] | select(.member == "L-007") | .roles[]] | join(",")' auditor
run 'not twice' 3 approve sign "$id"
run 'the other one' 0 approve list --json
other=$(jq -r '.proposals[0].id' "$out")
run 'approve refuse' 0 approve refuse "$other"
has 'refused' 'Refused'
run 'nothing waits' 0 approve list --json
json 'none' '.proposals | length' 0
run 'no admin alone revokes an admin' 9 member revoke A-001 --reason 'left'
run 'nobody revokes the last card' 4 member revoke C-001 --reason 'lost'
err_has 'and why' 'recovery card'
be L-007
run 'but decides alone what is the case'"'"'s' 0 case grant HK-1 S-014 --as reader --json
