#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# DURATION and DATE: what is understood, to the second, and what is refused.
. "$(dirname "$0")/lib.sh"
be S-014
quiet id new S-014

for bad in 5 m 5s 0m -5m 5M 5mm 1h30m ' 5m' '5m ' 9999999d 1e2m +5m; do
	run "no duration: '$bad'" 2 unlock --for="$bad"
done
err_has 'how one looks' 'a duration is 5m, 2h or 14d'

AMANA_VAULT=$work/vault
export AMANA_VAULT
quiet init
for bad in 2026-02-30 2026-13-01 2026-00-10 2026-4-30 26-04-30 2026-04-30T 2026-04-30T10:00 2026-04-30T10:00:00 \
	2026-04-30T24:00:00Z 2026-04-30T10:00:00+3 2026-04-30T10:00:00Zx 20260430 tomorrow +14 +0d 14d '' 1969-12-31; do
	[ -n "$bad" ] || continue
	run "no date: '$bad'" 2 member list --at="$bad"
done
err_has 'how a date looks' '2026-04-30'
for good in 2096-04-30 2096-02-29 2096-04-30T10:00:00Z 2096-04-30t10:00:00.25+03:00 +14d +2h +5m; do
	run "a date: '$good'" 0 member list --at="$good" --json
	json "it is after the founding: '$good'" '.members | length' 1
done
# The founder was enrolled now: before that there was nobody, at the end of the same local day there was.
now=$(date +%s)
day=$(date -d "@$now" +%Y-%m-%d)
run 'this day ends later' 0 member list --at "$day" --json
json 'the founder is there' '.members | length' 1
run 'yesterday' 0 member list --at "$(date -d "@$((now - 86400))" +%Y-%m-%d)" --json
json 'nobody was there' '.members | length' 0
run 'an hour ago, with an offset' 0 member list --at "$(date -u -d "@$((now - 3600 + 7200))" +%Y-%m-%dT%H:%M:%S+02:00)" --json
json 'nobody was there, either' '.members | length' 0
run 'times on a screen' 0 member list
is 'local, with the offset' grep -qE '20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} \+0300' "$out"
run 'times in JSON' 0 member list --json
is 'UTC' jq -e '.members[0].enrolled_at | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")' "$out"
quiet case open HK-1
run 'a grant must not end in the past' 2 case grant HK-1 S-014 --as reader --until 2020-01-01
err_has 'and says what to do' 'name a date to come, or: amana case revoke'
