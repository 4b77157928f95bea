# SPDX-License-Identifier: Apache-2.0
"""The vectors of FORMAT.md's rules: --list, --text for tests/vectors/rules.txt, --write FOLDER.

A line of rules.txt is NAME VERDICT HEAD RULE: VERDICT is that of the last slot, HEAD the SHA-256
of its bytes, so that the file says at once when a vector has become another one.
"""
import argparse
import os

import rules_age  # noqa: F401  (each module lists its vectors when it is read)
import rules_always  # noqa: F401
import rules_cases  # noqa: F401
import rules_corners  # noqa: F401
import rules_destroy  # noqa: F401
import rules_evidence  # noqa: F401
import rules_grammar  # noqa: F401
import rules_grants  # noqa: F401
import rules_limits  # noqa: F401
import rules_log  # noqa: F401
import rules_members  # noqa: F401
import rules_pairs  # noqa: F401
import rules_pairs_2  # noqa: F401
import rules_skip  # noqa: F401
import rules_two  # noqa: F401
import rules_values  # noqa: F401
from situations import VECTORS
from writer import NOT_JUDGED, VALID


def names_are_unique():
    """Two vectors of one name would overwrite each other."""
    names = [v.name for v in VECTORS]
    twice = sorted({n for n in names if names.count(n) > 1})
    assert not twice, twice


def expected(vector, log):
    """The verdicts of all slots: the vector's for the last, the writer's word for the others."""
    said = [slot.verdict for slot in log.slots]
    assert vector.verdict in (said[-1], NOT_JUDGED) or said[-1] == VALID
    return said[:-1] + [vector.verdict]


def each(only=()):
    """Pairs of a vector and its log, built one after the other; only those that begin so."""
    for vector in VECTORS:
        if not only or vector.name.startswith(tuple(only)):
            yield vector, vector.log()


def write(folder, only=()):
    """Writes NAME.log, the stream, and NAME.expected, a verdict for each slot."""
    os.makedirs(folder, exist_ok=True)
    for vector, log in each(only):
        with open(os.path.join(folder, vector.name + ".log"), "wb") as file:
            file.write(log.stream())
        with open(os.path.join(folder, vector.name + ".expected"), "w", encoding="ascii") as file:
            file.write("".join(verdict + "\n" for verdict in expected(vector, log)))


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="names, verdicts and rules")
    parser.add_argument("--text", action="store_true", help="what tests/vectors/rules.txt holds")
    parser.add_argument("--write", metavar="FOLDER", help="each as FOLDER/NAME.log")
    parser.add_argument("names", nargs="*", help="only these, with --write or --text")
    given = parser.parse_args()
    names_are_unique()
    if given.list:
        for vector in VECTORS:
            print(vector.name, vector.verdict, vector.rule)
    if given.text:
        for vector, log in each(given.names):
            print(vector.name, vector.verdict, log.head, vector.rule)
    if given.write:
        write(given.write, given.names)


if __name__ == "__main__":
    main()
