#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual: every command of the table has a page, every option of the table is in its page, and pages lint clean.
# Read from the source, so that it needs no build; tests/cli/03-help.sh compares the pages with the program itself.
cd "$(dirname "$0")/../.." || exit 1
found=$(mktemp) || exit 1
status=0
result() { # NAME BAD-LINES
	if [ -z "$2" ]; then echo "ok $1"; else echo "not ok $1"; printf '%s\n' "$2"; status=1; fi
}
page() { # COMMAND -> its page
	case $1 in
	help | version | completions) echo man/amana.1 ;;
	*) echo "man/amana-${1%% *}.1" ;;
	esac
}
# Tables are laid out one option a line, NAME and letter first, kind after them.
options() { sed -nE "s/^[[:space:]]*\{\"([a-z-]+)\", ('.'|0), OPT_[A-Z]+,.*/\1 \2/p" "$1"; }

bad=
for file in $(find cli -name 'cmd_*.c' | sort); do
	names=$(sed -nE 's/^[[:space:]]*\.name = "([a-z ]+)",/\1/p' "$file")
	[ -n "$names" ] || bad="$bad$file defines no command
"
	pages=$(printf '%s\n' "$names" | while read -r name; do page "$name"; done | sort -u)
	for p in $pages; do
		[ -f "$p" ] || bad="$bad$p is missing
"
		grep -qF "man_pages" man/meson.build && grep -qF "'${p#man/}'" man/meson.build || bad="$bad$p is not installed
"
	done
	printf '%s\n' "$names" | while read -r name; do
		grep -qE "^\.Cm $name" "$(page "$name")" 2>/dev/null || echo "amana $name is not in $(page "$name")"
	done >"$found"
	bad="$bad$(cat "$found")"
	options "$file" | while read -r name letter; do
		seen=
		for p in $pages; do grep -qE "^\.(It|Op|Fl).*Fl -$name( |$)" "$p" && seen=1; done
		[ -n "$seen" ] || echo "--$name of $file is not in $pages"
		[ "$letter" = 0 ] && continue
		letter=$(printf %s "$letter" | tr -d "'")
		for p in $pages; do grep -qE "^\.(It|Op) (Fl|Op Fl) $letter|Fl $letter( |$)" "$p" && seen=2; done
		[ "$seen" = 2 ] || echo "-$letter of $file is not in $pages"
	done >"$found"
	bad="$bad$(cat "$found")"
done
rm -f "$found"
result 'every command and option is in its page' "$bad"

bad=$(options cli/options.c | while read -r name letter; do
	grep -qE "^\.It .*Fl -$name( |$)" man/amana.1 || echo "--$name is not in man/amana.1"
done)
[ "$(options cli/options.c | wc -l)" -ge 10 ] || bad="$bad
the table of global options was not found"
result 'every global option is in amana.1' "$bad"

if command -v mandoc >/dev/null; then
	result 'mandoc finds nothing' "$(mandoc -Tlint -Wwarning man/*.[157] 2>&1)"
	bad=$(grep -hoE '^\.Xr amana[a-z-]* [157]' man/*.[157] | sort -u | while read -r _ name section; do
		[ -f "man/$name.$section" ] || echo "$name($section) is named and missing"
	done)
	result 'cross references lead somewhere' "$bad"
else
	echo "skip mandoc is not installed"
fi
exit $status
