#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/RECOVERY.md, followed to the letter: its shell blocks are taken out of the page and run with the real tools, on a vault that the
# program made.  Only the two paths of the first block are replaced, and age's question for the passphrase is answered by expect.
top=$(cd "$(dirname "$0")/../.." && pwd)
amana=${AMANA_BUILD:-$top/build/test-release}/cli/amana
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
check() { # NAME COMMAND...
	name=$1
	shift
	if "$@" >"$work/log" 2>&1; then echo "ok recovery: $name"; else
		echo "not ok recovery: $name"; cat "$work/log"; exit 1
	fi
}
export HOME=$work/home XDG_DATA_HOME=$work/data XDG_CACHE_HOME=$work/cache XDG_CONFIG_HOME=$work/config AMANA_VAULT=$work/vault
mkdir "$HOME"
echo 'seven words that are long' >pass
a() { "$amana" --no-input --yes --passphrase file:"$work"/pass --new-passphrase file:"$work"/pass "$@"; }
check "an office" a id new L-007
check "a vault" a init
check "a case" a case open HK-2025-0042
mkdir evidence
head -c 300000 /dev/urandom >evidence/"a photo.jpg"
printf 'statement of V-003\n' >evidence/statement.txt
: >evidence/empty
check "deposits" a deposit HK-2025-0042 evidence --source "phone of V-003" --title "Beach, evening"

# the page's blocks, in order
awk -v RS='\n' '/^```sh$/ {n++; on=1; next} /^```$/ {on=0} on {print > ("block-" n ".sh")}' "$top/docs/RECOVERY.md"
check "the page has its blocks" test -s block-8.sh
sed -i "s|^VAULT=[^ ]*|VAULT=$work/vault|; s|^ME=[^ ]*|ME=$XDG_DATA_HOME/amana/identities/L-007.age|" block-1.sh
cat >block-2.exp <<'EOT'
set timeout 60
spawn sh -c {. ../block-1-vars.sh; . ../block-2.sh}
expect "assphrase" { send "seven words that are long\r" }
expect eof
lassign [wait] pid spawned os code
exit $code
EOT
grep -E '^(VAULT|ME)=' block-1.sh >block-1-vars.sh
check "1: a work folder" sh -c ". ./block-1.sh"
cd work || exit 1
check "2: age opens the identity" expect ../block-2.exp
run() { # NUMBER: the blocks share variables, as in one person's shell
	sh -e -c ". ../block-1-vars.sh; . ../block-$1.sh"
}
check "3: key files" run 3
check "3: the case's code can be read" sh -c 'grep -q "^# case [0-9a-f]* HK-2025-0042" rings.txt'
check "4: exhibits are listed" run 4
check "4: all three" sh -c 'test $(wc -l < exhibits.txt) -eq 3'
check "5: sheets" run 5
for n in 1 2 3; do
	rm -f exhibit.key exhibit padded
	sed "s/^N=1$/N=$n/" ../block-6.sh >../block-6-n.sh
	check "6 and 7: exhibit $n" sh -e -c ". ../block-1-vars.sh; . ../block-6-n.sh; . ../block-7.sh"
	mv exhibit "exhibit-$n"
done
check "the photo" cmp exhibit-1 "$work/evidence/a photo.jpg"
check "the empty file" cmp exhibit-2 "$work/evidence/empty"
check "the statement" cmp exhibit-3 "$work/evidence/statement.txt"
check "8: the chain of the log" run 8
check "8: nothing is broken" sh -c "! sh -e -c '. ../block-1-vars.sh; . ../block-8.sh' | grep BROKEN"
