# SPDX-License-Identifier: Apache-2.0
"""A judge that is not part of the writer: another program that was written from FORMAT.md.

`python3 judge.py --judge docs/verify/verify.py` compares its verdict of every slot of every vector
with what the vector says, and prints where the two differ.
"""
import argparse
import importlib.util
import os
import sys

from writer import REFUSED

DEFAULT = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "verify", "verify.py")


class Judge:
    """The verdicts of a module that has a class Vault, as docs/verify/verify.py has."""

    def __init__(self, path=DEFAULT):
        spec = importlib.util.spec_from_file_location("amana_judge", path)
        self.module = importlib.util.module_from_spec(spec)
        sys.modules["amana_judge"] = self.module  # its dataclasses look themselves up there
        spec.loader.exec_module(self.module)

    def open(self, genesis):
        """A vault in memory that has judged slot 0 alone."""
        return self.module.Vault(genesis)

    def verdicts(self, slots):
        """The verdict of each slot, or "refused" alone where slot 0 is none; and a reason."""
        try:
            vault = self.open(slots[0])
        except self.module.Malformed as reason:
            return [REFUSED], str(reason)
        why = ""
        for data in slots[1:]:
            why = vault.judge(data)[1]
        said = dict(line.split()[1:3] for line in vault.dump().splitlines()
                    if line.startswith("slot "))
        return [said[str(i)] for i in range(len(slots))], why


def compare(judge, names):
    """Prints each vector (or each of these) that the judge sees otherwise; gives their number."""
    import rules  # here, because random_acts.py needs the judge without the vectors

    bad = 0
    for vector, log in rules.each(names):
        wanted = rules.expected(vector, log)
        try:
            found, why = judge.verdicts([slot.data for slot in log.slots])
        except Exception as error:  # a judge that breaks down has been beaten, too
            found, why = ["broken"], repr(error)
        if found != wanted:
            bad += 1
            place = next((i for i, pair in enumerate(zip(wanted, found)) if pair[0] != pair[1]), 0)
            print(f"{vector.name} ({vector.rule}): slot {place} of {len(wanted) - 1}: "
                  f"wanted {wanted[place]}, found {found[place]}: {why}")
    return bad


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judge", default=DEFAULT, metavar="FILE")
    parser.add_argument("names", nargs="*", help="only vectors whose names begin so")
    given = parser.parse_args()
    bad = compare(Judge(given.judge), tuple(given.names))
    print(f"{bad} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
