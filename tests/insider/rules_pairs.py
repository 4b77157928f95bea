# SPDX-License-Identifier: Apache-2.0
"""The 52 pairs of vectors that the rules were worked out with, numbers 1 to 26.

pair-N-valid and pair-N-void show one rule each; letters behind a number are further cases of it.
"""
import acts
from acts import AUDIT
from rules_destroy import dispose, erase, pair_1, shared_bundle
from situations import VECTORS, Vector, appointed, founding, leaderless, office, two_person
from writer import VALID, VOID


def pair(number, rule, good, bad):
    """Both sides of a pair: each a function to an office, or a list of them."""
    for verdict, builds in ((VALID, good), (VOID, bad)):
        builds = builds if isinstance(builds, list) else [builds]
        for i, build in enumerate(builds):
            letter = "abcdefgh"[i] if len(builds) > 1 else ""
            name = f"pair-{number:02d}{letter}-{verdict}"
            VECTORS.append(Vector(name, rule, verdict, build))


def story(start, *steps):
    """An office after steps; each is a letter and a function to the entry or entries."""

    def build():
        o = start()
        for letter, specs in steps:
            made = specs(o)
            who = letter(o) if callable(letter) else getattr(o, letter)
            o.act(who, *(made if isinstance(made, list) else [made]))
        return o

    return build


def two(start, first, second, act, then=None):
    """An act proposed by one and approved by another; then the permitted act by A."""

    def build():
        o = start()
        spec = act(o)
        leaf = o.by_two(getattr(o, first), getattr(o, second), spec)
        if then:
            o.act(o.A, then(o, leaf))
        return o

    return build


def called(build):
    """A function of an office as a function that makes one."""

    def whole():
        o = office()
        build(o)
        return o

    return whole


new_deposit = lambda o: acts.deposit(o.log.new_id(), o.case)
again = lambda o: acts.enrol(o.R.again())
plain = lambda o: acts.record(f"exhibit {o.e1}", o.case)
disposal = lambda o: o.disposal()
gone = leaderless

pair(1, "10.4 grant 1", story(office, ("A", lambda o: acts.enrol(o.V)),
                              ("L", lambda o: o.grant(o.V, "reader"))),
     story(office, ("A", lambda o: acts.enrol(o.V)), ("A", lambda o: acts.enrol(o.V.again())),
           ("L", lambda o: o.grant(o.V, "reader"))))
pair(2, "10.3 enrol 2", story(office, ("A", again)),
     story(office, ("A", again), (lambda o: o.R.again(), new_deposit)))
pair(3, "10.3 enrol 2", story(office, ("A", lambda o: acts.enrol(o.B.again()))),
     story(office, ("A", lambda o: acts.enrol(o.B.again(), "admin"))))
pair(4, "10.3 enrol 2", story(office, ("L", lambda o: o.grant(o.K, "recovery")),
                              ("A", lambda o: acts.enrol(o.K.again(), "recovery"))),
     story(office, ("A", lambda o: acts.enrol(o.K.again()))))
pair(5, "10.3 enrol 3", story(office, ("R", again), (lambda o: o.R.again(), new_deposit)),
     story(office, ("R", lambda o: acts.enrol(o.R.again(), "auditor"))))
pair(6, "10.5 enrol", story(two_person, ("A", lambda o: acts.enrol(o.A.again(), "admin"))),
     story(two_person, ("B", lambda o: acts.enrol(o.A.again()))))
pair(7, "10.4 grant 1", story(office, ("L", lambda o: o.grant(o.K, "recovery")), ("K", plain)),
     story(office, ("L", lambda o: o.grant(o.K, "reader"))))
pair(8, "10.4 grant 2", story(gone, ("K", lambda o: o.grant(o.R, "lead"))),
     story(office, ("K", lambda o: o.grant(o.R, "lead"))))


def founder_alone(letter):
    """Slot 1 is F's enrolment of A in the one, F's epoch in the other."""

    def build():
        o = founding()
        if letter == "A":
            o.act(o.F, acts.enrol(o.A, "admin,auditor"))
        o.act(getattr(o, letter), o.epoch(AUDIT))
        return o

    return build


pair(9, "10.4 epoch", founder_alone("F"), founder_alone("A"))


def nobody_holds(o):
    """V and W are auditors; nobody holds the audit ring."""
    o.act(o.A, acts.enrol(o.V, "auditor"), acts.enrol(o.W, "auditor"), o.ungrant(o.F, AUDIT))
    o.act(o.A, o.ungrant(o.U, AUDIT))


def begun(keys, twice):
    """A begins the audit ring anew; perhaps twice."""

    def build(o):
        nobody_holds(o)
        o.act(o.A, o.audit(o.V, keys=keys))
        if twice:
            o.act(o.A, o.audit(o.W, keys=False))

    return called(build)


pair(10, "10.4 grant audit", begun(False, False), [begun(True, False), begun(False, True)])
pair(11, "5 action", story(office, ("A", lambda o: o.new_case(o.A, o.L))),
     story(office, ("A", lambda o: o.new_case(o.A, o.L).but(
         edit=lambda t: t.replace("lead L-1", "leads L-1,R-1")))))
pair(12, "10.4 ungrant", story(office, ("L", lambda o: o.ungrant(o.R))),
     story(office, ("L", lambda o: o.ungrant(o.R)), ("L", lambda o: o.ungrant(o.R))))
pair(13, "10.4 grant 1", story(appointed, ("X", lambda o: o.grant(o.Y, "reader"))),
     story(appointed, ("X", lambda o: o.ungrant(o.R))))
pair(14, "10.4 ungrant", story(lambda: appointed("A", "B"), ("B", lambda o: o.ungrant(o.R))),
     story(appointed, ("A", lambda o: o.grant(o.Y, "lead"))))


def appoints_a_reader(o):
    """R, appointed, grants himself lead anew and proposes; an admin says yes."""
    o.act(o.A, acts.revoke(o.L))
    o.act(o.A, o.grant(o.R, "lead"))
    o.act(o.R, o.grant(o.R, "lead"))
    o.by_two(o.R, o.A, o.disposal())


pair(15, "10.4 grant 3", [story(appointed, ("R", lambda o: o.grant(o.X, "lead"))),
                          story(appointed, ("R", lambda o: o.grant(o.X, "lead")),
                                ("X", lambda o: o.grant(o.T, "reader")))],
     called(appoints_a_reader))


def appoints(o, signer, member, reader, enrol=lambda o: None):
    """The reader is granted by L, then L goes, and the signer appoints; the reader confirms."""
    enrol(o)
    o.act(o.L, o.grant(reader(o), "recovery" if reader(o) is o.K else "reader"))
    o.act(o.F, acts.revoke(o.L))
    o.act(signer(o), o.grant(member(o), "lead"))
    o.act(reader(o), o.grant(member(o), "lead"))


def by(letter, *members):
    """Enrols members as admins."""
    return lambda o: o.act(getattr(o, letter), *(acts.enrol(getattr(o, m), "admin")
                                                 for m in members))


of = lambda letter: lambda o: getattr(o, letter)
pair(16, "10.1 own people",
     called(lambda o: appoints(o, of("B"), of("V"), of("R"), by("B", "V"))),
     called(lambda o: appoints(o, of("B"), of("V"), of("A"), by("A", "V"))))


def chain_of_codes(o):
    """K enrols V; V enrols W and M; W appoints M; K, firm, confirms."""
    by("K", "V")(o)
    by("V", "W", "M")(o)
    o.act(o.L, o.grant(o.K, "recovery"))
    o.act(o.F, acts.revoke(o.L))
    o.act(o.W, o.grant(o.M, "lead"))
    o.act(o.K, o.grant(o.M, "lead"))


pair(17, "10.1 line",
     called(lambda o: appoints(o, of("B"), of("V"), of("W"),
                               lambda o: (by("B", "V")(o), by("A", "W")(o)))),
     [called(chain_of_codes), story(appointed, ("A", lambda o: [o.ungrant(o.R), o.ungrant(o.T)]),
                                    ("D", lambda o: o.grant(o.X, "lead")))])
pair(18, "10.1 firm", [story(appointed, ("R", lambda o: o.grant(o.X, "lead")),
                             ("X", lambda o: o.grant(o.Y, "lead")),
                             ("Y", lambda o: o.grant(o.T, "reader")))],
     story(appointed, ("X", lambda o: o.grant(o.Y, "lead")),
           ("R", lambda o: o.grant(o.Y, "lead"))))
pair(19, "10.5.5", two(office, "A", "L", disposal, lambda o, leaf: o.disposal(leaf)),
     two(appointed, "X", "A", disposal))
pair(20, "10.5.5", two(office, "L", "A", disposal), two(office, "L", "K", disposal))


def held():
    """The case is on hold."""
    o = office()
    o.act(o.L, acts.hold(f"case {o.case}", "set"))
    return o


release = lambda o: acts.hold(f"case {o.case}", "release")
pair(21, "10.5 hold", two(held, "A", "L", release), story(held, ("L", release)))
pair(22, "10.7.4", two(office, "L", "A", disposal, lambda o, leaf: o.disposal(leaf)),
     story(office, ("L", lambda o: acts.propose(acts.dispose(o.e1, "-", [], [o.s1, o.t1])))))
pair(23, "10.7.4", called(lambda o: dispose(o, o.e2, [o.pair(o.b2)], [o.s2])),
     story(office, ("L", lambda o: acts.propose(acts.dispose(o.e2, "-", [], [o.s2, o.t2])))))


def two_batches(last):
    """Two batches name one bundle; the first gets another name; then comes what `last` adds."""

    def build(o):
        (one, second), (s, t), name = shared_bundle(o)
        erase(o, "e1", [(one, name, "77" * 32)], {s: "-"})
        last(o, second, t, name)

    return called(build)


pair(24, "10.7.1", [
    two_batches(lambda o, n, t, name: None),
    two_batches(lambda o, n, t, name: erase(o, "e1", [(n, name, o.hash())], {t: "-"}))],
     two_batches(lambda o, n, t, name: o.act(o.R, plain(o).with_lines(
         "custody", sheets=["dd" * 32]), bundle=name)))
pair(25, "10.7.5",
     called(lambda o: erase(o, "case", [o.pair(o.b2)], {o.t2: "-"})),
     called(lambda o: erase(o, "e2", [o.pair(o.b2)], {o.t2: "-"})))


def on_hold(subject, renamed, were):
    """The first exhibit is on hold; then an erasure from its proposal on, or the proposal alone."""

    def build(o):
        o.act(o.L, acts.hold(f"exhibit {o.e1}", "set"))
        if subject == "e2":
            erase(o, subject, renamed(o), were(o))
        else:
            act = acts.erase(f"case {o.case}", "-", renamed(o), were(o))
            o.act(o.L, acts.propose(act))

    return called(build)


pair(26, "10.6 erase", on_hold("e2", lambda o: [o.pair(o.b2)], lambda o: {o.s2: "-"}),
     on_hold("case", pair_1, lambda o: {o.s1: "-"}))
