#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What tests/vectors/vault-1 has to hold, read with tests/insider alone.

    check_vault.py VECTOR open FOLDER     each person's identity, opened by age: FOLDER/CODE
    check_vault.py VECTOR stream          the log as one string of bytes, for insider_replay
    check_vault.py VECTOR all FOLDER      which actions, lines and members of docs/FORMAT.md are
                                          not there, one a line; FOLDER as `open` left it
"""
import json
import pathlib
import re
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "insider"), str(HERE.parent / "insider" / "scenarios")]

import age  # noqa: E402
import encode  # noqa: E402
import sealing  # noqa: E402
import writer  # noqa: E402
from office import age_opens  # noqa: E402

PAGE = (TOP / "docs" / "FORMAT.md").read_text()
SECRET = re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}")
KINDS = ("content", "about", "source", "custody", "reason")
# It would end format 1: it is proposed, and refused.
ONLY_PROPOSED = {"format"}
WORDS = ("recipient key roles role policy lead epoch as to until case ring hold propose proposal "
         "answer bundle blank sheet-was strike lost leaf batch kind skip restored format object "
         "line sheet private").split()
VALUES = ["until -", "case -", "epoch -", "hold set", "hold release", "answer yes", "answer no",
          "policy two-person on", "policy disclosure two-person", "policy break-glass on",
          "policy break-glass off", "policy grant-days ", "role +", "role -", "kind rfc3161",
          "kind checkpoint", *(f"as {kind}" for kind in
                               "lead reader depositor standby recovery auditor".split()),
          *(f"roles {roles}" for roles in ("-", "admin", "auditor", "recovery"))]
VALUES += [f"propose {act}" for act in "enrol role revoke policy format hold dispose erase lost "
           "restored".split()]
MEMBERS = {
    "content": "size sha256 blocks media_type",
    "about": "name name_b64 type title description",
    "about on a case": "title protect retention facts",
    "source": "source received modified facts derived_from packet",
    "custody": "event tool device clock occurred_at details",
    "reason": "text"}


def actions():
    """The first column of the table of actions."""
    table = PAGE.split("| action | subject | own lines, in this order |", 1)[1].split("\n\n", 1)[0]
    return {word for row in re.findall(r"^\| (`.*?) \|", table, re.M)
            for word in re.findall(r"`([a-z-]+)`", row)}


def entries(vault):
    """The entries of valid slots, as lines; a slot that is none has none."""
    found = []
    for data in writer.read_store(str(vault))[1:]:
        try:
            found += [e.decode().split("\n")[:-1] for e in writer.split_slot(data)[1]]
        except (ValueError, IndexError):
            continue
    return found


def opened(vault, folder):
    """All lines that the keys of these people open, by way of everything that they open."""
    sealed = {path.name: path.read_bytes() for path in (vault / "objects").rglob("*")
              if path.is_file() and path.stat().st_size < 20000}
    for path in (vault / "lines").rglob("*"):
        if path.is_file():
            sealed.update((encode.name_of(x), x) for x in sealing.split_bundle(path.read_bytes()))
    texts = [path.read_bytes() for path in sorted(folder.iterdir())]
    fresh = {x for text in texts for x in SECRET.findall(text)}
    keys, lines = set(), []
    while fresh:
        keys |= fresh
        found = set()
        for name in list(sealed):
            for key in fresh:
                try:
                    plain = age.unseal(encode.bech32_bytes(key.decode()), sealed[name])
                except (ValueError, IndexError):
                    continue
                del sealed[name]
                found |= set(SECRET.findall(plain))
                lines += [json.loads(x[2:]) for x in plain.split(b"\n") if x.startswith(b"# {")]
                break
        fresh = found - keys
    return lines


def missing(vault, folder):
    """What is not there."""
    told = entries(vault)
    have = {lines[4] for lines in told}
    yield from (f"action {x}" for x in sorted(actions() - have - ONLY_PROPOSED))
    own = [line for lines in told for line in lines[7:]]
    yield from (f"line {x}" for x in WORDS if not any(o.startswith(x + " ") for o in own))
    yield from (f"value {x}" for x in VALUES if not any(o == x or o.startswith(x) and
                                                        x[-1] in " +-" for o in own))
    yield from (f"line {x}" for x in KINDS if not any(o.startswith(f"line {x} ") for o in own))
    subjects = {re.sub("[0-9a-f]{32}", "ID", lines[5]).split("-")[0] for lines in told}
    for subject in ("exhibit ID", "case ID", "grant ID", "grant audit", "member", "vault"):
        if not any(x.startswith(subject) for x in subjects):
            yield f"subject {subject}"
    lines = opened(vault, folder)
    for kind, members in MEMBERS.items():
        those = [x for x in lines if x["kind"] == kind.split()[0]
                 and (kind != "about on a case" or x["exhibit"] == "-")]
        for member in members.split():
            if not any(member in x for x in those):
                yield f"member {member} of {kind}"


def main():
    """See above."""
    vector, what = pathlib.Path(sys.argv[1]), sys.argv[2]
    if what == "open":
        folder = pathlib.Path(sys.argv[3])
        folder.mkdir(exist_ok=True)
        for row in (vector / "passphrases").read_text().splitlines():
            code, words = row.split(" ", 1)
            (folder / code).write_text(age_opens(vector / "identities" / f"{code}.age", words))
    elif what == "stream":
        slots = writer.read_store(str(vector / "vault"))
        parts = [struct.pack(">I", len(slots))]
        for data in slots:
            parts += [struct.pack(">I", writer.MISSING if data is None else len(data)), data or b""]
        sys.stdout.buffer.write(b"".join(parts))
    else:
        for text in missing(vector / "vault", pathlib.Path(sys.argv[3])):
            print(text)


if __name__ == "__main__":
    main()
