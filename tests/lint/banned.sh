#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Calls and habits that have no place here (docs/DESIGN.md "How the code reads").
cd "$(dirname "$0")/../.." || exit 1
status=0
none() { # NAME PATTERN [EXCEPT]
	bad=$(grep -nE "$2" vault/*/*.[ch] cli/*.[ch] fuse/*.[ch] 2>/dev/null | grep -vE "${3:-^$}")
	if [ -z "$bad" ]; then echo "ok $1"; else echo "not ok $1"; printf '%s\n' "$bad" | head; status=1; fi
}
none 'malloc only in base/mem.c' '(^|[^a-z_])(malloc|calloc|realloc|strdup|strndup|asprintf)\(' '^vault/base/mem\.c|^cli/mem\.c|^fuse/block\.c|sodium_malloc|json_set_alloc'
none 'no goto' '(^|[^a-z_"])goto [a-z]'
none 'no unbounded string calls' '(^|[^a-z_])(strcpy|strcat|sprintf|vsprintf|gets|scanf)\('
none 'no system, popen or tmpnam' '(^|[^a-z_])(system|popen|tmpnam|mktemp)\('
none 'no rand' '(^|[^a-z_])(rand|srand|random|drand48)\('
none 'the library never prints' '(^|[^a-z_])(printf|puts|perror)\(' '^cli/|^fuse/'
none 'the library never exits' '(^|[^a-z_])(exit|abort)\(' '^cli/|^fuse/|^vault/sandbox/'
none 'no atoi' '(^|[^a-z_])(atoi|atol|atof)\('
bad=$(grep -nE '^static [^(=]*(\[[^]]*\])?( =|;)' vault/*/*.c cli/*.c 2>/dev/null | grep -vE 'static (const|inline)|static (_Noreturn|__attribute__)|const (struct|char|uint8_t)|_Thread_local|vault/base/fault_on\.c|vault/crypto/|\* *const ')
if [ -z "$bad" ]; then echo "ok no mutable statics"; else echo "not ok no mutable statics"; printf '%s\n' "$bad" | head; status=1; fi
bad=$(find vault cli fuse include tests -name '*.[ch]' | while read -r f; do head -1 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$f"; done)
if [ -z "$bad" ]; then echo "ok licence lines"; else echo "not ok licence lines"; printf '%s\n' "$bad"; status=1; fi
long=$(wc -l vault/*/*.c cli/*.c 2>/dev/null | awk '$2 != "total" && $1 > 900 {print $2, $1}')
if [ -z "$long" ]; then echo "ok no god files"; else echo "not ok no god files"; printf '%s\n' "$long"; status=1; fi
exit $status
