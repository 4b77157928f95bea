# SPDX-License-Identifier: Apache-2.0
"""Section 10.2: what holds for every entry, whatever its action."""
import acts
from situations import office, one_slot, two_person, valid, void
from writer import VALID, VOID


def on_e1(o):
    """A plain record of the first exhibit."""
    return acts.record(f"exhibit {o.e1}", o.case)


def with_sheet(spec, sheet="dd" * 32):
    """The entry with one custody line and one sheet."""
    return spec.with_lines("custody", sheets=[sheet])


@void("10.2.1")
def always_revoked_actor():
    o = office()
    o.act(o.A, acts.revoke(o.R))
    o.act(o.R, on_e1(o))
    return o


@void("10.2.1")
def always_replaced_key():
    o = office()
    o.act(o.R, acts.enrol(o.R.again()))
    o.act(o.R, on_e1(o))
    return o


@valid("10.2.1")
def always_new_key():
    o = office()
    o.act(o.R, acts.enrol(o.R.again()))
    o.act(o.R.again(), on_e1(o))
    return o


@valid("10.2.1")
def own_key_enrol_last_of_its_slot():
    o = office()
    o.act(o.R, on_e1(o), acts.enrol(o.R.again()))
    return o


@void("10.2.1")
def own_key_enrol_followed():
    o = office()
    o.act(o.R, acts.enrol(o.R.again()), on_e1(o))
    return o


@void("10.2.1")
def own_key_enrol_twice_in_a_slot():
    o = office()
    o.act(o.R, acts.enrol(o.R.again()), acts.enrol(o.R.again(2)))
    return o


@void("10.2.1")
def own_key_enrol_of_the_same_key_followed():
    o = office()
    o.act(o.R, acts.enrol(o.R), on_e1(o))
    return o


@void("10.2.1")
def revokes_himself_and_goes_on():
    o = office()
    o.act(o.A, acts.revoke(o.A), acts.publish())
    return o


@valid("10.2.1")
def revokes_himself():
    o = office()
    o.act(o.A, acts.publish(), acts.revoke(o.A))
    return o


@void("10.2.1")
def gives_up_admin_and_goes_on():
    o = office()
    o.act(o.A, acts.role(o.A, "-admin"), acts.publish())
    return o


one_slot(office, "10.2.1", VALID, [
    ("chain-within-a-slot", "R", lambda o: [on_e1(o), on_e1(o)]),
    ("chain-of-two-subjects", "R", lambda o: [on_e1(o), acts.record(f"exhibit {o.e2}", o.case),
                                              on_e1(o)]),
    ("deposit-and-record-in-a-slot", "D", lambda o: deposit_and_record(o)),
])
one_slot(office, "10.2.1", VOID, [
    ("chain-within-a-slot-repeated", "R", lambda o: [on_e1(o), on_e1(o).but(
        over={7: f"3 {o.log.state.chains['exhibit ' + o.e1][1]}"})]),
    ("second-entry-of-another-actor", "R", lambda o: [on_e1(o), on_e1(o).but(over={4: "L-1"})]),
    ("second-entry-of-another-head", "R", lambda o: [on_e1(o), on_e1(o).but(over={2: "ab" * 32})]),
    ("second-entry-malformed", "R", lambda o: [on_e1(o), b"amana/1\n"]),
])
one_slot(office, "10.2.1", VALID, [
    ("second-entry-of-another-time", "R", lambda o: [on_e1(o), on_e1(o).but(
        over={3: "1999-12-31T23:59:59Z"})]),
])


def deposit_and_record(o):
    """A deposit, and a record of it in the same slot."""
    ident = o.log.new_id()
    return [acts.deposit(ident, o.case), acts.record(f"exhibit {ident}", o.case)]


one_slot(office, "10.2.2", VOID, [
    ("exists-exhibit", "R", lambda o: acts.record("exhibit " + "ab" * 16, o.case)),
    ("exists-case", "R", lambda o: acts.record("case " + "ab" * 16, "ab" * 16)),
    ("exists-case-of-deposit", "D", lambda o: acts.deposit(o.log.new_id(), "ab" * 16)),
    ("exists-member", "U", lambda o: acts.record("member V-1")),
    ("exists-grant-member", "L", lambda o: o.grant(o.V, "reader")),
    ("exists-grant-case", "L", lambda o: o.grant(o.X, "reader", ring="ab" * 16)),
    ("exists-revoke", "A", lambda o: acts.revoke(o.V)),
    ("exists-role", "A", lambda o: acts.role(o.V, "+admin")),
    ("exists-audit-grant-member", "U", lambda o: o.audit(o.V)),
    ("exists-denied-exhibit", "X", lambda o: acts.denied("exhibit " + "ab" * 16, o.case)),
    ("exists-denied-case", "X", lambda o: acts.denied("case " + "ab" * 16, "ab" * 16)),
    ("exists-epoch-case", "L", lambda o: acts.epoch("ab" * 16, o.X.recipient, o.hash())),
    ("exists-hold-exhibit", "L", lambda o: acts.hold("exhibit " + "ab" * 16, "set")),
    ("exists-exhibit-is-a-case", "R", lambda o: acts.record(f"exhibit {o.case}", o.case)),
    ("deposit-id-of-exhibit", "D", lambda o: acts.deposit(o.e1, o.case)),
    ("deposit-id-of-exhibit-of-other-case", "D", lambda o: acts.deposit(o.f1, o.case)),
    ("deposit-id-of-case", "D", lambda o: acts.deposit(o.case2, o.case)),
    ("deposit-id-twice-in-a-slot", "D", lambda o: [acts.deposit("ab" * 16, o.case)] * 2),
    ("case-id-of-case", "A", lambda o: o.new_case(o.A, o.X, o.case)),
    ("case-id-of-exhibit", "A", lambda o: o.new_case(o.A, o.X, o.e1)),
    ("record-case-of-another", "R", lambda o: acts.record(f"exhibit {o.e1}", o.case2)),
    ("record-case-line-is-not-subject", "R", lambda o: acts.record(f"case {o.case}", o.case2)),
    ("denied-case-of-another", "X", lambda o: acts.denied(f"exhibit {o.e1}", o.case2)),
])


@valid("10.2.2")
def exists_revoked_member():
    o = office()
    o.act(o.A, acts.revoke(o.X))
    o.act(o.U, acts.record("member X-1"))
    return o


@void("10.2.2")
def exists_member_only_proposed():
    o = two_person()
    o.propose(o.A, acts.enrol(o.V, "admin"))
    o.act(o.U, acts.record("member V-1"))
    return o


@valid("10.2.2")
def approve_of_a_code_not_enrolled():
    o = two_person()
    o.by_two(o.A, o.B, acts.enrol(o.V, "admin"))
    return o


@valid("10.2.2")
def exists_member_enrolled_in_this_slot():
    o = office()
    o.act(o.A, acts.enrol(o.V), acts.role(o.V, "+auditor"), o.ungrant(o.U, acts.AUDIT))
    return o


@void("10.2.3")
def format_is_the_last_of_its_slot():
    o = office()
    act = acts.format_(2)
    leaf = o.propose(o.A, act)
    o.act(o.B, acts.approve("vault", leaf), acts.publish())
    return o


@valid("10.2.3")
def format_behind_another_entry():
    o = office()
    leaf = o.propose(o.A, acts.format_(2))
    o.act(o.B, acts.publish(), acts.approve("vault", leaf))
    return o


one_slot(office, "10.2.4", VOID, [
    ("epoch-stale-deposit", "D", lambda o: acts.deposit(o.log.new_id(), o.case, epoch=2)),
    ("epoch-zero", "D", lambda o: acts.deposit(o.log.new_id(), o.case).but(
        own=(f"case {o.case}", "epoch 0", "ring 1"))),
    ("ring-future-deposit", "D", lambda o: acts.deposit(o.log.new_id(), o.case, ring=2)),
    ("ring-future-vault", "U", lambda o: acts.record("vault", ring=2)),
    ("ring-future-denied", "X", lambda o: acts.denied("vault", ring=2)),
    ("epoch-future-grant", "L", lambda o: o.grant(o.X, "reader", number=2)),
    ("epoch-then-old-one-in-a-slot", "L", lambda o: [
        o.epoch(o.case), acts.record(f"case {o.case}", o.case, epoch=1)]),
    ("new-epoch-before-it-is-made", "L", lambda o: [
        acts.record(f"case {o.case}", o.case, epoch=2), o.epoch(o.case)]),
    ("ring-then-old-one-in-a-slot", "U", lambda o: [
        o.epoch(acts.AUDIT), acts.record("vault", ring=1)]),
])
one_slot(office, "10.2.4", VALID, [
    ("epoch-then-new-one-in-a-slot", "L", lambda o: [
        o.epoch(o.case), acts.record(f"case {o.case}", o.case), o.grant(o.X, "reader")]),
    ("ring-then-new-one-in-a-slot", "U", lambda o: [o.epoch(acts.AUDIT), acts.record("vault")]),
])


@void("10.2.4")
def epoch_of_before():
    o = office()
    o.act(o.L, o.epoch(o.case))
    o.act(o.D, acts.deposit(o.log.new_id(), o.case, epoch=1))
    return o


@void("10.2.4")
def ring_of_before():
    o = office()
    o.act(o.U, o.epoch(acts.AUDIT))
    o.act(o.D, acts.deposit(o.log.new_id(), o.case, ring=1))
    return o


@void("10.2.4")
def audit_grant_ring_of_before():
    o = office()
    o.act(o.U, o.epoch(acts.AUDIT))
    o.act(o.U, o.audit(o.F, number=1))
    return o


one_slot(office, "10.2.5", VALID, [
    ("sheet-of-exhibit-and-case", "R", lambda o: [
        with_sheet(on_e1(o)), with_sheet(acts.record(f"case {o.case}", o.case))]),
    ("sheet-of-exhibit-and-grant", "L", lambda o: [
        with_sheet(on_e1(o)), with_sheet(o.grant(o.X, "reader"))]),
    ("sheet-of-member-and-vault", "U", lambda o: [
        with_sheet(acts.record("vault")), with_sheet(acts.record("member U-1"))]),
    ("sheet-of-audit-grant-and-vault", "F", lambda o: [
        with_sheet(acts.record("vault")), with_sheet(o.audit(o.U))]),
    ("private-of-two-records", "R", lambda o: [o.record(private="ee" * 32)] * 2),
    ("private-of-two-exhibits", "R", lambda o: [o.record(), o.record(o.e2)]),
    ("private-of-exhibit-and-case", "L", lambda o: [o.record(), acts.record(
        f"case {o.case}", o.case).with_lines("about", private=o.hash())]),
])
one_slot(office, "10.2.5", VOID, [
    ("sheet-of-two-cases", "F", lambda o: [
        with_sheet(acts.record(f"exhibit {o.e1}", o.case)),
        with_sheet(acts.record(f"exhibit {o.f1}", o.case2))]),
    ("sheet-of-case-and-vault", "F", lambda o: [
        with_sheet(acts.record(f"exhibit {o.e1}", o.case)), with_sheet(acts.record("vault"))]),
    ("sheet-of-member-and-case", "F", lambda o: [
        with_sheet(acts.enrol(o.V)), with_sheet(acts.record(f"case {o.case}", o.case))]),
    ("sheet-of-audit-grant-and-case-grant", "F", lambda o: [
        with_sheet(o.ungrant(o.U, acts.AUDIT)), with_sheet(o.ungrant(o.R))]),
    ("private-is-a-sheet-of-another-entry", "R", lambda o: [
        o.record(private="dd" * 32), with_sheet(on_e1(o))]),
    ("private-is-a-sheet-of-an-entry-before", "R", lambda o: [
        with_sheet(on_e1(o)), o.record(private="dd" * 32)]),
    ("private-of-two-subjects", "R", lambda o: [
        o.record(private="ee" * 32), o.record(o.e2, private="ee" * 32)]),
    ("private-two-of-one-subject", "R", lambda o: [o.record(), o.record()]),
])


@valid("10.2.5")
def sheet_of_two_cases_in_two_slots():
    o = office()
    o.act(o.F, with_sheet(acts.record(f"exhibit {o.e1}", o.case)))
    o.act(o.F, with_sheet(acts.record(f"exhibit {o.f1}", o.case2)))
    return o


@valid("10.2.5")
def private_of_two_subjects_in_two_slots():
    o = office()
    o.act(o.R, o.record(private="ee" * 32))
    o.act(o.R, o.record(o.e2, private="ee" * 32))
    return o


@void("10.2.6")
def bundle_none_with_sheet():
    o = office()
    o.act(o.R, with_sheet(on_e1(o)), bundle="-")
    return o


@void("10.2.6")
def bundle_none_with_private():
    o = office()
    o.act(o.R, o.record(), bundle="-")
    return o


@void("10.2.6")
def bundle_without_sheet():
    o = office()
    o.act(o.R, on_e1(o), bundle="ab" * 32)
    return o


@valid("10.2.6")
def bundle_of_another_batch():
    o = office()
    o.act(o.R, with_sheet(on_e1(o)), bundle=o.log.state.bundles[o.b1])
    return o


def disposed(o):
    """The office once its first exhibit is disposed of; gives the name that was an OLD."""
    old = o.log.state.bundles[o.b1]
    leaf = o.by_two(o.L, o.A, o.disposal())
    o.act(o.A, o.disposal(leaf))
    return old


@void("10.2.6")
def bundle_was_an_old():
    o = office()
    old = disposed(o)
    o.act(o.R, with_sheet(on_e1(o)), bundle=old)
    return o


@valid("10.2.6")
def bundle_is_a_new():
    o = office()
    disposed(o)
    o.act(o.R, with_sheet(on_e1(o)), bundle=o.log.state.bundles[o.b1])
    return o


@void("10.2.6")
def bundle_is_an_old_of_its_slot():
    o = office()
    old = o.log.state.bundles[o.b1]
    leaf = o.by_two(o.L, o.A, o.disposal())
    o.act(o.A, with_sheet(o.disposal(leaf)), bundle=old)
    return o


@valid("10.2.6")
def bundle_was_an_old_of_a_void_slot():
    o = office()
    old = o.log.state.bundles[o.b1]
    o.act(o.A, o.disposal(), verdict=VOID)
    o.act(o.R, with_sheet(on_e1(o)), bundle=old)
    return o


one_slot(office, "10.2.7", VOID, [
    ("direct-hold-release", "L", lambda o: [
        acts.hold(f"exhibit {o.e1}", "set"), acts.hold(f"exhibit {o.e1}", "release")]),
    ("direct-format", "A", lambda o: acts.format_(2)),
    ("direct-restored", "A", lambda o: acts.restored(40, o.hash())),
    ("direct-dispose", "L", lambda o: o.disposal()),
    ("direct-erase", "L", lambda o: acts.erase(
        f"exhibit {o.e1}", "ab" * 32, [o.pair(o.b1)], {o.s1: "-"})),
    ("direct-lost", "L", lambda o: acts.lost(f"exhibit {o.e1}", "ab" * 32, [o.x1])),
    ("direct-lost-proposal-dash", "L", lambda o: acts.lost(f"exhibit {o.e1}", "-", [o.x1])),
    ("direct-lost-vault", "A", lambda o: acts.lost("vault", "-", [o.hash()])),
])
one_slot(two_person, "10.2.7", VOID, [
    ("direct-role", "A", lambda o: acts.role(o.X, "+auditor")),
    ("direct-role-minus", "A", lambda o: acts.role(o.U, "-auditor")),
    ("direct-policy", "A", lambda o: acts.policy("grant-days 30")),
    ("direct-revoke-admin", "A", lambda o: acts.revoke(o.B)),
    ("direct-revoke-auditor", "A", lambda o: acts.revoke(o.U)),
    ("direct-revoke-oneself", "A", lambda o: acts.revoke(o.A)),
    ("direct-enrol-with-role", "A", lambda o: acts.enrol(o.V, "auditor")),
    ("direct-enrol-card", "A", lambda o: acts.enrol(o.V, "recovery")),
    ("direct-enrol-again-of-an-auditor", "A", lambda o: acts.enrol(o.U.again())),
    ("direct-enrol-again-of-a-card", "A", lambda o: acts.enrol(o.K.again(), "recovery")),
    ("direct-enrol-by-card-of-one", "K", lambda o: acts.enrol(o.V, "admin")),
])
one_slot(two_person, "10.2.7", VALID, [
    ("direct-enrol-without-role", "A", lambda o: acts.enrol(o.V)),
    ("direct-enrol-again-without-role", "A", lambda o: acts.enrol(o.R.again())),
    ("direct-revoke-without-role", "A", lambda o: acts.revoke(o.R)),
    ("direct-own-key", "A", lambda o: acts.enrol(o.A.again(), "admin")),
    ("direct-log-key-like-publish", "A", lambda o: acts.publish()),
])
