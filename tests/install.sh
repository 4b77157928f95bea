#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages of tests/packages.txt that are missing: `sh tests/install.sh build [package] [test] [bench]`.
set -eu
here=$(dirname "$0")
missing=
for kind in "$@"; do
	while read -r line_kind package; do
		[ "$line_kind" = "$kind" ] || continue
		# npm may be there without Debian's package of that name
		if [ "$package" = npm ] && command -v npm >/dev/null 2>&1; then continue; fi
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing="$missing $package"
	done < "$here/packages.txt"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ]; then as_root=; elif command -v sudo >/dev/null 2>&1; then as_root=sudo; else
	echo "These Debian packages are missing:$missing" >&2
	echo "Install them as root, then run this again: apt-get install$missing" >&2
	exit 1
fi
echo "Installing:$missing" >&2
$as_root apt-get -qq update >&2 || true
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
