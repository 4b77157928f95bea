# SPDX-License-Identifier: Apache-2.0
"""The random acts themselves: for each kind a plausible one, and ways to spoil it."""
import acts
import encode
from acts import AUDIT
from random_model import OTHERS
from writer import Member

KINDS = {}
WEIGHTS = {}


def kind(weight):
    """Lists a function of the model that gives an actor's letter and an entry, or None."""

    def keep(build):
        KINDS[build.__name__.strip("_")] = build
        WEIGHTS[build.__name__.strip("_")] = weight
        return build

    return keep


def new_case(m, lead):
    """The entry of a new case."""
    ident = m.log.new_id()
    return acts.case(ident, m.log.new_ring(ident), m.keys[lead], m.hash())


def new_deposit(m, case):
    """The entry of a deposit, often with a sheet, sometimes of an object that is there."""
    stored = m.one([h for hs in m.objects.values() for h in hs]) if m.some(0.2) else m.hash()
    spec = acts.deposit(m.log.new_id(), case, None if m.some(0.15) else stored)
    kinds = ("content",) * bool(spec.objects) + ("about", "source")
    sheets = [m.hash() for _ in range(m.rng.randint(1, 2))]
    return spec.with_lines(*kinds, hashes=[m.hash() for _ in kinds], sheets=sheets)


def admin(m):
    """An admin."""
    return m.one(m.with_role("admin"), "F")


def a_case(m):
    """A case."""
    return m.one(m.cases, "ab" * 16)


def lead_or_admin(m, case):
    """A lead of the case or an admin."""
    return m.one(m.leads(case) * 2 + m.with_role("admin"), "F")


@kind(4)
def enrol_new(m):
    letter = m.one([c for c in OTHERS if c not in m.roles])
    if not letter:
        return None
    m.offered[m.keys[letter].vkey] = m.keys[letter]
    roles = m.one(["-", "-", "admin", "auditor", "recovery", "admin,auditor"])
    by_card = m.with_role("recovery") and m.some(0.2)
    actor = m.one(m.with_role("recovery")) if by_card else admin(m)
    return actor, acts.enrol(m.keys[letter], "admin" if by_card else roles)


@kind(3)
def enrol_again(m):
    letter = m.one(m.present())
    role = "recovery" if "recovery" in m.roles[letter] else "-"
    actor = m.one(m.with_role("recovery"), "K") if m.some(0.2) else admin(m)
    if "recovery" in m.roles.get(actor, ()):
        role = "admin"
    return actor, acts.enrol(m.new_keys(letter), role)


@kind(3)
def enrol_own(m):
    letter = m.one(m.present())
    order = [r for r in ("admin", "auditor", "recovery") if r in m.roles[letter]]
    return letter, acts.enrol(m.new_keys(letter), ",".join(order) or "-")


@kind(4)
def role(m):
    letter = m.one([c for c in m.present() if "recovery" not in m.roles[c]], "F")
    what = m.one(["admin", "auditor"])
    sign = "-" if what in m.roles[letter] else "+"
    return admin(m), acts.role(m.keys[letter], sign + what)


@kind(1)
def revoke(m):
    return admin(m), acts.revoke(m.keys[m.one(m.present())])


@kind(2)
def policy(m):
    value = m.one(["two-person on", "disclosure two-person", "break-glass on", "break-glass off",
                   f"grant-days {m.rng.randint(0, 4000)}"])
    return admin(m), acts.policy(value)


@kind(1)
def log_key(m):
    key = Member.of(m.world, f"LOG-{m.rng.randint(0, 9)}")
    return admin(m), acts.log_key(encode.vkey(m.log.origin, key.public),
                                  [m.hash() for _ in range(m.rng.randint(1, 3))])


@kind(2)
def case(m):
    return admin(m), new_case(m, m.one([c for c in m.present() if "recovery" not in m.roles[c]]))


@kind(3)
def epoch(m):
    ring = m.one(m.cases + [AUDIT])
    actor = m.one(m.holders(ring, "auditor") if ring == AUDIT else m.leads(ring), "F")
    return actor, acts.epoch(ring, m.log.new_ring(ring), m.hash())


@kind(8)
def grant(m):
    ring, letter = a_case(m), m.one(m.present())
    card = "recovery" in m.roles[letter]
    what = "recovery" if card else m.one(["reader", "depositor", "standby", "lead"])
    until = "-" if m.some(0.6) else encode.spell_time(m.log.now + m.rng.randint(0, 20000))
    return m.one(m.leads(ring), "F"), acts.grant(ring, m.keys[letter], what, m.hash(), until)


@kind(3)
def appoint(m):
    ring = m.one([c for c in m.cases if not m.leads(c)])
    if not ring:
        return None
    letter = m.one([c for c in m.present() if "recovery" not in m.roles[c]], "F")
    return m.one(m.with_role("admin", "recovery"), "F"), acts.grant(
        ring, m.keys[letter], "lead", m.hash())


@kind(3)
def confirm(m):
    ring = a_case(m)
    lead = m.one(m.leads(ring))
    own = m.one(m.holders(ring, "reader", "standby", "recovery", "broken"))
    return (own, acts.grant(ring, m.keys[lead], "lead", m.hash())) if lead and own else None


@kind(3)
def grant_audit(m):
    letter = m.one(m.with_role("auditor"), "F")
    holder = m.one(m.holders(AUDIT, "auditor"))
    return holder or admin(m), acts.grant(AUDIT, m.keys[letter], "auditor",
                                          m.hash() if holder else None)


@kind(4)
def ungrant(m):
    if not m.grants:
        return None
    ring, letter = m.one(m.grants)
    return (admin(m) if ring == AUDIT else lead_or_admin(m, ring)), acts.ungrant(
        ring, m.keys[letter])


@kind(3)
def expire(m):
    dated = [g for g in m.dated if g in m.grants]
    ring, letter = m.one(dated if dated else list(m.grants), (AUDIT, "F"))
    spec = acts.expire(ring, m.keys[letter])
    if m.some(0.7):
        spec = spec.but(over={3: encode.spell_time(m.log.now + 200000)})
    return (admin(m) if ring == AUDIT else lead_or_admin(m, ring)), spec


@kind(4)
def break_glass(m):
    ring = a_case(m)
    letter = m.one(m.holders(ring, "standby") * 4 + m.holders(ring, "broken"))
    if not letter:
        return None
    until = encode.spell_time(m.log.now + 600 + m.one([0, 1, 60, 60, 3600, 14400, 86400, 86401]))
    return letter, acts.break_glass(ring, m.keys[letter], until)


@kind(3)
def close(m):
    ring = a_case(m)
    act = acts.reopen(ring) if ring in m.closed else acts.close(ring)
    return m.one(m.leads(ring), "F"), act


@kind(14)
def deposit(m):
    ring = a_case(m)
    letter = m.one(m.holders(ring, "lead", "reader", "broken", "depositor"), "F")
    return letter, new_deposit(m, ring)


@kind(14)
def record(m):
    subject = m.any_subject()
    ring = m.case_of(subject) or "ab" * 16
    letter = m.one(m.holders(ring, "lead", "reader", "broken", "depositor", "standby", "recovery")
                   + m.with_role("auditor"), "F")
    spec = acts.record(subject, ring)
    choice = m.rng.randint(0, 3)
    if choice == 1:
        return letter, spec.with_lines("custody", hashes=[m.hash()], sheets=[m.hash()])
    if choice == 2:
        return letter, spec.with_lines("about", hashes=[m.hash()], private=m.hash())
    return letter, spec


@kind(4)
def record_elsewhere(m):
    letter = m.one(m.with_role("auditor"), "F")
    subject = m.one(["vault", f"member {m.keys[m.one(m.roles)].code}"])
    return letter, acts.record(subject).with_lines("custody", hashes=[m.hash()], sheets=[m.hash()])


@kind(2)
def denied(m):
    if m.some(0.3):
        return m.one(m.present()), acts.denied("vault")
    subject = m.any_subject()
    return m.one(m.present()), acts.denied(subject, m.case_of(subject) or "ab" * 16)


@kind(4)
def hold(m):
    subject = m.any_subject()
    return m.one(m.leads(m.case_of(subject)), "F"), acts.hold(subject, "set")


def disposal(m, leaf="0" * 64):
    """The disposal of an exhibit, with the sheets that the model thinks are its own."""
    ident = m.one([e for e in m.exhibits if e not in m.disposed])
    return act_of_disposal(m, ident, leaf) if ident else None


def act_of_disposal(m, ident, leaf):
    """The disposal of this exhibit now."""
    own = [k for k, (subjects, private) in m.sheets.items()
           if subjects == {f"exhibit {ident}"} and (private or k[0] == m.born.get(ident))]
    renamed = [(n, m.log.state.bundles.get(n, m.hash()), m.hash()) for n in {k[0] for k in own}]
    return acts.dispose(ident, leaf, renamed, {k[1] for k in own})


def erasure(m):
    """The erasure of some sheets of an exhibit, a case or the vault."""
    if not m.sheets:
        return None
    number, old = m.one(m.sheets)
    subject = m.one(sorted(m.sheets[number, old][0]))
    ring = m.case_of(subject)
    if not ring:
        subject = "vault"
    elif not subject.startswith("exhibit") or m.some(0.3):
        subject = f"case {ring}"
    strikes = [m.hash() for _ in range(m.rng.randint(0, 2))]
    return acts.erase(subject, "0" * 64, [pair(m, number)],
                      {old: m.one(["-", m.hash()])}, strikes)


def pair(m, number):
    """A pair for a batch."""
    return (number, m.log.state.bundles.get(number, m.hash()), m.hash())


def loss(m):
    """Something is lost."""
    subject = m.one(m.objects, "vault")
    subject = "vault" if subject.split()[0] not in ("exhibit", "case") else subject
    return acts.lost(subject, "0" * 64, {m.one(m.objects.get(subject, []), m.hash())})


def release(m):
    """A hold ends."""
    return acts.hold(m.one(m.held), "release") if m.held else None


@kind(16)
def propose(m):
    options = [release, disposal, disposal, erasure, erasure, loss,
               lambda m: acts.restored(m.rng.randint(0, 99), m.hash())]
    if m.some(0.05):
        options = [lambda m: acts.format_(2)]
    if m.two_person:
        options += [lambda m: other(m, f) for f in (role, policy, enrol_new, enrol_again, revoke)]
    act = m.one(options)(m)
    if not act:
        return None
    m.proposed = (*m.proposed, act)
    ring = m.case_of(act.subject)
    return (lead_or_admin(m, ring) if ring else admin(m)), acts.propose(act)


def other(m, build):
    """The entry of another kind."""
    made = build(m)
    return made[1] if made else None


@kind(22)
def approve(m):
    found = m.one([p for p in m.proposals if not p.permitted])
    if not found:
        return None
    ring, admins = m.case_of(found.act.subject), m.with_role("admin")
    could = m.leads(ring) if ring else admins * 2 + m.with_role("recovery")
    if ring and found.proposer in could:
        could = could + admins
    could = [c for c in could if c != found.proposer]
    if not could and m.some(0.8):
        return None
    answer = m.one(["yes"] * 8 + ["no"])
    return m.one(could, found.proposer), acts.approve(found.act.subject, found.leaf, answer)


@kind(22)
def permitted(m):
    found = m.one([p for p in m.proposals if p.permitted])
    if not found:
        return None
    act, ring = found.act, m.case_of(found.act.subject)
    rest = [x for x in act.own if not x.startswith(("proposal ", "bundle "))]
    numbers = {int(x.split()[1]) for x in act.own if x.startswith("bundle ")}
    own = (f"proposal {found.leaf}", *acts.pairs([pair(m, n) for n in numbers]), *rest)
    return (lead_or_admin(m, ring) if ring else admin(m)), act.but(own=own)


@kind(2)
def lost_alone(m):
    return admin(m), acts.lost("vault", "-", {m.one(m.objects.get("vault", []), m.hash())})


@kind(8)
def acknowledge(m):
    if not m.seen:
        return None
    subject, leaf, signer = m.one(m.seen)
    about = subject.split()[-1][0]
    could = [c for c in m.concerned(subject) if c not in (signer, about)]
    if not could and m.some(0.8):
        return None
    return m.one(could, "F"), acts.acknowledge(subject, leaf)


@kind(1)
def publish(m):
    return m.one(m.with_role("admin", "auditor"), "F"), acts.publish()


@kind(2)
def anchor(m):
    return m.one(m.with_role("admin", "auditor"), "F"), acts.anchor(
        m.rng.randint(0, len(m.log.slots)), [m.hash()], m.one(["rfc3161", "checkpoint", "z9"]))


@kind(1)
def restored(m):
    return admin(m), acts.restored(m.rng.randint(1, 99), m.hash())


def draw(m, actor=None):
    """A plausible act, if need be one by this actor."""
    for _ in range(60):
        name = m.rng.choices(list(KINDS), [WEIGHTS[k] for k in KINDS])[0]
        made = KINDS[name](m)
        if made and (not actor or made[0] == actor):
            return made
    return (actor or "F"), acts.publish()


def spoil_entry(m, spec):
    """An entry with something wrong in it."""
    choice = m.rng.randint(0, 9)
    place = m.rng.randint(7, 9)
    edits = {
        0: lambda t: t.replace("\nepoch 1\n", "\nepoch 2\n"),
        1: lambda t: t.replace("\nring ", "\nring 1"),
        2: lambda t: "\n".join(t.split("\n")[:place] + t.split("\n")[place + 1 :]),
        3: lambda t: t + f"sheet {'ab' * 32}\n",
        4: lambda t: t + f"object {'ab' * 32}\n",
        5: lambda t: t.replace("\nto age1", "\nto AGE1"),
    }
    if choice in edits:
        return spec.but(edit=edits[choice])
    lines = {6: {7: "1 -"}, 7: {2: m.log.fingerprint}, 8: {4: "F-1"},
             9: {3: "2026-02-30T00:00:00Z"}}
    return spec.but(over=lines[choice])


def spoil_slot(m):
    """Keywords that bend the slot."""
    size = m.log.state.tree.size
    return m.one([{"before": size + 1}, {"after": size}, {"root": encode.b64(bytes(32))},
                  {"bundle": "ab" * 32}, {"bundle": "-"}, {"nonce": "AB" * 16},
                  {"key": m.one(m.old_keys, m.keys["F"])}, {"key": m.keys["F"]},
                  {"edit_entries": lambda b: b[:-1]}, {"prev": m.log.fingerprint},
                  {"edit_line": lambda s: s[:-5] + b"AA==\n"}, {"key": m.keys["A"].again(999)},
                  {"number": 3}])


def pass_over(m):
    """A skip over all from the damaged slot on; sometimes by somebody who may not."""
    first, last = m.damaged, len(m.log.slots) - 1
    before = m.log.slots[first - 1]
    head = m.log.slots[last].head if m.some(0.9) else m.hash()
    actor = admin(m) if m.some(0.9) else m.one(m.present())
    return actor, [acts.skip(first, last, head, before.head)], {
        "state": before.state, "passes": True}


def slot(m):
    """The next slot: an actor's letter, entries, and what is bent."""
    m.proposed = ()
    if m.damaged and m.some(0.7):
        return pass_over(m)
    actor, spec = draw(m)
    specs = [spec]
    while m.some(0.18):
        specs.append(draw(m, actor)[1])
    bent = {}
    chance = m.rng.random()
    if chance < 0.10:
        actor = m.one(m.present())
    elif chance < 0.20:
        place = m.rng.randrange(len(specs))
        specs[place] = spoil_entry(m, specs[place])
    elif chance < 0.26:
        bent = spoil_slot(m)
    return actor, specs, bent
