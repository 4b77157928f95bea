#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Identity files, key files, cards and paper backups beside Debian's age and Go's note package.
# AMANA_BUILD names the build folder.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${AMANA_BUILD:?}" && pwd) || exit 1
peer=$build/tests/interop/keys_peer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
ok() { echo "ok $1"; }
not_ok() { echo "not ok $1"; status=1; }
check() { name=$1; shift; if "$@"; then ok "$name"; else not_ok "$name"; fi; }
cd "$work" || exit 1

# age asks for a passphrase on a terminal only.
cat >age.exp <<'END'
set timeout 60
spawn -noecho age {*}$argv
expect {
	-re {[Pp]assphrase[^\n]*: ?$} { send -- "$env(PASSPHRASE)\r"; exp_continue }
	timeout { exit 9 }
	eof
}
exit [lindex [wait] 3]
END
age_asking() { PASSPHRASE=$(cat pass) expect age.exp "$@" >expect.log 2>&1; }

printf %s 'kanu tembo bila 7' >pass
printf %s 'kanu tembo bila 8' >wrong
head -c 100000 /dev/urandom >secret

# --- identity files
"$peer" new S-014 pass >S-014.age || not_ok "an identity file is made"
recipient=$("$peer" recipient S-014.age pass)
age_opens_it() { age_asking -d -o plain S-014.age && "$peer" plain S-014.age pass | cmp -s - plain; }
check "age -d opens our identity file" age_opens_it
keygen_reads_it() { [ "$(age-keygen -y plain)" = "$recipient" ]; }
check "its plaintext is an identities file to age-keygen" keygen_reads_it
age -r "$recipient" -o to-us.age secret
we_open() { "$peer" decrypt S-014.age pass to-us.age | cmp -s - secret; }
check "we open what age seals to our recipient" we_open
age_uses_file() { rm -f out; age_asking -d -i S-014.age -o out to-us.age && cmp -s out secret; }
check "age -d -i takes our identity file as it is" age_uses_file
wrong_is_told() { "$peer" recipient S-014.age wrong 2>log; [ $? -eq 1 ] && grep -q 'no match' log; }
check "a wrong passphrase is no match" wrong_is_told
age_makes_it() { rm -f theirs.age; age_asking -p -o theirs.age plain && "$peer" plain theirs.age pass | cmp -s - plain; }
check "we open an identity file that age sealed again" age_makes_it

# --- paper
"$peer" paper S-014.age pass >paper
paper_opens() { rm -f out; age -d -i paper -o out to-us.age && cmp -s out secret; }
check "age -d -i takes the paper line" paper_opens
paper_cannot_sign() { ! grep -q PRIVATE paper && [ "$(wc -c <paper)" -eq 74 ]; }
check "the paper line is the age key alone" paper_cannot_sign
tr 'A-Z' 'a-z' <paper | fold -w 5 >typed
"$peer" restore S-014 pass typed >restored.age || not_ok "a paper backup is restored"
restored_reads() { "$peer" decrypt restored.age pass to-us.age | cmp -s - secret; }
check "what is restored from paper reads" restored_reads
restored_signs_anew() {
	"$peer" plain restored.age pass >plain2 && [ "$(grep -c PRIVATE plain2)" -eq 1 ] &&
		[ "$(grep PRIVATE plain)" != "$(grep PRIVATE plain2)" ]
}
check "and has another signing key" restored_signs_anew

# --- key files
"$peer" ring S-014.age pass 3 ring.age >ring-recipients || not_ok "a key file is made"
age -d -i plain -o ring ring.age
ring_is_padded() { [ $(($(wc -c <ring) % 1024)) -eq 0 ] && [ "$(head -1 ring)" = '# amana/ring 1' ]; }
check "age -d opens our key file" ring_is_padded
ring_derives() { age-keygen -y ring | cmp -s - ring-recipients && [ "$(wc -l <ring-recipients)" -eq 3 ]; }
check "age-keygen derives the epochs' recipients, newest first" ring_derives
number=3
while read -r epoch; do
	age -r "$epoch" -o sheet.age secret
	ring_opens() { rm -f out; age -d -i ring -o out sheet.age && cmp -s out secret; }
	check "age -d -i takes the key file for epoch $number" ring_opens
	number=$((number - 1))
done <ring-recipients
age -r "$recipient" -o ring2.age ring
we_open_ring() { "$peer" ring-recipients S-014.age pass ring2.age | cmp -s - ring-recipients; }
check "we open a key file that age sealed again" we_open_ring
age -r "$(sed -n 1p ring-recipients)" -o elsewhere.age ring
stranger_is_told() { "$peer" ring-recipients S-014.age pass elsewhere.age 2>log; [ $? -eq 1 ]; }
check "a key file for others is no match" stranger_is_told

# --- cards, by Go's note package
"$peer" card S-014.age pass >S-014.card
GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOPROXY=off GOCACHE=$work/cache CGO_ENABLED=0
export GO111MODULE GOPATH GOFLAGS GOPROXY GOCACHE CGO_ENABLED
if go build -p 2 -o keys-go "$here/keys.go"; then
	go_opens() { ./keys-go open "$(sed -n 4p S-014.card)" <S-014.card | cmp -s - text; }
	sed '/^$/,$d' S-014.card >text
	check "Go opens our card with the key that it names" go_opens
	go_signs() { ./keys-go sign "$(sed -n 's/^# \(PRIVATE.*\)/\1/p' plain)" <text | cmp -s - S-014.card; }
	check "Go signs with the key of our identity file, byte for byte the same card" go_signs
else
	not_ok "go build"
fi
exit $status
