# SPDX-License-Identifier: Apache-2.0
# What the walks share: sourced, not run.
top=$(cd "$(dirname "$0")/../.." && pwd)
status=0
check() { # NAME COMMAND...: ok if it succeeds; what it printed is shown if not
	name=$1
	shift
	if "$@" >"$work/log" 2>&1; then echo "ok $name"; else
		echo "not ok $name"
		tail -20 "$work/log"
		status=1
	fi
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# The numbered steps of a section of CONTRIBUTING.md, one a line: "1 TEXT".
steps() { # HEADING
	awk -v heading="## $1" '
		/^## / {on = $0 == heading; next}
		on && /^[0-9]+\. / {if (step != "") print step; step = $0; sub(/\./, "", step); next}
		on && step != "" && /^   / {sub(/^ +/, " "); step = step $0; next}
		on && step != "" {print step; step = ""}
		END {if (step != "") print step}' "$top/CONTRIBUTING.md"
}
