#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is cited exists (docs/STYLE.md "Documentation").

 - a rule, section or heading of a page of docs/ that code, tests, man pages or other pages cite;
 - a file that a page names;
 - a paragraph of docs/DESIGN.md for every module, and a place in docs/CLI.md for every command;
 - an address in SECURITY.md; and the pictures are those that docs/draw.py draws now."""
import os
import re
import subprocess
import sys

PAGES = {name: ("docs/" if name in ("CLI", "DESIGN", "FORMAT", "RECOVERY", "STYLE") else "") + name + ".md"
         for name in ("CLI", "CONTRIBUTING", "DESIGN", "FORMAT", "NEWS", "README", "RECOVERY", "SECURITY", "STYLE")}
TREES = ("vault", "cli", "fuse", "shared", "include", "tests", "man", "docs", "debian", "bench")
KINDS = (".c", ".h", ".sh", ".py", ".md", ".go", ".mjs", ".build", ".1", ".5", ".7")
PAGE = r"(?:docs/)?(%s)\.md`?" % "|".join(PAGES)
LINKED = PAGE + r"(?:\]\([^)]*\))?"
LIST = r"(\d+(?:\.\d+)?(?:(?:, | and | to | or )\d+(?:\.\d+)?)*)"
NUMBERED = re.compile(LINKED + r",? (section|rule)s? " + LIST)
QUOTED = re.compile(LINKED + r',?(?: under)? "([^"]+)"')
BARE = re.compile(r"\b([Ss]ection|[Rr]ule)s? " + LIST)
ELSEWHERE = re.compile(r"(RFC|FIPS|C2SP|SP 800|BIP|PURBs|SPEC|standard)[^.]{0,60}$|ons of this (page|document)")
SOURCE = re.compile(r"(?<![\w/.<*-])((?:[\w-]+/)*[a-z0-9][a-z_0-9]*\.(?:c|h|py|sh))\b(?![\w/-]|\.\w)")
FILE = re.compile(r"(?<![\w/.-])((?:vault|cli|fuse|shared|include|tests|man|docs|bench|debian)/[\w./*-]*\w)")


def flat(text):
    """One line of it, without the marks that begin the lines of a comment, and where in the text each character stood."""
    out, places, at = [], [], 0
    for line in text.split("\n"):
        body = re.sub(r'^\s*(?:\*/|/?\*+|#|//|>|\.\\")?\s*', "", line)
        start = at + len(line) - len(body)
        out.append(body + " ")
        places += range(start, start + len(body) + 1)
        at += len(line) + 1
    return "".join(out), places


class Page:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.text = file.read()
        headings = re.findall(r"^(#+) (.*)$", self.text, re.M)
        self.sections = {m.group(1) for _, h in headings for m in [re.match(r"(\d+(?:\.\d+)*)\.? ", h)] if m}
        self.names = {re.sub(r"^\d+(\.\d+)*\.? ", "", h).lower() for _, h in headings}
        # Terms that a list or a table explains: "- CASE: ...", "- **Rings** ...", "| error | ...".
        self.names |= {m.strip("*`").lower() for m in re.findall(r"^\s*[-*] ((?:\*\*)?[\w` -]+?(?:\*\*)?)(?::|\*\*)", self.text, re.M)}
        self.rules = set()
        for part in re.split(r"^#+ ", self.text, flags=re.M)[1:]:
            if re.match(r"Rules\n|\d+\. Judging", part):
                self.rules |= set(re.findall(r"^(\d+)\. ", part.split("\n", 1)[1], re.M))


def numbers(text):
    found = re.findall(r"\d+(?:\.\d+)?", text)
    if " to " in text and len(found) == 2 and "." not in "".join(found):
        found = [str(n) for n in range(int(found[0]), int(found[1]) + 1)]
    return found


def has(page, kind, number):
    return number in (page.rules if kind.lower() == "rule" else page.sections)


def cited(path, text, pages):
    one, places = flat(text)
    bad = []

    def tell(match, what):
        at = places[match.start()] if match.start() < len(places) else 0
        bad.append("%s:%d: %s" % (path, text.count("\n", 0, at) + 1, what))

    taken = []
    for match in NUMBERED.finditer(one):
        taken.append(match.span())
        name, kind, listed = match.groups()
        for number in numbers(listed):
            if not has(pages[name], kind, number):
                tell(match, "%s has no %s %s" % (PAGES[name], kind, number))
    for match in QUOTED.finditer(one):
        name, heading = match.groups()
        if heading.lower() not in pages[name].names:
            tell(match, '%s has no "%s"' % (PAGES[name], heading))
    own = next((p for n, p in pages.items() if PAGES[n] == path), None)
    for match in BARE.finditer(one):
        if any(a <= match.start() < b for a, b in taken) or ELSEWHERE.search(one[:match.start()][-90:]):
            continue
        for number in numbers(match.group(2)):
            homes = [own] if own and (own.sections or own.rules) else [pages["FORMAT"], pages["DESIGN"]]
            if match.group(1).lower() == "rule":
                homes = [pages["DESIGN"], pages["FORMAT"]]
            if not any(has(home, match.group(1), number) for home in homes):
                tell(match, "there is no %s %s" % (match.group(1).lower(), number))
    return bad


def sources():
    """The names of all files of code, alone and with each of the folders that they stand in: buf.h, base/buf.h, vault/base/buf.h."""
    names = set()
    for tree in TREES:
        for where, _, found in os.walk(tree):
            for name in found:
                parts = os.path.join(where, name).split(os.sep)
                names |= {"/".join(parts[i:]) for i in range(len(parts))}
    return names | {"quickstart.sh"}


COMMENT = re.compile(r"/\*.*?\*/", re.S)
HEADERS = re.compile(r"^(sys|linux|openssl|fuse3|fuse_lowlevel|systemd|stdio|string|errno|unistd|magic|archive|curl|seccomp|sodium|jansson|sqlite3)\b")
EXAMPLES = re.compile(r"NAME|NN-|history|shelf|store_s3|^util\.c$|\.\.\.")  # what stands for something, or is still to come


def files_named(path, text, there):
    """The files that a page names and that are not there."""
    bad = []
    for match in list(FILE.finditer(text)) + list(SOURCE.finditer(text)):
        name = match.group(1)
        if EXAMPLES.search(name) or HEADERS.search(name) or "*" in name or os.path.exists(name) or name in there:
            continue
        if not os.path.exists(os.path.join(os.path.dirname(path), name)):
            bad.append("%s:%d: there is no %s" % (path, text.count("\n", 0, match.start()) + 1, name))
    return sorted(set(bad))


def files_in_comments(path, text, there):
    """The files that a comment in C names and that are not there."""
    bad = []
    for comment in COMMENT.finditer(text):
        for match in SOURCE.finditer(comment.group(0)):
            name = match.group(1)
            if name not in there and not EXAMPLES.search(name) and not HEADERS.search(name):
                at = comment.start() + match.start()
                bad.append("%s:%d: there is no %s" % (path, text.count("\n", 0, at) + 1, name))
    return bad


def modules_without_paragraph(design):
    modules = design.text.split("\n## 10. Modules", 1)[-1].split("\n## 11.", 1)[0]
    with open("vault/store/meson.build", encoding="utf-8") as file:
        backends = {"store_" + name for name in re.findall(r"'(\w+)'", "".join(re.findall(r"^store_backends = (.*)", file.read(), re.M)))}
    parts = {}
    for part in re.split(r"^### ", modules, flags=re.M)[1:]:
        title, _, body = part.partition("\n")
        parts[title.strip()] = body
    bad = []
    for tree in ("vault", "shared", "fuse", "cli"):
        for where, _, names in os.walk(tree):
            stems = sorted({n.rsplit(".", 1)[0] for n in names if n.endswith((".c", ".h"))})
            body = parts.get(where)
            if stems and body is None:
                bad.append("docs/DESIGN.md has no paragraph on %s/" % where)
                continue
            for stem in stems:
                # Commands and backends of stores are listed in a table, and each says itself what it is.
                if (where == "cli" and stem.startswith("cmd_")) or (where == "vault/store" and stem in backends):
                    continue
                if not re.search(r"\*\*%s\*\*|(?<![\w/])%s\.[ch]\b" % (stem, stem), body):
                    bad.append("docs/DESIGN.md does not name %s in its paragraph on %s/" % (stem, where))
    return bad


def commands_without_contract(cli):
    now = cli.text  # with what joins later: its names are fixed
    names = []
    for where, _, found in os.walk("cli"):
        for name in found:
            if name.startswith("cmd_") and name.endswith(".c"):
                with open(os.path.join(where, name), encoding="utf-8") as file:
                    names += re.findall(r'^\t\.name = "([a-z ]+)"', file.read(), re.M)
    bad = [] if len(names) > 30 else ["only %d commands were found in cli/" % len(names)]
    for name in names:
        group, _, verb = name.partition(" ")
        line = r"\bamana %s\b.*(?:\n {10,}.*)*" % group
        if not any(not verb or re.search(r"\b%s\b" % verb, m) for m in re.findall(line, now)):
            bad.append("docs/CLI.md does not have amana %s" % name)
    return bad


def texts():
    for page in PAGES.values():
        yield page
    for tree in TREES:
        for where, folders, names in os.walk(tree):
            folders[:] = [f for f in folders if f not in ("vectors", "corpus", "node_modules")]
            for name in sorted(names):
                path = os.path.join(where, name)
                if name.endswith(KINDS) and path not in PAGES.values() and not path.startswith("tests/lint/planted"):
                    yield path


def main():
    status = 0

    def result(name, bad):
        nonlocal status
        print("%sok %s" % ("not " if bad else "", name))
        print("\n".join(bad[:40]), end="\n" if bad else "")
        status |= bool(bad)

    pages = {name: Page(path) for name, path in PAGES.items()}
    broken, missing, n, there = [], [], 0, sources()
    for path in texts():
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        n += 1
        broken += cited(path, text, pages)
        if path.endswith(".md"):
            missing += files_named(path, text, there)
        elif path.endswith((".c", ".h")):
            missing += files_in_comments(path, text, there)
    if len(pages["DESIGN"].rules) < 7 or len(pages["FORMAT"].sections) < 12 or n < 300:
        broken.append("the numbered rules and sections, or the files that cite them, were not found")
    result("every rule, section and heading that is cited exists", broken)
    result("every file that a page or a comment names exists", missing)
    result("every module has its paragraph", modules_without_paragraph(pages["DESIGN"]))
    result("every command has its place in docs/CLI.md", commands_without_contract(pages["CLI"]))
    result("SECURITY.md has an address",
           [] if re.search(r"Write to \*\*[\w.-]+@[\w.-]+\*\*", pages["SECURITY"].text) else ["SECURITY.md: no address"])
    drawn = subprocess.run([sys.executable, "docs/draw.py", "--check"], capture_output=True, text=True, check=False)
    result("the pictures are what docs/draw.py draws",
           (drawn.stdout + drawn.stderr).strip().split("\n") if drawn.returncode else [])
    return status


sys.exit(main())
