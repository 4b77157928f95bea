#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whoever holds the store puts back an older log, another one, a broken one, or goes on without the right to: each client refuses or
# passes it over as it is decided, and says which two sides there are, or who signed.
. "$(dirname "$0")/office.sh"

office L-007 S-014
must as ADM-1 case open HK-1 --lead L-007
must as L-007 --yes case grant HK-1 S-014 --as depositor
deposit() { # CODE TEXT: one exhibit; its receipt is $T/receipt-TEXT
	echo "$2" >"$T/$2.txt"
	rm -f "$T/receipt-$2"
	must as "$1" --yes deposit HK-1 "$T/$2.txt" --receipt "$T/receipt-$2"
}
deposit L-007 first
must as S-014 list

# The whole office can be put back to where it was, so that each part begins anew.
save() { rm -rf "$T/saved" && mkdir "$T/saved" && cp -a "$T/vault" "$T/people" "$T/saved/"; }
load() { rm -rf "$T/vault" "$T/people" && cp -a "$T/saved/vault" "$T/saved/people" "$T/"; }
backup() { rm -rf "$T/backup" && cp -a "$T/vault" "$T/backup"; }
put_back_backup() { rm -rf "$T/vault" && cp -a "$T/backup" "$T/vault"; }
head_of() { sha256sum <"$(slot_file "${2:-$T/vault}" "$1")" | cut -c 1-12; }
# stranger ARGUMENT...: no identity, no home, no pin.
stranger() {
	rm -rf "$T/nobody"
	mkdir "$T/nobody"
	HOME="$T/nobody" AMANA_VAULT="$T/vault" "$amana" --no-input "$@" </dev/null
}
try_stranger() { # STATUS NAME ARGUMENT...
	want=$1
	what=$2
	shift 2
	stranger "$@" >"$T/out" 2>"$T/err"
	got=$?
	if [ "$got" -eq "$want" ]; then ok "$what"; else
		not_ok "$what (exit $got instead of $want)"
		show "$T/out" "$T/err"
	fi
}
spoil() { # FILE: a byte in the middle is another
	at=$(($(wc -c <"$1") / 2))
	chmod u+w "$1"
	old=$(od -An -tu1 -j "$at" -N 1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059
	printf "\\$(printf %03o $((old ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

# ---- rolled back
save
n=$(last_slot)
backup
deposit L-007 second
must as ADM-1 status
lost=$(head_of $((n + 1)))
put_back_backup
try 5 "rolled back: who has seen more refuses" L-007 list HK-1
says "rolled back: this side is named" "batch $((n + 1))"
says "rolled back: and what is there" "($lost|ends|only|shorter)"
cp "$T/err" "$T/rolled-back"
try 5 "rolled back: nor deposits" L-007 --yes deposit HK-1 "$T/first.txt" --again
try 5 "rolled back: nor retrieves" L-007 retrieve HK-1/1 -o "$T/no" --reason x
check "rolled back: nothing came out" fails test -e "$T/no"
try 5 "rolled back: verify says so" L-007 verify
says "rolled back: as FAIL" '^FAIL'
check "rolled back: nothing was written" test "$(last_slot)" -eq "$n"
try 0 "rolled back: who has not seen more cannot know" S-014 list
try_stranger 0 "rolled back: nor can a stranger" verify
try_stranger 5 "rolled back: but for a receipt" verify --receipt "$T/receipt-second"
says "rolled back: which is contradicted" '^FAIL.*receipt'
try_stranger 5 "rolled back: in words too" verify --receipt "$((n + 1)):$(sed -n 's/^head //p' "$T/receipt-second")"
try_stranger 0 "rolled back: an older receipt holds" verify --receipt "$T/receipt-first"

# ---- forked: the older log, and another act on it
deposit S-014 other
theirs=$(head_of $((n + 1)))
check "forked: two different batches $((n + 1))" test "$lost" != "$theirs"
try 5 "forked: who has seen the other refuses" L-007 list HK-1
says "forked: one side is named" "$lost"
says "forked: so is the other" "$theirs"
try 5 "forked: verify says so" L-007 verify
try_stranger 5 "forked: the receipts contradict each other" verify --receipt "$T/receipt-second" --receipt "$T/receipt-other"
says "forked: one holds" '^PASS.*receipt'
says "forked: the other does not" '^FAIL.*receipt'

# ---- honestly restored from a backup: here, the fork above
try 4 "restored: not by the lead" L-007 log restored --reason "the disk broke"
try 5 "restored: the admin sees it as well" ADM-1 status
try 0 "restored: the only admin says so" ADM-1 log restored --reason "the disk broke; the backup of Tuesday was put back"
try 0 "restored: the lead goes on" L-007 list HK-1
says "restored: and is told" 'WARNING.*restor'
try 0 "restored: verify passes" L-007 verify
says "restored: and says so" '[Rr]estored'
try_stranger 0 "restored: says it too" verify
says "restored: to strangers" '[Rr]estored'
try_stranger 5 "restored: a receipt of what was lost is still contradicted" verify --receipt "$T/receipt-second"
try 0 "restored: what was lost can be deposited again" L-007 --yes deposit HK-1 "$T/second.txt"
try 7 "restored: once is enough" ADM-1 log restored --reason again

# ---- nobody but the lead has seen what was lost: the admin names it by a receipt, or as the lead's screen shows it
load
n=$(last_slot)
backup
deposit L-007 second
put_back_backup
try 5 "seen by others: the lead is refused" L-007 list HK-1
says "seen by others: and shown what to tell" "batch $((n + 1)) as [0-9a-f]{64}"
try 7 "seen by others: the admin has lost nothing" ADM-1 log restored --reason "the disk broke"
says "seen by others: and is told how" '--lost'
try 7 "seen by others: not what is there" ADM-1 log restored --lost "$T/receipt-first" --reason "the disk broke"
try 10 "seen by others: nor what is no receipt" ADM-1 log restored --lost "$T/first.txt" --reason "the disk broke"
try 0 "seen by others: by the receipt" ADM-1 log restored --lost "$T/receipt-second" --reason "the disk broke"
try 0 "seen by others: the lead follows" L-007 list HK-1
says "seen by others: and is told" 'WARNING.*restor'
try 0 "seen by others: verify passes" L-007 verify
try_stranger 0 "seen by others: and says so to strangers" verify
says "seen by others: with the head that was lost" "$(sed -n 's/^head //p' "$T/receipt-second")"

# ---- two admins
load
person ADM-2
enrol ADM-2 --role admin
save
n=$(last_slot)
backup
deposit L-007 second
must as ADM-1 status
must as ADM-2 status
put_back_backup
try 9 "two admins: one proposes" ADM-1 log restored --reason "the disk broke"
says "two admins: who has lost history says the same" 'Next: another admin says the same: amana log restored; or, '
check "two admins: one hint" test "$(grep -c 'Next: ' "$T/err")" -eq 1
id=$(sed -n 's/^Proposed, not done yet: //p' "$T/out")
try 5 "two admins: who has lost history cannot approve" ADM-2 approve sign "$id"
try 5 "two admins: nobody follows yet" L-007 list HK-1
try 9 "two admins: saying it twice changes nothing" ADM-1 log restored --reason "the disk broke"
try 0 "two admins: the other says the same" ADM-2 log restored --reason "I saw the disk"
try 0 "two admins: now the lead follows" L-007 list HK-1
try 0 "two admins: and the first one" ADM-1 status
try 0 "two admins: verify passes" ADM-1 verify
load
backup
deposit L-007 second
must as ADM-1 status
put_back_backup
try 9 "two admins: one proposes, the other has lost nothing" ADM-1 log restored --reason "the disk broke"
says "two admins: then approving is the way, as the hint says" "amana approve sign $(sed -n 's/^Proposed, not done yet: //p' "$T/out")"
try 0 "two admins: it waits" ADM-2 --json approve list
id=$(jq -r '.. | .id? // empty' "$T/out" | head -1)
try 0 "two admins: the other signs it" ADM-2 approve sign "$id"
try 0 "two admins: the lead follows" L-007 list HK-1
says "two admins: and is told" 'WARNING.*restor'

# ---- vandalised at its end
load
deposit L-007 second
n=$(last_slot)
backup
end=$(slot_file "$T/vault" "$n")
spoil "$end"
try_stranger 5 "end: a stranger sees it" verify
says "end: which batch" "batch $n"
try 5 "end: who has no copy stops" S-014 list
says "end: and names it" "batch $n"
try 0 "end: who has a copy goes on" L-007 list HK-1
says "end: and puts it back" "REPAIRED.*batch $n"
check "end: the same bytes" cmp "$end" "$(slot_file "$T/backup" "$n")"
try 0 "end: then all do" S-014 list
printf '' >"$T/empty"
chmod u+w "$end"
cp "$T/empty" "$end"
try 0 "end: who has seen more does not look back" L-007 list HK-1
try 0 "end: unless told to" L-007 log repair
check "end: the empty slot is put back" cmp "$end" "$(slot_file "$T/backup" "$n")"

# ---- in its middle
mid=$((n - 2))
middle=$(slot_file "$T/vault" "$mid")
for how in spoiled removed swapped; do
	case $how in
	spoiled) spoil "$middle" ;;
	removed) rm -f "$middle" ;;
	swapped) cp -f "$(slot_file "$T/backup" $((mid - 1)))" "$middle" ;;
	esac
	try_stranger 5 "middle, $how: a stranger stops" verify
	says "middle, $how: and says where" "batch $mid"
	try 5 "middle, $how: verify by who has a copy finds it" L-007 verify
	says "middle, $how: and says what to do" "batch $mid .*amana log repair"
	try 0 "middle, $how: that puts it back" L-007 log repair
	says "middle, $how: and says so" "REPAIRED.*batch $mid"
	check "middle, $how: the same bytes" cmp "$middle" "$(slot_file "$T/backup" "$mid")"
done

try 0 "middle: nothing is left to repair" L-007 log repair
says "middle: and that is said" "Nothing had to be"
try 0 "middle: verify passes again" L-007 verify
try_stranger 3 "middle: who has no copy cannot" log repair

# ---- passed over, when no copy is left: the admin's machine is new, the middle batch is spoiled
spoil "$middle"
cp -a "$T/people/L-007" "$T/with-copy"
for who in ADM-1 L-007; do rm -rf "$(data_of $who)/vaults" "$T/people/$who/.cache"; done
AMANA_VAULT_FINGERPRINT=$(sha256sum <"$T/vault/vault" | cut -c 1-64)
export AMANA_VAULT_FINGERPRINT
try 5 "skip: the admin's client stops" ADM-1 verify
try 4 "skip: not by the lead" L-007 log skip "$mid" --reason x
says "skip: who is no admin" 'L-007 is not an admin'
try 2 "skip: of another batch" ADM-1 log skip $((mid + 1)) --reason x
says "skip: than the damaged one" "the damaged batch is $mid, not $((mid + 1))"
try 0 "skip: by the admin" ADM-1 log skip "$mid" --reason "nobody has a copy of it"
skip=$(last_slot)
try_stranger 0 "skip: strangers go on" verify
says "skip: it is listed" "batch(es)? $mid.*passed|passed over"
try 0 "skip: verify by the admin" ADM-1 verify
says "skip: lists it too" "passed over"
try 0 "skip: a new machine follows" L-007 list HK-1
says "skip: loudly" "WARNING.*batch(es)? $mid"
rm -rf "$T/people/L-007"
cp -a "$T/with-copy" "$T/people/L-007"
try 5 "skip: who holds a good copy does not follow" L-007 list HK-1
says "skip: both sides are named" "batch $skip by ADM-1 \\(head $(head_of "$skip")[0-9a-f]+\\) passes over batches $mid to .*good bytes \\(batch $mid, $(head_of "$mid" "$T/backup")"
check "skip: nor repairs" fails cmp -s "$middle" "$(slot_file "$T/backup" "$mid")"
try 5 "skip: nor deposits" L-007 --yes deposit HK-1 "$T/first.txt" --again
try 3 "skip: another batch is none to accept" L-007 log accept "$mid"
try 0 "skip: until that person accepts it" L-007 log accept "$skip"
says "skip: which says whose it is" "Accepted: slots $mid to .* by ADM-1"
says "skip: loudly, too" "WARNING.*batch(es)? $mid"
try 0 "skip: then follows" L-007 list HK-1
try 0 "skip: verify passes" L-007 verify
says "skip: and lists it always" "passed over"

# ---- with a copy nothing is passed over
unset AMANA_VAULT_FINGERPRINT
load
spoil "$(slot_file "$T/vault" 2)"
try 7 "skip: refused while this machine has a copy" ADM-1 log skip 2 --reason x
try 0 "skip: which is used instead" ADM-1 log repair

# ---- continued without the right to
load
deposit L-007 second
must as ADM-1 --yes member revoke S-014 --reason "left"
forge() { "$helpers/forge" "$T/vault" "$(data_of "$1")/identities/$1.age" "$T/people/$1/passphrase" "$2"; }
for kind in record admin reader; do
	n=$(forge S-014 $kind) || not_ok "forge $kind"
	try_stranger 0 "void, $kind: at the end it is no failure" verify
	says "void, $kind: but a finding about its signer" "^VOID.*batch $n .*S-014"
	says "void, $kind: the log ends with it" "^VOID.*the log ends with batch $n"
	says_not "void, $kind: nothing fails" '^FAIL'
	try 0 "void, $kind: nobody is stopped" L-007 list HK-1
	says "void, $kind: all are told who" "WARNING.*batch $n.*S-014"
	try 0 "void, $kind: the next act is built on it" L-007 --yes deposit HK-1 "$T/second.txt" --again
	try_stranger 0 "void, $kind: then it is listed and no failure" verify
	says "void, $kind: with its signer" "^VOID.*batch $n.*S-014"
done
try 0 "void: who is a member" ADM-1 --json member list
check "void: gained nothing" jq -e '[.. | objects | select(.member? == "S-014")][0] | (.roles | index("admin")) == null' "$T/out"
try 4 "void: the revoked one is refused" S-014 list
n=$(forge S-014 stolen) || not_ok "forge stolen"
try_stranger 5 "unknown key: damage, not an act" verify
says "unknown key: where" "batch $n"
try 5 "unknown key: everybody stops" L-007 list HK-1
says "unknown key: and says why" "batch $n.*(key|signature)"
try 0 "unknown key: until an admin passes over it" ADM-1 log skip "$n" --reason "signed with a key that nobody has"
try 0 "unknown key: then it goes on" L-007 list HK-1
try_stranger 0 "unknown key: and verifies" verify

# ---- another vault in its place
mv "$T/vault" "$T/our-vault"
mkdir "$T/people/X-1"
cp "$T/people/L-007/passphrase" "$T/people/X-1/"
mkdir -p "$(data_of X-1)/identities"
cp "$(data_of L-007)/identities/L-007.age" "$(data_of X-1)/identities/"
must as X-1 init
try 5 "another vault: refused" L-007 list
says "another vault: by its words" 'words|fingerprint|another vault|other vault'
finish
