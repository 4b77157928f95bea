#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The office that every scenario starts from, made by the real program; and the program itself.

    office.py FOLDER     builds it: FOLDER/vault, FOLDER/people/CODE, FOLDER/notes.json

A-001 founded the vault. A-002 is an admin, and bought. L-001 leads HK-1, where R-001 and R-002 read
and S-001 has deposited; L-002 leads HK-2 with an exhibit. HK-9 is A-002's own case. U-001 is an
auditor and holds the audit ring. C-001 is a recovery card. A-002 enrolled R-002, X-001 and X-002;
the last two are his people. notes.json has everybody's opened identity, which a test may know.
"""
import hashlib
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[2]
sys.path.insert(0, str(HERE.parent))

import age  # noqa: E402
import encode  # noqa: E402
import writer  # noqa: E402

BUILD = pathlib.Path(os.environ.get("AMANA_BUILD", TOP / "build" / "test-release"))
WAIT = 60  # seconds for one command, at most
STATEMENT = b"Statement of V-003, who must never be named.\n"
LONG = b"".join(b"line %06d of the long statement\n" % i for i in range(3000))  # two blocks
OTHERS = b"What HK-2 is about.\n"
OWN = b"What the bought admin put into a case of his own.\n"


def amana(place, code, *args, words=None, wait=True, **env):
    """Runs amana unattended as this person, on a machine of that person's own.

    words: what was read out to that person, instead of the words of everybody's own card.
    wait=False gives the process.
    """
    from stage import Ran

    home = place / "people" / code
    base = {k: v for k, v in os.environ.items() if not k.startswith(("AMANA_", "XDG_"))}
    base |= {"HOME": str(home), "AMANA_VAULT": str(place / "vault"), "TZ": "UTC",
             "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    base["AMANA_FINGERPRINT"] = f"@{place}/fingerprints" if words is None else words
    for name in ("AMANA_LIBEXEC", "ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            base[name] = os.environ[name]
    base |= {k: str(v) for k, v in env.items()}
    secret = ["--passphrase", f"file:{home}/pass", "--new-passphrase", f"file:{home}/pass"]
    command = [str(BUILD / "cli" / "amana"), "--no-input", *secret, *map(str, args)]
    process = subprocess.Popen(command, cwd=home, env=base, stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace")
    if not wait:
        return process
    try:
        out, err = process.communicate(timeout=WAIT)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        return Ran(subprocess.CompletedProcess(command, 124, out, f"{err}\nkilled after {WAIT} s"))
    return Ran(subprocess.CompletedProcess(command, process.returncode, out, err))


def card_print(path):
    """A card's fingerprint."""
    return hashlib.sha256(b"".join(path.read_bytes().splitlines(True)[:4])).hexdigest()


def age_opens(path, passphrase):
    """An identity file as the real age opens it, at a terminal of its own."""
    reader, out = os.pipe()
    pid, fd = pty.fork()
    if pid == 0:
        os.dup2(out, 1)
        os.execvp("age", ["age", "-d", str(path)])
    os.close(out)
    seen = b""
    while b"assphrase" not in seen:
        seen += os.read(fd, 4096)
    time.sleep(0.05)  # it turns the echo off after asking
    os.write(fd, passphrase.encode() + b"\n")
    with os.fdopen(reader, "rb") as file:
        text = file.read().decode()
    try:
        while os.read(fd, 4096):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)
    os.close(fd)
    return text


class Builder:
    """Makes the office, and stops at the first thing that does not work."""

    def __init__(self, place):
        self.place = pathlib.Path(place).resolve()
        self.identities, self.cases = {}, {}
        (self.place / "people").mkdir(parents=True)

    def amana(self, code, *args):
        """Must succeed."""
        ran = amana(self.place, code, *args)
        if ran.exit != 0:
            sys.exit(f"not ok office: {code} {args}: exit {ran.exit}\n{ran.out}{ran.err}")
        return ran

    def person(self, code):
        """An identity, for which scrypt costs nothing."""
        home = self.place / "people" / code
        folder = home / ".local/share/amana/identities"
        folder.mkdir(parents=True, mode=0o700)
        (home / "pass").write_text(f"passphrase of {code}, and of nobody else\n")
        make = [BUILD / "tests" / "cli" / "make_identity", folder / f"{code}.age",
                home / f"{code}.card", code, f"passphrase of {code}, and of nobody else"]
        subprocess.run(make, check=True)
        text = age_opens(folder / f"{code}.age", f"passphrase of {code}, and of nobody else")
        self.identities[code] = text
        with open(self.place / "fingerprints", "a", encoding="ascii") as file:
            file.write(card_print(home / f"{code}.card") + "\n")

    def enrol(self, by, code, *roles):
        """Adds a person, who joins by the welcome."""
        self.person(code)
        card = self.place / "people" / code / f"{code}.card"
        options = [x for role in roles for x in ("--role", role)]
        welcome = card.with_suffix(".welcome")
        self.amana(by, "--yes", "member", "add", card, "--fingerprint", card_print(card), "-o",
                   welcome, *options)
        self.amana(code, "join", welcome)

    def case(self, by, code, lead=None):
        """Opens a case."""
        who = ("--lead", lead) if lead else ()
        ran = self.amana(by, "--json", "case", "open", code, *who, "--title", f"Title of {code}")
        self.cases[code] = re.sub("^id:", "", ran.json["id"])
        if lead:
            self.amana(lead, "case", "list")

    def deposit(self, by, case, name, data):
        """Deposits one file."""
        path = self.place / "people" / by / name
        path.write_bytes(data)
        self.amana(by, "--yes", "deposit", case, path, "--source", f"source of {name}")

    def rings(self):
        """The secrets of all rings, oldest first, as somebody who had everybody's keys has them."""
        members = [writer.open_identity(text) for text in self.identities.values()]
        secrets = {}
        for path in sorted((self.place / "vault" / "objects").rglob("*")):
            if not path.is_file() or path.stat().st_size > 20000:
                continue
            data = path.read_bytes()
            for member in members:
                try:
                    text = age.unseal(member.secret, data).decode("utf-8", "replace")
                except ValueError:
                    continue
                take_ring(text, secrets)
                break
        return {ring: [known[k] for k in sorted(known)] for ring, known in secrets.items()}


def take_ring(text, secrets):
    """Adds what a key file holds to secrets[ring][epoch]."""
    if not text.startswith("# amana/ring"):
        return
    head = text.splitlines()[2].split()
    ring, epoch = ("audit" if head[1] == "audit" else head[2]), None
    for line in text.splitlines():
        if line.startswith("# epoch "):
            epoch = int(line[8:])
        if line.startswith("AGE-SECRET-KEY-1"):
            secrets.setdefault(ring, {})[epoch] = encode.bech32_bytes(line).hex()


def build(place):
    """The whole office."""
    made = Builder(place)
    made.person("A-001")
    made.amana("A-001", "init")
    made.enrol("A-001", "A-002", "admin")
    for code in ("L-001", "L-002", "R-001", "S-001"):
        made.enrol("A-001", code)
    made.enrol("A-001", "U-001", "auditor")
    is_old = "AMANA_SCENARIOS_OLD" in os.environ  # programs of before had no command for cards
    if not is_old:
        made.enrol("A-001", "C-001", "recovery")
    for code in ("R-002", "X-001", "X-002"):
        made.enrol("A-002", code)
    made.case("A-001", "HK-1", "L-001")
    made.case("A-001", "HK-2", "L-002")
    made.case("A-002", "HK-9")
    for code, kind in (("R-001", "reader"), ("R-002", "reader"), ("S-001", "depositor")):
        made.amana("L-001", "--yes", "case", "grant", "HK-1", code, "--as", kind)
    made.deposit("S-001", "HK-1", "statement.txt", STATEMENT)
    made.deposit("S-001", "HK-1", "long.txt", LONG)
    made.deposit("L-002", "HK-2", "others.txt", OTHERS)
    made.deposit("A-002", "HK-9", "own.txt", OWN)
    made.amana("R-001", "list", "HK-1")
    for code in made.identities:
        made.amana(code, "status")
    if is_old:
        made.person("C-001")
    notes = {"identities": made.identities, "cases": made.cases, "rings": made.rings()}
    (made.place / "notes.json").write_text(json.dumps(notes, indent=1))


if __name__ == "__main__":
    build(sys.argv[1])
