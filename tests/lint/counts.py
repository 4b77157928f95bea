#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No message can say "1 files": a number that is printed before a noun in the plural goes through text_count() or human_count().

Read from the formats in the source.  A limit ("at most 3 roles", "longer than 16384 bytes") is never one, and what err_bug() says
is for whoever mends the program."""
import os
import re
import sys

TREES = ("vault", "cli", "fuse", "shared")
NOUNS = ("acts attempts batches bundles bytes cases characters checks days entries epochs exhibits files folders heads identities items "
         "keys leads leaves lines links members mounts names objects places people persons programs recipients seconds sheets "
         "signatures slots strikes symlinks times words").split()
# One string of the source: its parts, and the macros between them that are conversions.
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"(?:\s*(?:PRI\w+|JSON_INTEGER_FORMAT)?\s*"(?:\\.|[^"\\\n])*")*')
MACRO = re.compile(r'"\s*(?:PRI\w+|JSON_INTEGER_FORMAT)\s*"')
COUNT = re.compile(r"%(?:zu|llu|lu|u|lld|ld|d|n)(?: [a-z]+)? (?:" + "|".join(NOUNS) + r")\b")
RANGE = re.compile(r"\b(?:" + "|".join(NOUNS) + r") %(?:zu|u|d|n) to %")
LIMIT = re.compile(r"at most|more than|longer than|larger than|over the limit|can have|than the %|allowed|not 1")
BUG = re.compile(r"err_bug\(\s*(?:err|[a-z_>-]+),\s*$")


def main():
    bad = []
    for tree in TREES:
        for folder, _, names in os.walk(tree):
            for name in sorted(names):
                if not name.endswith((".c", ".h")):
                    continue
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), file.read(), flags=re.S)
                for match in STRING.finditer(text):
                    words = re.sub(r'"\s*"', "", MACRO.sub("n", match[0]))
                    found = COUNT.search(words) or RANGE.search(words)
                    if found and not LIMIT.search(words) and not BUG.search(text[:match.start()]):
                        bad.append("%s:%d: %s" % (path, text.count("\n", 0, match.start()) + 1, found[0]))
    print("%s no number before a plural that may be one" % ("not ok" if bad else "ok"))
    for line in bad:
        print(line)
    return bool(bad)


sys.exit(main())
