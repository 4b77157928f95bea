# SPDX-License-Identifier: Apache-2.0
# For the scripts beside it, which begin with:  as=user; . "$(dirname "$0")/lib.sh"
# Runs the script where FUSE can be used, as an ordinary user (as=root: as root), or says "skip".  Then there is all of tests/cli/lib.sh, and
#
#   team                           the office, R-002 who reads HK-1 and is this person from then on, unlocked; files of many kinds in HK-1
#   mounted NAME DIR ARGUMENT...   mounts HK-1 at DIR (made) in the background
#   unmounted NAME DIR             amana unmount DIR; nothing is there any more
#   foreground DIR ARGUMENT...     the same mount in the foreground: $pid; what it says is in $work/said
#   events FILTER                  jq over the events of HK-1
#   eventually SECONDS COMMAND...  until it succeeds
if [ -z "${AMANA_FUSE_READY:-}" ]; then
	name=$(basename "$0" .sh)
	if [ "$(id -u)" -eq 0 ]; then
		if [ ! -x "${AMANA_BUILD:-$(dirname "$0")/../../build/test-release}/fuse/amana-mount" ]; then
			echo "skip $name: this build has no amana-mount (libfuse3-dev was missing)"
			exit 0
		fi
		if ! unshare --mount --propagation private true 2>/dev/null; then
			echo "skip $name: no mount namespace can be made here"
			exit 0
		fi
		exec unshare --mount --propagation private sh "$(dirname "$0")/enter.sh" "$as" "$0"
	fi
	if [ "$as" = root ] || [ ! -w /dev/fuse ] || ! command -v fusermount3 >/dev/null; then
		echo "skip $name: needs root, or a /dev/fuse that $(id -un) may use and fusermount3"
		exit 0
	fi
	AMANA_FUSE_READY=$as
fi
. "$(dirname "$0")/../cli/lib.sh"

undo='for dir in $(sed -n "s|^[^ ]* [^ ]* [^ ]* / \($work/[^ ]*\) .*fuse\.amana.*|\1|p" /proc/self/mountinfo); do "$amana" unmount --now "$dir" >/dev/null 2>&1; done; "$amana" lock >/dev/null 2>&1'

# An ordinary user's keyring is this test's own (enter.sh); root's is everybody's, so nothing is put there or taken out of it.
if [ "$as" = root ]; then
	unlocked() { true; }
	undo=${undo%;*}
fi

eventually() {
	seconds=$1
	shift
	tries=$((seconds * 5))
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.2
	done
}
is_mounted() { grep -q " $1 .*fuse\.amana" /proc/self/mountinfo; }
is_not_mounted() { ! is_mounted "$1"; }
ended() { ! kill -0 "$1" 2>/dev/null; }

# Text, sizes around the chunk, nothing at all, names that deceive.
make_files() {
	mkdir -p in/folder
	for size in 0 1 4095 4096 65535 65536 65537 131072 1000000 5000003; do
		head -c "$size" /dev/urandom >"in/size $size.bin"
	done
	echo 'the word on the wall is amana' >'in/folder/statement of V-003.txt'
	printf 'x' >"in/CON.txt"
	printf 'y' >"$(printf 'in/evil\342\200\256fdp.exe')"
	printf 'z' >'in/a<b>c:d"e|f?g*h .'
	touch -d '2019-03-04 05:06:07 UTC' 'in/size 4096.bin'
	head -c 300 /dev/zero | tr '\0' 'n' >/dev/null
	printf 'long' >"in/$(printf '%0240d' 7).txt"
}
team() {
	office
	be L-007
	unlocked
	quiet case grant HK-1 L-007 --as lead 2>/dev/null || true
	make_files
	be S-014
	unlocked
	quiet deposit HK-1 in
	member R-002
	be L-007
	quiet case grant HK-1 R-002 --as reader
	be R-002
	unlocked
}
mounted() {
	name=$1
	dir=$2
	shift 2
	mkdir -p "$dir"
	run "$name" 0 mount HK-1 "$dir" --reason 'a test' "$@"
}
unmounted() {
	run "$1" 0 unmount "$2"
	is "$1: nothing is left" is_not_mounted "$work/$2"
}
foreground() {
	dir=$1
	shift
	mkdir -p "$dir"
	"$amana" --no-input --passphrase "file:$HOME/pass" mount HK-1 "$dir" --reason 'a test' --foreground "$@" >"$work/said" 2>&1 </dev/null &
	pid=$!
	eventually 20 is_mounted "$work/$dir"
}
events() { "$amana" --no-input --passphrase "file:$HOME/pass" --json custody HK-1 2>/dev/null | jq -r "$1"; }
