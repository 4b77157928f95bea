#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A clock that the log contradicts: it is told of with both times, asked about at a terminal, and ends nobody's grant.  One person's act
# in the year 9999 moves nothing.
. "$(dirname "$0")/lib.sh"
clock=$AMANA_BUILD/tests/fuse/libclock.so # it would come before a sanitizer's own
[ -f "$clock" ] || { echo "skip $script: this build has no clock of another moment"; exit 0; }
office
member R-002
echo one >one
be S-014
quiet deposit HK-1 one
real=$amana
# at SECONDS: from now on the program's clock is so much ahead; 0: it is right
at() {
	amana=$real
	[ "$1" -eq 0 ] && return
	echo "0 $1" >"$work/clock"
	printf '#!/bin/sh\nAMANA_TEST_CLOCK=%s/clock LD_PRELOAD=%s exec %s "$@"\n' "$work" "$clock" "$real" >"$work/other-clock"
	chmod 755 "$work/other-clock"
	amana=$work/other-clock
}
day=86400
n_of() { LC_ALL=C grep -cahx "$1" vault/log/000/000/000/* | awk '{ n += $1 } END { print n }'; }
both_times='this machine.s clock, 20[0-9-]+T[0-9:]+Z, is .* the log.s, 20[0-9-]+T[0-9:]+Z'

be L-007
run 'a right clock' 0 case list
err_lacks 'is not spoken of' clock
at -$((2 * day))
run 'behind, unattended' 0 case rekey HK-1
is 'says so with both times' grep -qE "WARNING: $both_times" "$err"
err_has 'and which way' 'is behind the log'
terminal 'behind, at a terminal: no' 130 'Passphrase' 'the passphrase of L-007' 'Go on with this clock\? +\[y/N\] ' n -- case rekey HK-1
has 'nothing was done' 'set the clock first'
at 0
be L-007
epoch=$("$amana" --no-input --passphrase "file:$HOME/pass" case show HK-1 --json | jq .epoch)
at -$((2 * day))
terminal 'behind, at a terminal: Enter is no' 130 'Passphrase' 'the passphrase of L-007' 'Go on with this clock\? +\[y/N\] ' '' -- case rekey HK-1
terminal 'behind, at a terminal: yes' 0 'Passphrase' 'the passphrase of L-007' 'Go on with this clock\? +\[y/N\] ' y -- case rekey HK-1
at 0
run 'the two that were refused made no keys' 0 case show HK-1 --json
json 'one epoch more' .epoch $((epoch + 1))
at -30
run 'half a minute behind' 0 case list
err_lacks 'is nothing' clock
at $((34 * day))
run 'a month ahead' 0 case list
err_lacks 'may be a holiday' clock
at 0

cp -a vault vault.then
cp -a people people.then

# one act in the year 9999
grants=$(n_of expire)
be S-014
at $((7973 * 365 * day))
echo two >two
run 'the year 9999' 4 deposit HK-1 two
err_has 'by that clock the grant has ended' 'has ended'
at 0
be S-014
at $((60 * day))
run 'one in two months' 0 deposit HK-1 two
err_has 'tells its depositor' 'ahead of the log'
at 0
be L-007
run 'moves nobody else' 0 case rekey HK-1
err_lacks 'nobody is behind it' clock
same 'and ends nothing' "$(n_of expire)" "$grants"
be S-014
run 'nor, with the clock set, its depositor' 0 deposit HK-1 two --again
err_lacks 'nothing is said' 'clock'

# an ended grant, by a clock that nobody believes, where nobody was in the year 9999
rm -rf vault people
mv vault.then vault
mv people.then people
be L-007
quiet case grant HK-1 R-002 --as reader --until +20d
at $((40 * day))
run 'more than 35 days ahead' 0 case rekey HK-1
err_has 'says so' 'is more than 35 days ahead of the log'
run 'and looks at the case' 0 case show HK-1
same 'ends no grant, though its date is past by this clock' "$(n_of expire)" "$grants"
at 0
be R-002
run 'the reader reads on' 0 retrieve HK-1/1 -o still --reason 'a hearing'
is 'the same bytes' cmp still one

run 'the log holds' 0 verify --bytes
