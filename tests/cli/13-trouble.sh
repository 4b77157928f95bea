#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad input and bad luck: unreadable and vanishing files, growing files, no room, read-only places, lost terminals.
# Each is named, nothing half-written is left, and the vault verifies.
. "$(dirname "$0")/lib.sh"
office
be S-014
unlocked
verifies() { # NAME
	run "$1: the vault verifies" 0 verify --bytes
	no_leftovers "$1: nothing unfinished" vault
}

# a file that is no file any more, files that nobody may read
mkdir in
echo one >in/1
echo two >in/2
run 'a path that is not there' 3 deposit HK-1 none
err_has 'named' 'none: '
run 'one of two is not there' 1 deposit HK-1 in/1 none --json
json 'the other is in' '.exhibits | length' 1
json 'this one is named' '.failed[0].path' none
json 'its code' '.failed[0].code' missing
run 'an empty folder' 0 deposit HK-1 "$(mkdir empty && echo empty)"
has 'says so' 'Nothing new was sealed.'
run 'a symbolic link alone' 0 deposit HK-1 "$(ln -s in/1 link && echo link)"
err_has 'is named' 'skipped link: a symbolic link, not followed'
run 'a device' 0 deposit HK-1 /dev/zero
err_has 'is named, too' 'skipped /dev/zero: a special file, not opened'
run 'nothing at all' 10 deposit HK-1 --files-from /dev/null

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	# Root may read everything: another user then.
	mkdir locked
	echo secret >locked/no
	echo open >locked/yes
	mkdir locked/dir
	echo in >locked/dir/in
	chmod 000 locked/no locked/dir
	chown -R 12345:12345 people vault locked
	chmod 777 "$work"
	as_user() { setpriv --reuid 12345 --regid 12345 --clear-groups "$@"; }
	as_user "$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 locked --json >"$out" 2>"$err" </dev/null
	same 'unreadable: part done' $? 1
	json 'what could be read is in' '[.exhibits[].name] | join(" ")' locked/yes
	json 'what could not is named' '[.failed[].path] | sort | join(" ")' 'locked/dir locked/no'
	as_user "$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 locked/no >"$out" 2>"$err" </dev/null
	same 'only unreadable: its own code' $? 6
	err_has 'and what to do' 'ask whoever owns the file'
	# a current folder where no receipt can be written
	mkdir -m 755 readonly
	(cd readonly && as_user "$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 "$work/in/2" >"$out" 2>"$err" </dev/null)
	same 'a current folder that cannot be written' $? 0
	has 'the receipt is at home' "saved as $HOME/R-"
	# a vault that cannot be written: mode bits
	chmod -R a-w vault
	as_user "$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 locked/yes --again >"$out" 2>"$err" </dev/null
	same 'a vault without the right to write' $? 6
	as_user "$amana" --no-input verify --bytes >"$out" 2>"$err" </dev/null
	same 'it can be verified' $? 0
	chmod -R u+w vault
	chown -R 0:0 people vault locked
	chmod 755 "$work"
	verifies 'after another user'
else
	echo "skip unreadable files: needs root and setpriv"
fi

# vanishing and growing while they are read
cat >race.py <<'EOT'
import os, subprocess, sys, threading, time
mode, cmd = sys.argv[1], sys.argv[2:]
os.makedirs("race", exist_ok=True)
for i in range(40):
    with open("race/%02d" % i, "wb") as f: f.write(os.urandom(200000))
stop = False
def work():
    i = 39
    while not stop and i >= 0:
        if mode == "vanish":
            try: os.unlink("race/%02d" % i)
            except OSError: pass
            i -= 1
        else:
            with open("race/%02d" % (i % 40), "ab") as f: f.write(b"more" * 1000)
            i -= 1
            if i < 0: i = 39
        time.sleep(0.05 if mode == "vanish" else 0.002)
p = subprocess.Popen(cmd)
t = threading.Thread(target=work); t.start()
code = p.wait(); stop = True; t.join()
sys.exit(code)
EOT
python3 race.py vanish "$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 race --json >"$out" 2>"$err" </dev/null
got=$?
case $got in 0 | 1 | 3) ok "vanishing files (exit $got)" ;; *) not_ok "vanishing files (exit $got)" ;; esac
is 'each is in or named' jq -e '(.exhibits | length) + (.failed | length) >= 1 and ([.failed[].code] | all(. == "missing" or . == "io"))' "$out"
rm -rf race
python3 race.py grow "$amana" --no-input --passphrase "file:$HOME/pass" deposit HK-1 race --json >"$out" 2>"$err" </dev/null
got=$?
case $got in 0 | 1) ok "growing files (exit $got)" ;; *) not_ok "growing files (exit $got)" ;; esac
is 'each is in or named, once' jq -e '(.exhibits | length) + (.failed | length) == 40' "$out"
cp "$out" grown
verifies 'after races'
be L-007
unlocked
mkdir grew
first=$(jq -r '.exhibits[0].exhibit' grown)
run 'what grew can be retrieved' 0 retrieve "$first" -o grew/x --reason x --json
same 'its digest is of the bytes that were stored' "$(jq -r '.items[0].sha256' "$out")" "$(sha256sum grew/x | cut -c1-64)"
same 'and is the digest of the deposit' "$(jq -r '.exhibits[0].sha256' grown)" "$(sha256sum grew/x | cut -c1-64)"

# no room
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=3m tmpfs small 2>/dev/null; then
	undo="umount $work/small; $undo"
	be A-001
	run 'a vault on a small disk' 0 -C "$work/small/v" init
	run 'a case there' 0 -C "$work/small/v" case open S-1
	mkdir big
	head -c 1000000 /dev/urandom >big/a
	head -c 4000000 /dev/urandom >big/b
	run 'a full disk' 6 -C "$work/small/v" deposit S-1 big --json
	json 'says why' '.error.message | test("disk is full|No space left")' true
	json 'and what to do' '.error.remedy | test("free some space")' true
	run 'a full disk: the vault verifies' 0 -C "$work/small/v" verify --bytes
	no_leftovers 'a full disk: nothing unfinished' small/v
	rm big/b
	run 'then what fits' 0 -C "$work/small/v" deposit S-1 big --json
	json 'is in' '.deposited >= 0' true
	run 'list after a full disk' 0 -C "$work/small/v" list --json
	json 'one exhibit, no double' '[.exhibits[] | select(.name == "big/a")] | length' 1
	# nothing is retrieved by halves either
	be L-007
	mkdir tiny
	mount -t tmpfs -o size=256k tmpfs tiny && undo="umount $work/tiny; $undo"
	be S-014
	head -c 1000000 /dev/urandom >large
	run 'a large one' 0 deposit HK-1 large --json
	ref=$(jq -r '.exhibits[0].exhibit' "$out")
	be L-007
	run 'no room to retrieve' 6 retrieve "$ref" -o tiny/large --reason x
	same 'nothing is left of it' "$(ls -A tiny)" ""
	run 'no room for a page' 6 id backup -o tiny/../tiny/no/such/page
else
	echo "skip a full disk: needs root and mount"
fi

# read-only
if [ "$(id -u)" = 0 ] && mkdir ro && mount --bind vault ro 2>/dev/null && mount -o remount,bind,ro ro; then
	undo="umount $work/ro; $undo"
	be S-014
	run 'a read-only vault: deposit' 6 -C "$work/ro" --vault-fingerprint "$("$amana" --json status | jq -r .words)" deposit HK-1 in/1 --again
	err_has 'says why' 'read-only'
	run 'a read-only vault: verify' 0 -C "$work/ro" verify --bytes
	be L-007
	run 'a read-only vault: no reading without a record' 6 -C "$work/ro" --vault-fingerprint "$("$amana" --json status | jq -r .words)" \
		retrieve "$first" -o unrecorded --reason x
	isnt 'nothing came out' test -e unrecorded
else
	echo "skip a read-only vault: needs root and mount"
fi

# places
be L-007
run 'retrieve into a folder that is not there' 3 retrieve "$first" -o none/x --reason x
run 'retrieve onto a folder that cannot be' 6 retrieve "$first" -o /proc/x --reason x
ln -s nowhere dangling
run 'retrieve over a dangling link' 7 retrieve "$first" -o dangling --reason x
isnt 'nothing went through it' test -e nowhere
"$amana" --no-input --passphrase "file:$work/in/1" id passphrase >"$out" 2>"$err" </dev/null
same 'wrong passphrase' $? 4
be S-014
run 'no home' 0 version
env -u HOME -u XDG_DATA_HOME "$amana" --no-input id list >"$out" 2>"$err" </dev/null
same 'HOME is not set: the login'"'"'s folder is' $? 0
HOME=/dev/null run 'a home that is no folder' 6 id new X-1 -o "$work/x.card"
run 'a vault that is a file' 3 -C "$work/in/1" status
run 'a vault that is an empty folder' 3 -C "$work/empty" status
run 'a config that is no config' 0 version
mkdir -p "$HOME/.config/amana"
cp "$HOME/.config/amana/config" config.saved 2>/dev/null
for bad in 'vault' 'valt = /x' 'vault = relative/path' "vault = /a
vault = /b"; do
	printf '%s\n' "$bad" >"$HOME/.config/amana/config"
	(unset AMANA_VAULT; run "config: '$(echo "$bad" | head -1)'" 10 status)
done
printf '# a comment\n\n  vault=%s  \n' "$work/vault" >"$HOME/.config/amana/config"
(unset AMANA_VAULT; run 'config: comments and spaces' 0 status)
