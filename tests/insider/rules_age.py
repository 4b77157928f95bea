# SPDX-License-Identifier: Apache-2.0
"""Section 10.5, numbers 2 and 5: proposals that lapse, young approvers, one card's hand."""
import acts
from situations import appointed, office, two_person, valid, void


def between(change, proposer="L", approver="A", act=lambda o: o.disposal(), start=office,
            keys=None, answer="yes"):
    """A proposal, then a change of who is who, then the answer by the approver (with new keys)."""
    o = start()
    spec = act(o)
    leaf = o.propose(getattr(o, proposer), spec)
    change(o)
    o.approve(keys(o) if keys else getattr(o, approver), spec, leaf, answer)
    return o


@void("10.5.2")
def lapse_proposers_own_key():
    return between(lambda o: o.act(o.L, acts.enrol(o.L.again())))


@void("10.5.2")
def lapse_proposers_own_key_the_same_one():
    return between(lambda o: o.act(o.L, acts.enrol(o.L)))


@void("10.5.2")
def lapse_answer_no():
    return between(lambda o: o.act(o.L, acts.enrol(o.L.again())), answer="no")


@void("10.5.2")
def lapse_proposer_enrolled_by_another():
    return between(lambda o: o.act(o.B, acts.enrol(o.A.again())), "A", "L")


@void("10.5.2")
def lapse_proposer_revoked():
    return between(lambda o: o.act(o.B, acts.revoke(o.A)), "A", "L")


@void("10.5.2")
def lapse_proposer_lost_his_role():
    return between(lambda o: o.act(o.B, acts.role(o.A, "-admin")), "A", "L")


@void("10.5.2")
def lapse_proposer_lost_his_role_and_has_it_again():
    return between(lambda o: o.act(o.B, acts.role(o.A, "-admin"), acts.role(o.A, "+admin")),
                   "A", "L")


@void("10.5.2")
def lapse_proposers_grant_ended():
    return between(lambda o: (o.act(o.A, o.ungrant(o.L)), o.act(o.A, o.grant(o.X, "lead")),
                              o.act(o.R, o.grant(o.X, "lead"))), "L", "A")


@void("10.5.2")
def lapse_proposers_grant_renewed():
    return between(lambda o: o.act(o.L, o.grant(o.L, "lead")))


def with_lead(letter):
    """The office in which somebody else is standing lead, too."""
    o = office()
    o.act(o.L, o.grant(getattr(o, letter), "lead"))
    return o


@valid("10.5.2")
def lapse_not_with_another_hat():
    return between(lambda o: o.act(o.L, o.ungrant(o.B)), "B", "L", start=lambda: with_lead("B"))


@valid("10.5.2")
def lapse_not_with_the_other_hat():
    return between(lambda o: o.act(o.A, acts.role(o.B, "-admin")), "B", "L",
                   start=lambda: with_lead("B"))


@void("10.5.2")
def lapse_with_both_hats_gone():
    return between(lambda o: (o.act(o.A, acts.role(o.B, "-admin")), o.act(o.L, o.ungrant(o.B))),
                   "B", "L", start=lambda: with_lead("B"))


@void("10.5.2")
def lapse_renewed_lead_of_two():
    return between(lambda o: o.act(o.L, o.grant(o.X, "lead")), "X", "L",
                   start=lambda: with_lead("X"))


@void("10.5.5")
def standing_lead_is_asked_now():
    """B, admin and lead, proposed; the lead is gone, and A is no lead."""
    return between(lambda o: o.act(o.L, o.ungrant(o.B)), "B", "A", start=lambda: with_lead("B"))


@valid("10.5.5")
def standing_lead_became_one_meanwhile():
    """A proposed while L was the lead; L, standing, says yes after others came."""
    return between(lambda o: o.act(o.L, o.grant(o.X, "lead")), "A", "L")


@void("10.5.2")
def lapse_code_was_enrolled_meanwhile():
    return between(lambda o: o.act(o.A, acts.enrol(o.V)), "A", "B",
                   lambda o: acts.enrol(o.V, "admin"), two_person)


@void("10.5.2")
def lapse_subject_has_new_keys_role_plus():
    return between(lambda o: o.act(o.X, acts.enrol(o.X.again())), "A", "B",
                   lambda o: acts.role(o.X, "+admin"), two_person)


@void("10.5.2")
def lapse_subject_was_enrolled_again_role_plus():
    return between(lambda o: o.act(o.A, acts.enrol(o.X.again())), "A", "B",
                   lambda o: acts.role(o.X, "+admin"), two_person)


@void("10.5.2")
def lapse_subject_has_new_keys_enrol():
    return between(lambda o: o.act(o.U, acts.enrol(o.U.again(), "auditor")), "A", "B",
                   lambda o: acts.enrol(o.U.again(2)), two_person)


@valid("10.5.2")
def lapse_not_role_minus():
    return between(lambda o: o.act(o.B, acts.enrol(o.B.again(), "admin")), "A", "F",
                   lambda o: acts.role(o.B, "-admin"), two_person)


@valid("10.5.2")
def lapse_not_revoke():
    return between(lambda o: o.act(o.B, acts.enrol(o.B.again(), "admin")), "A", "F",
                   lambda o: acts.revoke(o.B), two_person)


@void("10.5.2")
def lapse_for_ever():
    """The keys that proposed are enrolled again, but they are younger now."""
    return between(lambda o: (o.act(o.L, acts.enrol(o.L.again())),
                              o.act(o.L.again(), acts.enrol(o.L))))


@void("10.5.5")
def approver_enrolled_later():
    return between(lambda o: o.enrol(o.V, by=o.F, roles="admin"), "L", "V")


@void("10.5.5")
def approver_became_admin_later():
    return between(lambda o: o.act(o.F, acts.role(o.X, "+admin")), "L", "X")


@valid("10.5.3")
def approver_young_says_no():
    return between(lambda o: o.enrol(o.V, by=o.F, roles="admin"), "L", "V", answer="no")


@void("10.5.5")
def approver_has_new_keys():
    return between(lambda o: o.act(o.A, acts.enrol(o.A.again(), "admin")), "L",
                   keys=lambda o: o.A.again())


@valid("10.5.3")
def approver_with_new_keys_says_no():
    return between(lambda o: o.act(o.A, acts.enrol(o.A.again(), "admin")), "L",
                   keys=lambda o: o.A.again(), answer="no")


@void("10.5.5")
def approver_lead_renewed():
    return between(lambda o: o.act(o.L, o.grant(o.L, "lead")), "A", "L")


@valid("10.5.5")
def approver_one_warrant_is_older():
    """B has been admin; the lead's grant that B got since makes him standing lead now."""
    return between(lambda o: o.act(o.L, o.grant(o.B, "lead")), "A", "B")


@valid("10.5.5")
def approver_admin_again_is_still_lead():
    return between(lambda o: o.act(o.F, acts.role(o.X, "+admin")), "L", "X",
                   start=lambda: with_lead("X"))


@void("10.5.5")
def approver_enrolled_by_another_meanwhile():
    return between(lambda o: o.act(o.K, acts.enrol(o.A.again(), "admin")), "L",
                   keys=lambda o: o.A.again())


@void("10.5.5")
def approver_held_meanwhile():
    return between(lambda o: o.act(o.L, acts.hold(f"exhibit {o.e1}", "set")))


@void("10.5.5")
def approver_list_has_grown_meanwhile():
    return between(lambda o: o.act(o.R, o.record()))


@void("10.5.5")
def approver_is_no_admin_any_more():
    return between(lambda o: o.act(o.F, acts.role(o.A, "-admin")))


def one_card(enrol, proposer="V", approver="W", lead="W"):
    """V and W are enrolled as enrol says, one is made lead, and they are the two."""
    o = office()
    enrol(o)
    o.act(o.L, o.grant(getattr(o, lead), "lead"))
    spec = o.disposal()
    leaf = o.propose(getattr(o, proposer), spec)
    o.approve(getattr(o, approver), spec, leaf)
    return o


def both_by(letter):
    """Both by the same member, alone."""
    return lambda o: o.act(getattr(o, letter), acts.enrol(o.V, "admin"), acts.enrol(o.W, "admin"))


@void("10.5.5 one card")
def card_enrolled_both():
    return one_card(both_by("K"))


@valid("10.5.5 one card")
def admin_enrolled_both():
    return one_card(both_by("A"))


@valid("10.5.5 one card")
def card_enrolled_one_of_both():
    return one_card(lambda o: (o.act(o.K, acts.enrol(o.V, "admin")),
                               o.act(o.A, acts.enrol(o.W, "admin"))))


@void("10.5.5 one card")
def card_enrolled_one_who_enrolled_the_other():
    return one_card(lambda o: (o.act(o.K, acts.enrol(o.V, "admin")),
                               o.act(o.V, acts.enrol(o.W))))


@void("10.5.5 one card")
def card_enrolled_both_and_was_revoked():
    return one_card(lambda o: (both_by("K")(o), o.act(o.A, acts.revoke(o.K))))


@void("10.5.5 one card")
def card_enrolled_both_and_own_keys_since():
    o = office()
    both_by("K")(o)
    o.act(o.V, acts.enrol(o.V.again(), "admin"))
    o.act(o.L, o.grant(o.W, "lead"))
    leaf = o.propose(o.V.again(), o.disposal())
    o.approve(o.W, o.disposal(), leaf)
    return o


@void("10.5.5 one card")
def card_enrolled_both_one_enrolled_again_by_another():
    """The line only grows."""
    o = office()
    both_by("K")(o)
    o.act(o.A, acts.enrol(o.W))
    o.act(o.L, o.grant(o.W, "lead"))
    leaf = o.propose(o.V, o.disposal())
    o.approve(o.W, o.disposal(), leaf)
    return o


@valid("10.5.5 one card")
def two_cards_enrolled_one_each():
    def enrol(o):
        o.act(o.A, acts.enrol(o.G, "recovery"))
        o.act(o.K, acts.enrol(o.V, "admin"))
        o.act(o.G, acts.enrol(o.W, "admin"))
    return one_card(enrol)


@valid("10.5.5 one card")
def card_enrolled_both_with_another():
    def enrol(o):
        o.act(o.A, acts.policy("two-person on"))
        for member in (o.V, o.W):
            o.by_two(o.K, o.A, acts.enrol(member, "admin"))
    return one_card(enrol)


@valid("10.5.5 one card")
def card_enrolled_one_alone_and_one_with_another():
    def enrol(o):
        o.act(o.K, acts.enrol(o.V, "admin"))
        o.act(o.A, acts.policy("two-person on"))
        o.by_two(o.K, o.A, acts.enrol(o.W, "admin"))
    return one_card(enrol)


@void("10.5.5 one card")
def card_enrolled_one_who_enrolled_the_other_with_another():
    def enrol(o):
        o.act(o.K, acts.enrol(o.V, "admin"))
        o.act(o.A, acts.policy("two-person on"))
        o.by_two(o.V, o.A, acts.enrol(o.W, "admin"))
    return one_card(enrol)


@valid("10.5.5 one card")
def card_of_two_enrolled_one_alone():
    def enrol(o):
        o.act(o.A, acts.policy("two-person on"))
        o.by_two(o.K, o.A, acts.enrol(o.V, "admin"))
        o.by_two(o.A, o.B, acts.enrol(o.G, "recovery"))
        o.act(o.G, acts.enrol(o.W, "admin"))
    return one_card(enrol)


@void("10.5.5 one card")
def card_enrolled_both_of_a_format():
    o = office()
    both_by("K")(o)
    o.by_two(o.V, o.W, acts.format_(2))
    return o


@void("10.5.5 one card")
def card_enrolled_both_of_an_erasure_of_the_vault():
    o = office()
    both_by("K")(o)
    sheet, number = o.hash(), len(o.log.slots)
    o.act(o.U, acts.record("vault").with_lines("custody", sheets=[sheet]))
    o.by_two(o.V, o.W, acts.erase("vault", "-", [o.pair(number)], {sheet: "-"}))
    return o


@void("10.5.5 one card")
def card_approves_for_one_it_enrolled():
    o = office()
    o.act(o.K, acts.enrol(o.V, "admin"))
    o.by_two(o.V, o.K, acts.format_(2))
    return o


@void("10.5.5 one card")
def card_proposes_to_one_it_enrolled():
    o = office()
    o.act(o.K, acts.enrol(o.V, "admin"))
    o.act(o.A, acts.policy("two-person on"))
    o.by_two(o.K, o.V, acts.enrol(o.W, "admin"))
    return o


@valid("10.5.5 one card")
def card_approves_for_one_it_enrolled_with_another():
    o = two_person()
    o.by_two(o.K, o.A, acts.enrol(o.V, "admin"))
    o.by_two(o.V, o.K, acts.format_(2))
    return o


@valid("10.5.4")
def card_that_enrolled_both_is_asked_of_a_yes_alone():
    o = office()
    both_by("K")(o)
    spec = acts.format_(2)
    o.approve(o.W, spec, o.propose(o.V, spec), "no")
    return o


@void("10.5.5")
def provisional_proposer_and_provisional_lead():
    o = appointed()
    o.act(o.X, o.grant(o.Y, "lead"))
    leaf = o.propose(o.Y, o.disposal())
    o.approve(o.X, o.disposal(), leaf)
    return o
