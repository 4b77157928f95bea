#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each public header by itself, in C and in C++: it includes what it needs, and warns of nothing.
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bad=0
compiles() { # NAME COMPILER WORD...
	what=$1
	shift
	if "$@" -I"$top/include" -fsyntax-only >"$work/log" 2>&1; then echo "ok $what"; else
		echo "not ok $what"
		head -5 "$work/log"
		bad=1
	fi
}
for header in "$top"/include/amana/*.h; do
	name=amana/${header##*/}
	# Used as a program would: an error begun, where there is one.
	printf '#include <%s>\n#ifdef AMANA_ERROR_H\nint amana_user(void);\nint amana_user(void) { struct amana_error err = AMANA_ERROR_INIT; return (int)err.code; }\n#endif\n' \
		"$name" >"$work/user.c"
	cp "$work/user.c" "$work/user.cc"
	compiles "$name in C" gcc -std=c11 -Wall -Wextra -pedantic -Werror "$work/user.c"
	compiles "$name in C++" g++ -std=c++17 -Wall -Wextra -pedantic -Werror "$work/user.cc"
done
exit $bad
