# SPDX-License-Identifier: Apache-2.0
# For the scripts beside it: `. "$(dirname "$0")/lib.sh"`.  Prints "ok NAME", "not ok NAME" and "skip REASON".
#
#   $top, $work, $build          the source, a folder that everybody may enter, the release build
#   check NAME COMMAND...        the command must succeed; what it wrote is in $work/log and is shown if it does not
#   say_skip REASON              what could not be tried here
#   ordinary COMMAND...          as an ordinary user whose home is $home (made here), in it
#   works NAME BIN               the program BIN/amana makes a vault, deposits and verifies; its worker is found, by what it says of a picture
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${AMANA_BUILD:-$top/build/test-release}
suite=$(basename "$0" .sh)
work=$(mktemp -d "${TMPDIR:-/tmp}/amana-package.XXXXXX") || exit 1
chmod 755 "$work"
uid=$(id -u)
[ "$uid" -ne 0 ] || uid=$((61000 + $$ % 4000))
home=$work/home
mkdir "$home"
[ "$(id -u)" -ne 0 ] || chown "$uid:$uid" "$home"
unset AMANA_VAULT AMANA_IDENTITY AMANA_VAULT_FINGERPRINT AMANA_FINGERPRINT AMANA_LIBEXEC DESTDIR MAKEFLAGS
export LC_ALL=C.UTF-8
n_bad=0
undo=
finish() {
	eval "$undo"
	chmod -R u+rwX "$work" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

ok() { echo "ok $suite: $*"; }
not_ok() {
	echo "not ok $suite: $*"
	n_bad=$((n_bad + 1))
}
say_skip() { echo "skip $suite: $*"; }
done_with() { [ "$n_bad" -eq 0 ]; exit; }
check() {
	what=$1
	shift
	if "$@" >"$work/log" 2>&1; then ok "$what"; else
		not_ok "$what"
		tail -15 "$work/log" | sed 's/^/  | /'
		return 1
	fi
}
ordinary() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid "$uid" --regid "$uid" --clear-groups env -i PATH="$PATH" HOME="$home" LC_ALL=C.UTF-8 sh -c 'cd && exec "$@"' - "$@"
	else
		env -i PATH="$PATH" HOME="$home" LC_ALL=C.UTF-8 sh -c 'cd && exec "$@"' - "$@"
	fi
}
works() {
	check "$1" ordinary sh -c '
		set -eu
		rm -rf .local .cache .config vault trial && mkdir trial && cd trial
		printf "%s\n" "words of a trial" >pass
		amana() { '"'$2/amana'"' --no-input --yes --passphrase file:pass --new-passphrase file:pass "$@"; }
		amana id new L-007
		export AMANA_VAULT=$HOME/vault
		amana init
		amana case open T-1
		printf "\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\b\6\0\0\0" >picture
		amana deposit T-1 picture
		amana show T-1/1 --json | tee shown
		grep -q image/png shown
		amana verify --bytes'
}
