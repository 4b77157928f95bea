#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# amana id: a person's own keys; the dialogue of the first minute, word for word; the paper backup.
. "$(dirname "$0")/lib.sh"
be S-014
ids=$HOME/.local/share/amana/identities

run 'id list, nobody' 0 id list
err_has 'says how to begin' 'amana id new'
run 'id show, nobody' 3 id show
err_has 'says how to begin, too' 'amana id new'

# the dialogue
terminal 'id new' 0 'never your name\): ' Wanjiru 'Your staff code: ' S-014 'made for you\): ' 'a good passphrase' 'again: ' 'a good passphrase' \
	'Show it now\? \[y/N\] ' '' -- id new
sed -n '/^echo/q; p' "$out" | sed 's/«hidden»//g' >shown
# The words differ each time; the rest stands as it is printed in the manual.
cat >want <<'EOT'
Your staff code (public for ever, never your name): Wanjiru
  That looks like a name. A code looks like S-014.
Your staff code: S-014
Passphrase (Enter: seven words are made for you):    again: 
Paper backup: whoever holds the page can read what you can. Show it now? [y/N] 
EOT
is 'the dialogue, word for word' sh -c 'head -5 shown | cmp - want'
is 'it ends with the words' sh -c 'tail -n +6 shown | tr "\n" " " | grep -qE "^Made S-014\.card\. Give it to an admin and READ OUT:( +[a-z]+){8} +$"'
lacks 'the passphrase is not shown' 'a good passphrase'
lacks 'nor the secret key' 'AGE-SECRET-KEY'
same 'the card is private' "$(stat -c %a S-014.card)" 600
same 'the identity is private' "$(stat -c %a "$ids/S-014.age")" 600
same 'so is its folder' "$(stat -c %a "$ids")" 700
head -c 30 "$ids/S-014.age" | grep -q '^age-encryption.org/v1' && ok 'an age file' || not_ok 'an age file'

before=$(sha256sum "$ids/S-014.age" S-014.card)
run 'never overwrites' 7 id new S-014
err_has 'says what is there' 'S-014'
rm S-014.card
run 'never overwrites an identity' 7 id new S-014
isnt 'and leaves no card' test -e S-014.card
same 'the identity is as it was' "$(sha256sum "$ids/S-014.age")" "$(echo "$before" | head -1)"
echo x >X-1.card
run 'never overwrites a card' 7 id new X-1
isnt 'and makes no identity' test -e "$ids/X-1.age"
same 'the file is as it was' "$(cat X-1.card)" x

echo 'a good passphrase' >"$HOME/pass"
run 'id show' 0 id show --json
words=$(jq -r .words "$out")
json 'member' .member S-014
is 'recipient' jq -e '.recipient | test("^age1[a-z0-9]{58}$")' "$out"
is 'key' jq -e '.key | test("^S-014\\+[0-9a-f]{8}\\+")' "$out"
is 'fingerprint' jq -e '.fingerprint | test("^[0-9a-f]{64}$")' "$out"
is 'eight words' jq -e '.words | split(" ") | length == 8' "$out"
run 'id card' 0 id card
is 'the same words are read out' sh -c 'tr "\n" " " <"$1" | grep -qF "READ OUT: $2"' sh "$out" "$words"
run 'id card again' 7 id card
run 'id card elsewhere' 0 id card -o other.card
is 'the same card' cmp S-014.card other.card
run 'id card to -' 2 id card -o -
run 'id card into no folder' 3 id card -o none/x.card

# wrong entries at the terminal
terminal 'not the same twice, then the same' 0 'for you\): ' one 'again: ' two 'not the same.*for you\): ' three 'again: ' three 'now\? ' '' -- id new T-1
has 'it was said' 'That was not the same.'
terminal 'never the same' 130 'for you\): ' a 'again: ' b 'for you\): ' a 'again: ' b 'for you\): ' a 'again: ' b -- id new T-2
isnt 'nothing was made' test -e "$ids/T-2.age"
terminal 'never a code' 130 'name\): ' Jane 'code: ' jane 'code: ' S-1234567 'code: ' s-014 'code: ' '' -- id new
# seven generated words: shown once, typed once
cat >seven.py <<'EOT'
import os, pty, re, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:2] + ["id", "new", "T-7"])
def until(pattern):
    seen = b""
    while not re.search(pattern, seen):
        seen += os.read(fd, 4096)
    return seen.decode()
until(rb"for you\): ")
os.write(fd, b"\n")
seen = until(rb"to be sure: ")
words = re.search(r"recover it:\s+([a-z ]+)", seen).group(1).split()
assert len(words) == 7, words
os.write(fd, ("  " + "  ".join(w.upper() for w in words) + " \n").encode())
until(rb"\[y/N\] ")
os.write(fd, b"\n")
try:
    while os.read(fd, 4096): pass
except OSError: pass
print(" ".join(words))
sys.exit(os.WEXITSTATUS(os.waitpid(pid, 0)[1]))
EOT
if python3 seven.py "$amana" >"$out" 2>"$err"; then ok 'seven generated words'; else not_ok 'seven generated words'; fi
cp "$out" seven
"$amana" --no-input --identity T-7 --passphrase "file:$work/seven" id show >"$out" 2>"$err"
same 'they open it' $? 0

# several people on one login
run 'id list' 0 id list --json
json 'three of them' '[.identities[].member] | join(" ")' 'S-014 T-1 T-7'
run 'whose?' 2 id show
err_has 'says how to name oneself' '--identity MEMBER or $AMANA_IDENTITY'
terminal 'who are you' 0 '> ' 1 'Passphrase for S-014: ' 'a good passphrase' -- id show
has 'numbered' 'You  1 S-014'
AMANA_IDENTITY=S-014 run '$AMANA_IDENTITY' 0 id show
run '--identity FILE' 0 --identity "$ids/S-014.age" id show
run '--identity FILE: its backup' 0 --identity "$ids/S-014.age" id backup -o by-file.txt
is 'is of that person' grep -q 'backup of S-014' by-file.txt
run '--identity of nobody' 3 --identity X-9 id show
run '--identity of no code' 3 --identity nobody id show

# the paper backup
AMANA_IDENTITY=S-014
export AMANA_IDENTITY
run 'id backup' 0 id backup
cp "$out" page
has 'who holds it' 'Whoever holds this page can read what S-014 can read, but not sign.'
err_has 'said on the screen too' 'can read what you can, but not sign'
is 'one line of key' sh -c 'test "$(grep -c "^AGE-SECRET-KEY-1" page)" -eq 1'
run 'never into JSON' 2 id backup --json
lacks 'not even half' AGE-SECRET
run 'to a file' 0 id backup -o page.txt
same 'a private one' "$(stat -c %a page.txt)" 600
is 'the same page' cmp page page.txt
run 'never over a file' 7 id backup -o page.txt
printf 'wrong\n' >wrong
"$amana" --no-input --passphrase "file:$work/wrong" id backup >"$out" 2>"$err" </dev/null
same 'only with the passphrase' $? 4
lacks 'and nothing of it' AGE-SECRET
terminal 'shown at the terminal' 0 'for you\): ' p 'again: ' p 'now\? ' y -- --identity T-8 id new T-8
has 'with the line' 'AGE-SECRET-KEY-1'
be S-021 # another machine
run 'id restore' 0 --identity S-014 id restore "$work/page" -o new.card
is 'it says what to do' grep -q 'To sign again, give new.card to an admin' "$out"
run 'the same reading key' 0 id show --json
json 'recipient of the restored' .recipient "$(grep '^age1' "$work/other.card")"
isnt 'a new signing key' cmp "$work/new.card" "$work/other.card"
run 'never over an identity' 7 --identity S-014 id restore "$work/page" -o newer.card
be S-022
grep AGE "$work/page" | tr 'A-Z' 'a-z' | sed 's/\(....\)/\1 /g' >typed
"$amana" --no-input --identity S-014 --new-passphrase "file:$HOME/pass" id restore - -o third.card >"$out" 2>"$err" <typed
same 'small letters and spaces, on standard input' $? 0
at='^\(AGE-SECRET-KEY-1.\{9\}\)' # the tenth character becomes P, or Q where it was P
sed "s/${at}P/\1=/; s/${at}[^=]/\1P/; s/${at}=/\1Q/" "$work/page" >spoilt
same 'one character is another' "$(cmp -l "$work/page" spoilt | wc -l)" 1
be S-023
"$amana" --no-input --identity S-014 --new-passphrase "file:$HOME/pass" id restore "$work/spoilt" -o x.card >"$out" 2>"$err"
same 'a wrong character' $? 10
err_has 'where to look' 'look at number'
err_lacks 'the key is not repeated' "$(sed -n 's/^AGE-SECRET-KEY-1\(........\).*/\1/p' "$work/page")"
isnt 'nothing was made of it' test -e x.card
terminal 'typed at the terminal' 0 'matter\): ' "$(cat typed)" 'for you\): ' p 'again: ' p -- --identity S-014 id restore -o fourth.card
