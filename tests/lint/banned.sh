#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Calls and habits that have no place here (docs/STYLE.md).
cd "$(dirname "$0")/../.." || exit 1
status=0
result() { # NAME BAD-LINES
	if [ -z "$2" ]; then echo "ok $1"; else echo "not ok $1"; printf '%s\n' "$2" | head; status=1; fi
}
sources() { find vault cli fuse shared include -name '*.[ch]'; }
none() { # NAME PATTERN [EXCEPT]
	result "$1" "$(sources | xargs grep -nE "$2" | grep -vE "${3:-^$}")"
}
none 'malloc only in base/mem.c' '(^|[^a-z_])(malloc|calloc|realloc|strdup|strndup|asprintf)\(' '^vault/base/mem\.c|^cli/heap\.c|^fuse/heap\.c|sodium_malloc|json_set_alloc'
none 'no goto' '(^|[^a-z_"])goto [a-z]'
none 'no unbounded string calls' '(^|[^a-z_])(strcpy|strcat|sprintf|vsprintf|gets|scanf)\('
none 'no system, popen or tmpnam' '(^|[^a-z_])(system|popen|tmpnam|mktemp)\('
none 'no rand' '(^|[^a-z_])(rand|srand|random|drand48)\('
none 'the library never prints' '(^|[^a-z_])(printf|puts|perror)\(' '^cli/|^fuse/'
none 'the library never exits' '(^|[^a-z_])(exit|abort)\(' '^cli/|^fuse/|^vault/sandbox/'
none 'no decision by a message (docs/STYLE.md, Errors)' '(strstr|strn?cmp|strn?casecmp|memmem|fnmatch|regexec)\(.*(->|\.)msg'
none 'no atoi' '(^|[^a-z_])(atoi|atol|atof)\('

# In the first line of code, in the first lines of a script.
bad=$(
	find vault cli fuse shared include tests -name '*.[ch]' -exec awk 'FNR == 1 && !/SPDX-License-Identifier: Apache-2\.0/ {print FILENAME}' {} +
	find tests docs bench quickstart.sh \( -name '*.sh' -o -name '*.py' \) -exec awk '
		FNR == 1 {seen = 0} FNR <= 3 && /SPDX-License-Identifier: Apache-2\.0/ {seen = 1} FNR == 3 && !seen {print FILENAME}' {} +
)
result 'licence lines' "$bad"
exit $status
