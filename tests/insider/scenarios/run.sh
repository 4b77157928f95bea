#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Scenarios of a dishonest client against the real program: run.sh [NN...]; AMANA_BUILD says which
# build. The office is made once and copied for each. Prints "N passed, N failed" at the end.
if [ -z "${AMANA_SCENARIOS_READY:-}" ]; then
	export AMANA_SCENARIOS_READY=1
	# A mount namespace of its own, where /dev/fuse can be used; without one mounts are skipped.
	if [ "$(id -u)" -eq 0 ] && unshare --mount --propagation private true 2>/dev/null; then
		exec unshare --mount --propagation private sh "$0" "$@"
	fi
fi
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
export AMANA_BUILD="${AMANA_BUILD:-$top/build/test-release}"
export AMANA_LIBEXEC="${AMANA_LIBEXEC:-$AMANA_BUILD/vault/sandbox}"
for need in cli/amana tests/cli/make_identity; do
	[ -x "$AMANA_BUILD/$need" ] || { echo "not ok scenarios: there is no $AMANA_BUILD/$need"; exit 1; }
done
command -v age >/dev/null || { echo "skip scenarios: there is no age"; exit 0; }
work=$(mktemp -d "${TMPDIR:-/tmp}/amana-scenarios.XXXXXX") || exit 1
chmod 755 "$work"
export TMPDIR="$work"
finish() {
	sed -n "s|^[^ ]* [^ ]* [^ ]* / \($work/[^ ]*\) .*fuse\.amana.*|\1|p" /proc/self/mountinfo |
		while read -r dir; do umount -l "$dir" 2>/dev/null; done
	umount -l /dev/fuse 2>/dev/null
	chmod -R u+rwx "$work" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
if [ -x "$AMANA_BUILD/fuse/amana-mount" ] && [ "$(id -u)" -eq 0 ] &&
	mknod -m 666 "$work/fuse" c 10 229 2>/dev/null && mount --bind "$work/fuse" /dev/fuse 2>/dev/null &&
	sh -c ': <>/dev/fuse' 2>/dev/null; then
	export AMANA_FUSE=1
fi
export AMANA_OFFICE="$work/office" PYTHONDONTWRITEBYTECODE=1
python3 "$here/office.py" "$AMANA_OFFICE" || exit 1
if [ $# -eq 0 ]; then
	set -- "$here"/[0-9]*.py
else
	for n in "$@"; do
		shift
		for file in "$here/$n"*.py; do set -- "$@" "$file"; done
	done
fi
printf '%s\n' "$@" | xargs -P "${SCENARIOS_AT_ONCE:-2}" -I FILE sh -c \
	'python3 "$1" >"$2/$(basename "$1").out" 2>&1 || echo "$1" >>"$2/failed"; cat "$2/$(basename "$1").out"' \
	scenario FILE "$work"
passed=$(cat "$work"/*.out | grep -c '^ok ')
failed=$(cat "$work"/*.out | grep -c '^not ok ')
# A scenario that ends before its end says so in its exit status alone.
[ ! -s "$work/failed" ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
