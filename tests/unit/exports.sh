#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# exports.sh LIBRARY: the shared library shows exactly what include/amana declares.
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "$1" | awk '$2 != "w" && $2 != "W" && $2 != "V" {print $3}' | grep -vE '^(__asan|__odr_asan|__ubsan|_init$|_fini$)' |
	sort -u >"$work/shown"
cat "$top"/include/amana/*.h | tr '\n' ' ' | grep -oE 'AMANA_API [^;({]*[ *]amana_[a-z_]+\(' | sed 's/.*[ *]\(amana_[a-z_]*\)($/\1/' |
	sort -u >"$work/declared"
[ -s "$work/declared" ] || { echo "not ok nothing is declared"; exit 1; }
if diff "$work/declared" "$work/shown"; then echo "ok exports"; else echo "not ok exports (< declared, > shown)"; exit 1; fi
