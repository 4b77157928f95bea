#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every function that another file can call has a comment in front of it (docs/STYLE.md "Documentation").

Read from the headers, which are formatted.  A function is covered by a comment right above it, by one on its own lines, or by
the comment of the functions above it when no blank line stands between: then that comment speaks of the group.  Where the
comment at a header's head says that the contracts are those of include/amana, flow_x is covered by the amana_x that stands
there."""
import os
import re
import sys

TREES = ("vault", "shared", "fuse", "cli", "include")
HEAD = re.compile(r"contract(?: in|: see)\s+(?:\* )?(?:include/)?amana")
NAME = re.compile(r"(?:^|[\s*])([a-z_][a-z0-9_]*)\(")
PUBLIC = re.compile(r"\bamana_([a-z0-9_]+)\(")


def items(text):
    """What stands at a header's file level: (kind, line, text), kind one of comment, blank, code."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line, start = lines[at], at
        stripped = line.strip()
        if not stripped:
            yield "blank", start, ""
        elif stripped.startswith("/*"):
            while "*/" not in lines[at]:
                at += 1
            kind = "comment" if lines[at].rstrip().endswith("*/") else "code"
            yield kind, start, "\n".join(lines[start:at + 1])
        elif stripped.startswith("//"):
            yield "comment", start, line
        elif stripped.startswith("#"):
            while lines[at].rstrip().endswith("\\"):
                at += 1
            yield "macro", start, "\n".join(lines[start:at + 1])
        else:
            depth, statement = 0, []
            while at < len(lines):
                bare = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", lines[at])
                statement.append(lines[at])
                depth += bare.count("{") - bare.count("}")
                if "/*" in bare:  # a comment that goes on in the next lines
                    while "*/" not in lines[at]:
                        at += 1
                        statement.append(lines[at])
                if depth <= 0 and re.search(r"[;}]\s*$", bare.split("/*")[0]):
                    break
                at += 1
            yield "code", start, "\n".join(statement)
        at += 1


def function_of(code):
    """The name that a prototype, or a function in a header, declares; None for anything else."""
    bare = re.sub(r"/\*.*?\*/", "", code, flags=re.S).strip()
    bare = re.sub(r"__attribute__\(\(.*?\)\)", "", bare)
    if re.match(r"(struct|enum|union)\s+\w+\s*\{", bare) or bare.startswith(("DEFINE_", "typedef", "extern const", "}")):
        return None
    head = bare.split("{", 1)[0].split("=", 1)[0]
    match = NAME.search(head.split("(*", 1)[0] if "(*" in head.split("(", 1)[0] + "(" else head)
    return match.group(1) if match and "(" in head else None


def check(path, public):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    bad, n = [], 0
    contract = HEAD.search(text[:1500])
    covered = False
    for kind, line, code in items(text):
        if kind == "blank":
            covered = False
        elif kind == "comment":
            covered = "----" not in code and "SPDX" not in code  # a ruler says what comes, not what it does
        elif kind == "code":
            name = function_of(code)
            if name is None:
                continue
            n += 1
            own = "/*" in code
            verb = name.removeprefix("flow_")
            named = contract and any(p == verb or p.startswith(verb + "_") or p.endswith("_" + verb) for p in public)
            if not (covered or own or named):
                bad.append("%s:%d: %s has no comment" % (path, line + 1, name))
    return bad, n


def main():
    public = set()
    for where, _, names in os.walk("include"):
        for name in names:
            with open(os.path.join(where, name), encoding="utf-8") as file:
                public |= set(PUBLIC.findall(file.read()))
    bad, n = [], 0
    for tree in TREES:
        for where, _, names in os.walk(tree):
            for name in sorted(names):
                if name.endswith(".h"):
                    found, more = check(os.path.join(where, name), public)
                    bad += found
                    n += more
    if n < 500:
        bad.append("only %d functions were found in headers" % n)
    print("%sok blocks: %d functions of headers, each with its comment" % ("not " if bad else "", n))
    print("\n".join(bad[:400]), end="\n" if bad else "")
    return bool(bad)


sys.exit(main())
