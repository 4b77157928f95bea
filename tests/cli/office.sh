# SPDX-License-Identifier: Apache-2.0
# An office of several people for the scripts beside this file: `. "$(dirname "$0")/office.sh"`.
# Each person has a home folder of their own under $T/people, as each would have a machine of their own; the vault is $T/vault.
# Prints "ok NAME" and "not ok NAME"; `finish` at the end gives the exit status.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
amana=${AMANA_BUILD:-$top/build/test-release}/cli/amana
helpers=${AMANA_BUILD:-$top/build/test-release}/tests/cli
[ -x "$amana" ] || { echo "not ok there is no program $amana"; exit 1; }
T=$(mktemp -d "${TMPDIR:-/tmp}/amana-cli.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
n_bad=0
suite=$(basename "$0" .sh)
umask 022
unset AMANA_VAULT AMANA_IDENTITY AMANA_VAULT_FINGERPRINT AMANA_PASSPHRASE XDG_RUNTIME_DIR
export TZ=UTC LC_ALL=C.UTF-8 NO_COLOR=1
# The words of everybody here were compared beforehand.
export AMANA_FINGERPRINT="@$T/fingerprints"
: >"$T/fingerprints"

ok() { echo "ok $suite: $*"; }
not_ok() { echo "not ok $suite: $*"; n_bad=$((n_bad + 1)); }
finish() { [ "$n_bad" -eq 0 ]; exit; }

home_of() { echo "$T/people/$1"; }
data_of() { echo "$T/people/$1/.local/share/amana"; }
# The program's own folder for this vault in that home.
local_of() { echo "$(data_of "$1")/vaults/$(sha256sum <"$T/vault/vault" | cut -c 1-64)"; }

# as CODE ARGUMENT...: the program, as that person, in that person's home folder.
as() {
	who=$1
	shift
	mkdir -p "$T/people/$who"
	(
		cd "$T/people/$who" || exit 99
		unset XDG_DATA_HOME XDG_CACHE_HOME XDG_CONFIG_HOME
		export HOME="$T/people/$who" AMANA_VAULT="${vault:-$T/vault}"
		exec "$amana" --no-input --passphrase "file:$T/people/$who/passphrase" \
			--new-passphrase "file:$T/people/$who/passphrase" "$@" </dev/null
	)
}

show() { sed 's/^/   | /' "$@" | head -40; }

# try STATUS NAME CODE ARGUMENT...: is the exit status this one?  What it printed stays in $T/out and $T/err.
try() {
	want=$1
	what=$2
	shift 2
	as "$@" >"$T/out" 2>"$T/err"
	got=$?
	if [ "$got" -eq "$want" ]; then ok "$what"; else
		not_ok "$what (exit $got instead of $want: $*)"
		show "$T/out" "$T/err"
	fi
}

# Any command whose status is to be 0.
check() {
	what=$1
	shift
	"$@" >"$T/checked" 2>&1
	got=$?
	if [ "$got" -eq 0 ]; then ok "$what"; else
		not_ok "$what (exit $got: $*)"
		show "$T/checked"
	fi
}
fails() { ! "$@"; }

# says NAME REGEX: the last `try` printed a line like this.  says_not: no line.
says() {
	if grep -Eq -e "$2" "$T/out" "$T/err"; then ok "$1"; else
		not_ok "$1 (no line like '$2')"
		show "$T/out" "$T/err"
	fi
}
says_not() {
	if ! grep -Eq -e "$2" "$T/out" "$T/err"; then ok "$1"; else
		not_ok "$1 (a line like '$2')"
		show "$T/out" "$T/err"
	fi
}

# What has to work for the rest to mean anything.
must() {
	"$@" >"$T/out" 2>"$T/err" || {
		not_ok "prepare: $* (exit $?)"
		show "$T/out" "$T/err"
		exit 1
	}
}

# person CODE...: identities, for which scrypt costs nothing.  A passphrase each.
person() {
	for code in "$@"; do
		mkdir -p "$T/people/$code"
		(umask 077 && echo "passphrase of $code, and of nobody else" >"$T/people/$code/passphrase")
		(umask 077 && mkdir -p "$(data_of "$code")/identities")
		must "$helpers/make_identity" "$(data_of "$code")/identities/$code.age" "$T/people/$code/$code.card" "$code" "$(cat "$T/people/$code/passphrase")"
		as "$code" unlock --for 20m >/dev/null 2>&1
		card_sum "$code" >>"$T/fingerprints"
	done
}
# A card's fingerprint is the SHA-256 of its four lines.
card_sum() { head -4 "$T/people/$1/$1.card" | sha256sum | cut -c 1-64; }

# enrol CODE [OPTION...]: the admin ADM-1 adds that person, who joins by the welcome note.
enrol() {
	code=$1
	shift
	cp "$T/people/$code/$code.card" "$T/people/ADM-1/"
	must as ADM-1 --yes member add "$code.card" --fingerprint "$(card_sum "$code")" "$@"
	cp "$T/people/ADM-1/$code.welcome" "$T/people/$code/"
	must as "$code" join "$code.welcome"
}

# recovery_card CODE: enrolled by ADM-1; no command makes one yet.
recovery_card() {
	person "$1"
	must "$helpers/forge" "$T/vault" "$(data_of ADM-1)/identities/ADM-1.age" "$T/people/ADM-1/passphrase" recovery "$T/people/$1/$1.card"
}

# office CODE...: ADM-1 makes the vault; the others are enrolled, A-003 as an auditor.
office() {
	person ADM-1 "$@"
	must as ADM-1 init
	for member in "$@"; do
		case $member in A-*) enrol "$member" --role auditor ;; *) enrol "$member" ;; esac
	done
}

# field NAME: the first string or number of that name in the JSON that was printed last.
field() { jq -r --arg name "$1" '[.. | objects | select(has($name))][0][$name]' "$T/out"; }
# How many slots the vault has.
last_slot() { find "${1:-$T/vault}/log" -type f | wc -l; }
slot_file() { printf '%s/log/%03d/%03d/%03d/%03d\n' "$1" 0 0 $(($2 / 1000)) $(($2 % 1000)); }

# crack CODE HOME VAULT FOLDER: what age alone makes of a vault with all that a person's home holds, and the passphrase: every
# object, every sheet out of every bundle, with every key found anywhere, until nothing new opens.  FOLDER/open has what opened,
# FOLDER/sealed what did not, FOLDER/keys/all the keys.
crack() {
	mkdir -p "$4/sealed" "$4/open" "$4/keys"
	cat >"$4/age.exp" <<-EXPECT
		set timeout 60
		log_user 0
		spawn age -d -o $4/open/identity $2/.local/share/amana/identities/$1.age
		expect "assphrase"
		send -- "[exec cat $2/passphrase]\r"
		expect eof
		lassign [wait] pid spawned os code
		exit \$code
	EXPECT
	expect "$4/age.exp" || { echo "age did not open the identity"; return 1; }
	find "$3/objects" -type f -exec cp {} "$4/sealed/" \;
	find "$3/lines" -type f | while read -r bundle; do
		at=0
		end=$(wc -c <"$bundle")
		while [ "$at" -lt "$end" ]; do
			len=$(od -An -tu4 --endian=big -j "$at" -N 4 "$bundle" | tr -d ' ')
			tail -c +$((at + 5)) "$bundle" | head -c "$len" >"$4/sheet"
			mv "$4/sheet" "$4/sealed/$(sha256sum <"$4/sheet" | cut -c 1-64)"
			at=$((at + 4 + len))
		done
	done
	grep -rlaF 'age-encryption.org/v1' "$2" | while read -r file; do
		cp "$file" "$4/sealed/home-$(echo "$file" | sha256sum | cut -c 1-8)"
	done
	: >"$4/keys/all"
	while :; do
		# in what has been opened, and raw in every file of the home and the vault
		{
			grep -rhaoE 'AGE-SECRET-KEY-1[0-9A-Z]{58}' "$4/open" "$2" "$3"
			cat "$4/keys/all"
		} | sort -u >"$4/keys/now"
		! cmp -s "$4/keys/now" "$4/keys/all" || break
		mv "$4/keys/now" "$4/keys/all"
		find "$4/sealed" -type f | xargs -P 2 -I FILE sh -c '
			age -d -i "$1/keys/all" -o "$1/open/$(basename "$2").try" "$2" 2>/dev/null || exit 0
			mv "$1/open/$(basename "$2").try" "$1/open/$(basename "$2")"
			rm "$2"' crack "$4" FILE
		rm -f "$4"/open/*.try
	done
}
