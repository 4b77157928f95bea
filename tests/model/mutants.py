#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes one rule of vault/state at a time and sees whether a test notices.

mutants.py --check                every mutant can still be made; nothing is built
mutants.py --sample N             N of them, drawn from the list in an order of its own
mutants.py --long                 all of them (hours on a busy machine)
mutants.py --only TEXT            those whose file or rule has the text in it
With --build FOLDER and --vectors FOLDER what they make is kept for the next time.

A copy of the tree is built once, and again for each mutant.  It is killed by the first of these
that fails: model_explore, the unit tests of the state, the rule vectors.  Exit status 1: one that is
not in SURVIVORS lived.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from mutant_list import MUTANTS
from mutant_survivors import SURVIVORS

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
UNIT = ["state", "state_members", "state_vault", "state_proposals", "state_lapse", "state_acknowledge", "state_cases",
        "state_grants", "state_leads", "state_exhibits", "state_sheets", "state_destroy", "state_erase", "state_ring",
        "judge", "judge_notes", "judge_skip", "snapshot"]
MODEL = ["--states", "25", "--walks", "4"]


def path_of(mutant):
    """The mutant's file in vault/state."""
    name = {"": "state", "judge": "judge"}.get(mutant[0], "state_" + mutant[0])
    return os.path.join("vault", "state", name + ".c")


def mutated(text, mutant):
    """The file's text with the mutation; an error if it does not fit exactly once."""
    pattern = r"\s*".join(re.escape(word) for word in re.findall(r"\w+|[^\w\s]", mutant[2]))
    found = list(re.finditer(pattern, text))
    if len(found) != 1:
        sys.exit(f"{path_of(mutant)}: {mutant[1]}: found {len(found)} times: {mutant[2]}")
    return text[:found[0].start()] + mutant[3] + text[found[0].end():]


def check():
    """Every mutant can be made of the present tree."""
    for mutant in MUTANTS:
        with open(os.path.join(ROOT, path_of(mutant)), encoding="utf-8") as file:
            text = file.read()
        if mutated(text, mutant) == text:
            sys.exit(f"{mutant[1]}: changes nothing")


def run(command, **more):
    """True if it ends well, within two minutes."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=240,
                              check=False, **more).returncode == 0
    except subprocess.TimeoutExpired:
        return False


class Tree:
    """A copy of the tree, its build folder, and the vectors."""

    def __init__(self, build, vectors):
        self.source = os.path.join(build, "source")
        self.build = os.path.join(build, "build")
        self.vectors = vectors
        os.makedirs(self.source, exist_ok=True)
        names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        for name in names.decode().rstrip("\0").split("\0"):
            to, whence = os.path.join(self.source, name), os.path.join(ROOT, name)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            if os.path.islink(whence) or not os.path.isfile(whence):
                continue
            if not os.path.exists(to) or open(to, "rb").read() != open(whence, "rb").read():
                shutil.copy2(whence, to)
        if not os.path.exists(os.path.join(self.build, "build.ninja")):
            compiler = "ccache gcc" if shutil.which("ccache") else "gcc"
            subprocess.run(["meson", "setup", self.build, self.source, "-Doptimization=1", "-Ddebug=false"],
                           env={**os.environ, "CC": compiler}, stdout=subprocess.DEVNULL, check=True)
        if not os.path.isdir(vectors):
            subprocess.run([sys.executable, os.path.join(self.source, "tests", "insider", "rules.py"), "--write", vectors],
                           check=True)
        self.logs = self.read_vectors()

    def read_vectors(self):
        """All logs as one stream, and what the verdicts have to be."""
        stream, words = b"", []
        for name in sorted(os.listdir(self.vectors)):
            if name.endswith(".log"):
                with open(os.path.join(self.vectors, name), "rb") as file:
                    stream += file.read()
                with open(os.path.join(self.vectors, name[:-4] + ".expected"), encoding="ascii") as file:
                    words.append(file.read().split("\n")[:-1])
        return stream, words

    def ninja(self, targets):
        """True if they can be built."""
        return run(["nice", "ninja", "-C", self.build] + targets)

    def model_fails(self):
        """True if the explorer sees the mutation."""
        return not run(["nice", os.path.join(self.build, "tests", "model", "model_explore")] + MODEL)

    def unit_fails(self):
        """True if a unit test sees it."""
        folder = os.path.join(self.build, "tests", "unit")
        return any(not run(["nice", os.path.join(folder, "test_" + name)]) for name in UNIT)

    def vectors_fail(self):
        """True if a vector is judged otherwise."""
        stream, words = self.logs
        said = subprocess.run(["nice", os.path.join(self.build, "tests", "insider", "insider_replay")], input=stream,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if said.returncode != 0:
            return True
        logs = said.stdout.decode().split("\n.\n")
        return [verdicts(log) for log in logs[:len(words)]] != words

    def killer(self, kinds):
        """What kills the tree as it is now; None: it lives; "compiler": it cannot be built."""
        if not self.ninja(["tests/model/model_explore"]):
            return "compiler"
        if "model" in kinds and self.model_fails():
            return "model"
        if "unit" in kinds:
            self.ninja([f"tests/unit/test_{name}" for name in UNIT])
            if self.unit_fails():
                return "unit"
        if "vectors" in kinds:
            self.ninja(["tests/insider/insider_replay"])
            if self.vectors_fail():
                return "vectors"
        return None


def verdicts(log):
    """The verdicts of one log in the replay's answer, by slot."""
    slots = [line.split() for line in log.split("\n") if line.startswith("slot ")]
    return [words[2] for words in sorted(slots, key=lambda words: int(words[1]))]


def chosen(given):
    """The mutants that were asked for, each with its number."""
    numbered = list(enumerate(MUTANTS))
    if given.only:
        return [(i, m) for i, m in numbered if given.only in path_of(m) + " " + m[1]]
    if given.sample:
        step = 97  # prime, so that a small sample takes from every file
        return [numbered[(given.seed + i) * step % len(numbered)] for i in range(given.sample)]
    return numbered


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only")
    parser.add_argument("--kinds", default="model,unit,vectors")
    parser.add_argument("--build")
    parser.add_argument("--vectors")
    given = parser.parse_args()
    check()
    if given.check or not (given.long or given.sample or given.only):
        print(len(MUTANTS), "mutants")
        return
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(given.build or folder, given.vectors or os.path.join(folder, "vectors"))
        kinds = given.kinds.split(",")
        assert tree.killer(kinds) is None, "the tree itself fails"
        sys.exit(each(tree, chosen(given), kinds))


def each(tree, mutants, kinds):
    """Tries them; 1 if one lived that no sentence explains."""
    count, unknown = {}, 0
    for number, mutant in mutants:
        path, began = os.path.join(tree.source, path_of(mutant)), time.time()
        with open(path, encoding="utf-8") as file:
            text = file.read()
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(mutated(text, mutant))
            by = tree.killer(kinds)
        finally:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        count[by] = count.get(by, 0) + 1
        why = SURVIVORS.get(mutant[1])
        unknown += by is None and why is None
        print(f"{number:3} {by or 'LIVES':8} {time.time() - began:5.1f} s  {path_of(mutant)[12:]:20} {mutant[1]}",
              f" ({why})" if by is None and why else "", flush=True)
    print(", ".join(f"{by or 'alive'}: {n}" for by, n in sorted(count.items(), key=str)), "of", len(mutants))
    return 1 if unknown else 0


main()
