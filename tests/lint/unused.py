#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What no program calls is not there, or docs/DESIGN.md "Kept for later" says what will (docs/STYLE.md "Shape").

A function is used if its name stands in code of vault/, cli/, fuse/ or shared/ anywhere but where it is declared and where it
is defined, or a macro makes it of its parts there."""
import os
import re
import sys

sys.dont_write_bytecode = True  # the folder of lints stays as it is
from circles import macros_of, spell_out

TREES = ("vault", "cli", "fuse", "shared")
COMMENTS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
FUNCTION = re.compile(r"^(?!static)[^\n#/{};()]*\n([a-z_][a-z0-9_]*)\(", re.M)
WORD = re.compile(r"[a-z_][a-z0-9_]*")
# The public functions are for other programs; fault points are in the tests' build only.
OTHERS = re.compile(r"^(amana_|fault_|main$)")
LIST = re.compile(r"^## [\d. ]*Kept for later\n(.*?)^## ", re.M | re.S)


def main():
    texts, macros = {}, {}
    for tree in TREES:
        for where, _, names in os.walk(tree):
            for name in names:
                if name.endswith((".c", ".h")):
                    path = os.path.join(where, name)
                    with open(path, encoding="utf-8") as file:
                        texts[path] = COMMENTS.sub(" ", file.read())
                    macros.update(macros_of(texts[path]))
    defined, counts = {}, {}
    for path, text in texts.items():
        if path.endswith(".c"):
            for found in FUNCTION.findall(text):
                defined.setdefault(found, path)
        for word in WORD.findall(spell_out(text, macros)):
            counts[word] = counts.get(word, 0) + 1
    with open("docs/DESIGN.md", encoding="utf-8") as file:
        kept = LIST.search(file.read())
    listed = set(re.findall(r"`([a-z0-9_]+)`", kept.group(1))) if kept else set()
    unused = {name for name in defined if counts[name] <= 2 and not OTHERS.search(name)}
    # Declared in a header and defined: two.  One more is a use.  Of two files that define the same, only one is built.
    bad = ["%s: nobody calls %s" % (defined[name], name) for name in sorted(unused - listed)]
    bad += ["docs/DESIGN.md keeps %s for later, %s" % (name, "which is used" if name in defined else "which is not there")
            for name in sorted(listed - unused)]
    if len(texts) < 200 or not kept:
        bad.append("the code, or the list of what is kept, was not found")
    print("%sok what nobody calls is kept for later, or not there" % ("not " if bad else ""))
    print("\n".join(bad), end="\n" if bad else "")
    return bool(bad)


sys.exit(main())
