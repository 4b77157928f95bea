#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes one rule of vault/state at a time and sees whether a test notices.

mutants.py --check                every mutant can still be made; nothing is built
mutants.py --sample N             N of them: others whenever vault/state is another
mutants.py --long                 all of them (hours on a busy machine)
mutants.py --range A-B            those with these numbers, so that two can share the work
mutants.py --only TEXT            those whose file or rule has the text in it
With --build FOLDER and --vectors FOLDER what they make is kept for the next time.

The tree is built once; for each mutant, one file of vault/state.  It is killed by the first of
these that fails: model_explore, the unit tests of the state, the replay of the rule vectors.  Exit status 1: one that is
not in SURVIVORS lived.
"""
import argparse
import hashlib
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
        "judge", "judge_notes", "judge_skip"]
SMALL = ["--states", "1", "--walks", "1"]
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
    """True if it ends well; what hangs does not."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300,
                              check=False, **more).returncode == 0
    except subprocess.TimeoutExpired:
        return False


class Tree:
    """The tree, built once with vault/state as a shared library that mutants replace."""

    def __init__(self, folder, vectors):
        self.build = os.path.join(folder, "build")
        self.programs = os.path.join(folder, "programs")
        os.makedirs(self.programs, exist_ok=True)
        if not os.path.exists(os.path.join(self.build, "build.ninja")):
            compiler = "ccache gcc" if shutil.which("ccache") else "gcc"
            subprocess.run(["meson", "setup", self.build, ROOT, "-Doptimization=1", "-Ddebug=false",
                            "-Dc_args=-fvisibility=default"],
                           env={**os.environ, "CC": compiler}, stdout=subprocess.DEVNULL, check=True)
        targets = ["tests/model/model_explore", "tests/insider/insider_replay"] + ["tests/unit/test_" + u for u in UNIT]
        subprocess.run(["ninja", "-C", self.build] + targets, stdout=subprocess.DEVNULL, check=True)
        self.compile = {}
        for line in self.commands("vault/state/libstate.a"):
            found = re.search(r" -o (vault/state/libstate\.a\.p/\w+\.c\.o) -c (\S+)$", line)
            if found:
                source = os.path.normpath(os.path.join(self.build, found[2]))
                self.compile[os.path.relpath(source, ROOT)] = (line, found[1])
        self.link_library({})
        for target in targets:
            self.link_program(target)
        self.logs, self.reference = b"", b""
        if vectors is not None:
            self.logs = read_vectors(vectors)
            self.reference = self.replay()

    def commands(self, target):
        """The commands that make the target."""
        said = subprocess.run(["ninja", "-C", self.build, "-t", "commands", target], stdout=subprocess.PIPE, check=True)
        return said.stdout.decode().split("\n")[:-1]

    def shell(self, command):
        """True if the command ends well in the build folder."""
        return run(command, shell=True, cwd=self.build)

    def link_library(self, instead):
        """False if it cannot be linked; instead: objects in place of those of the same name."""
        objects = " ".join(instead.get(obj, obj) for _, obj in self.compile.values())
        return self.shell(f"gcc -shared -o {self.programs}/libstate.so {objects}")

    def link_program(self, target):
        """Links it with the shared library, and with all of what that needs."""
        name = os.path.basename(target)
        whole = ("-rdynamic -Wl,--whole-archive vault/custody/libcustody.a vault/crypto/libvaultcrypto.a "
                 f"vault/base/libbase.a -Wl,--no-whole-archive {self.programs}/libstate.so -Wl,-rpath,{self.programs}")
        line = [c for c in self.commands(target) if f" -o {target} " in c][0]
        line = line.replace(f" -o {target} ", f" -o {self.programs}/{name} ").replace("-Wl,--no-undefined", "")
        line = line.replace("vault/state/libstate.a", whole)
        assert self.shell(line), line

    def mutate(self, path, text):
        """False if the file with this text cannot be built; else the library is made with it."""
        line, obj = self.compile[path]
        new = os.path.join(self.programs, "mutant.o")
        fresh = os.path.join(self.programs, "mutant.c")
        with open(fresh, "w", encoding="utf-8") as file:
            file.write(text)
        line = line.replace("ccache ", "").replace(f" -o {obj} ", f" -o {new} ").replace("-MD ", "")
        line = re.sub(r"-M[QF] \S+", "", line)
        line = re.sub(r" -c \S+$", f" -c {fresh}", line)
        return self.shell(line) and self.link_library({obj: new})

    def program(self, name, *args):
        """True if it says that all is well."""
        return run([os.path.join(self.programs, name)] + list(args))

    def replay(self):
        """What insider_replay says of all vectors: every verdict, and the state after the last slot."""
        return subprocess.run([os.path.join(self.programs, "insider_replay")], input=self.logs, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False).stdout

    def units_fail(self, path):
        """True if a unit test sees it; those of the file's own name come first."""
        word = os.path.basename(path).replace("state_", "").replace(".c", "")
        near = {"destroy": "erase", "names": "sheets", "who": "grants", "rules": "lapse", "line": "leads",
                "past": "grants", "files": "ring", "query": "ring", "vault": "acknowledge"}.get(word, word)
        order = sorted(UNIT, key=lambda name: (word not in name, near not in name))
        return not all(self.program("test_" + name) for name in order)

    def killers(self, path, kinds, all_of_them):
        """What kills the library as it is now: the first, or all."""
        found = []
        if "model" in kinds and not self.program("model_explore", *SMALL):
            found.append("model")
        if "unit" in kinds and (all_of_them or not found) and self.units_fail(path):
            found.append("unit")
        if "model" in kinds and (all_of_them or not found) and not self.program("model_explore", *MODEL):
            found = sorted(set(found + ["model"]))
        if "vectors" in kinds and (all_of_them or not found):
            if self.replay() != self.reference:
                found.append("vectors")
        return found


def read_vectors(folder):
    """All logs as one stream; they are written if they are not there."""
    logs = []
    if not os.path.isdir(folder):
        rules = os.path.join(ROOT, "tests", "insider", "rules.py")
        subprocess.run([sys.executable, rules, "--write", folder], check=True)
    for name in sorted(os.listdir(folder)):
        if name.endswith(".log"):
            with open(os.path.join(folder, name), "rb") as file:
                logs.append(file.read())
    return b"".join(logs)


def seed_of_tree():
    """A number that changes with the rules, so that each change of them is met by another sample."""
    seen = hashlib.sha256()
    for path in sorted({path_of(mutant) for mutant in MUTANTS}):
        with open(os.path.join(ROOT, path), "rb") as file:
            seen.update(file.read())
    return int.from_bytes(seen.digest()[:4], "big")


def chosen(given):
    """The mutants that were asked for, each with its number."""
    numbered = list(enumerate(MUTANTS))
    if given.only:
        return [(i, m) for i, m in numbered if given.only in path_of(m) + " " + m[1]]
    if given.range:
        first, last = given.range.split("-")
        return numbered[int(first):int(last) + 1]
    if given.sample:
        step = 97  # prime, so that a small sample takes from every file
        return [numbered[(seed_of_tree() + i) * step % len(numbered)] for i in range(given.sample)]
    return numbered


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--only")
    parser.add_argument("--range")
    parser.add_argument("--trust", action="store_true", help="do not try first whether the tree itself passes")
    parser.add_argument("--all", action="store_true", help="name all that kill it, not the first only")
    parser.add_argument("--kinds", default="model,unit,vectors")
    parser.add_argument("--build")
    parser.add_argument("--vectors")
    given = parser.parse_args()
    check()
    if given.check or not (given.long or given.sample or given.only or given.range):
        print(len(MUTANTS), "mutants")
        return
    with tempfile.TemporaryDirectory() as folder:
        kinds = given.kinds.split(",")
        tree = Tree(given.build or folder,
                    (given.vectors or os.path.join(folder, "vectors")) if "vectors" in kinds else None)
        assert given.trust or not tree.killers("", ["model", "unit"], True), "the tree itself fails"
        sys.exit(each(tree, chosen(given), kinds, given.all))


def each(tree, mutants, kinds, all_of_them):
    """Tries them; 1 if one lived that no sentence explains."""
    count, unknown = {}, 0
    for number, mutant in mutants:
        began = time.time()
        with open(os.path.join(ROOT, path_of(mutant)), encoding="utf-8") as file:
            text = mutated(file.read(), mutant)
        built = tree.mutate(path_of(mutant), text)
        by = ",".join(tree.killers(path_of(mutant), kinds, all_of_them)) if built else "compiler"
        count[by] = count.get(by, 0) + 1
        why = SURVIVORS.get(mutant[1])
        unknown += by == "" and why is None
        print(f"{number:3} {by or 'LIVES':8} {time.time() - began:5.1f} s  {path_of(mutant)[12:]:20} {mutant[1]}"
              + (f"  ({why})" if by == "" and why else ""), flush=True)
    print(", ".join(f"{by or 'alive'}: {n}" for by, n in sorted(count.items())), "of", len(mutants))
    return 1 if unknown else 0


main()
