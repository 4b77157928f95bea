#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No file is longer than can be read at one sitting.
cd "$(dirname "$0")/../.." || exit 1
long=$(find vault cli fuse shared include tests -name '*.[ch]' -exec wc -l {} + | awk '$2 != "total" && $1 > 600 {print $2, $1}')
if [ -z "$long" ]; then echo "ok no file over 600 lines"; else
	echo "not ok no file over 600 lines"
	printf '%s\n' "$long"
	exit 1
fi
