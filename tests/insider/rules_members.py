# SPDX-License-Identifier: Apache-2.0
"""Section 10.3: members, roles, policy."""
import acts
from acts import AUDIT
from situations import CODES, founding, leaderless, office, one_slot, small, two_person, valid, void
from writer import VALID, VOID, Member

one_slot(office, "10.3 enrol 1", VALID, [
    ("enrol-by-admin", "A", lambda o: acts.enrol(o.V)),
    ("enrol-by-card", "K", lambda o: acts.enrol(o.V, "admin")),
    ("enrol-recipient-of-a-ring", "A", lambda o: acts.enrol(
        Member(o.V.code, o.V.seed, o.log.rings[o.case][0]))),
    ("enrol-recipient-of-another", "A", lambda o: acts.enrol(
        Member(o.V.code, o.V.seed, o.R.secret))),
])
one_slot(office, "10.3 enrol 1", VOID, [
    ("enrol-by-lead", "L", lambda o: acts.enrol(o.V)),
    ("enrol-by-auditor", "U", lambda o: acts.enrol(o.V)),
    ("enrol-by-nobody", "X", lambda o: acts.enrol(o.V)),
    ("enrol-by-card-without-role", "K", lambda o: acts.enrol(o.V)),
    ("enrol-by-card-two-roles", "K", lambda o: acts.enrol(o.V, "admin,auditor")),
    ("enrol-by-card-a-card", "K", lambda o: acts.enrol(o.V, "recovery")),
    ("enrol-key-of-another", "A", lambda o: acts.enrol(o.R.called("V-1"))),
    ("enrol-key-of-the-actor", "A", lambda o: acts.enrol(o.A.called("V-1"))),
    ("enrol-key-of-the-founder", "A", lambda o: acts.enrol(o.F.called("V-1"))),
    ("enrol-key-of-another-in-this-slot", "A", lambda o: [
        acts.enrol(o.V), acts.enrol(o.V.called("W-1"))]),
])


@void("10.3 enrol 1")
def enrol_key_that_was_replaced():
    o = office()
    o.act(o.R, acts.enrol(o.R.again()))
    o.act(o.A, acts.enrol(o.R.called("V-1")))
    return o


@void("10.3 enrol 1")
def enrol_key_of_a_revoked_member():
    o = office()
    o.act(o.A, acts.revoke(o.X))
    o.act(o.A, acts.enrol(o.X.called("V-1")))
    return o


@valid("10.3 enrol 1")
def enrol_key_of_a_void_slot():
    o = office()
    o.act(o.X, acts.enrol(o.V), verdict=VOID)
    o.act(o.A, acts.enrol(o.V.called("W-1")))
    return o


@valid("10.3 enrol 1")
def enrol_key_of_a_proposal():
    o = two_person()
    o.propose(o.A, acts.enrol(o.V, "admin"))
    o.act(o.A, acts.enrol(o.V.called("W-1")))
    return o


@void("10.3 enrol 1")
def approve_enrol_whose_key_was_taken():
    o = two_person()
    act = acts.enrol(o.V, "admin")
    leaf = o.propose(o.A, act)
    o.act(o.A, acts.enrol(o.V.called("W-1")))
    o.approve(o.B, act, leaf)
    return o


one_slot(office, "10.3 enrol 2", VALID, [
    ("enrol-again", "A", lambda o: acts.enrol(o.R.again())),
    ("enrol-again-same-keys", "A", lambda o: acts.enrol(o.R)),
    ("enrol-again-admin-loses-role", "A", lambda o: acts.enrol(o.B.again())),
    ("enrol-again-auditor-loses-role", "A", lambda o: acts.enrol(o.U.again())),
    ("enrol-again-admin-by-card", "K", lambda o: acts.enrol(o.B.again(), "admin")),
    ("enrol-again-nobody-admin-by-card", "K", lambda o: acts.enrol(o.R.again(), "admin")),
    ("enrol-again-card", "A", lambda o: acts.enrol(o.K.again(), "recovery")),
])
one_slot(office, "10.3 enrol 2", VOID, [
    ("enrol-again-by-lead", "L", lambda o: acts.enrol(o.R.again())),
    ("enrol-again-with-admin", "A", lambda o: acts.enrol(o.R.again(), "admin")),
    ("enrol-again-admin-with-admin", "A", lambda o: acts.enrol(o.B.again(), "admin")),
    ("enrol-again-with-auditor", "A", lambda o: acts.enrol(o.U.again(), "auditor")),
    ("enrol-again-as-card", "A", lambda o: acts.enrol(o.R.again(), "recovery")),
    ("enrol-again-card-without-role", "A", lambda o: acts.enrol(o.K.again())),
    ("enrol-again-card-as-admin", "A", lambda o: acts.enrol(o.K.again(), "admin")),
    ("enrol-again-key-of-another", "A", lambda o: acts.enrol(o.X.called("R-1"))),
    ("enrol-again-by-card-without-role", "K", lambda o: acts.enrol(o.R.again())),
])


@void("10.3 enrol 2")
def enrol_again_revoked():
    o = office()
    o.act(o.A, acts.revoke(o.X))
    o.act(o.A, acts.enrol(o.X.again()))
    return o


@void("10.3 enrol 2")
def enrol_again_card_by_card():
    o = office()
    o.act(o.A, acts.enrol(o.V, "recovery"))
    o.act(o.V, acts.enrol(o.K.again(), "recovery"))
    return o


@void("10.3 enrol 2")
def enrol_again_card_as_admin_by_card():
    o = office()
    o.act(o.A, acts.enrol(o.V, "recovery"))
    o.act(o.V, acts.enrol(o.K.again(), "admin"))
    return o


def sole_with_card():
    """F is the only admin, K a card."""
    o = founding()
    o.act(o.F, acts.enrol(o.K, "recovery"), acts.enrol(o.X))
    return o


one_slot(sole_with_card, "10.3 enrol 2", VALID, [
    ("enrol-last-admin-by-card", "K", lambda o: acts.enrol(o.F.again(), "admin")),
])
one_slot(sole_with_card, "10.3 enrol 2", VOID, [
    ("enrol-last-admin-without-role", "K", lambda o: acts.enrol(o.F.again())),
])


@valid("10.3 enrol 2")
def enrol_again_back_to_an_older_key():
    o = office()
    o.act(o.A, acts.enrol(o.R.again()))
    o.act(o.A, acts.enrol(o.R))
    return o


def grants_end(member, act):
    """What the member could do by a grant before it was enrolled by another, with its new keys."""
    o = office()
    letter = {v: k for k, v in CODES.items()}[member]
    who = getattr(o, letter)
    o.act(o.A, acts.enrol(who.again()))
    o.act(who.again(), act(o))
    return o


@void("10.3 enrol 2")
def enrol_again_ends_reader():
    return grants_end("R-1", lambda o: acts.record(f"exhibit {o.e1}", o.case))


@void("10.3 enrol 2")
def enrol_again_ends_lead():
    return grants_end("L-1", lambda o: acts.close(o.case))


@void("10.3 enrol 2")
def enrol_again_ends_depositor():
    return grants_end("D-1", lambda o: acts.deposit(o.log.new_id(), o.case))


@void("10.3 enrol 2")
def enrol_again_ends_audit():
    return grants_end("U-1", lambda o: o.epoch(AUDIT))


@valid("10.3 enrol 2")
def enrol_again_keeps_the_member():
    return grants_end("R-1", lambda o: acts.record("member R-1"))


one_slot(office, "10.3 enrol 3", VALID, [
    ("own-key", "R", lambda o: acts.enrol(o.R.again())),
    ("own-key-admin", "A", lambda o: acts.enrol(o.A.again(), "admin")),
    ("own-key-card", "K", lambda o: acts.enrol(o.K.again(), "recovery")),
    ("own-key-founder", "F", lambda o: acts.enrol(o.F.again(), "admin,auditor")),
])
one_slot(office, "10.3 enrol 3", VOID, [
    ("own-key-more-roles", "A", lambda o: acts.enrol(o.A.again(), "admin,auditor")),
    ("own-key-fewer-roles", "F", lambda o: acts.enrol(o.F.again(), "admin")),
    ("own-key-no-roles", "A", lambda o: acts.enrol(o.A.again())),
    ("own-key-card-as-admin", "K", lambda o: acts.enrol(o.K.again(), "admin")),
    ("own-key-of-another", "R", lambda o: acts.enrol(o.X.called("R-1"))),
    ("own-key-proposed", "A", lambda o: acts.propose(acts.enrol(o.A.again(), "admin"))),
])
one_slot(two_person, "10.3 enrol 3", VOID, [
    ("own-key-proposed-under-two-person", "A",
     lambda o: acts.propose(acts.enrol(o.A.again(), "admin"))),
])


def own_key(letter, act):
    """What a member does with the keys it has given itself."""
    o = office()
    who = getattr(o, letter)
    o.act(who, acts.enrol(who.again(), {"A": "admin", "U": "auditor"}.get(letter, "-")))
    o.act(who.again(), act(o))
    return o


@valid("10.3 enrol 3")
def own_key_keeps_reader():
    return own_key("R", lambda o: acts.deposit(o.log.new_id(), o.case))


@valid("10.3 enrol 3")
def own_key_keeps_lead():
    return own_key("L", lambda o: acts.close(o.case))


@valid("10.3 enrol 3")
def own_key_keeps_audit():
    return own_key("U", lambda o: o.epoch(AUDIT))


@valid("10.3 enrol 3")
def own_key_keeps_admin():
    return own_key("A", lambda o: acts.enrol(o.V))


@valid("10.3 enrol 3")
def own_key_back_to_an_older_one():
    return own_key("R", lambda o: acts.enrol(o.R))


one_slot(office, "10.3 role", VALID, [
    ("role-plus-admin", "A", lambda o: acts.role(o.X, "+admin")),
    ("role-plus-auditor", "A", lambda o: acts.role(o.A, "+auditor")),
    ("role-minus-admin", "A", lambda o: acts.role(o.B, "-admin")),
    ("role-minus-own-admin", "A", lambda o: acts.role(o.A, "-admin")),
    ("role-minus-auditor", "A", lambda o: acts.role(o.U, "-auditor")),
    ("role-of-one-enrolled-in-this-slot", "A", lambda o: [
        acts.enrol(o.V), acts.role(o.V, "+admin")]),
])
one_slot(office, "10.3 role", VOID, [
    ("role-by-card", "K", lambda o: acts.role(o.X, "+admin")),
    ("role-by-auditor", "U", lambda o: acts.role(o.X, "+auditor")),
    ("role-by-lead", "L", lambda o: acts.role(o.L, "+admin")),
    ("role-of-a-card", "A", lambda o: acts.role(o.K, "+admin")),
    ("role-has-it-already", "A", lambda o: acts.role(o.B, "+admin")),
    ("role-has-it-not", "A", lambda o: acts.role(o.B, "-auditor")),
    ("role-twice-in-a-slot", "A", lambda o: [acts.role(o.X, "+admin")] * 2),
    ("role-three-admins-all-out", "A", lambda o: [
        acts.role(o.B, "-admin"), acts.role(o.F, "-admin"), acts.role(o.A, "-admin")]),
])
one_slot(sole_with_card, "10.3 role", VOID, [
    ("role-last-admin", "F", lambda o: acts.role(o.F, "-admin"))])
one_slot(sole_with_card, "10.3 role", VALID, [
    ("role-last-auditor", "F", lambda o: acts.role(o.F, "-auditor"))])


@void("10.3 role")
def role_of_a_revoked_member():
    o = office()
    o.act(o.A, acts.revoke(o.X))
    o.act(o.A, acts.role(o.X, "+admin"))
    return o


@void("10.3 role")
def role_minus_auditor_ends_the_audit_grant():
    o = office()
    o.act(o.A, acts.role(o.U, "-auditor"), acts.role(o.U, "+auditor"))
    o.act(o.U, o.epoch(AUDIT))
    return o


@valid("10.3 role")
def role_minus_auditor_keeps_case_grants():
    o = office()
    o.act(o.A, acts.role(o.R, "+auditor"), acts.role(o.R, "-auditor"))
    o.act(o.R, o.record())
    return o


one_slot(office, "10.3 revoke", VALID, [
    ("revoke-anybody", "A", lambda o: acts.revoke(o.X)),
    ("revoke-the-lead", "A", lambda o: acts.revoke(o.L)),
    ("revoke-an-admin", "A", lambda o: acts.revoke(o.B)),
    ("revoke-the-founder", "A", lambda o: acts.revoke(o.F)),
    ("revoke-last-card-while-one-suffices", "A", lambda o: acts.revoke(o.K)),
])
one_slot(office, "10.3 revoke", VOID, [
    ("revoke-by-lead", "L", lambda o: acts.revoke(o.R)),
    ("revoke-by-card", "K", lambda o: acts.revoke(o.R)),
    ("revoke-by-oneself", "X", lambda o: acts.revoke(o.X)),
    ("revoke-by-auditor", "U", lambda o: acts.revoke(o.X)),
    ("revoke-twice-in-a-slot", "A", lambda o: [acts.revoke(o.X)] * 2),
])
one_slot(sole_with_card, "10.3 revoke", VOID, [
    ("revoke-last-admin", "F", lambda o: acts.revoke(o.F))])
one_slot(two_person, "10.3 revoke", VOID, [
    ("revoke-last-card-while-two-person", "A", lambda o: acts.revoke(o.K))])


@void("10.3 revoke")
def revoke_again():
    o = office()
    o.act(o.A, acts.revoke(o.X))
    o.act(o.B, acts.revoke(o.X))
    return o


@valid("10.3 revoke")
def revoke_one_of_two_cards():
    o = office()
    o.enrol(o.V, by=o.A, roles="recovery")
    o.act(o.A, acts.policy("two-person on"))
    o.act(o.A, acts.revoke(o.K))
    return o


@void("10.3 revoke")
def revoke_ends_grants():
    o = leaderless()
    o.act(o.A, o.ungrant(o.L))
    return o


@void("10.3 revoke")
def revoked_is_granted_nothing():
    o = office()
    o.act(o.A, acts.revoke(o.R))
    o.act(o.L, o.grant(o.R, "reader"))
    return o


one_slot(small, "10.3 policy", VALID, [
    ("policy-two-person", "A", lambda o: acts.policy("two-person on")),
    ("policy-disclosure-by-founder", "F", lambda o: acts.policy("disclosure two-person")),
])
one_slot(small, "10.3 policy", VOID, [
    ("policy-by-card", "K", lambda o: acts.policy("grant-days 30")),
    ("policy-by-auditor", "U", lambda o: acts.policy("grant-days 30")),
    ("policy-by-nobody", "X", lambda o: acts.policy("break-glass off")),
    ("policy-two-person-twice-in-a-slot", "A", lambda o: [acts.policy("two-person on")] * 2),
])
one_slot(sole_with_card, "10.3 policy", VOID, [
    ("policy-two-person-one-admin", "F", lambda o: acts.policy("two-person on"))])


@void("10.3 policy")
def policy_two_person_without_card():
    o = small()
    o.act(o.A, acts.revoke(o.K))
    o.act(o.A, acts.policy("two-person on"))
    return o


@valid("10.3 policy")
def policy_two_person_on_again_by_two():
    o = two_person()
    o.by_two(o.A, o.B, acts.policy("two-person on"))
    return o


@valid("10.3 policy")
def policy_two_person_card_in_this_slot():
    o = small()
    o.act(o.A, acts.revoke(o.K))
    o.act(o.A, acts.enrol(o.V, "recovery"), acts.policy("two-person on"))
    return o


one_slot(office, "10.3 rows", VOID, [
    ("log-key-by-auditor", "U", lambda o: acts.log_key(
        o.M.called(o.log.origin).vkey, [o.hash()])),
    ("log-key-by-card", "K", lambda o: acts.log_key(o.M.called(o.log.origin).vkey, [o.hash()])),
    ("publish-by-lead", "L", lambda o: acts.publish()),
    ("publish-by-card", "K", lambda o: acts.publish()),
    ("anchor-by-lead", "L", lambda o: acts.anchor(1, [o.hash()])),
    ("anchor-by-card", "K", lambda o: acts.anchor(1, [o.hash()])),
    ("anchor-this-slot", "A", lambda o: acts.anchor(len(o.log.slots), [o.hash()])),
    ("anchor-later-slot", "A", lambda o: acts.anchor(99, [o.hash()])),
    ("propose-restored-by-card", "K", lambda o: acts.propose(acts.restored(40, o.hash()))),
])
one_slot(office, "10.3 rows", VALID, [
    ("publish-by-auditor", "U", lambda o: acts.publish()),
    ("anchor-by-auditor", "U", lambda o: acts.anchor(1, [o.hash()])),
    ("anchor-slot-0", "A", lambda o: acts.anchor(0, [o.hash()])),
    ("anchor-slot-before", "A", lambda o: acts.anchor(len(o.log.slots) - 1, [o.hash()])),
    ("anchor-kind-not-known", "A", lambda o: acts.anchor(1, [o.hash()], "sunstone")),
])


@valid("10.3 rows")
def anchor_of_a_void_slot():
    o = office()
    o.act(o.X, acts.publish(), verdict=VOID)
    o.act(o.A, acts.anchor(len(o.log.slots) - 1, [o.hash()]))
    return o


@void("10.3 restored")
def restored_directly_with_two_admins():
    o = small()
    o.act(o.A, acts.restored(40, o.hash()))
    return o


@valid("10.3 restored")
def restored_below_its_own_slot():
    o = founding()
    o.act(o.F, acts.enrol(o.X))
    o.act(o.F, acts.restored(1, o.hash()))
    return o
