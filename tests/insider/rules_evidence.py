# SPDX-License-Identifier: Apache-2.0
"""Section 10.6: deposits, records, holds, what is lost, and who has seen what."""
import acts
from acts import AUDIT
from situations import (appointed, founding, later, leaderless, office, one_slot, two_person, valid,
                        void)
from writer import VALID, VOID


def private_of_case(o):
    """A record of the case with an `about` line in a private sheet."""
    return acts.record(f"case {o.case}", o.case).with_lines("about", private=o.hash())


one_slot(office, "10.6 deposit", VALID, [
    ("deposit-by-lead", "L", lambda o: acts.deposit(o.log.new_id(), o.case)),
    ("deposit-by-reader", "R", lambda o: o.deposit()),
    ("deposit-by-depositor", "D", lambda o: o.deposit()),
    ("deposit-of-an-object-of-the-case", "D", lambda o: o.deposit(stored=o.x1)),
    ("deposit-of-an-object-of-another-case", "Z", lambda o: o.deposit(o.case2, o.x1)),
    ("deposit-of-a-key-file", "D", lambda o: o.deposit(
        stored=o.log.slots[0].data.decode().split("\n")[7])),
    ("deposit-two-of-one-object", "D", lambda o: [
        o.deposit(stored="ab" * 32), o.deposit(stored="ab" * 32)]),
])
one_slot(office, "10.6 deposit", VOID, [
    ("deposit-by-admin", "A", lambda o: o.deposit()),
    ("deposit-by-auditor", "U", lambda o: o.deposit()),
    ("deposit-by-nobody", "X", lambda o: o.deposit()),
    ("deposit-by-standby", "T", lambda o: o.deposit()),
    ("deposit-by-card", "K", lambda o: o.deposit()),
    ("deposit-by-lead-of-another-case", "Z", lambda o: o.deposit()),
])
one_slot(office, "10.6 record", VALID, [
    ("record-by-depositor", "D", lambda o: acts.record(f"exhibit {o.e1}", o.case)),
    ("record-by-auditor", "U", lambda o: acts.record(f"exhibit {o.e1}", o.case)),
    ("record-case-by-auditor", "U", lambda o: acts.record(f"case {o.case}", o.case)),
    ("record-case-by-depositor", "D", lambda o: acts.record(f"case {o.case}", o.case)),
    ("record-private-by-depositor", "D", lambda o: o.record()),
    ("record-private-by-standby", "T", lambda o: o.record()),
    ("record-of-himself-as-member", "D", lambda o: acts.record("member D-1")),
    ("record-of-a-member-by-auditor", "U", lambda o: acts.record("member D-1")),
    ("record-about-case-by-lead", "L", private_of_case),
    ("denied-by-anybody", "X", lambda o: acts.denied(f"case {o.case}", o.case)),
    ("denied-by-card", "K", lambda o: acts.denied(f"exhibit {o.e1}", o.case)),
])
one_slot(office, "10.6 record", VOID, [
    ("record-by-nobody", "X", lambda o: acts.record(f"exhibit {o.e1}", o.case)),
    ("record-by-admin", "A", lambda o: acts.record(f"exhibit {o.e1}", o.case)),
    ("record-by-card", "K", lambda o: acts.record(f"exhibit {o.e1}", o.case)),
    ("record-by-lead-of-another-case", "Z", lambda o: acts.record(f"exhibit {o.e1}", o.case)),
    ("record-case-by-admin", "A", lambda o: acts.record(f"case {o.case}", o.case)),
    ("record-of-another-member", "D", lambda o: acts.record("member R-1")),
    ("record-of-a-member-by-admin", "A", lambda o: acts.record("member R-1")),
    ("record-vault-by-admin", "A", lambda o: acts.record("vault")),
    ("record-vault-by-lead", "L", lambda o: acts.record("vault")),
    ("record-private-by-auditor", "U", lambda o: o.record()),
    ("record-private-by-nobody", "X", lambda o: o.record()),
    ("record-about-case-by-reader", "R", private_of_case),
    ("record-about-case-by-depositor", "D", private_of_case),
    ("record-about-case-by-auditor", "U", private_of_case),
])


@valid("10.6 record")
def record_about_case_by_provisional_lead():
    o = appointed()
    o.act(o.X, private_of_case(o))
    return o


@valid("10.6 record")
def record_in_a_leaderless_case():
    o = leaderless()
    o.act(o.R, o.record())
    return o


@valid("10.6 record")
def record_by_auditor_without_grant():
    o = office()
    o.act(o.A, acts.role(o.X, "+auditor"))
    o.act(o.X, acts.record(f"exhibit {o.e1}", o.case))
    return o


@void("10.6 record")
def record_by_one_who_holds_only():
    """Without the role there is no audit grant either."""
    o = office()
    o.act(o.A, acts.role(o.U, "-auditor"))
    o.act(o.U, acts.record("vault"))
    return o


def disposed():
    """The office once its first exhibit is disposed of."""
    o = office()
    leaf = o.by_two(o.L, o.A, o.disposal())
    o.act(o.A, o.disposal(leaf))
    return o


one_slot(disposed, "10.6 record", VALID, [
    ("record-of-what-is-disposed-of", "R", lambda o: acts.record(f"exhibit {o.e1}", o.case)),
    ("denied-of-what-is-disposed-of", "X", lambda o: acts.denied(f"exhibit {o.e1}", o.case)),
    ("hold-of-what-is-disposed-of", "L", lambda o: acts.hold(f"exhibit {o.e1}", "set")),
    ("private-of-another-than-is-disposed-of", "R", lambda o: o.record(o.e2)),
])
one_slot(disposed, "10.6 record", VOID, [
    ("private-of-what-is-disposed-of", "R", lambda o: o.record()),
    ("dispose-again-proposed", "L", lambda o: acts.propose(o.bare(o.e1))),
])
one_slot(office, "10.6 hold", VALID, [
    ("hold-exhibit-and-case", "L", lambda o: [
        acts.hold(f"exhibit {o.e1}", "set"), acts.hold(f"case {o.case}", "set")]),
])
one_slot(office, "10.6 hold", VOID, [
    ("hold-by-reader", "R", lambda o: acts.hold(f"exhibit {o.e1}", "set")),
    ("hold-by-admin", "A", lambda o: acts.hold(f"exhibit {o.e1}", "set")),
    ("hold-by-lead-of-another-case", "Z", lambda o: acts.hold(f"exhibit {o.e1}", "set")),
    ("hold-twice", "L", lambda o: [acts.hold(f"exhibit {o.e1}", "set")] * 2),
    ("hold-case-twice", "L", lambda o: [acts.hold(f"case {o.case}", "set")] * 2),
])


@valid("10.6 hold")
def hold_by_provisional_lead():
    o = appointed()
    o.act(o.X, acts.hold(f"exhibit {o.e1}", "set"))
    return o


def lose(name, rule, verdict, subject, hashes, two="LA", before=None):
    """Rows for `propose lost`: whether the log names these for the subject."""

    def specs(o):
        if before:
            before(o)
        return acts.propose(acts.lost(subject(o), "-", hashes(o)))

    one_slot(office, rule, verdict, [(name, two[0], specs)])


E1, E2 = lambda o: f"exhibit {o.e1}", lambda o: f"exhibit {o.e2}"
CASE, VAULT = lambda o: f"case {o.case}", lambda o: "vault"
NAMES = "10.6 names for the subject"
bundle_of = lambda number: lambda o: [o.log.state.bundles[getattr(o, number)]]
key_file = lambda slot, entry: lambda o: [
    o.log.slots[slot].entries[entry].decode().split("object ")[1][:64]]

lose("lost-object", NAMES, VALID, E1, lambda o: [o.x1])
lose("lost-bundle-of-its-deposit", NAMES, VALID, E1, bundle_of("b1"))
lose("lost-bundle-of-its-private", NAMES, VALID, E1, bundle_of("bp"))
lose("lost-bundle-of-two-exhibits", NAMES, VALID, E2, bundle_of("b2"))
lose("lost-all-of-it", NAMES, VALID, E1, lambda o: [
    o.x1, o.log.state.bundles[o.b1], o.log.state.bundles[o.bp]])
lose("lost-bundle-of-another-exhibit", NAMES, VOID, E1, bundle_of("b2"))
lose("lost-object-of-another-exhibit", NAMES, VOID, E1, lambda o: [o.x2])
lose("lost-sheet", NAMES, VOID, E1, lambda o: [o.s1])
lose("lost-one-of-two-not-its", NAMES, VOID, E1, lambda o: [o.x1, o.x2])
lose("lost-case-object-of-its-exhibit", NAMES, VALID, CASE, lambda o: [o.x1])
lose("lost-case-bundle", NAMES, VALID, CASE, bundle_of("bc"))
lose("lost-case-key-file", NAMES, VALID, CASE, key_file(2, 1))
lose("lost-case-key-file-of-a-grant", NAMES, VALID, CASE, key_file(3, 0))
lose("lost-case-key-file-of-another-case", NAMES, VOID, CASE, key_file(2, 2))
lose("lost-case-audit-key-file", NAMES, VOID, CASE, key_file(2, 0))
lose("lost-exhibit-key-file", NAMES, VOID, E1, key_file(2, 1))
lose("lost-exhibit-bundle-of-the-case-batch", NAMES, VOID, lambda o: f"exhibit {o.e4}",
     bundle_of("bc"))
lose("lost-vault-genesis-key-file", NAMES, VALID, VAULT, lambda o: [
    o.log.slots[0].data.decode().split("\n")[7]], "AU")
lose("lost-vault-audit-key-file", NAMES, VALID, VAULT, key_file(2, 0), "AU")
lose("lost-vault-case-key-file", NAMES, VOID, VAULT, key_file(2, 1), "AU")
lose("lost-vault-object-of-exhibit", NAMES, VOID, VAULT, lambda o: [o.x1], "AU")
lose("lost-vault-bundle-of-a-case", NAMES, VOID, VAULT, bundle_of("b1"), "AU")
lose("lost-64", "2 limits", VALID, CASE, lambda o: o.many, before=lambda o: more_objects(o, 64))
lose("lost-65", "2 limits", VOID, CASE, lambda o: o.many, before=lambda o: more_objects(o, 65))


def more_objects(o, count):
    """Deposits of so many objects, which o.many keeps."""
    o.many = [o.hash() for _ in range(count)]
    o.act(o.D, *(acts.deposit(o.log.new_id(), o.case, h) for h in o.many))


@valid(NAMES)
def lost_vault_anchor():
    o = office()
    o.act(o.A, acts.anchor(1, ["ab" * 32]))
    o.by_two(o.A, o.U, acts.lost("vault", "-", ["ab" * 32]))
    return o


@void(NAMES)
def lost_bundle_by_its_older_name():
    o = disposed()
    slot = o.log.slots[o.b1]
    o.act(o.L, acts.propose(acts.lost(f"exhibit {o.e1}", "-", [slot.bundle])))
    return o


@valid(NAMES)
def lost_bundle_by_its_present_name():
    o = disposed()
    o.act(o.L, acts.propose(acts.lost(f"exhibit {o.e1}", "-", [o.log.state.bundles[o.b1]])))
    return o


@valid(NAMES)
def lost_again():
    """What is lost already may be declared lost once more, by another permit."""
    o = office()
    for _ in range(2):
        leaf = o.by_two(o.L, o.A, acts.lost(f"exhibit {o.e1}", "-", [o.x1]))
        o.act(o.A, acts.lost(f"exhibit {o.e1}", leaf, [o.x1]))
    return o


def seen(letter, act, by="A", subject=None, start=office, again=()):
    """Something that can be acknowledged by one; then it is, by some, the last of them named."""
    o = start()
    spec = act(o)
    leaf = o.act(getattr(o, by), spec).leaves[0]
    for other in again:
        o.act(getattr(o, other), acts.acknowledge(spec.subject, leaf))
    o.act(getattr(o, letter), acts.acknowledge(subject or spec.subject, leaf))
    return o


def second_lead():
    """The office with X as a second standing lead."""
    o = office()
    o.act(o.L, o.grant(o.X, "lead"))
    return o


def list_seen(name, verdict, *args, **more):
    """One vector by seen()."""
    (valid if verdict == VALID else void)("10.6 acknowledge")(
        named(name, lambda: seen(*args, **more)))


def named(name, build):
    """A function under another name."""
    build.__name__ = name
    return build


again = lambda o: acts.enrol(o.R.again())
list_seen("ack_enrol_by_lead", VALID, "L", again)
list_seen("ack_enrol_by_second_lead", VALID, "X", again, start=second_lead, again=("L",))
list_seen("ack_enrol_twice", VOID, "L", again, again=("L",))
list_seen("ack_enrol_by_reader", VOID, "T", again)
list_seen("ack_enrol_by_admin", VOID, "B", again)
list_seen("ack_enrol_by_lead_of_another_case", VOID, "Z", again)
list_seen("ack_enrol_of_one_never_granted", VOID, "L", lambda o: acts.enrol(o.X.again()))
list_seen("ack_enrol_new_code", VOID, "L", lambda o: acts.enrol(o.V))
list_seen("ack_enrol_own_key", VALID, "L", again, by="R")
list_seen("ack_enrol_of_the_lead_by_himself", VOID, "L", lambda o: acts.enrol(o.L), by="L")
list_seen("ack_enrol_of_auditor_by_holder", VALID, "F", lambda o: acts.enrol(o.U.again()))
list_seen("ack_enrol_of_auditor_by_lead", VOID, "L", lambda o: acts.enrol(o.U.again()))
list_seen("ack_enrol_of_reader_by_holder", VOID, "U", again)
list_seen("ack_grant_by_second_lead", VALID, "X", lambda o: o.grant(o.Y, "reader"), by="L",
          start=second_lead)
list_seen("ack_grant_by_its_signer", VOID, "L", lambda o: o.grant(o.Y, "reader"), by="L")
list_seen("ack_grant_by_its_member", VOID, "X", lambda o: o.grant(o.X, "lead"), by="L")
list_seen("ack_grant_by_reader", VOID, "R", lambda o: o.grant(o.Y, "reader"), by="L")
list_seen("ack_break_glass_by_lead", VALID, "L",
          lambda o: acts.break_glass(o.case, o.T, later(o, 4)), by="T")
list_seen("ack_break_glass_by_reader", VOID, "R",
          lambda o: acts.break_glass(o.case, o.T, later(o, 4)), by="T")
list_seen("ack_ungrant", VOID, "L", lambda o: o.ungrant(o.R))
list_seen("ack_role", VOID, "L", lambda o: acts.role(o.R, "+admin"))
list_seen("ack_revoke", VOID, "L", lambda o: acts.revoke(o.R))
list_seen("ack_publish", VOID, "B", lambda o: acts.publish())
list_seen("ack_record", VOID, "F", lambda o: acts.record("vault"), by="U")
list_seen("ack_other_subject", VOID, "L", again, subject="member T-1")


@valid("10.6 acknowledge")
def ack_audit_grant_by_another_holder():
    o = office()
    o.act(o.A, acts.role(o.X, "+auditor"))
    leaf = o.act(o.F, o.audit(o.X)).leaves[0]
    o.act(o.U, acts.acknowledge("grant audit X-1", leaf))
    return o


@void("10.6 acknowledge")
def ack_audit_grant_by_auditor_without_grant():
    o = office()
    o.act(o.A, acts.role(o.X, "+auditor"), acts.role(o.Y, "+auditor"))
    leaf = o.act(o.F, o.audit(o.X)).leaves[0]
    o.act(o.Y, acts.acknowledge("grant audit X-1", leaf))
    return o


@void("10.6 acknowledge")
def ack_audit_grant_by_lead():
    o = office()
    o.act(o.A, acts.role(o.X, "+auditor"))
    leaf = o.act(o.F, o.audit(o.X)).leaves[0]
    o.act(o.L, acts.acknowledge("grant audit X-1", leaf))
    return o


@void("10.6 acknowledge")
def ack_audit_grant_by_its_member():
    o = office()
    leaf = o.act(o.F, o.audit(o.U)).leaves[0]
    o.act(o.U, acts.acknowledge("grant audit U-1", leaf))
    return o


@valid("10.6 acknowledge")
def ack_enrol_had_a_grant_earlier():
    o = office()
    o.act(o.L, o.ungrant(o.R))
    leaf = o.act(o.A, acts.enrol(o.R.again())).leaves[0]
    o.act(o.L, acts.acknowledge("member R-1", leaf))
    return o


@valid("10.6 acknowledge")
def ack_enrol_has_a_grant_only_since():
    o = office()
    leaf = o.act(o.A, acts.enrol(o.V)).leaves[0]
    o.act(o.L, o.grant(o.V, "reader"))
    o.act(o.L, acts.acknowledge("member V-1", leaf))
    return o


@void("10.6 acknowledge")
def ack_enrol_had_a_grant_only_since_and_not_now():
    o = office()
    leaf = o.act(o.A, acts.enrol(o.V)).leaves[0]
    o.act(o.L, o.grant(o.V, "reader"), o.ungrant(o.V))
    o.act(o.L, acts.acknowledge("member V-1", leaf))
    return o


@valid("10.6 acknowledge")
def ack_enrol_by_provisional_lead():
    o = appointed()
    leaf = o.act(o.A, acts.enrol(o.R.again())).leaves[0]
    o.act(o.X, acts.acknowledge("member R-1", leaf))
    return o


@valid("10.6 acknowledge")
def ack_of_a_replaced_grant():
    o = second_lead()
    leaf = o.act(o.L, o.grant(o.Y, "reader")).leaves[0]
    o.act(o.L, o.grant(o.Y, "depositor"))
    o.act(o.X, acts.acknowledge(f"grant {o.case} Y-1", leaf))
    return o


def restored():
    """The office with a `restored` that A proposed and B carried out; gives its two LEAFs."""
    o = office()
    act = acts.restored(40, "ab" * 32)
    first = o.propose(o.A, act)
    return o, first, o.approve(o.B, act, first).leaves[0]


def restored_seen(letter, which=1):
    """The `approve` (or the `propose`) of a restored, acknowledged."""
    o, *leaves = restored()
    o.act(getattr(o, letter), acts.acknowledge("vault", leaves[which]))
    return o


@valid("10.6 acknowledge")
def ack_restored_by_admin():
    return restored_seen("F")


@valid("10.6 acknowledge")
def ack_restored_by_auditor():
    return restored_seen("U")


@void("10.6 acknowledge")
def ack_restored_by_its_proposer():
    return restored_seen("A")


@void("10.6 acknowledge")
def ack_restored_by_its_approver():
    return restored_seen("B")


@void("10.6 acknowledge")
def ack_restored_by_lead():
    return restored_seen("L")


@void("10.6 acknowledge")
def ack_restored_by_card():
    return restored_seen("K")


@void("10.6 acknowledge")
def ack_proposal_of_restored():
    return restored_seen("F", 0)


@void("10.6 acknowledge")
def ack_no_to_restored():
    o = office()
    act = acts.restored(40, "ab" * 32)
    leaf = o.approve(o.B, act, o.propose(o.A, act), "no").leaves[0]
    o.act(o.F, acts.acknowledge("vault", leaf))
    return o


@valid("10.6 acknowledge")
def ack_restored_signed_directly():
    o = founding()
    leaf = o.act(o.F, acts.restored(40, o.hash())).leaves[0]
    o.act(o.F, acts.enrol(o.U, "auditor"))
    o.act(o.U, acts.acknowledge("vault", leaf))
    return o


@void("10.6 acknowledge")
def ack_approval_of_a_format_or_policy():
    o = two_person()
    act = acts.policy("grant-days 30")
    leaf = o.approve(o.B, act, o.propose(o.A, act)).leaves[0]
    o.act(o.F, acts.acknowledge("vault", leaf))
    return o


def enrolled_by_two():
    """U is enrolled again by A and B together; gives the approval's LEAF."""
    o = two_person()
    act = acts.enrol(o.U.again())
    return o, o.approve(o.B, act, o.propose(o.A, act)).leaves[0]


@valid("10.6 acknowledge")
def ack_enrol_by_two_by_holder():
    o, leaf = enrolled_by_two()
    o.act(o.F, acts.acknowledge("member U-1", leaf))
    return o


@void("10.6 acknowledge")
def ack_enrol_by_two_by_its_proposer():
    o = two_person()
    o.act(o.L, o.grant(o.A, "lead"), o.grant(o.U, "reader"))
    act = acts.enrol(o.U.again())
    leaf = o.approve(o.B, act, o.propose(o.A, act)).leaves[0]
    o.act(o.A, acts.acknowledge("member U-1", leaf))
    return o


@void("10.6 acknowledge")
def ack_genesis_as_a_grant():
    o = office()
    o.act(o.U, acts.acknowledge("grant audit F-1", o.log.fingerprint))
    return o


@valid("3.5")
def founders_audit_grant_begins_with_event_1():
    o = founding()
    o.act(o.F, acts.enrol(o.A, "admin"))
    o.act(o.A, o.ungrant(o.F, AUDIT).but(over={7: "1 -"}))
    return o


@void("3.5")
def founders_audit_grant_has_no_event():
    o = founding()
    o.act(o.F, acts.enrol(o.A, "admin"))
    o.act(o.A, o.ungrant(o.F, AUDIT).but(over={7: "2 " + o.log.fingerprint}))
    return o


@void("3.4")
def founder_has_no_enrol_event():
    o = founding()
    o.act(o.F, acts.enrol(o.F.again(), "admin,auditor").but(over={7: "2 " + o.log.fingerprint}))
    return o


@valid("3.4")
def founders_chain_begins_with_event_1():
    o = founding()
    o.act(o.F, acts.enrol(o.F.again(), "admin,auditor").but(over={7: "1 -"}))
    return o
