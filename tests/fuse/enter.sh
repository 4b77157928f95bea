#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# For lib.sh: runs SCRIPT in a mount namespace of its own, where /dev/fuse can be used, as an ordinary user (or as root), and cleans up.
#   unshare --mount --propagation private sh enter.sh user|root SCRIPT
# The programs are copied where that user can read them.  An ordinary user needs a name for fusermount3: one is added to a copy of passwd.
set -eu
as=$1
script=$2
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${AMANA_BUILD:-$top/build/test-release}
uid=$((61000 + $$ % 4000)) # its own keyring: others may be testing too
place=$(mktemp -d)
chmod 755 "$place"
status=1
finish() {
	cd /
	# what a failed test left mounted
	sed -n 's/.* fuse\.amana amana:\([0-9]*\) .*/\1/p' /proc/self/mountinfo | while read -r pid; do kill -9 "$pid" 2>/dev/null || true; done
	for where in $(sed -n "s|^.* / \($place[^ ]*\) .*|\1|p" /proc/self/mountinfo | sort -r); do umount -l "$where" 2>/dev/null || true; done
	umount -l /dev/fuse /etc/passwd 2>/dev/null || true
	rm -rf "$place"
	exit "$status"
}
trap finish EXIT

if ! mknod -m 666 "$place/fuse" c 10 229 2>/dev/null || ! mount --bind "$place/fuse" /dev/fuse 2>/dev/null ||
	! sh -c ': <>/dev/fuse' 2>/dev/null; then
	echo "skip $(basename "$script" .sh): /dev/fuse cannot be used here"
	status=0
	exit
fi
cp /etc/passwd "$place/passwd"
echo "amana-test:x:$uid:$uid::$place:/bin/sh" >>"$place/passwd"
chmod 644 "$place/passwd"
mount --bind "$place/passwd" /etc/passwd

mkdir -p "$place/top/tests" "$place/build/cli" "$place/build/vault/sandbox" "$place/build/tests" "$place/tmp"
cp -r "$top/tests/cli" "$top/tests/fuse" "$place/top/tests/"
cp "$build/cli/amana" "$place/build/cli/"
cp -r "$build/fuse" "$place/build/"
cp "$build/vault/sandbox/amana-worker" "$place/build/vault/sandbox/"
for tests in cli fuse; do
	[ ! -d "$build/tests/$tests" ] || cp -r "$build/tests/$tests" "$place/build/tests/"
done
chmod -R a+rX "$place/top" "$place/build"
chown "$uid:$uid" "$place/tmp"
export AMANA_BUILD="$place/build" AMANA_LIBEXEC="$place/build/vault/sandbox" TMPDIR="$place/tmp" AMANA_FUSE_READY=$as
# A mount in the background has nowhere else to say what a sanitizer found.
for options in ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS; do
	eval "export $options=\"\${$options:-}:log_path=$place/tmp/sanitizer\""
done
set +e
if [ "$as" = user ]; then
	setpriv --reuid "$uid" --regid "$uid" --clear-groups sh "$place/top/tests/fuse/$(basename "$script")"
else
	sh "$place/top/tests/fuse/$(basename "$script")"
fi
status=$?
if cat "$place"/tmp/sanitizer.* 2>/dev/null | grep .; then
	echo "not ok $(basename "$script" .sh): a sanitizer found something"
	status=1
fi
exit
