# SPDX-License-Identifier: Apache-2.0
"""The situations that the vectors start from, each built once, and the list of vectors.

An office has F, the founder; A and B, admins; K, a recovery card without a grant; L, the lead by
`case`; R, reader, T, standby, and D, depositor, all granted by L; U, auditor and holder of the
audit ring, as F is; X, Y and Z, without role. Z leads a second case. F enrolled everybody.
"""
import functools

import acts
import encode
from acts import AUDIT
from writer import VALID, VOID, Log, Member

WORLD = "rules"
UNTIL = "2026-02-05T08:00:00Z"  # the date of T's grant
CODES = {c: f"{c}-1" for c in "FABKLRTDUXYZVWGHMNS"}
ROLES = {"A": "admin", "B": "admin", "K": "recovery", "U": "auditor"}
VECTORS = []


class Office:
    """A log, its people by letter, and its cases and exhibits."""

    def __init__(self):
        for letter, code in CODES.items():
            setattr(self, letter, Member.of(WORLD, code))
        self.log = Log(WORLD, self.F)

    def copy(self):
        """The same office with a log of its own."""
        other = object.__new__(Office)
        other.__dict__.update(self.__dict__)
        other.log = self.log.copy()
        return other

    def act(self, actor, *specs, **bent):
        """One slot by an actor."""
        return self.log.add(actor, specs, **bent)

    def foresee(self, actor, spec):
        """The LEAF that this entry will have if it stands first in the next slot."""
        return self.copy().act(actor, spec).leaves[0]

    def hash(self):
        """A HASH of nothing."""
        return self.log.new_hash()

    def enrol(self, *members, by=None, roles="-"):
        """Enrols members in one slot."""
        return self.act(by or self.F, *(acts.enrol(m, roles) for m in members))

    def new_case(self, by, lead, ident=None):
        """The entry of a case with a ring of its own."""
        ident = ident or self.log.new_id()
        return acts.case(ident, self.log.new_ring(ident), lead, self.hash())

    def epoch(self, ring, number=None):
        """The entry of the next epoch, to a ring that never was."""
        return acts.epoch(ring, self.log.new_ring(ring), self.hash(), number)

    def grant(self, member, kind, until="-", ring=None, **more):
        """The entry of a grant in the case."""
        return acts.grant(ring or self.case, member, kind, self.hash(), until, **more)

    def ungrant(self, member, ring=None):
        """The entry that ends a grant in the case."""
        return acts.ungrant(ring or self.case, member)

    def audit(self, member, keys=True, **more):
        """The entry of an audit grant."""
        return acts.grant(AUDIT, member, "auditor", self.hash() if keys else None, **more)

    def deposit(self, ident=None, stored=None, exhibit=None):
        """The entry of a deposit of a stored thing, with an exhibit's sheet of its own."""
        spec = acts.deposit(exhibit or self.log.new_id(), ident or self.case, stored or self.hash())
        return spec.with_lines("content", "about", "source", sheets=[self.hash()])

    def record(self, exhibit=None, private=None):
        """The entry of a record of the first exhibit, with a private sheet."""
        spec = acts.record(f"exhibit {exhibit or self.e1}", self.case)
        return spec.with_lines("about", private=private or self.hash())

    def propose(self, actor, act):
        """Proposes; gives the proposal's LEAF."""
        return self.act(actor, acts.propose(act)).leaves[0]

    def approve(self, actor, act, leaf, answer="yes", **bent):
        """Answers a proposal of this act."""
        return self.act(actor, acts.approve(act.subject, leaf, answer), **bent)

    def by_two(self, first, second, act):
        """Proposes and approves; gives the proposal's LEAF."""
        leaf = self.propose(first, act)
        self.approve(second, act, leaf)
        return leaf

    def pair(self, number, new=None):
        """A triple for a `bundle` line: the batch's present name and another."""
        return (number, self.log.state.bundles[number], new or self.hash())

    def bare(self, exhibit):
        """The disposal of an exhibit that has nothing to blank."""
        return acts.dispose(exhibit, "0" * 64)

    def disposal(self, leaf="0" * 64):
        """The disposal of the first exhibit: its own sheet, its act sheet, its private sheet."""
        renamed = [self.pair(self.b1), self.pair(self.bp)]
        return acts.dispose(self.e1, leaf, renamed, [self.s1, self.t1, self.p1])


@functools.lru_cache(maxsize=None)
def kept_founding():
    """Slot 0, and F alone."""
    return Office()


@functools.lru_cache(maxsize=None)
def kept_small():
    """Everybody is enrolled; no case, no audit grant but the founder's."""
    o = kept_founding().copy()
    people = [acts.enrol(getattr(o, c), ROLES.get(c, "-")) for c in "ABKLRTDUXYZ"]
    o.act(o.F, *people)
    return o


@functools.lru_cache(maxsize=None)
def kept_office():
    """The office with evidence in two cases."""
    o = kept_small().copy()
    o.case, o.case2 = o.log.new_id(), o.log.new_id()
    o.act(o.F, o.audit(o.U), o.new_case(o.F, o.L, o.case), o.new_case(o.F, o.Z, o.case2))
    o.act(o.L, o.grant(o.R, "reader"), o.grant(o.T, "standby", UNTIL), o.grant(o.D, "depositor"))
    o.e1, o.e2, o.e3, o.e4, o.f1 = (o.log.new_id() for _ in range(5))
    o.s1, o.t1, o.s2, o.s3, o.t2, o.p1, o.sc = (o.hash() for _ in range(7))
    o.x1, o.x2, o.x3 = (o.hash() for _ in range(3))
    one = acts.deposit(o.e1, o.case, o.x1)
    one = one.with_lines("content", "about", "source", "custody", sheets=[o.s1, o.t1])
    o.b1 = len(o.log.slots)
    o.act(o.D, one)
    two = acts.deposit(o.e2, o.case, o.x2).with_lines("content", sheets=[o.s2, o.t2])
    three = acts.deposit(o.e3, o.case, o.x3).with_lines("content", sheets=[o.s3, o.t2])
    o.b2 = len(o.log.slots)
    o.act(o.D, two, three)
    o.bp = len(o.log.slots)
    o.act(o.R, o.record(private=o.p1))
    o.bc = len(o.log.slots)
    on_case = acts.record(f"case {o.case}", o.case).with_lines("custody", sheets=[o.sc])
    o.act(o.L, on_case, acts.deposit(o.e4, o.case))
    o.act(o.Z, acts.deposit(o.f1, o.case2))
    return o


def founding():
    """F alone."""
    return kept_founding().copy()


def small():
    """People without a case."""
    return kept_small().copy()


def office():
    """The whole office."""
    return kept_office().copy()


def leaderless():
    """The office once A has revoked L, the only lead."""
    o = office()
    o.act(o.A, acts.revoke(o.L))
    return o


def appointed(appointer="A", member="X"):
    """The leaderless office once an admin has appointed somebody."""
    o = leaderless()
    o.act(getattr(o, appointer), o.grant(getattr(o, member), "lead"))
    return o


def two_person():
    """The office once its policy asks for two."""
    o = office()
    o.act(o.A, acts.policy("two-person on"))
    return o


class Vector:
    """One log whose last slot has a verdict that a rule decides."""

    def __init__(self, name, rule, verdict, build):
        self.name, self.rule, self.verdict, self.build = name, rule, verdict, build

    def log(self):
        """The log, built anew."""
        result = self.build()
        return getattr(result, "log", result)


def vector(rule, verdict):
    """Lists a function that gives an office or a log; its name is the vector's."""

    def keep(build):
        VECTORS.append(Vector(build.__name__.replace("_", "-"), rule, verdict, build))
        return build

    return keep


def valid(rule):
    """A vector whose last slot is valid."""
    return vector(rule, VALID)


def void(rule):
    """A vector whose last slot is void."""
    return vector(rule, VOID)


def one_slot(start, rule, verdict, rows):
    """Vectors of one slot each: rows of name, actor's letter, and a function to its entries."""
    for name, letter, specs in rows:

        def build(letter=letter, specs=specs):
            o = start()
            entries = specs(o)
            o.act(getattr(o, letter), *(entries if isinstance(entries, list) else [entries]))
            return o

        VECTORS.append(Vector(name, rule, verdict, build))


def later(o, hours):
    """A TIME so many hours after the next slot's own."""
    return encode.spell_time(o.log.now + 600 + hours * 3600)
