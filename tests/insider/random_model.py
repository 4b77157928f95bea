# SPDX-License-Identifier: Apache-2.0
"""What the generator of random acts believes of the log: enough to pick acts that may be valid.

It judges nothing. Where it is wrong an act turns out void, which is wanted now and then.
"""
import dataclasses

import acts
from acts import AUDIT
from writer import Log, Member

PEOPLE = ("F", "A", "B", "K", "L", "R", "T", "U")
OTHERS = ("V", "W", "X", "Y")


@dataclasses.dataclass
class Proposal:
    """A proposal that is open, or permitted, as far as is known."""

    leaf: str
    act: acts.Entry
    proposer: str
    permitted: bool = False


class Model:
    """The world of one random log."""

    def __init__(self, rng, world):
        self.rng, self.world = rng, world
        self.keys = {c: Member.of(world, f"{c}-1") for c in PEOPLE + OTHERS}
        self.old_keys, self.generation = [], 0
        self.log = Log(world, self.keys["F"])
        self.roles = {"F": {"admin", "auditor"}}
        self.revoked, self.two_person = set(), False
        self.grants = {(AUDIT, "F"): "auditor"}  # (case, letter): kind
        self.cases, self.exhibits = [], {}  # exhibit: case
        self.objects, self.disposed = {}, set()  # subject: HASHes that it names
        self.held, self.closed = set(), set()
        self.proposals, self.seen = [], []  # seen: subject, LEAF and signer
        self.sheets = {}  # (batch, present name): (subjects, private)
        self.had = [(AUDIT, "F")]  # pairs of ring and letter: whoever had a grant
        self.dated = []  # pairs of ring and letter: grants that have or had a date
        self.offered = {}  # VKEY: Member, of all keys that were ever made
        self.proposed = ()  # the acts that the next slot proposes
        self.damaged, self.born = 0, {}  # exhibit: slot of its deposit

    # -- picking ------------------------------------------------------------------------------

    def one(self, things, default=None):
        """One of these, or the default if there is none."""
        # The order of a set is not the same in two runs.
        things = sorted(things) if isinstance(things, set) else list(things)
        return self.rng.choice(things) if things else default

    def some(self, chance):
        """True so often."""
        return self.rng.random() < chance

    def hash(self):
        """A HASH of nothing."""
        return self.log.new_hash()

    def present(self):
        """The letters of members not revoked."""
        return [c for c in self.roles if c not in self.revoked]

    def with_role(self, *roles):
        """Those who have one of these roles."""
        return [c for c in self.present() if self.roles[c] & set(roles)]

    def holders(self, case, *kinds):
        """Those who have a grant of one of these kinds."""
        return [c for (ring, c), kind in self.grants.items()
                if ring == case and kind in kinds and c not in self.revoked]

    def leads(self, case):
        """The leads of a case."""
        return self.holders(case, "lead")

    def case_of(self, subject):
        """The case of a subject, or None."""
        words = subject.split()
        if words[0] == "exhibit":
            return self.exhibits.get(words[1])
        return words[1] if words[0] in ("case", "grant") and words[1] != AUDIT else None

    def concerned(self, subject):
        """Who may acknowledge something of this subject."""
        words = subject.split()
        if words[0] == "vault":
            return self.with_role("admin", "auditor")
        rings = [words[1]] if words[0] == "grant" else [
            ring for ring, letter in self.had if letter == words[1][0]]
        return [c for ring in rings for c in
                (self.holders(ring, "auditor") if ring == AUDIT else self.leads(ring))]

    def any_subject(self):
        """An exhibit, mostly, or a case."""
        if self.exhibits and self.some(0.7):
            return f"exhibit {self.one(self.exhibits)}"
        return f"case {self.one(self.cases, 'ab' * 16)}"

    # -- learning -----------------------------------------------------------------------------

    def took(self, actor, specs, slot):
        """Learns from a valid slot."""
        number = len(self.log.slots) - 1
        for spec, leaf in zip(specs, slot.leaves):
            self.took_sheets(number, spec)
            learn = getattr(self, "took_" + spec.action.replace("-", "_"), None)
            if learn:
                learn(actor, spec, leaf)
            if spec.action in ("enrol", "grant", "break-glass", "skip", "restored"):
                self.seen.append((spec.subject, leaf, actor))
            if spec.objects:
                case = self.case_of(spec.subject)
                for subject in (spec.subject, f"case {case}" if case else "vault"):
                    self.objects.setdefault(subject, []).extend(spec.objects)

    def refused(self, specs):
        """Learns from a void slot: what did not go once is seldom tried again."""
        for spec in specs:
            first = spec.own[0] if spec.own and isinstance(spec.own[0], str) else ""
            if first.startswith(("proposal ", "leaf ")) and self.some(0.6):
                leaf = first.split()[1]
                if leaf != "-":
                    self.proposals = [p for p in self.proposals if p.leaf != leaf]
                    self.seen = [s for s in self.seen if s[1] != leaf]

    def took_sheets(self, number, spec):
        """Learns which subject named which sheet in which batch."""
        for sheet in spec.sheets:
            self.sheets.setdefault((number, sheet), (set(), False))[0].add(spec.subject)
        if spec.private:
            self.sheets[number, spec.private] = ({spec.subject}, True)

    def took_enrol(self, actor, spec, _):
        """New keys, and roles."""
        letter = spec.subject.split()[1][0]
        roles = spec.own[2][6:]
        member = self.offered.get(spec.own[1][4:])
        if letter in self.roles and actor != letter:
            self.grants = {k: v for k, v in self.grants.items() if k[1] != letter}
        if member:
            self.old_keys.append(self.keys[letter])
            self.keys[letter] = member
        self.roles[letter] = set() if roles == "-" else set(roles.split(","))

    def new_keys(self, letter):
        """Keys that this code has not had."""
        self.generation += 1
        member = self.keys[letter].again(self.generation)
        self.offered[member.vkey] = member
        return member

    def took_role(self, _, spec, __):
        """A role more or less."""
        letter, change = spec.subject.split()[1][0], spec.own[0][5:]
        if change[0] == "+":
            self.roles[letter].add(change[1:])
        else:
            self.roles[letter].discard(change[1:])
            if change == "-auditor":
                self.grants.pop((AUDIT, letter), None)

    def took_revoke(self, _, spec, __):
        """Somebody is gone."""
        letter = spec.subject.split()[1][0]
        self.revoked.add(letter)
        self.grants = {k: v for k, v in self.grants.items() if k[1] != letter}

    def took_policy(self, _, spec, __):
        """The policy asks for two."""
        self.two_person |= spec.own[0] == "policy two-person on"

    def took_case(self, _, spec, __):
        """A case with its lead."""
        ident = spec.subject[5:]
        self.cases.append(ident)
        self.grants[ident, spec.own[1][5]] = "lead"
        self.had.append((ident, spec.own[1][5]))

    def took_grant(self, _, spec, __):
        """A grant."""
        _, ring, code = spec.subject.split()
        self.grants[ring, code[0]] = spec.own[0][3:]
        self.had.append((ring, code[0]))
        if spec.own[2] != "until -":
            self.dated.append((ring, code[0]))

    def took_ungrant(self, _, spec, __):
        """A grant less."""
        _, ring, code = spec.subject.split()
        self.grants.pop((ring, code[0]), None)

    took_expire = took_ungrant

    def took_break_glass(self, _, spec, __):
        """A standby counts as a reader."""
        _, ring, code = spec.subject.split()
        self.grants[ring, code[0]] = "broken"
        self.dated.append((ring, code[0]))

    def took_close(self, _, spec, __):
        """A case is closed."""
        self.closed.add(spec.subject[5:])

    def took_reopen(self, _, spec, __):
        """A case is open again."""
        self.closed.discard(spec.subject[5:])

    def took_deposit(self, _, spec, __):
        """An exhibit."""
        self.exhibits[spec.subject[8:]] = spec.own[0][5:]
        self.born[spec.subject[8:]] = len(self.log.slots) - 1

    def took_hold(self, _, spec, __):
        """A hold more or less."""
        change = self.held.add if spec.own[0] == "hold set" else self.held.discard
        change(spec.subject)

    def took_propose(self, actor, spec, leaf):
        """A proposal is open."""
        act = next((a for a in self.proposed if a.subject == spec.subject
                    and f"propose {a.action}" == spec.own[0]), None)
        if act:
            self.proposals.append(Proposal(leaf, act, actor))

    def took_approve(self, actor, spec, leaf):
        """A proposal is answered, and perhaps carried out."""
        found = next((p for p in self.proposals if p.leaf == spec.own[0][9:]), None)
        if not found:
            return
        if spec.own[1] == "answer yes" and found.act.action in ("dispose", "erase", "lost"):
            found.permitted = True
            return
        self.proposals.remove(found)
        if spec.own[1] == "answer yes":
            learn = getattr(self, "took_" + found.act.action, None)
            if learn:
                learn(found.proposer, found.act, leaf)
            if found.act.action in ("enrol", "restored"):
                self.seen.append((spec.subject, leaf, actor))

    def use_up(self, spec):
        """A permit was used."""
        leaf = spec.own[0][9:]
        self.proposals = [p for p in self.proposals if p.leaf != leaf]

    def took_lost(self, _, spec, __):
        """A permit less."""
        self.use_up(spec)

    def took_dispose(self, _, spec, __):
        """An exhibit less, and names less."""
        self.use_up(spec)
        self.disposed.add(spec.subject[8:])
        numbers = {int(x.split()[1]) for x in spec.own if x.startswith("bundle ")}
        for text in spec.own:
            if text.startswith("blank "):
                for number in numbers:
                    self.sheets.pop((number, text[6:]), None)

    def took_erase(self, _, spec, __):
        """Names change."""
        self.use_up(spec)
        numbers = {int(x.split()[1]) for x in spec.own if x.startswith("bundle ")}
        for text in spec.own:
            if text.startswith("sheet-was "):
                _, old, new = text.split()
                for number in numbers:
                    was = self.sheets.pop((number, old), None)
                    if was and new != "-":
                        self.sheets[number, new] = was
