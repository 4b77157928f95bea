# SPDX-License-Identifier: Apache-2.0
"""Corners where two rules meet, and where two programs might read the page in two ways."""
import acts
import encode
from rules_destroy import dispose, erase
from rules_grammar import change
from rules_log import genesis, slot, with_line
from rules_skip import skip
from rules_two import vault_loss
from situations import (appointed, founding, leaderless, office, one_slot, two_person, valid,
                        vector, void)
from writer import DAMAGED, NOT_JUDGED, REFUSED, VALID, VOID

erasure = lambda o: acts.propose(acts.erase(
    f"exhibit {o.e1}", "-", [o.pair(o.b1)], {o.s1: "11" * 32}))
one_slot(office, "5 own lines", VOID, [
    ("sheet-was-one-value", "L", lambda o: erasure(o).but(edit=change(" " + "11" * 32, ""))),
    ("sheet-was-three-values", "L", lambda o: erasure(o).but(
        edit=change("11" * 32, "11" * 32 + " -"))),
    ("restored-one-value", "A", lambda o: acts.propose(acts.restored(40, "11" * 32)).but(
        edit=change(" " + "11" * 32, ""))),
    ("skip-three-values", "A", lambda o: acts.skip(3, 3, "11" * 32, "22" * 32).but(
        edit=change(" " + "22" * 32, ""))),
    ("propose-two-actions", "L", lambda o: erasure(o).but(
        edit=change("propose erase", "propose erase dispose"))),
])


def permitted_erasure(edit):
    """A permitted erasure with two pairs and two sheets, whose text is edited."""

    def build():
        o = office()
        renamed = [o.pair(o.b1, "33" * 32), o.pair(o.bp, "44" * 32)]
        were = {o.s1: "-", o.p1: "-"}
        leaf = o.by_two(o.L, o.A, acts.erase(f"exhibit {o.e1}", "-", renamed, were))
        spec = acts.erase(f"exhibit {o.e1}", leaf, renamed, were)
        o.act(o.A, spec.but(edit=edit))
        return o

    return build


def exchanged(word):
    """An edit that exchanges the first two lines which begin with a word."""

    def edit(text):
        lines = text.split("\n")
        i = next(i for i, line in enumerate(lines) if line.startswith(word))
        lines[i], lines[i + 1] = lines[i + 1], lines[i]
        return "\n".join(lines)

    return edit


def listed(name, rule, mark, build):
    """A vector from a function that has another name."""
    build.__name__ = name
    mark(rule)(build)


listed("lists_ascend", "5.1", valid, permitted_erasure(None))
listed("bundle_descends", "5.1", void, permitted_erasure(exchanged("bundle ")))
listed("sheet_was_descends", "5.1", void, permitted_erasure(exchanged("sheet-was ")))
listed("bundle_two_values", "5 own lines", void, permitted_erasure(change(" " + "33" * 32, "")))
one_slot(office, "5.1", VOID, [
    ("blank-descends", "L", lambda o: acts.propose(o.disposal()).but(edit=exchanged("blank "))),
    ("blank-repeats", "L", lambda o: acts.propose(o.disposal()).but(
        edit=change(f"blank {o.s1}\n", f"blank {o.s1}\n" * 2))),
    ("lost-descends", "L", lambda o: acts.propose(acts.lost(
        f"exhibit {o.e1}", "-", [o.x1, o.log.state.bundles[o.b1]])).but(edit=exchanged("lost "))),
    ("lost-repeats", "L", lambda o: acts.propose(acts.lost(f"exhibit {o.e1}", "-", [o.x1])).but(
        edit=change(f"lost {o.x1}\n", f"lost {o.x1}\n" * 2))),
    ("strike-descends", "L", lambda o: acts.propose(acts.erase(
        f"exhibit {o.e1}", "-", [], {o.s1: "-"}, ["11" * 32, "22" * 32])).but(
            edit=exchanged("strike "))),
    ("strike-repeats", "L", lambda o: acts.propose(acts.erase(
        f"exhibit {o.e1}", "-", [], {o.s1: "-"}, ["11" * 32, "11" * 32]))),
])
slot("text-not-ascii", "9.2", VOID, edit_text=lambda t: with_line(8, "\u00e9")(t))
slot("text-line-1-not-ascii", "9.1", DAMAGED, edit_text=lambda t: "\u00e9" + t)
genesis("not-ascii", "3", REFUSED, edit=with_line(9, "d\u00efr 16 1"))
one_slot(office, "corners", VALID, [
    ("log-key-is-a-members-key", "A", lambda o: acts.log_key(
        o.R.called(o.log.origin).vkey, [o.hash()])),
    ("case-and-deposit-in-a-slot", "A", lambda o: case_and_deposit(o)),
    ("grant-then-expire-in-a-slot", "L", lambda o: [
        o.grant(o.X, "reader", "1970-01-01T00:00:00Z"), acts.expire(o.case, o.X)]),
    ("lost-case-bundle-of-a-deposit", "L", lambda o: acts.propose(acts.lost(
        f"case {o.case}", "-", [o.log.state.bundles[o.b1]]))),
])
one_slot(two_person, "10.3 enrol 2", VOID, [
    ("enrol-again-as-admin-proposed-by-admin", "A", lambda o: acts.propose(
        acts.enrol(o.B.again(), "admin"))),
])
one_slot(two_person, "10.3 enrol 2", VALID, [
    ("enrol-again-as-admin-proposed-by-card", "K", lambda o: acts.propose(
        acts.enrol(o.B.again(), "admin"))),
])


def case_and_deposit(o):
    """A case of A's own, and a deposit in it."""
    ident = o.log.new_id()
    return [o.new_case(o.A, o.A, ident), acts.deposit(o.log.new_id(), ident)]


@valid("10.5.5 allowed now")
def revoke_of_one_who_is_no_auditor_any_more():
    """At the answer the act is asked to be allowed, not to take two still."""
    o = two_person()
    act = acts.revoke(o.U)
    leaf = o.propose(o.A, act)
    o.by_two(o.A, o.B, acts.role(o.U, "-auditor"))
    o.approve(o.B, act, leaf)
    return o


@void("10.5.2")
def lapse_by_confirmation():
    """The confirmed grant is a new one, so that what X proposed by the older one is gone."""
    o = appointed()
    leaf = o.propose(o.X, o.disposal())
    o.act(o.R, o.grant(o.X, "lead"))
    o.approve(o.A, o.disposal(), leaf)
    return o


@valid("10.5.5")
def confirmed_lead_approves():
    """X's grant is older than the proposal, and standing."""
    o = appointed()
    o.act(o.R, o.grant(o.X, "lead"))
    leaf = o.propose(o.A, o.disposal())
    o.approve(o.X, o.disposal(), leaf)
    return o


@void("10.5.5")
def release_in_a_leaderless_case():
    o = office()
    o.act(o.L, acts.hold(f"case {o.case}", "set"))
    o.act(o.A, acts.revoke(o.L))
    act = acts.hold(f"case {o.case}", "release")
    leaf = o.propose(o.A, act)
    o.approve(o.B, act, leaf)
    return o


@void("10.6 lost")
def lost_vault_by_permit_once_sole():
    """`proposal -` stands exactly where the sole officer signs, even with a permit in hand."""
    o = founding()
    o.act(o.F, acts.enrol(o.U, "auditor"))
    leaf = o.by_two(o.F, o.U, vault_loss(o))
    o.act(o.F, acts.revoke(o.U))
    o.act(o.F, vault_loss(o, leaf))
    return o


@valid("10.6 lost")
def lost_vault_alone_once_sole():
    o = founding()
    o.act(o.F, acts.enrol(o.U, "auditor"))
    o.act(o.F, acts.revoke(o.U))
    o.act(o.F, vault_loss(o))
    return o


@void("10.4 grant 3")
def confirm_after_the_own_grant_ended():
    o = appointed()
    o.act(o.A, o.ungrant(o.R))
    o.act(o.R, o.grant(o.X, "lead"))
    return o


@valid("10.4 grant 3")
def confirm_past_the_own_date():
    o = appointed()
    o.act(o.T, o.grant(o.X, "lead"), time="2030-01-01T00:00:00Z")
    return o


@void("10.4 grant 3")
def confirm_another_than_the_appointed_lead():
    """R is the lead by appointment; X is none."""
    o = leaderless()
    o.act(o.A, o.grant(o.R, "lead"))
    o.act(o.T, o.grant(o.X, "lead"))
    return o


def two_private_batches(o):
    """The first exhibit's private sheet is named by a second batch as well."""
    o.bq = len(o.log.slots)
    o.act(o.R, o.record(private=o.p1))
    return [o.pair(o.b1), o.pair(o.bp), o.pair(o.bq)]


@valid("10.7.4")
def dispose_private_of_two_batches():
    """One `blank` line, a pair for each batch."""
    o = office()
    dispose(o, o.e1, two_private_batches(o), [o.s1, o.t1, o.p1])
    return o


@void("10.7.4")
def dispose_private_of_two_batches_pair_missing():
    o = office()
    dispose(o, o.e1, two_private_batches(o)[:2], [o.s1, o.t1, o.p1])
    return o


@valid("10.7.4")
def dispose_private_renamed_in_one_of_two_batches():
    """One sheet has two present names, one a batch."""
    o = office()
    two_private_batches(o)
    erase(o, "e1", [o.pair(o.bp)], {o.p1: "77" * 32})
    dispose(o, o.e1, [o.pair(n) for n in (o.b1, o.bp, o.bq)], [o.s1, o.t1, o.p1, "77" * 32])
    return o


@valid("10.7.5")
def erase_a_sheet_of_two_batches_at_once():
    o = office()
    two_private_batches(o)
    erase(o, "e1", [o.pair(o.bp), o.pair(o.bq)], {o.p1: "-"})
    return o


@void("10.7.4")
def dispose_private_destroyed_in_one_of_two_batches():
    """The batch that lost it needs no pair any more."""
    o = office()
    two_private_batches(o)
    erase(o, "e1", [o.pair(o.bp)], {o.p1: "-"})
    dispose(o, o.e1, [o.pair(n) for n in (o.b1, o.bp, o.bq)], [o.s1, o.t1, o.p1])
    return o


@valid("10.7.4")
def dispose_sheet_that_a_later_batch_names():
    """Who names the deposit's sheet in another batch does not keep it in the deposit's."""
    o = office()
    spec = acts.record(f"exhibit {o.e2}", o.case).with_lines("custody", sheets=[o.t1])
    o.act(o.R, spec)
    dispose(o, o.e1, [o.pair(o.b1), o.pair(o.bp)], [o.s1, o.t1, o.p1])
    return o


@valid("10.7.5")
def erase_what_is_left_of_a_disposed_exhibit():
    o = office()
    number, sheet = len(o.log.slots), o.hash()
    o.act(o.R, acts.record(f"exhibit {o.e1}", o.case).with_lines("custody", sheets=[sheet]))
    dispose(o, o.e1, [o.pair(o.b1), o.pair(o.bp)], [o.s1, o.t1, o.p1])
    erase(o, "e1", [o.pair(number)], {sheet: "-"})
    return o


@valid("10.2.5")
def sheet_of_a_proposal_and_a_record_of_its_case():
    o = office()
    sheet = ["dd" * 32]
    o.act(o.L, acts.propose(o.disposal()).with_lines("custody", sheets=sheet),
          acts.record(f"case {o.case}", o.case).with_lines("custody", sheets=sheet))
    return o


@void("10.7.6")
def propose_dispose_behind_a_private_that_it_lists():
    """The rule asks for entries of the slot, not for those behind the proposal only."""
    o = office()
    record = o.record(private="ee" * 32)
    spec = acts.dispose(o.e1, "-", [], [o.s1, o.t1, o.p1, "ee" * 32])
    o.act(o.L, record, acts.propose(spec))
    return o


@vector("9.7", VALID)
def skip_of_slot_1():
    """HEAD is the fingerprint."""
    o = founding()
    o.act(o.F, acts.enrol(o.A, "admin"))
    o.first = 1
    o.log.damage(1, b"")
    return skip(o, "F")


@vector("9.7", NOT_JUDGED)
def skip_wrong_event_number():
    o = founding()
    o.act(o.F, acts.enrol(o.A, "admin"))
    o.log.damage(1, b"")
    spec = acts.skip(1, 1, encode.name_of(b""), o.log.fingerprint).but(over={7: "2 " + "ab" * 32})
    o.act(o.F, spec, state=o.log.slots[0].state, verdict=NOT_JUDGED)
    return o


@void("10.1 in force")
def provisional_grant_is_not_firm_later():
    """X was appointed; once confirmed by R, what X granted before is still not firm."""
    o = appointed()
    o.act(o.X, o.grant(o.Y, "reader"))
    o.act(o.R, o.grant(o.X, "lead"))
    o.act(o.A, o.ungrant(o.X))
    o.act(o.A, o.grant(o.Z, "lead"))
    o.act(o.Y, o.grant(o.Z, "lead"))
    return o
