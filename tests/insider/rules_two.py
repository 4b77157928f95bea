# SPDX-License-Identifier: Apache-2.0
"""Section 10.5: who proposes, who approves, what is permitted, and what is carried out."""
import acts
from situations import (VECTORS, Vector, appointed, founding, office, one_slot, two_person, valid,
                        void)
from writer import VALID, VOID


def held():
    """The office with its case on hold."""
    o = office()
    o.act(o.L, acts.hold(f"case {o.case}", "set"))
    return o


def release(o):
    """The release of that hold."""
    return acts.hold(f"case {o.case}", "release")


def erasure(o, leaf="0" * 64, new="11" * 32, bundle="22" * 32):
    """The erasure of the first exhibit's own sheet by another."""
    return acts.erase(f"exhibit {o.e1}", leaf, [o.pair(o.b1, bundle)], {o.s1: new})


def on_vault(o):
    """A record of the vault with a sheet, so that something of the vault can be erased."""
    o.b0, o.s0 = len(o.log.slots), o.hash()
    o.act(o.U, acts.record("vault").with_lines("custody", sheets=[o.s0]))
    return o


def vault_erasure(o, leaf="0" * 64):
    """The erasure of that sheet."""
    return acts.erase("vault", leaf, [o.pair(o.b0, "22" * 32)], {o.s0: "11" * 32})


def vault_loss(o, leaf="-"):
    """The loss of the first audit key file."""
    return acts.lost("vault", leaf, [o.log.slots[0].data.decode().split("\n")[7]])


def loss(o, leaf="-"):
    """The loss of the first exhibit's object."""
    return acts.lost(f"exhibit {o.e1}", leaf, [o.x1])


# What is proposed, from which office: name, start, act, proposers, no proposers, and pairs of
# proposer and approver that may and may not say yes.
TABLE = [
    ("release", held, release, "LA", "RDTKUXZ", ("LA", "AL", "BL", "LF"),
     ("LL", "AB", "LR", "LK", "LU", "AZ", "LX")),
    ("dispose", office, lambda o: o.disposal(), "LA", "RDTKUXZ", ("LA", "AL"),
     ("LL", "AB", "LR", "LK", "LU", "AZ", "LT", "LD")),
    ("erase", office, erasure, "LA", "RDTKUXZ", ("LA", "AL"), ("LL", "AB", "LR", "LK", "AZ")),
    ("lost", office, loss, "LA", "RDTKUXZ", ("LA", "AL"), ("LL", "AB", "LR", "LK", "LU", "AZ")),
    ("erase-vault", lambda: on_vault(office()), vault_erasure, "AF", "LKUX", ("AB", "FA"),
     ("AA", "AU", "AK", "AL")),
    ("lost-vault", office, vault_loss, "AFU", "LKXR", ("AB", "AU", "UA", "UF"),
     ("AA", "UU", "AK", "AL", "UX")),
    ("format", office, lambda o: acts.format_(2), "AF", "KULX", ("AB", "AK"),
     ("AA", "AU", "AL")),
    ("restored", office, lambda o: acts.restored(40, "ab" * 32), "AF", "KULX", ("AB", "AF"),
     ("AA", "AK", "AU", "AL")),
    ("enrol", two_person, lambda o: acts.enrol(o.V, "admin"), "AK", "ULX", ("AB", "AK", "KA"),
     ("AA", "KK", "AU", "AL")),
    ("enrol-auditor", two_person, lambda o: acts.enrol(o.V, "auditor"), "A", "KULX",
     ("AB", "AK"), ("AA", "AU")),
    ("enrol-again", two_person, lambda o: acts.enrol(o.U.again()), "A", "KL", ("AB", "AK"),
     ("AA", "AU", "AX")),
    ("role", two_person, lambda o: acts.role(o.X, "+admin"), "A", "KULX", ("AB", "AK"),
     ("AA", "AX", "AU")),
    ("role-minus", two_person, lambda o: acts.role(o.B, "-admin"), "A", "KULX", ("AF", "AK"),
     ("AA", "AB")),
    ("policy", two_person, lambda o: acts.policy("grant-days 30"), "A", "KULX", ("AB", "AK"),
     ("AA", "AU", "AL")),
    ("revoke", two_person, lambda o: acts.revoke(o.B), "A", "KULX", ("AF", "AK"),
     ("AA", "AB", "AU")),
]


def list_propose(name, start, act, letter, verdict):
    """A vector that ends with the proposal."""

    def build():
        o = start()
        o.act(getattr(o, letter), acts.propose(act(o)))
        return o

    VECTORS.append(Vector(f"two-{name}-proposed-by-{letter}", "10.5.1", verdict, build))


def list_approve(name, start, act, pair, verdict, answer="yes"):
    """A vector that ends with the answer."""

    def build():
        o = start()
        spec = act(o)
        leaf = o.propose(getattr(o, pair[0]), spec)
        o.approve(getattr(o, pair[1]), spec, leaf, answer)
        return o

    name = f"two-{name}-{answer}-by-{pair}"
    VECTORS.append(Vector(name, "10.5.3" if answer == "no" else "10.5.5", verdict, build))


for NAME, START, ACT, DO, DO_NOT, YES, NOT in TABLE:
    for each in DO:
        list_propose(NAME, START, ACT, each, VALID)
    for each in DO_NOT:
        list_propose(NAME, START, ACT, each, VOID)
    for each in YES:
        list_approve(NAME, START, ACT, each, VALID)
        list_approve(NAME, START, ACT, each, VALID, "no")
    for each in NOT:
        list_approve(NAME, START, ACT, each, VOID)
        # Two admins may well say no: that one of them leads the case is asked of a yes alone.
        both = each == "AB" and NAME in ("release", "dispose", "erase", "lost")
        list_approve(NAME, START, ACT, each, VALID if both else VOID, "no")

one_slot(office, "10.5.1 takes two now", VOID, [
    ("two-enrol-while-one-suffices", "A", lambda o: acts.propose(acts.enrol(o.V, "admin"))),
    ("two-role-while-one-suffices", "A", lambda o: acts.propose(acts.role(o.X, "+admin"))),
    ("two-policy-while-one-suffices", "A", lambda o: acts.propose(acts.policy("two-person on"))),
    ("two-revoke-while-one-suffices", "A", lambda o: acts.propose(acts.revoke(o.B))),
])
one_slot(two_person, "10.5.1 takes two now", VOID, [
    ("two-revoke-without-role", "A", lambda o: acts.propose(acts.revoke(o.X))),
    ("two-revoke-of-a-card", "A", lambda o: acts.propose(acts.revoke(o.K))),
    ("two-enrol-without-role", "A", lambda o: acts.propose(acts.enrol(o.V))),
])
one_slot(founding, "10.5.1 takes two now", VOID, [
    ("two-restored-one-admin", "F", lambda o: acts.propose(acts.restored(4, o.hash()))),
    ("two-lost-vault-sole-officer", "F", lambda o: acts.propose(vault_loss(o))),
    ("two-format-one-admin", "F", lambda o: acts.propose(acts.format_(2))),
])
one_slot(office, "10.5.1 allowed now", VOID, [
    ("two-release-not-held", "L", lambda o: acts.propose(release(o))),
    ("two-release-of-an-exhibit-not-held", "L", lambda o: acts.propose(
        acts.hold(f"exhibit {o.e1}", "release"))),
    ("two-format-3", "A", lambda o: acts.propose(acts.format_(3))),
    ("two-dispose-blank-missing", "L", lambda o: acts.propose(
        acts.dispose(o.e1, "-", [], [o.s1, o.t1]))),
    ("two-dispose-blank-more", "L", lambda o: acts.propose(
        acts.dispose(o.e1, "-", [], [o.s1, o.t1, o.p1, o.s2]))),
    ("two-dispose-no-blanks", "L", lambda o: acts.propose(o.bare(o.e1))),
    ("two-lost-of-another-exhibit", "L", lambda o: acts.propose(
        acts.lost(f"exhibit {o.e1}", "-", [o.x2]))),
])
one_slot(office, "10.5.1 allowed now", VALID, [
    ("two-erase-old-not-present", "L", lambda o: acts.propose(acts.erase(
        f"exhibit {o.e1}", "-", [o.pair(o.b1)], {o.hash(): "-"}))),
    ("two-dispose-nothing-to-blank", "L", lambda o: acts.propose(o.bare(o.e4))),
    ("two-proposed-twice", "L", lambda o: [acts.propose(o.disposal()),
                                           acts.propose(o.disposal())]),
])
one_slot(held, "10.5.1 allowed now", VOID, [
    ("two-dispose-held", "L", lambda o: acts.propose(o.disposal())),
    ("two-erase-held", "L", lambda o: acts.propose(erasure(o))),
])
one_slot(held, "10.5.1 allowed now", VALID, [
    ("two-lost-held", "L", lambda o: acts.propose(loss(o)))])


def answers(letters, start=office, act=lambda o: o.disposal(), proposer="L"):
    """A proposal and answers: pairs of letter and answer; all but the last count."""
    o = start()
    spec = act(o)
    leaf = o.propose(getattr(o, proposer), spec)
    for letter, answer in letters:
        o.approve(getattr(o, letter), spec, leaf, answer)
    return o


@void("10.5.6")
def answer_yes_twice():
    return answers([("A", "yes"), ("B", "yes")])


@void("10.5.6")
def answer_no_after_yes():
    return answers([("A", "yes"), ("B", "no")])


@void("10.5.4")
def answer_yes_after_no():
    return answers([("A", "no"), ("B", "yes")])


@void("10.5.4")
def answer_no_twice():
    return answers([("A", "no"), ("B", "no")])


@valid("10.5.4")
def answer_no_does_not_close_revoke():
    return answers([("F", "no"), ("K", "yes")], two_person, lambda o: acts.revoke(o.B), "A")


@valid("10.5.4")
def answer_no_twice_to_revoke():
    return answers([("F", "no"), ("F", "no")], two_person, lambda o: acts.revoke(o.B), "A")


@valid("10.5.4")
def answer_no_does_not_close_role_minus():
    return answers([("F", "no"), ("K", "yes")], two_person, lambda o: acts.role(o.B, "-admin"), "A")


@void("10.5.4")
def answer_no_closes_role_plus():
    return answers([("F", "no"), ("K", "yes")], two_person, lambda o: acts.role(o.X, "+admin"), "A")


@void("10.5.4")
def answer_no_closes_enrol():
    return answers([("F", "no"), ("K", "yes")], two_person, lambda o: acts.enrol(o.V, "admin"), "A")


@void("10.5.3")
def answer_of_another_subject():
    o = office()
    leaf = o.propose(o.L, o.disposal())
    o.act(o.A, acts.approve(f"exhibit {o.e2}", leaf))
    return o


@void("10.5.3")
def answer_to_no_proposal():
    o = office()
    leaf = o.log.slots[o.b1].leaves[0]
    o.act(o.A, acts.approve(f"exhibit {o.e1}", leaf))
    return o


@void("10.5.3")
def answer_to_a_void_proposal():
    o = office()
    slot = o.act(o.R, acts.propose(o.disposal()), verdict=VOID)
    o.act(o.A, acts.approve(f"exhibit {o.e1}", slot.leaves[0]))
    return o


@void("10.5.3")
def answer_in_the_slot_of_the_proposal():
    o = office()
    spec = acts.propose(o.disposal())
    leaf = o.foresee(o.L, spec)
    o.act(o.L, spec, acts.approve(f"exhibit {o.e1}", leaf))
    return o


def permitted(act=lambda o, leaf: o.disposal(leaf), propose=lambda o: o.disposal(), start=office):
    """An office in which an act is permitted, and the act."""
    o = start()
    leaf = o.by_two(o.L, o.A, propose(o))
    return o, act(o, leaf)


def permit_row(name, rule, verdict, letter, change=None, **what):
    """A vector that ends with the permitted act, by some letter, perhaps changed."""

    def build():
        o, act = permitted(**what)
        o.act(getattr(o, letter), change(o, act) if change else act)
        return o

    VECTORS.append(Vector(name, rule, verdict, build))


for each in "LABF":
    permit_row(f"permit-dispose-by-{each}", "10.5.7", VALID, each)
    permit_row(f"permit-erase-by-{each}", "10.5.7", VALID, each, act=erasure, propose=erasure)
    permit_row(f"permit-lost-by-{each}", "10.5.7", VALID, each, act=loss, propose=loss)
for each in "RDTKUXZ":
    permit_row(f"permit-dispose-by-{each}", "10.5.7", VOID, each)
    permit_row(f"permit-erase-by-{each}", "10.5.7", VOID, each, act=erasure, propose=erasure)
    permit_row(f"permit-lost-by-{each}", "10.5.7", VOID, each, act=loss, propose=loss)
permit_row("permit-of-another-action", "10.5.7", VOID, "A",
           act=lambda o, leaf: o.disposal(leaf), propose=loss)
permit_row("permit-erase-another-new", "10.5.7", VOID, "A",
           act=lambda o, leaf: erasure(o, leaf, new="33" * 32), propose=erasure)
permit_row("permit-erase-another-bundle", "10.5.7", VALID, "A",
           act=lambda o, leaf: erasure(o, leaf, bundle="33" * 32), propose=erasure)
permit_row("permit-erase-strike-more", "10.5.7", VOID, "A", act=lambda o, leaf: acts.erase(
    f"exhibit {o.e1}", leaf, [o.pair(o.b1)], {o.s1: "11" * 32}, ["44" * 32]), propose=erasure)
permit_row("permit-lost-another", "10.5.7", VOID, "A", act=lambda o, leaf: acts.lost(
    f"exhibit {o.e1}", leaf, [o.log.state.bundles[o.b1]]), propose=loss)
permit_row("permit-dispose-fewer-blanks", "10.5.7", VOID, "A", act=lambda o, leaf: acts.dispose(
    o.e1, leaf, [o.pair(o.b1)], [o.s1, o.t1]))


@void("10.5.7")
def permit_used_twice():
    o, act = permitted(loss, loss)
    o.act(o.A, act)
    o.act(o.A, act)
    return o


@void("10.5.7")
def permit_used_twice_in_a_slot():
    o, act = permitted(loss, loss)
    o.act(o.A, act, act)
    return o


@void("10.5.7")
def permit_not_approved():
    o = office()
    leaf = o.propose(o.L, o.disposal())
    o.act(o.A, o.disposal(leaf))
    return o


@void("10.5.7")
def permit_refused():
    o = office()
    leaf = o.propose(o.L, o.disposal())
    o.approve(o.A, o.disposal(), leaf, "no")
    o.act(o.A, o.disposal(leaf))
    return o


@void("10.5.7")
def permit_of_another_subject():
    o = office()
    leaf = o.by_two(o.L, o.A, o.bare(o.e4))
    o.act(o.D, acts.deposit("ab" * 16, o.case))
    o.act(o.A, acts.dispose("ab" * 16, leaf))
    return o


@valid("10.5.7")
def permit_in_the_slot_of_the_approval():
    o = office()
    leaf = o.propose(o.L, o.disposal())
    o.act(o.A, acts.approve(f"exhibit {o.e1}", leaf), o.disposal(leaf))
    return o


@valid("10.5.6")
def permit_does_not_lapse():
    o, act = permitted()
    o.act(o.B, acts.revoke(o.L), acts.revoke(o.A))
    o.act(o.B, act)
    return o


@void("10.5.7")
def permit_held_meanwhile():
    o, act = permitted()
    o.act(o.L, acts.hold(f"exhibit {o.e1}", "set"))
    o.act(o.A, act)
    return o


@valid("10.5.7")
def permit_held_and_released_meanwhile():
    o, act = permitted()
    o.act(o.L, acts.hold(f"exhibit {o.e1}", "set"))
    o.by_two(o.A, o.L, acts.hold(f"exhibit {o.e1}", "release"))
    o.act(o.A, act)
    return o


@void("10.5.7")
def permit_list_has_grown_meanwhile():
    o, act = permitted()
    o.act(o.R, o.record())
    o.act(o.A, act)
    return o


@valid("10.5.6")
def carried_out_release():
    o = held()
    o.by_two(o.A, o.L, release(o))
    o.act(o.L, acts.hold(f"case {o.case}", "set"))
    return o


@valid("10.5.6")
def carried_out_role():
    o = two_person()
    o.by_two(o.A, o.B, acts.role(o.X, "+admin"))
    o.act(o.X, acts.enrol(o.V))
    return o


@void("10.5.6")
def carried_out_twice():
    o = two_person()
    act = acts.role(o.X, "+admin")
    first, second = o.propose(o.A, act), o.propose(o.A, act)
    o.approve(o.B, act, first)
    o.approve(o.B, act, second)
    return o


@valid("10.5 enrol")
def card_of_two_enrols_alone():
    o = two_person()
    o.by_two(o.A, o.B, acts.enrol(o.V, "recovery"))
    o.act(o.V, acts.enrol(o.W, "admin"))
    return o


@void("10.5 enrol")
def card_of_two_proposes():
    o = two_person()
    o.by_two(o.A, o.B, acts.enrol(o.V, "recovery"))
    o.act(o.V, acts.propose(acts.enrol(o.W, "admin")))
    return o


@valid("10.5 enrol")
def card_of_two_with_its_own_new_keys():
    o = two_person()
    o.by_two(o.A, o.B, acts.enrol(o.V, "recovery"))
    o.act(o.V, acts.enrol(o.V.again(), "recovery"))
    o.act(o.V.again(), acts.enrol(o.B.again(), "admin"))
    return o


@valid("10.5 lost")
def lost_vault_by_the_sole_officer():
    o = founding()
    o.act(o.F, vault_loss(o))
    return o


@void("10.5 lost")
def lost_vault_with_another_officer():
    o = founding()
    o.act(o.F, acts.enrol(o.U, "auditor"))
    o.act(o.F, vault_loss(o))
    return o


@valid("10.5 lost")
def lost_vault_with_a_card_only():
    o = founding()
    o.act(o.F, acts.enrol(o.K, "recovery"))
    o.act(o.F, vault_loss(o))
    return o


@valid("10.5.5")
def yes_by_provisional_lead_to_a_standing_one():
    o = appointed()
    o.act(o.X, o.grant(o.Y, "lead"))
    o.act(o.R, o.grant(o.X, "lead"))
    leaf = o.propose(o.X, o.disposal())
    o.approve(o.Y, o.disposal(), leaf)
    return o


@void("10.5.5")
def yes_by_admin_to_a_provisional_lead():
    o = appointed()
    leaf = o.propose(o.X, o.disposal())
    o.approve(o.B, o.disposal(), leaf)
    return o
