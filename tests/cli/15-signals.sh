#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Signals and progress in the middle of a deposit: finished items stay and have receipts, nothing unfinished is visible, and the
# next run goes on.
. "$(dirname "$0")/lib.sh"
office
be S-014
unlocked
cat >interrupt.py <<'EOT'
"""interrupt.py SIGNAL TIMES COMMAND...: sends the signal when some files are sealed; the exit status is the command's."""
import json, os, signal, subprocess, sys, time
name, times, cmd = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
p = subprocess.Popen(cmd, stderr=subprocess.PIPE)
for line in p.stderr:
    sys.stderr.buffer.write(line)
    try:
        state = json.loads(line)["progress"]
    except (ValueError, KeyError, TypeError):
        continue
    if state["phase"] == "sealing" and state["done_bytes"] > 0:
        for i in range(times):
            p.send_signal(getattr(signal, name))
            time.sleep(0.01)
        break
sys.stderr.buffer.write(p.stderr.read())
code = p.wait()
sys.exit(code if code >= 0 else 128 - code)
EOT
mkdir big
i=0
while [ $i -lt 24 ]; do
	head -c 20000000 /dev/urandom >"big/$(printf %02d $i)"
	i=$((i + 1))
done
deposit() { # NAME EXIT SIGNAL TIMES
	python3 interrupt.py "$3" "$4" "$amana" --no-input --passphrase "file:$HOME/pass" --progress json --json deposit HK-1 big >"$out" 2>"$err" </dev/null
	got=$?
	if [ "$got" -eq "$2" ]; then ok "$1"; else not_ok "$1 (exit $got, not $2)"; fi
}
for s in INT TERM HUP; do
	deposit "SIG$s" 130 SIG$s 1
	json "SIG$s: one document" .error.exit 130
	json "SIG$s: as many exhibits as receipts say" '(.exhibits | length) == (.deposited)' true
	err_has "SIG$s: it says how to go on" 'run it again to go on'
	jq -r '.receipts[].file' "$out" | while read -r file; do run "SIG$s: receipt $file is confirmed" 0 verify --receipt "$file"; done
	no_leftovers "SIG$s: nothing unfinished in the vault" vault
done
err_lacks 'no error of another kind' 'bug'
deposit 'two signals end it at once' 130 SIGINT 2
run 'the vault verifies' 0 verify --bytes
run 'the next run goes on' 0 --progress json deposit HK-1 big --json
is 'progress is JSON lines' sh -c 'grep "^{" "$1" | jq -es "length > 0 and all(.progress.phase != null)"' sh "$err"
run 'all of them, once' 0 list HK-1 --json
json 'twenty-four names' '[.exhibits[].name] | unique | length' 24
json 'twenty-four exhibits' '.exhibits | length' 24
run 'nothing more to do' 0 deposit HK-1 big --json
json 'nothing new' .deposited 0

nohup sh -c 'kill -HUP $$; exec "$1" version' sh "$amana" >"$out" 2>/dev/null </dev/null
same 'nohup: SIGHUP stays ignored' $? 0

# progress at a terminal
terminal 'a bar' 0 -- --no-input --passphrase "file:$HOME/pass" deposit HK-1 big --again --progress tty
is 'with share, rate and brackets' grep -qE 'sealing \[#* *\] +[0-9]+%.*B/s' "$out"
tr '\r' '\n' <"$out" >lines
is 'it never wraps' awk 'length > 80 { exit 1 }' lines
is 'the result stands on a line of its own' grep -q '^Sealed HK-1/' lines
terminal 'TERM=dumb has none' 0 -- --no-input --passphrase "file:$HOME/pass" deposit HK-1 big/00 --progress none
lacks 'no bar' 'sealing'
run 'none' 0 --progress none deposit HK-1 big/01 --again
err_lacks 'says nothing' sealing
