#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From nothing to a working vault on a Debian 12 machine:
#   sh quickstart.sh [FILE...]
# installs what the build needs, builds, makes a vault in a new folder, lets a depositor deposit the files, a lawyer retrieve
# them, an auditor read the chain of custody and a stranger verify all of it.  Without files it takes documents of this machine.
#   AMANA=/usr/bin/amana sh quickstart.sh [FILE...]
# does the same with a program that is installed: nothing is installed or built, and the source need not be there.
set -eu
start_dir=$(pwd)
top=$(cd "$(dirname "$0")" && pwd)

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'quickstart: %s\n' "$*" >&2; exit 1; }

build_here() {
	say "Installing what the build needs (nothing, if it is there)"
	sh "$top/tests/install.sh" build

	say "Building"
	build=$top/build/release
	[ -f "$build/build.ninja" ] || meson setup "$build" "$top" -Dbuildtype=release -Dtests=false >"$top/build-setup.log" 2>&1 ||
		{ tail -20 "$top/build-setup.log"; fail "the build could not be configured"; }
	rm -f "$top/build-setup.log"
	ninja -C "$build" >"$build/build.log" 2>&1 || { tail -30 "$build/build.log"; fail "the build failed"; }
	amana=$build/cli/amana
}
amana=${AMANA:-}
if [ -z "$amana" ] && [ ! -f "$top/meson.build" ]; then # this script came with a package
	amana=$(command -v amana) || fail "there is no program amana; name it: AMANA=/usr/bin/amana sh quickstart.sh"
fi
if [ -z "$amana" ]; then build_here; else say "Using $amana"; fi
case $amana in /*) ;; *) fail "AMANA must be a whole path, not '$amana'" ;; esac
"$amana" version

demo=$start_dir/amana-demo-$(date +%Y%m%d-%H%M%S)
mkdir "$demo"
chmod 700 "$demo"
evidence=$demo/evidence
mkdir "$evidence"
if [ $# -gt 0 ]; then
	for file in "$@"; do
		case $file in /*) ;; *) file=$start_dir/$file ;; esac
		[ -e "$file" ] || fail "there is no '$file'"
		cp -R "$file" "$evidence/"
	done
else
	# A few real documents, a PDF or a picture among them.
	for kind in pdf png jpg; do
		find /usr/share /usr/lib -xdev -type f -name "*.$kind" -size +1k -size -4000k 2>/dev/null | sort | head -2
	done | while read -r file; do cp "$file" "$evidence/"; done
	find /usr/share/common-licenses /usr/share/doc -xdev -type f \( -name 'GPL-3' -o -name 'Apache-2.0' -o -name '*.html' \) \
		-size +2k -size -4000k 2>/dev/null | sort | head -3 | while read -r file; do cp "$file" "$evidence/"; done
	ls "$evidence" | grep -q . || fail "no document was found on this machine; name some: sh quickstart.sh FILE..."
fi

# Each person has a home of their own here, as each would have a machine of their own.
as() {
	who=$1
	shift
	printf '\n%s$ amana' "$who"
	for word in "$@"; do case $word in *' '*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac; done
	printf '\n'
	run_as "$who" "$@"
}
run_as() {
	who=$1
	shift
	mkdir -p "$demo/people/$who"
	(cd "$demo/people/$who" && env -u AMANA_VAULT -u AMANA_IDENTITY -u AMANA_FINGERPRINT -u XDG_DATA_HOME -u XDG_CACHE_HOME -u XDG_CONFIG_HOME \
		HOME="$demo/people/$who" AMANA_VAULT="$demo/vault" AMANA_VAULT_FINGERPRINT="${fingerprint:-}" \
		"$amana" --passphrase "file:$demo/people/$who/passphrase" --new-passphrase "file:$demo/people/$who/passphrase" \
		--no-input "$@")
}
person() { # CODE: an identity with a passphrase that only this demonstration knows
	mkdir -p "$demo/people/$1"
	(umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$demo/people/$1/passphrase")
	as "$1" id new "$1"
}
# What the person reads out to those who compare it.
card_words() { run_as "$1" --json id show | tr ',' '\n' | sed -n 's/.*"words": *"\([^"]*\)".*/\1/p' | head -1; }
fingerprint=

say "Four people make their identities: an administrator, a depositor, a lawyer, an auditor"
for code in ADM-1 S-014 L-007 A-003; do person "$code"; done

say "The administrator makes the vault and adds the others, each by the words of their card"
as ADM-1 init
fingerprint=$(run_as ADM-1 --json status | sed -n 's/.*"fingerprint": *"\([0-9a-f]*\)".*/\1/p' | head -1)
for code in S-014 L-007 A-003; do
	cp "$demo/people/$code/$code.card" "$demo/people/ADM-1/"
	roles=
	[ "$code" != A-003 ] || roles="--role auditor"
	# shellcheck disable=SC2086
	as ADM-1 --yes member add "$code.card" --fingerprint "$(card_words "$code")" $roles
done

say "Everybody joins by the welcome note that adding them wrote"
for code in S-014 L-007 A-003; do
	cp "$demo/people/ADM-1/$code.welcome" "$demo/people/$code/"
	as "$code" join "$code.welcome"
done

say "A case is opened for the lawyer, who compares the depositor's words and lets that person deposit into it"
as ADM-1 case open HK-2025-0042 --lead L-007
as L-007 --yes case grant HK-2025-0042 S-014 --as depositor --fingerprint "$(card_words S-014)"

say "The depositor compares the lawyer's words, for the lawyer will open it, and deposits"
as S-014 --yes deposit HK-2025-0042 "$evidence" --source "phone of V-003, by cable" --receipt "$demo/receipt.txt" \
	--lead-fingerprint "$(card_words L-007)"

say "The depositor cannot read it back"
if as S-014 retrieve HK-2025-0042/1 -o nothing --reason "to see whether it works"; then
	fail "a depositor read an exhibit"
else
	echo "(refused, and the attempt is on record)"
fi

say "The lawyer finds and retrieves"
as L-007 list HK-2025-0042
count=$(run_as L-007 --json list HK-2025-0042 | grep -o '"exhibit"' | wc -l)
mkdir "$demo/retrieved"
as L-007 retrieve "HK-2025-0042/1-$count" -o "$demo/retrieved" --reason "preparing the hearing"

say "Are they the same bytes?"
find "$evidence" -type f -exec sha256sum {} + | sed 's/ .*//' | sort >"$demo/deposited.sums"
find "$demo/retrieved" -type f -exec sha256sum {} + | sed 's/ .*//' | sort >"$demo/retrieved.sums"
cmp "$demo/deposited.sums" "$demo/retrieved.sums" || fail "what came out is not what went in"
echo "yes: $(wc -l <"$demo/deposited.sums") files, byte for byte"

say "The chain of custody of the first exhibit, as the lawyer sees it"
as L-007 custody HK-2025-0042/1

say "A stranger verifies everything with no key at all, and compares the depositor's receipt"
mkdir -p "$demo/people/stranger"
stranger_words=$fingerprint
fingerprint=
(cd "$demo/people/stranger" && env -u AMANA_VAULT_FINGERPRINT -u XDG_DATA_HOME -u XDG_CACHE_HOME -u XDG_CONFIG_HOME HOME="$demo/people/stranger" \
	"$amana" -C "$demo/vault" --no-input verify --bytes --receipt "$demo/receipt.txt")
fingerprint=$stranger_words

say "Done.  What to type next"
cat <<EOT
The vault is $demo/vault; the people's homes, with their passphrases, are in $demo/people.
  export PATH=${amana%/*}:\$PATH
  export HOME=$demo/people/L-007 AMANA_VAULT=$demo/vault
  amana                                   who you are and what to do next
  amana --passphrase file:\$HOME/passphrase search 'gpl*'
  amana --passphrase file:\$HOME/passphrase show HK-2025-0042/1
  amana help deposit
Read SECURITY.md (man amana-security) for what this protects against, and docs/RECOVERY.md for how to open an exhibit with age and
sha256sum alone.
Remove the demonstration with: rm -r $demo
EOT
