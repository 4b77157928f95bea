#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Debian package, from a clean checkout to a machine that is as it was: built by an ordinary user, installed by apt in a fresh
# Debian 12 that knows only this machine's own sources of packages, tried there by an ordinary user, purged.
. "$(dirname "$0")/lib.sh"

version=$(sed -n "s/^ *version: '\(.*\)',$/\1/p" "$top/meson.build" | head -1)
check 'the changelog has the version of the build' \
	sh -c "dpkg-parsechangelog -l '$top/debian/changelog' -S Version | grep -qxF '$version'"

# ---- the fresh system, made beside the build ----
root=$work/root
# Debian's archives as apt of this machine knows them: those of Debian 12, or the same places asked for Debian 12.
sources() {
	apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
		awk '$1 == "Debian" && $4 == "main" {
			if ($2 ~ /^bookworm/) {known[n++] = "deb " $3 " " $2 " main"}
			else if ($2 !~ /-/ && other == "") {other = "deb " $3 " bookworm main"}
		} END {if (n == 0 && other != "") known[n++] = other; for (i = 0; i < n; i++) print known[i]}'
}
proxies() { apt-config dump 2>/dev/null | grep -E '^Acquire::https?::Proxy' || true; }
why_not=
if [ "$(id -u)" -ne 0 ]; then why_not='a fresh system needs root'; fi
if [ -z "$why_not" ] && ! unshare --mount --propagation private true 2>/dev/null; then why_not='no mount namespace can be made here'; fi
sources >"$work/sources"
if [ -z "$why_not" ] && [ ! -s "$work/sources" ]; then why_not="this machine's apt knows no archive of Debian"; fi
if [ -z "$why_not" ]; then
	proxies >"$work/proxies"
	# The lists of packages stay, for apt in there; `mount` would come with fuse3, and apt does not take it away again.
	nice mmdebstrap --variant=apt --skip=cleanup/apt --include=gcc,libc6-dev,pkg-config,man-db,mount --dpkgopt=force-unsafe-io \
		--aptopt='Acquire::Languages "none"' --aptopt="$work/proxies" bookworm "$root" - <"$work/sources" >"$work/root.log" 2>&1 &
	making=$!
	undo="kill $making 2>/dev/null; wait $making 2>/dev/null"
fi

# ---- the package ----
source=$home/amana
mkdir "$source"
cd "$top" || exit 1
git -c safe.directory='*' -c core.quotePath=off ls-files -co --exclude-standard >"$work/files" 2>/dev/null ||
	find . -name 'build*' -type d -prune -o -type f -print >"$work/files" # not a checkout
while IFS= read -r file; do [ ! -e "$file" ] || printf '%s\n' "$file"; done <"$work/files" | tar cf - --no-recursion -T - | tar xf - -C "$source"
[ "$(id -u)" -ne 0 ] || chown -R "$uid:$uid" "$source"
# The tests of the build are run by tests/run.sh already.
check 'an ordinary user builds the package' ordinary sh -c \
	"cd amana && DEB_BUILD_OPTIONS='nocheck parallel=$(nproc)' dpkg-buildpackage -us -uc -b" || done_with
debs=
for package in amana libamana0 libamana-dev; do
	set -- "$home/${package}_${version}"_*.deb
	check "it has $package" test -f "$1"
	debs="$debs $1"
done
if command -v lintian >/dev/null; then
	check 'lintian finds neither an error nor a warning' ordinary lintian --fail-on error,warning "amana_${version}_$(dpkg --print-architecture).changes"
fi
if [ -z "$why_not" ]; then
	wait "$making" || why_not="mmdebstrap failed: $(grep -E '^(E|W):' "$work/root.log" | tail -1)"
	undo=
fi
if [ -n "$why_not" ]; then
	say_skip "$why_not"
	done_with
fi

# ---- installed, used and purged ----
# inside COMMAND...: in there as root, with mounts that only this command sees.
inside() {
	unshare --mount --propagation private sh -c '
		root=$1
		shift
		mount -t proc proc "$root/proc" && mount -t tmpfs -o mode=755 dev "$root/dev" || exit 99
		for node in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0" "fuse 10 229"; do
			set -- $node "$@"
			mknod -m 666 "$root/dev/$1" c "$2" "$3" || exit 99
			shift 3
		done
		ln -s /proc/self/fd "$root/dev/fd"
		exec chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
			DEBIAN_FRONTEND=noninteractive "$@"' - "$root" "$@"
}
person() { inside setpriv --reuid 61000 --regid 61000 --clear-groups env HOME=/home/trial sh -c 'cd && exec "$@"' - "$@"; }
# What is where, and what the settings say; apt's and dpkg's own books, logs and caches apart.
listing() {
	(cd "$root" && find . \( -path ./proc -o -path ./dev -o -path ./home -o -path ./packages -o -path ./var/cache -o -path ./var/log \
		-o -path ./var/lib/apt -o -path ./var/lib/dpkg \) -prune -o -printf '%y %m %u %p\n' | sort
	find etc -type f ! -name '*-' -exec sha256sum {} + | sort -k 2)
}
if ! inside true 2>"$work/log"; then
	say_skip "nothing can be mounted for a fresh system here: $(head -1 "$work/log")"
	done_with
fi
echo 'trial:x:61000:61000::/home/trial:/bin/sh' >>"$root/etc/passwd"
ln -sf ../proc/self/mounts "$root/etc/mtab" # as systemd makes it; without it fusermount3 leaves a file
mkdir -p "$root/home/trial" "$root/packages"
chown 61000:61000 "$root/home/trial"
for file in resolv.conf hosts; do cp -L "/etc/$file" "$root/etc/$file" 2>/dev/null; done
# shellcheck disable=SC2086
cp $debs "$root/packages/"
listing >"$work/before"
check 'apt installs it in a fresh Debian 12' inside sh -c 'apt-get install -y -o DPkg::Options::=--force-unsafe-io /packages/*.deb' || done_with
check 'dpkg finds every file as it was packed' inside sh -c 'test -z "$(dpkg --verify amana libamana0 libamana-dev)"'
check 'amana version, as an ordinary user' person amana version
check 'the quick start, by the installed program' person env AMANA=/usr/bin/amana sh /usr/share/doc/amana/examples/quickstart.sh
check 'the manual' person sh -c 'man -P cat amana | grep -q NAME && man -P cat amana-deposit | grep -q NAME && man -w 5 amana-format && man -w 7 amana-security'
check 'completion in bash' inside bash -c '. /usr/share/bash-completion/completions/amana
	COMP_WORDS=(amana depo) COMP_CWORD=1; _amana; test "${COMPREPLY[*]}" = deposit'
check 'completions where zsh and fish of Debian look' \
	inside test -s /usr/share/zsh/vendor-completions/_amana -a -s /usr/share/fish/vendor_completions.d/amana.fish
check 'the worker and the mount in their place' inside test -x /usr/libexec/amana/amana-worker -a -x /usr/libexec/amana/amana-mount -a \
	-s /usr/share/amana/refused-programs
cp "$top/tests/package/user.c" "$root/packages/"
# shellcheck disable=SC2016
check 'a C program with the shared library' person sh -ec 'gcc -std=c11 -Wall -Wextra -pedantic -Werror /packages/user.c -o shared $(pkg-config --cflags --libs amana)
	./shared && ldd shared | grep -q libamana.so.0'
# shellcheck disable=SC2016
check 'a static C program' person sh -ec 'gcc -std=c11 -Wall -Wextra -pedantic -Werror -static /packages/user.c -o static $(pkg-config --cflags --libs --static amana)
	./static'
# shellcheck disable=SC2016
if inside sh -c ': <>/dev/fuse' 2>/dev/null; then
	check 'a case is mounted, read and unmounted' person sh -ec 'home=$(echo "$HOME"/amana-demo-*)
		export HOME="$home/people/L-007" AMANA_VAULT="$home/vault"
		mkdir court
		amana --no-input --passphrase "file:$HOME/passphrase" mount HK-2025-0042 court --reason trial --for 5m
		sha256sum court/HK-2025-0042/0001* | cut -c 1-64 | grep -xFf - "$home/deposited.sums"
		for i in 1 2 3 4 5; do amana unmount court && exit; sleep 1; done
		exit 1'
else
	say_skip '/dev/fuse cannot be used in the fresh system: nothing was mounted'
fi
check 'apt purges it' inside sh -c 'apt-get purge -y amana libamana0 libamana-dev && apt-get autoremove -y --purge'
listing >"$work/after"
check 'and nothing is left' diff "$work/before" "$work/after"
done_with
