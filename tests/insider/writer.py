# SPDX-License-Identifier: Apache-2.0
"""A log written by somebody who need not be honest: it signs what it is told with keys it holds.

It is made from docs/FORMAT.md alone and knows no rule of section 10. Whether a slot counts is
said by whoever adds it: only slots said to be valid move the chains, the tree and the epochs.
Everything is made from one seed, so that the same calls give the same bytes.
"""
import base64
import dataclasses
import functools
import hashlib
import os
import struct

import curve
import encode
from acts import AUDIT, Entry

VALID, VOID, DAMAGED = "valid", "void", "damaged"
PASSED_OVER, NOT_JUDGED, REFUSED = "passed-over", "not-judged", "refused"
MISSING = 0xFFFFFFFF  # the length that stands in a stream for a slot that is not there
START = encode.moment("2026-01-05T08:00:00Z")
STEP = 600  # seconds from one slot to the next


class Random:
    """Bytes from a seed and a counter."""

    def __init__(self, seed):
        self.seed, self.counter = seed.encode(), 0

    def __call__(self, size):
        out = b""
        while len(out) < size:
            self.counter += 1
            out += hashlib.sha256(self.seed + b"/%d" % self.counter).digest()
        return out[:size]

    def copy(self):
        """A stream that goes on from the same place."""
        other = Random(self.seed.decode())
        other.counter = self.counter
        return other


@functools.lru_cache(maxsize=None)
def public_of(seed):
    """The public key of a seed; kept, since tests sign with few keys."""
    return curve.ed25519_public(seed)


@functools.lru_cache(maxsize=None)
def recipient_of(secret):
    """The RECIPIENT of a secret; kept for the same reason."""
    return encode.recipient(secret)


@dataclasses.dataclass(frozen=True)
class Member:
    """A staff code with one pair of keys; other keys of the same code are another Member."""

    code: str
    seed: bytes
    secret: bytes

    @staticmethod
    def of(world, code, generation=0):
        """The keys that a code has in a world of this name."""
        digest = hashlib.sha512(f"{world}/{code}/{generation}".encode()).digest()
        return Member(code, digest[:32], digest[32:])

    def again(self, generation=1):
        """The same code with new keys."""
        digest = hashlib.sha512(self.seed + b"/%d" % generation).digest()
        return Member(self.code, digest[:32], digest[32:])

    def called(self, code):
        """The same keys under another code."""
        return dataclasses.replace(self, code=code)

    @property
    def public(self):
        """The public signing key."""
        return public_of(self.seed)

    @property
    def vkey(self):
        """The VKEY."""
        return encode.vkey(self.code, self.public)

    @property
    def recipient(self):
        """The RECIPIENT."""
        return recipient_of(self.secret)

    def line(self, text, **bent):
        """The signature line under a text."""
        signature = curve.ed25519_sign(self.seed, self.public, text, **bent)
        return encode.signature_line(self.code, self.public, signature)


@dataclasses.dataclass
class State:
    """What the next slot continues: no more than an honest writer has to know."""

    tree: encode.Tree = dataclasses.field(default_factory=encode.Tree)
    chains: dict = dataclasses.field(default_factory=dict)  # subject: (event, leaf)
    epochs: dict = dataclasses.field(default_factory=dict)  # ID or "audit": number
    bundles: dict = dataclasses.field(default_factory=dict)  # slot: present name

    def copy(self):
        """A state that can be changed alone."""
        return State(self.tree, dict(self.chains), dict(self.epochs), dict(self.bundles))

    def take(self, entry):
        """Goes on by one entry of a valid slot."""
        leaf = encode.leaf_hash(entry)
        self.tree = self.tree.plus(leaf)
        lines = entry.decode("utf-8", "replace").split("\n")
        if len(lines) < 7:
            return
        action, subject = lines[4], lines[5]
        event = self.chains.get(subject, (0, "-"))[0] + 1
        self.chains[subject] = (event, leaf.hex())
        try:
            self.take_names(action, subject, lines[7:])
        except (ValueError, IndexError):
            pass  # a malformed entry: nothing follows from it that an honest writer would follow

    def take_names(self, action, subject, lines):
        """Keeps the epochs and names of bundles that an entry makes."""
        if action == "case":
            self.epochs[subject[5:]] = 1
        if action == "epoch":
            self.epochs[AUDIT if subject == "vault" else subject[5:]] = int(lines[0].split()[1])
        for line in lines:
            if line.startswith("bundle ") and action in ("dispose", "erase"):
                self.bundles[int(line.split()[1])] = line.split()[3]


@dataclasses.dataclass
class Slot:
    """One slot as it was written, and what is said of it."""

    data: bytes  # None: it is missing
    verdict: str
    state: State  # after it
    nonce: str = "-"
    bundle: str = "-"
    entries: tuple = ()

    @property
    def head(self):
        """The head; of an oversize slot the digest of what may be read of it."""
        return encode.name_of(self.data[: 2**24 + 1])

    @property
    def leaves(self):
        """The leaf hashes of its entries."""
        return [encode.leaf_hash(entry).hex() for entry in self.entries]


class Log:
    """A log that grows: log.add(member, [entries]) signs one slot and appends it."""

    def __init__(self, world, founder, name="test", edit=None, **bent):
        self.random = Random(world)
        self.origin = f"{name}/{self.new_id()}"
        self.now, self.files = START, {}
        ring = Member.of(world, "RING")
        self.rings = {AUDIT: [ring.secret]}  # secrets, oldest first
        lines = ["amana/genesis 1", self.origin, encode.spell_time(self.now), founder.code]
        lines += [founder.recipient, founder.vkey, ring.recipient, self.new_hash(), "dir 16 1"]
        text = "".join(line + "\n" for line in lines)
        text = (edit(text) if edit else text).encode()
        data = text + b"\n" + founder.line(text, **bent)
        self.slots = [Slot(data, VALID, State(epochs={AUDIT: 1}))]

    def copy(self):
        """A log that goes on alone from the same bytes; slots are shared, as they do not change."""
        other = object.__new__(Log)
        other.__dict__.update(self.__dict__)
        other.random, other.slots = self.random.copy(), list(self.slots)
        other.files = dict(self.files)
        other.rings = {ring: list(secrets) for ring, secrets in self.rings.items()}
        return other

    def new_id(self):
        """An ID."""
        return self.random(16).hex()

    def new_hash(self):
        """A HASH of nothing that anybody has."""
        return self.random(32).hex()

    def new_ring(self, ring):
        """A new identity for a ring; gives its RECIPIENT."""
        self.rings.setdefault(ring, []).append(self.random(32))
        return recipient_of(self.rings[ring][-1])

    @property
    def fingerprint(self):
        """The vault's fingerprint."""
        return self.slots[0].head

    @property
    def head(self):
        """The head of the log."""
        return self.slots[-1].head

    @property
    def state(self):
        """The state after the last slot."""
        return self.slots[-1].state

    def write_entries(self, actor, specs, state, time, prev):
        """The entries as bytes; the state goes on with each of them."""
        entries = []
        for spec in specs:
            if isinstance(spec, Entry):
                spec = spec.text(state, prev, time, actor.code).encode()
            entries.append(spec)
            state.take(spec)
        return entries

    def add(self, actor, specs, verdict=VALID, *, key=None, state=None, time=None, prev=None,
            origin=None, number=None, nonce=None, before=None, after=None, root=None, bundle=None,
            edit_text=None, edit_line=None, edit_entries=None, edit=None, **bent):
        """Signs a slot and appends it; each keyword breaks one thing. Gives the Slot.

        A spec may be bytes instead of an Entry. edit_text is for the note's text before it is
        signed, edit_line for the signature line, edit_entries for the bytes behind the note, edit
        for the whole slot. `bent` goes to the signer.
        """
        specs = [specs] if isinstance(specs, (Entry, bytes)) else list(specs)
        start = state or self.state
        end = start.copy()
        self.now += STEP
        prev, nonce = prev or self.head, nonce or self.new_id()
        time = time or encode.spell_time(self.now)
        entries = self.write_entries(actor, specs, end, time, prev)
        if bundle is None:
            named = any(isinstance(spec, Entry) and spec.names_sheets() for spec in specs)
            bundle = self.new_hash() if named else "-"
        place = len(self.slots) if number is None else number
        lines = [f"{origin or self.origin}/batch", str(place), prev, nonce]
        lines.append(str(start.tree.size if before is None else before))
        lines.append(str(end.tree.size if after is None else after))
        lines += [root or encode.b64(end.tree.root()), bundle]
        text = "".join(line + "\n" for line in lines)
        text = (edit_text(text) if edit_text else text).encode()
        signature = (key or actor).line(text, **bent)
        signature = edit_line(signature) if edit_line else signature
        blob = b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)
        data = text + b"\n" + signature + (edit_entries(blob) if edit_entries else blob)
        data = edit(data) if edit else data
        if bundle != "-":
            end.bundles[len(self.slots)] = bundle
        kept = end if verdict == VALID else start
        self.slots.append(Slot(data, verdict, kept, nonce, bundle, tuple(entries)))
        return self.slots[-1]

    def damage(self, number, data):
        """Puts other bytes (None: none at all) in the place of a slot."""
        was = self.slots[number]
        before = self.slots[number - 1].state
        self.slots[number] = dataclasses.replace(was, data=data, verdict=DAMAGED, state=before)

    def passed_over(self, first, last):
        """Says of slots that a skip passed over them."""
        for i in range(first, last + 1):
            self.slots[i] = dataclasses.replace(self.slots[i], verdict=PASSED_OVER)

    def stream(self):
        """The log as one string of bytes: a count, then each slot with its length."""
        out = [struct.pack(">I", len(self.slots))]
        for slot in self.slots:
            size = MISSING if slot.data is None else len(slot.data)
            out += [struct.pack(">I", size), slot.data or b""]
        return b"".join(out)

    def write_store(self, folder):
        """Writes the vault as a folder: slots, and what was sealed for objects/ and lines/."""
        names = dict(self.files)
        for i, slot in enumerate(self.slots):
            if slot.data is not None:
                names[encode.slot_name(i) if i else "vault"] = slot.data
        for name, data in names.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)


def split_slot(data):
    """The lines of the note's text and the entries of a slot that is in order."""
    end = data.index(b"\n\n") + 1
    rest = data[data.index(b"\n", end + 1) + 1 :]
    entries = []
    while rest:
        size = struct.unpack(">H", rest[:2])[0]
        entries.append(rest[2 : 2 + size])
        rest = rest[2 + size :]
    return data[:end].decode().split("\n")[:-1], entries


def split_stream(data):
    """The slots of a stream; None for one that is missing."""
    slots, place = [], 4
    for _ in range(struct.unpack(">I", data[:4])[0]):
        size = struct.unpack(">I", data[place : place + 4])[0]
        place += 4
        slots.append(None if size == MISSING else data[place : place + size])
        place += 0 if size == MISSING else size
    return slots


def take_over(slots, world, verdicts=None):
    """A Log that continues slots made by another program; those not said to be void count."""
    log = object.__new__(Log)
    log.random, log.files, log.slots = Random(world), {}, []
    lines = slots[0].decode().split("\n")
    log.origin, log.rings = lines[1], {AUDIT: []}
    log.slots.append(Slot(slots[0], VALID, State(epochs={AUDIT: 1})))
    time = lines[2]
    for i, data in enumerate(slots[1:], 1):
        verdict = (verdicts or {}).get(i, VALID)
        state = log.state
        if verdict != VALID:
            log.slots.append(Slot(data, verdict, state))
            continue
        text, entries = split_slot(data)
        state = state.copy()
        for entry in entries:
            state.take(entry)
            time = max(time, entry.split(b"\n", 3)[2].decode())
        if text[7] != "-":
            state.bundles[i] = text[7]
        log.slots.append(Slot(data, VALID, state, text[3], text[7], tuple(entries)))
    log.now = encode.moment(time)
    return log


def read_store(folder):
    """The slots of a store folder, from 0 on; None for one that is missing below another."""
    slots, found = [], {}
    for root, _, names in os.walk(os.path.join(folder, "log")):
        for name in names:
            digits = os.path.relpath(os.path.join(root, name), os.path.join(folder, "log"))
            digits = digits.replace(os.sep, "")
            if len(digits) == 12 and digits.isdigit():
                found[int(digits)] = os.path.join(root, name)
    found[0] = os.path.join(folder, "vault")
    for i in range(max(found) + 1):
        if i not in found:
            slots.append(None)
            continue
        with open(found[i], "rb") as file:
            slots.append(file.read(2**24 + 1))
    return slots


def open_identity(text):
    """The Member of an identities file (FORMAT.md section 11) that has been opened already."""
    code, seed, secret = None, None, None
    for line in text.splitlines():
        if line.startswith("# member "):
            code = line[9:]
        if line.startswith("# PRIVATE+KEY+"):
            parts = line[2:].split("+", 4)
            code, seed = code or parts[2], base64.b64decode(parts[4])[1:]
        if line.startswith("AGE-SECRET-KEY-1") and secret is None:  # the present one is first
            secret = encode.bech32_bytes(line)
    return Member(code, seed, secret)
