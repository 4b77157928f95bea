#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where passphrases come from, and that the terminal is as it was whatever happens while one is typed.
. "$(dirname "$0")/lib.sh"
be S-014
quiet id new S-014
printf 'the passphrase of S-014\nsecond line\n' >two
p='the passphrase of S-014'
show() { # NAME EXIT SOURCE: opens the identity with it
	"$amana" --no-input --passphrase "$3" id show >"$out" 2>"$err" 3<two 4<&- </dev/null
	got=$?
	if [ "$got" -eq "$2" ]; then ok "$1"; else not_ok "$1 (exit $got, not $2)"; fi
}
show 'file:' 0 "file:$work/two"
show 'fd:' 0 fd:3
PW=$p show 'env:' 0 env:PW
PW="$p
more" show 'env:, up to its line feed' 0 env:PW
printf '%s' "$p" >bare
show 'no line feed at the end' 0 "file:$work/bare"
mkfifo pipe
printf '%s\n' "$p" >pipe &
show 'a pipe' 0 "file:$work/pipe"
wait
printf 'wrong\n' >wrong
show 'a wrong one, from a file' 4 "file:$work/wrong"
err_has 'and what it is' 'wrong passphrase for S-014'
err_has 'and what to do' 'amana id restore'
printf '%s\r\n' "$p" >cr
show 'a carriage return is part of it' 4 "file:$work/cr"
head -c 1025 /dev/zero | tr '\0' x >long
show 'more than 1024 bytes' 8 "file:$work/long"
head -c 1024 /dev/zero | tr '\0' x >longest
show '1024 bytes are looked at' 4 "file:$work/longest"
printf 'a\0b\n' >nul
show 'a NUL' 2 "file:$work/nul"
printf '\nx\n' >empty
show 'an empty one' 2 "file:$work/empty"
show 'a file that is not there' 3 "file:$work/none"
show 'a folder' 6 "file:$work"
show 'a descriptor that is not open' 2 fd:9
show 'a closed descriptor' 2 fd:4
show 'no number' 2 fd:x
show 'a variable that is not set' 2 env:NOT_SET_AT_ALL
show 'the passphrase itself' 2 "$p"
err_lacks 'is not repeated' "$p"
show 'tty without a terminal' 2 tty
err_has 'the option is named' '--passphrase is missing'

# a source that has nothing yet is waited for, and the first signal ends the waiting
cat >waiting.py <<'EOT'
"""waiting.py SIGNAL COMMAND...: sends it once the command waits; its exit status, or 99 if it went on waiting."""
import os, signal, subprocess, sys, time
read_end, write_end = os.pipe()
p = subprocess.Popen([a.replace("fd:PIPE", "fd:%d" % read_end) for a in sys.argv[2:]], pass_fds=[read_end], stdin=subprocess.DEVNULL)
os.close(read_end)
calm = 0
while calm < 5 and p.poll() is None:  # asleep five times running: it waits
    with open("/proc/%d/stat" % p.pid) as stat:
        calm = calm + 1 if stat.read().rsplit(")", 1)[1].split()[0] == "S" else 0
    time.sleep(0.1)
p.send_signal(getattr(signal, sys.argv[1]))
try:
    code = p.wait(10)
except subprocess.TimeoutExpired:
    p.kill()
    code = 99
sys.exit(code if code >= 0 else 128 - code)
EOT
mkfifo silent
for s in INT TERM HUP; do
	for source in "file:$work/silent" fd:PIPE; do
		python3 waiting.py "SIG$s" "$amana" --no-input --passphrase "$source" id show >"$out" 2>"$err"
		same "SIG$s while it waits for $source" $? 130
		err_has 'it says so' 'amana: stopped'
	done
done
python3 waiting.py SIGINT "$amana" --no-input --passphrase "file:$work/two" -C "$work" deposit HK-1 x --source "@$work/silent" >"$out" 2>"$err"
same 'SIGINT while it waits for a text' $? 130
(sleep 1; printf '%s\n' "$p") >silent &
show 'a writer that comes late' 0 "file:$work/silent"
wait

# one descriptor, two passphrases: each takes its line
printf '%s\nthe new one\n' "$p" >both
"$amana" --no-input --passphrase fd:3 --new-passphrase fd:3 id passphrase >"$out" 2>"$err" 3<both </dev/null
same 'old and new from one descriptor' $? 0
show 'the old one opens no more' 4 "file:$work/two"
printf 'the new one\n' >new
show 'the new one does' 0 "file:$work/new"
ps_seen=$(ps -eo args | grep -c '[t]he new one')
same 'no argument of any process shows it' "$ps_seen" 0
"$amana" --no-input --passphrase "file:$work/two" id new X-1 >"$out" 2>"$err" </dev/null
same 'a new one is never taken from --passphrase' $? 2
err_has 'named' '--new-passphrase is missing'
isnt 'and nothing was made' test -e "$HOME/.local/share/amana/identities/X-1.age"

# at a terminal
terminal 'typed' 0 'Passphrase for S-014: ' 'the new one' -- id show
has 'it was hidden' '«hidden»'
lacks 'it is not shown' 'the new one'
has 'echo is back' 'echo on'
terminal 'Enter alone' 130 'Passphrase for S-014: ' '' -- id show
has 'echo is back after that' 'echo on'
terminal 'end of input' 130 'Passphrase for S-014: ' '^D' -- id show
has 'echo is back after ^D' 'echo on'
terminal 'control-C' 130 'Passphrase for S-014: ' '^C' -- id show
has 'echo is back after ^C' 'echo on'
terminal 'stopped and continued' 0 'Passphrase for S-014: ' '^Z' 'Passphrase for S-014: ' 'the new one' -- id show
has 'echo was back while it stood still' '«stopped, echo on»'
is 'and it was hidden again' sh -c 'test "$(grep -o "«hidden»" "$1" | wc -l)" -eq 2' sh "$out"
has 'echo is back at the end' 'echo on'
for s in HUP:130 TERM:130 QUIT:131 USR1:138 ALRM:142 ABRT:134 SEGV:139; do
	terminal "SIG${s%:*}" "${s#*:}" 'Passphrase for S-014: ' "!SIG${s%:*}" -- id show
	has "echo is back after SIG${s%:*}" 'echo on'
done
long=$(head -c 1030 /dev/zero | tr '\0' x)
terminal 'too long at a terminal' 8 'Passphrase for S-014: ' "$long" -- id show
has 'echo is back after that too' 'echo on'
terminal '--no-input at a terminal' 2 -- --no-input id show
has 'is no question' '--passphrase is missing and --no-input forbids asking'
