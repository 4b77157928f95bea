#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No state outside what is handed about: no mutable statics, in functions neither, and no global objects.
# What handlers of signals need cannot be handed to them, locked memory belongs to the process as a whole, and the fault points
# of the tests are in no ordinary build: docs/DESIGN.md "State of the whole process".
cd "$(dirname "$0")/../.." || exit 1
except='^cli/signals\.c|^vault/crypto/secret_pool\.c|^vault/base/fault_on\.c'
bad=$(find vault cli fuse shared -name '*.[ch]' -exec awk '
	# What is const for good: behind its last star, or without any.
	function fixed(declared) {
		sub(/ = ?.*/, "", declared)
		return declared ~ /\*/ ? declared ~ /\* ?const [^*]*$/ : declared ~ /(^|[ \t])const /
	}
	function tell() { print FILENAME ":" FNR ":" $0 }
	{ declared = $0; sub(/^[ \t]+/, "", declared) }
	# An object has no parenthesis before its end or its value.
	declared ~ /^static [^(]*(;|=|\[|\{$)/ {
		if (declared !~ /^static (inline |_Noreturn |__attribute__)/ && !fixed(declared)) tell()
		next
	}
	# At the left margin of a file of code, no parenthesis before its end: an object.
	FILENAME ~ /\.c$/ && /^(const )?(struct |enum |union |unsigned |signed |long |short |atomic_|_Atomic|u?int|bool|char|size_t|_Thread_local)[a-z_0-9 *]*[a-z_0-9]+(\[[^]]*\])*( =.*|;)$/ {
		if ($0 !~ /^(struct|enum|union) [a-z_0-9]+;$/ && !fixed($0)) tell()
	}' {} + | grep -vE "$except")
if [ -z "$bad" ]; then echo "ok no mutable statics"; else
	echo "not ok no mutable statics"
	printf '%s\n' "$bad" | head -20
	exit 1
fi
