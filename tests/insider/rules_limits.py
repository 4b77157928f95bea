# SPDX-License-Identifier: Apache-2.0
"""Section 10.8: how many there may be."""
import acts
from situations import office, small, valid, void
from writer import Member


def many(count, first=0):
    """Members that exist nowhere else; one key each."""
    return [Member.of("many", f"Q-{first + i}") for i in range(count)]


def full(role, count):
    """As many members of a role as this, with those that are there."""
    o = small()
    o.enrol(*many(count - 1), by=o.A, roles=role)  # K, or U; the founder is an auditor, too
    return o


@valid("10.8 cards")
def cards_16():
    return full("recovery", 16)


@void("10.8 cards")
def cards_17():
    return full("recovery", 17)


@void("10.8 cards")
def cards_17_in_the_next_slot():
    o = full("recovery", 16)
    o.enrol(o.V, by=o.A, roles="recovery")
    return o


@valid("10.8 cards")
def cards_16_after_one_was_revoked():
    o = full("recovery", 16)
    o.act(o.A, acts.revoke(o.K), acts.enrol(o.V, "recovery"))
    return o


@valid("10.8 cards")
def cards_16_one_enrolled_again():
    o = full("recovery", 16)
    o.act(o.A, acts.enrol(o.K.again(), "recovery"))
    return o


@valid("10.8 auditors")
def auditors_64():
    return full("auditor", 63)


@void("10.8 auditors")
def auditors_65():
    return full("auditor", 64)


@void("10.8 auditors")
def auditors_65_by_role():
    o = full("auditor", 63)
    o.act(o.A, acts.role(o.X, "+auditor"))
    return o


@valid("10.8 auditors")
def auditors_64_after_one_lost_the_role():
    o = full("auditor", 63)
    o.act(o.A, acts.role(o.U, "-auditor"), acts.role(o.X, "+auditor"))
    return o


@void("10.8 auditors")
def auditors_65_proposed():
    o = full("auditor", 63)
    o.act(o.A, acts.policy("two-person on"))
    o.act(o.A, acts.propose(acts.role(o.X, "+auditor")))
    return o


@void("10.8 cards")
def cards_17_by_approve():
    o = full("recovery", 15)
    o.act(o.A, acts.policy("two-person on"))
    one, two = acts.enrol(o.V, "recovery"), acts.enrol(o.W, "recovery")
    first, second = o.propose(o.A, one), o.propose(o.A, two)
    o.approve(o.B, one, first)
    o.approve(o.B, two, second)
    return o


def readers(count):
    """The office with so many reading grants in its case: L, R and T have three."""
    o = office()
    new = many(count - 3)
    o.enrol(*new, by=o.A)
    o.act(o.L, *(o.grant(m, "reader") for m in new[: count - 4]))
    o.last = new[-1]
    return o


@valid("10.8 reading grants")
def reading_grants_256():
    o = readers(256)
    o.act(o.L, o.grant(o.last, "reader"))
    return o


@void("10.8 reading grants")
def reading_grants_257():
    o = readers(257)
    o.act(o.L, o.grant(o.last, "standby"))
    return o


@valid("10.8 reading grants")
def reading_grants_256_one_replaced():
    o = readers(257)
    o.act(o.L, o.grant(o.R, "standby"))
    return o


@valid("10.8 reading grants")
def reading_grants_256_and_a_depositor():
    o = readers(257)
    o.act(o.L, o.grant(o.last, "depositor"))
    return o


@void("10.8 reading grants")
def reading_grants_256_a_depositor_becomes_reader():
    o = readers(257)
    o.act(o.L, o.grant(o.D, "reader"))
    return o


def privates(count, actor="R"):
    """The office with so many private sheets of the first exhibit; it has one already."""
    o = office()
    step = 40
    for start in range(0, count - 1, step):
        private = o.hash()
        records = [o.record(private=private)] * min(step, count - 1 - start)
        o.act(getattr(o, actor), *records)
    return o


@valid("10.8 private")
def private_100_by_reader():
    o = privates(99)
    o.act(o.R, o.record())
    return o


@void("10.8 private")
def private_101_by_reader():
    o = privates(100)
    o.act(o.R, o.record())
    return o


@valid("10.8 private")
def private_120_by_lead():
    o = privates(119, "L")
    o.act(o.L, o.record())
    return o


@void("10.8 private")
def private_121_by_lead():
    o = privates(120, "L")
    o.act(o.L, o.record())
    return o


@valid("10.8 private")
def private_100_of_another_exhibit():
    o = privates(100)
    o.act(o.R, o.record(o.e2))
    return o


@void("10.8 private")
def private_100_and_101_in_a_slot():
    o = privates(99)
    o.act(o.R, *[o.record(private="ee" * 32)] * 2)
    return o


@valid("10.8 private")
def private_121_of_the_case():
    o = office()
    spec = acts.record(f"case {o.case}", o.case).with_lines("about", private="ee" * 32)
    o.act(o.L, *[spec] * 121)
    return o
