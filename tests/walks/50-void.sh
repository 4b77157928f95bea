#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# CONTRIBUTING.md, "Why a batch was judged void": amana verify says why in words that are in the source, for every
# void batch that there is.
. "$(dirname "$0")/lib.sh"
exec python3 "$top/tests/walks/void.py" "${AMANA_BUILD:-$top/build/test-release}/cli/amana" "$work"
