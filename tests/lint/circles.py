#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No two files call each other, directly or by way of others (docs/STYLE.md "Layers").

A file uses another if a name that the other defines for all stands in its code.  Read from the source, which is formatted:
the name of a function stands at the beginning of a line, its return type on the line before.  Names that a macro pastes
together are spelled out."""
import os
import re
import sys

TREES = ("vault", "cli", "fuse", "shared")
COMMENTS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
FUNCTION = re.compile(r"^(?!static)([^\n#/{};()]*)\n([a-z_][a-z0-9_]*)\(", re.M)
OBJECT = re.compile(r"^(?!static|extern|return|struct [a-z_0-9]+ \{)[a-z_][a-z0-9_ *]*?\b([a-z_][a-z0-9_]*)(?:\[[^\]]*\])* = ", re.M)
# const struct row *(*const rows[])(void) = {: an object that points to functions.
POINTER = re.compile(r"^(?!static|extern|typedef)[a-z_][a-z0-9_ *]*\(\*\s*(?:const\s+)?([a-z_][a-z0-9_]*)(?:\[[^\]]*\])*\)\([^\n]*\) = ", re.M)
TAGS = re.compile(r"\b(?:struct|enum|union)\s+[a-z_0-9]+")
WORD = re.compile(r"(?<![.\w])(?<!->)[a-z_][a-z0-9_]*")
MACRO = re.compile(r"^#\s*define (\w+)\(([^)]*)\)((?:[^\n]*\\\n)*[^\n]*)", re.M)
PASTED = re.compile(r"(\w*)##(\w+)")


def macros_of(text):
    """Names of macros that make names: {macro: [(prefix, place of the argument)]}."""
    found = {}
    for name, parameters, body in MACRO.findall(text):
        places = [p.strip() for p in parameters.split(",")]
        for prefix, parameter in PASTED.findall(body):
            if parameter in places:
                found.setdefault(name, []).append((prefix, places.index(parameter)))
    return found


def spell_out(text, macros):
    """The names that the macros make in this file, behind its text."""
    made = []
    for name, parts in macros.items():
        for arguments in re.findall(r"\b%s\(([^()]*)\)" % name, text):
            given = [a.strip() for a in arguments.split(",")]
            made += [prefix + given[place] for prefix, place in parts if place < len(given)]
    return text + "\n" + " ".join(made)


def read(tree):
    code, defined, macros = {}, {}, {}
    for folder, _, files in os.walk(tree):
        for name in files:
            if not name.endswith((".c", ".h")):
                continue
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as file:
                text = COMMENTS.sub(" ", file.read())
            macros.update(macros_of(text))
            if not name.endswith(".c"):
                continue
            code[path] = text
            for match in FUNCTION.finditer(code[path]):
                if not match.group(1).startswith("static"):
                    defined.setdefault(match.group(2), set()).add(path)
            for match in list(OBJECT.finditer(code[path])) + list(POINTER.finditer(code[path])):
                defined.setdefault(match.group(1), set()).add(path)
    for path in code:
        code[path] = TAGS.sub(" ", spell_out(code[path], macros))
    return code, defined


def uses(code, defined):
    graph = {path: {} for path in code}
    for path, text in code.items():
        for word in set(WORD.findall(text)):
            where = defined.get(word, ())
            if path in where:
                continue
            for other in where:
                graph[path].setdefault(other, set()).add(word)
    return graph


def circles(graph):
    """Tarjan's strongly connected components with more than one file."""
    order, low, stack, found = {}, {}, [], []

    def visit(path):
        order[path] = low[path] = len(order)
        stack.append(path)
        for other in graph[path]:
            if other not in order:
                visit(other)
                low[path] = min(low[path], low[other])
            elif other in stack:
                low[path] = min(low[path], order[other])
        if low[path] == order[path]:
            part = []
            while not part or part[-1] != path:
                part.append(stack.pop())
            if len(part) > 1:
                found.append(sorted(part))

    sys.setrecursionlimit(10000)
    for path in sorted(graph):
        if path not in order:
            visit(path)
    return found


def main():
    bad = False
    for tree in TREES:
        code, defined = read(tree)
        if not code or not defined:
            print("not ok circles %s: no file, or no function, was found" % tree)
            bad = True
            continue
        graph = uses(code, defined)
        found = circles(graph)
        print("%s circles: none in %s" % ("not ok" if found else "ok", tree), flush=True)
        for part in found:
            bad = True
            for path in part:
                for other in sorted(graph[path]):
                    if other in part:
                        print("  %s -> %s: %s" % (path, other, " ".join(sorted(graph[path][other]))))
    return bad


if __name__ == "__main__":
    sys.exit(main())
