# SPDX-License-Identifier: Apache-2.0
"""Section 9, numbers 7 to 9: what passes over damage, and what does not."""
import acts
import encode
from situations import VECTORS, WORLD, Vector, office, valid, vector, void
from writer import DAMAGED, NOT_JUDGED, VALID, VOID, Member

RUBBISH = b"this was a slot\n"


def broken(after=0, data=RUBBISH):
    """The office whose slot 9 is damaged, and after it slots by who had the good one."""
    o = office()
    o.act(o.R, acts.record(f"exhibit {o.e1}", o.case))
    o.first = len(o.log.slots) - 1
    for _ in range(after):
        o.act(o.R, acts.record(f"exhibit {o.e1}", o.case), verdict=NOT_JUDGED)
    o.log.damage(o.first, data)
    return o


def skip(o, actor="A", verdict=VALID, change=None, extra=(), **bent):
    """Passes over all from the first damaged slot on; change is for N, M, HASH and HEAD."""
    last = len(o.log.slots) - 1
    before = o.log.slots[o.first - 1]
    values = [o.first, last, o.log.slots[last].head, before.head]
    values = change(values, o) if change else values
    state = bent.pop("state", before.state)
    signer = actor if not isinstance(actor, str) else getattr(o, actor)
    o.act(signer, acts.skip(*values), *extra, state=state, verdict=verdict, **bent)
    if verdict == VALID:
        o.log.passed_over(o.first, last)
    return o


@vector("9.7", VALID)
def skip_one():
    return skip(broken())


@vector("9.7", VALID)
def skip_and_what_followed():
    return skip(broken(3))


@vector("9.7", VALID)
def skip_by_the_founder():
    return skip(broken(), "F")


def row(name, rule, verdict, **more):
    """A skip that does not count: no verdict is judged behind the damage."""

    def build():
        given = dict(more)
        o = given.pop("start", broken)()
        return skip(o, verdict=verdict, **given)

    VECTORS.append(Vector(name, rule, verdict, build))


def replace(place, value):
    """A change of one of N, M, HASH and HEAD."""

    def change(values, o):
        values = list(values)
        values[place] = value(o) if callable(value) else value
        return values

    return change


row("skip-by-lead", "9.7", NOT_JUDGED, actor="L")
row("skip-by-auditor", "9.7", NOT_JUDGED, actor="U")
row("skip-by-card", "9.7", NOT_JUDGED, actor="K")
row("skip-with-a-second-entry", "9.7", NOT_JUDGED, extra=[acts.publish()])
row("skip-n-later", "9.7", NOT_JUDGED, start=lambda: broken(2), change=replace(
    0, lambda o: o.first + 1))
row("skip-n-earlier", "9.7", NOT_JUDGED, change=replace(0, lambda o: o.first - 1))
row("skip-m-later", "9.7", NOT_JUDGED, change=replace(1, lambda o: o.first + 1))
row("skip-m-earlier", "9.7", NOT_JUDGED, start=lambda: broken(2), change=replace(
    1, lambda o: o.first + 1))
row("skip-hash-of-the-slot-before", "9.7", NOT_JUDGED, change=replace(
    2, lambda o: o.log.slots[o.first - 1].head))
row("skip-hash-of-nothing", "9.7", NOT_JUDGED, change=replace(2, "ab" * 32))
row("skip-head-of-the-damaged-slot", "9.7", NOT_JUDGED, change=replace(
    3, lambda o: o.log.slots[o.first].head))
row("skip-head-of-nothing", "9.7", NOT_JUDGED, change=replace(3, "ab" * 32))
row("skip-note-names-another", "9.7", NOT_JUDGED, prev="ab" * 32)
row("skip-size-of-the-tree-passed-over", "9.7", NOT_JUDGED, before=99)
row("skip-root-of-another-tree", "9.7", NOT_JUDGED, root=encode.b64(bytes(32)))
row("skip-n-with-zero", "9.7", NOT_JUDGED, change=replace(0, "09"))
row("skip-hash-upper", "9.7", NOT_JUDGED, change=replace(
    2, lambda o: o.log.slots[o.first].head.upper()))
row("skip-key-never-enrolled", "9.7", NOT_JUDGED, key=Member.of(WORLD, "A-1").again())


@vector("9.7", VALID)
def skip_with_lines():
    """It carries what every act may carry."""
    o = broken()
    before = o.log.slots[o.first - 1]
    spec = acts.skip(o.first, o.first, o.log.head, before.head).with_lines(
        "custody", "reason", sheets=["dd" * 32])
    o.act(o.A, spec, state=before.state)
    o.log.passed_over(o.first, o.first)
    return o


@vector("9.7", NOT_JUDGED)
def skip_by_an_admin_made_in_the_passed_slots():
    """The actor is an admin as of slot N-1: what was passed over made nobody anything."""
    o = office()
    o.act(o.A, acts.publish())
    o.first = len(o.log.slots) - 1
    o.act(o.A, acts.role(o.X, "+admin"), verdict=NOT_JUDGED)
    o.log.damage(o.first, RUBBISH)
    return skip(o, "X", NOT_JUDGED)


@vector("9.7", VALID)
def skip_by_an_admin_revoked_in_the_passed_slots():
    o = office()
    o.act(o.B, acts.publish())
    o.first = len(o.log.slots) - 1
    o.act(o.B, acts.revoke(o.A), verdict=NOT_JUDGED)
    o.log.damage(o.first, RUBBISH)
    return skip(o)


@vector("9.7", NOT_JUDGED)
def skip_by_a_key_of_the_passed_slots():
    o = office()
    o.act(o.A, acts.enrol(o.A.again(), "admin"))
    o.first = len(o.log.slots) - 1
    o.log.damage(o.first, RUBBISH)
    return skip(o, o.A.again(), NOT_JUDGED)


@vector("9.7", NOT_JUDGED)
def skip_by_a_replaced_key():
    o = office()
    o.act(o.A, acts.enrol(o.A.again(), "admin"))
    o.act(o.R, acts.record(f"exhibit {o.e1}", o.case))
    o.first = len(o.log.slots) - 1
    o.log.damage(o.first, RUBBISH)
    return skip(o, "A", NOT_JUDGED)


@vector("9.7", VALID)
def skip_over_a_missing_slot():
    """Slot N may be missing where a later one, slot M, is there."""
    return skip(broken(1, None))


@vector("9.1", NOT_JUDGED)
def missing_slot_before_another():
    """The missing slot is damaged; the one behind it is not judged."""
    return broken(1, None)


@vector("9.8", NOT_JUDGED)
def skip_behind_a_damaged_slot_that_is_missing_itself():
    """Slot M has to be there: its bytes are what HASH says."""
    o = broken(0, None)
    before = o.log.slots[o.first - 1]
    o.act(o.A, acts.skip(o.first, o.first, "ab" * 32, before.head), state=before.state,
          verdict=NOT_JUDGED, prev="ab" * 32)
    return o


@vector("9.8", VALID)
def skip_the_first_that_is_valid():
    """A skip by a lead does not count; an admin's skip passes over it, too."""
    o = skip(broken(), "L", NOT_JUDGED)
    return skip(o)


@vector("9.8", VALID)
def skip_then_an_act():
    o = skip(broken(2))
    o.act(o.R, acts.record(f"exhibit {o.e1}", o.case))
    return o


@vector("9.8", DAMAGED)
def skip_then_an_act_that_goes_on_from_the_passed_slots():
    o = broken(2)
    head = o.log.head
    skip(o)
    o.act(o.R, acts.record(f"exhibit {o.e1}", o.case), prev=head)
    return o


@vector("9.8", VALID)
def skip_then_damage_then_skip():
    o = skip(broken(1))
    o.act(o.R, acts.record(f"exhibit {o.e1}", o.case))
    o.first = len(o.log.slots) - 1
    o.log.damage(o.first, RUBBISH)
    return skip(o)


@vector("9.9", VOID)
def skip_where_nothing_is_damaged():
    o = office()
    last = len(o.log.slots) - 1
    o.act(o.A, acts.skip(last, last, o.log.head, o.log.slots[last - 1].head))
    return o


@vector("9.9", VOID)
def skip_of_a_void_slot():
    o = office()
    o.act(o.X, acts.publish(), verdict=VOID)
    last = len(o.log.slots) - 1
    o.act(o.A, acts.skip(last, last, o.log.head, o.log.slots[last - 1].head))
    return o


@vector("9.9", VOID)
def skip_again_behind_a_skip():
    o = skip(broken())
    head = o.log.slots[o.first - 1].head
    o.act(o.A, acts.skip(o.first, o.first, o.log.slots[o.first].head, head))
    return o


@void("5 skip")
def skip_m_before_n():
    o = office()
    o.act(o.A, acts.skip(3, 2, "ab" * 32, "cd" * 32))
    return o


@void("5 skip")
def skip_n_0():
    o = office()
    o.act(o.A, acts.skip(0, 0, "ab" * 32, "cd" * 32))
    return o


@vector("9.1", DAMAGED)
def slot_over_16_mib():
    o = office()
    o.act(o.R, acts.record(f"exhibit {o.e1}", o.case), 
          edit=lambda d: d + bytes(2**24 + 9 - len(d)))
    return o


@vector("4.4", VALID)
def skip_over_16_mib():
    """HASH is the digest of its first 16,777,217 bytes, though it has more."""
    return skip(broken(0, bytes(2**24 + 9)))


@valid("10.6 acknowledge")
def ack_skip_by_admin():
    o = skip(broken())
    o.act(o.B, acts.acknowledge("vault", o.log.slots[-1].leaves[0]))
    return o


@valid("10.6 acknowledge")
def ack_skip_by_auditor():
    o = skip(broken())
    o.act(o.U, acts.acknowledge("vault", o.log.slots[-1].leaves[0]))
    return o


@void("10.6 acknowledge")
def ack_skip_by_its_signer():
    o = skip(broken())
    o.act(o.A, acts.acknowledge("vault", o.log.slots[-1].leaves[0]))
    return o


@void("10.6 acknowledge")
def ack_skip_by_lead():
    o = skip(broken())
    o.act(o.L, acts.acknowledge("vault", o.log.slots[-1].leaves[0]))
    return o
