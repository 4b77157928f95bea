#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# amana id rekey: one's own change of keys.  Roles and grants stay, what was open opens, the old file signs nothing any more, and
# whatever interrupts it is finished by running it again.
. "$(dirname "$0")/lib.sh"
office
member R-002
member U-003 auditor
be A-001
unlocked
be L-007
unlocked
quiet case grant HK-1 R-002 --as reader
# Their own files, wherever they are now.
file_of() { echo "$work/people/$1/.local/share/amana/identities/$1.age"; }
next_of() { echo "$work/people/$1/.local/share/amana/identities/.$1.age.next"; }
keep_old() { cp "$(file_of "$1")" "$work/old-$1.age"; }
slots() { find "$work/vault/log" -type f | wc -l; }
deposit() { # NAME, as S-014
	be S-014
	echo "text of $1" >"$work/$1.txt"
	quiet deposit HK-1 "$work/$1.txt" --receipt "$work/$1.receipt"
}
reads() { # WHO NUMBER NAME
	be "$1"
	quiet retrieve "HK-1/$2" -o "$work/got" --reason hearing
	is "$1 reads $3" cmp "$work/got" "$work/$3.txt"
	rm "$work/got"
}
epoch() { (be L-007; "$amana" --no-input --passphrase "file:$HOME/pass" --json case show HK-1 2>/dev/null) | jq '[.. | .epoch? // empty | numbers][0]'; }
of_member() { # CODE FILTER: of member list
	be A-001
	"$amana" --no-input --passphrase "file:$HOME/pass" --json member list 2>/dev/null | jq -r --arg who "$1" ".members[] | select(.member == \$who) | $2"
}
deposit first

# ---- a reader
keep_old R-002
key=$(of_member R-002 .key)
was=$(epoch)
be R-002
unlocked
touch R-002.card
before=$(slots)
run 'the reader changes the keys' 0 id rekey
has 'says what to do with the words' 'Read these words to those who grant to you'
has 'names the new card' 'R-002-2.card'
err_has 'and the paper page' 'keep the page of before'
same 'the card is private' "$(stat -c %a R-002-2.card)" 600
same 'one act' "$(slots)" "$((before + 1))"
same 'the file is private' "$(stat -c %a "$(file_of R-002)")" 600
isnt 'nothing is left beside it' test -e "$(next_of R-002)"
isnt 'the file is another' cmp -s "$(file_of R-002)" "$work/old-R-002.age"
isnt 'the key is another' test "$(of_member R-002 .key)" = "$key"
same 'member list shows it' "$(of_member R-002 .keys_replaced)" true
same 'by whom' "$(of_member R-002 .keys_by)" R-002
be A-001
run 'member list' 0 member list
is 'in words' grep -Eq 'R-002 .*keys replaced' "$out"
unlocked
be R-002
run 'id show' 0 id show --json
json 'the card of the log' .key "$(of_member R-002 .key)"
reads R-002 1 first
be L-007
run 'the next command of the lead' 0 case list
err_has 'makes the new epoch' "new keys for HK-1: epoch $((was + 1))"
deposit second
reads R-002 1 first
reads R-002 2 second
be L-007
unset AMANA_FINGERPRINT
run 'grants anew: only with the words' 2 --yes case grant HK-1 R-002 --as reader
export AMANA_FINGERPRINT="@$work/.fingerprints"

# ---- a thief with the old file
be X-666
mkdir -p "$HOME/.local/share/amana/identities"
cp "$work/old-R-002.age" "$(file_of X-666)"
mv "$(file_of X-666)" "$HOME/.local/share/amana/identities/R-002.age"
cp "$work/people/R-002/pass" "$HOME/pass"
cp -r "$work/people/R-002/.local/share/amana/vaults" "$HOME/.local/share/amana/"
before=$(slots)
run 'a thief reads nothing on record' 4 retrieve HK-1/2 -o "$work/stolen" --reason x
err_has 'is told of other keys' 'other keys'
err_lacks 'and of no change here' 'not finished'
run 'a thief changes no keys' 4 id rekey
isnt 'and leaves nothing' test -e "$HOME/.local/share/amana/identities/.R-002.age.next"
run 'a thief deposits nothing' 4 --yes deposit HK-1 "$work/first.txt" --again
same 'nothing of it is in the log' "$(slots)" "$before"
isnt 'nothing came out' test -e "$work/stolen"

# ---- a lead: the epoch comes with it
keep_old L-007
was=$(epoch)
be L-007
run 'the lead changes the keys' 0 id rekey -o mine.card --json
json 'the card' .card mine.card
json 'the member' .member L-007
is 'eight words' jq -e '.words | split(" ") | length == 8' "$out"
err_has 'the due epoch at once' "new keys for HK-1: epoch $((was + 1))"
run 'never over a card' 7 id rekey -o mine.card
same 'the epoch' "$(epoch)" "$((was + 1))"
be L-007
unlocked
reads L-007 1 first
reads L-007 2 second
reads R-002 2 second
be L-007
quiet case grant HK-1 A-001 --as reader
reads A-001 1 first
be S-014
run 'a depositor: not before the words of the new keys' 4 --yes deposit HK-1 "$work/first.txt" --again
cp "$work/mine.card" "$work/people/L-007/"
be S-014
run 'and then' 0 --yes deposit HK-1 "$work/first.txt" --again

# ---- cut off between the act and the new name
keep_old S-014
be S-014
run 'a depositor changes the keys' 0 id rekey
new=$(sha256sum <"$(file_of S-014)")
mv "$(file_of S-014)" "$(next_of S-014)"
cp "$work/old-S-014.age" "$(file_of S-014)"
before=$(slots)
run 'cut off after the act: other commands' 4 --yes deposit HK-1 "$work/second.txt" --again
err_has 'say how to go on' 'amana id rekey'
run 'cut off: in JSON' 4 --json case list
json 'by a reason' .error.reason rekey-begun
run 'cut off: the passphrase stays as it is' 7 id passphrase
run 'cut off: run again' 0 id rekey -o again.card
same 'it finishes' "$(sha256sum <"$(file_of S-014)")" "$new"
same 'without another act' "$(slots)" "$before"
isnt 'nothing is left beside it' test -e "$(next_of S-014)"
is 'the card is there' test -e again.card
run 'and deposits' 0 --yes deposit HK-1 "$work/second.txt" --again

# ---- cut off before the act: vault and login as they were before, with the next file beside the old one
be U-003
cp -a "$work/vault" "$work/vault.before"
cp -a "$HOME/.local" "$work/local.before"
run 'an auditor changes the keys' 0 id rekey -o lost.card
next=$work/next.age
cp "$(file_of U-003)" "$next"
rm -r "$work/vault" "$HOME/.local"
mv "$work/vault.before" "$work/vault"
mv "$work/local.before" "$HOME/.local"
cp "$next" "$(next_of U-003)"
run 'cut off before the act: the old keys serve' 0 status
before=$(slots)
run 'run again' 0 id rekey
is 'with the keys that were made' cmp "$(file_of U-003)" "$next"
is 'and their card' cmp U-003.card lost.card
err_has 'the audit ring gets new keys at once' 'new keys for the audit ring'
same 'one act, and the epoch' "$(slots)" "$((before + 2))"
same 'the role stays' "$(of_member U-003 '.roles | join(",")')" auditor

# ---- a next file that belongs to nobody here
be S-014
cp "$work/old-R-002.age" "$(next_of S-014)"
cp "$HOME/pass" "$work/pass-S-014"
run 'of another passphrase' 4 id rekey
err_has 'which one' 'next identity'
"$AMANA_BUILD/tests/cli/make_identity" "$work/strange.age" "$work/strange.card" S-014 "$(cat "$HOME/pass")"
mv "$work/strange.age" "$(next_of S-014)"
before=$(slots)
run 'of other keys' 7 id rekey
err_has 'says that it does not fit' 'do not belong'
same 'and nothing was done' "$(slots)" "$before"
rm "$(next_of S-014)"

# ---- at a terminal
terminal 'it is asked' 130 '\[y/N\] ' n -- id rekey
has 'what it means' 'compares your new words'
same 'no: nothing was done' "$(slots)" "$before"
isnt 'nor made' test -e "$(next_of S-014)"

# ---- a card, an admin, two people
be A-001
quiet member role L-007 --add admin
member C-001 recovery
be A-001
quiet policy two-person on
for who in A-001 C-001; do
	roles=$(of_member "$who" '.roles | join(",")')
	be "$who"
	run "two people: $who alone" 0 id rekey
	same "the roles stay: $roles" "$(of_member "$who" '.roles | join(",")')" "$roles"
	same "the keys are replaced: $who" "$(of_member "$who" .keys_replaced)" true
done
be A-001
run 'an admin with the new keys' 9 policy grant-days 30
be L-007
quiet member revoke S-014 --reason left
be S-014
run 'revoked: nothing to change' 4 id rekey
err_has 'says so' 'revoked'
isnt 'and nothing is made' test -e "$(next_of S-014)"
be A-001
run 'the log holds' 0 verify --bytes
[ "$failed" -eq 0 ]
