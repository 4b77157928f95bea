# SPDX-License-Identifier: Apache-2.0
"""Section 5: every action in order, and every way in which its entry can be out of order."""
import acts
from goods import GOODS
from situations import VECTORS, Vector, office, one_slot
from writer import VALID, VOID

# What each action carries, and how many objects: A unless it is listed here.
CARRIES = {"deposit": ("content", "about", "source"), "record-exhibit": ("about", "source"),
           "record-case": ("about",)}
OBJECTS = {"log-key": (1, 64), "case": (1, 1), "epoch-case": (1, 1), "epoch-vault": (1, 1),
           "grant": (1, 1), "deposit": (0, 1), "anchor": (1, 8)}


def insert(place, line):
    """An edit that puts a line in, place counted from 1."""

    def edit(text):
        lines = text.split("\n")
        return "\n".join(lines[: place - 1] + [line] + lines[place - 1 :])

    return edit


def drop(place):
    """An edit that leaves a line out."""

    def edit(text):
        lines = text.split("\n")
        return "\n".join(lines[: place - 1] + lines[place:])

    return edit


def swap(place):
    """An edit that exchanges a line and the next."""

    def edit(text):
        lines = text.split("\n")
        lines[place - 1], lines[place] = lines[place], lines[place - 1]
        return "\n".join(lines)

    return edit


def change(old, new):
    """An edit that replaces text which has to be there."""

    def edit(text):
        assert old in text, (old, text)
        return text.replace(old, new, 1)

    return edit


def bend(name, what, rule, verdict, change_spec):
    """A vector that is one of the good acts with a change."""

    def build():
        o, actor, spec = GOODS[name]()
        o.act(actor, change_spec(o, spec))
        return o

    VECTORS.append(Vector(f"{name}-{what}", rule, verdict, build))


def numbers_of_objects(name):
    """The good act with one object too few and one too many."""
    low, high = OBJECTS.get(name, (0, 0))
    many = lambda o, spec, n: spec.but(objects=tuple(o.hash() for _ in range(n)))
    if name == "grant-audit":
        return  # 0 and 1 are 10.4's to judge; 2 is below
    bend(name, "objects-too-many", "5 objects", VOID, lambda o, spec: many(o, spec, high + 1))
    if low:
        bend(name, "objects-too-few", "5 objects", VOID, lambda o, spec: many(o, spec, low - 1))


def lines_not_carried(name):
    """The good act with each kind of line that it does not carry."""
    for kind in ("content", "about", "source"):
        if kind in CARRIES.get(name, ()):
            continue
        private = "ee" * 32 if kind != "content" and name.startswith("record-case") else None
        bend(name, f"line-{kind}", "5 carries", VOID,
             lambda o, spec, k=kind, p=private: spec.with_lines(k, sheets=["dd" * 32], private=p))
    if name not in ("record-exhibit", "record-case"):
        bend(name, "private", "5.5", VOID,
             lambda o, spec: spec.with_lines("custody", sheets=["dd" * 32], private="ee" * 32))


def own_lines(name, count):
    """The good act with its own lines out of order."""
    bend(name, "own-line-more", "5 own lines", VOID,
         lambda o, spec: spec.but(edit=insert(8 + count, "extra line")))
    if count:
        bend(name, "own-line-less", "5 own lines", VOID, lambda o, spec: spec.but(edit=drop(8)))
        bend(name, "own-line-twice", "5 own lines", VOID,
             lambda o, spec: spec.but(own=spec.own[:1] + spec.own))
    if count > 1:
        bend(name, "own-lines-swapped", "5 own lines", VOID,
             lambda o, spec: spec.but(edit=swap(8)))


def all_of(name):
    """The vectors of one good act."""
    count = len(GOODS[name]()[2].own)
    bend(name, "good", "5 action", VALID, lambda o, spec: spec)
    bend(name, "custody-reason-sheet", "5 carries", VALID,
         lambda o, spec: spec.with_lines("custody", "reason", sheets=["dd" * 32]))
    bend(name, "sheet-alone", "5 carries", VALID, lambda o, spec: spec.but(sheets=("dd" * 32,)))
    bend(name, "line-without-sheet", "5.6", VOID, lambda o, spec: spec.with_lines("custody"))
    own_lines(name, count)
    numbers_of_objects(name)
    lines_not_carried(name)


for each in GOODS:
    all_of(each)

one_slot(office, "5 objects", VOID, [
    ("audit-two-objects", "U",
     lambda o: o.audit(o.F).but(objects=(o.hash(), o.hash()))),
])


def reader(spec):
    """The rows below bend a record of the first exhibit by R."""
    return lambda o: spec(acts.record(f"exhibit {o.e1}", o.case))


def head(**over):
    """A record with some of lines 1 to 7 replaced: _1="..." and so on."""
    return reader(lambda e: e.but(over={int(k[1:]): v for k, v in over.items()}))


def text(edit):
    """A record whose text is edited."""
    return reader(lambda e: e.but(edit=edit))


one_slot(office, "5 lines 1-7", VOID, [
    ("entry-version-2", "R", head(_1="amana/2")),
    ("entry-version-case", "R", head(_1="Amana/1")),
    ("entry-head-other", "R", lambda o: acts.record(f"exhibit {o.e1}", o.case).but(
        over={2: o.log.slots[1].head})),
    ("entry-head-upper", "R", lambda o: acts.record(f"exhibit {o.e1}", o.case).but(
        over={2: o.log.head.upper()})),
    ("entry-actor-other", "R", head(_4="L-1")),
    ("entry-action-unknown", "R", head(_5="burn")),
    ("entry-action-case", "R", head(_5="Record")),
    ("entry-action-empty", "R", head(_5="")),
    ("entry-event-skips", "R", head(_7="9 " + "ab" * 32)),
    ("entry-event-zero", "R", head(_7="0 -")),
    ("entry-event-1-again", "R", head(_7="1 -")),
    ("entry-leaf-none", "R", head(_7="3 -")),
    ("entry-leaf-wrong", "R", head(_7="3 " + "ab" * 32)),
    ("entry-event-leading-zero", "R", text(change("\n3 ", "\n03 "))),
    ("entry-event-two-spaces", "R", text(change("\n3 ", "\n3  "))),
    ("entry-leaf-upper", "R", lambda o: acts.record(f"exhibit {o.e1}", o.case).but(
        over={7: "3 " + o.log.state.chains[f"exhibit {o.e1}"][1].upper()})),
    ("entry-first-event-with-leaf", "D", lambda o: acts.deposit(o.log.new_id(), o.case).but(
        over={7: "1 " + o.log.state.chains[f"exhibit {o.e1}"][1]})),
])
one_slot(office, "1.2", VOID, [
    ("entry-last-lf-missing", "R", text(lambda t: t[:-1])),
    ("entry-blank-line-behind", "R", text(lambda t: t + "\n")),
    ("entry-crlf", "R", text(lambda t: t.replace("\n", "\r\n"))),
    ("entry-space-behind", "R", text(change("\nrecord\n", "\nrecord \n"))),
    ("entry-space-before", "R", text(change("\nrecord\n", "\n record\n"))),
    ("entry-tab", "R", text(change("case ", "case\t"))),
    ("entry-two-spaces", "R", text(change("\ncase ", "\ncase  "))),
    ("entry-nul", "R", text(lambda t: t + "\0")),
    ("entry-nul-line", "R", text(lambda t: t + "\0\n")),
    ("entry-not-ascii", "R", text(lambda t: t + "é\n")),
    ("entry-empty", "R", lambda o: b""),
    ("entry-seven-lines", "R", text(lambda t: "\n".join(t.split("\n")[:7]) + "\n")),
    ("entry-comment", "R", text(lambda t: t + "# nothing\n")),
])
