#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nothing of what is sealed lies anywhere in the clear: not in the vault, the own data, the cache, the settings, temporary
# folders, the arguments or the environment of a process.  Everybody uses everything; then all files are searched for marks.
. "$(dirname "$0")/office.sh"

mkdir "$T/tmp" "$T/texts" "$T/marks"
export TMPDIR="$T/tmp"

# A mark for each thing that is sealed; the file's name says which.  A staff member's answer is one of these.
mark() { # NAME PREFIX
	printf '%s%s' "$2" "$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n' | tr 'a-f' 'g-l')" >"$T/marks/$1"
}
m() { cat "$T/marks/$1"; }
for thing in content dir name title note source fact reason case-title search device refused revoked; do mark $thing "m$thing"; done
printf 'HK-%s' "$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')" >"$T/marks/case"
case_code=$(m case)
text() { m "$1" >"$T/texts/$1"; echo "@$T/texts/$1"; }

office S-014 L-007 A-003
for who in ADM-1 S-014 L-007 A-003; do tr -d '\n' <"$T/people/$who/passphrase" >"$T/marks/passphrase-$who"; done

# While the commands run, the program's processes and its workers are looked at: arguments and environments.
cat >"$T/watch.py" <<'PY'
import os, sys, time
seen, stop = open(sys.argv[1], "wb"), sys.argv[2]
known = set()
while not os.path.exists(stop):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for what in ("cmdline", "environ"):
            try:
                if not open(f"/proc/{pid}/comm").read().startswith("amana"):
                    continue
                data = open(f"/proc/{pid}/{what}", "rb").read()
            except OSError:
                continue
            if data not in known:
                known.add(data)
                seen.write(data.replace(b"\0", b"\n") + b"\n")
    time.sleep(0.003)
PY
python3 "$T/watch.py" "$T/seen" "$T/stop" &
watcher=$!

printf '%s' "$case_code" >"$T/texts/case"
must as ADM-1 case open "$case_code" --lead L-007 --title "$(text case-title)"
must as L-007 --yes case grant "$case_code" S-014 --as depositor
folder="$T/$(m dir)"
mkdir "$folder"
content=$(m content)
i=0
while [ $i -lt 9000 ]; do echo "$i $content line"; i=$((i + 1)); done >"$folder/$(m name).txt"
head -c 20000000 /dev/zero | tr '\0' 'x' >"$folder/large"
m content >>"$folder/large"
printf '{"device":"%s","imei":"%s"}' "$(m device)" "$(m fact)" >"$T/texts/facts.json"
try 0 "a deposit with everything said" S-014 --yes deposit "$case_code" "$folder" --title "$(text title)" --note "$(text note)" \
	--source "$(text source)" --facts "$T/texts/facts.json"
receipt=$(ls "$T/people/S-014"/R-*.txt)
try 0 "the depositor lists" S-014 list
try 0 "the depositor searches" S-014 search "$(text name)"
try 0 "the lead lists" L-007 list "$case_code"
try 0 "the lead shows" L-007 --json show "$case_code/2"
says "and sees the title" "$(m title)"
try 0 "the lead searches" L-007 search "$(text search)"
try 0 "and finds by title" L-007 search "$(text title)"
says "really" "$case_code/1"
try 0 "the lead retrieves" L-007 retrieve "$case_code/1-2" -o "$T/retrieved" --reason "$(text reason)"
try 4 "the depositor is refused" S-014 retrieve "$case_code/1" -o "$T/refused" --reason "$(text refused)"
try 0 "the auditor reads the chain" A-003 custody "id:$(LC_ALL=C grep -ah -m1 '^exhibit [0-9a-f]\{32\}$' "$T/vault"/log/000/000/000/* |
	head -1 | cut -c 9-24)"
try 0 "the lead reads the chain" L-007 custody "$case_code"
says "with the reason" "$(m reason)"
try 0 "a revocation" L-007 --yes case revoke "$case_code" S-014 --reason "$(text revoked)"
try 0 "contents are checked" L-007 verify --bytes --contents
touch "$T/stop"
wait $watcher

# Control: the marks are where they belong, in what was asked for.
check "control: the retrieved file has the content" grep -rqaF "$(m content)" "$T/retrieved"

plain="$T/vault $T/tmp"
for who in ADM-1 S-014 L-007 A-003; do plain="$plain $T/people/$who/.local $T/people/$who/.cache $T/people/$who/.config"; done
check "there are catalogues to look at" sh -c "find $T/people/*/.cache -type f -size +3k | grep -q ."
# As it is, in capitals and small letters (an index folds), backwards, as UTF-16, as hex, as base64 of a part.
cat >"$T/find.py" <<'PY'
import base64, os, sys
def forms_of(mark):
    forms = {mark, mark.lower(), mark.upper(), mark[::-1], mark.decode().encode("utf-16-le"),
             mark.hex().encode(), mark.hex().upper().encode()}
    for cut in range(3):
        part = mark[cut:]
        forms.add(base64.b64encode(part[:len(part) // 3 * 3]))
    return forms
marks = {name: forms_of(open(os.path.join(sys.argv[1], name), "rb").read()) for name in os.listdir(sys.argv[1])}
for top in sys.argv[2:]:
    paths = [top] if os.path.isfile(top) else [os.path.join(d, f) for d, _, files in os.walk(top) for f in files]
    for path in paths:
        data = open(path, "rb").read() + os.fsencode(path[len(top):])
        for name, forms in marks.items():
            if any(form in data for form in forms):
                print(name, path)
PY
# shellcheck disable=SC2086
check "all files are searched" sh -c "python3 '$T/find.py' '$T/marks' $plain '$receipt' >'$T/found'"
for mark in "$T/marks"/*; do
	name=$(basename "$mark")
	check "in no file: $name" sh -c "! grep '^$name ' '$T/found'"
done
check "control: the search finds what is there" sh -c "python3 '$T/find.py' '$T/marks' '$T/retrieved' | grep -q '^content '"
check "the identity files are sealed" sh -c "! grep -raE 'AGE-SECRET-KEY-1|PRIVATE\\+KEY' $plain"

# Processes: the words given as @FILE, and passphrases, are in no argument and no environment.
check "control: processes were seen" grep -qE '^(retrieve|deposit|verify)$' "$T/seen"
check "control: workers too" grep -q amana-worker "$T/seen"
for name in title note source reason search refused revoked case-title content fact passphrase-S-014 passphrase-L-007; do
	check "no process shows: $name" sh -c "! grep -qF -f '$T/marks/$name' '$T/seen'"
done

# What is left behind: receipts for those who deposit, what was retrieved, the welcome notes and cards; nothing else.
check "nothing is left in temporary folders" sh -c "test -z \"\$(find '$T/tmp' -type f)\""
check "nothing else is left in the homes" sh -c "
	test -z \"\$(find '$T/people' -path '*/.local' -prune -o -path '*/.cache' -prune -o -path '*/.config' -prune -o -type f \
		! -name '*.card' ! -name '*.welcome' ! -name 'R-*.txt' ! -name passphrase -print)\""
check "no name and no case on the receipt" sh -c "! grep -F -f '$T/marks/case' '$receipt' && ! grep -F -f '$T/marks/name' '$receipt'"
check "what was retrieved is for its owner alone" sh -c "test -z \"\$(find '$T/retrieved' -type f ! -perm 600)\""
check "so are the own folders" sh -c "test -z \"\$(find '$T/people'/*/.local/share/amana '$T/people'/*/.cache/amana -type d -perm /077)\""

# A process that waits for a passphrase can be looked at: no core file, not dumpable (its memory belongs to root then).
mkfifo "$T/fifo"
(HOME="$T/people/A-003" exec "$amana" --no-input -C "$T/vault" --passphrase "file:$T/fifo" unlock >"$T/waiting" 2>&1) &
waiting=$!
sleep 0.5
check "no core files" grep -Eq '^Max core file size +0 +0 ' "/proc/$waiting/limits"
check "its arguments are what was typed" sh -c "tr '\\0' ' ' </proc/$waiting/cmdline | grep -q unlock"
echo "not the passphrase" >"$T/fifo"
wait $waiting
check "a wrong passphrase" test $? -eq 4
finish
