#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""50-void.sh: each batch of tests/reject/batch that is void is put at the end of a log, and the walk of CONTRIBUTING.md is
gone: verify names signer and reason, the reason's words are found in vault/state or vault/custody as they stand there, and the
function that has them is named by the action's row, if the reason speaks of an entry that the state does not allow."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
AMANA, WORK = sys.argv[1:3]
ACTION = re.compile(r"^entry \d+, [a-z-]+: ")
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"(?:\s*"((?:[^"\\\n]|\\.)*)")?')
FUNCTION = re.compile(r"^([a-z_][a-z0-9_]*)\(", re.M)
DIRECTIVE = re.compile(r'%[-#0-9.*]*(?:ll|l|z|h)?[a-zA-Z]|%" ?PRI[a-z0-9]+ ?"')


def sentences():
    """Every text of a refusal: (what it matches, file, the function that it stands in)."""
    found = []
    for path in sorted(glob.glob(TOP + "/vault/state/*.c") + glob.glob(TOP + "/vault/custody/*.c") + glob.glob(TOP + "/vault/crypto/note.c")):
        with open(path, encoding="utf-8") as file:
            text = re.sub(r'" ?PRI[a-z]+(\d*) ?"', "d", file.read())
        text = re.sub(r'"\s*\n\s*"', "", text)
        starts = [(m.start(), m.group(1)) for m in FUNCTION.finditer(text)]
        for match in STRING.finditer(text):
            words = match.group(1)
            if len(words) < 8 or " " not in words:
                continue
            pattern = "".join(".+" if DIRECTIVE.fullmatch(p) else re.escape(p) for p in re.split("(%s)" % DIRECTIVE.pattern, words))
            inside = [name for at, name in starts if at < match.start()]
            found.append((re.compile(pattern + "$"), len(re.sub(DIRECTIVE, "", words)), os.path.relpath(path, TOP),
                          inside[-1] if inside else ""))
    return found


def verify(vault):
    home = os.path.join(WORK, "home")
    os.makedirs(home, exist_ok=True)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "AMANA_"))}
    done = subprocess.run([AMANA, "-C", vault, "--no-input", "--json", "verify"], env=dict(env, HOME=home), capture_output=True, check=False)
    return json.loads(done.stdout)


def main():
    known = sentences()
    with open(TOP + "/vault/state/state_rules.c", encoding="utf-8") as file:
        rows = file.read()
    vault = os.path.join(WORK, "vault")
    shutil.copytree(TOP + "/tests/vectors/base-log", vault)
    slots = sorted(glob.glob(vault + "/log/*/*/*/*"))
    last = os.path.join(os.path.dirname(slots[-1]), "%03d" % (len(slots) + 1))
    bad, where, n = [], {}, 0
    for path in sorted(glob.glob(TOP + "/tests/reject/batch/*.void")):
        if os.path.exists(last):
            os.remove(last)
        shutil.copy(path, last)
        n += 1
        name = os.path.basename(path)
        told = [c["detail"] for c in verify(vault)["checks"] if c["result"] == "void"]
        words = next((d.split(" counts for nothing: ", 1)[1] for d in told if "signed by" in d and " counts for nothing: " in d), None)
        if words is None:
            bad.append("%s: verify does not say why: %s" % (name, told))
            continue
        reason = ACTION.sub("", words)
        # The rarest words: the sentence with the most that is no directive.
        matches = sorted((s for s in known if s[0].search(reason)), key=lambda s: -s[1])
        if not matches:
            bad.append("%s: '%s' is not in the source as it stands" % (name, reason))
            continue
        _, _, file, function = matches[0]
        where.setdefault((file, function), []).append(name)
    print("%sok verify says why each of %d void batches counts for nothing, in words that the source has" % (
        "not " if bad or n < 50 else "", n))
    print("\n".join(bad), end="\n" if bad else "")
    files = {file for file, _ in where}
    strange = sorted(f for f in files if not f.startswith(("vault/state/", "vault/custody/")))
    print("%sok all of them stand in vault/state or vault/custody" % ("not " if strange else ""))
    print("\n".join(strange), end="\n" if strange else "")
    # Of the functions that refuse an act, most are a row's own; the others are called by one.
    groups = [f for f, _ in where if re.search(r"state_(acts|cases|exhibits|members|vault|who)\.c$", f)]
    unnamed = sorted({"%s: %s" % (f, g) for f, g in where if f in groups and g.startswith(("state_check_", "state_who_"))
                      and not re.search(r"\b%s\b|\bBOTH\(%s\)" % (g, g.replace("state_check_", "")), rows)})
    print("%sok the functions of vault/state that refuse are named by the rows of state_rules.c" % ("not " if unnamed or not groups else ""))
    print("\n".join(unnamed), end="\n" if unnamed else "")
    return bool(bad or strange or unnamed or n < 50 or not groups)


sys.exit(main())
