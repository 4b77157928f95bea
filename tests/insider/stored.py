#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stored bytes, changed: `stored.py AMANA VAULT [CASES]`.

Each case copies the vault, changes one stored file, and asks both programs, `amana verify --bytes`
and docs/verify/verify.py, whether all is well. They must answer alike, and neither may fail in
another way. The seed is the commit's, and is printed; $AMANA_SEED names another."""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VERIFY = os.path.join(HERE, "..", "..", "docs", "verify", "verify.py")


def seed_of():
    if "AMANA_SEED" in os.environ:
        return int(os.environ["AMANA_SEED"])
    said = subprocess.run(["git", "-C", HERE, "rev-parse", "--short=7", "HEAD"],
                          capture_output=True, text=True, check=False).stdout.strip()
    return int(said or "0", 16)


def files_of(vault):
    found = []
    for folder, _, names in os.walk(vault):
        found += [os.path.relpath(os.path.join(folder, name), vault) for name in names]
    return sorted(found)


def rewrite(path, data):
    os.chmod(os.path.dirname(path), 0o755)
    os.remove(path)
    with open(path, "wb") as file:
        file.write(data)


def flip(rng, path, _others):
    data = bytearray(open(path, "rb").read())
    at = rng.randrange(len(data))
    data[at] ^= 1 << rng.randrange(8)
    rewrite(path, bytes(data))


def cut(rng, path, _others):
    data = open(path, "rb").read()
    rewrite(path, data[:rng.randrange(len(data))])


def lengthen(rng, path, _others):
    rewrite(path, open(path, "rb").read() + rng.randbytes(rng.randrange(1, 200)))


def empty(_rng, path, _others):
    rewrite(path, b"")


def missing(_rng, path, _others):
    os.remove(path)


def another(rng, path, others):
    rewrite(path, open(rng.choice(others), "rb").read())


def sparse(_rng, path, _others):
    rewrite(path, b"")
    os.truncate(path, 1 << 42)


def folder(_rng, path, _others):
    os.remove(path)
    os.mkdir(path)


def link(_rng, path, _others):
    os.rename(path, path + ".real")
    os.symlink(os.path.basename(path) + ".real", path)


def fifo(_rng, path, _others):
    os.remove(path)
    os.mkfifo(path)


CHANGES = (flip, flip, flip, cut, lengthen, empty, missing, another, sparse, folder, link, fifo)


def answers(amana, vault, home):
    """(what amana says, what verify.py says): True, False, or a text that says how it failed."""
    env = dict(os.environ, HOME=home, PYTHONDONTWRITEBYTECODE="1")
    ours = subprocess.run([amana, "-C", vault, "--json", "verify", "--bytes"], env=env,
                          capture_output=True, text=True, check=False, timeout=120)
    theirs = subprocess.run([sys.executable, VERIFY, vault, "--bytes", "--json"], env=env,
                            capture_output=True, text=True, check=False, timeout=120)
    said = []
    for run, good, bad in ((ours, (0,), (5, 3)), (theirs, (0,), (10,))):
        if run.returncode not in good + bad:
            said.append("exit %d: %s" % (run.returncode, (run.stderr or run.stdout)[-300:]))
        else:
            json.loads(run.stdout)
            said.append(run.returncode in good)
    return said


def main():
    amana, vault = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    seed = seed_of()
    rng = random.Random(seed)
    names = files_of(vault)
    failed = 0
    print("# seed %d, %d files" % (seed, len(names)))
    with tempfile.TemporaryDirectory() as work:
        whole = answers(amana, vault, work)
        print("%s both say that the vault is well" % ("ok" if whole == [True, True] else "not ok"))
        failed += whole != [True, True]
        for number in range(cases):
            copy = os.path.join(work, "vault")
            shutil.copytree(vault, copy)
            name, change = rng.choice(names), rng.choice(CHANGES)
            change(rng, os.path.join(copy, name), [os.path.join(vault, n) for n in names])
            ours, theirs = answers(amana, copy, work)
            if ours != theirs or not isinstance(ours, bool):
                failed += 1
                print("not ok case %d: %s of %s: amana %s, verify.py %s"
                      % (number, change.__name__, name, ours, theirs))
            shutil.rmtree(copy)
    print("%s %d changed files, judged alike by both" % ("not ok" if failed else "ok", cases))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
