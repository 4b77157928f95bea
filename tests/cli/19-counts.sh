#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is counted is named as people name it: 1 file, 2 files.
. "$(dirname "$0")/lib.sh"
plurals='batches|entries|signatures|objects|bundles|bytes|files|folders|exhibits|sheets|lines|checks|people|identities|times|places|attempts|characters|symlinks|slots|cases|members|days|words'
# What the last command printed, and what it said, has no "1 files" and no "slots 5 to 5".
counts_well() { # NAME
	bad=$(cat "$out" "$err" | grep -E -e "(^|[^0-9.,/-])1 ([a-z]+ )?($plurals)\b" -e '[a-z]s ([0-9]+) to \1\b' | grep -vE '1 of [0-9]+ ')
	same "$1" "$bad" ""
}
person A-001
AMANA_VAULT=$work/vault
export AMANA_VAULT
run 'a vault' 0 init
run 'one act' 0 member role A-001 --remove auditor
run 'status' 0 status
counts_well 'status'
run 'verify' 0 verify --bytes
has 'one batch' '1 batch without a gap, 1 entry, head'
has 'one signature' '1 good signature, one on each batch'
counts_well 'verify'
rm -rf vault people/A-001
office
: >empty
printf x >one
be S-014
run 'one file of one byte' 0 deposit HK-1 one
counts_well 'deposit'
run 'a dry run' 0 deposit HK-1 one empty --dry-run --again
has 'two files' '2 files, 1 B into'
run 'a dry run of one' 0 deposit HK-1 one --dry-run --again
has 'one file' '1 file, 1 B into'
ln -s one link
run 'with a link' 0 deposit HK-1 one link --dry-run --again
has 'one symlink' '1 symlink skipped'
counts_well 'a dry run'
be L-007
run 'show' 0 show HK-1/1
has 'one byte' '1 byte'
counts_well 'show'
run 'contents' 0 verify --bytes --contents
has 'one exhibit' '1 exhibit opened'
counts_well 'verify of contents'

# an act that counts for nothing, and a slot that is passed over
for member in A-001 L-007 S-014; do cp -r "people/$member" "$member.before"; done
batch=$("$AMANA_BUILD/tests/cli/forge" vault "people/S-014/.local/share/amana/identities/S-014.age" people/S-014/pass admin)
run 'status with a void batch' 0 status
has 'one batch' '1 batch (amana verify'
counts_well 'status with a void batch'
slot=vault/log/000/000/000/$(printf %03d "$batch")
printf x | dd of="$slot" bs=1 seek=10 conv=notrunc status=none
for member in A-001 L-007; do
	rm -rf "people/$member"
	mv "$member.before" "people/$member"
done
be A-001
run 'log skip' 0 log skip "$batch" --reason 'nobody has a copy'
has 'one slot' "PASSED OVER: slot $batch. Every verify will list it."
counts_well 'log skip'
run 'verify' 0 verify
has 'one batch was damaged' "batch $batch was damaged and is passed over, by batch"
counts_well 'verify after it'
run 'status' 0 status
has 'one batch is passed over' '1 batch, by amana log skip'
be L-007
run 'list' 0 list
err_has 'the notice' "batch $batch was passed over by A-001"
counts_well 'list'

# the paper line, too short by one character
be L-007
run 'the page' 0 id backup -o page
line=$(grep AGE-SECRET page)
echo "${line%?}" >short
echo "${line}Q" >long
run 'one character less' 10 --identity X-001 id restore short
err_has 'is one' '1 character is missing'
run 'one more' 10 --identity X-001 id restore long
err_has 'is one' '1 character too many'
