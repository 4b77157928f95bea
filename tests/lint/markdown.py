#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Markdown: lines of at most 100 columns, fences that are closed, links and pictures that lead somewhere (docs/STYLE.md).

A line is exempt only for a URL that is longer than that by itself."""
import os
import re
import sys

WIDTH = 100
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`[^`]*`")
URL = re.compile(r"https?://\S{60,}")


def pages():
    for where, folders, names in os.walk("."):
        folders[:] = [f for f in folders if f not in ("node_modules", ".git") and not f.startswith("build")]
        for name in sorted(names):
            if name.endswith(".md"):
                yield os.path.relpath(os.path.join(where, name))


def anchor(heading):
    """As the usual readers of Markdown make it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(path):
    with open(path, encoding="utf-8") as file:
        return {anchor(m.group(1)) for m in re.finditer(r"^#+ (.*)$", file.read(), re.M)}


def check_link(page, link):
    if re.match(r"[a-z]+:", link):
        return None
    path, _, part = link.partition("#")
    there = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
    if not os.path.exists(there):
        return "leads to %s, which is not there" % there
    if part and part not in anchors(there):
        return "leads to #%s, which is no heading of %s" % (part, there)
    return None


def check(page):
    bad, fenced = [], 0
    with open(page, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for number, line in enumerate(lines, 1):
        wide = len(line.expandtabs(8))
        if wide > WIDTH and not URL.search(line):
            bad.append("%s:%d: %d columns" % (page, number, wide))
        if line.rstrip() != line:
            bad.append("%s:%d: blanks at the end" % (page, number))
        if line.lstrip().startswith("```"):
            fenced = 0 if fenced else number
        if fenced:
            continue
        for link in LINK.findall(CODE.sub("", line)):
            what = check_link(page, link)
            if what:
                bad.append("%s:%d: %s" % (page, number, what))
    if fenced:
        bad.append("%s:%d: what is opened here is not closed" % (page, fenced))
    return bad


def main():
    found = list(pages())
    bad = [line for page in found for line in check(page)]
    if len(found) < 5:
        bad.append("only %d pages were found" % len(found))
    print("%sok Markdown: columns, fences and links of %d pages" % ("not " if bad else "", len(found)))
    print("\n".join(bad[:30]), end="\n" if bad else "")
    return bool(bad)


sys.exit(main())
