#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # functions are called through check
# Objects against Debian's age and sha256sum.  AMANA_BUILD names the build folder.
set -u
build=$(cd "${AMANA_BUILD:?}" && pwd) || exit 1
program=$build/tests/interop/object_tool
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
check() {
	name=$1
	shift
	if "$@"; then echo "ok $name"; else echo "not ok $name"; status=1; fi
}

age-keygen -o "$work/key" 2>/dev/null
recipient=$(age-keygen -y "$work/key")
mkdir "$work/store"
: >"$work/store/vault" # all that a folder needs to be opened as a store

# PADME again, by the words of docs/FORMAT.md section 8, in shell arithmetic.
log2() { n=$1 log=0; while [ "$n" -ge 2 ]; do n=$((n / 2)) log=$((log + 1)); done; echo "$log"; }
pad() {
	[ "$1" -le 4096 ] && { echo 4096; return; }
	e=$(log2 "$1")
	s=$(($(log2 "$e") + 1))
	step=1
	for _ in $(seq $((e - s))); do step=$((step * 2)); done
	echo $((($1 + step - 1) / step * step))
}

age_opens_it() {
	age -d -i "$work/key" -o "$work/out" "$stored" 2>"$work/log" || return 1
	[ "$(stat -c %s "$work/out")" = "$(pad "$size")" ] &&
		head -c "$size" "$work/out" | cmp -s - "$work/plain" &&
		[ "$(tail -c +$((size + 1)) "$work/out" | tr -d '\0' | wc -c)" = 0 ]
}
digests_agree() {
	[ "$sha256" = "$(sha256sum <"$work/plain" | cut -d' ' -f1)" ] &&
		[ "$object" = "$(sha256sum <"$stored" | cut -d' ' -f1)" ]
}
we_open_it() {
	"$program" open "$work/store" "$work/key" "$object" "$size" "$sha256" "$blocks" >"$work/out" 2>"$work/log" &&
		cmp -s "$work/plain" "$work/out"
}
# The digest of each span, as docs/FORMAT.md section 6 has them: none where one span holds the file.
blocks_agree() {
	if [ "$size" -le 65536 ]; then
		[ "$blocks" = - ]
		return
	fi
	span=65536
	while [ $((span * 1024)) -lt "$size" ]; do span=$((span * 2)); done
	[ "$blocks" = "$(split -b "$span" --filter=sha256sum "$work/plain" | cut -d' ' -f1 | xxd -r -p | base64 -w0)" ]
}
stored_as() { stored=$work/store/objects/$(echo "$object" | cut -c1-2)/$object; }

for want in 0 1 4096 4097 65536 65537 1048576 1048577 9000000 67108864 67108865; do
	head -c "$want" /dev/urandom >"$work/plain"
	result=$("$program" seal "$work/store" "$work/key" <"$work/plain") || status=1
	read -r size sha256 object sealed_to blocks <<EOF
$result
EOF
	stored_as
	check "$want bytes: the size" [ "$size" = "$want" ]
	check "$want bytes: the recipient is the one that age-keygen derives" [ "$sealed_to" = "$recipient" ]
	check "$want bytes: age -d gives them and zeros" age_opens_it
	check "$want bytes: sha256sum agrees" digests_agree
	check "$want bytes: split and sha256sum agree with the blocks" blocks_agree
	check "$want bytes: we open it" we_open_it

	# The same exhibit as another program would write it.
	cp "$work/plain" "$work/padded"
	truncate -s "$(pad "$want")" "$work/padded"
	age -r "$recipient" -o "$work/theirs" "$work/padded"
	object=$(sha256sum <"$work/theirs" | cut -d' ' -f1)
	stored_as
	mkdir -p "${stored%/*}"
	cp "$work/theirs" "$stored"
	check "$want bytes: we open what age sealed" we_open_it
done
exit $status
