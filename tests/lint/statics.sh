#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No state outside what is handed about: no mutable statics, in functions neither, and no global objects.
# What handlers of signals need cannot be handed to them, locked memory belongs to the process as a whole, and the fault points
# of the tests are in no ordinary build: docs/DESIGN.md "State of the whole process".
cd "$(dirname "$0")/../.." || exit 1
except='^cli/signals\.c|^vault/crypto/secret_pool\.c|^vault/base/fault_on\.c'
found=$(find vault cli fuse shared -name '*.[ch]')
statics=$(grep -nE '^[[:space:]]*static [^(]*(;|=|\[|\{$)' $found | grep -vE 'static (const |inline |_Noreturn |__attribute__)|static [^=;]*\* ?const [a-z]|const (struct|char|uint8_t|int)')
# At the left margin, no parenthesis before its end: an object.
globals=$(grep -nE '^(const )?(struct |enum |unsigned |atomic_|_Atomic|u?int|bool|char|size_t|_Thread_local)[a-z_0-9 *]*[a-z_0-9]+(\[[^]]*\])*( =.*|;)$' $found |
	grep -vE ':const |:extern |:static |^[^:]*\.h:|:struct [a-z_0-9]+;$')
bad=$(printf '%s\n%s\n' "$statics" "$globals" | grep -vE "^$|$except")
if [ -z "$bad" ]; then echo "ok no mutable statics"; else
	echo "not ok no mutable statics"
	printf '%s\n' "$bad" | head
	exit 1
fi
