#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Do two builds say the same?    sh tests/same_json.sh OLD-BUILD NEW-BUILD
#
# Runs the commands with both programs on copies of the kept vault, tests/vectors/vault-1, as each of its people, with --json, and
# compares what stands on standard output and the exit status, byte for byte.  So a change that is meant to move code and nothing
# else can be shown to have done so.  A build is a build folder of meson.  Prints "ok NAME" or "not ok NAME" a line.
#
# Every reading command has a copy of the vault and a home of its own.  Commands that write stand in scenes: one copy of the vault
# for the whole of a scene.  What no two runs can have alike is masked by mask.py below, which is the one place that masks: of a
# reading command nothing but the time of the record that it makes itself.
# As root the script goes on as an ordinary user of its own, with a keyring and mounts of its own; elsewhere than as root, and where
# that cannot be had, the commands of the keyring and of mounts are left out.
if [ $# -ne 2 ] || [ ! -x "$1/cli/amana" ] || [ ! -x "$2/cli/amana" ]; then
	echo "usage: same_json.sh OLD-BUILD NEW-BUILD    (each with cli/amana in it)" >&2
	exit 2
fi
old_build=$(cd "$1" && pwd)
new_build=$(cd "$2" && pwd)

# ---- as root: an ordinary user, in a mount namespace where FUSE can be used ----

if [ "$(id -u)" -eq 0 ] && [ -z "${SAME_JSON_INSIDE:-}" ] && unshare --mount --propagation private true 2>/dev/null; then
	SAME_JSON_INSIDE=yes
	export SAME_JSON_INSIDE
	exec unshare --mount --propagation private sh "$0" "$old_build" "$new_build"
fi
top=$(cd "$(dirname "$0")/.." && pwd)
if [ "$(id -u)" -eq 0 ] && [ "${SAME_JSON_INSIDE:-}" = yes ]; then
	uid=$((61000 + $$ % 4000)) # a keyring that nobody else uses
	place=$(mktemp -d) || exit 1
	chmod 755 "$place"
	leave() {
		cd /
		sed -n 's/.* fuse\.amana amana:\([0-9]*\) .*/\1/p' /proc/self/mountinfo | while read -r pid; do
			[ "$(stat -c %u "/proc/$pid" 2>/dev/null)" = "$uid" ] && kill -9 "$pid"
		done
		for where in $(sed -n "s|^.* / \($place[^ ]*\) .*|\1|p" /proc/self/mountinfo | sort -r); do umount -l "$where" 2>/dev/null; done
		umount -l /dev/fuse /etc/passwd 2>/dev/null
		rm -rf "$place"
	}
	trap leave EXIT
	trap 'exit 130' INT TERM
	mounts=no
	if mknod -m 666 "$place/fuse" c 10 229 2>/dev/null && mount --bind "$place/fuse" /dev/fuse 2>/dev/null && sh -c ': <>/dev/fuse' 2>/dev/null; then
		cp /etc/passwd "$place/passwd" # fusermount3 wants the user to have a name
		echo "amana-test:x:$uid:$uid::$place:/bin/sh" >>"$place/passwd"
		chmod 644 "$place/passwd"
		mount --bind "$place/passwd" /etc/passwd && mounts=yes
	fi
	# Copies that this user can read.
	for side in old new; do
		[ "$side" = old ] && build=$old_build || build=$new_build
		mkdir "$place/$side"
		(cd "$build" && find . -name '*.p' -prune -o \( -name amana -o -name 'amana-*' -o -name 'libamana.so*' \) ! -type d \
			-exec cp -P --parents {} "$place/$side" \;)
	done
	mkdir -p "$place/top/tests/vectors" "$place/tmp"
	cp -r "$top/tests/vectors/vault-1" "$place/top/tests/vectors/"
	cp "$0" "$place/top/tests/same_json.sh"
	chmod -R a+rX "$place/top" "$place/old" "$place/new"
	chown "$uid:$uid" "$place/tmp"
	SAME_JSON_MOUNTS=$mounts TMPDIR="$place/tmp" setpriv --reuid "$uid" --regid "$uid" --clear-groups sh "$place/top/tests/same_json.sh" "$place/old" "$place/new"
	exit
fi

# ---- a stage: the vault, its people, and the program of one side ----

vector=$top/tests/vectors/vault-1
work=$(mktemp -d) || exit 1
stage=$work/stage # the same for both sides, since paths stand in answers
undo=:
finish() {
	eval "$undo"
	chmod -R u+rwx "$work" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
unset AMANA_IDENTITY AMANA_PASSPHRASE NO_COLOR XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR
LC_ALL=C.UTF-8
TZ=UTC-3
TERM=dumb
AMANA_VAULT=$stage/vault
AMANA_VAULT_FINGERPRINT=$(cat "$vector/fingerprint")
# The words of everybody in the kept vault count as compared.
for card in "$vector"/cards/*.card; do head -4 "$card" | sha256sum | cut -c 1-64; done >"$work/fingerprints"
AMANA_FINGERPRINT=@$work/fingerprints
export LC_ALL TZ TERM AMANA_VAULT AMANA_VAULT_FINGERPRINT AMANA_FINGERPRINT
began=$(date -u +%Y-%m-%dT%H:%M:%SZ)
# Every name, id and digest that the kept vault has: what is known here is never masked.
{ find "$vector" -type f; grep -rhaoE '[0-9a-f]{32,64}' "$vector"; } | grep -oE '[0-9a-f]{32,64}' | sort -u >"$work/known"

# THE MASKS.  mask.py KEY...: what a command that writes cannot say twice alike.
#   - A time of day between the start of this script and now becomes (now), whatever its key is.
#   - The value of a KEY that the scene names becomes (KEY), if it is a number, or a string that does not stand in the kept vault:
#     random ids, the keys of new identities, heads of batches with new signatures, a process's number, an end counted from now.
#   - With "id" among the keys that is so of every word of 32 hex digits ("subject":"exhibit 3f1c..."), with "head" of the digest
#     after that word in a sentence ("75 entries, head 2628...").
# Everything else is compared as it is.
cat >"$work/mask.py" <<'EOT'
import re, sys, time
began, known, keys = sys.argv[1], set(open(sys.argv[2]).read().split()), sys.argv[3:]
now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))
text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
text = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lambda m: "(now)" if began <= m[0] <= now else m[0], text)
for key in keys:
    text = re.sub(r'"%s":(\d+|"([^"]*)")' % re.escape(key),
                  lambda m: m[0] if m[2] in known else '"%s":(%s)' % (key, key), text)
if "id" in keys:
    text = re.sub(r"\b[0-9a-f]{32}\b", lambda m: m[0] if m[0] in known else "(id)", text)
if "head" in keys:
    text = re.sub(r"\bhead ([0-9a-f]{64})\b", lambda m: m[0] if m[1] in known else "head (head)", text)
sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
EOT

fresh() { # a vault as it was kept, and homes in which nobody has been
	chmod -R u+rwx "$stage" 2>/dev/null
	rm -rf "$stage"
	mkdir -p "$stage"
	cp -r "$vector/vault" "$vector/cards" "$vector/receipts" "$stage/"
	while read -r member words; do
		mkdir -p "$stage/people/$member/.local/share/amana/identities"
		cp "$vector/identities/$member.age" "$stage/people/$member/.local/share/amana/identities/"
		echo "$words" >"$stage/people/$member/pass"
	done <"$vector/passphrases"
	for member in X-009 X-999; do # one who will make an identity, and one who never has any
		mkdir -p "$stage/people/$member"
		echo "a passphrase for $member" >"$stage/people/$member/pass"
	done
	chmod 600 "$stage"/people/*/.local/share/amana/identities/*.age
}
be() {
	HOME=$stage/people/$1
	export HOME
	cd "$HOME" || exit 1
}
# say NAME [KEY...] -- ARGUMENT...: the command's output, masked by these keys, and its exit status, for the comparison.
say() {
	name=$1
	shift
	keys=
	while [ "$1" != -- ]; do
		keys="$keys $1"
		shift
	done
	shift
	n_said=$((n_said + 1))
	result=$work/$side/$(printf '%03d %s' "$n_said" "$(echo "$name" | tr / : | cut -c 1-200)")
	"$amana" --no-input --passphrase "file:$HOME/pass" --new-passphrase "file:$HOME/pass" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	{
		# shellcheck disable=SC2086
		python3 "$work/mask.py" "$began" "$work/known" $keys <"$work/out"
		echo "exit $status"
	} >"$result" || exit 1
}
# Both sides, one after the other; then each answer is compared.
failed=0
compare() { # SCENE [ARGUMENT...]
	rm -rf "$work/old" "$work/new"
	for side in old new; do
		[ "$side" = old ] && build=$old_build || build=$new_build
		amana=$build/cli/amana
		AMANA_LIBEXEC=$build/vault/sandbox
		export AMANA_LIBEXEC
		mkdir "$work/$side"
		n_said=0
		"$@"
		cd "$work" || exit 1
	done
	for one in "$work"/old/* "$work"/new/*; do
		name=$(basename "$one")
		case $one in "$work/new/"*) [ -e "$work/old/$name" ] && continue ;; esac
		if cmp -s "$work/old/$name" "$work/new/$name"; then echo "ok $1: ${name#* }"; else
			echo "not ok $1: ${name#* }"
			failed=1
			for side in old new; do sed 's/,"/,\n"/g' "$work/$side/$name" >"$work/$side.lines" 2>/dev/null || echo 'did not run' >"$work/$side.lines"; done
			diff "$work/old.lines" "$work/new.lines" | cut -c 1-500 | sed 's/^/  | /'
		fi
	done
}

# ---- reading: no KEY is masked ----

ask() { # MEMBER ARGUMENT...: on a vault and in a home that are fresh
	fresh
	be "$1"
	asker=$1
	shift
	say "$asker $*" -- "$@" --json
}
reading() { # MEMBER
	for words in list 'list HK-2025-0042' 'list HK-2025-0043' 'list HK-9' 'show HK-2025-0042/1' 'show HK-2025-0042/1-6' 'show HK-2025-0043/1' \
		'show HK-2025-0042/99' 'show id:082778ec' 'search statement' 'search photo --case HK-2025-0042' 'search nothing-like-it' 'custody HK-2025-0042' \
		'custody HK-2025-0042/1' 'custody HK-2025-0043/1' 'custody id:082778ec' 'case list' 'case show HK-2025-0042' 'case show HK-2025-0043' \
		'member list' 'member list --at 2026-11-21T20:06:40Z' 'member list --at 2020-01-01' status policy 'approve list' 'id list' 'id show' \
		verify 'verify HK-2025-0042' 'verify HK-2025-0042/4 --bytes' 'verify HK-9'; do
		# shellcheck disable=SC2086
		ask "$1" $words
	done
}
checking() {
	all=
	for n in 17 18 19 31 32; do all="$all --receipt ../../receipts/R-$n.txt"; done
	for member in X-999 U-003; do
		# shellcheck disable=SC2086
		ask $member verify --bytes $all
		ask $member verify --receipt ../../receipts/R-19.txt --receipt "17:$AMANA_VAULT_FINGERPRINT"
		ask $member verify --receipt ../../receipts/R-1.txt
		ask $member verify --receipt 9999:00
	done
	fresh
	printf x >>"$(find "$stage/vault/objects" -type f | sort | head -1)"
	be X-999
	say 'a damaged object' -- verify --bytes --json
	fresh
	rm "$(find "$stage/vault/objects" -type f | sort | head -1)"
	be X-999
	say 'a missing object' -- verify --bytes --json
	fresh
	rm "$(find "$stage/vault/log" -type f | sort | tail -1)"
	be X-999
	say 'the last slot is gone' -- verify --json
	fresh
	printf x >>"$(find "$stage/vault/log" -type f | sort | sed -n 20p)"
	be X-999
	say 'a damaged slot' -- verify --json
	be L-004
	say 'a damaged slot, and list' -- list --json
}
# What is said without a vault, and how a command line is refused.
words() {
	fresh
	be X-999
	for words in version --version help completions 'completions bash' 'completions zsh' 'completions fish' 'completions csh' '' 'log restored' 'log skip' \
		'log skip x --reason y' 'log skip 9999 --reason y' 'lisst' 'case' 'case opne' 'help case' 'help nothing' 'list --bogus' 'list a b' 'deposit' \
		'deposit HK-2025-0042' 'deposit HK-2025-0042 nowhere --yes' 'deposit HK-1 x --type painting' 'retrieve' 'retrieve HK-2025-0042/1' 'mount HK-1 x' \
		'mount HK-1 x --for long --reason y' 'unlock --for long' 'unmount nowhere' 'member add nowhere' 'member role S-1 --add king' 'member role S-1' \
		'member list --at never' 'case open Wanjiru' 'case grant HK-1 Wanjiru --as reader' 'case grant HK-1 S-1 --as reader --until 2001-01-01' \
		'policy two-persons on' 'policy grant-days' 'approve sign x' 'verify --receipt nowhere' '--progress slow list' '-C s3://x/y list' '-C nowhere list' \
		'-C nowhere verify' '--passphrase hunter2 list' 'id new Wanjiru' 'id backup' 'id card' 'id passphrase' 'id restore nowhere' 'join nowhere' 'log repair'; do
		# shellcheck disable=SC2086
		say "$words" -- $words --json
	done
	for command in $("$amana" --json -h | sed -n 's/^  \([a-z]*\( [a-z]*\)\?\)   *[a-z].*/\1/p' | tr ' ' _); do
		# shellcheck disable=SC2046
		say "$(echo "$command" | tr _ ' ') -h" -- $(echo "$command" | tr _ ' ') -h
	done
	say 'help' -- help
	say '-h' -- -h
	say 'a group' -- help case
	say 'version, for people' -- version
	for shell in bash zsh fish; do say "completions, $shell" -- completions $shell; done
}

# ---- writing: in scenes ----

depositing() {
	fresh
	be D-006
	mkdir -p phone/sub
	echo 'new evidence' >phone/new
	echo 'more of it' >phone/sub/more
	: >phone/sub/empty
	printf 'x' >"$(printf 'phone/caf\351')"
	ln -s new phone/link
	mkfifo phone/pipe
	cp phone/new phone/twin
	echo '{"shelf":"B-7"}' >facts
	say 'a dry run' -- deposit HK-2025-0042 phone --dry-run --json
	say 'deposit' head id object -- deposit HK-2025-0042 phone --type document --title T --note N --source S --received 2025-03-01 --facts facts --json
	say 'the same once more' head id object -- deposit HK-2025-0042 phone --json
	say 'again' head id object -- deposit HK-2025-0042 phone/new --again --receipt mine.txt --json
	say 'part of it cannot be' head id object -- deposit HK-2025-0042 phone/new nowhere --again --json
	say 'list' id -- list HK-2025-0042 --json
	say 'show' id object -- show HK-2025-0042/7-12 --json
	be L-004
	say 'the lead lists' id -- list --json
	say 'the lead searches' id -- search T --json
	say 'retrieve' -- retrieve HK-2025-0042/1,7-12 -o out --reason 'to compare' --json
	mkdir folder
	say 'retrieve into a folder' -- retrieve HK-2025-0042/1,4,7-12 -o folder --reason 'to compare' --json
	say 'retrieve, all that is there' -- retrieve HK-2025-0042/4 HK-2025-0043/1 HK-9/1 -o folder --reason 'to compare' --json
	say 'retrieve, there is one' -- retrieve HK-2025-0042/1 -o folder --reason 'to compare' --json
	say 'retrieve to standard output' -- retrieve HK-2025-0042/4 -o - --reason 'to compare'
	say 'the chain' id -- custody HK-2025-0042/7 --json
	say 'the chain of the case' id -- custody HK-2025-0042 --json
	say 'contents' head -- verify HK-2025-0042 --contents --json
	say 'a check on record' head -- verify --bytes --record --json
	say 'status' head -- status --json
	be R-005
	say 'the reader retrieves' -- retrieve HK-2025-0042/4 -o old --reason 'to compare' --json
	be U-003
	say 'the auditor, the chain of the case' id -- custody id:df455aca --json
	be X-999
	say 'verify' head -- verify --bytes --json
}
granting() {
	fresh
	be A-002
	say 'case open' id -- case open HK-2026-0001 --lead L-004 --title T --json
	say 'case open, the same code' id -- case open HK-2026-0001 --json
	be L-004
	say 'case grant' until -- case grant HK-2025-0042 A-002 --as reader --json
	say 'case grant, a date' -- case grant HK-2025-0042 U-003 --as depositor --until 2040-01-01 --json
	say 'case grant, never' -- case grant HK-2026-0001 R-005 --as lead --until never --json
	say 'case grant, nobody' -- case grant HK-2025-0042 X-001 --as reader --json
	say 'case grant, revoked' -- case grant HK-2025-0042 X-007 --as reader --json
	say 'case show' until -- case show HK-2025-0042 --json
	say 'case list' id -- case list --json
	say 'case grant, two cases' until -- case grant HK-2025-0042,HK-2025-0043 A-002 --as reader --json
	(unset AMANA_FINGERPRINT; say 'case grant, words not compared' -- case grant HK-2025-0042 U-003 --as reader --json)
	say 'case grant, other words' -- case grant HK-2025-0042 U-003 --as reader --fingerprint "$AMANA_VAULT_FINGERPRINT" --json
	say 'case confirm, nobody appointed' -- case confirm HK-2025-0042 R-005 --json
	say 'audit admit, not by a lead' -- audit admit A-002 --json
	say 'case revoke' -- case revoke HK-2025-0042 R-005 --reason 'moved' --json
	say 'case revoke, no grant' -- case revoke HK-2025-0042 R-005 --reason 'moved' --json
	say 'case revoke, a depositor' -- case revoke HK-2025-0042 D-006 --reason 'moved' --json
	say 'case rekey' -- case rekey HK-2025-0043 --json
	say 'case card' -- case card HK-2025-0042 -o case.card --json
	say 'status' head id -- status --json
	be R-005
	say 'the reader no more' -- retrieve HK-2025-0042/1 -o no --reason x --json
	say 'list' -- list HK-2025-0042 --json
	be D-006
	say 'nor the depositor' -- deposit HK-2025-0042 pass --yes --json
	be X-999
	say 'verify' head -- verify --bytes --json
}
enrolling() {
	fresh
	be X-009
	say 'id new' recipient key fingerprint words -- id new X-009 --json
	say 'id new, there is one' -- id new X-009 --json
	say 'id list' -- id list --json
	say 'id show' recipient key fingerprint words -- id show --json
	say 'id card' recipient key fingerprint words -- id card -o again.card --json
	say 'id backup' -- id backup -o page --json
	say 'id passphrase' -- id passphrase --json
	mv .local/share/amana/identities/X-009.age .
	say 'id restore' recipient key fingerprint words -- --identity X-009 id restore page -o third.card --json
	say 'status' -- status --json
	say 'amana alone' -- --json
	be A-002
	say 'member add' recipient key fingerprint words proposal -- --yes member add "$stage/people/X-009/X-009.card" --json
	say 'member role' proposal -- member role L-004 --add auditor --json
	say 'member revoke' proposal -- --yes member revoke R-005 --reason x --json
	say 'policy' proposal -- policy grant-days 30 --json
	say 'approve list' id -- approve list --json
	"$amana" --no-input --passphrase "file:$HOME/pass" approve list --json 2>/dev/null | jq -r '.proposals[].id' >"$stage/ids"
	be U-003
	while read -r id; do say "approve sign $(grep -n "$id" "$stage/ids" | cut -d: -f1)" id -- approve sign "$id" --json </dev/null; done <"$stage/ids"
	say 'audit admit' -- audit admit L-004 --json
	say 'approve refuse' id -- approve refuse 0123456789abcdef --json
	say 'member list' recipient key -- member list --json
	say 'policy then' -- policy --json
	say 'log restored' proposal -- log restored --reason x --json
	say 'log repair' -- log repair --json
	be X-999
	say 'verify' head -- verify --bytes --json
	mkdir "$stage/second"
	be X-009
	cp X-009.age .local/share/amana/identities/X-009.age
	unset AMANA_VAULT_FINGERPRINT
	say 'init' origin fingerprint words -- -C "$stage/second" init --origin second --json
	say 'init, there is one' -- -C "$stage/second" init --json
	say 'status there' origin fingerprint words head -- -C "$stage/second" status --json
	be L-004
	say 'join' -- -C "$stage/vault" join "$stage/cards/L-004.welcome" --json
	say 'join, of another' -- -C "$stage/vault" join "$stage/cards/R-005.welcome" --json
	say 'join, of another vault' -- -C "$stage/second" join "$stage/cards/R-005.welcome" --json
	AMANA_VAULT_FINGERPRINT=$(cat "$vector/fingerprint")
	export AMANA_VAULT_FINGERPRINT
}
mounting() {
	fresh
	be R-005
	say 'unlock' until -- unlock --for 20m --json
	say 'status' -- status --json
	say 'list, unlocked' -- list --json
	mkdir m
	undo="\"$old_build/cli/amana\" unmount --now '$HOME/m' >/dev/null 2>&1"
	say 'mount' pid -- mount HK-2025-0042 m --reason 'to compare' --for 1h --json
	cat m/*statement* >/dev/null 2>&1
	say 'status, mounted' head -- status --json
	say 'mount, there is one' pid -- mount HK-2025-0042 m --reason 'to compare' --json
	say 'unmount' -- unmount m --json
	say 'unmount, nothing there' -- unmount m --json
	say 'mount again' pid -- mount HK-2025-0042 m --reason 'to compare' --json
	say 'lock' -- lock --json
	say 'lock, nobody' -- lock --json
	say 'the chain' until -- custody HK-2025-0042/1 --json
	undo=:
}

for member in L-004 R-005 D-006 U-003 X-999; do compare reading $member; done
compare checking
compare words
compare depositing
compare granting
compare enrolling
if [ "${SAME_JSON_MOUNTS:-no}" = yes ]; then compare mounting; else echo "skip mounting: no user and no /dev/fuse of this script's own can be had here"; fi
[ "$failed" -eq 0 ]
