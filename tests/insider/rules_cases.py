# SPDX-License-Identifier: Apache-2.0
"""Section 10.4: cases, rings, grants."""
import acts
import encode
from acts import AUDIT
from situations import UNTIL, appointed, later, leaderless, office, one_slot, small, valid, void
from writer import VALID, VOID

one_slot(office, "10.4 case", VALID, [
    ("case-of-oneself", "A", lambda o: o.new_case(o.A, o.A)),
    ("case-lead-is-auditor", "A", lambda o: o.new_case(o.A, o.U)),
    ("case-recipient-of-a-member", "A", lambda o: acts.case(
        o.log.new_id(), o.R.recipient, o.L, o.hash())),
    ("case-lead-enrolled-in-this-slot", "A", lambda o: [acts.enrol(o.V), o.new_case(o.A, o.V)]),
])
one_slot(office, "10.4 case", VOID, [
    ("case-by-lead", "L", lambda o: o.new_case(o.L, o.L)),
    ("case-by-card", "K", lambda o: o.new_case(o.K, o.X)),
    ("case-by-auditor", "U", lambda o: o.new_case(o.U, o.X)),
    ("case-lead-is-a-card", "A", lambda o: o.new_case(o.A, o.K)),
    ("case-lead-not-enrolled", "A", lambda o: o.new_case(o.A, o.V)),
    ("case-recipient-of-another-case", "A", lambda o: acts.case(
        o.log.new_id(), encode.recipient(o.log.rings[o.case][0]), o.L, o.hash())),
    ("case-recipient-of-the-audit-ring", "A", lambda o: acts.case(
        o.log.new_id(), encode.recipient(o.log.rings[AUDIT][0]), o.L, o.hash())),
    ("case-recipient-twice-in-a-slot", "A", lambda o: [acts.case(
        o.log.new_id(), encode.recipient(b"\x42" * 32), o.L, o.hash()) for _ in range(2)]),
])


@void("10.4 case")
def case_lead_is_revoked():
    o = office()
    o.act(o.A, acts.revoke(o.X))
    o.act(o.A, o.new_case(o.A, o.X))
    return o


@void("10.4 case")
def case_recipient_of_an_older_epoch():
    o = office()
    o.act(o.L, o.epoch(o.case))
    ring = encode.recipient(o.log.rings[o.case][0])
    o.act(o.A, acts.case(o.log.new_id(), ring, o.L, o.hash()))
    return o


@valid("10.4 case")
def case_recipient_of_a_void_slot():
    o = office()
    spec = o.new_case(o.X, o.L)
    o.act(o.X, spec, verdict=VOID)
    o.act(o.A, spec)
    return o


one_slot(office, "10.4 epoch", VALID, [
    ("epoch-by-lead", "L", lambda o: o.epoch(o.case)),
    ("epoch-twice-in-a-slot", "L", lambda o: [o.epoch(o.case), o.epoch(o.case)]),
    ("epoch-vault-by-founder", "F", lambda o: o.epoch(AUDIT)),
    ("epoch-vault-by-holder", "U", lambda o: o.epoch(AUDIT)),
])
one_slot(office, "10.4 epoch", VOID, [
    ("epoch-by-reader", "R", lambda o: o.epoch(o.case)),
    ("epoch-by-admin", "A", lambda o: o.epoch(o.case)),
    ("epoch-by-lead-of-another-case", "Z", lambda o: o.epoch(o.case)),
    ("epoch-number-current", "L", lambda o: o.epoch(o.case, 1)),
    ("epoch-number-skips", "L", lambda o: o.epoch(o.case, 3)),
    ("epoch-recipient-again", "L", lambda o: acts.epoch(
        o.case, encode.recipient(o.log.rings[o.case][0]), o.hash())),
    ("epoch-recipient-of-another-case", "L", lambda o: acts.epoch(
        o.case, encode.recipient(o.log.rings[o.case2][0]), o.hash())),
    ("epoch-recipient-of-the-audit-ring", "L", lambda o: acts.epoch(
        o.case, encode.recipient(o.log.rings[AUDIT][0]), o.hash())),
    ("epoch-vault-by-admin", "A", lambda o: o.epoch(AUDIT)),
    ("epoch-vault-by-lead", "L", lambda o: o.epoch(AUDIT)),
    ("epoch-vault-recipient-of-a-case", "U", lambda o: acts.epoch(
        AUDIT, encode.recipient(o.log.rings[o.case][0]), o.hash())),
    ("epoch-vault-number-skips", "U", lambda o: o.epoch(AUDIT, 3)),
])


@void("10.4 epoch")
def epoch_vault_by_auditor_without_grant():
    o = office()
    o.act(o.A, acts.role(o.A, "+auditor"))
    o.act(o.A, o.epoch(AUDIT))
    return o


@valid("10.4 epoch")
def epoch_by_provisional_lead():
    o = appointed()
    o.act(o.X, o.epoch(o.case))
    return o


one_slot(office, "10.4 grant 1", VALID, [
    ("grant-with-date", "L", lambda o: o.grant(o.X, "reader", UNTIL)),
    ("grant-with-date-past", "L", lambda o: o.grant(o.X, "reader", "1970-01-01T00:00:00Z")),
    ("grant-again", "L", lambda o: o.grant(o.R, "reader")),
    ("grant-reader-becomes-depositor", "L", lambda o: o.grant(o.R, "depositor")),
    ("grant-lead-beside", "L", lambda o: o.grant(o.R, "lead")),
    ("grant-oneself-reader", "L", lambda o: o.grant(o.L, "reader")),
    ("grant-to-admin", "L", lambda o: o.grant(o.A, "reader")),
    ("grant-card", "L", lambda o: o.grant(o.K, "recovery")),
])
one_slot(office, "10.4 grant 1", VOID, [
    ("grant-by-reader", "R", lambda o: o.grant(o.X, "reader")),
    ("grant-by-admin", "A", lambda o: o.grant(o.X, "reader")),
    ("grant-by-admin-lead-while-there-is-one", "A", lambda o: o.grant(o.X, "lead")),
    ("grant-by-lead-of-another-case", "Z", lambda o: o.grant(o.X, "reader")),
    ("grant-to-another-recipient", "L", lambda o: o.grant(o.X, "reader", to=o.R.recipient)),
    ("grant-card-as-lead", "L", lambda o: o.grant(o.K, "lead")),
    ("grant-card-as-reader", "L", lambda o: o.grant(o.K, "reader")),
    ("grant-card-as-depositor", "L", lambda o: o.grant(o.K, "depositor")),
    ("grant-recovery-to-no-card", "L", lambda o: o.grant(o.X, "recovery")),
    ("grant-without-object", "L", lambda o: o.grant(o.X, "reader").but(objects=())),
    ("grant-after-having-made-oneself-reader", "L", lambda o: [
        o.grant(o.L, "reader"), o.grant(o.X, "reader")]),
])


@void("10.4 grant 1")
def grant_to_a_replaced_recipient():
    o = office()
    o.act(o.X, acts.enrol(o.X.again()))
    o.act(o.L, o.grant(o.X, "reader"))
    return o


@void("10.4 grant 1")
def grant_by_lead_to_a_revoked_member():
    o = office()
    o.act(o.A, acts.revoke(o.X))
    o.act(o.L, o.grant(o.X, "reader"))
    return o


@valid("10.4 grant 1")
def grant_by_provisional_lead():
    o = appointed()
    o.act(o.X, o.grant(o.Y, "reader"))
    return o


@void("10.4 grant 1")
def grant_by_provisional_lead_replaces_a_firm_one():
    o = appointed()
    o.act(o.X, o.grant(o.R, "depositor"))
    return o


@valid("10.4 grant 1")
def grant_by_provisional_lead_replaces_his_own():
    o = appointed()
    o.act(o.X, o.grant(o.Y, "reader"))
    o.act(o.X, o.grant(o.Y, "lead"))
    return o


@valid("10.4 grant 1")
def grant_by_provisional_lead_of_himself():
    o = appointed()
    o.act(o.X, o.grant(o.X, "lead", UNTIL))
    return o


@void("10.4 grant 3")
def grant_by_lead_of_himself_is_no_appointment():
    o = appointed()
    o.act(o.X, o.grant(o.X, "lead", UNTIL))
    o.act(o.R, o.grant(o.X, "lead"))
    return o


@valid("10.4 grant 2")
def appoint_by_admin():
    return appointed()


@valid("10.4 grant 2")
def appoint_by_card():
    return appointed("K")


@valid("10.4 grant 2")
def appoint_oneself():
    return appointed("A", "A")


@valid("10.4 grant 2")
def appoint_a_reader():
    return appointed("A", "R")


@valid("10.4 grant 2")
def appoint_with_date():
    o = leaderless()
    o.act(o.A, o.grant(o.X, "lead", UNTIL))
    return o


one_slot(leaderless, "10.4 grant 2", VOID, [
    ("appoint-by-auditor", "U", lambda o: o.grant(o.X, "lead")),
    ("appoint-by-reader", "R", lambda o: o.grant(o.X, "lead")),
    ("appoint-as-reader", "A", lambda o: o.grant(o.X, "reader")),
    ("appoint-as-depositor", "A", lambda o: o.grant(o.X, "depositor")),
    ("appoint-a-card", "A", lambda o: o.grant(o.K, "lead")),
    ("appoint-a-card-as-recovery", "A", lambda o: o.grant(o.K, "recovery")),
    ("appoint-the-revoked-lead", "A", lambda o: o.grant(o.L, "lead")),
    ("appoint-to-another-recipient", "A", lambda o: o.grant(o.X, "lead", to=o.R.recipient)),
    ("appoint-two", "A", lambda o: [o.grant(o.X, "lead"), o.grant(o.Y, "lead")]),
])


@void("10.4 grant 2")
def appoint_after_a_date_only():
    o = office()
    o.act(o.L, o.grant(o.L, "lead", "2026-01-05T08:00:00Z"))
    o.act(o.A, o.grant(o.X, "lead"))
    return o


@valid("10.4 grant 2")
def appoint_after_lead_became_reader():
    o = office()
    o.act(o.L, o.grant(o.L, "reader"))
    o.act(o.A, o.grant(o.X, "lead"))
    return o


@void("10.4 grant 2")
def appoint_is_not_standing_and_replaces_no_firm_one():
    o = appointed("A", "A")
    o.act(o.A, o.ungrant(o.R))  # as admin: allowed
    o.act(o.A, o.grant(o.T, "reader"))
    return o


@valid("10.4 grant 3")
def confirm_by_reader():
    o = appointed()
    o.act(o.R, o.grant(o.X, "lead"))
    return o


@valid("10.4 grant 3")
def confirm_by_standby():
    o = appointed()
    o.act(o.T, o.grant(o.X, "lead"))
    return o


@valid("10.4 grant 3")
def confirm_by_broken_standby():
    o = appointed()
    o.act(o.T, acts.break_glass(o.case, o.T, later(o, 4)))
    o.act(o.T, o.grant(o.X, "lead"))
    return o


def with_card():
    """The office with a recovery grant for K; then L is revoked and A appoints X."""
    o = office()
    o.act(o.L, o.grant(o.K, "recovery"))
    o.act(o.A, acts.revoke(o.L))
    o.act(o.A, o.grant(o.X, "lead"))
    return o


@valid("10.4 grant 3")
def confirm_by_card():
    o = with_card()
    o.act(o.K, o.grant(o.X, "lead"))
    return o


@valid("10.4 grant 3")
def confirmed_is_standing():
    o = appointed()
    o.act(o.R, o.grant(o.X, "lead"))
    o.act(o.X, o.grant(o.T, "reader"))  # replaces a firm one
    return o


@void("10.4 grant 3")
def confirm_by_depositor():
    o = appointed()
    o.act(o.D, o.grant(o.X, "lead"))
    return o


@void("10.4 grant 3")
def confirm_by_the_last_depositor():
    o = appointed()
    o.act(o.A, o.ungrant(o.R), o.ungrant(o.T))
    o.act(o.D, o.grant(o.X, "lead"))
    return o


@void("10.4 grant 3")
def confirm_as_reader():
    o = appointed()
    o.act(o.R, o.grant(o.X, "reader"))
    return o


@void("10.4 grant 3")
def confirm_to_another_recipient():
    o = appointed()
    o.act(o.R, o.grant(o.X, "lead", to=o.Y.recipient))
    return o


@void("10.4 grant 3")
def confirm_somebody_else():
    o = appointed()
    o.act(o.R, o.grant(o.Y, "lead"))
    return o


@void("10.4 grant 3")
def confirm_the_lead_by_case():
    o = office()
    o.act(o.R, o.grant(o.L, "lead"))
    return o


@void("10.4 grant 3")
def confirm_twice():
    o = appointed()
    o.act(o.R, o.grant(o.X, "lead"))
    o.act(o.T, o.grant(o.X, "lead"))
    return o


@void("10.4 grant 3")
def confirm_by_reader_of_a_provisional_lead():
    o = appointed()
    o.act(o.X, o.grant(o.Y, "reader"))
    o.act(o.Y, o.grant(o.X, "lead"))
    return o


def reader_of(signer, member, reader, enrollers):
    """A case whose only reader is given; A revokes L, and the signer appoints the member.

    enrollers are triples of who enrols whom with which roles, before L is revoked.
    """
    o = office()
    for by, who, roles in enrollers:
        o.act(getattr(o, by), acts.enrol(getattr(o, who), roles))
    o.act(o.L, o.grant(getattr(o, reader), "reader"))
    o.act(o.A, acts.revoke(o.L))
    o.act(getattr(o, signer), o.grant(getattr(o, member), "lead"))
    o.act(getattr(o, reader), o.grant(getattr(o, member), "lead"))
    return o


@void("10.1 own people")
def confirm_by_the_signer():
    return reader_of("A", "X", "A", [])


@void("10.1 own people")
def confirm_by_the_enroller_of_the_member():
    return reader_of("B", "V", "A", [("A", "V", "-")])


@void("10.1 own people")
def confirm_by_the_enroller_of_the_signer():
    return reader_of("V", "X", "A", [("A", "V", "admin")])


@void("10.1 own people")
def confirm_by_the_founder_of_all():
    return reader_of("A", "X", "F", [])


@valid("10.1 own people")
def confirm_by_one_enrolled_by_the_same():
    return reader_of("B", "V", "W", [("A", "V", "-"), ("A", "W", "-")])


@void("10.1 line")
def confirm_by_the_enroller_of_an_enroller():
    return reader_of("B", "W", "A", [("A", "V", "admin"), ("V", "W", "-")])


@void("10.1 line")
def confirm_by_an_enroller_of_before():
    """A's enrolment stays in the line, though another enrolled the member since."""
    return reader_of("B", "V", "A", [("A", "V", "-"), ("B", "V", "-")])


@valid("10.1 line")
def confirm_by_one_who_enrolled_an_enroller_later():
    """The line of V is that of the time when V signed: B was not yet in it."""
    o = office()
    o.act(o.A, acts.enrol(o.V, "admin"))
    o.act(o.V, acts.enrol(o.W))
    o.act(o.B, acts.enrol(o.V.again()))
    o.act(o.L, o.grant(o.B, "reader"))
    o.act(o.A, acts.revoke(o.L))
    o.act(o.F, o.grant(o.W, "lead"))
    o.act(o.B, o.grant(o.W, "lead"))
    return o


@void("10.1 line")
def confirm_own_key_does_not_wash():
    o = office()
    o.act(o.A, acts.enrol(o.V))
    o.act(o.V, acts.enrol(o.V.again()))
    o.act(o.L, o.grant(o.A, "reader"))
    o.act(o.A, acts.revoke(o.L))
    o.act(o.B, o.grant(o.V.again(), "lead"))
    o.act(o.A, o.grant(o.V.again(), "lead"))
    return o


def by_two_enrolled(reader):
    """V is enrolled by A and B together, led by an appointment of F; the reader confirms."""
    o = office()
    o.act(o.L, o.grant(o.A, "reader"), o.grant(o.B, "reader"))
    o.act(o.A, acts.policy("two-person on"))
    o.by_two(o.A, o.B, acts.enrol(o.V, "admin"))
    o.act(o.A, acts.revoke(o.L))
    o.act(o.F, o.grant(o.V, "lead"))
    o.act(getattr(o, reader), o.grant(o.V, "lead"))
    return o


@void("10.1 enrollers")
def confirm_by_the_proposer_of_the_enrolment():
    return by_two_enrolled("A")


@void("10.1 enrollers")
def confirm_by_the_approver_of_the_enrolment():
    return by_two_enrolled("B")


@valid("10.1 enrollers")
def confirm_by_another_than_those_who_enrolled():
    return by_two_enrolled("R")


@valid("10.4 grant order")
def lead_and_admin_grants_as_lead():
    """A lead who is an admin too: judged by the first that allows it, so the grant is firm."""
    o = office()
    o.act(o.L, o.grant(o.A, "lead"))
    o.act(o.A, o.grant(o.X, "lead"))
    o.act(o.X, o.grant(o.T, "reader"))
    return o


@void("10.4 grant order")
def provisional_lead_is_not_confirmed_by_himself_as_reader():
    """X has one grant in the case, his lead's: he cannot be the case's reader as well."""
    o = appointed("A", "R")
    o.act(o.R, o.grant(o.R, "lead"))
    o.act(o.R, o.grant(o.T, "reader"))
    return o
