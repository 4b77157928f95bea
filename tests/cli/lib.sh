# SPDX-License-Identifier: Apache-2.0
# For the scripts beside it: a work folder, people with homes of their own, and checks that print "ok NAME" or "not ok NAME".
#
#   . "$(dirname "$0")/lib.sh"     the script then stands in $work, with no vault chosen and nobody's identity
#   be S-014                       from now on this person (a home, a passphrase file)
#   run NAME EXIT ARGUMENT...      runs amana unattended; its exit status must be EXIT; what it wrote is in $out and $err
#   terminal NAME EXIT [REGEX ANSWER]... -- ARGUMENT...   the same at a terminal; what it showed is in $out
#   has NAME TEXT, lacks NAME TEXT    about $out; err_has, err_lacks about $err; TEXT is literal
#   is NAME COMMAND...             the command must succeed
#   json NAME FILTER EXPECTED      jq -r FILTER on $out must print EXPECTED
#   office                         A-001 founds $work/vault; L-007 leads HK-1, S-014 deposits into it
#   member CODE [ROLE], recovery_card CODE    more people, added by A-001
LC_ALL=C.UTF-8
export LC_ALL
top=$(cd "$(dirname "$0")/../.." && pwd)
AMANA_BUILD=${AMANA_BUILD:-$top/build/test-release}
amana=$AMANA_BUILD/cli/amana
script=$(basename "$0" .sh)
[ -x "$amana" ] || { echo "not ok $script: there is no $amana"; exit 1; }
work=$(mktemp -d) || exit 1
chmod 755 "$work"
unset AMANA_VAULT AMANA_IDENTITY AMANA_VAULT_FINGERPRINT NO_COLOR XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME
TERM=xterm
TZ=UTC-3 # +0300, as in Nairobi
export TERM TZ
failed=0
out=$work/.out
err=$work/.err
: >"$out" >"$err"
undo= # what a script mounted or made unreadable
finish() {
	eval "$undo"
	chmod -R u+rwx "$work" 2>/dev/null
	rm -rf "$work"
	[ "$failed" -eq 0 ]
}
trap 'finish; exit $?' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 1

ok() { echo "ok $script: $1"; }
not_ok() { # NAME
	echo "not ok $script: $1"
	failed=1
	sed 's/^/  out| /' "$out" | head -"${SHOW:-15}"
	sed 's/^/  err| /' "$err" | head -"${SHOW:-15}"
}
# The words of everybody here count as compared; who tests the comparing unsets AMANA_FINGERPRINT.
AMANA_FINGERPRINT=@$work/.fingerprints
export AMANA_FINGERPRINT
: >"$work/.fingerprints"
be() {
	for card in "$work"/people/*/*.card; do
		[ -f "$card" ] && head -4 "$card" | sha256sum | cut -c 1-64
	done >"$work/.fingerprints"
	who=$1
	HOME=$work/people/$1
	export HOME
	if [ ! -d "$HOME" ]; then
		mkdir -p "$HOME"
		echo "the passphrase of $1" >"$HOME/pass"
	fi
}
run() {
	name=$1
	want=$2
	shift 2
	"$amana" --no-input --passphrase "file:$HOME/pass" --new-passphrase "file:$HOME/pass" "$@" >"$out" 2>"$err" </dev/null
	got=$?
	if [ "$got" -eq "$want" ]; then ok "$name"; else
		not_ok "$name (exit $got, not $want)"
	fi
}
terminal() {
	name=$1
	want=$2
	shift 2
	: >"$err"
	n=0
	for word in "$@"; do
		n=$((n + 1))
		[ "$word" = -- ] && break
	done
	# the program's path belongs after "--"
	i=0
	for word in "$@"; do
		i=$((i + 1))
		set -- "$@" "$word"
		[ "$i" -eq "$n" ] && set -- "$@" "$amana"
	done
	shift "$i"
	/usr/bin/env python3 "$top/tests/cli/terminal.py" "$@" >"$out" 2>>"$err" </dev/null
	got=$?
	if [ "$got" -eq "$want" ]; then ok "$name"; else
		SHOW=40
		not_ok "$name (exit $got, not $want)"
	fi
}
has() { if grep -qF -- "$2" "$out"; then ok "$1"; else not_ok "$1: '$2' is not on stdout"; fi; }
lacks() { if grep -qF -- "$2" "$out"; then not_ok "$1: '$2' is on stdout"; else ok "$1"; fi; }
err_has() { if grep -qF -- "$2" "$err"; then ok "$1"; else not_ok "$1: '$2' is not on stderr"; fi; }
err_lacks() { if grep -qF -- "$2" "$err"; then not_ok "$1: '$2' is on stderr"; else ok "$1"; fi; }
is() {
	name=$1
	shift
	if "$@" >"$out.is" 2>&1; then ok "$name"; else
		sed 's/^/     | /' "$out.is" | head -10
		not_ok "$name"
	fi
}
isnt() {
	name=$1
	shift
	if "$@" >"$out.is" 2>&1; then not_ok "$name"; else ok "$name"; fi
}
same() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1: '$2' is not '$3'"; fi; }
json() { same "$1" "$(jq -r "$2" "$out" 2>&1)" "$3"; }
# Nothing unfinished may be visible: no temporary names in the vault, none beside what was asked for.
no_leftovers() { # NAME FOLDER
	left=$(find "$2" -name '.tmp*' -o -name '*.tmp' -o -name '*.part' 2>/dev/null)
	same "$1" "$left" ""
}
quiet() { "$amana" --no-input --yes --passphrase "file:$HOME/pass" --new-passphrase "file:$HOME/pass" "$@" >"$work/.quiet" 2>&1 ||
	{ echo "not ok $script: amana $* (exit $?)"; sed 's/^/  | /' "$work/.quiet"; failed=1; exit 1; }; }
words_of() { (be "$1"; "$amana" --no-input --passphrase "file:$HOME/pass" --json id show | jq -r .words); }
# Where making identities is not what is tested, scrypt costs nothing.
person() {
	be "$1"
	(umask 077 && mkdir -p "$HOME/.local/share/amana/identities")
	"$AMANA_BUILD/tests/cli/make_identity" "$HOME/.local/share/amana/identities/$1.age" "$HOME/$1.card" "$1" "$(cat "$HOME/pass")" ||
		{ not_ok "prepare: an identity for $1"; exit 1; }
}
member() { # CODE [ROLE]: added by A-001, and joins
	person "$1"
	cp "$HOME/$1.card" "$work/people/A-001/"
	words=$(words_of "$1")
	be A-001
	(cd "$HOME" && quiet member add "$1.card" --fingerprint "$words" ${2:+--role "$2"})
	be "$1"
	(quiet join "$work/people/A-001/$1.welcome")
}
# A recovery card, enrolled by A-001; no command makes one yet.
recovery_card() { # CODE
	person "$1"
	"$AMANA_BUILD/tests/cli/forge" "$AMANA_VAULT" "$work/people/A-001/.local/share/amana/identities/A-001.age" "$work/people/A-001/pass" \
		recovery "$HOME/$1.card" >/dev/null || { not_ok "prepare: a recovery card $1"; exit 1; }
	be A-001
}
office() {
	AMANA_VAULT=$work/vault
	export AMANA_VAULT
	person A-001
	quiet init
	member L-007
	member S-014
	be A-001
	quiet case open HK-1 --lead L-007
	be L-007
	quiet case grant HK-1 S-014 --as depositor
	be S-014
}
# Keeps this person's passphrase out of the way where the kernel lets it.
unlocked() { "$amana" --no-input --passphrase "file:$HOME/pass" unlock --for 20m >/dev/null 2>&1; true; }
