# SPDX-License-Identifier: Apache-2.0
"""The 52 pairs of vectors that the rules were worked out with, numbers 27 to 52."""
import acts
from rules_destroy import dispose, erase, pair_1
from rules_limits import full, readers
from rules_pairs import (again, called, disposal, gone, held, new_deposit, pair, plain, release,
                         story, two)
from rules_skip import broken, skip
from situations import UNTIL, VECTORS, Vector, appointed, founding, later, office, two_person
from writer import NOT_JUDGED


def renamed_twice(second):
    """The first exhibit's sheet becomes Q; then P or Q is destroyed."""

    def build(o):
        was, new = o.s1, o.hash()
        erase(o, "e1", pair_1(o), {was: new})
        erase(o, "e1", pair_1(o), {new if second == "Q" else was: "-"})

    return called(build)


pair(27, "10.7.2", renamed_twice("Q"), renamed_twice("P"))
sheet = lambda spec: spec.with_lines("custody", sheets=["dd" * 32])
of_e2 = lambda o: acts.record(f"exhibit {o.e2}", o.case)
pair(28, "10.2.5", story(office, ("R", lambda o: [sheet(plain(o)), sheet(of_e2(o))])),
     story(office, ("F", lambda o: [sheet(plain(o)), sheet(acts.record("member F-1"))])))


def between(change, first, second, act, start=office, keys=None):
    """A proposal, a change, and a yes."""

    def build():
        o = start()
        spec = act(o)
        leaf = o.propose(getattr(o, first), spec)
        change(o)
        o.approve(keys(o) if keys else getattr(o, second), spec, leaf)
        return o

    return build


def led_by(letter):
    """The office in which somebody is a second standing lead."""

    def build():
        o = office()
        o.act(o.L, o.grant(getattr(o, letter), "lead"))
        return o

    return build


pair(29, "10.5.5", between(lambda o: None, "L", "B", disposal),
     between(lambda o: o.enrol(o.V, by=o.A, roles="admin"), "L", "V", disposal))
pair(30, "10.5.2",
     between(lambda o: o.act(o.B, acts.enrol(o.B.again(), "admin")), "A", "L", release, held),
     between(lambda o: o.act(o.L, acts.enrol(o.L.again())), "L", "A", disposal))
pair(31, "10.5.2",
     between(lambda o: o.act(o.A, o.ungrant(o.B)), "B", "L", disposal, led_by("B")),
     between(lambda o: o.act(o.L, o.grant(o.V, "lead")), "V", "L", disposal, lambda: lead_v()))


def lead_v():
    """V, who has no role, is a second lead."""
    o = office()
    o.act(o.A, acts.enrol(o.V))
    o.act(o.L, o.grant(o.V, "lead"))
    return o


loss = lambda which: lambda o, leaf="-": acts.lost(f"exhibit {o.e1}", leaf, [getattr(o, which)])
pair(32, "10.6 lost", two(office, "L", "A", loss("x1"), loss("x1")),
     story(office, ("L", lambda o: acts.propose(loss("x2")(o)))))


def anchored(officer):
    """F anchors slot 0, and says alone that the anchor is lost; perhaps U is there, too."""

    def build():
        o = founding()
        if officer:
            o.act(o.F, acts.enrol(o.U, "auditor"))
        o.act(o.F, acts.anchor(0, ["ab" * 32]))
        o.act(o.F, acts.lost("vault", "-", ["ab" * 32]))
        return o

    return build


pair(33, "10.5 lost", anchored(False), anchored(True))


def card_of_two():
    """A card that A and B enrolled enrols somebody alone."""
    o = two_person()
    o.by_two(o.A, o.B, acts.enrol(o.V, "recovery"))
    o.act(o.V, acts.enrol(o.W, "admin"))
    return o


def no_card():
    """Two admins and no card ask for two."""
    o = founding()
    o.act(o.F, acts.enrol(o.A, "admin"))
    o.act(o.F, acts.policy("two-person on"))
    return o


def cards(count):
    """Two-person is on; K is revoked, and is the last card or not."""
    o = office()
    if count > 1:
        o.act(o.A, acts.enrol(o.V, "recovery"))
    o.act(o.A, acts.policy("two-person on"))
    o.act(o.A, acts.revoke(o.K))
    return o


pair(34, "10.3 policy", card_of_two, no_card)
pair(35, "10.3 revoke", lambda: cards(2), lambda: cards(1))


def one_admin():
    """One admin and a card."""
    o = founding()
    o.act(o.F, acts.enrol(o.K, "recovery"))
    o.act(o.F, acts.propose(acts.format_(2)))
    return o


def after_format():
    """A slot behind the one that raised the format."""
    o = office()
    o.by_two(o.A, o.B, acts.format_(2))
    o.act(o.R, plain(o))
    return o


pair(36, "10.5 format", two(office, "A", "B", lambda o: acts.format_(2)), one_admin)
VECTORS.append(Vector("pair-37-not-judged", "9.5", NOT_JUDGED, after_format))
pair(37, "10.3 format", [], story(office, ("A", lambda o: acts.propose(acts.format_(3)))))
glass = lambda hours: ("T", lambda o: acts.break_glass(o.case, o.T, later(o, hours)))
past = ("T", lambda o: acts.break_glass(o.case, o.T, "2026-02-05T09:00:00Z").but(
    over={3: "2026-02-05T07:00:00Z"}))
pair(38, "10.4 break-glass", story(office, glass(4), ("T", new_deposit)),
     [story(office, glass(25)), story(office, past)])


def glass_expired():
    """The glass is broken, and at its date the grant is ended; T can do nothing more."""
    o = office()
    until = later(o, 4)
    o.act(o.T, acts.break_glass(o.case, o.T, until))
    o.act(o.A, acts.expire(o.case, o.T).but(over={3: until}))
    return o


def glass_expired_then_record():
    """The grant is gone."""
    o = glass_expired()
    o.act(o.T, plain(o))
    return o


pair(39, "10.4 break-glass", glass_expired,
     [story(office, glass(4), glass(5)), glass_expired_then_record])
dated = ("L", lambda o: o.grant(o.R, "reader", UNTIL))
expire = lambda o: acts.expire(o.case, o.R).but(over={3: UNTIL})
pair(40, "10.4 expire", story(office, dated, ("L", expire)), story(office, dated, ("U", expire)))


def last_reader(count, renew=False):
    """The case's reading grants reach count; perhaps a reader is then granted anew."""

    def build():
        o = readers(count)
        o.act(o.L, o.grant(o.last, "reader"))
        if renew:
            o.act(o.L, o.grant(o.R, "reader"))
        return o

    return build


pair(41, "10.8", [last_reader(256), last_reader(256, True)],
     [last_reader(257), lambda: full("recovery", 17), lambda: full("auditor", 64)])
pair(42, "5 carries", story(office, ("R", lambda o: o.record())),
     [story(office, ("R", lambda o: plain(o).with_lines("about", sheets=["dd" * 32]))),
      story(office, ("D", lambda o: new_deposit(o).with_lines("about", private="ee" * 32)))])
pair(43, "10.2.5", story(office, ("R", lambda o: [o.record(private="ee" * 32)] * 2)),
     story(office, ("R", lambda o: [o.record(private="ee" * 32),
                                    o.record(o.e2, private="ee" * 32)])))
on_case = lambda o: acts.record(f"case {o.case}", o.case).with_lines("about", private="ee" * 32)
pair(44, "10.6 record", story(office, ("L", on_case)),
     [story(office, ("D", on_case)), story(office, ("U", lambda o: o.record()))])


def shared_object():
    """A second exhibit names the first one's object; the first is disposed of."""
    o = office()
    o.act(o.D, o.deposit(stored=o.x1))
    dispose(o, o.e1, [o.pair(o.b1), o.pair(o.bp)], [o.s1, o.t1, o.p1])
    return o


pair(45, "10.6 deposit", [story(office, ("D", lambda o: o.deposit(stored=o.x1))), shared_object],
     story(office, ("D", lambda o: acts.deposit(o.e1, o.case, o.x1))))
thing = lambda o: new_deposit(o).with_lines("about", "source", sheets=["dd" * 32])
pair(46, "10.6 deposit", story(office, ("D", thing)),
     [story(office, ("D", lambda o: new_deposit(o).with_lines("content", sheets=["dd" * 32]))),
      story(gone, ("D", thing)), story(office, ("L", lambda o: acts.close(o.case)), ("D", thing))])
close, reopen = lambda o: acts.close(o.case), lambda o: acts.reopen(o.case)
pair(47, "10.4 close", [story(office, ("L", close), ("R", plain)),
                        story(office, ("L", close), ("R", plain), ("L", reopen),
                              ("D", new_deposit))],
     [story(office, ("L", close), ("L", close)), story(office, ("A", close))])


def seen(*letters):
    """A enrols R again; those named acknowledge it, X and A being leads, too."""

    def build():
        o = office()
        o.act(o.L, o.grant(o.X, "lead"), o.grant(o.A, "lead"))
        leaf = o.act(o.A, again(o)).leaves[0]
        for letter in letters:
            who = o.R.again() if letter == "R" else getattr(o, letter)
            o.act(who, acts.acknowledge("member R-1", leaf))
        return o

    return build


pair(48, "10.6 acknowledge", [seen("L"), seen("L", "X")], [seen("L", "L"), seen("A"), seen("R")])


def skip_seen(letter):
    """A skip by A, acknowledged."""

    def build():
        o = skip(broken())
        o.act(getattr(o, letter), acts.acknowledge("vault", o.log.slots[-1].leaves[0]))
        return o

    return build


pair(49, "10.6 acknowledge", skip_seen("B"), [skip_seen("A"), skip_seen("L")])
pair(50, "9.7", lambda: skip(broken(1)), [])


def not_skipped(change=None, extra=()):
    """A skip that is wrong is no verdict at all: the slot before it is still the damaged one."""
    return lambda: skip(broken(1), verdict=NOT_JUDGED, change=change, extra=extra)


def head_of_7(values, o):
    """HEAD is that of the damaged slot's own bytes."""
    return [*values[:3], o.log.slots[o.first].head]


VECTORS.append(Vector("pair-50a-not-judged", "9.7", NOT_JUDGED, not_skipped(head_of_7)))
VECTORS.append(Vector("pair-50b-not-judged", "9.7", NOT_JUDGED,
                      not_skipped(extra=[acts.publish()])))
restore = lambda number: lambda o: acts.restored(number, "ab" * 32)
pair(51, "10.3 restored", two(office, "A", "B", restore(40)),
     [story(office, ("A", restore(40))),
      story(office, ("A", lambda o: acts.propose(restore(0)(o))))])
pair(52, "10.4 epoch", story(appointed, ("X", lambda o: o.epoch(o.case))),
     story(gone, ("A", lambda o: o.epoch(o.case))))
