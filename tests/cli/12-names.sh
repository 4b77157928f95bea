#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Names that other people chose: long, empty-looking, hostile, not even text.  They come out as they went in, and no terminal
# ever sees them raw.
. "$(dirname "$0")/lib.sh"
office
cat >make.py <<'EOT'
import os
names = {
    b"n" * 255: b"long",
    b"two\nlines": b"newline",
    b"red\x1b[31m\x07": b"escape",
    b"latin\xe9\xff": b"not utf-8",
    "right\u202eleft".encode(): b"bidi",
    "\u200bhidden".encode(): b"zero width",
    "c1\u009bm".encode(): b"c1",
    b"back\\slash": b"backslash",
    b"-o": b"option",
    b" ": b"space",
    b"quote'\"$(x)": b"shell",
    "\u7530\u4e2d.txt".encode(): b"wide",
    b"del\x7f": b"del",
    b"line\xe2\x80\xa8sep": b"separator",
    b"over\xc0\xaflong": b"overlong",
    b"surr\xed\xa0\x80ogate": b"surrogate",
    b"@list": b"at",
    b"empty": b"",
}
os.mkdir("in")
for name, text in names.items():
    open(b"in/" + name, "wb").write(text)
deep = b"in"
for i in range(9):
    deep += b"/" + b"d" * 250
    os.mkdir(deep)
open(deep + b"/" + b"f" * 200, "wb").write(b"deep")
EOT
python3 make.py
raw() { # NAME FILE: nothing that a terminal obeys or is deceived by
	python3 - "$2" <<'EOT' && ok "$1" || not_ok "$1"
import re, sys
data = open(sys.argv[1], "rb").read()
text = data.decode("utf-8")  # must be valid
bad = re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]", text)
sys.exit(1 if bad else 0)
EOT
}
be S-014
unlocked
run 'deposit' 0 deposit HK-1 in --json
cp "$out" deposited
raw 'its JSON is safe to look at' "$out"
raw 'its messages too' "$err"
json 'nineteen exhibits' '.exhibits | length' 19
json 'nothing failed' '.failed | length' 0
cat >check.py <<'EOT'
import base64, json, os, sys
doc = json.load(open("deposited"))
seen = set()
for one in doc["exhibits"]:
    name = base64.b64decode(one["name_b64"]) if "name_b64" in one else one["name"].encode()
    try:
        name.decode()
        assert "name_b64" not in one, name
    except UnicodeDecodeError:
        assert "name_b64" in one, name
    assert os.path.getsize(name) == one["size"], name
    seen.add(name)
files = set(os.path.join(d, f) for d, _, fs in os.walk(b"in") for f in fs)
assert seen == files, seen ^ files
assert [o["exhibit"] for o in doc["exhibits"]] == ["HK-1/%d" % (i + 1) for i in range(19)]
EOT
is 'every name is there, byte for byte' python3 check.py
be L-007
unlocked
run 'list' 0 list HK-1
raw 'the table is safe' "$out"
has 'newline' 'two\nlines'
has 'escape' 'red\x1b[31m\x07'
has 'not UTF-8' 'latin\xe9\xff'
has 'bidi' 'right\u{202e}left'
has 'zero width' '\u{200b}hidden'
has 'C1' 'c1\u{9b}m'
has 'backslash' 'back\\slash'
has 'wide characters are shown' '田中.txt'
same 'a line each' "$(wc -l <"$out")" 20
has 'not cut, since this is no terminal' "$(printf '%0255d' 0 | tr 0 n)"
run 'list as JSON' 0 list HK-1 --json
cp "$out" deposited
is 'the same names' python3 check.py
n=0
while [ "$n" -lt 19 ]; do
	n=$((n + 1))
	"$amana" --no-input --passphrase "file:$HOME/pass" show "HK-1/$n" >>shows 2>>shows || echo "FAILED $n" >>shows
done
is 'show, one by one' sh -c '! grep FAILED shows && test "$(grep -c "^Name" shows)" -eq 19'
raw 'that is safe too' shows
run 'search' 0 search long --json
run 'custody' 0 custody HK-1
raw 'custody is safe' "$out"

mkdir back
run 'retrieve all' 0 retrieve HK-1/1-19 -o back --reason 'to compare' --json
raw 'its JSON is safe' "$out"
is 'nineteen files, straight into the folder' sh -c 'test "$(find back -mindepth 1 -maxdepth 1 -type f | wc -l)" -eq 19'
same 'the same contents' "$(find back -type f -exec sha256sum -z {} + | tr '\0\n' '\n ' | cut -c1-64 | sort)" \
	"$(find in -type f -exec sha256sum -z {} + | tr '\0\n' '\n ' | cut -c1-64 | sort)"
find back -type f | sed 's/\xe2\x80\x8b//' >written # the invisible space may stand in a name
raw 'and their names can be typed' written

# at 80 columns
terminal 'list at a terminal' 0 -- --no-input --passphrase "file:$HOME/pass" list HK-1
sed -n '/^echo o/q; p' "$out" >shown
raw 'safe at a terminal' shown
python3 - >"$err" 2>&1 <<'EOT' && ok 'every line fits, digests and numbers whole' || not_ok 'every line fits, digests and numbers whole'
import unicodedata
lines = open("shown").read().rstrip("\n").split("\n")
assert len(lines) == 20, len(lines)
for line in lines:
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    assert width <= 80, (width, line)
for i, line in enumerate(lines[1:]):
    assert line.startswith("HK-1/%d " % (i + 1)) and " S-014" in line, line
EOT
has 'the long one is cut, and says so' 'nn..'

# hostile text of people
printf 'evil\033[2Jtitle' >title
be S-014
run 'a title with an escape code' 0 deposit HK-1 in/empty --again --title "@$work/title"
printf 'one\ntwo \342\200\256 three' >note
run 'a note of two lines' 0 deposit HK-1 in/empty --again --note "@$work/note" --source "@$work/note" --json
be L-007
run 'show the title' 0 show HK-1/20
has 'safe' 'evil\x1b[2Jtitle'
run 'show the note' 0 show HK-1/21
raw 'safe, on two lines' "$out"
has 'the first' 'Note        one'
has 'the second' '            two \u{202e} three'
be S-014
printf 'bad \377 text' >latin
run 'a note that is not UTF-8' 10 deposit HK-1 in/empty --again --note "@$work/latin"
err_has 'is named' 'the text for --note is not UTF-8'
run 'a name for a message' 1 deposit HK-1 in/empty "in/$(printf 'no\033[31m\nsuch')" --again
raw 'the message is safe' "$err"
err_has 'and shows what is there' 'in/no\x1b[31m\nsuch'
