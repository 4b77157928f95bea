#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The rows of list, search and show are written as text, not by a JSON library: whatever is in them, they read as one document and are
# spelled like the rest of it, in ASCII, without spaces, \u00E9 in capitals.
. "$(dirname "$0")/lib.sh"
office
cat >make.py <<'EOT'
import json, os
every = bytes(range(1, 0x80)).replace(b"/", b"")
names = [
    every,
    "\x7f\u0080\u009f\u07ff\u0800\u202e\ufffd\uffff".encode(),
    "\U00010000\U0001f4a9\U0010ffff".encode(),
    b"\xe9\xff \xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xf0\x9f\x92 \xe2\x80",
    "half \u7530".encode()[:-1],
    b'"', b"\\", b"\\u0041", b'","name":"', b"{}[]",
]
os.mkdir("in")
for i, name in enumerate(names):
    open(b"in/" + name, "wb").write(b"%d" % i)
json.dump({"k\u00e9y \U0001f4a9\x7f": ["\x7f\x01\x1f", -1, 1.5, None, True, {}, []]}, open("facts", "w"))
open("title", "wb").write("\u00e9 \"quoted\" \\ \x7f\x01 \U0001f4a9".encode())
EOT
python3 make.py
cat >check.py <<'EOT'
# check.py DOCUMENT FOLDER...: is it spelled as it must be, and does it hold the names of these folders?
import base64, codecs, json, os, re, sys
codecs.register_error("each", lambda e: ("\ufffd" * (e.end - e.start), e.end))
raw = open(sys.argv[1], "rb").read()
doc = json.loads(raw)
text = json.dumps(doc, separators=(",", ":")).replace("\x7f", "\\u007f")
text = re.sub(r"((?:^|[^\\])(?:\\\\)*)((?:\\u[0-9a-f]{4})+)",
              lambda m: m[1] + re.sub("u[0-9a-f]{4}", lambda u: "u" + u[0][1:].upper() if u[0] != "u007f" else u[0], m[2]),
              text)
assert raw == text.encode() + b"\n", (raw[:400], text[:400])
wanted = sorted(b"/".join(p.split(b"/")) for d in sys.argv[2:] for p in (os.path.join(d.encode(), n) for n in os.listdir(d.encode())))
seen = []
for one in doc["exhibits"]:
    name = base64.b64decode(one["name_b64"]) if "name_b64" in one else one["name"].encode()
    assert one["name"] == name.decode("utf-8", "each"), one
    assert ("name_b64" in one) == (b"\xef\xbf\xbd" in one["name"].encode() and "\ufffd" not in name.decode("utf-8", "ignore")), one
    assert list(one)[:4] == ["exhibit", "id", "number", "name"], list(one)
    seen.append(name)
assert len(sys.argv) == 2 or sorted(seen) == wanted, (seen, wanted)
EOT
run 'deposit' 0 deposit HK-1 in --json
be L-007
run 'list' 0 list HK-1 --json
is 'every name, every byte' python3 "$work/check.py" "$out" in
same 'a line' "$(wc -l <"$out")" 1
json 'jq reads it, too' '.exhibits | length' 10
same 'members in their order' "$(jq -r '.exhibits[0] | keys_unsorted | join(" ")' "$out")" \
	'exhibit id number name type title size sha256 deposited by disposed held'
json 'times' '[.exhibits[].deposited | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")] | all' true
run 'search' 0 search quoted --json
json 'finds nothing yet' '.exhibits | length' 0
same 'and is a document' "$(cat "$out")" '{"schema":1,"exhibits":[]}'

# what a person wrote
printf hello >plain
be S-014
run 'with a title and facts' 0 deposit HK-1 plain --title "@$work/title" --note "@$work/title" --facts facts --received 2025-03-01
be L-007
run 'search' 0 search quoted --json
is 'spelled so' python3 "$work/check.py" "$out"
json 'what matched' '.exhibits[0] | .exhibit + " " + .match' 'HK-1/11 title,note'
is 'the title' python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["exhibits"][0]["title"] == open("title").read()' "$out"
run 'show' 0 show HK-1/11 --json
is 'spelled so, too' python3 "$work/check.py" "$out"
is 'the facts' python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["exhibits"][0]["facts"] == json.load(open("facts"))' "$out"
json 'when it was received' '.exhibits[0].received' '2025-03-01T20:59:59Z'
run 'show one with nothing' 0 show HK-1/1 --json
json 'null' '.exhibits[0] | [.title, .note, .received, .facts] | map(. == null) | all' true

# no time, no case, nobody
run 'no such case' 3 list HK-9 --json
is 'one document' python3 "$work/check.py" "$out"
same 'rows, then the error' "$(jq -r 'keys_unsorted | join(" ")' "$out")" 'schema exhibits error'
be A-001
run 'no grant' 3 list HK-1 --json
same 'the same' "$(jq -r 'keys_unsorted | join(" ")' "$out")" 'schema exhibits error'
json 'no rows' '.exhibits | length' 0
be S-014
run 'a depositor sees own names' 0 list HK-1 --json
is 'all of them' sh -c 'jq -e ".exhibits | length == 11 and all(.name != null)" "$1"' sh "$out"
be L-007
"$amana" --no-input --passphrase "file:$HOME/pass" list HK-1 --json >/dev/full 2>"$err"
same 'a full disk is an error' "$?" 6
