#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nobody holds the audit ring any more: an admin begins it anew with an auditor, who reads nothing of before, and of a case only what
# those write who have accepted that auditor by the words.
. "$(dirname "$0")/office.sh"

office L-007 S-014
must as ADM-1 case open HK-1 --lead L-007
echo one >"$T/one"
must as L-007 --yes deposit HK-1 "$T/one"
exhibit=id:$(LC_ALL=C grep -ahm1 '^exhibit [0-9a-f]\{32\}$' "$T"/vault/log/000/000/000/* | head -1 | cut -c 9-24)
read_for() { must as L-007 retrieve HK-1/1 -o "$T/out-$1" --reason "$1"; }
read_for because-first
try 3 "there is nothing to accept" L-007 audit accept
try 0 "the founder gives the role away" ADM-1 --yes member role ADM-1 --remove auditor
try 0 "nobody holds the ring: it is said" ADM-1 case list
says "nobody holds the ring: with what to do" 'nobody holds the audit ring.*amana audit admit MEMBER'
person A-009
cp "$T/people/A-009/A-009.card" "$T/people/ADM-1/"
try 0 "an auditor is added" ADM-1 --yes member add A-009.card --role auditor --fingerprint "$(card_sum A-009)"
must as A-009 join "$T/people/ADM-1/A-009.welcome"
try 4 "the auditor lets nobody in" A-009 audit admit A-009
try 4 "nor does a lead" L-007 audit admit A-009
try 4 "nor whoever is no auditor" ADM-1 audit admit S-014
try 0 "the admin does" ADM-1 audit admit A-009
try 0 "the auditor begins" A-009 custody "$exhibit"
says_not "nothing of before opens" 'because-first'
unset AMANA_FINGERPRINT
read_for because-second
says "who acts in a case is told" 'A-009'
try 0 "what is written before somebody accepts" A-009 custody "$exhibit"
says_not "is the case's alone" 'because-second'
try 0 "which reads it" L-007 custody HK-1/1
says "still" 'because-second'
try 2 "accepting: words are asked for" L-007 audit accept
says "accepting: by an option" '--fingerprint'
try 4 "accepting: and compared" L-007 audit accept --fingerprint "$(card_sum S-014)"
try 0 "accepting" L-007 audit accept --fingerprint "$(card_sum A-009)"
try 0 "accepting: again changes nothing" L-007 audit accept
read_for because-third
try 0 "then the auditor" A-009 custody "$exhibit"
says "reads reasons" 'because-third'
says_not "but none of before" 'because-first|because-second'
try 0 "the log holds" ADM-1 verify --bytes
finish
