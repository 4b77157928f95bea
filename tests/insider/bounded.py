#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One file of a small store is not what it was: `bounded.py [CASES]`, all of them without a number.

Each case copies the office of the scenarios, puts something in the place of one stored file (nothing,
a hole of 15 TiB, or the file that another vault has there), and runs the commands that look at a
store. Each must end within a second of the time that it takes on the office as it is, measured beside
it, and never by a signal; `verify --bytes` must name the file. The seed is the commit's, and is
printed; $AMANA_SEED names another."""
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "scenarios")]

import office  # noqa: E402
from stored import files_of, seed_of  # noqa: E402

OTHER = HERE.parent / "vectors" / "vault-1" / "vault"
HOLE = 15 << 40
SLACK = 1.0  # seconds
TRIES = 3    # of a command that took too long, for other programs run beside it
COMMANDS = (
    ("R-001", "status"), ("R-001", "list"), ("R-001", "list", "HK-1"), ("R-001", "show", "HK-1/1"),
    ("R-001", "custody", "HK-1"), ("R-001", "retrieve", "HK-1", "-o", "out", "--reason", "r"),
    ("R-001", "verify"), ("R-001", "verify", "--bytes"), ("L-001", "verify", "HK-1", "--contents"),
    ("U-001", "verify", "--contents"), ("U-001", "log", "show"), ("L-001", "case", "show", "HK-1"),
    ("L-001", "case", "list"), ("A-001", "member", "list"), ("A-001", "policy"),
    ("A-001", "approve", "list"), ("S-001", "deposit", "HK-1", "new", "--source", "s"),
    ("L-001", "case", "grant", "HK-1", "X-001", "--as", "reader"),
    ("A-001", "case", "open", "HK-7"), ("A-001", "log", "publish", "-o", "head"),
    ("R-001", "id", "list"),
)


def empty(path, _name):
    path.write_bytes(b"")


def hole(path, _name):
    path.write_bytes(b"")
    os.truncate(path, HOLE)


def foreign(path, name):
    """What the other vault has under this name; of another name, where it has none such."""
    there = OTHER / name
    if not there.is_file():
        same = [x for x in files_of(OTHER) if x.split("/")[0] == name.split("/")[0]]
        there = OTHER / random.Random(name).choice(same or files_of(OTHER))
    path.write_bytes(there.read_bytes())


def copied(made, to):
    shutil.copytree(made, to, symlinks=True)
    (to / "people" / "S-001" / "new").write_bytes(b"deposited after that\n")
    return to


def run(place, command):
    """What it did, and the seconds that it took."""
    shutil.rmtree(place / "people" / command[0] / "out", ignore_errors=True)
    began = time.monotonic()
    ran = office.amana(place, command[0], "--yes", *command[1:])
    return ran, time.monotonic() - began


class Bounded:
    """The cases, and what came of them."""

    def __init__(self, made, top):
        self.made, self.top, self.n, self.failed = made, top, 0, 0

    def fail(self, what, ran):
        self.failed += 1
        print(f"not ok bounded: {what}")
        for line in (ran.out + ran.err).splitlines()[-8:]:
            print(f"  | {line}")

    def slow(self, make, forgets, command):
        """None, or by how much the command is slower there than on the office as it is."""
        over = None
        for _ in range(TRIES):
            normal = copied(self.made, self.top / "normal")
            broken = make(copied(self.made, self.top / "again"))
            if forgets:
                forget(normal), forget(broken)
            over = run(broken, command)[1] - run(normal, command)[1]
            shutil.rmtree(normal)
            shutil.rmtree(broken)
            if over <= SLACK:
                return None
        return over

    def case(self, name, change, forgets, usual):
        """One file, one change, every command; from a fresh copy each, as some of them write."""
        def make(place):
            path = place / "vault" / name
            os.chmod(path.parent, 0o755)
            path.unlink()
            change(path, name)
            return place

        what = f"{change.__name__} {name}{', and nothing remembered' if forgets else ''}"
        for command in COMMANDS:
            self.n += 1
            place = make(copied(self.made, self.top / "now"))
            if forgets:
                forget(place)
            ran, seconds = run(place, command)
            shutil.rmtree(place)
            told = f"{what}: {' '.join(command)}"
            if ran.exit not in range(0, 32):
                self.fail(f"{told} (exit {ran.exit})", ran)
            elif seconds > usual[command] + SLACK:
                over = self.slow(make, forgets, command)
                if over is not None:
                    self.fail(f"{told} ({over:.1f} s more than it takes)", ran)
            elif command[1:] == ("verify", "--bytes") and not self.names(name, ran):
                self.fail(f"{told} does not name the file (exit {ran.exit})", ran)

    @staticmethod
    def names(name, ran):
        """A slot may be called by its number."""
        slot = name.startswith("log/") and f"batch {int(name.rsplit('/', 1)[1])}"
        return ran.exit == 5 and (name in ran.text or slot and slot in ran.text)


def forget(place):
    """What people's programs remember of the log; not whom they know."""
    for path in (place / "people").rglob("state"):
        path.unlink()


def main():
    top = pathlib.Path(tempfile.mkdtemp(prefix="amana-bounded."))
    try:
        made = pathlib.Path(os.environ.get("AMANA_OFFICE", top / "office"))
        if not made.exists():
            office.build(made)
        cases = [(name, change, forgets) for name in files_of(made / "vault")
                 for change in (empty, hole, foreign) for forgets in (False, True)]
        n = int(sys.argv[1]) if len(sys.argv) > 1 else len(cases)
        seed = seed_of()
        print(f"# seed {seed:x}, {n} of {len(cases)} cases")
        random.Random(seed).shuffle(cases)
        all_cases = Bounded(made, top)
        usual = {command: run(copied(made, top / f"u{i}"), command)[1]
                 for i, command in enumerate(COMMANDS)}
        for case in cases[:n]:
            all_cases.case(*case, usual)
        if not all_cases.failed:
            print(f"ok bounded: {n} files replaced, {all_cases.n} commands")
        return 1 if all_cases.failed else 0
    finally:
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
