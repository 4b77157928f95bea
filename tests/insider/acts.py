# SPDX-License-Identifier: Apache-2.0
"""Entries, as short specs: what each action of FORMAT.md section 5 looks like when it is in order.

A line that depends on what stands before it in the log (an epoch, the ring) is a function of the
State at that place. Everything can be bent: but() replaces fields of a spec, `over` replaces one
of lines 1 to 7, and `edit` has the last word on the text.
"""
import dataclasses

LINE_KINDS = ("content", "about", "source", "custody", "reason")
AUDIT = "audit"


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry before it is written."""

    action: str
    subject: str
    own: tuple = ()
    objects: tuple = ()
    lines: tuple = ()  # pairs of kind and HASH
    sheets: tuple = ()
    private: str = None
    over: dict = dataclasses.field(default_factory=dict)
    edit: object = None

    def but(self, **changes):
        """The same with other fields."""
        return dataclasses.replace(self, **changes)

    def with_lines(self, *kinds, hashes=None, sheets=None, private=None):
        """The same with lines of these kinds; HASHes are made up unless given."""
        hashes = hashes or [f"{i + 1:02x}" * 32 for i in range(len(kinds))]
        lines = tuple(zip(kinds, hashes))
        return self.but(lines=lines, sheets=tuple(sheets or ()), private=private)

    def names_sheets(self):
        """Whether the act of this entry needs a bundle."""
        return bool(self.sheets or self.private)

    def text(self, state, prev, time, actor):
        """The text at this place of the log."""
        event, leaf = state.chains.get(self.subject, (0, "-"))
        head = ["amana/1", prev, time, actor, self.action, self.subject, f"{event + 1} {leaf}"]
        head = [self.over.get(i + 1, line) for i, line in enumerate(head)]
        body = [line(state) if callable(line) else line for line in self.own]
        body += [f"object {h}" for h in self.objects]
        body += [f"line {kind} {h}" for kind, h in self.lines]
        body += [f"sheet {h}" for h in self.sheets]
        body += [f"private {self.private}"] if self.private else []
        text = "".join(line + "\n" for line in head + body)
        return self.edit(text) if self.edit else text


def epoch_of(ring, number=None):
    """The line `epoch NUMBER`: the current one unless a number is given."""
    return lambda state: f"epoch {number or state.epochs.get(ring, 1)}"


def where(case, epoch=None, ring=None):
    """The lines case, epoch and ring of a deposit, record or denied; case may be "-"."""
    last = lambda state: f"ring {ring or state.epochs.get(AUDIT, 1)}"
    return (f"case {case}", "epoch -" if case == "-" else epoch_of(case, epoch), last)


def enrol(member, roles="-", subject=None):
    """`enrol`; with a member of the actor's own code it is by its own key."""
    own = (f"recipient {member.recipient}", f"key {member.vkey}", f"roles {roles}")
    return Entry("enrol", f"member {subject or member.code}", own)


def role(member, change):
    """`role`: change is +admin and the like."""
    return Entry("role", f"member {member.code}", (f"role {change}",))


def revoke(member):
    """`revoke`."""
    return Entry("revoke", f"member {member.code}")


def policy(value):
    """`policy`: value is "two-person on" and the like."""
    return Entry("policy", "vault", (f"policy {value}",))


def format_(number):
    """`format`."""
    return Entry("format", "vault", (f"format {number}",))


def log_key(key, objects):
    """`log-key`: key is a VKEY whose name is the log's ORIGIN."""
    return Entry("log-key", "vault", (f"key {key}",), tuple(objects))


def case(ident, ring, lead, key_file):
    """`case`."""
    return Entry("case", f"case {ident}", (f"recipient {ring}", f"lead {lead.code}"), (key_file,))


def epoch(ring, recipient, key_file, number=None):
    """`epoch` of a case or, for AUDIT, of the vault: the next one unless a number is given."""
    subject = "vault" if ring == AUDIT else f"case {ring}"
    next_ = lambda state: f"epoch {number or state.epochs.get(ring, 1) + 1}"
    return Entry("epoch", subject, (next_, f"recipient {recipient}"), (key_file,))


def grant_subject(ring, member):
    """The subject of all that is done with a grant."""
    return f"grant {ring} {member.code}"


def grant(ring, member, kind, key_file, until="-", number=None, to=None):
    """`grant`; key_file None: no object, as in the audit grant of an admin."""
    own = (f"as {kind}", f"to {to or member.recipient}", f"until {until}", epoch_of(ring, number))
    objects = (key_file,) if key_file else ()
    return Entry("grant", grant_subject(ring, member), own, objects)


def ungrant(ring, member):
    """`ungrant`."""
    return Entry("ungrant", grant_subject(ring, member))


def expire(ring, member):
    """`expire`; its time is line 3."""
    return Entry("expire", grant_subject(ring, member))


def break_glass(ring, member, until):
    """`break-glass`."""
    return Entry("break-glass", grant_subject(ring, member), (f"until {until}",))


def close(ident):
    """`close`."""
    return Entry("close", f"case {ident}")


def reopen(ident):
    """`reopen`."""
    return Entry("reopen", f"case {ident}")


def deposit(exhibit, ident, stored=None, **numbers):
    """`deposit`; stored is the object's HASH, or None for a physical thing."""
    objects = (stored,) if stored else ()
    return Entry("deposit", f"exhibit {exhibit}", where(ident, **numbers), objects)


def record(subject, ident="-", **numbers):
    """`record`."""
    return Entry("record", subject, where(ident, **numbers))


def denied(subject, ident="-", **numbers):
    """`denied`."""
    return Entry("denied", subject, where(ident, **numbers))


def hold(subject, what):
    """`hold`: what is set or release."""
    return Entry("hold", subject, (f"hold {what}",))


def blanks(sheets):
    """The `blank` lines of a disposal."""
    return tuple(f"blank {h}" for h in sorted(sheets))


def pairs(renamed):
    """The `bundle` lines for triples of BATCH, OLD and NEW."""
    return tuple(f"bundle {n} {old} {new}" for n, old, new in sorted(renamed))


def dispose(exhibit, leaf, renamed=(), sheets=()):
    """`dispose`."""
    own = (f"proposal {leaf}", *pairs(renamed), *blanks(sheets))
    return Entry("dispose", f"exhibit {exhibit}", own)


def struck(were, strikes=()):
    """The `sheet-was` and `strike` lines: were is a dict of OLD to NEW or "-"."""
    lines = tuple(f"sheet-was {old} {new}" for old, new in sorted(were.items()))
    return lines + tuple(f"strike {h}" for h in sorted(strikes))


def erase(subject, leaf, renamed, were, strikes=()):
    """`erase`."""
    own = (f"proposal {leaf}", *pairs(renamed), *struck(were, strikes))
    return Entry("erase", subject, own)


def lost(subject, leaf, hashes):
    """`lost`; leaf "-" for the sole officer."""
    own = (f"proposal {leaf}", *(f"lost {h}" for h in sorted(hashes)))
    return Entry("lost", subject, own)


def propose(act):
    """The `propose` of an act: its lines without `proposal` and `bundle`."""
    kept = (x for x in act.own if callable(x) or not x.startswith(("proposal ", "bundle ")))
    return Entry("propose", act.subject, (f"propose {act.action}", *kept))


def approve(subject, leaf, answer="yes"):
    """`approve`."""
    return Entry("approve", subject, (f"proposal {leaf}", f"answer {answer}"))


def acknowledge(subject, leaf):
    """`acknowledge`."""
    return Entry("acknowledge", subject, (f"leaf {leaf}",))


def publish():
    """`publish`."""
    return Entry("publish", "vault")


def anchor(number, objects, kind="rfc3161"):
    """`anchor`."""
    return Entry("anchor", "vault", (f"batch {number}", f"kind {kind}"), tuple(objects))


def skip(first, last, last_head, head_before):
    """`skip`."""
    return Entry("skip", "vault", (f"skip {first} {last} {last_head} {head_before}",))


def restored(number, head):
    """`restored`."""
    return Entry("restored", "vault", (f"restored {number} {head}",))
