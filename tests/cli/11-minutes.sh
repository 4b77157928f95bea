#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The first two minutes of a depositor, at a terminal of 80 columns, word for word as the manual shows them.
. "$(dirname "$0")/lib.sh"
office
be S-021
(cd "$HOME" && quiet id new S-021)
card=$HOME/S-021.card
words=$(words_of S-021)
be A-001
quiet member add "$card" --fingerprint "$words" -o "$work/S-021.welcome"
lead_words=$(words_of L-007)
be A-001
vault_words=$("$amana" --no-input --json status | jq -r .words)
be L-007
quiet case grant HK-1 S-021 --as depositor --until 2096-04-30
"$amana" --no-input --passphrase "file:$HOME/pass" case open HK-X >/dev/null 2>&1
unset AMANA_FINGERPRINT # whom S-021 has not met, S-021 is asked about
be S-021
mkdir -p media/phone/DCIM
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do head -c 4000 /dev/urandom >media/phone/DCIM/$n.jpg; done
ln -s DCIM/1.jpg media/phone/latest

terminal 'deposit' 0 'form\? +\[y/N\] ' y 'Passphrase for S-021: ' 'the passphrase of S-021' '> ' 1 'Folder or file: ' media/phone \
	'Source: ' 'phone of V-003, by cable' 'reads out: ' "$lead_words" 'undone. \[y/N\] ' y -- deposit
# what stood on the screen at last, without a bar that was written over
sed -n '/^$/q; p' "$out" | sed 's/«hidden»//g; s/^.*\r//' >shown
is 'first contact shows the words' sh -c 'tr "\n" " " <shown | sed "s/  */ /g" | grep -qF "First time at vault \"$1\": same words as on your form? [y/N] y"' sh "$vault_words"
sed -i "s/^  since        20.*/  since        WHEN/" shown
grep -v '^First time\|^  *your form\|^  *same words\|^  *words as\|form?' shown >rest
batch=$(sed -nE 's/.*Receipt R-([0-9]+), .*/\1/p' shown)
cat >want <<EOT
Passphrase for S-021: 
Case  1 HK-1 (until 30 Apr 2096) > 1
Folder or file: media/phone
Source: phone of V-003, by cable
skipped media/phone/latest: a symbolic link, not followed
Keys of L-007 that were not used from here before:
  since        WHEN
  enrolled by  A-001
  leads HK-1, made lead by A-001
Type the eight words that L-007 reads out: WORDS
Can be opened by L-007 (lead).
12 files, 48 kB into HK-1; 1 symlink skipped. Cannot be undone. [y/N] y
Sealed HK-1/1-12.  Receipt R-$batch, saved as R-$batch.txt
You cannot open these; the lead can. Originals untouched at media/phone
Next: print R-$batch.txt, keep it outside the office; then amana lock
EOT
sed -i "s/WORDS/$lead_words/" want
if cmp -s want rest; then ok 'the dialogue, word for word'; else diff want rest >"$err"; not_ok 'the dialogue, word for word'; fi
is 'no line is longer than the terminal, but for what is typed' awk '{ sub(/reads out: .*/, "reads out: ") } length > 80 { exit 1 }' shown
has 'echo is back' 'echo on'

# answers
terminal 'no' 130 'Passphrase' 'the passphrase of S-021' '> ' HK-1 'file: ' media/phone 'Source: ' '' '\[y/N\] ' n -- deposit --again
has 'nothing was deposited' 'nothing was deposited'
terminal 'Enter is no' 130 'Source: ' x 'Passphrase' 'the passphrase of S-021' '\[y/N\] ' '' -- deposit HK-1 media/phone --again
terminal 'a wrong number, then the right one' 130 'Passphrase' 'the passphrase of S-021' '> ' 7 'number from 1 to 1. > ' x '> ' 0 '> ' 1 'file: ' '^D' -- deposit
terminal 'a path that is not there' 130 'Passphrase' 'the passphrase of S-021' '> ' 1 'file: ' none 'No such file or directory.*file: ' '^C' -- deposit
has 'echo, too' 'echo on'
terminal 'a path in quotes, as a terminal pastes it' 130 'Passphrase' 'the passphrase of S-021' '> ' 1 'file: ' "'media/phone' " 'Source: ' '^C' -- deposit
terminal 'wrong passphrase' 4 'Passphrase' 'no' -- deposit
has 'says so' 'wrong passphrase for S-021'
terminal 'on a terminal, literal text is warned about' 0 'Passphrase' 'the passphrase of S-021' -- deposit HK-1 media/phone --source secret --dry-run
has 'once, in one line' 'is now in the shell'"'"'s history'
same 'only once' "$(grep -c 'history' "$out")" 1
terminal '@FILE is not' 0 'Passphrase' 'the passphrase of S-021' '> ' 1 'file: ' media/phone -- deposit --source "@$HOME/pass" --dry-run
lacks 'no warning' 'history'
terminal '--yes asks less' 0 'Passphrase' 'the passphrase of S-021' -- --yes deposit HK-1 media/phone --source 'phone of V-003, by cable'
lacks 'no question' '[y/N]'
has 'nothing new' 'Nothing new was sealed.'

# the lead
be L-007
terminal 'grant' 0 'Passphrase' 'the passphrase of L-007' '> ' 1 'Member: ' S-021 'As.*> ' reader 'Grant\? +\[y/N\] ' y -- case grant
has 'numbered' '    2 reader'
terminal 'retrieve' 0 'Exhibit' HK-1/3 'Write to' out.jpg 'Reason' 'the hearing' 'Passphrase' 'the passphrase of L-007' -- retrieve
has 'it ends so' 'PLAINTEXT at out.jpg'
is 'the same bytes' sh -c 'for f in media/phone/DCIM/*; do cmp -s "$f" out.jpg && exit 0; done; exit 1'
terminal 'evidence is not written to a terminal' 2 -- retrieve HK-1/3 -o - --reason x
has 'and what to do' 'name a file'
terminal 'revoke' 0 'Member: ' S-021 'Reason' 'left' -- --passphrase "file:$HOME/pass" --yes case revoke HK-1
has 'what comes has new keys' 'new keys'
