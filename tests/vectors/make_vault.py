#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goes on with the vault that make-vault.sh began: signs what no command of the program signs yet.

    make_vault.py WORK      WORK/vault, WORK/people/CODE, WORK/again/X-007

Everything is real: lines stand in sheets, sheets in bundles, what is sealed opens for whom it is
for, and what was disposed of, erased or declared lost is gone from the store.
"""
import base64
import json
import os
import pathlib
import secrets
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "insider"), str(HERE.parent / "insider" / "scenarios")]

import acts  # noqa: E402
import age  # noqa: E402
import encode  # noqa: E402
import sealing  # noqa: E402
import writer  # noqa: E402
from acts import AUDIT  # noqa: E402
from office import age_opens, take_ring  # noqa: E402

STATEMENT = b"I saw the lorry at six.\n"
TRANSCRIPT = b"What was said on the 30th, typed.\n"
RUBBISH = b"This slot was overwritten by a failing disk.\n" * 3


class Real:
    """Random bytes in the place of those that a writer makes from its seed."""

    def __call__(self, size):
        return secrets.token_bytes(size)

    def copy(self):
        """There is nothing to copy."""
        return self


class Maker:
    """The vault, everybody's keys, and slots of which nothing is missing."""

    def __init__(self, work):
        self.work, self.vault = work, work / "vault"
        self.members, texts = {}, []
        for home in (*sorted((work / "people").iterdir()), work / "again" / "X-007"):
            path = home / ".local/share/amana/identities" / f"{home.name}.age"
            texts.append(age_opens(path, (home / "pass").read_text().strip()))
            self.members.setdefault(home.name, writer.open_identity(texts[-1]))
        self.log = writer.take_over(writer.read_store(str(self.vault)), "vault-1")
        self.log.random = Real()
        self.log.rings = {AUDIT: [], **self.rings(texts)}
        self.homes = {}  # exhibit: case
        self.here = dict(self.log.state.bundles)  # slot: present name, within a slot too
        self.sealed = {}  # sheet: bytes
        for slot in self.log.slots:
            for entry in slot.entries:
                self.look(entry)

    def rings(self, texts):
        """The secrets of all rings, oldest first, as all of them together have them."""
        keys = [encode.bech32_bytes(line) for text in texts for line in text.splitlines()
                if line.startswith("AGE-SECRET-KEY-1")]
        found = {}
        for path in sorted((self.vault / "objects").rglob("*")):
            if not path.is_file() or path.stat().st_size > 20000:
                continue
            for secret in keys:
                try:
                    plain = age.unseal(secret, path.read_bytes())
                except ValueError:
                    continue
                take_ring(plain.decode("utf-8", "replace"), found)
                break
        return {ring: [bytes.fromhex(known[k]) for k in sorted(known)]
                for ring, known in found.items()}

    def look(self, entry):
        """Keeps the case of an exhibit."""
        lines = entry.decode().split("\n")
        if lines[4] == "deposit":
            self.homes[lines[5][8:]] = lines[7][5:]

    def case_of(self, spec):
        """The case of an entry, or "-"."""
        words = spec.subject.split(" ")
        if words[0] == "exhibit":
            return self.homes[words[1]]
        return words[1] if words[0] in ("case", "grant") and words[1] != AUDIT else "-"

    def __getitem__(self, code):
        return self.members[code]

    # ---- slots

    def line(self, kind, case, actor, **members):
        """The bytes of one line."""
        return sealing.line(self.log, kind, case, actor, **members)

    def sheet(self, rings, lines, identity=None):
        """A sheet; gives its HASH."""
        made = sealing.sheet(self.log, [sealing.ring(self.log, r) for r in rings], lines, identity)
        self.sealed[encode.name_of(made)] = made
        return encode.name_of(made)

    def add(self, actor, *items, **bent):
        """Signs one slot. An item is an Entry, or an Item; each gets a custody line."""
        actor, log = self[actor], self.log
        items = [x if isinstance(x, Item) else Item(x) for x in items]
        log.now, nonce = int(time.time()), log.new_id()
        said = [item.said(self, actor, nonce) for item in items]
        cases = [self.case_of(item.spec) for item in items]
        act_sheets = {}
        for case in dict.fromkeys(cases):
            lines = [raw for c, (_, told) in zip(cases, said) if c == case for _, raw in told]
            act_sheets[case] = self.sheet([AUDIT] if case == "-" else [AUDIT, case], lines)
        specs, order = [], []
        for item, case, (own, told) in zip(items, cases, said):
            named = [(kind, encode.name_of(raw)) for kind, raw in own + told]
            named.sort(key=lambda x: (acts.LINE_KINDS.index(x[0]), x[1]))
            sheets = (*item.sheets, act_sheets[case])
            specs.append(item.spec.but(lines=tuple(named), sheets=sheets, private=item.private))
            order += [*sheets, *([item.private] if item.private else [])]
        bundle = sealing.bundle([self.sealed[name] for name in dict.fromkeys(order)])
        time_ = encode.spell_time(log.now)
        log.now -= writer.STEP
        slot = log.add(actor, specs, nonce=nonce, time=time_,
                       bundle=sealing.keep(log, "lines", bundle), **bent)
        number = len(log.slots) - 1
        if slot.verdict == writer.VALID:
            self.here[number] = slot.bundle
        self.put(encode.slot_name(number), slot.data)
        self.flush()
        return slot

    def put(self, name, data):
        """A file of the store."""
        path = self.vault / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def flush(self):
        """Puts into the store what was sealed for it."""
        for name, data in self.log.files.items():
            self.put(name, data)
        self.log.files = {}

    def remove(self, folder, name):
        """Takes a file out of the store; its folder, too, where it is empty then."""
        path = self.vault / folder / name[:2] / name
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()

    # ---- what stands where

    def entries(self, number):
        """The entries of a slot, each as its lines."""
        return [entry.decode().split("\n")[:-1] for entry in self.log.slots[number].entries]

    def find(self, action, subject=None):
        """The places (slot, lines, leaf) of the entries of this action, oldest first."""
        return [(i, lines, leaf) for i in range(1, len(self.log.slots))
                for lines, leaf in zip(self.entries(i), self.log.slots[i].leaves)
                if lines[4] == action and subject in (None, lines[5])]

    def sheets_of(self, number):
        """The sheets of a batch in the order of its bundle, with the subjects that name them."""
        found = {}
        for lines in self.entries(number):
            for word in ("sheet ", "private "):
                for text in lines[7:]:
                    if text.startswith(word):
                        found.setdefault(text.split(" ")[1], []).append(lines[5])
        return found

    def to_blank(self, exhibit):
        """What a disposal has to blank: pairs of batch and sheet, FORMAT.md 10.7 rule 4."""
        subject = f"exhibit {exhibit}"
        (number, _, _), = self.find("deposit", subject)
        found = [(number, s) for s, by in self.sheets_of(number).items() if by == [subject]]
        for i, lines, _ in self.find("record", subject):
            found += [(i, x[8:]) for x in lines[7:] if x.startswith("private ")]
        return found

    def bundle_of(self, number):
        """The bytes of the present bundle of a batch."""
        name = self.here[number]
        path = f"lines/{name[:2]}/{name}"
        return self.log.files.get(path) or (self.vault / path).read_bytes()

    def renamed(self, changes):
        """Rewrites bundles; changes are triples of batch, sheet, new bytes. Gives the pairs."""
        pairs = []
        for number in sorted({n for n, _, _ in changes}):
            new = {sheet: data for n, sheet, data in changes if n == number}
            sheets = [new.get(encode.name_of(x), x) for x in
                      sealing.split_bundle(self.bundle_of(number))]
            made = sealing.bundle(sheets, secrets.token_bytes(32))
            old, self.here[number] = self.here[number], sealing.keep(self.log, "lines", made)
            pairs.append((number, old, self.here[number]))
        return pairs

    def rewritten(self, number, sheet, without, case):
        """A sheet without its lines of one kind: its new HASH, and the HASHes of those lines."""
        old = next(x for x in sealing.split_bundle(self.bundle_of(number))
                   if encode.name_of(x) == sheet)
        plain = next(p for p in map(lambda s: opened(s, old), self.log.rings[case]) if p)
        rows = plain.decode().splitlines()
        lines = [row[2:].encode() for row in rows if row.startswith("# {")]
        identity = next((row for row in rows if row.startswith("AGE-")), None)
        keep = [x for x in lines if json.loads(x)["kind"] != without]
        return self.sheet([case], keep, identity), [encode.name_of(x) for x in lines
                                                    if x not in keep]


def opened(secret, data):
    """The plaintext, or None."""
    try:
        return age.unseal(secret, data)
    except ValueError:
        return None


class Item:
    """An entry with what is to be said of it."""

    def __init__(self, spec, reason=None, event=None, **custody):
        self.spec, self.reason, self.custody = spec, reason, custody
        self.event = event or spec.action
        self.own, self.sheets, self.private = [], (), None

    def said(self, made, actor, nonce):
        """The lines of the entry: those of its own sheets, and those of the act sheet."""
        case = made.case_of(self.spec)
        clock = {"utc": encode.spell_time(made.log.now),
                 "monotonic_ms": time.monotonic_ns() // 10**6, "boot": "-",
                 "stepped_back": False, "synced": "unknown"}
        told = [("custody", made.line("custody", case, actor, act=nonce, event=self.event,
                                      tool="make_vault.py 1", device="vectors", clock=clock,
                                      **self.custody))]
        if self.reason:
            told.append(("reason", made.line("reason", case, actor, act=nonce, text=self.reason)))
        return self.own, told


def deposit(made, actor, case, data, about, source, **custody):
    """A deposit, data None: of a physical thing. Gives the Item and the exhibit's ID."""
    exhibit, secret = made.log.new_id(), secrets.token_bytes(32)
    stored, members = None, {}
    if data is not None:
        stored, members = sealing.content_of(made.log, data, secret)
    made.homes[exhibit] = case
    here = {"exhibit": exhibit, "object": stored or "-",
            "recipient": encode.recipient(secret)}
    actor = made[actor]
    item = Item(acts.deposit(exhibit, case, stored), event="deposit", **custody)
    if stored:
        item.own.append(("content", made.line("content", case, actor, **here,
                                              **{**members, "media_type": "text/plain"})))
    item.own.append(("about", made.line("about", case, actor, **here, **about)))
    item.own.append(("source", made.line("source", case, actor, **here, **source)))
    item.sheets = (made.sheet([case], [raw for _, raw in item.own], encode.identity(secret)),)
    return item, exhibit


def private(made, actor, subject, about=None, source=None, **more):
    """A record with a private sheet."""
    item = Item(acts.record(subject, made.homes.get(subject[8:], subject[5:])), **more)
    case, here = made.case_of(item.spec), {"exhibit": "-", "object": "-", "recipient": "-"}
    if subject.startswith("exhibit "):
        (_, lines, _), = made.find("deposit", subject)
        stored = [x[7:] for x in lines if x.startswith("object ")]
        here |= {"exhibit": subject[8:], "object": (stored or ["-"])[0]}
    for kind, members in (("about", about), ("source", source)):
        if members is not None:
            item.own.append((kind, made.line(kind, case, made[actor], **here, **members)))
    item.private = made.sheet([case], [raw for _, raw in item.own])
    return item


# ---- what is signed

def office_acts(made):
    """Log key, anchors, publishing, and records outside any case."""
    log, founder = made.log, made["A-001"]
    seed = secrets.token_bytes(32)
    key = writer.Member(log.origin, seed, bytes(32))
    text = ["# amana/log-key 1", f"# vault {log.fingerprint}", f"# {encode.skey(log.origin, seed)}"]
    objects = [sealing.keep(log, "objects", sealing.seal(log, [m.recipient], sealing.padded(text)))
               for m in (founder, made["A-002"], made["U-003"])]
    token = sealing.keep(log, "objects", b"0\x1e Stands for a TimeStampToken.\n")
    made.add("A-001", acts.log_key(key.vkey, objects), acts.publish(), acts.anchor(1, [token]))
    number = len(log.slots) - 1
    tree = log.slots[number].state.tree
    text = f"{log.origin}\n{tree.size}\n{encode.b64(tree.root())}\n".encode()
    checkpoint = sealing.keep(log, "objects", text + b"\n" + key.line(text))
    made.add("U-003", acts.anchor(number, [checkpoint], "checkpoint"),
             Item(acts.record("member U-003"), event="verify"),
             Item(acts.record("vault"), "A remark that did not belong here.", event="verify"))
    return token


def evidence(made, one):
    """Deposits and descriptions with every member that a line can have; gives the exhibits."""
    case = made.homes[one]
    thing, _ = deposit(
        made, "L-004", case, None,
        {"name": "hammer", "type": "other", "title": "A hammer", "description": "Wooden handle."},
        {"source": "found at the gate", "received": "2025-05-02T10:00:00Z"},
        occurred_at="2025-05-02T10:00:00Z", details={"seal": "B-1187"})
    raw = b"said\xe9.txt"
    rich, rich_id = deposit(
        made, "L-004", case, TRANSCRIPT,
        {"name": raw.decode("utf-8", "replace"), "name_b64": base64.b64encode(raw).decode(),
         "type": "statement", "title": "Transcript", "description": "Typed from the statement."},
        {"source": "typed in the office", "received": "2025-05-03T08:00:00Z",
         "modified": "1969-07-20T20:17:40Z",
         "facts": {"amana": {"pages": 1}, "typed": {"by": "S-008", "hours": 0.5}},
         "derived_from": {"exhibit": one, "sha256": encode.name_of(STATEMENT), "tool": "an editor",
                          "by": "S-008", "how": "typed by ear"},
         "packet": "The note of whoever sent the packet."},
        occurred_at="2025-05-03T07:30:00Z")
    erased, erased_id = deposit(made, "L-004", case, b"To be kept, but not where it came from.\n",
                                {"name": "kept.txt", "type": "document"},
                                {"source": "somebody who must not be named"})
    gone, gone_id = deposit(made, "L-004", case, b"These bytes will be lost.\n",
                            {"name": "lost.txt", "type": "document"}, {"source": "by post"})
    first = private(made, "L-004", f"case {case}", {"title": "A name that must not stand here"},
                    event="describe")
    made.add("L-004", thing, rich, erased, gone, first)
    return rich_id, erased_id, gone_id


def describe(made, case):
    """What a lead says of the case now."""
    return private(
        made, "L-004", f"case {case}",
        {"title": "Mlima Street fire", "protect": ["V-003", "the house at the corner"],
         "retention": "until 2055", "facts": {"amana": {}, "court": "first"}},
        reason="As the office's list has it.", event="describe")


def records(made, rich, erased, disposed):
    """Private sheets of a reader, refusals, holds, dates, breaking the glass."""
    case = made.homes[rich]
    made.add("R-005",
             private(made, "R-005", f"exhibit {rich}",
                     {"name": "said.txt", "type": "statement", "title": "Transcript, corrected",
                      "description": "Line 1 is by another voice."},
                     {"source": "heard again", "facts": {"voice": 2}},
                     reason="Heard with headphones.", event="describe",
                     occurred_at="2025-05-04T09:00:00Z", details={"minutes": 12}),
             private(made, "R-005", f"exhibit {erased}", {"type": "document", "title": "Erased"},
                     event="describe"),
             private(made, "R-005", f"exhibit {disposed}", None, {"source": "to be destroyed"},
                     event="describe"))
    made.add("D-006", Item(acts.denied(f"case {case}", case), details={"attempt": "list"}),
             Item(acts.denied("vault"), details={"attempt": "verify"}))


def dates(made, case, second):
    """What has a date, holds; seen by others."""
    until = encode.spell_time(int(time.time()) + 3600)
    glass = made.add("S-008", Item(acts.break_glass(case, made["S-008"], until),
                                   "The lead is not to be reached."))
    reader = made["A-002"]
    keys = sealing.key_file(made.log, second, [reader.recipient], code="HK-2025-0043")
    until = encode.spell_time(int(time.time()) + 1)
    (_, _, enrolled) = made.find("enrol", "member X-007")[-1]
    held = next(exhibit for exhibit, home in made.homes.items() if home == second)
    made.add("L-004", describe(made, case),
             acts.hold(f"exhibit {held}", "set"), acts.hold(f"case {second}", "set"),
             acts.grant(second, reader, "reader", keys, until),
             acts.acknowledge("member X-007", enrolled),
             acts.acknowledge(f"grant {case} S-008", glass.leaves[0]))


def proposals(made, erased, disposed, gone, case, second, token):
    """All that takes two: proposed by one, answered by two others, then done."""
    log, newcomer = made.log, writer.Member("U-012", secrets.token_bytes(32),
                                            secrets.token_bytes(32))
    made.members["U-012"] = newcomer
    blanked = [(n, s, b"") for n, s in made.to_blank(disposed)]
    (number, lines, _), = made.find("deposit", f"exhibit {erased}")
    old = next(x[6:] for x in lines if x.startswith("sheet "))
    new, strikes = made.rewritten(number, old, "source", case)
    (at, lines, _), = made.find("record", f"exhibit {erased}")
    struck_too = next(x[8:] for x in lines if x.startswith("private "))
    of_exhibit = [(number, old, made.sealed[new]), (at, struck_too, b"")]
    n, lines = next((n, lines) for n, lines, _ in made.find("record", f"case {case}")
                    if lines[-1].startswith("private "))
    of_case = [(n, next(x[8:] for x in lines if x.startswith("private ")), b"")]
    (n, lines, _) = made.find("record", "vault")[-1]
    old = next(x[6:] for x in lines if x.startswith("sheet "))
    remark, struck = made.rewritten(n, old, "reason", AUDIT)
    of_vault = [(n, old, made.sealed[remark])]
    (_, lines, _), = made.find("deposit", f"exhibit {gone}")
    lost = next(x[7:] for x in lines if x.startswith("object "))
    news = lambda changes: {s: encode.name_of(d) if d else "-" for _, s, d in changes}
    lead = [acts.hold(f"case {second}", "release"),
            acts.dispose(disposed, "-", [], [s for _, s, _ in blanked]),
            acts.erase(f"exhibit {erased}", "-", [], news(of_exhibit), strikes),
            acts.erase(f"case {case}", "-", [], news(of_case)),
            acts.lost(f"exhibit {gone}", "-", [lost])]
    admin = [acts.policy("grant-days 30"), acts.policy("disclosure two-person"),
             acts.policy("break-glass off"),
             acts.policy("break-glass on"), acts.enrol(newcomer, "auditor"),
             acts.restored(len(log.slots) + 3, log.new_hash()),
             acts.erase("vault", "-", [], news(of_vault), struck), acts.lost("vault", "-", [token])]
    no = acts.format_(2)
    slot = made.add("A-001", *map(acts.propose, [*lead, *admin, no]))
    leaf = {(act.action, act.own): x for act, x in zip([*lead, *admin, no], slot.leaves)}
    to = lambda act: leaf[act.action, act.own]
    time.sleep(2)  # the date of A-002's grant is over
    made.add("L-004", *(acts.approve(act.subject, to(act)) for act in lead),
             acts.expire(second, made["A-002"]), acts.ungrant(case, made["C-009"]),
             acts.close(second), acts.reopen(second))
    said = made.add("A-002", *(acts.approve(act.subject, to(act)) for act in admin),
                    Item(acts.approve("vault", to(no), "no"), "There is no format 2."))
    restored = said.leaves[5]
    made.add("A-001",
             Item(acts.dispose(disposed, to(lead[1]), made.renamed(blanked),
                               [s for _, s, _ in blanked]), "As the court ordered."),
             acts.erase(f"exhibit {erased}", to(lead[2]), made.renamed(of_exhibit),
                        news(of_exhibit), strikes),
             acts.erase(f"case {case}", to(lead[3]), made.renamed(of_case), news(of_case)),
             acts.lost(f"exhibit {gone}", to(lead[4]), [lost]),
             acts.erase("vault", to(admin[-2]), made.renamed(of_vault), news(of_vault), struck),
             acts.lost("vault", to(admin[-1]), [token]))
    (_, lines, _), = made.find("deposit", f"exhibit {disposed}")
    for name in [lost, token, *(x[7:] for x in lines if x.startswith("object "))]:
        made.remove("objects", name)
    present = set(made.here.values())
    for path in sorted((made.vault / "lines").rglob("*")):
        if path.is_file() and path.name not in present:
            made.remove("lines", path.name)  # what was replaced, and what was so in between
    return restored


def trouble(made, restored):
    """An auditor who comes and goes, a damaged slot, a skip, a void slot."""
    log = made.log
    number, before = len(log.slots), log.slots[-1]
    made.add("A-001", acts.publish())
    made.remove("lines", log.slots[number].bundle)
    del made.here[number]
    log.damage(number, RUBBISH)
    made.put(encode.slot_name(number), RUBBISH)
    skip = acts.skip(number, number, log.head, before.head)
    skip = made.add("A-002", Item(skip, "No copy has it."), state=before.state)
    log.passed_over(number, number)
    void = made.add("X-007", acts.publish(), verdict=writer.VOID)
    made.remove("lines", void.bundle)
    keys = sealing.key_file(log, AUDIT, [made["U-012"].recipient])
    made.add("U-003", acts.grant(AUDIT, made["U-012"], "auditor", keys),
             acts.ungrant(AUDIT, made["U-012"]), acts.acknowledge("vault", restored),
             acts.acknowledge("vault", skip.leaves[0]))
    two = [acts.role(made["U-012"], "-auditor"), acts.revoke(made["U-012"])]
    leaves = made.add("A-001", *map(acts.propose, two)).leaves
    made.add("A-002", *(acts.approve(act.subject, leaf) for act, leaf in zip(two, leaves)))


def main():
    """All of it, in this order."""
    made = Maker(pathlib.Path(sys.argv[1]))
    exhibits = [lines[5][8:] for _, lines, _ in made.find("deposit")]
    one, disposed = exhibits[0], exhibits[-1]
    case = made.homes[one]
    second = next(c for c in made.homes.values() if c != case)
    token = office_acts(made)
    rich, erased, gone = evidence(made, one)
    records(made, rich, erased, disposed)
    dates(made, case, second)
    restored = proposals(made, erased, disposed, gone, case, second, token)
    trouble(made, restored)


if __name__ == "__main__":
    os.umask(0o022)
    main()
