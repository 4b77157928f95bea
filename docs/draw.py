#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the pictures of docs/: layers.svg from the includes of the code, deposit.svg from what stands below.

    python3 docs/draw.py            writes both
    python3 docs/draw.py --check    says which of them is not what would be drawn now

layers.svg has a line wherever a folder includes another, unless a folder between them does too.  A folder that is new, or an
include that no line can be drawn for without crossing a box, is an error here: give it a place in BOXES.  deposit.svg names
files, and each of them has to be there."""
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")

STYLE = """
  .ground { fill: #faf9f6; stroke: #e4e0d8 }
  .box { fill: #ffffff; stroke: #c3bdb0; stroke-width: 1.2 }
  .open { fill: #e9f1fb; stroke: #9db8d9 }
  .flow { fill: #edf5ea; stroke: #a9c79d }
  .plain { fill: #fdf1e4; stroke: #dcb587 }
  .sealed { fill: #e9f1fb; stroke: #9db8d9 }
  .line { stroke: #8b8f96; stroke-width: 1.4; fill: none }
  .head { fill: #8b8f96 }
  .cut { stroke: #b0493a; stroke-width: 1.4; stroke-dasharray: 5 4; fill: none }
  text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #22262c }
  .name { font-size: 16px; font-weight: 600 }
  .what { font-size: 13px; fill: #59616b }
  .more { font-size: 12px; fill: #8a5a12 }
  .file { font-size: 11.5px; fill: #77808a; font-family: ui-monospace, "DejaVu Sans Mono", monospace }
  .when { font-size: 13px; fill: #b0493a }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #14181f; stroke: #2a313b }
    .box { fill: #1d232c; stroke: #454e5a }
    .open { fill: #18283d; stroke: #3f5f86 }
    .flow { fill: #1a2a1c; stroke: #466a45 }
    .plain { fill: #322618; stroke: #7c5d33 }
    .sealed { fill: #18283d; stroke: #3f5f86 }
    .line { stroke: #7d8793 }
    .head { fill: #7d8793 }
    .cut { stroke: #e5897a }
    text { fill: #e6eaf0 }
    .what { fill: #a4adb8 }
    .more { fill: #dfae63 }
    .file { fill: #8d97a3 }
    .when { fill: #e5897a }
  }
"""


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Picture:
    def __init__(self, width, height, title, about):
        self.parts = [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" '
            'aria-labelledby="t d">' % (width, height, width, height),
            '<title id="t">%s</title>' % escape(title),
            '<desc id="d">%s</desc>' % escape(about),
            "<style>%s</style>" % STYLE,
            '<rect class="ground" x="0.5" y="0.5" width="%d" height="%d" rx="12"/>' % (width - 1, height - 1)]

    def box(self, x, y, w, h, kind):
        self.parts.append('<rect class="box %s" x="%g" y="%g" width="%g" height="%g" rx="7"/>' % (kind, x, y, w, h))

    def text(self, x, y, kind, text, anchor="middle"):
        self.parts.append('<text class="%s" x="%g" y="%g" text-anchor="%s">%s</text>' % (kind, x, y, anchor, escape(text)))

    def line(self, points, kind="line", head=True):
        way = " L ".join("%g %g" % point for point in points)
        self.parts.append('<path class="%s" d="M %s"/>' % (kind, way))
        if not head:
            return
        (x0, y0), (x, y) = points[-2:]
        if x0 == x:
            d = 7 if y > y0 else -7
            tip = (x - 4, y - d, x + 4, y - d)
        else:
            d = 7 if x > x0 else -7
            tip = (x - d, y - 4, x - d, y + 4)
        self.parts.append('<path class="head" d="M %g %g L %g %g L %g %g Z"/>' % ((x, y) + tip))

    def __str__(self):
        return "\n".join(self.parts) + "\n</svg>\n"


# ---- the layers ----

LEFT, RIGHT = 24, 936
COLUMN = [(24, 130)] + [(172 + i * 196, 176) for i in range(4)]  # of sandbox, and of the four beside it
FAMILIES = [(24, 190)] + [(228 + i * 144, 132) for i in range(5)]


def column(i, y, h=74):
    return COLUMN[i][0], y, COLUMN[i][1], h


def family(i, y, h=58):
    return FAMILIES[i][0], y, FAMILIES[i][1], h


# Folder: place, look, what it does.  The order of what stands beside each other is what keeps the lines from crossing.
BOXES = {
    "cli": ((24, 24, 341, 58), "open", "the program amana"),
    "shared": ((405, 24, 150, 58), "open", "what both need"),
    "fuse": ((595, 24, 341, 58), "open", "the program amana-mount"),
    "include/amana": ((24, 118, 912, 38), "open", "the public API, one header a noun"),
    "api": ((24, 166, 912, 44), "", "the functions of these headers"),
    "flow/deposit": (family(0, 248), "flow", "walk, seal, commit"),
    "flow/read": (family(1, 248), "flow", "list, retrieve"),
    "flow/mount": (family(2, 248), "flow", "a case as a folder"),
    "flow/verify": (family(3, 248), "flow", "every stored byte"),
    "flow/chain": (family(4, 248), "flow", "custody, as signed"),
    "flow/office": (family(5, 248), "flow", "people and cases"),
    "session": ((172, 344, 764, 44), "", "the person, rings, names, acts and records"),
    "log": (column(3, 426, 58), "", "the client: pin, copies"),
    "state": (column(3, 522, 58), "", "replay: who may do what"),
    "object": (column(4, 522, 58), "", "a file, sealed in one pass"),
    "sandbox": (column(0, 618), "", "foreign bytes"),
    "keys": (column(1, 618), "", "identities, rings, cards"),
    "catalog": (column(2, 618), "", "a sealed local cache"),
    "custody": (column(3, 618), "", "entries, lines, sheets"),
    "store": (column(4, 618), "", "put if absent, by name"),
    "crypto": ((172, 730, 764, 44), "", "age, notes, digests, secrets, words"),
    "base": ((24, 812, 912, 44), "", "errors, memory, files, queues, text"),
}
# Libraries by the headers that name them.
LIBRARIES = (("sodium", "libsodium"), ("openssl/", "libcrypto"), ("sqlite3", "SQLite"), ("jansson", "jansson"),
             ("magic.h", "libmagic"), ("seccomp", "seccomp"), ("keyutils", "keyutils"), ("fuse", "libfuse"),
             ("systemd/", "libsystemd"), ("curl/", "libcurl"), ("archive", "libarchive"))
INCLUDE = re.compile(r'^#include ([<"])([^>"]+)[>"]', re.M)


def folder_of(path):
    """vault/flow/deposit/walk.c -> flow/deposit; vault/base/buf.h -> base; cli/x.c -> cli."""
    parts = path.split("/")
    if parts[0] == "vault":
        parts = parts[1:]
    if parts[0] == "include":
        return "include/amana"
    return "/".join(parts[:2]) if parts[0] == "flow" else parts[0]


def read_includes():
    uses, libraries = {}, {}
    for tree in ("vault", "cli", "fuse", "shared", "include"):
        for where, _, names in os.walk(os.path.join(TOP, tree)):
            for name in names:
                if not name.endswith((".c", ".h")):
                    continue
                path = os.path.relpath(os.path.join(where, name), TOP)
                mine = folder_of(path)
                uses.setdefault(mine, set())
                with open(os.path.join(TOP, path), encoding="utf-8") as file:
                    found = INCLUDE.findall(file.read())
                for kind, header in found:
                    if kind == "<":
                        libraries.setdefault(mine, set()).update(
                            library for part, library in LIBRARIES if header.startswith(part))
                        continue
                    other = target(tree, path, header)
                    if other not in (mine, "include/amana") or (other == "include/amana" and tree in ("cli", "fuse", "shared")):
                        uses[mine].add(other)
    return uses, libraries


def target(tree, path, header):
    if header.startswith("amana/"):
        return "include/amana"
    if tree in ("cli", "fuse", "shared") and "/" not in header:
        there = os.path.exists(os.path.join(TOP, os.path.dirname(path), header))
        return tree if there else "shared"
    return folder_of("vault/" + header)


def reach(uses, start):
    seen, todo = set(), [start]
    while todo:
        for other in uses[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def nearest(uses):
    """The includes that no folder between makes already."""
    lines = []
    for mine in uses:
        far = set()
        for other in uses[mine]:
            far |= reach(uses, other)
        lines += [(mine, other) for other in uses[mine] if other not in far]
    return sorted(lines)


def blocked(boxes, x, top, bottom, ends):
    return any(name not in ends and bx - 6 < x < bx + w + 6 and by < bottom and by + h > top
               for name, ((bx, by, w, h), _, _) in boxes.items())


def way_down(mine, other):
    """A straight way from one box to another; or a way round through the gap beside the first; or None."""
    (ax, ay, aw, ah), (bx, by, bw, bh) = BOXES[mine][0], BOXES[other][0]
    if ay == by:  # beside each other
        y = ay + ah / 2
        return [(ax + aw, y), (bx, y)] if ax < bx else [(ax, y), (bx + bw, y)]
    if ay > by:
        return None
    left, right = max(ax, bx), min(ax + aw, bx + bw)
    middle = [ax + aw / 2, bx + bw / 2] if aw <= bw else [bx + bw / 2, ax + aw / 2]
    for x in middle + [(left + right) / 2]:
        if left + 8 <= x <= right - 8 and not blocked(BOXES, x, ay + ah, by, (mine, other)):
            return [(x, ay + ah), (x, by)]
    x, y, end = ax + aw + 10, ay + ah / 2, bx + 26
    turn = by - 19
    return None if end <= x else [(ax + aw, y), (x, y), (x, turn), (end, turn), (end, by)]


def draw_layers():
    uses, libraries = read_includes()
    strange = sorted(name for name in set(uses).union(*uses.values()) if name not in BOXES)
    if strange:
        sys.exit("draw.py: no place in the picture for %s: add it to BOXES" % ", ".join(strange))
    picture = Picture(960, 880, "The layers of Amana",
                      "Folders from the programs at the top down to base; each line says that the upper includes the lower.")
    for name, (place, kind, what) in BOXES.items():
        x, y, w, h = place
        picture.box(x, y, w, h, kind)
        given = ", ".join(sorted(libraries.get(name, ())))
        if h < 50:  # a wide, low one: all in one row
            picture.text(x + 20, y + h / 2 + 5, "name", name, "start")
            picture.text(x + w / 2, y + h / 2 + 5, "what", what)
            picture.text(x + w - 20, y + h / 2 + 5, "more", given, "end")
        else:
            step = y + (h - (54 if h > 70 else 36)) / 2 + 14
            picture.text(x + w / 2, step, "name", name)
            picture.text(x + w / 2, step + 20, "what", what + (": " + given if given and h <= 70 and w > 300 else ""))
            if h > 70 and given:
                picture.text(x + w / 2, step + 38, "more", given)
    for mine, other in nearest(uses):
        way = way_down(mine, other)
        if way is None:
            sys.exit("draw.py: %s includes %s, and no line can be drawn for it" % (mine, other))
        picture.line(way)
    return str(picture)


# ---- the way of a deposit ----

def step(picture, place, kind, name, lines, file=None):
    """A box with a name, what it is, and the file that does it."""
    x, y, w, h = place
    picture.box(x, y, w, h, kind)
    n = 1 + len(lines) + (file is not None)
    at = y + (h - 19 * n) / 2 + 15
    picture.text(x + w / 2, at, "name", name)
    for line in lines:
        at += 19
        picture.text(x + w / 2, at, "what", line)
    if file is not None:
        if not os.path.exists(os.path.join(TOP, "vault", file)):
            sys.exit("draw.py: deposit.svg names vault/%s, which is not there" % file)
        picture.text(x + w / 2, at + 19, "file", file)


def draw_deposit():
    picture = Picture(960, 626, "The way of a deposit",
                      "From a file's bytes to the receipt: where encryption happens, and what is durable when.")
    xs, w, h = (24, 258, 492, 726), 210, 98
    ys = (62, 200, 368, 520)
    for x, text in zip(xs, ("comes in", "in memory, in the open", "sealed or signed", "in the vault's folder")):
        picture.text(x + w / 2, 40, "what", text)
    step(picture, (xs[0], ys[0], w, h), "plain", "the file", ["read once, never written"], "flow/deposit/deposit_job.c")
    step(picture, (xs[1], ys[0], w, h), "plain", "blocks of 1 MiB", ["SHA-256 of the bytes,", "then zeros up to PADME"],
         "object/object_seal.c")
    step(picture, (xs[2], ys[0], w, h), "sealed", "an age file", ["encrypted here, in chunks", "of 64 KiB, to its own key"],
         "crypto/age_stream.c")
    step(picture, (xs[3], ys[0], w, h), "sealed", "objects/ab/ab12...", ["named by its SHA-256,", "not durable yet"],
         "store/store_dir.c")
    step(picture, (xs[0], ys[1], w, h), "plain", "title, source, note", ["given by the depositor;", "a new key for the exhibit"],
         "flow/deposit/deposit.c")
    step(picture, (xs[1], ys[1], w, h), "plain", "lines", ["size, digest, name, source;", "each with a random salt"],
         "custody/line_build.c")
    step(picture, (xs[2], ys[1], w, h), "sealed", "a sheet", ["lines and the exhibit's key,", "to the key of the case"],
         "custody/sheet.c")
    step(picture, (xs[3], ys[1], w, h), "sealed", "lines/cd/cd34...", ["the group's sheets: a bundle,", "not durable yet"],
         "custody/bundle.c")
    step(picture, (xs[1], ys[2], w, h), "", "entries", ["public: hashes of lines,", "sheet and object, no words"],
         "flow/deposit/deposit_group.c")
    step(picture, (xs[2], ys[2], w, h), "", "a batch", ["signed by the depositor;", "names the slot before"],
         "session/act.c")
    step(picture, (xs[3], ys[2], w, h), "", "log/.../117", ["whole or not at all;", "whoever creates it owns it"],
         "log/log_append.c")
    step(picture, (xs[3], ys[3], w, 82), "", "the receipt", ["batch, head, numbers:", "now nothing can be lost"], None)
    for row, first in ((0, 0), (1, 0), (2, 1)):
        y = ys[row] + h / 2
        for i in range(first, 3):
            picture.line([(xs[i] + w, y), (xs[i + 1], y)])
    middle = xs[1] + w / 2
    picture.line([(middle, ys[0] + h), (middle, ys[1])])
    picture.line([(middle, ys[1] + h), (middle, ys[2])])
    middle = xs[3] + w / 2
    picture.line([(middle, ys[1] + h), (middle, ys[2])])
    picture.line([(middle, ys[2] + h), (middle, ys[3])])
    y = (ys[1] + h + ys[2]) / 2
    picture.line([(xs[2] - 12, y), (middle - 14, y)], "cut", False)
    picture.line([(middle + 14, y), (xs[3] + w, y)], "cut", False)
    picture.text(middle - 22, y - 9, "when", "barrier: object and bundle are durable", "end")
    y = (ys[2] + h + ys[3]) / 2
    picture.line([(xs[2] - 12, y), (middle - 14, y)], "cut", False)
    picture.line([(middle + 14, y), (xs[3] + w, y)], "cut", False)
    picture.text(middle - 22, y - 9, "when", "flush: the act is durable", "end")
    for i, (kind, text) in enumerate((("plain", "readable: on this machine only"), ("sealed", "encrypted with age"),
                                      ("", "public: hashes and staff codes"))):
        y = ys[3] + 8 + i * 26
        picture.box(xs[0], y, 26, 16, kind)
        picture.text(xs[0] + 38, y + 12.5, "what", text, "start")
    return str(picture)


def main():
    stale = False
    for name, made in (("layers.svg", draw_layers()), ("deposit.svg", draw_deposit())):
        path = os.path.join(TOP, "docs", name)
        if "--check" not in sys.argv:
            with open(path, "w", encoding="utf-8") as file:
                file.write(made)
            continue
        there = os.path.exists(path) and open(path, encoding="utf-8").read() == made
        if not there:
            print("docs/%s is not what docs/draw.py draws now" % name)
            stale = True
    return stale


sys.exit(main())
