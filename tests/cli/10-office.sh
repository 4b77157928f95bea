#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An office from its first minute on: who may what, receipts, custody, verification, and what each document says.
. "$(dirname "$0")/lib.sh"
# Identities here are what people make, scrypt at its full cost.
person() { be "$1"; (cd "$HOME" && quiet id new "$1"); }
AMANA_VAULT=$work/vault
export AMANA_VAULT

# founding
be A-001
run 'an identity' 0 id new A-001
run 'init' 0 init --json
json 'the vault' .vault "$work/vault"
is 'the origin' jq -e '.origin | test("^amana/[0-9a-f]{32}$")' "$out"
fingerprint=$(jq -r .fingerprint "$out")
words=$(jq -r .words "$out")
json 'the founder' .founder A-001
run 'init again' 7 init
run 'init in a folder with something' 7 -C "$work/people" init
run 'init with a bad origin' 2 -C "$work/v2" init --origin 'No Name'
isnt 'nothing is left of that' test -e "$work/v2/vault"
run 'status of the founder' 0 status --json
json 'roles' '.roles | join(",")' admin,auditor
json 'fingerprint' .fingerprint "$fingerprint"
run 'status reads well' 0 status
has 'the words' "$words"

# people
person S-014
person L-007
be A-001
run 'member add, unattended, without --yes' 2 member add "$work/people/S-014/S-014.card"
err_has 'demands it' '--yes is missing'
run 'member add, other words' 5 --yes member add "$work/people/S-014/S-014.card" --fingerprint "$words"
run 'member add, no card' 3 --yes member add none.card
run 'member add, something else' 10 --yes member add "$HOME/pass"
cd "$HOME" || exit 1
run 'member add' 0 --yes member add "$work/people/S-014/S-014.card" --fingerprint "$(words_of S-014)" --json
json 'the welcome' .welcome S-014.welcome
json 'no roles' '.roles | length' 0
same 'a private file' "$(stat -c %a S-014.welcome)" 600
run 'member add again' 7 --yes member add "$work/people/S-014/S-014.card" --fingerprint "$(words_of S-014)" -o again.welcome
isnt 'no second welcome' test -e again.welcome
run 'member add, nobody compared' 0 --yes member add "$work/people/L-007/L-007.card"
err_has 'and it says so' 'nobody compared the words'
cd "$work" || exit 1
person U-003
be A-001
terminal 'member add at a terminal' 0 'U-003 reads out: ' "$(words_of U-003)" 'Add\? \[y/N\] ' y 'Passphrase for A-001: ' 'the passphrase of A-001' \
	-- member add "$work/people/U-003/U-003.card" --role auditor -o "$work/U-003.welcome"
lacks 'the words are not shown for copying' "card: $(words_of U-003)"
person R-002
be A-001
terminal 'wrong words at a terminal' 5 'out: ' 'a b c d e f g h' 'out: ' "$words" 'out: ' '' -- member add "$work/people/R-002/R-002.card"
terminal 'no at a terminal' 130 'out: ' "$(words_of R-002)" '\[y/N\] ' n -- member add "$work/people/R-002/R-002.card"
isnt 'and no welcome' test -e R-002.welcome
quiet member add "$work/people/R-002/R-002.card" -o R-002.welcome
run 'member list' 0 member list --json
json 'all of them, sorted' '[.members[].member] | join(" ")' 'A-001 L-007 R-002 S-014 U-003'
json 'their roles' '[.members[] | select(.roles != []) | .member + ":" + (.roles | join("+"))] | join(" ")' 'A-001:admin+auditor U-003:auditor'
be S-014
run 'member list needs no right' 0 --vault-fingerprint "$words" member list
run 'member add by somebody else' 4 --yes --vault-fingerprint "$words" member add "$work/people/R-002/R-002.card" -o x.welcome

# joining
be S-014
run 'join' 0 join "$work/people/A-001/S-014.welcome" --json
json 'it is the default now' .default true
same 'written so' "$(cat "$HOME/.config/amana/config")" "vault = $work/vault"
(unset AMANA_VAULT; run 'the default counts' 0 status)
be L-007
run 'first contact, unattended' 2 status
err_has 'what to do' 'amana join MEMBER.welcome'
run 'first contact, other words' 5 --vault-fingerprint 'kale bate wubu mayo juye sabe badu beno' status
run 'another one'"'"'s welcome' 2 join "$work/people/A-001/S-014.welcome"
run 'no welcome' 10 join "$HOME/pass"
run 'join, the other' 0 join "$work/people/A-001/L-007.welcome"
mkdir -p "$HOME/.config/amana"
be R-002
run 'first contact with the words' 0 --vault-fingerprint "$words" status
run 'it is pinned' 0 status
be U-003
AMANA_VAULT_FINGERPRINT=$fingerprint run 'first contact, $AMANA_VAULT_FINGERPRINT' 0 status

# cases
be S-014
run 'case open by somebody else' 4 case open HK-2025-0042
be A-001
run 'case open' 0 case open HK-2025-0042 --lead L-007 --title 'Beach, evening' --json
is 'its id' jq -e '.id | test("^[0-9a-f]{32}$")' "$out"
case_id=$(jq -r .id "$out")
run 'case open for nobody' 3 case open HK-2 --lead X-9
run 'the opener keeps no key' 0 case list --json
json 'no case of hers' '.cases | length' 0
be L-007
unlocked
run 'case list of the lead' 0 case list --json
json 'code, title, grant' '.cases[0] | .case + "|" + .title + "|" + .as + "|" + (.until | tostring)' 'HK-2025-0042|Beach, evening|lead|null'
run 'case grant' 0 case grant HK-2025-0042 S-014 --as depositor --json
json 'it has an end' '.until != null' true
run 'the end is printed' 0 case grant HK-2025-0042 R-002 --as reader --until +2d
has 'in local time' 'Granted R-002: reader in HK-2025-0042, until 20'
run 'case grant to nobody' 3 case grant HK-2025-0042 X-9 --as reader
run 'case grant in no case' 3 case grant HK-9 R-002 --as reader
run 'case show' 0 case show HK-2025-0042 --json
json 'the grants' '[.grants[] | .member + ":" + .as] | join(" ")' 'L-007:lead R-002:reader S-014:depositor'
run 'case show by id' 0 case show "id:$(printf %.8s "$case_id")" --json
json 'the same' .case HK-2025-0042
be S-014
run 'a depositor grants nothing' 4 case grant HK-2025-0042 S-014 --as reader
run 'status of a depositor' 0 status --json
json 'the grant' '.cases[0].as' depositor

# deposit
unlocked
mkdir -p phone/sub
printf 'hello\n' >phone/a.txt
printf hidden >phone/.hidden
: >phone/empty
head -c 200000 /dev/urandom >phone/sub/b.bin
ln -s a.txt phone/link
mkfifo phone/pipe
run 'deposit, dry' 0 deposit HK-2025-0042 phone --dry-run --json
json 'says so' .dry_run true
json 'four files' .files 4
json 'nothing happened' '(.receipts | length) + (.exhibits | length)' 0
run 'deposit' 0 deposit HK-2025-0042 phone --source 'phone of V-003, by cable' --note 'found on the beach' --title T1 --json
json 'names, in byte order' '[.exhibits[].name] | join(" ")' 'phone/.hidden phone/a.txt phone/empty phone/sub/b.bin'
json 'numbers' '[.exhibits[].exhibit] | join(" ")' 'HK-2025-0042/1 HK-2025-0042/2 HK-2025-0042/3 HK-2025-0042/4'
json 'digests' '.exhibits[1].sha256' "$(sha256sum <phone/a.txt | cut -c1-64)"
json 'sizes' '[.exhibits[].size] | join(" ")' '6 6 0 200000'
json 'skipped, never followed' '[.skipped[] | .path + ": " + .why] | join("; ")' 'phone/link: a symbolic link, not followed; phone/pipe: a special file, not opened'
json 'nothing failed' '.failed | length' 0
batch=$(jq -r '.receipts[0].batch' "$out")
head=$(jq -r '.receipts[0].head' "$out")
json 'one receipt' '.receipts | length' 1
same 'saved here' "$(stat -c %a "R-$batch.txt")" 600
is 'with batch, head and numbers' grep -qxE "batch $batch|head $head|exhibits 1-4" "R-$batch.txt"
is 'and the words' grep -qxF "vault $words" "R-$batch.txt"
isnt 'no case, no file name' grep -qiE 'HK-|phone|a\.txt' "R-$batch.txt"
same 'the head is the hash of the batch' "$(sha256sum "vault/log/000/000/000/$(printf %03d "$batch")" | cut -c1-64)" "$head"
no_leftovers 'nothing unfinished' vault
run 'deposit again: nothing to do' 0 deposit HK-2025-0042 phone --source 'phone of V-003, by cable' --json
json 'no new exhibit' '.exhibits | length' 0
run 'what a depositor sees' 0 list --json
json 'own deposits' '[.exhibits[].name] | join(" ")' 'phone/.hidden phone/a.txt phone/empty phone/sub/b.bin'
run 'a depositor cannot read' 4 retrieve HK-2025-0042/2 -o back --reason 'to see'
isnt 'nothing came out' test -e back
be U-003
run 'a stranger to the case' 3 deposit HK-2025-0042 phone

# reading
be R-002
unlocked
run 'list' 0 list HK-2025-0042 --json
json 'four' '.exhibits | length' 4
json 'by whom' '.exhibits[0].by' S-014
run 'list as a table' 0 list
is 'one line each' sh -c 'test "$(wc -l <"$1")" -eq 5' sh "$out"
run 'show' 0 show HK-2025-0042/2
has 'its source' 'phone of V-003, by cable'
has 'its note' 'found on the beach'
has 'its digest' "$(sha256sum <phone/a.txt | cut -c1-64)"
run 'show, the long form' 0 show HK-2025-0042/EX-0002 --json
json 'the same one' '.exhibits[0].exhibit' HK-2025-0042/2
run 'a bare EX-0002 never resolves' 2 show EX-0002
run 'no such exhibit' 3 show HK-2025-0042/99
run 'search' 0 search beach --json
json 'finds all four by their note' '.exhibits | length' 4
json 'and says what matched' '.exhibits[0].match' note
run 'search, words are ANDed' 0 search beach b.bin --json
json 'finds one' '[.exhibits[].name] | join(" ")' phone/sub/b.bin
run 'search, a prefix' 0 search 'bea*' --json
json 'finds four' '.exhibits | length' 4
run 'search, nothing' 0 search nowhere --json
json 'finds none' '.exhibits | length' 0
run 'search in no case' 3 search beach --case HK-9
run 'retrieve one' 0 retrieve HK-2025-0042/4 -o b.bin --reason 'the hearing' --json
is 'the same bytes' cmp b.bin phone/sub/b.bin
same 'private' "$(stat -c %a b.bin)" 600
json 'the first reader' '.items[0].first_reader' true
json 'where' '.items[0].path' b.bin
run 'retrieve again' 7 retrieve HK-2025-0042/4 -o b.bin --reason 'the hearing'
mkdir court
run 'retrieve several' 0 retrieve HK-2025-0042/1-3 -o court --reason 'the hearing'
is 'the last line says where' sh -c 'test "$(tail -1 "$1")" = "PLAINTEXT at court"' sh "$out"
same 'three files' "$(find court -type f | wc -l)" 3
"$amana" --no-input --passphrase "file:$HOME/pass" retrieve HK-2025-0042/2 -o - --reason 'the hearing' 2>"$err" </dev/null | cmp - phone/a.txt &&
	ok 'to standard output' || not_ok 'to standard output'
err_has 'and where it is' 'PLAINTEXT at standard output'
run 'no reason' 2 retrieve HK-2025-0042/2 -o x
run 'an empty reason' 2 retrieve HK-2025-0042/2 -o x --reason ' '
run 'one of them is not there' 3 retrieve HK-2025-0042/1 HK-2025-0042/99 -o court --reason x
run 'some of them' 1 retrieve HK-2025-0042/1,4 -o court --reason x --json
json 'what came out' '[.items[].exhibit] | join(" ")' HK-2025-0042/4
json 'what did not' '[.failed[] | .exhibit + " " + .code] | join(" ")' 'HK-2025-0042/1 conflict'
err_has 'named on standard error' 'HK-2025-0042/1'
no_leftovers 'nothing unfinished, here' court

# custody
run 'custody of an exhibit' 0 custody HK-2025-0042/4 --json
json 'the first event' '.events[0] | .action + " by " + .actor' 'deposit by S-014'
json 'all of them' '.shown == .of and .of == (.events | length)' true
is 'the reason of the retrieve' jq -e '[.events[].reason] | index("the hearing")' "$out"
run 'custody, for people' 0 custody HK-2025-0042/4
is 'it counts' sh -c 'tail -1 "$1" | grep -qE "^([0-9]+) of \1$"' sh "$out"
run 'custody of the case' 0 custody HK-2025-0042
be U-003
run 'custody for the auditor' 0 custody "id:$(printf %.12s "$case_id")" --json
be S-014
run 'a depositor sees no more than is public' 0 custody HK-2025-0042/4 --json
json 'nothing that is sealed' '[.events[] | .event, .reason, .details] | map(select(. != null)) | length' 0

# verification
be nobody
rm -rf "$HOME/.local"
run 'verify, a stranger' 0 verify
is 'the last line is plain' sh -c 'test "$(tail -1 "$1")" = "LOG OK. Stored bytes NOT READ (add --bytes)."' sh "$out"
has 'it prints what it found' "$words"
has 'not vouched for' 'NOT CHECKED  identity of the vault'
run 'verify --bytes, a stranger' 0 verify --bytes --json
json 'ok' .ok true
json 'not complete' .complete false
json 'every result is one of four' '[.checks[].result] | unique | map(IN("pass","fail","void","not checked")) | all' true
is 'objects were read' jq -e '.objects >= 4 and .bytes > 200000' "$out"
run 'verify with a receipt' 0 verify --receipt "R-$batch.txt" --receipt "$batch:$head"
run 'a contradicted receipt' 5 verify --receipt "$batch:$(printf '%064d' 0)"
has 'it fails' 'FAIL'
is 'and says so last' sh -c 'tail -1 "$1" | grep -q "^FAILED: 1 of"' sh "$out"
run 'a receipt that is none' 10 verify --receipt "$work/phone/a.txt"
run 'a receipt that is not there' 3 verify --receipt "$work/none"
run 'contents need a reader' 1 verify --contents
is 'and nothing is claimed of them' sh -c 'tail -1 "$1" | grep -qF "Contents NOT OPENED."' sh "$out"
be R-002
run 'verify --contents' 0 verify HK-2025-0042 --contents --bytes --json
is 'contents pass' jq -e '.checks[] | select(.name == "contents") | .result == "pass"' "$out"
run 'verify one exhibit' 0 verify HK-2025-0042/4 --contents
run 'verify no exhibit' 3 verify HK-2025-0042/99
run 'verify --record' 0 verify --record
run 'status knows of it' 0 status --json
json 'last check' '.last_check != null' true

# ending
be L-007
run 'case rekey' 0 case rekey HK-2025-0042 --json
json 'a new epoch' '.epoch >= 2' true
run 'case card' 0 case card HK-2025-0042 -o case.card
isnt 'names no case' grep -q HK-2025 case.card
run 'case card with its code' 0 case card HK-2025-0042 -o case2.card --with-code
is 'names it' grep -q HK-2025-0042 case2.card
run 'case card never overwrites' 7 case card HK-2025-0042 -o case.card
run 'case revoke' 0 case revoke HK-2025-0042 R-002 --reason 'left the case' --json
json 'new keys at once' .epoch_due false
is 'what R-002 did open' jq -e '[.opened[] | select(.exhibit == "HK-2025-0042/4")] | length >= 1' "$out"
run 'revoke again' 3 case revoke HK-2025-0042 R-002 --reason x
be R-002
run 'it is over' 3 list HK-2025-0042
be A-001
run 'a case of her own' 0 case open HK-OWN
has 'she leads it' 'You lead it.'
err_has 'the next command is hers' 'Next: amana case grant HK-OWN MEMBER --as depositor'
run 'named by --lead' 0 case open HK-SAME --lead A-001
has 'she leads it, too' 'You lead it.'
run 'a case has one lead when it is opened' 2 case open HK-BOTH --lead L-007 --lead A-001
err_has 'others come by a grant' '--lead is given twice'
run 'a case of another' 0 case open HK-OTHER --lead L-007
has 'who leads it' 'Led by L-007; you keep no key of it.'
err_has "the next command is the lead's" 'Next: the lead runs: amana case grant HK-OTHER MEMBER'
run 'member revoke' 0 member revoke S-014 --reason 'left the office' --json
json 'the person' .member S-014
be S-014
run 'it is over, here too' 4 deposit HK-2025-0042 phone
err_has 'and says why' 'revoked'
be L-007
"$amana" lock >/dev/null 2>&1
run 'a last look' 0 verify --bytes
no_leftovers 'nothing unfinished, at the end' vault
