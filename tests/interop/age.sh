#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The age code against the cctv-age vectors, Debian's age and npm's age-encryption.  AMANA_BUILD names the build folder.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${AMANA_BUILD:?}" && pwd) || exit 1
program=$build/tests/interop/age_vector
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
ok() { echo "ok $1"; }
not_ok() { echo "not ok $1"; status=1; }
check() { name=$1; shift; if "$@"; then ok "$name"; else not_ok "$name"; fi; }

# age asks for a passphrase on a terminal only.  The word goes in by the environment.
cat >"$work/age.exp" <<'END'
set timeout 60
spawn -noecho age {*}$argv
expect {
	-re {[Pp]assphrase[^\n]*: ?$} { send -- "$env(PASSPHRASE)\r"; exp_continue }
	timeout { exit 9 }
	eof
}
exit [lindex [wait] 3]
END
age_with_passphrase() { # PASSPHRASE ARGUMENTS...
	passphrase=$1
	shift
	PASSPHRASE=$passphrase expect "$work/age.exp" "$@" >"$work/expect.log" 2>&1
}

# --- X25519, several recipients
keys=
recipients=
for i in 1 2 3; do
	age-keygen -o "$work/key$i" 2>/dev/null
	recipients="$recipients $(age-keygen -y "$work/key$i")"
	keys="$keys $work/key$i"
done
age-keygen -o "$work/stranger" 2>/dev/null
same_recipients() { [ "$("$program" recipients "$work/key1")" = "$(age-keygen -y "$work/key1")" ]; }
check "an identity has the recipient that age-keygen says" same_recipients
age_opens() { age -d -i "$1" "$2" >"$work/out" 2>"$work/log" && cmp -s "$3" "$work/out"; }
we_open() { [ "$("$program" open "$1" "$2" "$work/out" 2>"$work/log" | head -1)" = success ] && cmp -s "$3" "$work/out"; }
for size in 0 1 65535 65536 65537 131072 131073 3000000; do
	head -c "$size" /dev/urandom >"$work/plain"
	# shellcheck disable=SC2086 # a list of words
	for how in seal seal-small; do
		"$program" $how "$work/ours.age" $recipients <"$work/plain" || status=1
		for key in $keys; do
			check "age opens $how of $size bytes as ${key##*/}" age_opens "$key" "$work/ours.age" "$work/plain"
		done
	done
	set --
	for recipient in $recipients; do set -- "$@" -r "$recipient"; done
	age "$@" -o "$work/theirs.age" "$work/plain" || status=1
	for key in $keys; do
		check "we open age's file of $size bytes as ${key##*/}" we_open "$key" "$work/theirs.age" "$work/plain"
	done
	rm -f "$work/ours.age" "$work/theirs.age"
done
age -r "$(age-keygen -y "$work/key1")" -o "$work/theirs.age" "$work/key2"
refuses() { [ "$("$program" open "$work/stranger" "$work/theirs.age" | head -1)" = 'no match' ]; }
check "another identity is no match for age's file" refuses

# --- passphrases
printf %s 'kumi na mbili, 12' >"$work/pass"
age_with_passphrase 'kumi na mbili, 12' -p -o "$work/theirs.age" "$work/key1" || cat "$work/expect.log"
we_open_pass() { [ "$("$program" open-pass "$work/pass" "$work/theirs.age" "$work/out" | head -1)" = success ] && cmp -s "$work/key1" "$work/out"; }
check "we open age's passphrase file" we_open_pass
printf %s 'kumi na mbili, 13' >"$work/wrong"
we_refuse_pass() { [ "$("$program" open-pass "$work/wrong" "$work/theirs.age" | head -1)" = 'no match' ]; }
check "a wrong passphrase is no match for age's file" we_refuse_pass
"$program" seal-pass "$work/pass" "$work/ours.age" <"$work/key1" || status=1
age_opens_pass() { age_with_passphrase 'kumi na mbili, 12' -d -o "$work/out" "$work/ours.age" && cmp -s "$work/key1" "$work/out"; }
check "age opens our passphrase file" age_opens_pass
age -r "$(age-keygen -y "$work/key1")" -o "$work/to-key1.age" "$work/plain"
age_uses_identity() { age_with_passphrase 'kumi na mbili, 12' -d -i "$work/ours.age" -o "$work/out" "$work/to-key1.age" && cmp -s "$work/plain" "$work/out"; }
check "age takes our passphrase file as an identity file" age_uses_identity

# --- npm: the vectors and age-encryption
npm_dir=$build/interop-npm
mkdir -p "$npm_dir" && cp "$here/package.json" "$here/package-lock.json" "$here/age.mjs" "$npm_dir/"
if ! cmp -s "$npm_dir/package-lock.json" "$npm_dir/installed"; then
	rm -f "$npm_dir/installed"
	(cd "$npm_dir" && npm ci --no-audit --no-fund --ignore-scripts) >"$work/npm.log" 2>&1 &&
		cp "$npm_dir/package-lock.json" "$npm_dir/installed"
fi
if [ -f "$npm_dir/installed" ]; then
	ok "npm installs cctv-age and age-encryption"
	mkdir "$work/node"
	node "$npm_dir/age.mjs" "$program" "$work/node" || status=1
else
	not_ok "npm installs cctv-age and age-encryption"
	tail -5 "$work/npm.log"
fi
exit $status
