# SPDX-License-Identifier: Apache-2.0
"""Section 10.7, and 10.6 where it destroys: names of bundles and sheets, disposal, erasure."""
import acts
from acts import AUDIT
from situations import VECTORS, Vector, office, valid, void
from writer import VALID, VOID

SUBJECTS = {"e1": lambda o: f"exhibit {o.e1}", "e2": lambda o: f"exhibit {o.e2}",
            "case": lambda o: f"case {o.case}", "vault": lambda o: "vault"}


def erase(o, subject, renamed, were, first="L", second="A", by="A", strikes=()):
    """An erasure from its proposal on."""
    subject = SUBJECTS.get(subject, lambda o: subject)(o)
    leaf = o.by_two(getattr(o, first), getattr(o, second),
                    acts.erase(subject, "-", renamed, were, strikes))
    return o.act(getattr(o, by), acts.erase(subject, leaf, renamed, were, strikes))


def dispose(o, exhibit, renamed, sheets, by="A", extra=()):
    """A disposal from its proposal on; extra entries follow in its slot."""
    leaf = o.by_two(o.L, o.A, acts.dispose(exhibit, "-", renamed, sheets))
    return o.act(getattr(o, by), acts.dispose(exhibit, leaf, renamed, sheets), *extra)


def row(name, rule, verdict, build):
    """A vector that is one call on an office."""

    def whole():
        o = office()
        build(o)
        return o

    VECTORS.append(Vector(name, rule, verdict, whole))


def erasures(rule, verdict, rows):
    """Rows of name, subject, and functions to the pairs and to the sheets that were."""
    for name, subject, renamed, were in rows:
        row(name, rule, verdict, lambda o, s=subject, r=renamed, w=were: erase(o, s, r(o), w(o)))


def disposals(rule, verdict, rows):
    """Rows of name, and functions to the pairs and to the blanks, of the first exhibit."""
    for name, renamed, sheets in rows:
        row(name, rule, verdict, lambda o, r=renamed, s=sheets: dispose(o, o.e1, r(o), s(o)))


all_blanks = lambda o: [o.s1, o.t1, o.p1]
disposals("10.7.4", VALID, [
    ("dispose-exactly", lambda o: [o.pair(o.b1), o.pair(o.bp)], all_blanks),
])
disposals("10.7.4", VOID, [
    ("dispose-pair-missing", lambda o: [o.pair(o.b1)], all_blanks),
    ("dispose-pair-of-private-only", lambda o: [o.pair(o.bp)], all_blanks),
    ("dispose-no-pairs", lambda o: [], all_blanks),
    ("dispose-pair-more", lambda o: [o.pair(o.b1), o.pair(o.bp), o.pair(o.b2)], all_blanks),
])
disposals("10.7.3", VOID, [
    ("pair-old-is-not-present", lambda o: [(o.b1, o.hash(), o.hash()), o.pair(o.bp)], all_blanks),
    ("pair-old-of-the-other-batch", lambda o: [
        (o.b1, o.pair(o.bp)[1], o.hash()), o.pair(o.bp)], all_blanks),
    ("pair-new-is-its-old", lambda o: [o.pair(o.b1, o.pair(o.b1)[1]), o.pair(o.bp)], all_blanks),
    ("pair-new-is-the-other-old", lambda o: [
        o.pair(o.b1, o.pair(o.bp)[1]), o.pair(o.bp)], all_blanks),
    ("pair-news-the-same", lambda o: [
        o.pair(o.b1, "77" * 32), o.pair(o.bp, "77" * 32)], all_blanks),
    ("pair-batch-later", lambda o: [o.pair(o.b1), (99, o.hash(), o.hash())], all_blanks),
])
disposals("10.7.3", VALID, [
    ("pair-new-is-the-present-name-of-another", lambda o: [
        o.pair(o.b1, o.pair(o.b2)[1]), o.pair(o.bp)], all_blanks),
])
row("dispose-of-two-in-a-batch", "10.7.4", VALID, lambda o: dispose(
    o, o.e2, [o.pair(o.b2)], [o.s2]))
row("dispose-nothing-to-blank", "10.7.4", VALID, lambda o: dispose(o, o.e4, [], []))
row("dispose-nothing-to-blank-with-pair", "10.7.4", VOID, lambda o: dispose(
    o, o.e4, [o.pair(o.bc)], []))
row("dispose-shared-sheet-proposed", "10.7.4", VOID, lambda o: o.act(
    o.L, acts.propose(acts.dispose(o.e2, "-", [], [o.s2, o.t2]))))
row("dispose-with-record-in-its-slot", "10.7.6", VALID, lambda o: dispose(
    o, o.e1, [o.pair(o.b1), o.pair(o.bp)], all_blanks(o), "L",
    [acts.record(f"exhibit {o.e1}", o.case)]))
row("dispose-with-private-of-another-in-its-slot", "10.7.6", VALID, lambda o: dispose(
    o, o.e1, [o.pair(o.b1), o.pair(o.bp)], all_blanks(o), "L", [o.record(o.e2)]))
row("dispose-twice-in-a-slot", "10.6 dispose", VOID, lambda o: twice(o))


def twice(o):
    """Two permits for one exhibit, used one after the other."""
    one, two = (o.by_two(o.L, o.A, o.bare(o.e4)) for _ in range(2))
    o.act(o.A, acts.dispose(o.e4, one), acts.dispose(o.e4, two))


@valid("10.7.1")
def dispose_both_of_a_batch_in_a_slot():
    """The second pair's OLD is the first one's NEW: names hold after the entries before."""
    o = office()
    first = o.by_two(o.L, o.A, acts.dispose(o.e2, "-", [], [o.s2]))
    second = o.by_two(o.L, o.A, acts.dispose(o.e3, "-", [], [o.s3]))
    old, mid, new = o.pair(o.b2)[1], o.hash(), o.hash()
    o.act(o.A, acts.dispose(o.e2, first, [(o.b2, old, mid)], [o.s2]),
          acts.dispose(o.e3, second, [(o.b2, mid, new)], [o.s3]))
    return o


@void("10.7.1")
def dispose_both_of_a_batch_by_the_older_name():
    o = office()
    first = o.by_two(o.L, o.A, acts.dispose(o.e2, "-", [], [o.s2]))
    second = o.by_two(o.L, o.A, acts.dispose(o.e3, "-", [], [o.s3]))
    old = o.pair(o.b2)[1]
    o.act(o.A, acts.dispose(o.e2, first, [(o.b2, old, o.hash())], [o.s2]),
          acts.dispose(o.e3, second, [(o.b2, old, o.hash())], [o.s3]))
    return o


@void("10.7.3")
def pair_new_was_an_old():
    o = office()
    burnt = o.pair(o.b2)[1]
    dispose(o, o.e2, [o.pair(o.b2)], [o.s2])
    dispose(o, o.e3, [o.pair(o.b2, burnt)], [o.s3])
    return o


@void("10.7.3")
def pair_new_was_an_old_in_this_slot():
    o = office()
    first = o.by_two(o.L, o.A, acts.dispose(o.e2, "-", [], [o.s2]))
    second = o.by_two(o.L, o.A, acts.dispose(o.e3, "-", [], [o.s3]))
    old, mid = o.pair(o.b2)[1], o.hash()
    o.act(o.A, acts.dispose(o.e2, first, [(o.b2, old, mid)], [o.s2]),
          acts.dispose(o.e3, second, [(o.b2, mid, old)], [o.s3]))
    return o


def shared_bundle(o):
    """Two batches, each with a record by R that has a sheet of its own, and one bundle's name."""
    numbers, sheets, name = [], [], o.hash()
    for _ in range(2):
        numbers.append(len(o.log.slots))
        sheets.append(o.hash())
        spec = acts.record(f"exhibit {o.e1}", o.case).with_lines("custody", sheets=sheets[-1:])
        o.act(o.R, spec, bundle=name)
    return numbers, sheets, name


@valid("10.7.1")
def bundle_name_of_one_of_two_batches():
    """The other batch still has the older name, and a pair for it says so."""
    o = office()
    (one, two), (s, t), name = shared_bundle(o)
    erase(o, "e1", [(one, name, o.hash())], {s: "-"})
    erase(o, "e1", [(two, name, o.hash())], {t: "-"})
    return o


@void("10.7.1")
def bundle_name_of_the_other_batch_is_not_the_new():
    o = office()
    (one, two), (s, t), name = shared_bundle(o)
    new = o.hash()
    erase(o, "e1", [(one, name, new)], {s: "-"})
    erase(o, "e1", [(two, new, o.hash())], {t: "-"})
    return o


@valid("10.7.3")
def pair_news_the_same_for_one_old():
    o = office()
    (one, two), (s, t), name = shared_bundle(o)
    erase(o, "e1", [(one, name, "77" * 32), (two, name, "77" * 32)], {s: "-", t: "-"})
    return o


@valid("10.7.3")
def pair_news_differ_for_one_old():
    o = office()
    (one, two), (s, t), name = shared_bundle(o)
    erase(o, "e1", [(one, name, "77" * 32), (two, name, "78" * 32)], {s: "-", t: "-"})
    return o


@void("10.7.3")
def pair_of_a_void_slot():
    o = office()
    spec = acts.record(f"exhibit {o.e1}", o.case).with_lines("custody", sheets=["dd" * 32])
    slot = o.act(o.X, spec, verdict=VOID)
    erase(o, "e1", [(len(o.log.slots) - 1, slot.bundle, o.hash())], {"dd" * 32: "-"})
    return o


@void("10.7.3")
def pair_of_a_slot_without_bundle():
    o = office()
    o.act(o.L, acts.record(f"exhibit {o.e1}", o.case))
    erase(o, "e1", [(len(o.log.slots) - 1, o.hash(), o.hash()), o.pair(o.b1)], {o.s1: "-"})
    return o


@void("10.7.3")
def pair_of_this_slot():
    o = office()
    leaf = o.by_two(o.L, o.A, acts.erase(SUBJECTS["e1"](o), "-", [(1, "1" * 64, "2" * 64)],
                                         {"dd" * 32: "-"}))
    spec = acts.erase(SUBJECTS["e1"](o), leaf, [(len(o.log.slots), "ab" * 32, o.hash())],
                      {"dd" * 32: "-"}).with_lines("custody", sheets=["dd" * 32])
    o.act(o.A, spec, bundle="ab" * 32)
    return o


pair_1, pair_p = lambda o: [o.pair(o.b1)], lambda o: [o.pair(o.bp)]
pair_2, pair_c = lambda o: [o.pair(o.b2)], lambda o: [o.pair(o.bc)]
erasures("10.7.5", VALID, [
    ("erase-replaces", "e1", pair_1, lambda o: {o.s1: o.hash()}),
    ("erase-destroys", "e1", pair_1, lambda o: {o.s1: "-"}),
    ("erase-two-of-a-batch", "e1", pair_1, lambda o: {o.s1: "-", o.t1: o.hash()}),
    ("erase-a-private-sheet", "e1", pair_p, lambda o: {o.p1: "-"}),
    ("erase-two-batches", "e1", lambda o: [o.pair(o.b1), o.pair(o.bp)],
     lambda o: {o.s1: "-", o.p1: o.hash()}),
    ("erase-own-sheet-of-a-shared-batch", "e2", pair_2, lambda o: {o.s2: "-"}),
    ("erase-case-shared-sheet", "case", pair_2, lambda o: {o.t2: "-"}),
    ("erase-case-sheet-of-an-exhibit", "case", pair_1, lambda o: {o.s1: "-"}),
    ("erase-case-own-sheet", "case", pair_c, lambda o: {o.sc: o.hash()}),
    ("erase-new-is-a-sheet-of-another-batch", "e1", pair_1, lambda o: {o.s1: o.s2}),
])
erasures("10.7.5", VOID, [
    ("erase-shared-sheet", "e2", pair_2, lambda o: {o.t2: "-"}),
    ("erase-sheet-of-another-exhibit", "e2", pair_2, lambda o: {o.s3: "-"}),
    ("erase-old-of-no-batch", "e1", pair_1, lambda o: {o.s1: "-", o.hash(): "-"}),
    ("erase-old-of-a-batch-without-pair", "e1", pair_1, lambda o: {o.s1: "-", o.p1: "-"}),
    ("erase-pair-without-old", "e1", lambda o: [o.pair(o.b1), o.pair(o.bp)],
     lambda o: {o.s1: "-"}),
    ("erase-new-is-a-sheet-of-the-batch", "e1", pair_1, lambda o: {o.s1: o.t1}),
    ("erase-exhibit-sheet-of-the-case", "e1", pair_c, lambda o: {o.sc: "-"}),
])


def proposed(name, were):
    """A `propose erase` that is void already, as its lines alone show."""
    row(name, "10.7.5", VOID, lambda o: o.act(o.L, acts.propose(
        acts.erase(SUBJECTS["e1"](o), "-", pair_1(o), were(o)))))


proposed("propose-erase-new-is-its-old", lambda o: {o.s1: o.s1})
proposed("propose-erase-new-is-another-old", lambda o: {o.s1: o.t1, o.t1: "-"})
proposed("propose-erase-news-the-same", lambda o: {o.s1: "77" * 32, o.t1: "77" * 32})


@void("10.7.5")
def erase_vault_sheet_of_a_case():
    o = office()
    erase(o, "vault", pair_1(o), {o.s1: "-"}, "A", "B")
    return o


@void("10.7.5")
def erase_case_sheet_of_another_case():
    o = office()
    leaf = o.by_two(o.Z, o.A, acts.erase(f"case {o.case2}", "-", pair_1(o), {o.s1: "-"}))
    o.act(o.A, acts.erase(f"case {o.case2}", leaf, pair_1(o), {o.s1: "-"}))
    return o


def with_sheet_of(spec, by):
    """The office with a slot by a member whose entry names one sheet; gives number and sheet."""
    o = office()
    sheet, number = o.hash(), len(o.log.slots)
    o.act(getattr(o, by), spec(o).with_lines("custody", sheets=[sheet]))
    return o, number, sheet


@valid("10.7.5")
def erase_case_sheet_of_a_grant():
    o, number, sheet = with_sheet_of(lambda o: o.grant(o.X, "reader"), "L")
    erase(o, "case", [o.pair(number)], {sheet: "-"})
    return o


@valid("10.7.5")
def erase_vault_sheet_of_a_member():
    o, number, sheet = with_sheet_of(lambda o: acts.enrol(o.V), "A")
    erase(o, "vault", [o.pair(number)], {sheet: o.hash()}, "A", "B")
    return o


@valid("10.7.5")
def erase_vault_sheet_of_an_audit_grant():
    o, number, sheet = with_sheet_of(lambda o: o.ungrant(o.U, AUDIT), "A")
    erase(o, "vault", [o.pair(number)], {sheet: "-"}, "A", "B")
    return o


@valid("10.6 erase")
def erase_vault_while_all_is_held():
    o, number, sheet = with_sheet_of(lambda o: acts.record("vault"), "U")
    o.act(o.L, acts.hold(f"case {o.case}", "set"))
    erase(o, "vault", [o.pair(number)], {sheet: "-"}, "A", "B")
    return o


@void("10.7.5")
def erase_case_sheet_of_a_grant_by_exhibit():
    o, number, sheet = with_sheet_of(lambda o: o.grant(o.X, "reader"), "L")
    erase(o, "e1", [o.pair(number)], {sheet: "-"})
    return o


@valid("10.7.2")
def erase_chain():
    o = office()
    new = o.hash()
    erase(o, "e1", pair_1(o), {o.s1: new})
    erase(o, "e1", pair_1(o), {new: "-"})
    return o


@void("10.7.2")
def erase_by_the_older_name():
    o = office()
    erase(o, "e1", pair_1(o), {o.s1: o.hash()})
    erase(o, "e1", pair_1(o), {o.s1: "-"})
    return o


@void("10.7.2")
def erase_what_was_destroyed():
    o = office()
    erase(o, "e1", pair_1(o), {o.s1: "-"})
    erase(o, "e1", pair_1(o), {o.s1: "-"})
    return o


@void("10.7.2")
def erase_what_was_blanked():
    o = office()
    dispose(o, o.e1, [o.pair(o.b1), o.pair(o.bp)], all_blanks(o))
    erase(o, "e1", pair_1(o), {o.s1: "-"})
    return o


@void("10.7.5")
def erase_new_was_a_name_in_the_batch():
    o = office()
    erase(o, "e1", pair_1(o), {o.s1: "77" * 32})
    erase(o, "e1", pair_1(o), {o.t1: o.s1})
    return o


@void("10.7.5")
def erase_back_to_its_first_name():
    o = office()
    erase(o, "e1", pair_1(o), {o.s1: "77" * 32})
    erase(o, "e1", pair_1(o), {"77" * 32: o.s1})
    return o


@valid("10.7.4")
def dispose_after_erasure_by_the_present_name():
    o = office()
    erase(o, "e1", pair_1(o), {o.s1: "77" * 32})
    dispose(o, o.e1, [o.pair(o.b1), o.pair(o.bp)], ["77" * 32, o.t1, o.p1])
    return o


@void("10.7.4")
def dispose_after_erasure_by_the_older_name():
    o = office()
    erase(o, "e1", pair_1(o), {o.s1: "77" * 32})
    o.act(o.L, acts.propose(o.disposal()))
    return o


@valid("10.7.4")
def dispose_after_all_was_destroyed():
    o = office()
    erase(o, "e1", [o.pair(o.b1), o.pair(o.bp)], {o.s1: "-", o.t1: "-", o.p1: "-"})
    dispose(o, o.e1, [], [])
    return o


@void("10.7.4")
def dispose_proposed_before_the_erasure():
    o = office()
    leaf = o.by_two(o.L, o.A, o.disposal())
    erase(o, "e1", pair_1(o), {o.s1: "77" * 32})
    o.act(o.A, o.disposal(leaf))
    return o


@valid("10.7.2")
def erase_a_sheet_of_two_batches_in_one():
    """Two batches name one sheet: a pair renames it in its own batch alone."""
    o = office()
    spec = acts.record(f"exhibit {o.e1}", o.case).with_lines("custody", sheets=["dd" * 32])
    first = len(o.log.slots)
    o.act(o.R, spec)
    o.act(o.R, spec)
    erase(o, "e1", [o.pair(first)], {"dd" * 32: "-"})
    erase(o, "e1", [o.pair(first + 1)], {"dd" * 32: "-"})
    return o


@void("10.7.5")
def erase_a_sheet_that_another_exhibit_names_in_one_of_its_batches():
    o = office()
    number = len(o.log.slots)
    for ident in (o.e1, o.e2):
        spec = acts.record(f"exhibit {ident}", o.case).with_lines("custody", sheets=["dd" * 32])
        o.act(o.R, spec)
    erase(o, "e1", [o.pair(number), o.pair(number + 1)], {"dd" * 32: "-"})
    return o


def held(subject, of="e1"):
    """The office with a hold, and an erasure of the first exhibit's sheet by some subject."""
    o = office()
    o.act(o.L, acts.hold(SUBJECTS[subject](o), "set"))
    act = acts.erase(SUBJECTS[of](o), "-", pair_1(o), {o.s1: "-"})
    o.act(o.L, acts.propose(act))
    return o


@void("10.6 erase")
def erase_exhibit_on_hold():
    return held("e1")


@void("10.6 erase")
def erase_exhibit_of_a_case_on_hold():
    return held("case")


@valid("10.6 erase")
def erase_exhibit_while_another_is_on_hold():
    return held("e2")


@void("10.6 erase")
def erase_case_on_hold():
    return held("case", "case")


@void("10.6 erase")
def erase_case_of_which_an_exhibit_is_on_hold():
    return held("e2", "case")


def propose_with(name, verdict, act, *others, before=False):
    """A proposal in one slot with other entries, behind it or before it."""
    def build(o):
        entries = [acts.propose(act(o)), *(other(o) for other in others)]
        o.act(o.L, *(reversed(entries) if before else entries))
    row(name, "10.7.6", verdict, build)


erasure = lambda subject: lambda o: acts.erase(SUBJECTS[subject](o), "-", pair_1(o), {o.s1: "-"})
on_case = lambda o: acts.record(f"case {o.case}", o.case).with_lines("about", private=o.hash())
for order, before in (("behind", False), ("before", True)):
    propose_with(f"propose-erase-private-{order}", VOID, erasure("e1"), lambda o: o.record(),
                 before=before)
    propose_with(f"propose-erase-case-private-{order}", VOID, erasure("case"),
                 lambda o: o.record(), before=before)
    propose_with(f"propose-erase-private-of-another-{order}", VALID, erasure("e1"),
                 lambda o: o.record(o.e2), before=before)
    propose_with(f"propose-erase-case-private-of-case-{order}", VALID, erasure("case"), on_case,
                 before=before)
    propose_with(f"propose-erase-case-deposit-{order}", VOID, erasure("case"),
                 lambda o: acts.deposit(o.log.new_id(), o.case), before=before)
    propose_with(f"propose-erase-deposit-of-another-{order}", VALID, erasure("e1"),
                 lambda o: acts.deposit(o.log.new_id(), o.case), before=before)
    propose_with(f"propose-erase-record-{order}", VALID, erasure("e1"),
                 lambda o: acts.record(f"exhibit {o.e1}", o.case), before=before)
propose_with("propose-dispose-private-behind", VOID, lambda o: o.disposal(), lambda o: o.record())
propose_with("propose-dispose-private-of-another", VALID, lambda o: o.disposal(),
             lambda o: o.record(o.e2))
row("propose-dispose-in-the-slot-of-its-deposit", "10.7.6", VOID, lambda o: o.act(
    o.L, acts.deposit("ab" * 16, o.case), acts.propose(o.bare("ab" * 16))))
row("propose-erase-in-the-slot-of-its-deposit", "10.7.6", VOID, lambda o: o.act(
    o.L, acts.deposit("ab" * 16, o.case),
    acts.propose(acts.erase("exhibit " + "ab" * 16, "-", pair_1(o), {o.s1: "-"}))))


@void("10.7.6")
def erase_with_private_behind():
    o = office()
    act = acts.erase(f"exhibit {o.e1}", "-", pair_1(o), {o.s1: "-"})
    leaf = o.by_two(o.L, o.A, act)
    o.act(o.L, acts.erase(f"exhibit {o.e1}", leaf, pair_1(o), {o.s1: "-"}), o.record())
    return o


def big_case(batches, sheets):
    """The office with so many slots by L, each with so many sheets of the case."""
    o = office()
    o.numbers, o.sheets = [], []
    for _ in range(batches):
        entries = []
        for start in range(0, sheets, 8):
            new = [o.hash() for _ in range(min(8, sheets - start))]
            o.sheets += new
            entries.append(acts.record(f"case {o.case}", o.case).with_lines(
                "custody", sheets=new))
        o.numbers.append(len(o.log.slots))
        o.act(o.L, *entries)
    return o


@valid("2 limits")
def erase_128_of_each():
    o = big_case(128, 1)
    renamed, strikes = [o.pair(n) for n in o.numbers], [o.hash() for _ in range(128)]
    erase(o, "case", renamed, {s: o.hash() for s in o.sheets}, strikes=strikes)
    return o


@void("2 limits")
def propose_erase_129_sheets():
    o = big_case(1, 129)
    act = acts.erase(f"case {o.case}", "-", [o.pair(o.numbers[0])], {s: "-" for s in o.sheets})
    o.act(o.L, acts.propose(act))
    return o


@valid("2 limits")
def propose_erase_128_sheets():
    o = big_case(1, 128)
    act = acts.erase(f"case {o.case}", "-", [o.pair(o.numbers[0])], {s: "-" for s in o.sheets})
    o.act(o.L, acts.propose(act))
    return o


@void("2 limits")
def propose_erase_129_strikes():
    o = office()
    act = acts.erase(f"exhibit {o.e1}", "-", pair_1(o), {o.s1: "-"},
                     [o.hash() for _ in range(129)])
    o.act(o.L, acts.propose(act))
    return o


@valid("2 limits")
def dispose_128_blanks():
    """The eight sheets of a deposit and 120 private sheets are what one disposal can hold."""
    o = office()
    ident, sheets = o.log.new_id(), [o.hash() for _ in range(8)]
    numbers = [len(o.log.slots)]
    o.act(o.L, acts.deposit(ident, o.case, o.hash()).with_lines("about", sheets=sheets))
    for _ in range(120):
        numbers.append(len(o.log.slots))
        sheets.append(o.hash())
        o.act(o.L, o.record(ident, sheets[-1]))
    dispose(o, ident, [o.pair(n) for n in numbers], sheets)
    return o
