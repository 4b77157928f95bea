#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second verifier for Amana vaults.

It was written from docs/FORMAT.md alone and needs Python 3.11 and nothing else; with an identity it
also runs the program `age`. Sections and rules that comments cite are those of docs/FORMAT.md.

    verify.py VAULT                        judge every slot of the log
    verify.py --bytes VAULT                and every stored byte
    verify.py --identity ME.age VAULT      and what these keys open
    verify.py --state VAULT                print the state that the log comes to
    verify.py --stream < LOGS              the same for many logs held in memory

It exits with 0 if all is well, 10 if anything failed, and 2 if it was called wrongly.
"""
from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, BinaryIO, Callable, Iterable, Iterator, NamedTuple, NoReturn

# The limits of section 2.
MAX_SLOT = 16 * 1024 * 1024
MAX_SLOT_NUMBER = 999_999_999_999
MAX_ENTRY = 65_535
MAX_LINE = 61_440
MAX_SHEET_PLAIN = 262_144
MAX_SHEET = 524_288
MAX_BUNDLE = 64 * 1024 * 1024
MAX_KEY_FILE_PLAIN = 262_144
MAX_EXHIBIT = 1 << 48
MAX_RECIPIENTS = 512
MAX_NUMBER = (1 << 53) - 1
# Section 2 has no limit for an anchor's objects; nobody needs more than this of a token.
MAX_ANCHOR = MAX_SLOT
# A gap in the numbers of slots can be 10^12 wide; no report names more slots of one gap than this.
MAX_GAP_LINES = 4096


class Malformed(Exception):
    """Bytes that do not have the form which FORMAT.md gives them."""


class Void(Exception):
    """An entry that section 10 does not allow."""


class Damaged(Exception):
    """A slot that section 9 calls damaged."""


def need(condition: Any, why: str) -> None:
    """Refuse an act, with the reason, unless the condition holds."""
    if not condition:
        raise Void(why)


def malformed(why: str) -> NoReturn:
    raise Malformed(why)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hexhash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------------------------------------
# Curve25519: signatures (Ed25519) and recipients (X25519)
# ---------------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
D2 = 2 * D % P
SQRT_M1 = pow(2, (P - 1) // 4, P)

# A point is (X, Y, Z, T) with x = X/Z, y = Y/Z and T = XY/Z. In tables Z is left out and a point is
# stored as (Y - X, Y + X, 2Z, 2dT), which is what an addition uses of it.
Point = tuple[int, int, int, int]
IDENTITY_POINT: Point = (0, 1, 1, 0)


def point_double(p: Point) -> Point:
    x, y, z, _ = p
    a = x * x % P
    b = y * y % P
    h = a + b
    e = h - (x + y) * (x + y) % P
    g = a - b
    f = 2 * z * z % P + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def prepared(p: Point) -> Point:
    x, y, z, t = p
    return (y - x) % P, (y + x) % P, 2 * z % P, D2 * t % P


def point_add(p: Point, q: Point) -> Point:
    """Add to a point another that is `prepared`."""
    x, y, z, t = p
    a = (y - x) * q[0] % P
    b = (y + x) * q[1] % P
    c = t * q[3] % P
    d = z * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def negated(q: Point) -> Point:
    """The negative of a point that is `prepared`."""
    return q[1], q[0], q[2], -q[3] % P


def odd_multiples(p: Point, count: int) -> list[Point]:
    """p, 3p, 5p and so on, `prepared`."""
    twice = prepared(point_double(p))
    out = []
    for _ in range(count):
        out.append(prepared(p))
        p = point_add(p, twice)
    return out


def signed_windows(scalar: int, width: int) -> list[tuple[int, int]]:
    """The scalar as (position, odd digit) pairs, the digits below 2^(width-1) in size."""
    out = []
    position = 0
    full = 1 << width
    while scalar:
        zeros = (scalar & -scalar).bit_length() - 1
        position += zeros
        scalar >>= zeros
        digit = scalar & (full - 1)
        if digit >= full >> 1:
            digit -= full
        out.append((position, digit))
        scalar -= digit
    return out


def multiply(terms: list[tuple[int, int, list[Point]]]) -> Point:
    """The sum of scalar times point, by one row of doublings; terms have (scalar, width, table)."""
    adds: list[list[Point]] = [[] for _ in range(258)]
    top = 0
    for scalar, width, table in terms:
        for position, digit in signed_windows(scalar, width):
            q = table[abs(digit) >> 1]
            adds[position].append(q if digit > 0 else negated(q))
            top = max(top, position)
    total = IDENTITY_POINT
    for position in range(top, -1, -1):
        total = point_double(total)
        for q in adds[position]:
            total = point_add(total, q)
    return total


def encode_point(p: Point) -> bytes:
    inverse = pow(p[2], -1, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def is_identity(p: Point) -> bool:
    return p[0] % P == 0 and (p[1] - p[2]) % P == 0


def is_small_order(p: Point) -> bool:
    return is_identity(point_double(point_double(point_double(p))))


def decode_point(data: bytes) -> Point | None:
    """The point that these 32 bytes are the canonical encoding of."""
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * SQRT_M1 % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE_Y = 4 * pow(5, -1, P) % P
BASE = decode_point(BASE_Y.to_bytes(32, "little")) or IDENTITY_POINT
BASE_TABLE = odd_multiples(BASE, 64)

# Keys sign many slots, so what was worked out about a key is kept: the multiples of its negative.
_key_tables: dict[bytes, list[Point] | None] = {}


def key_table(key: bytes) -> list[Point] | None:
    """Multiples of -A, or None if the key is not a point of prime order (section 1 rule 5)."""
    if key not in _key_tables:
        if len(_key_tables) > 100_000:
            _key_tables.clear()
        point = decode_point(key)
        table = None
        if point and not is_identity(point):
            x, y, z, t = point
            multiples = odd_multiples((-x % P, y, z, -t % P), 8)
            if is_identity(multiply([(L, 5, multiples)])):
                table = multiples
        _key_tables[key] = table
    return _key_tables[key]


def ed25519_verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Section 1 rule 9: S < L, R canonical and not of small order, no cofactor."""
    table = key_table(key)
    if table is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    k = int.from_bytes(digest, "little") % L
    r = multiply([(s, 8, BASE_TABLE), (k, 5, table)])
    # What encode_point gives is canonical, so R is too if it is the same.
    return encode_point(r) == signature[:32] and not is_small_order(r)


def x25519_public(secret: bytes) -> bytes:
    """The recipient's 32 bytes: RFC 7748, by the ladder."""
    k = int.from_bytes(secret, "little")
    k = k & ~7 & ((1 << 254) - 1) | 1 << 254
    x2, z2, x3, z3 = 1, 0, 9, 1
    for bit in range(254, -1, -1):
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, 9 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


# The u of all points of low order below 2^255 - 19 (RFC 7748 section 6.1 warns of them).
LOW_ORDER_U = frozenset((
    0, 1, P - 1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
))

# ---------------------------------------------------------------------------------------------
# Encodings: section 1
# ---------------------------------------------------------------------------------------------

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_VALUE = {c: i for i, c in enumerate(BECH32)}


def bech32_polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, g in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> i & 1:
                check ^= g
    return check


def bech32_spread(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def bech32_decode(text: str, prefix: str) -> bytes | None:
    """The 32 bytes in lower-case bech32 with this prefix; None if there is another spelling."""
    body = text[len(prefix) + 1:]
    if not text.startswith(prefix + "1") or len(body) != 58 or set(body) - BECH32_VALUE.keys():
        return None
    values = [BECH32_VALUE[c] for c in body]
    if bech32_polymod(bech32_spread(prefix) + values) != 1:
        return None
    number = 0
    for value in values[:52]:
        number = number << 5 | value
    if number & 15:
        return None
    return (number >> 4).to_bytes(32, "big")


def bech32_encode(data: bytes, prefix: str) -> str:
    number = int.from_bytes(data, "big") << 4
    values = [number >> 5 * i & 31 for i in range(51, -1, -1)]
    check = bech32_polymod(bech32_spread(prefix) + values + [0] * 6) ^ 1
    values += [check >> 5 * i & 31 for i in range(5, -1, -1)]
    return prefix + "1" + "".join(BECH32[v] for v in values)


def recipient_is_good(text: str) -> bool:
    """Section 1 rule 4."""
    data = bech32_decode(text, "age") if len(text) == 62 else None
    if data is None:
        return False
    u = int.from_bytes(data, "little")
    return u < P and u not in LOW_ORDER_U


def recipient_of(identity: str) -> str | None:
    """The RECIPIENT that an IDENTITY derives."""
    if len(identity) != 74 or identity != identity.upper():
        return None
    secret = bech32_decode(identity.lower(), "age-secret-key-")
    return None if secret is None else bech32_encode(x25519_public(secret), "age")


def unbase64(text: str, size: int | None = None) -> bytes | None:
    """Canonical padded base64 of so many bytes, or None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if base64.b64encode(data).decode() != text or (size is not None and len(data) != size):
        return None
    return data


NUMBER_RE = re.compile(r"(?:0|[1-9][0-9]{0,15})\Z")
HASH_RE = re.compile(r"[0-9a-f]{64}\Z")
ID_RE = re.compile(r"[0-9a-f]{32}\Z")
CODE_RE = re.compile(r"[A-Z]{1,5}-[0-9]{1,5}\Z")
CASECODE_RE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,31}\Z")
ORIGIN_RE = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}/[0-9a-f]{32}\Z")
TIME_RE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z\Z")
KIND_RE = re.compile(r"[a-z0-9]{1,16}\Z")
WORD_RE = re.compile(r"[a-z0-9-]{1,16}\Z")


def number(text: str, low: int = 0, high: int = MAX_NUMBER) -> int:
    if not NUMBER_RE.match(text) or not low <= int(text) <= high:
        malformed(f"{text[:40]!r} is no NUMBER from {low} to {high}")
    return int(text)


def hash_(text: str) -> str:
    if not HASH_RE.match(text):
        malformed(f"{text[:70]!r} is no HASH")
    return text


def hash_or_none(text: str) -> str | None:
    return None if text == "-" else hash_(text)


def id_(text: str) -> str:
    if not ID_RE.match(text):
        malformed(f"{text[:40]!r} is no ID")
    return text


def code_(text: str) -> str:
    if not CODE_RE.match(text):
        malformed(f"{text[:40]!r} is no CODE")
    return text


def time_is_good(text: str, first_year: int = 1970) -> bool:
    match = TIME_RE.match(text)
    if not match:
        return False
    parts = [int(part) for part in match.groups()]
    try:
        datetime(*parts)
    except ValueError:
        return False
    return parts[0] >= first_year


def time_(text: str) -> str:
    if not time_is_good(text):
        malformed(f"{text[:40]!r} is no TIME")
    return text


def seconds(text: str) -> int:
    """A TIME as seconds, for comparison only."""
    return (datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ") - datetime(1970, 1, 1)) // \
        timedelta(seconds=1)


def recipient_(text: str) -> str:
    if not recipient_is_good(text):
        malformed(f"{text[:70]!r} is no RECIPIENT")
    return text


def root_(text: str) -> bytes:
    data = unbase64(text, 32)
    if data is None:
        malformed(f"{text[:50]!r} is no ROOT")
    return data


def one_of(*words: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in words:
            malformed(f"{text[:40]!r} is none of {', '.join(words)}")
        return text
    return check


class Key(NamedTuple):
    """A VKEY: section 1 rule 5."""
    text: str
    name: str
    keyid: bytes
    key: bytes


def vkey_(text: str, name: str) -> Key:
    """A VKEY of this name. That it is of prime order costs more: see `has_prime_order`."""
    parts = text.split("+", 2)
    data = unbase64(parts[2], 33) if len(parts) == 3 else None
    if data is None or data[0] != 1 or parts[0] != name:
        malformed(f"{text[:120]!r} is no VKEY of {name}")
    keyid = sha256(name.encode() + b"\n" + data)[:4]
    if parts[1] != keyid.hex():
        malformed(f"the VKEY of {name} has a wrong key id")
    return Key(text, name, keyid, data[1:])


def has_prime_order(key: Key) -> bool:
    """Section 1 rule 5. An entry is asked this last, lest a void slot of 16 MiB take minutes."""
    return key_table(key.key) is not None


@dataclass
class Note:
    """A signed note with one signature line: section 1 rules 7 and 8."""
    text: bytes
    name: str
    keyid: bytes
    signature: bytes
    end: int

    def lines(self) -> list[str]:
        try:
            return self.text.decode("ascii").split("\n")[:-1]
        except UnicodeDecodeError:
            malformed("the note's text is not ASCII")

    def signed_by(self, key: Key) -> bool:
        return key.name == self.name and key.keyid == self.keyid and \
            ed25519_verify(key.key, self.text, self.signature)


SIGNATURE_RE = re.compile("— ([^ +\n]{1,200}) ([A-Za-z0-9+/=]{92})\n".encode())


def parse_note(data: bytes) -> Note:
    """The note at the beginning of data. Its text ends at the first blank line."""
    blank = data.find(b"\n\n")
    if blank < 0:
        malformed("there is no blank line after the note's text")
    match = SIGNATURE_RE.match(data, blank + 2)
    if not match:
        malformed("there is no signature line of the right form")
    raw = unbase64(match[2].decode(), 68)
    if raw is None:
        malformed("the signature line's base64 is not canonical")
    try:
        name = match[1].decode("utf-8")
    except UnicodeDecodeError:
        malformed("the signature line's name is not UTF-8")
    return Note(data[:blank + 1], name, raw[:4], raw[4:], match.end())


FIRST = [c + v for c in "b j l m s w k".split() for v in "aeoui"]
SECOND = [c + v for c in "b d f j l m n ny p s t y ch".split() for v in "aeoui"]


def words_of(digest: str, count: int) -> str:
    """WORDS 8 or 24 of a HASH: section 12."""
    bits = int(digest, 16) << 8
    groups = [bits >> 264 - 11 * (i + 1) & 2047 for i in range(count)]
    return " ".join(FIRST[v >> 6] + SECOND[v & 63] for v in groups)


class Tree:
    """The RFC 6962 tree: the roots of its full subtrees, the largest first."""

    def __init__(self, size: int = 0, peaks: tuple[bytes, ...] = ()) -> None:
        self.size = size
        self.peaks = peaks

    def grown(self, leaves: Iterable[bytes]) -> Tree:
        size, peaks = self.size, list(self.peaks)
        for node in leaves:
            rest = size
            while rest & 1:
                node = sha256(b"\x01" + peaks.pop() + node)
                rest >>= 1
            peaks.append(node)
            size += 1
        return Tree(size, tuple(peaks))

    def root(self) -> bytes:
        if not self.peaks:
            return sha256(b"")
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = sha256(b"\x01" + peak + node)
        return node


# ---------------------------------------------------------------------------------------------
# Entries: section 5
# ---------------------------------------------------------------------------------------------

class Subject(NamedTuple):
    kind: str           # exhibit, case, grant, audit, member, vault
    id: str             # of the exhibit or case
    code: str           # of the member
    text: str


def subject_(text: str) -> Subject:
    words = text.split(" ")
    match words:
        case ["vault"]:
            return Subject("vault", "", "", text)
        case ["exhibit" | "case", ident]:
            return Subject(words[0], id_(ident), "", text)
        case ["member", code]:
            return Subject("member", "", code_(code), text)
        case ["grant", "audit", code]:
            return Subject("audit", "", code_(code), text)
        case ["grant", ident, code]:
            return Subject("grant", id_(ident), code_(code), text)
    malformed(f"{text[:80]!r} is no subject")


@dataclass
class Act:
    """What is done to a subject: an entry's own, or one that it proposes."""
    action: str
    subject: Subject
    own: dict[str, Any]


@dataclass
class Entry:
    leaf: bytes
    previous_head: str
    time: str
    actor: str
    act: Act
    event: int
    previous_event: str | None
    objects: list[str] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    private: str | None = None

    @property
    def action(self) -> str:
        return self.act.action

    @property
    def subject(self) -> Subject:
        return self.act.subject

    @property
    def own(self) -> dict[str, Any]:
        return self.act.own


class Reader:
    """The lines of an entry, taken from the front."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def next(self) -> str:
        if self.at >= len(self.lines):
            malformed("the entry ends too early")
        self.at += 1
        return self.lines[self.at - 1]

    def take(self, word: str, check: Callable[[str], Any]) -> Any:
        """The value of the next line, which begins with this word."""
        line = self.next()
        if not line.startswith(word + " "):
            malformed(f"{line[:40]!r} stands where a line {word!r} should")
        return check(line[len(word) + 1:])

    def many(self, word: str, check: Callable[[str], Any], low: int, high: int) -> list[Any]:
        """The values of all lines that follow and begin with this word."""
        out = []
        while self.at < len(self.lines) and self.lines[self.at].startswith(word + " "):
            out.append(self.take(word, check))
            if len(out) > high:
                break
        if not low <= len(out) <= high:
            malformed(f"there are not {low} to {high} lines {word!r}")
        return out


def ascending(keys: list[Any], word: str) -> None:
    """Section 5 rule 1: in order and without repeats."""
    if any(a >= b for a, b in zip(keys, keys[1:])):
        malformed(f"the lines {word!r} do not ascend")


def roles_(text: str) -> tuple[str, ...]:
    if text == "-":
        return ()
    roles = tuple(text.split(","))
    if roles not in (("admin",), ("auditor",), ("admin", "auditor"), ("recovery",)):
        malformed(f"{text[:40]!r} are no ROLES")
    return roles


def policy_(text: str) -> tuple[str, str]:
    key, _, value = text.partition(" ")
    if key == "grant-days":
        number(value, 1, 3650)
    elif (key, value) not in (("two-person", "on"), ("disclosure", "two-person"),
                              ("break-glass", "on"), ("break-glass", "off")):
        malformed(f"{text[:60]!r} is no policy")
    return key, value


def pair_(text: str) -> tuple[int, str, str]:
    parts = text.split(" ")
    if len(parts) != 3:
        malformed("a line 'bundle' has not three values")
    return number(parts[0], 1), hash_(parts[1]), hash_(parts[2])


def sheet_was_(text: str) -> tuple[str, str | None]:
    parts = text.split(" ")
    if len(parts) != 2:
        malformed("a line 'sheet-was' has not two values")
    return hash_(parts[0]), hash_or_none(parts[1])


def skip_(text: str) -> tuple[int, int, str, str]:
    parts = text.split(" ")
    if len(parts) != 4:
        malformed("a line 'skip' has not four values")
    first = number(parts[0], 1, MAX_SLOT_NUMBER)
    return first, number(parts[1], first, MAX_SLOT_NUMBER), hash_(parts[2]), hash_(parts[3])


def restored_(text: str) -> tuple[int, str]:
    parts = text.split(" ")
    if len(parts) != 2:
        malformed("a line 'restored' has not two values")
    return number(parts[0], 1, MAX_SLOT_NUMBER), hash_(parts[1])


def kind_of_line(text: str) -> tuple[str, str]:
    kind, _, digest = text.partition(" ")
    if kind not in LINE_KINDS:
        malformed(f"{kind[:40]!r} is no kind of line")
    return kind, hash_(digest)


def word_(text: str) -> str:
    if not WORD_RE.match(text):
        malformed(f"{text[:40]!r} is no WORD")
    return text


LINE_KINDS = ("content", "about", "source", "custody", "reason")
GRANT_KINDS = ("lead", "reader", "depositor", "standby", "recovery")
PROPOSABLE = ("enrol", "role", "revoke", "policy", "format", "hold", "dispose", "erase", "lost",
              "restored")
PERMITTED_ONCE = ("dispose", "erase", "lost")

# What an entry may be: its subjects, and how few and how many objects it has.
ACTIONS: dict[str, tuple[str, int, int]] = {
    "enrol": ("member", 0, 0), "role": ("member", 0, 0), "revoke": ("member", 0, 0),
    "policy": ("vault", 0, 0), "format": ("vault", 0, 0), "log-key": ("vault", 1, 64),
    "case": ("case", 1, 1), "epoch": ("case vault", 1, 1), "grant": ("grant audit", 0, 1),
    "ungrant": ("grant audit", 0, 0), "expire": ("grant audit", 0, 0),
    "break-glass": ("grant", 0, 0), "close": ("case", 0, 0), "reopen": ("case", 0, 0),
    "deposit": ("exhibit", 0, 1), "record": ("exhibit case member vault", 0, 0),
    "denied": ("exhibit case vault", 0, 0), "hold": ("exhibit case", 0, 0),
    "propose": ("exhibit case member vault", 0, 0), "approve": ("exhibit case member vault", 0, 0),
    "dispose": ("exhibit", 0, 0), "erase": ("exhibit case vault", 0, 0),
    "lost": ("exhibit case vault", 0, 0), "acknowledge": ("member grant audit vault", 0, 0),
    "publish": ("vault", 0, 0), "anchor": ("vault", 1, 8), "skip": ("vault", 0, 0),
    "restored": ("vault", 0, 0),
}


def own_lines(r: Reader, action: str, subject: Subject, origin: str, proposed: bool = False
              ) -> dict[str, Any]:
    """The action's own lines: the tables of section 5. A proposal has them without some."""
    if subject.kind not in ACTIONS[action][0].split():
        malformed(f"{action!r} has no subject {subject.kind!r}")
    match action:
        case "enrol":
            return {"recipient": r.take("recipient", recipient_),
                    "key": r.take("key", lambda text: vkey_(text, subject.code)),
                    "roles": r.take("roles", roles_)}
        case "role":
            return {"role": r.take("role", one_of("+admin", "-admin", "+auditor", "-auditor"))}
        case "policy":
            return {"policy": r.take("policy", policy_)}
        case "format":
            return {"format": r.take("format", lambda text: number(text, 2))}
        case "log-key":
            return {"key": r.take("key", lambda text: vkey_(text, origin))}
        case "case":
            return {"recipient": r.take("recipient", recipient_), "lead": r.take("lead", code_)}
        case "epoch":
            return {"epoch": r.take("epoch", number), "recipient": r.take("recipient", recipient_)}
        case "grant":
            kinds = ("auditor",) if subject.kind == "audit" else GRANT_KINDS
            return {"as": r.take("as", one_of(*kinds)), "to": r.take("to", recipient_),
                    "until": r.take("until", lambda text: None if text == "-" else time_(text)),
                    "epoch": r.take("epoch", number)}
        case "break-glass":
            return {"until": r.take("until", time_)}
        case "deposit":
            return {"case": r.take("case", id_), "epoch": r.take("epoch", number),
                    "ring": r.take("ring", number)}
        case "record" | "denied":
            return record_lines(r, subject)
        case "hold":
            words = ("release",) if proposed else ("set", "release")
            return {"hold": r.take("hold", one_of(*words))}
        case "propose":
            what = r.take("propose", one_of(*PROPOSABLE))
            return {"act": Act(what, subject, own_lines(r, what, subject, origin, True))}
        case "approve":
            return {"proposal": r.take("proposal", hash_),
                    "answer": r.take("answer", one_of("yes", "no"))}
        case "dispose" | "erase":
            return removal_lines(r, action, proposed)
        case "lost":
            return lost_lines(r, subject, proposed)
        case "acknowledge":
            return {"leaf": r.take("leaf", hash_)}
        case "anchor":
            return {"batch": r.take("batch", number), "kind": r.take("kind", word_)}
        case "skip":
            return {"skip": r.take("skip", skip_)}
        case "restored":
            return {"restored": r.take("restored", restored_)}
    return {}


def record_lines(r: Reader, subject: Subject) -> dict[str, Any]:
    if subject.kind in ("member", "vault"):
        r.take("case", one_of("-"))
        r.take("epoch", one_of("-"))
        return {"case": None, "epoch": None, "ring": r.take("ring", number)}
    return {"case": r.take("case", id_), "epoch": r.take("epoch", number),
            "ring": r.take("ring", number)}


def removal_lines(r: Reader, action: str, proposed: bool) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if not proposed:
        own["proposal"] = r.take("proposal", hash_)
        own["bundle"] = r.many("bundle", pair_, 0 if action == "dispose" else 1, 128)
        ascending([batch for batch, _, _ in own["bundle"]], "bundle")
    if action == "dispose":
        own["blank"] = r.many("blank", hash_, 0, 128)
        ascending(own["blank"], "blank")
    else:
        own["sheet-was"] = r.many("sheet-was", sheet_was_, 1, 128)
        ascending([old for old, _ in own["sheet-was"]], "sheet-was")
        own["strike"] = r.many("strike", hash_, 0, 128)
        ascending(own["strike"], "strike")
    return own


def lost_lines(r: Reader, subject: Subject, proposed: bool) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if not proposed:
        own["proposal"] = r.take("proposal", hash_or_none)
        if own["proposal"] is None and subject.kind != "vault":
            malformed("only a 'lost' of the vault has no proposal")
    own["lost"] = r.many("lost", hash_, 1, 64)
    ascending(own["lost"], "lost")
    return own


def event_(text: str) -> tuple[int, str | None]:
    """Line 7: the subject's event number and the leaf of the event before."""
    count, _, previous = text.partition(" ")
    event = number(count, 1)
    if (event == 1) != (previous == "-"):
        malformed("line 7 has no leaf of a previous event, or one before event 1")
    return event, hash_or_none(previous)


def parse_entry(raw: bytes, origin: str) -> Entry:
    if not raw.endswith(b"\n"):
        malformed("an entry does not end with LF")
    try:
        r = Reader(raw[:-1].decode("ascii").split("\n"))
    except UnicodeDecodeError:
        malformed("an entry is not ASCII")
    if r.next() != "amana/1":
        malformed("an entry does not begin with 'amana/1'")
    previous_head, time, actor, action = hash_(r.next()), time_(r.next()), code_(r.next()), r.next()
    if action not in ACTIONS:
        malformed(f"{action[:40]!r} is no action")
    subject = subject_(r.next())
    event, previous = event_(r.next())
    act = Act(action, subject, own_lines(r, action, subject, origin))
    entry = Entry(sha256(b"\x00" + raw), previous_head, time, actor, act, event, previous)
    _, low, high = ACTIONS[action]
    if subject.kind == "grant" and action == "grant":
        low = 1
    entry.objects = r.many("object", hash_, low, high)
    entry.lines = r.many("line", kind_of_line, 0, 16)
    entry.sheets = r.many("sheet", hash_, 0, 8)
    private = r.many("private", hash_, 0, 1)
    entry.private = private[0] if private else None
    if r.at != len(r.lines):
        malformed(f"the line {r.lines[r.at][:40]!r} is one too many or at a wrong place")
    check_carried(entry)
    return entry


def check_carried(e: Entry) -> None:
    """Section 5 rules 3 to 6, and what an entry may carry."""
    ascending([(LINE_KINDS.index(kind), digest) for kind, digest in e.lines], "line")
    if len(set(e.sheets)) != len(e.sheets):
        malformed("a sheet is named twice")
    kinds = {kind for kind, _ in e.lines}
    allowed = {"custody", "reason"}
    described = kinds & {"about", "source"}
    if e.action == "deposit":
        allowed |= {"about", "source"} | ({"content"} if e.objects else set())
    elif e.action == "record" and e.subject.kind in ("exhibit", "case"):
        allowed |= {"about", "source"} if e.subject.kind == "exhibit" else {"about"}
        if bool(described) != (e.private is not None):
            malformed("a record has 'about' or 'source' lines without 'private', or the reverse")
    if e.private is not None and (e.action != "record" or not described):
        malformed("this entry may not name a private sheet")
    if e.private in e.sheets:
        malformed("a private sheet is also named as a sheet")
    if kinds - allowed:
        malformed(f"{e.action!r} may not carry the lines {', '.join(sorted(kinds - allowed))}")
    if (kinds & {"content", "custody", "reason"} or (e.action == "deposit" and kinds)) \
            and not e.sheets:
        malformed("an entry with lines names no sheet")


# ---------------------------------------------------------------------------------------------
# The state that the log comes to: section 10
# ---------------------------------------------------------------------------------------------

class Journal:
    """Changes that can be taken back, since a void slot changes nothing (section 9)."""

    ABSENT = object()

    def __init__(self) -> None:
        self.undo: list[tuple[Any, Any, Any]] = []

    def put(self, mapping: dict[Any, Any], key: Any, value: Any) -> None:
        self.undo.append((mapping, key, mapping.get(key, self.ABSENT)))
        mapping[key] = value

    def drop(self, mapping: dict[Any, Any], key: Any) -> None:
        if key in mapping:
            self.undo.append((mapping, key, mapping.pop(key)))

    def push(self, items: list[Any], value: Any) -> None:
        self.undo.append((items, None, None))
        items.append(value)

    def set(self, thing: Any, **values: Any) -> None:
        for name, value in values.items():
            self.put(thing.__dict__, name, value)

    def commit(self) -> None:
        self.undo.clear()

    def rollback(self) -> None:
        while self.undo:
            target, key, old = self.undo.pop()
            if isinstance(target, list):
                target.pop()
            elif old is self.ABSENT:
                target.pop(key, None)
            else:
                target[key] = old


@dataclass(eq=False)
class Member:
    code: str
    bit: int                        # this member in sets of members: a line is an int
    recipient: str = ""
    key: Key | None = None
    keys_place: int = 0
    roles: dict[str, int] = field(default_factory=dict)         # role: its place
    revoked: bool = False
    is_card: bool = False           # stays true when a card is revoked
    two_enrollers: bool = False
    line: int = 0
    alone: int = 0                  # the cards of the line that enrolled somebody alone
    grants: dict[str, Grant] = field(default_factory=dict)      # by ring, those in force
    had: dict[str, int] = field(default_factory=dict)           # ring: place of the first grant


@dataclass(eq=False)
class Grant:
    ring: str
    code: str
    kind: str
    place: int
    signer: Member
    firm: bool = False
    appointment: bool = False
    until: str | None = None
    broken: str | None = None       # the `until` of its break-glass
    epoch: int = 1
    object: str | None = None

    @property
    def reads(self) -> bool:
        return self.kind != "depositor"


@dataclass(eq=False)
class Ring:
    name: str                       # the case's ID, or audit
    recipient: str
    epoch: int = 1
    due: bool = False
    recipients: dict[int, str] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    readers: dict[str, Grant] = field(default_factory=dict)     # the reading grants
    leads: dict[str, Grant] = field(default_factory=dict)


@dataclass(eq=False)
class Case:
    id: str
    ring: Ring
    held: bool = False
    closed: bool = False
    exhibits: int = 0
    held_exhibits: int = 0


@dataclass(eq=False)
class Exhibit:
    id: str
    case: Case
    number: int
    object: str | None
    signer: str
    batch: int
    held: bool = False
    disposed: bool = False
    privates: int = 0
    sheets: list[Sheet] = field(default_factory=list)           # those that its deposit names
    private_sheets: list[Sheet] = field(default_factory=list)


@dataclass(eq=False)
class Sheet:
    batch: int
    name: str                       # as the entries name it
    present: str | None             # its present name; None once it is destroyed
    case: str | None                # the case of all entries that name it
    subject: str | None             # the subject of all of them; None if there are several
    private: bool = False
    entries: list[Entry] = field(default_factory=list)


@dataclass(eq=False)
class Batch:
    """A valid slot, for section 10.7."""
    n: int
    signer: str
    nonce: str
    head: str
    time: str
    size: int                       # of the tree after it
    bundle: str | None = None       # its present name
    paired: bool = False            # a `bundle` line gave it that name
    paired_by: str = ""
    sheets: dict[str, Sheet] = field(default_factory=dict)      # in the bundle's order
    present: dict[str, Sheet] = field(default_factory=dict)
    names: dict[str, bool] = field(default_factory=dict)        # all that its sheets ever had
    deposits: list[int] = field(default_factory=list)
    case_epochs: dict[str, int] = field(default_factory=dict)   # at the end of the slot
    ring_epoch: int = 1


@dataclass(eq=False)
class Object:
    exhibits: int = 0
    disposed: int = 0
    kept: bool = False
    naming: dict[str, str | None] = field(default_factory=dict)     # subject: case
    roles: list[ObjectRole] = field(default_factory=list)


class ObjectRole(NamedTuple):
    """What an entry says that an object is."""
    kind: str                       # exhibit, key file, log key, anchor
    signer: str
    where: str
    ring: str = ""
    epoch: int = 0
    sealed_to: tuple[str, ...] = ()
    holders: int = 1                # how many members these recipients are of


@dataclass(eq=False)
class Proposal:
    leaf: str
    act: Act
    proposer: Member
    place: int
    line: int                       # the proposer's, as it stood
    alone: int
    status: str = "open"


@dataclass
class By:
    """Under whose name an act is judged, and how it comes about."""
    signer: Member                  # the proposer's where the act was proposed
    place: int
    entry: Entry
    n: int                          # the slot
    how: str = "sign"               # sign, propose, approve
    approver: Member | None = None
    proposal: Proposal | None = None


class LeafInfo(NamedTuple):
    """An entry that can be acknowledged."""
    action: str
    subject: Subject
    signers: tuple[str, ...]
    place: int


Effect = Callable[[], None]


def nothing() -> None:
    return None


class State:
    """What all valid slots so far come to. Every change goes through the journal."""

    def __init__(self, origin: str, fingerprint: str, genesis: Genesis) -> None:
        self.origin = origin
        self.fingerprint = fingerprint
        self.j = Journal()
        self.tree = Tree()
        self.place = 0
        self.format = 1
        self.policy = {"two-person": "off", "disclosure": "-", "grant-days": "0",
                       "break-glass": "on"}
        self.members: dict[str, Member] = {}
        # All keys ever enrolled, by CODE and key id, then by VKEY (section 1 rule 10).
        self.keys: dict[tuple[str, bytes], dict[str, Key]] = {}
        self.key_owner: dict[bytes, str] = {}
        self.holders: dict[str, dict[str, bool]] = {"admin": {}, "auditor": {}, "recovery": {}}
        self.officers: dict[str, bool] = {}             # admin or auditor
        self.audit = Ring("audit", genesis.ring_recipient)
        self.cases: dict[str, Case] = {}
        self.exhibits: dict[str, Exhibit] = {}
        self.ring_recipients: dict[str, bool] = {genesis.ring_recipient: True}
        self.events: dict[str, tuple[int, str]] = {}
        self.proposals: dict[str, Proposal] = {}
        self.leaves: dict[str, LeafInfo] = {}
        self.acknowledged: dict[tuple[str, str], bool] = {}
        self.batches: dict[int, Batch] = {}
        self.bundle_names: dict[str, dict[int, bool]] = {}
        self.olds: dict[str, bool] = {}
        self.objects: dict[str, Object] = {}
        self.named_objects: dict[str, dict[str, bool]] = {}     # by scope
        self.named_batches: dict[str, dict[int, bool]] = {}
        self.struck: dict[tuple[int, str], str] = {}            # slot and line: who struck it
        self.lost: list[tuple[str, str, str, str]] = []
        self.lost_for: dict[str, dict[str, bool]] = {}          # hash: scopes
        self.restored: list[tuple[int, str, str, str]] = []
        self.skips: list[tuple[int, int, str, str]] = []
        self.log_keys: list[Key] = []
        self.key_files: list[tuple[str, ObjectRole]] = []
        self.begin(genesis)

    def begin(self, g: Genesis) -> None:
        """Section 3 rules 4 and 5."""
        founder = Member(g.code, 1, g.recipient, g.key, 0, {"admin": 0, "auditor": 0}, line=1)
        self.members[g.code] = founder
        self.keys[g.code, g.key.keyid] = {g.key.text: g.key}
        self.key_owner[g.key.key] = g.code
        self.holders["admin"][g.code] = self.holders["auditor"][g.code] = True
        self.officers[g.code] = True
        self.audit.recipients[1] = g.ring_recipient
        self.add_grant(self.audit, Grant("audit", g.code, "auditor", 0, founder, object=g.key_file))
        role = ObjectRole("key file", g.code, "slot 0", "audit", 1, (g.recipient,))
        self.objects[g.key_file] = Object(kept=True, naming={"vault": None}, roles=[role])
        self.named_objects["vault"] = {g.key_file: True}
        self.key_files.append((g.key_file, role))
        self.j.commit()

    # Words of section 10.1.

    def is_role(self, member: Member, role: str) -> bool:
        return role in member.roles and not member.revoked

    def is_last(self, member: Member, role: str) -> bool:
        return len(self.holders[role]) == 1 and member.code in self.holders[role]

    def sole_officer(self, member: Member) -> bool:
        return len(self.officers) == 1 and member.code in self.officers

    def case_of(self, subject: Subject) -> str | None:
        if subject.kind == "exhibit":
            return self.exhibits[subject.id].case.id
        return subject.id if subject.kind in ("case", "grant") else None

    def scopes_of(self, subject: Subject) -> list[str]:
        """The subjects of erase and lost whose entries an entry of this subject is among."""
        case = self.case_of(subject)
        if case is None:
            return ["vault"]
        scopes = [f"case {case}"]
        return scopes + [subject.text] if subject.kind == "exhibit" else scopes

    def ring(self, name: str) -> Ring:
        return self.audit if name == "audit" else self.cases[name].ring

    def grant_at(self, subject: Subject) -> Grant | None:
        ring = self.audit if subject.kind == "audit" else self.cases[subject.id].ring
        return ring.grants.get(subject.code)

    def lead(self, member: Member, case: str | None) -> Grant | None:
        return self.cases[case].ring.leads.get(member.code) if case else None

    def warrants(self, member: Member, column: str, case: str | None) -> list[int]:
        """The places of all by which this member is of a column of 10.5."""
        words = column.split()
        role_of = {"admin": "admin", "auditor": "auditor", "card": "recovery"}
        out = [member.roles[role_of[word]] for word in words
               if word in role_of and self.is_role(member, role_of[word])]
        lead = self.lead(member, case) if "lead" in words else None
        return out + [lead.place] if lead else out

    # Grants and rings.

    def add_grant(self, ring: Ring, grant: Grant) -> None:
        put = self.j.put
        member = self.members[grant.code]
        put(ring.grants, grant.code, grant)
        put(member.grants, ring.name, grant)
        if ring.name not in member.had:
            put(member.had, ring.name, grant.place)
        if grant.reads:
            put(ring.readers, grant.code, grant)
        if grant.kind == "lead":
            put(ring.leads, grant.code, grant)

    def end_grant(self, grant: Grant) -> None:
        ring = self.ring(grant.ring)
        for mapping in (ring.grants, ring.readers, ring.leads):
            self.j.drop(mapping, grant.code)
        self.j.drop(self.members[grant.code].grants, grant.ring)

    def end_and_due(self, grant: Grant) -> None:
        self.end_grant(grant)
        if grant.reads:
            self.j.set(self.ring(grant.ring), due=True)

    def set_roles(self, member: Member, roles: dict[str, int]) -> None:
        for role, holders in self.holders.items():
            if role in roles:
                self.j.put(holders, member.code, True)
            else:
                self.j.drop(holders, member.code)
        if "admin" in roles or "auditor" in roles:
            self.j.put(self.officers, member.code, True)
        else:
            self.j.drop(self.officers, member.code)
        self.j.set(member, roles=roles)

    # Section 10.3: members, roles, policy. Each rule_ method refuses an act or returns its effect.

    def rule_enrol(self, act: Act, by: By) -> Effect:
        code, key, roles = act.subject.code, act.own["key"], act.own["roles"]
        member = self.members.get(code)
        need(self.key_owner.get(key.key, code) == code, "the key was another member's")
        need(has_prime_order(key), "the key is no point of prime order")
        if member is by.signer and by.signer.code == code:
            need(set(roles) == set(member.roles), "an own key change keeps the roles")
            return lambda: self.take_keys(member, act, by, due=True)
        by_card = self.is_role(by.signer, "recovery")
        need(self.is_role(by.signer, "admin") or (by_card and roles == ("admin",)),
             "the signer is no admin, nor a card that enrols an admin")
        if member:
            need(not member.revoked, f"{code} was revoked")
            if member.is_card:
                need(roles == ("recovery",), "a card stays a card")
            else:
                need(not roles or (roles == ("admin",) and by_card),
                     "a member enrolled again has no role, but from a card")
            need(not self.is_last(member, "admin") or roles == ("admin",),
                 "the last admin stays admin")
        self.check_role_limits(member, roles)
        return lambda: self.enrol(act, by)

    def check_role_limits(self, member: Member | None, roles: Iterable[str]) -> None:
        """Section 10.8: 16 cards, 64 auditors."""
        for role, most in (("recovery", 16), ("auditor", 64)):
            if role in roles and (member is None or role not in member.roles):
                need(len(self.holders[role]) < most, f"there are {most} with the role {role}")

    def take_keys(self, member: Member, act: Act, by: By, due: bool) -> None:
        key = act.own["key"]
        self.j.set(member, recipient=act.own["recipient"], key=key, keys_place=by.place)
        named = member.code, key.keyid
        if named not in self.keys:
            self.j.put(self.keys, named, {})
        self.j.put(self.keys[named], key.text, key)
        self.j.put(self.key_owner, key.key, member.code)
        if due:
            for grant in list(member.grants.values()):
                if grant.reads:
                    self.j.set(self.ring(grant.ring), due=True)

    def enrol(self, act: Act, by: By) -> None:
        """By another: section 10.3, and the line of 10.1."""
        code = act.subject.code
        if code not in self.members:
            self.j.put(self.members, code, Member(code, 1 << len(self.members)))
        member = self.members[code]
        for grant in list(member.grants.values()):
            self.end_and_due(grant)
        self.take_keys(member, act, by, due=False)
        self.set_roles(member, {role: by.place for role in act.own["roles"]})
        line, alone = by.signer.line, by.signer.alone
        if by.approver and by.proposal:
            line = by.proposal.line | by.approver.line | by.approver.bit
            alone = by.proposal.alone | by.approver.alone
        elif by.signer.is_card:
            alone |= by.signer.bit
        self.j.set(member, line=member.line | line | by.signer.bit, alone=member.alone | alone,
                   two_enrollers=by.approver is not None,
                   is_card=member.is_card or "recovery" in member.roles)

    def rule_role(self, act: Act, by: By) -> Effect:
        need(self.is_role(by.signer, "admin"), "the signer is no admin")
        member = self.members[act.subject.code]
        sign, role = act.own["role"][0], act.own["role"][1:]
        need(not member.revoked and not member.is_card, "the member is revoked or a card")
        need((role in member.roles) == (sign == "-"), "the role changes nothing")
        if sign == "+":
            self.check_role_limits(member, [role])
            return lambda: self.set_roles(member, {**member.roles, role: by.place})
        need(role != "admin" or not self.is_last(member, "admin"), "the last admin stays admin")

        def effect() -> None:
            self.set_roles(member, {r: p for r, p in member.roles.items() if r != role})
            if role == "auditor" and "audit" in member.grants:
                self.end_and_due(member.grants["audit"])
        return effect

    def rule_revoke(self, act: Act, by: By) -> Effect:
        need(self.is_role(by.signer, "admin"), "the signer is no admin")
        member = self.members[act.subject.code]
        need(not member.revoked, "the member is revoked already")
        need(not self.is_last(member, "admin"), "the last admin is not revoked")
        need(self.policy["two-person"] == "off" or not self.is_last(member, "recovery"),
             "the last card is not revoked while two-person is on")

        def effect() -> None:
            for grant in list(member.grants.values()):
                self.end_and_due(grant)
            self.set_roles(member, {})
            self.j.set(member, revoked=True)
        return effect

    def rule_policy(self, act: Act, by: By) -> Effect:
        need(self.is_role(by.signer, "admin"), "the signer is no admin")
        key, value = act.own["policy"]
        if key == "two-person":
            need(len(self.holders["admin"]) >= 2 and self.holders["recovery"],
                 "two-person needs two admins and a card")
        return lambda: self.j.put(self.policy, key, value)

    def rule_format(self, act: Act, by: By) -> Effect:
        need(self.is_role(by.signer, "admin"), "the signer is no admin")
        need(act.own["format"] == self.format + 1, "the format is not the next one")
        need(len(self.holders["admin"]) >= 2, "a new format needs two admins")
        return lambda: self.j.set(self, format=act.own["format"])

    def rule_log_key(self, act: Act, by: By) -> Effect:
        need(self.is_role(by.signer, "admin"), "the signer is no admin")
        need(has_prime_order(act.own["key"]), "the key is no point of prime order")
        return lambda: self.j.push(self.log_keys, act.own["key"])

    def rule_restored(self, act: Act, by: By) -> Effect:
        need(self.is_role(by.signer, "admin"), "the signer is no admin")
        n, head = act.own["restored"]
        signer, proposer = self.signers(by)
        return lambda: self.j.push(self.restored, (n, head, signer, proposer))

    def signers(self, by: By) -> tuple[str, str]:
        """Who signed an act, and who proposed it or `-`."""
        if by.approver:
            return by.approver.code, by.signer.code
        return by.signer.code, by.proposal.proposer.code if by.proposal else "-"

    def rule_publish(self, act: Act, by: By) -> Effect:
        need(self.is_role(by.signer, "admin") or self.is_role(by.signer, "auditor"),
             "the signer is no admin and no auditor")
        return nothing

    def rule_anchor(self, act: Act, by: By) -> Effect:
        self.rule_publish(act, by)
        need(act.own["batch"] < by.n, "the anchored slot is not an earlier one")
        return nothing

    def rule_skip(self, act: Act, by: By) -> Effect:
        """Section 9 rule 9; a skip that counts is judged by Log.is_skip first."""
        need(by.how == "skip", "there is nothing here to skip")
        need(self.is_role(by.signer, "admin"), "the signer is no admin")
        first, last, digest, _ = act.own["skip"]
        return lambda: self.j.push(self.skips, (first, last, digest, by.signer.code))

    # Section 10.4: cases, rings, grants.

    def rule_case(self, act: Act, by: By) -> Effect:
        need(self.is_role(by.signer, "admin"), "the signer is no admin")
        lead = self.members.get(act.own["lead"])
        need(lead and not lead.revoked and not lead.is_card, "the lead is no standing member")
        recipient = act.own["recipient"]
        need(recipient not in self.ring_recipients, "the recipient was a ring's")

        def effect() -> None:
            ring = Ring(act.subject.id, recipient, due=by.signer is not lead,
                        recipients={1: recipient})
            self.j.put(self.cases, ring.name, Case(ring.name, ring))
            self.j.put(self.ring_recipients, recipient, True)
            self.add_grant(ring, Grant(ring.name, lead.code, "lead", by.place, by.signer, firm=True,
                                       object=by.entry.objects[0]))
        return effect

    def rule_epoch(self, act: Act, by: By) -> Effect:
        ring = self.audit if act.subject.kind == "vault" else self.cases[act.subject.id].ring
        holders = self.audit.grants if ring is self.audit else ring.leads
        need(by.signer.code in holders, "the signer is no lead or holder")
        epoch, recipient = act.own["epoch"], act.own["recipient"]
        need(epoch == ring.epoch + 1, "the epoch is not the next one")
        need(recipient not in self.ring_recipients, "the recipient was a ring's")

        def effect() -> None:
            self.j.set(ring, epoch=epoch, recipient=recipient, due=False)
            self.j.put(ring.recipients, epoch, recipient)
            self.j.put(self.ring_recipients, recipient, True)
        return effect

    def rule_grant(self, act: Act, by: By) -> Effect:
        if act.subject.kind == "audit":
            return self.rule_grant_audit(act, by)
        reasons = []
        for rule in (self.grant_by_lead, self.grant_by_appointment, self.grant_by_own_people):
            try:
                return rule(act, by)
            except Void as reason:
                reasons.append(str(reason))
        raise Void("; ".join(reasons))

    def check_granted(self, act: Act) -> Member:
        member = self.members[act.subject.code]
        need(not member.revoked, "the member is revoked")
        need(act.own["to"] == member.recipient, "`to` is not the member's present RECIPIENT")
        return member

    def new_grant(self, act: Act, by: By, **marks: bool) -> Grant:
        objects = by.entry.objects
        return Grant("audit" if act.subject.kind == "audit" else act.subject.id, act.subject.code,
                     act.own["as"], by.place, by.signer, until=act.own["until"],
                     epoch=act.own["epoch"], object=objects[0] if objects else None, **marks)

    def grant_effect(self, ring: Ring, grant: Grant, due: bool) -> Effect:
        """Puts the grant in the place of the member's one in this ring: sections 10.4 and 10.8."""
        old = ring.grants.get(grant.code)
        if ring is not self.audit and grant.reads and not (old and old.reads):
            need(len(ring.readers) < 256, "there are 256 reading grants in the case")
        due = due or bool(old and old.reads and not grant.reads)

        def effect() -> None:
            if old:
                self.end_grant(old)
            self.add_grant(ring, grant)
            if due:
                self.j.set(ring, due=True)
        return effect

    def grant_by_lead(self, act: Act, by: By) -> Effect:
        ring = self.cases[act.subject.id].ring
        lead = ring.leads.get(by.signer.code)
        need(lead, "the signer is no lead")
        member = self.check_granted(act)
        need((act.own["as"] == "recovery") == member.is_card,
             "cards have grants `as recovery`, and nobody else has")
        old = ring.grants.get(member.code)
        need(lead.firm or not (old and old.firm), "a provisional lead replaces no firm grant")
        return self.grant_effect(ring, self.new_grant(act, by, firm=lead.firm), due=False)

    def grant_by_appointment(self, act: Act, by: By) -> Effect:
        ring = self.cases[act.subject.id].ring
        need(self.is_role(by.signer, "admin") or self.is_role(by.signer, "recovery"),
             "the signer is no admin and no card")
        need(not ring.leads, "the case has a lead")
        need(act.own["as"] == "lead", "an appointment is `as lead`")
        need(not self.check_granted(act).is_card, "a card is no lead")
        return self.grant_effect(ring, self.new_grant(act, by, appointment=True), due=True)

    def grant_by_own_people(self, act: Act, by: By) -> Effect:
        ring = self.cases[act.subject.id].ring
        old = ring.leads.get(act.subject.code)
        need(old and old.appointment, "there is no appointment to confirm")
        need(act.own["as"] == "lead", "a confirmation is `as lead`")
        member = self.check_granted(act)
        own = ring.grants.get(by.signer.code)
        need(own and own.firm and own.kind in ("reader", "standby", "recovery"),
             "the signer is none of the case's own people")
        need(by.signer not in (old.signer, member)
             and not by.signer.bit & (old.signer.line | member.line),
             "the signer is in the line of the appointment")
        return self.grant_effect(ring, self.new_grant(act, by, firm=True), due=False)

    def rule_grant_audit(self, act: Act, by: By) -> Effect:
        member = self.check_granted(act)
        need(self.is_role(member, "auditor"), "the member is no auditor")
        holds = by.signer.code in self.audit.grants and by.entry.objects
        if not holds:
            need(self.is_role(by.signer, "admin") and not self.audit.grants
                 and not by.entry.objects, "the signer may not grant the audit ring so")
        return self.grant_effect(self.audit, self.new_grant(act, by), due=not holds)

    def check_ungrant(self, act: Act, by: By) -> Grant:
        """Who may end a grant."""
        grant = self.grant_at(act.subject)
        need(grant, "there is no such grant in force")
        admin = self.is_role(by.signer, "admin")
        if act.subject.kind == "audit":
            need(admin or by.signer.code in self.audit.grants, "the signer is no holder, no admin")
            return grant
        lead = self.lead(by.signer, act.subject.id)
        need(admin or lead, "the signer is no lead and no admin")
        need(admin or lead.firm or not grant.firm, "a provisional lead ends no firm grant")
        return grant

    def rule_ungrant(self, act: Act, by: By) -> Effect:
        grant = self.check_ungrant(act, by)
        return lambda: self.end_and_due(grant)

    def rule_expire(self, act: Act, by: By) -> Effect:
        grant = self.check_ungrant(act, by)
        dates = [date for date in (grant.until, grant.broken) if date]
        need(dates, "the grant has no date")
        need(by.entry.time >= min(dates), "the grant's date has not come")
        return lambda: self.end_and_due(grant)

    def rule_break_glass(self, act: Act, by: By) -> Effect:
        need(by.signer.code == act.subject.code, "only the grant's member breaks the glass")
        grant = self.grant_at(act.subject)
        need(grant and grant.kind == "standby" and not grant.broken,
             "there is no unbroken grant as standby")
        need(self.policy["break-glass"] == "on", "the policy is `break-glass off`")
        until, now = act.own["until"], by.entry.time
        need(0 < seconds(until) - seconds(now) <= 86_400, "`until` is not within a day")
        need(not grant.until or until <= grant.until, "`until` is past the grant's date")
        return lambda: self.j.set(grant, broken=until)

    def rule_close(self, act: Act, by: By) -> Effect:
        case = self.cases[act.subject.id]
        need(self.lead(by.signer, case.id), "the signer is no lead")
        need(not case.closed, "the case is closed")
        return lambda: self.j.set(case, closed=True)

    def rule_reopen(self, act: Act, by: By) -> Effect:
        case = self.cases[act.subject.id]
        need(self.lead(by.signer, case.id), "the signer is no lead")
        need(case.closed, "the case is not closed")
        return lambda: self.j.set(case, closed=False)

    # Section 10.5: two people.

    def columns(self, act: Act) -> tuple[str, str]:
        """Who may propose an act, and who may approve it."""
        if act.action in ("hold", "dispose"):
            return "lead admin", "lead admin"
        if act.action in ("erase", "lost"):
            if act.subject.kind != "vault":
                return "lead admin", "lead admin"
            both = "admin" if act.action == "erase" else "admin auditor"
            return both, both
        if act.action == "restored":
            return "admin", "admin"
        return ("admin card" if act.action == "enrol" else "admin"), "admin card"

    def takes_two(self, act: Act, signer: Member) -> bool:
        two_person = self.policy["two-person"] == "on"
        match act.action:
            case "hold":
                return act.own["hold"] == "release"
            case "dispose" | "erase" | "format":
                return True
            case "lost":
                return act.subject.kind != "vault" or not self.sole_officer(signer)
            case "restored":
                return len(self.holders["admin"]) >= 2
            case "enrol":
                return two_person and self.enrol_takes_two(act, signer)
            case "role" | "policy":
                return two_person
            case "revoke":
                return two_person and act.subject.code in self.officers
        return False

    def enrol_takes_two(self, act: Act, signer: Member) -> bool:
        if signer.code == act.subject.code:
            return False
        member = self.members.get(act.subject.code)
        if not act.own["roles"] and not (member and member.roles):
            return False
        return not (act.own["roles"] == ("admin",) and self.is_role(signer, "recovery")
                    and signer.two_enrollers)

    def is_lapsed(self, p: Proposal) -> bool:
        """Section 10.5 rule 2. Places only grow, so what has lapsed stays so."""
        if p.proposer.keys_place >= p.place:
            return True
        warrants = self.warrants(p.proposer, self.columns(p.act)[0], self.case_of(p.act.subject))
        if not any(place < p.place for place in warrants):
            return True
        if p.act.action == "enrol" or p.act.own.get("role", "-").startswith("+"):
            member = self.members.get(p.act.subject.code)
            return bool(member and member.keys_place >= p.place)
        return False

    def proposal_status(self, p: Proposal) -> str:
        return "lapsed" if p.status == "open" and self.is_lapsed(p) else p.status

    def rule_propose(self, act: Act, by: By) -> Effect:
        what: Act = act.own["act"]
        need(self.takes_two(what, by.signer), "the act does not take two")
        need(self.warrants(by.signer, self.columns(what)[0], self.case_of(what.subject)),
             "the signer may not propose this")
        self.effect_of(what, By(by.signer, by.place, by.entry, by.n, "propose"))
        leaf = by.entry.leaf.hex()
        proposal = Proposal(leaf, what, by.signer, by.place, by.signer.line, by.signer.alone)
        return lambda: self.j.put(self.proposals, leaf, proposal)

    def rule_approve(self, act: Act, by: By) -> Effect:
        p = self.proposals.get(act.own["proposal"])
        need(p and p.act.subject == act.subject, "there is no such proposal of this subject")
        need(self.proposal_status(p) == "open", "the proposal is not open")
        need(by.signer is not p.proposer, "nobody approves what he proposed")
        need(p.act.subject.kind != "member" or p.act.subject.code != by.signer.code,
             "nobody approves what is about himself")
        case = self.case_of(p.act.subject)
        warrants = self.warrants(by.signer, self.columns(p.act)[1], case)
        need(warrants, "the signer may not approve this")
        if act.own["answer"] == "no":
            if p.act.action == "revoke" or p.act.own.get("role", "+").startswith("-"):
                return nothing
            return lambda: self.j.set(p, status="closed")
        return self.approve_yes(p, by, case, warrants)

    def approve_yes(self, p: Proposal, by: By, case: str | None, warrants: list[int]) -> Effect:
        """Section 10.5 rules 5 and 6."""
        need(by.signer.keys_place < p.place and any(place < p.place for place in warrants),
             "the signer's keys or warrants are not older than the proposal")
        if case:
            leads = [self.lead(who, case) for who in (p.proposer, by.signer)]
            need(any(lead and lead.firm for lead in leads), "neither is a standing lead")
        cards = [who.alone | (who.bit if who.is_card else 0) for who in (p.proposer, by.signer)]
        need(not cards[0] & cards[1], "one card stands behind both")
        effect = self.effect_of(p.act, By(p.proposer, by.place, by.entry, by.n, "approve",
                                          by.signer, p))
        if p.act.action in PERMITTED_ONCE:
            return lambda: self.j.set(p, status="permitted")

        def carry_out() -> None:
            effect()
            self.j.set(p, status="closed")
            if p.act.action in ("enrol", "restored"):
                self.can_be_acknowledged(p.act, by, (by.signer.code, p.proposer.code))
        return carry_out

    def can_be_acknowledged(self, act: Act, by: By, signers: tuple[str, ...]) -> None:
        self.j.put(self.leaves, by.entry.leaf.hex(),
                   LeafInfo(act.action, act.subject, signers, by.place))

    def permit(self, act: Act, by: By) -> Proposal | None:
        """The permit that this act uses: section 10.5 rule 7. None where it needs none."""
        leaf = act.own["proposal"]
        if act.action == "lost" and act.subject.kind == "vault":
            need((leaf is None) == self.sole_officer(by.signer),
                 "`proposal -` stands exactly where the sole officer signs")
            if leaf is None:
                return None
        p = self.proposals.get(leaf)
        need(p and p.status == "permitted", "no such permit is open")
        need(p.act.action == act.action and p.act.subject == act.subject,
             "the permit is for something else")
        need(all(act.own[word] == value for word, value in p.act.own.items()),
             "the act is not what was permitted")
        need(self.warrants(by.signer, self.columns(act)[0], self.case_of(act.subject)),
             "the signer may not do this")
        return p

    # Section 10.6: evidence.

    def check_case(self, act: Act) -> None:
        """Section 10.2 rule 4, and that a record names the case it is in."""
        own = act.own
        need(own["ring"] == self.audit.epoch, "`ring` is not the audit ring's epoch")
        if own["case"] is None:
            return
        need(own["case"] in self.cases, "there is no such case")
        need(own["epoch"] == self.cases[own["case"]].ring.epoch, "`epoch` is not the case's")
        if act.action != "deposit":
            need(own["case"] == self.case_of(act.subject), "`case` is not the subject's")

    def rule_deposit(self, act: Act, by: By) -> Effect:
        self.check_case(act)
        case = self.cases[act.own["case"]]
        grant = case.ring.grants.get(by.signer.code)
        need(grant and (grant.kind in ("lead", "reader", "depositor") or grant.broken),
             "the signer may not deposit in this case")
        need(case.ring.leads, "the case has no lead")
        need(not case.closed, "the case is closed")

        def effect() -> None:
            objects = by.entry.objects
            self.j.set(case, exhibits=case.exhibits + 1)
            exhibit = Exhibit(act.subject.id, case, case.exhibits, objects[0] if objects else None,
                              by.signer.code, by.n)
            self.j.put(self.exhibits, exhibit.id, exhibit)
        return effect

    def rule_record(self, act: Act, by: By) -> Effect:
        self.check_case(act)
        auditor = self.is_role(by.signer, "auditor")
        if act.subject.kind == "member":
            need(auditor or by.signer.code == act.subject.code, "the signer is not this member")
            return nothing
        if act.subject.kind == "vault":
            need(auditor, "the signer is no auditor")
            return nothing
        ring = self.cases[act.own["case"]].ring
        granted = by.signer.code in ring.grants
        need(granted or (auditor and by.entry.private is None), "the signer has no grant here")
        if by.entry.private is None:
            return nothing
        lead = by.signer.code in ring.leads
        if act.subject.kind == "case":
            need(lead, "only a lead describes a case")
            return nothing
        exhibit = self.exhibits[act.subject.id]
        need(not exhibit.disposed, "the exhibit is disposed of")
        need(exhibit.privates <= (119 if lead else 99), "the exhibit has too many private sheets")
        return lambda: self.j.set(exhibit, privates=exhibit.privates + 1)

    def rule_denied(self, act: Act, by: By) -> Effect:
        self.check_case(act)
        return nothing

    def rule_hold(self, act: Act, by: By) -> Effect:
        case = self.cases[self.case_of(act.subject)]
        thing = case if act.subject.kind == "case" else self.exhibits[act.subject.id]
        if act.own["hold"] == "set":
            need(self.lead(by.signer, case.id), "the signer is no lead")
        held = act.own["hold"] == "set"
        need(thing.held != held, "the hold changes nothing")

        def effect() -> None:
            self.j.set(thing, held=held)
            if thing is not case:
                self.j.set(case, held_exhibits=case.held_exhibits + (1 if held else -1))
        return effect

    def check_not_held(self, subject: Subject) -> None:
        if subject.kind == "vault":
            return
        case = self.cases[self.case_of(subject)]
        need(not case.held, "the case is on hold")
        if subject.kind == "case":
            need(not case.held_exhibits, "an exhibit of the case is on hold")
        else:
            need(not self.exhibits[subject.id].held, "the exhibit is on hold")

    def rule_dispose(self, act: Act, by: By) -> Effect:
        """Section 10.7 rule 4."""
        exhibit = self.exhibits[act.subject.id]
        need(not exhibit.disposed, "the exhibit is disposed of")
        self.check_not_held(act.subject)
        sheets = [s for s in exhibit.sheets if len(s.entries) == 1] + exhibit.private_sheets
        sheets = [s for s in sheets if s.present is not None]
        need(act.own["blank"] == sorted({s.present for s in sheets}),
             "the `blank` lines are not exactly what is to be destroyed")
        if by.how != "sign":
            return nothing
        pairs = act.own["bundle"]
        need([batch for batch, _, _ in pairs] == sorted({s.batch for s in sheets}),
             "the pairs are not exactly those of the sheets' batches")
        self.check_pairs(pairs, act.own["blank"])

        def effect() -> None:
            self.rename(pairs, [(name, None) for name in act.own["blank"]], by)
            self.j.set(exhibit, disposed=True)
            if exhibit.object:
                counted = self.objects[exhibit.object]
                self.j.set(counted, disposed=counted.disposed + 1)
        return effect

    def rule_erase(self, act: Act, by: By) -> Effect:
        """Section 10.7 rule 5."""
        need(act.subject.kind != "vault" or self.is_role(by.signer, "admin"),
             "the signer is no admin")
        self.check_not_held(act.subject)
        changes = act.own["sheet-was"]
        olds = {old for old, _ in changes}
        news = [new for _, new in changes if new]
        need(len(set(news)) == len(news) and not olds & set(news),
             "new names of sheets are not different")
        if by.how != "sign":
            return nothing
        pairs = act.own["bundle"]
        self.check_pairs(pairs, olds)
        found = set()
        for batch in (self.batches[n] for n, _, _ in pairs):
            for old, new in changes:
                sheet = batch.present.get(old)
                if sheet:
                    found.add(old)
                    need(self.sheet_is_of(sheet, act.subject),
                         "a sheet is named by entries of another subject")
                    need(new not in batch.names, "a new name was a sheet's of this batch")
        need(found == olds, "what is to be replaced is no sheet's present name")

        def effect() -> None:
            self.rename(pairs, changes, by)
            for n, _, _ in pairs:
                for line in act.own["strike"]:
                    self.j.put(self.struck, (n, line), by.signer.code)
        return effect

    def sheet_is_of(self, sheet: Sheet, subject: Subject) -> bool:
        """Whether all entries that name a sheet are entries of the subject: section 10.1."""
        if subject.kind == "exhibit":
            return sheet.subject == subject.text
        return sheet.case == (subject.id if subject.kind == "case" else None)

    def check_pairs(self, pairs: list[tuple[int, str, str]], names: Iterable[str]) -> None:
        """Section 10.7 rule 3."""
        olds = {old for _, old, _ in pairs}
        old_of: dict[str, str] = {}
        for n, old, new in pairs:
            batch = self.batches.get(n)
            need(batch and batch.bundle == old, f"the bundle of batch {n} has another name")
            need(new not in self.olds and new not in olds, "a new name was an old one")
            need(any(name in batch.present for name in names),
                 f"batch {n} has none of the sheets")
            need(old_of.setdefault(new, old) == old, "two bundles get one new name")

    def rename(self, pairs: list[tuple[int, str, str]],
               changes: list[tuple[str, str | None]], by: By) -> None:
        put = self.j.put
        for n, old, new in pairs:
            batch = self.batches[n]
            self.j.drop(self.bundle_names[old], n)
            if new not in self.bundle_names:
                put(self.bundle_names, new, {})
            put(self.bundle_names[new], n, True)
            put(self.olds, old, True)
            self.j.set(batch, bundle=new, paired=True, paired_by=by.signer.code)
            for name, other in changes:
                sheet = batch.present.get(name)
                if sheet:
                    self.j.drop(batch.present, name)
                    self.j.set(sheet, present=other)
                    if other:
                        put(batch.present, other, sheet)
                        put(batch.names, other, True)

    def rule_lost(self, act: Act, by: By) -> Effect:
        scope = act.subject.text
        column = "admin auditor" if act.subject.kind == "vault" else "lead admin"
        need(self.warrants(by.signer, column, self.case_of(act.subject)),
             "the signer may not do this")
        objects = self.named_objects.get(scope, {})
        batches = self.named_batches.get(scope, {})
        for name in act.own["lost"]:
            need(name in objects
                 or not batches.keys().isdisjoint(self.bundle_names.get(name, ())),
                 f"the log does not name {name} for this subject")
        signer, proposer = self.signers(by)

        def effect() -> None:
            for name in act.own["lost"]:
                self.j.push(self.lost, (scope, name, signer, proposer))
                if name not in self.lost_for:
                    self.j.put(self.lost_for, name, {})
                self.j.put(self.lost_for[name], scope, True)
        return effect

    def rule_acknowledge(self, act: Act, by: By) -> Effect:
        leaf, me = act.own["leaf"], by.signer.code
        info = self.leaves.get(leaf)
        need(info and info.subject == act.subject, "no such entry of this subject asks for it")
        need(me not in info.signers, "nobody acknowledges what he signed or proposed")
        need(me != info.subject.code, "nobody acknowledges what is about himself")
        need((leaf, me) not in self.acknowledged, "the entry is acknowledged by this member")
        need(self.is_concerned(by.signer, info), "the signer is not concerned")
        return lambda: self.j.put(self.acknowledged, (leaf, me), True)

    def is_concerned(self, member: Member, info: LeafInfo) -> bool:
        if info.subject.kind == "vault":
            return self.is_role(member, "admin") or self.is_role(member, "auditor")
        if info.subject.kind != "member":
            ring = self.audit if info.subject.kind == "audit" else self.cases[info.subject.id].ring
            return member.code in (ring.grants if ring is self.audit else ring.leads)
        other = self.members[info.subject.code]
        return any(ring in other.grants or other.had.get(ring, info.place) < info.place
                   for ring, grant in member.grants.items() if grant.kind in ("lead", "auditor"))

    # Judging an entry.

    def effect_of(self, act: Act, by: By) -> Effect:
        return getattr(self, "rule_" + act.action.replace("-", "_"))(act, by)

    def check_subject(self, e: Entry) -> None:
        """Section 10.2 rule 2."""
        s = e.subject
        if e.action in ("case", "deposit"):
            need(s.id not in self.cases and s.id not in self.exhibits, "the ID is not new")
            return
        if s.kind == "exhibit":
            need(s.id in self.exhibits, "there is no such exhibit")
        elif s.id:
            need(s.id in self.cases, "there is no such case")
        if s.code and not self.may_be_unknown(e):
            need(s.code in self.members, "there is no such member")

    def may_be_unknown(self, e: Entry) -> bool:
        if e.action == "propose":
            return e.own["act"].action == "enrol"
        if e.action == "approve":
            p = self.proposals.get(e.own["proposal"])
            return bool(p and p.act.action == "enrol")
        return e.action == "enrol"

    def check_named_epoch(self, act: Act) -> None:
        if act.action == "grant":
            ring = self.audit if act.subject.kind == "audit" else self.cases[act.subject.id].ring
            need(act.own["epoch"] == ring.epoch, "`epoch` is not the ring's")

    def judge_entry(self, e: Entry, signer: Member, key: Key, n: int, head: str, how: str) -> None:
        """Sections 10.2 to 10.8 for one entry; what it does is done."""
        need(self.format == 1, "nothing follows a new format")
        need(e.previous_head == head, "line 2 is not the head of the slot before")
        need(e.actor == signer.code, "the actor is not the signer")
        need(not signer.revoked, "the actor is revoked")
        need(signer.key == key, "the note is not signed with the actor's present key")
        self.check_subject(e)
        count, leaf = self.events.get(e.subject.text, (0, None))
        need(e.event == count + 1 and e.previous_event == leaf, "line 7 breaks the subject's chain")
        self.check_named_epoch(e.act)
        by = By(signer, self.place + 1, e, n, how)
        if e.action in PERMITTED_ONCE:
            by.proposal = self.permit(e.act, by)
        else:
            need(not self.takes_two(e.act, signer), "the act takes two")
        self.effect_of(e.act, by)()
        if by.proposal:
            self.j.set(by.proposal, status="used")
        if e.action in ("enrol", "grant", "break-glass", "skip", "restored"):
            self.can_be_acknowledged(e.act, by, (signer.code,))
        self.j.put(self.events, e.subject.text, (e.event, e.leaf.hex()))
        self.j.set(self, place=by.place)
        self.note_objects(e, n)

    def note_objects(self, e: Entry, n: int) -> None:
        put = self.j.put
        case = self.case_of(e.subject)
        for scope in self.scopes_of(e.subject):
            for mapping, names in ((self.named_objects, e.objects),
                                   (self.named_batches, [n] if e.sheets or e.private else [])):
                if names and scope not in mapping:
                    put(mapping, scope, {})
                for name in names:
                    put(mapping[scope], name, True)
        for i, name in enumerate(e.objects):
            if name not in self.objects:
                put(self.objects, name, Object())
            thing = self.objects[name]
            put(thing.naming, e.subject.text, case)
            if e.action == "deposit":
                self.j.set(thing, exhibits=thing.exhibits + 1)
            else:
                self.j.set(thing, kept=True)
            self.j.push(thing.roles, self.object_role(e, n, i))
            if thing.roles[-1].kind == "key file":
                self.j.push(self.key_files, (name, thing.roles[-1]))

    def object_role(self, e: Entry, n: int, i: int) -> ObjectRole:
        """Section 8: what the object is, and for key files to whom it is sealed."""
        where = f"slot {n}, {e.action} of {e.subject.text}"
        kinds = {"deposit": "exhibit", "anchor": "anchor", "log-key": "log key"}
        if e.action in kinds:
            return ObjectRole(kinds[e.action], e.actor, where)
        ring = self.audit if e.subject.kind in ("audit", "vault") else self.cases[e.subject.id].ring
        if e.action == "case":
            sealed = [self.members[e.own["lead"]].recipient]
        elif e.action == "grant":
            sealed = [e.own["to"]]
        else:
            sealed = [self.members[code].recipient for code in ring.readers]
        return ObjectRole("key file", e.actor, where, ring.name, ring.epoch,
                          tuple(sorted(set(sealed))), len(sealed))

    # Judging a slot's entries together.

    def judge_entries(self, raws: list[bytes], slot: SlotText, key: Key, how: str) -> None:
        """All of a slot's entries, or a reason why not; then the caller takes everything back."""
        signer = self.members[key.name]
        entries = [parse_entry(raw, self.origin) for raw in raws]
        busy = busy_subjects(entries)
        batch = Batch(slot.n, key.name, slot.nonce, slot.head, entries[0].time, slot.after)
        sheet_of_subject: dict[str, str] = {}
        own_key_change = False
        for e in entries:
            need(not own_key_change, "an enrol by its own key is the last entry of its slot")
            self.check_busy(e, busy)
            self.judge_entry(e, signer, key, slot.n, slot.previous, how)
            self.add_sheets(batch, e, sheet_of_subject)
            if e.action == "deposit":
                batch.deposits.append(self.exhibits[e.subject.id].number)
            own_key_change = e.action == "enrol" and e.subject.code == e.actor
        need((slot.bundle is not None) == bool(batch.sheets),
             "line 8 is a HASH exactly if an entry names a sheet")
        need(slot.bundle not in self.olds, "the bundle's name was an old one")
        self.finish_batch(batch, slot)

    def check_busy(self, e: Entry, busy: dict[str, int]) -> None:
        """Section 10.7 rule 6."""
        action = e.own["act"].action if e.action == "propose" else e.action
        if action == "dispose" or (action == "erase" and e.subject.kind != "vault"):
            need(e.subject.text not in busy, "the slot deposits or describes this exhibit")

    def add_sheets(self, batch: Batch, e: Entry, of_subject: dict[str, str]) -> None:
        """Section 10.2 rule 5. The batch is not in the state yet, so nothing is journalled."""
        case = self.case_of(e.subject)
        if e.private:
            need(of_subject.setdefault(e.subject.text, e.private) == e.private,
                 "two private sheets of one subject in a slot")
        names = [(name, False) for name in e.sheets]
        for name, private in names + ([(e.private, True)] if e.private else []):
            sheet = batch.sheets.get(name)
            if sheet is None:
                sheet = Sheet(batch.n, name, name, case, e.subject.text, private)
                batch.sheets[name] = batch.present[name] = sheet
                batch.names[name] = True
            need(sheet.private == private, "a sheet is both private and not")
            need(sheet.case == case, "a sheet is named by entries of several cases")
            if sheet.subject != e.subject.text:
                need(not private, "a private sheet is named for several subjects")
                sheet.subject = None
            sheet.entries.append(e)

    def finish_batch(self, batch: Batch, slot: SlotText) -> None:
        put, push = self.j.put, self.j.push
        for sheet in batch.sheets.values():
            for e in sheet.entries:
                if e.subject.kind != "exhibit":
                    continue
                exhibit = self.exhibits[e.subject.id]
                if e.action == "deposit":
                    push(exhibit.sheets, sheet)
                elif sheet.private and sheet.entries[0] is e:
                    push(exhibit.private_sheets, sheet)
            if sheet.case:
                batch.case_epochs[sheet.case] = self.cases[sheet.case].ring.epoch
        batch.ring_epoch = self.audit.epoch
        put(self.batches, batch.n, batch)
        if slot.bundle:
            batch.bundle = slot.bundle
            if slot.bundle not in self.bundle_names:
                put(self.bundle_names, slot.bundle, {})
            put(self.bundle_names[slot.bundle], batch.n, True)

    # The state dump.

    def dump(self) -> list[str]:
        lines = [f"format {self.format}",
                 f"tree {self.tree.size} {base64.b64encode(self.tree.root()).decode()}"]
        lines += [f"policy {key} {value}" for key, value in self.policy.items()]
        lines += [f"log-key {key.text}" for key in self.log_keys]
        lines += [f"skip {n} {m} {digest} {code}" for n, m, digest, code in self.skips]
        lines += [f"restored {n} {head} {code} {by}" for n, head, code, by in self.restored]
        lines += [f"lost {scope} {name} {code} {by}" for scope, name, code, by in self.lost]
        lines += [f"acknowledged {leaf} {code}" for leaf, code in self.acknowledged]
        lines += [f"event {count} {leaf} {text}" for text, (count, leaf) in self.events.items()]
        lines += [f"proposal {p.leaf} {self.proposal_status(p)}" for p in self.proposals.values()]
        return lines + self.dump_people() + self.dump_evidence()

    def dump_people(self) -> list[str]:
        lines = []
        for m in self.members.values():
            roles = ",".join(r for r in ("admin", "auditor", "recovery") if r in m.roles) or "-"
            status = "revoked" if m.revoked else "enrolled"
            lines.append(f"member {m.code} {status} {roles} {m.recipient} {m.key.text}")
        for text in self.events:
            if text.startswith("member ") and text[7:] not in self.members:
                lines.append(f"{text} proposed - - -")
        for ring in [self.audit] + [case.ring for case in self.cases.values()]:
            due = "due" if ring.due else "-"
            lines.append(f"ring {ring.name} {ring.epoch} {ring.recipient} {due}")
            for g in ring.grants.values():
                marks = ("firm " if g.firm else "- ") + ("appointment" if g.appointment else "-")
                lines.append(f"grant {g.ring} {g.code} {g.kind} {marks} {g.broken or '-'} "
                             f"{g.until or '-'} {g.epoch} {g.signer.code} {g.object or '-'}")
        return lines

    def dump_evidence(self) -> list[str]:
        lines = []
        for c in self.cases.values():
            held, closed = "held" if c.held else "-", "closed" if c.closed else "-"
            lines.append(f"case {c.id} {held} {closed} {c.exhibits} {len(c.ring.leads)} "
                         f"{len(c.ring.readers)}")
        for x in self.exhibits.values():
            held, gone = "held" if x.held else "-", "disposed" if x.disposed else "-"
            lines.append(f"exhibit {x.id} {x.case.id} {x.number} {x.object or '-'} {held} {gone} "
                         f"{x.privates}")
        for b in self.batches.values():
            if b.bundle:
                lines.append(f"bundle {b.n} {b.bundle}")
            lines += [f"sheet {b.n} {s.name} {s.present or '-'}" for s in b.sheets.values()
                      if s.present != s.name]
        lines += [f"gone {name}" for name in self.gone()]
        for name, thing in self.objects.items():
            kept = "kept" if thing.kept else "-"
            lines.append(f"object {name} {thing.exhibits} {thing.disposed} {kept}")
            if self.object_goes(thing):
                lines.append(f"goes {name}")
        return lines

    def gone(self) -> list[str]:
        """Section 10.7 rule 7."""
        return [name for name in self.olds if not self.bundle_names.get(name)]

    def object_goes(self, thing: Object) -> bool:
        """Section 10.7 rule 8."""
        return not thing.kept and 0 < thing.exhibits == thing.disposed


def busy_subjects(entries: list[Entry]) -> dict[str, int]:
    """The exhibits that a slot deposits or describes privately, and their cases."""
    busy: dict[str, int] = {}
    for e in entries:
        if e.subject.kind == "exhibit" and (e.action == "deposit" or e.private):
            for text in (e.subject.text, f"case {e.own['case']}"):
                busy[text] = busy.get(text, 0) + 1
    return busy


# ---------------------------------------------------------------------------------------------
# Slots: sections 3, 4 and 9
# ---------------------------------------------------------------------------------------------

@dataclass
class Genesis:
    origin: str
    time: str
    code: str
    recipient: str
    key: Key
    ring_recipient: str
    key_file: str
    head: str


def parse_genesis(data: bytes) -> Genesis:
    if len(data) > MAX_SLOT:
        malformed("it is over 16 MiB")
    note = parse_note(data)
    lines = note.lines()
    if note.end != len(data) or len(lines) != 9 or lines[0] != "amana/genesis 1":
        malformed("it is not one note of nine lines that begins with 'amana/genesis 1'")
    if not ORIGIN_RE.match(lines[1]):
        malformed("line 2 is no ORIGIN")
    store = lines[8].split(" ")
    if len(store) != 3 or not KIND_RE.match(store[0]) or store[2] != "1":
        malformed("line 9 is not KIND WRITERS WINNERS")
    number(store[1], 1)
    code = code_(lines[3])
    genesis = Genesis(lines[1], time_(lines[2]), code, recipient_(lines[4]), vkey_(lines[5], code),
                      recipient_(lines[6]), hash_(lines[7]), hexhash(data))
    if genesis.recipient == genesis.ring_recipient:
        malformed("lines 5 and 7 are the same")
    if not has_prime_order(genesis.key) or not note.signed_by(genesis.key):
        malformed("the signature is not the founder's")
    return genesis


@dataclass
class SlotText:
    """A slot's note, as far as its grammar goes: section 4."""
    n: int
    previous: str
    nonce: str
    before: int
    after: int
    root: bytes
    bundle: str | None
    head: str


class NotPlain:
    """What stands at a slot's place and is no plain file: section 2 rule 3."""

    def __init__(self, what: str) -> None:
        self.what = what


Slot = bytes | NotPlain


class Log:
    """Judges slots, fed one after the other in the order of their numbers: section 9."""

    def __init__(self, genesis_bytes: bytes) -> None:
        self.genesis = parse_genesis(genesis_bytes)
        self.state = State(self.genesis.origin, self.genesis.head, self.genesis)
        self.last = 0                               # the last slot judged or passed over
        self.head = self.genesis.head
        self.fed = 0                                # the last slot fed or missing
        self.fed_head: str | None = self.genesis.head
        self.damaged_at = 0
        self.verdicts: dict[int, tuple[str, str]] = {0: ("valid", "")}
        self.gaps: list[list[Any]] = []             # [first, last, verdict] of missing slots
        self.signers: dict[int, str] = {0: self.genesis.code}
        self.heads: dict[int, str] = {0: self.genesis.head}
        self.sizes: dict[int, int] = {0: 0}

    def feed(self, n: int, data: Slot) -> tuple[str, str]:
        """Judge slot n; slots between the one fed before and n are missing."""
        if n > self.fed + 1:
            self.gaps.append([self.fed + 1, n - 1, "damaged"])
            self.damaged_at = self.damaged_at or (0 if self.is_over() else self.fed + 1)
            self.fed_head = None
        if isinstance(data, bytes):
            data = data[:MAX_SLOT + 1]      # no more of a slot is ever read: section 4 rule 4
        before, self.fed = self.fed_head, n
        self.fed_head = hexhash(data) if isinstance(data, bytes) else None
        if self.is_over():
            verdict = ("not-judged", "a new format was made before it")
        elif not self.damaged_at:
            verdict = self.judge(n, data)
            if verdict[0] == "damaged":
                self.damaged_at = n
        elif before and self.is_skip(n, data, before):
            verdict = ("valid", "")
            self.pass_over(n)
        else:
            verdict = ("not-judged", f"slot {self.damaged_at} is damaged")
        self.verdicts[n] = verdict
        return verdict

    def is_over(self) -> bool:
        """Section 9 rule 5."""
        return self.state.format > 1

    def complete(self) -> bool:
        return not self.is_over() and not self.damaged_at

    def judge(self, n: int, data: Slot, how: str = "sign", previous: str = "") -> tuple[str, str]:
        previous = previous or self.head
        if isinstance(data, NotPlain):
            return "damaged", f"it is {data.what}"
        try:
            note, key, lines = self.open_note(n, data, previous)
        except (Malformed, Damaged) as reason:
            return "damaged", str(reason)
        self.signers[n] = key.name
        verdict = self.judge_note(n, data, note, key, lines, how)
        if verdict[0] == "valid" or (verdict[0] == "void" and how == "sign"):
            self.last, self.head = n, hexhash(data)
            self.heads[n], self.sizes[n] = self.head, self.state.tree.size
        return verdict

    def open_note(self, n: int, data: bytes, previous: str) -> tuple[Note, Key, list[bytes]]:
        """Section 9 rule 1."""
        if len(data) > MAX_SLOT:
            raise Damaged("it is over 16 MiB")
        note = parse_note(data)
        lines = note.text.split(b"\n")[:-1]
        want = [f"{self.genesis.origin}/batch", str(n), previous]
        if lines[:3] != [text.encode() for text in want]:
            raise Damaged("lines 1 to 3 are not the origin, the number and the head before")
        for key in self.state.keys.get((note.name, note.keyid), {}).values():
            if note.signed_by(key):
                return note, key, lines
        raise Damaged(f"no key of {note.name[:40]!r} made the signature")

    def judge_note(self, n: int, data: bytes, note: Note, key: Key, raw_lines: list[bytes],
                   how: str) -> tuple[str, str]:
        """Section 9 rules 2 to 4."""
        state = self.state
        try:
            slot = self.parse_text(n, raw_lines, hexhash(data))
        except Malformed as reason:
            return "void", f"the note: {reason}"
        if slot.before != state.tree.size:
            return "void", "the note: the size before is not the tree's"
        if slot.after <= slot.before:
            return "void", "the note: the size after is not greater"
        raws = split_entries(data, note.end, slot.after - slot.before)
        if raws is None:
            return "damaged", "what follows the note is not the entries that it counts"
        tree = state.tree.grown(sha256(b"\x00" + raw) for raw in raws)
        if tree.root() != slot.root:
            return "damaged", "the tree with its entries has another root"
        try:
            state.judge_entries(raws, slot, key, how)
        except (Malformed, Void) as reason:
            state.j.rollback()
            return "void", str(reason)
        state.tree = tree
        state.j.commit()
        return "valid", ""

    def parse_text(self, n: int, raw_lines: list[bytes], head: str) -> SlotText:
        if len(raw_lines) != 8:
            malformed("it has not eight lines")
        try:
            lines = [line.decode("ascii") for line in raw_lines]
        except UnicodeDecodeError:
            malformed("it is not ASCII")
        return SlotText(n, lines[2], id_(lines[3]), number(lines[4]), number(lines[5]),
                        root_(lines[6]), hash_or_none(lines[7]), head)

    def is_skip(self, n: int, data: Slot, before: str) -> bool:
        """Section 9 rules 7 and 8: whether slot n passes over all from the first damaged one."""
        first = self.damaged_at
        if isinstance(data, NotPlain) or n < first + 1:
            return False
        # What costs little comes first: a log may hold a million slots behind a damaged one.
        want = f"\nskip {first} {n - 1} {before} {self.head}\n".encode()
        if len(data) > 8 * MAX_ENTRY or want not in data:
            return False
        try:
            note, _, lines = self.open_note(n, data, before)
            slot = self.parse_text(n, lines, "")
            raws = split_entries(data, note.end, 1)
            entry = parse_entry(raws[0], self.genesis.origin) if raws else None
        except (Malformed, Damaged):
            return False
        if not entry or entry.action != "skip" or slot.after != slot.before + 1 \
                or entry.own["skip"] != (first, n - 1, before, self.head):
            return False
        return self.judge(n, data, "skip", before)[0] == "valid"

    def pass_over(self, n: int) -> None:
        """Section 9 rule 9."""
        first = self.damaged_at
        for i in list(takewhile(lambda i: i >= first, reversed(self.verdicts))):
            self.verdicts[i] = ("passed-over", f"slot {n} passes over it")
        for gap in takewhile(lambda gap: gap[0] >= first, reversed(self.gaps)):
            gap[2] = "passed-over"
        self.damaged_at = 0

    def dump(self) -> list[str]:
        """The state dump, sorted."""
        lines = self.state.dump()
        lines += [f"slot {n} {verdict}" for n, (verdict, _) in self.verdicts.items()]
        for first, last, verdict in self.gaps:
            lines += [f"slot {n} {verdict}"
                      for n in range(first, min(last, first + MAX_GAP_LINES - 1) + 1)]
        lines.append(f"head {self.last} {self.head}")
        return sorted(lines)


def split_entries(data: bytes, at: int, count: int) -> list[bytes] | None:
    """Exactly so many entries from here to the end, or None: section 4 rule 1."""
    out = []
    while at < len(data):
        if at + 2 > len(data) or len(out) == count:
            return None
        end = at + 2 + int.from_bytes(data[at:at + 2], "big")
        if end > len(data):
            return None
        out.append(data[at + 2:end])
        at = end
    return out if len(out) == count else None


class Vault:
    """A log in memory, for programs that compare verifiers slot by slot."""

    def __init__(self, genesis: bytes) -> None:
        self.log = Log(genesis)
        self.next = 1

    @classmethod
    def from_slots(cls, slots: Iterable[bytes | None]) -> Vault:
        """Slots from number 0 on; None is a slot that is missing."""
        rest = iter(slots)
        genesis = next(rest, None)
        if genesis is None:
            malformed("there is no slot 0")
        vault = cls(genesis)
        for data in rest:
            vault.judge(data)
        return vault

    def judge(self, data: Slot | None) -> tuple[str, str]:
        """The verdict of the next slot, and the reason."""
        n, self.next = self.next, self.next + 1
        # A slot is missing only once a later one is there: Log.feed sees to it then.
        return ("missing", "") if data is None else self.log.feed(n, data)

    def dump(self) -> str:
        return "".join(line + "\n" for line in self.log.dump())


# ---------------------------------------------------------------------------------------------
# Stored files: section 2
# ---------------------------------------------------------------------------------------------

class Store:
    """A vault in a folder. Nothing but plain files is ever opened, and no link is followed."""

    def __init__(self, root: str) -> None:
        self.root = root

    def path(self, name: str) -> str:
        return os.path.join(self.root, name)

    def folder(self, name: str) -> list[os.DirEntry[str]]:
        """What is in a folder below the root, by name; nothing if it is no folder."""
        try:
            if not stat.S_ISDIR(os.lstat(self.path(name)).st_mode):
                return []
            with os.scandir(self.path(name)) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return []

    def slots(self, prefix: str = "log", depth: int = 3) -> Iterator[tuple[int, str]]:
        """The numbers and names of all slots that are there, ascending, but slot 0."""
        for entry in self.folder(prefix):
            if not re.fullmatch("[0-9]{3}", entry.name):
                continue
            name = f"{prefix}/{entry.name}"
            if depth:
                yield from self.slots(name, depth - 1)
            elif n := int(name[4:].replace("/", "")):
                yield n, name

    def stored(self, top: str) -> Iterator[str]:
        """The names of all files under objects/ or lines/ that can be the log's."""
        for folder in self.folder(top):
            if re.fullmatch("[0-9a-f]{2}", folder.name):
                for entry in self.folder(f"{top}/{folder.name}"):
                    if HASH_RE.match(entry.name) and entry.name.startswith(folder.name):
                        yield entry.name

    def open(self, name: str) -> BinaryIO | NotPlain | None:
        """A plain file to read; what is there instead; None if nothing is."""
        for i, c in enumerate(name):
            if c == "/" and not self.is_folder(name[:i]):
                return None
        try:
            what = file_type(os.lstat(self.path(name)).st_mode)
            if what:
                return NotPlain(what)
            # Had a FIFO come in its place since, then opening it does not wait for a writer.
            fd = os.open(self.path(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            return NotPlain(f"not to be read ({error.strerror})")
        what = file_type(os.fstat(fd).st_mode)
        if what:
            os.close(fd)
            return NotPlain(what)
        return open(fd, "rb")

    def is_folder(self, name: str) -> bool:
        try:
            return stat.S_ISDIR(os.lstat(self.path(name)).st_mode)
        except OSError:
            return False

    def slot(self, name: str) -> Slot | None:
        """At most one byte more than a slot may have: section 4 rule 4."""
        f = self.open(name)
        if f is None or isinstance(f, NotPlain):
            return f
        with f:
            try:
                return f.read(MAX_SLOT + 1)
            except OSError as error:
                return NotPlain(f"not to be read ({error.strerror})")


def file_type(mode: int) -> str:
    """What a file is if it is not a plain one."""
    if stat.S_ISREG(mode):
        return ""
    for test, what in ((stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"),
                       (stat.S_ISFIFO, "a FIFO")):
        if test(mode):
            return what
    return "a device or socket"


def place_of(top: str, name: str) -> str:
    return f"{top}/{name[:2]}/{name}"


# ---------------------------------------------------------------------------------------------
# What is reported
# ---------------------------------------------------------------------------------------------

@dataclass
class Finding:
    failure: bool
    where: str
    text: str
    signer: str = ""

    def line(self) -> str:
        by = f" (entry signed by {self.signer})" if self.signer else ""
        return f"{'FAILED' if self.failure else 'note'}  {self.where}: {self.text}{by}"


class Report:
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def fail(self, where: str, text: str, signer: str = "") -> None:
        self.findings.append(Finding(True, where, text, signer))

    def note(self, where: str, text: str, signer: str = "") -> None:
        self.findings.append(Finding(False, where, text, signer))

    def failed(self) -> bool:
        return any(finding.failure for finding in self.findings)


def load_log(store: Store, report: Report) -> Log | None:
    """Judge the whole log of a folder."""
    genesis = store.slot("vault")
    if not isinstance(genesis, bytes):
        report.fail("vault", f"it is {genesis.what}" if genesis else "there is no such file")
        return None
    try:
        log = Log(genesis)
    except Malformed as reason:
        report.fail("vault", str(reason))
        return None
    for n, name in store.slots():
        slot = store.slot(name)
        # A slot that went away since the folder was read is one that is not there.
        if slot is not None:
            log.feed(n, slot)
    report_slots(log, report)
    return log


def slot_name(n: int) -> str:
    text = f"{n:012d}"
    return "vault" if n == 0 else "log/" + "/".join(text[i:i + 3] for i in range(0, 12, 3))


def report_slots(log: Log, report: Report) -> None:
    for n, (verdict, why) in log.verdicts.items():
        signer = log.signers.get(n, "")
        if verdict == "damaged":
            report.fail(slot_name(n), f"slot {n} is damaged: {why}")
        elif verdict == "void":
            report.note(slot_name(n), f"slot {n} is void: {why}", signer)
        elif verdict != "valid":
            report.note(slot_name(n), f"slot {n} is {verdict}: {why}")
    for first, last, verdict in log.gaps:
        which = f"slot {first} is" if first == last else f"slots {first} to {last} are"
        if verdict == "passed-over":
            report.note(slot_name(first), f"{which} missing and passed over")
        else:
            report.fail(slot_name(first), f"{which} missing")
    for first, last, _, code in log.state.skips:
        report.note("log", f"slots {first} to {last} are passed over by a skip", code)
    for n, head, code, proposer in log.state.restored:
        report.note("log", f"a history up to slot {n} with head {head} was lost and restored", code)
    if log.is_over():
        report.fail(slot_name(log.last), f"the vault goes on in format {log.state.format}, which "
                    f"this program does not know: verified up to slot {log.last}")


# ---------------------------------------------------------------------------------------------
# Stored bytes without any key: sections 7 and 8
# ---------------------------------------------------------------------------------------------

def unbase64_bare(text: bytes) -> bytes:
    """The unpadded base64 of 32 bytes, as age headers have it."""
    data = unbase64(text.decode("ascii", "replace") + "=", 32)
    if data is None:
        malformed("the age header has base64 that is not canonical")
    return data


def age_header(data: bytes) -> tuple[int, int]:
    """How many X25519 stanzas an age v1 file has, and where its header ends."""
    version = b"age-encryption.org/v1\n"
    if not data.startswith(version):
        malformed("it is no age v1 file")
    at, stanzas = len(version), 0
    while True:
        end = data.find(b"\n", at, at + 100)
        line = data[at:end]
        if end < 0:
            malformed("the age header has an endless line")
        at = end + 1
        if line.startswith(b"--- "):
            unbase64_bare(line[4:])
            break
        if not line.startswith(b"-> X25519 "):
            malformed("the age header has a stanza that is not X25519")
        unbase64_bare(line[10:])
        unbase64_bare(data[at:at + 43])
        if data[at + 43:at + 44] != b"\n":
            malformed("a stanza of the age header is too long")
        at += 44
        stanzas += 1
    if not 1 <= stanzas <= MAX_RECIPIENTS:
        malformed(f"the age header has {stanzas} stanzas")
    return stanzas, at


MAX_HEADER = 64 + (MAX_RECIPIENTS + 1) * 100


def age_plain_length(size: int, header: int) -> int:
    """The length of the plaintext of an age file of this size: a nonce, and chunks of 64 KiB."""
    rest = size - header - 16
    chunks = -(-rest // 65_552)
    length = rest - 16 * chunks
    last = rest - (chunks - 1) * 65_552
    if rest < 16 or last < 16 or (last == 16 and chunks > 1):
        malformed("its length is not that of an age file")
    return length


def pad(size: int) -> int:
    """PAD of section 8."""
    if size <= 4096:
        return 4096
    e = size.bit_length() - 1
    step = 1 << e - e.bit_length()
    return -(-size // step) * step


def check_sheet_shape(data: bytes) -> int:
    """How many recipients a sheet has; section 6 has its bounds."""
    stanzas, header = age_header(data)
    length = age_plain_length(len(data), header)
    if length == 0 or length % 1024 or length > MAX_SHEET_PLAIN:
        malformed("its plaintext is not a multiple of 1,024 bytes, or too long")
    return stanzas


class StoredSheet(NamedTuple):
    name: str                       # "" where it was destroyed
    at: int
    size: int
    stanzas: int
    problem: str


DESTROYED = StoredSheet("", 0, 0, 0, "")
# A slot takes 71 bytes and more to name a sheet.
MAX_BUNDLE_SHEETS = MAX_SLOT // 71


@dataclass
class Bundle:
    """A file under lines/, read: section 7."""
    digest: str = ""
    sheets: list[StoredSheet] = field(default_factory=list)
    has_end: bool = False
    problem: str = ""

    def __post_init__(self) -> None:
        self.names: list[str] = []


def read_bundle(f: BinaryIO) -> Bundle:
    """Never more than 64 MiB, and one sheet in memory at a time."""
    bundle = Bundle()
    if os.fstat(f.fileno()).st_size > MAX_BUNDLE:
        bundle.problem = "it is over 64 MiB"
        return bundle
    digest = hashlib.sha256()

    def take(count: int) -> bytes:
        data = f.read(count)
        digest.update(data)
        if len(data) < count:
            malformed("it ends within a sheet")
        return data

    try:
        while first := f.read(1):
            digest.update(first)
            size = int.from_bytes(first + take(3), "big")
            if size == 0xFFFFFFFF:
                take(32)
                bundle.has_end = True
                break
            if size > MAX_SHEET:
                malformed("a sheet in it is too long")
            if len(bundle.sheets) >= MAX_BUNDLE_SHEETS:
                malformed("it has more sheets than a slot can name")
            at = f.tell()
            bundle.sheets.append(stored_sheet(take(size), at) if size else DESTROYED)
        if f.tell() != os.fstat(f.fileno()).st_size:
            malformed("bytes follow its end")
    except Malformed as reason:
        bundle.problem = str(reason)
    while chunk := f.read(1 << 16):
        digest.update(chunk)
        if f.tell() > MAX_BUNDLE:
            break
    bundle.digest = digest.hexdigest()
    bundle.names = [sheet.name for sheet in bundle.sheets]
    return bundle


def stored_sheet(data: bytes, at: int) -> StoredSheet:
    try:
        return StoredSheet(hexhash(data), at, len(data), check_sheet_shape(data), "")
    except Malformed as reason:
        return StoredSheet(hexhash(data), at, len(data), 0, str(reason))


class ByteCheck:
    """Every object and bundle that the log names."""

    def __init__(self, store: Store, log: Log, report: Report) -> None:
        self.store, self.state, self.report = store, log.state, report
        self.found: dict[str, tuple[str, StoredSheet]] = {}     # sheet: its file, and where
        self.counts = {"objects": 0, "bundles": 0, "sheets": 0}

    def run(self) -> None:
        for name, thing in self.state.objects.items():
            self.check_object(name, thing)
        self.check_bundles()
        self.list_others()

    # Objects.

    def excuse(self, name: str, thing: Object) -> tuple[list[str], bool]:
        """The subjects that still need an object, and whether it is declared lost for all."""
        needed = [text for text in thing.naming
                  if not (text.startswith("exhibit ") and self.state.exhibits[text[8:]].disposed)]
        lost = self.state.lost_for.get(name, {})

        def excused(text: str) -> bool:
            case = thing.naming[text]
            return text in lost or (f"case {case}" if case else "vault") in lost
        return needed, bool(needed) and all(excused(text) for text in needed)

    def check_object(self, name: str, thing: Object) -> None:
        where = place_of("objects", name)
        needed, lost = self.excuse(name, thing)
        f = self.store.open(where)
        signers = ", ".join(sorted({role.signer for role in thing.roles}))
        if f is None and not needed:
            return
        if f is None or isinstance(f, NotPlain):
            what = "it is missing" if f is None else f"it is {f.what}"
            if lost:
                self.report.note(where, f"{what}; it is declared lost")
            else:
                self.report.fail(where, f"{what}; needed by {'; '.join(needed[:4])}", signers)
            return
        with f:
            if self.state.object_goes(thing):
                self.report.note(where, "it is disposed of and can be removed")
            problem = self.object_problem(f, name, thing)
        self.counts["objects"] += 1
        if problem and lost:
            self.report.note(where, f"{problem}; it is declared lost")
        elif problem:
            self.report.fail(where, problem, signers)

    def object_problem(self, f: BinaryIO, name: str, thing: Object) -> str:
        """Section 8 rule 4 first, so that no more is read than such a file may have."""
        size = os.fstat(f.fileno()).st_size
        head = f.read(MAX_HEADER)
        is_age = any(role.kind != "anchor" for role in thing.roles)
        shape, where = "", ""
        try:
            stanzas, header = age_header(head) if is_age else (0, 0)
            length = age_plain_length(size, header) if is_age else size
            for role in thing.roles:
                where = f" ({role.where})"
                self.check_role(role, stanzas, length)
        except Malformed as reason:
            shape = f"{reason}{where}"
        if shape and size > MAX_BUNDLE:
            return shape
        digest = self.digest(f, is_age and not shape)
        if digest != name:
            return "its bytes are not those of its name"
        return shape

    def digest(self, f: BinaryIO, is_age: bool) -> str:
        f.seek(0)
        digest = hashlib.sha256()
        while chunk := f.read(1 << 20):
            # A sparse file can be 2^48 bytes of nothing. No age file has so many zeros.
            if is_age and len(chunk) == 1 << 20 and chunk.count(0) == len(chunk):
                return ""
            digest.update(chunk)
        return digest.hexdigest()

    def check_role(self, role: ObjectRole, stanzas: int, length: int) -> None:
        if role.kind == "anchor":
            if length > MAX_ANCHOR:
                malformed("it is too long for an anchor")
            return
        if role.kind == "exhibit":
            if stanzas != 1:
                malformed(f"it is sealed to {stanzas} recipients, not to the exhibit's alone")
            if length > pad(MAX_EXHIBIT) or pad(length) != length:
                malformed("the length of its plaintext is no PAD length")
            return
        if length == 0 or length % 1024 or length > MAX_KEY_FILE_PLAIN:
            malformed("its plaintext is not a multiple of 1,024 bytes, or too long")
        # Members may share a RECIPIENT, so one stanza can be for several.
        fewest, most = (len(role.sealed_to), role.holders) if role.sealed_to else (1, 1)
        if not fewest <= stanzas <= most:
            malformed(f"it is sealed to {stanzas} recipients where there are {most}")

    # Bundles.

    def check_bundles(self) -> None:
        read: dict[str, Bundle] = {}
        for name, batches in self.state.bundle_names.items():
            if batches:
                read[name] = self.read_bundle(name)
        wanted = {sheet.present for batch in self.state.batches.values()
                  for sheet in batch.sheets.values() if sheet.present}
        self.search_elsewhere(wanted - self.found.keys())
        for batch in self.state.batches.values():
            if batch.bundle:
                self.check_batch(batch, read[batch.bundle])

    def read_bundle(self, name: str) -> Bundle:
        where = place_of("lines", name)
        f = self.store.open(where)
        if f is None or isinstance(f, NotPlain):
            return Bundle(problem="it is missing" if f is None else f"it is {f.what}")
        with f:
            bundle = read_bundle(f)
        self.counts["bundles"] += 1
        for sheet in bundle.sheets:
            if sheet.name:
                self.found.setdefault(sheet.name, (where, sheet))
        return bundle

    def search_elsewhere(self, missing: set[str]) -> None:
        """Section 7 rule 6: a sheet is good wherever its bytes are found."""
        if not missing:
            return
        for name in self.store.stored("lines"):
            if not self.state.bundle_names.get(name):
                f = self.store.open(place_of("lines", name))
                if f and not isinstance(f, NotPlain):
                    with f:
                        for sheet in read_bundle(f).sheets:
                            if sheet.name in missing:
                                self.found.setdefault(sheet.name, (place_of("lines", name), sheet))

    def check_batch(self, batch: Batch, bundle: Bundle) -> None:
        where = place_of("lines", batch.bundle)
        signer = batch.paired_by or batch.signer
        problem = self.bundle_problem(batch, bundle)
        missing = [s for s in batch.sheets.values() if s.present and s.present not in self.found]
        lost = self.state.lost_for.get(batch.bundle, {})
        unexcused = [s for s in missing if not self.is_excused(s, lost)]
        here = f"{problem or 'not all is there'} (bundle of slot {batch.n})"
        if unexcused:
            names = ", ".join(s.present for s in unexcused[:3])
            self.report.fail(where, f"{here}: {len(unexcused)} sheets are missing: {names}", signer)
        elif missing:
            self.report.note(where, f"{here}; it is declared lost", signer)
        elif problem:
            # Section 7 rule 7, and a file that is not there while all its sheets are,
            # somewhere else: where none is left, nothing stands in for the file.
            absent = not bundle.digest or batch.paired
            elsewhere = bundle.digest or any(s.present for s in batch.sheets.values())
            tell = self.report.note if absent and elsewhere and \
                bundle.digest in ("", batch.bundle) else self.report.fail
            tell(where, f"{here}, but all its sheets were found", signer)
        for sheet in batch.sheets.values():
            if sheet.present in self.found:
                self.check_sheet(batch, sheet, *self.found[sheet.present])

    def is_excused(self, sheet: Sheet, lost: dict[str, bool]) -> bool:
        return (sheet.subject or "-") in lost or (f"case {sheet.case}" if sheet.case else "vault") \
            in lost

    def bundle_problem(self, batch: Batch, bundle: Bundle) -> str:
        if bundle.problem and not bundle.digest:
            return bundle.problem
        if bundle.digest != batch.bundle:
            return "its bytes are not those of its name"
        if bundle.problem:
            return bundle.problem
        if bundle.names != [s.present or "" for s in batch.sheets.values()]:
            return "its sheets are not those that the log names, in their order"
        if bundle.has_end != batch.paired:
            return "it has a random end exactly where it should not"
        return ""

    def check_sheet(self, batch: Batch, sheet: Sheet, where: str, stored: StoredSheet) -> None:
        self.counts["sheets"] += 1
        most = 2 if sheet.case and not sheet.private else 1
        problem = stored.problem
        if not problem and stored.stanzas > most:
            problem = f"it is sealed to {stored.stanzas} recipients"
        if problem:
            self.report.fail(where, f"sheet {sheet.present} of slot {batch.n}: {problem}",
                             batch.signer)

    # What else is there.

    def list_others(self) -> None:
        for name in self.store.stored("objects"):
            if name not in self.state.objects:
                self.report.note(place_of("objects", name), "the log does not name it")
        for name in self.store.stored("lines"):
            if self.state.bundle_names.get(name):
                continue
            gone = name in self.state.olds
            self.report.note(place_of("lines", name), "it was replaced and can be removed" if gone
                             else "the log does not name it")


# ---------------------------------------------------------------------------------------------
# Receipts and pins: section 11
# ---------------------------------------------------------------------------------------------

def ranges_(text: str) -> list[tuple[int, int]]:
    """The numbers of a receipt: ascending ranges with a gap between one and the next."""
    out: list[tuple[int, int]] = []
    for part in text.split(",") if text != "-" else []:
        first, dash, last = part.partition("-")
        low = number(first, 1)
        high = number(last, low + 1) if dash else low
        if out and low <= out[-1][1] + 1:
            malformed("the ranges of exhibits do not ascend with gaps")
        out.append((low, high))
    return out


def parse_receipt(data: bytes) -> dict[str, Any]:
    try:
        r = Reader(data.decode("ascii").split("\n"))
    except UnicodeDecodeError:
        malformed("it is not ASCII")
    if r.next() != "amana/receipt 1":
        malformed("it does not begin with 'amana/receipt 1'")
    words = r.take("vault", str)
    out: dict[str, Any] = {"fingerprint": r.take("fingerprint", hash_),
                           "batch": r.take("batch", lambda t: number(t, 0, MAX_SLOT_NUMBER)),
                           "head": r.take("head", hash_)}
    head_words = r.take("head-words", str)
    out |= {"date": r.take("date", time_), "by": r.take("by", code_),
            "exhibits": r.take("exhibits", ranges_)}
    if r.lines[r.at:] != [""]:
        malformed("it does not end after the line 'exhibits'")
    if words != words_of(out["fingerprint"], 8) or head_words != words_of(out["head"], 24):
        malformed("its words are not those of its hashes")
    return out


def receipt_problem(receipt: dict[str, Any], log: Log) -> str:
    """Section 11 rule 3. Empty if the receipt agrees."""
    n, ranges = receipt["batch"], receipt["exhibits"]
    if receipt["fingerprint"] != log.genesis.head:
        return "it is of another vault"
    if n == 0:
        first = (log.genesis.head, log.genesis.time, log.genesis.code)
        numbers: list[int] = []
    else:
        batch = log.state.batches.get(n)
        if not batch:
            return f"slot {n} is not a valid slot of this vault"
        first, numbers = (batch.head, batch.time, batch.signer), batch.deposits
    if first[0] != receipt["head"]:
        return f"slot {n} has another head"
    if first[1:] != (receipt["date"], receipt["by"]):
        return f"slot {n} has another date or signer"
    if sum(high - low + 1 for low, high in ranges) != len(numbers) \
            or not all(in_ranges(x, ranges) for x in numbers):
        return f"slot {n} deposited other exhibits"
    return ""


def in_ranges(x: int, ranges: list[tuple[int, int]]) -> bool:
    low, high = 0, len(ranges)
    while low < high:
        middle = (low + high) // 2
        if ranges[middle][1] < x:
            low = middle + 1
        else:
            high = middle
    return low < len(ranges) and ranges[low][0] <= x


def pin_problem(data: bytes, log: Log) -> str:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        malformed("it is not UTF-8")
    if len(lines) != 7 or lines[0] != "amana/pin 1" or lines[6]:
        malformed("it is not six lines that begin with 'amana/pin 1'")
    n, head, size = number(lines[3], 0, MAX_SLOT_NUMBER), hash_(lines[4]), number(lines[5])
    if hash_(lines[1]) != log.genesis.head:
        return "it is of another vault"
    if n in log.heads:
        if (log.heads[n], log.sizes[n]) != (head, size):
            return f"slot {n} has another head or tree size: this is another history"
        return ""
    if any(last >= n for last, _, _, _ in log.state.restored):
        return f"slot {n} is not in this history, which says that it was restored (section 13)"
    return f"slot {n}, which was seen before, is not in this history"


def check_papers(args: argparse.Namespace, log: Log, report: Report) -> None:
    for path in args.receipt:
        try:
            problem = receipt_problem(parse_receipt(small_file(path)), log)
        except Malformed as reason:
            problem = f"it is malformed: {reason}"
        (report.fail if problem else report.note)(path, problem or "the receipt agrees")
    for path in args.pin:
        try:
            problem = pin_problem(small_file(path), log)
        except Malformed as reason:
            problem = f"it is malformed: {reason}"
        (report.fail if problem else report.note)(path, problem or "the pin agrees")


def small_file(path: str) -> bytes:
    """A file that the user names; nothing of the kind is over 1 MiB."""
    with open(path, "rb") as f:
        return f.read(1 << 20)


# ---------------------------------------------------------------------------------------------
# What keys open: sections 6 and 8, by the program `age`
# ---------------------------------------------------------------------------------------------

class Age:
    """Runs `age`. Keys and plaintext stay in memory and in pipes."""

    @staticmethod
    def keys_file(identities: Iterable[str]) -> int:
        """A file in memory alone, which /dev/fd gives to age."""
        text = "".join(identity + "\n" for identity in identities).encode()
        fd = os.memfd_create("identities")
        os.write(fd, text)
        return fd

    @classmethod
    def start(cls, identities: Iterable[str], source: Any) -> subprocess.Popen[bytes]:
        fd = cls.keys_file(identities)
        try:
            return subprocess.Popen(["age", "-d", "-i", f"/dev/fd/{fd}"], pass_fds=[fd],
                                    stdin=source, stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL)
        finally:
            os.close(fd)

    @classmethod
    def decrypt(cls, identities: Iterable[str], data: bytes) -> bytes | None:
        """The plaintext of a small age file; None if these keys do not open it."""
        with cls.start(identities, subprocess.PIPE) as age:
            plain, _ = age.communicate(data)
        return plain if age.returncode == 0 else None

    @staticmethod
    def identities_of(path: str) -> list[str]:
        """The keys of an identity file (section 11) or of any age identities file."""
        data = small_file(path)
        if data.startswith((b"age-encryption.org/v1\n", b"-----BEGIN AGE")):
            # age asks for the passphrase on the terminal by itself.
            data = subprocess.run(["age", "-d", os.path.abspath(path)], stdout=subprocess.PIPE,
                                  check=True).stdout
        lines = [line.strip() for line in data.decode("ascii", "replace").split("\n")]
        keys = [line for line in lines if line and not line.startswith("#")]
        if not keys or not all(recipient_of(key) for key in keys):
            malformed(f"{path} is no age identities file with X25519 keys")
        return keys


NONCHARACTER_RE = re.compile(
    "[\0\ud800-\udfff\ufdd0-\ufdef" + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF)
                                              for plane in range(17)) + "]")


def clean_text(data: bytes) -> str:
    """UTF-8 without noncharacters and U+0000."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        malformed("it is not UTF-8")
    if NONCHARACTER_RE.search(text):
        malformed("it has U+0000 or a noncharacter")
    return text


def nesting(text: str) -> int:
    """How deep a JSON text is nested, whether it is JSON or not."""
    depth = deepest = 0
    in_string = escaped = False
    for c in text:
        if in_string:
            in_string = escaped or c != '"'
            escaped = c == "\\" and not escaped
        elif c == '"':
            in_string = True
        elif c in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif c in "}]":
            depth -= 1
    return deepest


def json_int(text: str) -> int:
    # Python takes quadratic time for a number of 60,000 digits, so its length is looked at first.
    if len(text) > 17 or abs(int(text)) > MAX_NUMBER:
        malformed("it has an integer beyond 2^53 - 1")
    return int(text)


def json_float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        malformed("it has a number beyond a double's range")
    return value


def json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        malformed("it has a name twice")
    if any(NONCHARACTER_RE.search(name) for name in out):
        malformed("a name has U+0000 or a noncharacter")
    return out


def json_texts_are_clean(value: Any) -> bool:
    if isinstance(value, str):
        return not NONCHARACTER_RE.search(value)
    if isinstance(value, dict):
        return all(json_texts_are_clean(item) for item in value.values())
    return not isinstance(value, list) or all(json_texts_are_clean(item) for item in value)


def parse_line(raw: bytes) -> dict[str, Any]:
    """Section 6 rules 1 to 3: one I-JSON object from { to }."""
    if len(raw) > MAX_LINE or not raw.startswith(b"{") or not raw.endswith(b"}") or b"\n" in raw:
        malformed("it is not one object of at most 61,440 bytes")
    text = clean_text(raw)
    if nesting(text) > 32:
        malformed("it is nested more than 32 deep")
    try:
        value = json.loads(text, object_pairs_hook=json_object, parse_int=json_int,
                           parse_float=json_float, parse_constant=malformed)
    except (ValueError, RecursionError):
        malformed("it is not JSON")
    if not isinstance(value, dict) or not json_texts_are_clean(value):
        malformed("a text in it has U+0000 or a noncharacter")
    return value


# The members of lines: section 6. A check gets a value and says whether it may be so.

def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_some_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_dict(value: Any) -> bool:
    return isinstance(value, dict)


def matches(pattern: str, or_none: bool = False) -> Callable[[Any], bool]:
    compiled = re.compile(f"(?:{pattern})\\Z")
    return lambda value: isinstance(value, str) and \
        (bool(compiled.match(value)) or (or_none and value == "-"))


def is_time(value: Any) -> bool:
    return isinstance(value, str) and time_is_good(value)


def is_old_time(value: Any) -> bool:
    return isinstance(value, str) and time_is_good(value, 1)


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_packet(value: Any) -> bool:
    return isinstance(value, str) and len(value.encode()) <= 8192


def is_recipient(value: Any) -> bool:
    return isinstance(value, str) and (value == "-" or recipient_is_good(value))


def is_blocks(value: Any) -> bool:
    return isinstance(value, dict) and is_integer(value.get("span")) \
        and isinstance(value.get("sha256"), str)


HEX64, HEX32 = "[0-9a-f]{64}", "[0-9a-f]{32}"
CODE_PATTERN = "[A-Z]{1,5}-[0-9]{1,5}"
ORIGIN_OF_COPY = {"exhibit": matches(HEX32), "sha256": matches(HEX64), "tool": is_text,
                  "by": is_text, "how": is_text}
CLOCK = {"utc": is_time, "monotonic_ms": is_integer, "boot": matches(HEX32, True),
         "synced": lambda value: value in ("yes", "no", "unknown")}


def has_members(members: dict[str, Callable[[Any], bool]]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and \
        all(name in value and check(value[name]) for name, check in members.items())


# A name that ends in ? may be absent.
MEMBERS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "": {"kind": lambda value: value in LINE_KINDS, "salt": matches(HEX64),
         "vault": matches(HEX64), "case": matches(HEX32, True), "actor": matches(CODE_PATTERN)},
    "content": {"size": is_integer, "sha256": matches(HEX64), "blocks?": is_blocks,
                "media_type": is_text},
    "about": {"name?": is_some_text, "name_b64?": is_some_text, "type": matches("[a-z-]{1,16}"),
              "title?": is_some_text, "description?": is_some_text},
    "about on a case": {"title?": is_text, "protect?": is_texts, "retention?": is_text,
                        "facts?": is_dict},
    "source": {"source?": is_text, "received?": is_time, "modified?": is_old_time,
               "facts?": is_dict, "derived_from?": has_members(ORIGIN_OF_COPY),
               "packet?": is_packet},
    "custody": {"event": matches("[a-z][a-z0-9-]{0,31}"), "tool": is_text, "device": is_text,
                "clock": has_members(CLOCK), "occurred_at?": is_time, "details?": is_dict,
                "act": matches(HEX32)},
    "reason": {"text": is_text, "act": matches(HEX32)},
    "of an exhibit": {"exhibit": matches(HEX32, True), "object": matches(HEX64, True),
                      "recipient": is_recipient},
}


def check_members(line: dict[str, Any], group: str) -> None:
    for name, check in MEMBERS[group].items():
        bare = name.rstrip("?")
        if bare not in line:
            if bare == name:
                malformed(f"it has no {bare!r}")
        elif not check(line[bare]):
            malformed(f"its {bare!r} is not as it should be")


def shown_name(data: bytes) -> str:
    """Section 6 rule 6: a name with U+FFFD for each byte that begins no valid character."""
    out, at = [], 0
    while at < len(data):
        for size in (1, 2, 3, 4):
            try:
                out.append(clean_text(data[at:at + size]))
                at += size
                break
            except Malformed:
                continue
        else:
            out.append("\ufffd")
            at += 1
    return "".join(out)


def check_name(line: dict[str, Any]) -> None:
    if "name_b64" not in line:
        return
    data = unbase64(line["name_b64"])
    if data is None:
        malformed("its 'name_b64' is not canonical base64")
    try:
        clean_text(data)
    except Malformed:
        if line.get("name") != shown_name(data):
            malformed("its 'name' is not what 'name_b64' is shown as")
        return
    malformed("it has a 'name_b64' that its name does not need")


def span_of(size: int) -> int:
    """Section 6 rule 7."""
    span = 65_536
    while -(-size // span) > 1024:
        span *= 2
    return span


def check_content(line: dict[str, Any]) -> None:
    size = line["size"]
    if not 0 <= size <= MAX_EXHIBIT:
        malformed("its 'size' is none that an exhibit can have")
    span, blocks = span_of(size), line.get("blocks")
    if (blocks is not None) != (size > span):
        malformed("its 'blocks' are absent where they should not, or the reverse")
    if blocks and (blocks["span"] != span
                   or unbase64(blocks["sha256"], 32 * -(-size // span)) is None):
        malformed("its 'blocks' have another span or length")


def check_line_form(line: dict[str, Any], on_case: bool) -> None:
    check_members(line, "")
    kind = line["kind"]
    check_members(line, "about on a case" if on_case and kind == "about" else kind)
    if kind in ("content", "about", "source"):
        check_members(line, "of an exhibit")
    if kind == "about" and not on_case:
        check_name(line)
    if kind == "content":
        check_content(line)


def parse_padded(plain: bytes, most: int) -> tuple[list[bytes], list[bytes]]:
    """The lines of an identities file before and after its one padding line, "#" and spaces."""
    if len(plain) % 1024 or not plain.endswith(b"\n") or len(plain) > most:
        malformed("it is not a multiple of 1,024 bytes, or too long")
    lines = plain[:-1].split(b"\n")
    padding = [i for i, line in enumerate(lines) if re.fullmatch(b"# {0,1023}", line)]
    if len(padding) != 1:
        malformed("it has not exactly one line of padding")
    return lines[:padding[0]], lines[padding[0] + 1:]


def parse_sheet(plain: bytes) -> tuple[list[bytes], str | None]:
    """Section 6: a sheet's lines, and the identity of an exhibit."""
    head, tail = parse_padded(plain, MAX_SHEET_PLAIN)
    if not all(line.startswith(b"# {") for line in head) or len(tail) > 1:
        malformed("it has other lines than a sheet's")
    identity = tail[0].decode("ascii", "replace") if tail else None
    if identity and not recipient_of(identity):
        malformed("its last line is no identity")
    return [line[2:] for line in head], identity


TITLE_RE = re.compile("[^\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def parse_key_file(plain: bytes, fingerprint: str, role: ObjectRole) -> list[tuple[int, str]]:
    """Section 8: the epochs and identities of a ring, the newest first."""
    head, tail = parse_padded(plain, MAX_KEY_FILE_PLAIN)
    vault = "0" * 64 if role.where == "slot 0" else fingerprint
    if head[:2] != [b"# amana/ring 1", f"# vault {vault}".encode()]:
        malformed("it does not begin with this vault's two lines")
    third = head[2].decode("ascii", "replace") if len(head) > 2 else ""
    case = third.removeprefix(f"# case {role.ring} ")
    if role.ring == "audit":
        if third != "# audit" or len(head) != 3:
            malformed("it is not the audit ring's")
    elif case == third or (case != "-" and not CASECODE_RE.match(case)) or len(head) > 4:
        malformed("it is not this case's")
    if len(head) == 4 and not (head[3].startswith(b"# title ") and len(head[3]) <= 8 + 256
                               and TITLE_RE.fullmatch(clean_text(head[3][8:]))):
        malformed("its title is not as it should be")
    return parse_epochs(tail)


def parse_epochs(lines: list[bytes]) -> list[tuple[int, str]]:
    out: list[tuple[int, str]] = []
    for mark, key in zip(lines[::2], lines[1::2]):
        epoch = number(mark.removeprefix(b"# epoch ").decode("ascii", "replace"), 1)
        if not mark.startswith(b"# epoch ") or (out and epoch >= out[-1][0]):
            malformed("its epochs are not the newest first")
        out.append((epoch, key.decode("ascii", "replace")))
    if len(lines) % 2:
        malformed("an epoch has no identity")
    return out


@dataclass
class Opened:
    """A sheet that these keys opened."""
    where: str
    sheet: Sheet
    lines: dict[str, bytes] = field(default_factory=dict)
    identity: str | None = None


class ContentCheck:
    """Opens what an identity can, and compares it with what the log says."""

    def __init__(self, check: ByteCheck, log: Log, paths: list[str]) -> None:
        self.check, self.log, self.state = check, log, log.state
        self.report, self.store = check.report, check.store
        self.mine = {recipient_of(key) or "": key for path in paths for key in self.keys_of(path)}
        self.rings: dict[str, dict[int, str]] = {}
        self.exhibit_keys: dict[str, str] = {}
        self.contents: dict[str, dict[str, Any]] = {}
        self.checked: dict[tuple[str, str, str], str] = {}
        check.counts |= {"key files": 0, "sheets opened": 0, "exhibits": 0}

    def keys_of(self, path: str) -> list[str]:
        try:
            return Age.identities_of(path)
        except (Malformed, subprocess.CalledProcessError) as reason:
            self.report.fail(path, f"no identity: {reason}")
            return []

    def run(self) -> None:
        for name, role in self.state.key_files:
            self.open_key_file(name, role)
        for batch in self.state.batches.values():
            if batch.sheets:
                self.open_batch(batch)
        for exhibit in self.state.exhibits.values():
            self.check_exhibit(exhibit)

    # Key files.

    def open_key_file(self, name: str, role: ObjectRole) -> None:
        keys = [self.mine[recipient] for recipient in role.sealed_to if recipient in self.mine]
        f = self.store.open(place_of("objects", name)) if keys else None
        if f is None or isinstance(f, NotPlain):
            return
        with f:
            data = f.read(2 * MAX_KEY_FILE_PLAIN)
        where = f"{place_of('objects', name)} ({role.where})"
        plain = Age.decrypt(keys, data)
        if plain is None:
            self.report.fail(where, "it does not open for whom it is sealed to", role.signer)
            return
        try:
            self.take_ring(role, parse_key_file(plain, self.log.genesis.head, role))
            self.check.counts["key files"] += 1
        except Malformed as reason:
            self.report.fail(where, f"the key file is malformed: {reason}", role.signer)

    def take_ring(self, role: ObjectRole, epochs: list[tuple[int, str]]) -> None:
        """Section 8 rules 5 to 7."""
        grant = " grant of " in f" {role.where.partition(', ')[2]}"
        if not grant and [epoch for epoch, _ in epochs] != [role.epoch]:
            malformed("it does not hold the new identity alone")
        known = self.state.ring(role.ring).recipients
        for epoch, identity in epochs:
            if epoch > role.epoch or recipient_of(identity) != known.get(epoch):
                malformed(f"the identity of epoch {epoch} is not the one that the log has")
            self.rings.setdefault(role.ring, {})[epoch] = identity

    # Sheets.

    def open_batch(self, batch: Batch) -> None:
        opened = {}
        for sheet in batch.sheets.values():
            one = self.open_sheet(batch, sheet)
            if one:
                opened[sheet.name] = one
                self.check_identity(batch, one)
        entries = entries_of(batch)
        naming: dict[str, list[tuple[Entry, str]]] = {}
        for e in entries:
            for kind, digest in e.lines:
                naming.setdefault(digest, []).append((e, kind))
        for one in opened.values():
            self.check_lines(batch, one, naming)
        for e in entries:
            self.check_entry(batch, e, opened)

    def open_sheet(self, batch: Batch, sheet: Sheet) -> Opened | None:
        case, audit = self.rings.get(sheet.case or "", {}), self.rings.get("audit", {})
        place = self.check.found.get(sheet.present or "")
        keys = self.keys_for(batch, sheet, case, audit)
        if not place or not keys:
            return None
        where, stored = place
        plain = Age.decrypt(keys, self.stored_bytes(where, stored))
        here = f"{where}, sheet {sheet.present} of slot {batch.n}"
        if plain is None:
            # Auditors open the sheets that are for the audit ring, too: those for two, and those
            # outside any case.
            for_audit = not sheet.private and (sheet.case is None or stored.stanzas == 2)
            if (sheet.case and batch.case_epochs[sheet.case] in case) \
                    or (for_audit and batch.ring_epoch in audit):
                self.report.fail(here, "it is not sealed to the ring", batch.signer)
            return None
        self.check.counts["sheets opened"] += 1
        try:
            lines, identity = parse_sheet(plain)
        except Malformed as reason:
            self.report.fail(here, f"the sheet is malformed: {reason}", batch.signer)
            return None
        if len({hexhash(line) for line in lines}) != len(lines):
            self.report.fail(here, "the sheet has a line twice", batch.signer)
        return Opened(here, sheet, {hexhash(line): line for line in lines}, identity)

    def keys_for(self, batch: Batch, sheet: Sheet, case: dict[int, str], audit: dict[int, str]
                 ) -> list[str]:
        """The epochs that the sheet can be sealed to: those at the slot's end, or named in it."""
        epochs = {e.own.get("epoch") for e in sheet.entries} | {batch.case_epochs.get(sheet.case)}
        rings = {e.own.get("ring") for e in sheet.entries} | {batch.ring_epoch}
        return [case[k] for k in epochs if k in case] + [audit[k] for k in rings if k in audit]

    def stored_bytes(self, where: str, stored: StoredSheet) -> bytes:
        f = self.store.open(where)
        if f is None or isinstance(f, NotPlain):
            return b""
        with f:
            f.seek(stored.at)
            return f.read(stored.size)

    def check_identity(self, batch: Batch, one: Opened) -> None:
        if one.identity is None:
            return
        deposits = [e for e in one.sheet.entries if e.action == "deposit"]
        if len(deposits) != 1 or len(one.sheet.entries) != 1:
            self.report.fail(one.where, "an identity stands in a sheet that is not one exhibit's",
                             batch.signer)
            return
        exhibit = deposits[0].subject.id
        if exhibit in self.exhibit_keys:
            self.report.fail(one.where, "the exhibit has two sheets with an identity", batch.signer)
        self.exhibit_keys[exhibit] = one.identity

    def check_lines(self, batch: Batch, one: Opened, naming: dict[str, list[tuple[Entry, str]]]
                    ) -> None:
        """Section 6 rules 8 and 11."""
        for digest, raw in one.lines.items():
            where = f"{one.where}, line {digest}"
            if digest not in naming:
                self.report.fail(where, "no entry of the slot names the line", batch.signer)
                continue
            try:
                line = parse_line(raw)
                check_line_form(line, naming[digest][0][0].subject.kind == "case")
                for e, kind in naming[digest]:
                    self.check_line(batch, one, e, kind, line)
            except Malformed as reason:
                self.report.fail(where, f"TAMPERED or malformed: {reason}", batch.signer)

    def check_line(self, batch: Batch, one: Opened, e: Entry, kind: str, line: dict[str, Any]
                   ) -> None:
        """Section 6 rule 8: the line says what its entry says."""
        on_case = e.subject.kind == "case"
        described = kind in ("content", "about", "source")
        if described != (one.identity is not None or one.sheet.private):
            malformed(f"a line of kind {kind!r} stands in a sheet of another kind")
        want = {"kind": kind, "vault": self.log.genesis.head,
                "case": self.state.case_of(e.subject) or "-", "actor": e.actor}
        if not described:
            want["act"] = batch.nonce
        elif on_case:
            want |= {"exhibit": "-", "object": "-"}
        else:
            exhibit = self.state.exhibits[e.subject.id]
            want |= {"exhibit": exhibit.id, "object": exhibit.object or "-"}
        for name, value in want.items():
            if line[name] != value:
                malformed(f"its {name!r} is not that of the entry")
        if described:
            self.check_recipient(e, line)
        if kind == "content":
            self.contents[e.subject.id] = line

    def check_recipient(self, e: Entry, line: dict[str, Any]) -> None:
        if line["recipient"] == "-":
            if e.action != "record":
                malformed("its 'recipient' is none")
            return
        identity = self.exhibit_keys.get(e.subject.id)
        if identity and line["recipient"] != recipient_of(identity):
            malformed("its 'recipient' is not that of the exhibit's identity")

    def check_entry(self, batch: Batch, e: Entry, opened: dict[str, Opened]) -> None:
        """That each line is in exactly one of the entry's sheets."""
        names = e.sheets + ([e.private] if e.private else [])
        all_open = all(name in opened for name in names)
        for kind, digest in e.lines:
            holders = sum(name in opened and digest in opened[name].lines for name in names)
            struck = (batch.n, digest) in self.state.struck
            if struck and holders:
                self.report.note(slot_name(batch.n), f"the struck line {digest} is still there")
            if holders > 1 or (all_open and not holders and not struck):
                self.report.fail(slot_name(batch.n), f"the {kind} line {digest} of {e.action} "
                                 f"stands in {holders} of the entry's sheets", e.actor)
        if e.action == "deposit" and e.sheets and all_open \
                and e.subject.id not in self.exhibit_keys:
            self.report.fail(slot_name(batch.n), f"no sheet of {e.subject.text} has its identity",
                             e.actor)

    # Exhibits.

    def check_exhibit(self, exhibit: Exhibit) -> None:
        identity = self.exhibit_keys.get(exhibit.id)
        if not identity or not exhibit.object:
            return
        where = f"{place_of('objects', exhibit.object)} (exhibit {exhibit.id})"
        content = self.contents.get(exhibit.id)
        # An object may be deposited many times; it is read once for each thing said about it.
        said = (exhibit.object, identity, json.dumps(
            content and [content["size"], content["sha256"], content.get("blocks")]))
        if said not in self.checked:
            self.checked[said] = self.read_exhibit(exhibit.object, identity, content)
            self.check.counts["exhibits"] += 1
        if self.checked[said]:
            self.report.fail(where, self.checked[said], exhibit.signer)

    def read_exhibit(self, name: str, identity: str, content: dict[str, Any] | None) -> str:
        """What is wrong with the exhibit in an object; that it is there is ByteCheck's to say."""
        f = self.store.open(place_of("objects", name))
        if f is None or isinstance(f, NotPlain):
            return ""
        with f, Age.start([identity], f) as age:
            problem = exhibit_problem(age.stdout, content)
            if problem:
                age.kill()
        if not problem and age.returncode:
            return "age does not open it with the exhibit's identity"
        return problem


def entries_of(batch: Batch) -> list[Entry]:
    """The entries of a slot that name sheets, each once."""
    return list({e.leaf: e for sheet in batch.sheets.values() for e in sheet.entries}.values())


def exhibit_problem(plain: BinaryIO, content: dict[str, Any] | None) -> str:
    """Section 8 rule 1, and the blocks of section 6 rule 7. Empty if all is as it should be."""
    size = content["size"] if content else 0
    whole, block, blocks = hashlib.sha256(), hashlib.sha256(), bytearray()
    span = span_of(size)
    total = 0
    while chunk := plain.read(65_536):
        # Spans are multiples of the size of a chunk, so a chunk lies in one span.
        mine = chunk[:max(0, size - total)]
        whole.update(mine)
        block.update(mine)
        if content and chunk.count(0, len(mine)) != len(chunk) - len(mine):
            return "what follows the exhibit's bytes is not zeros"
        total += len(chunk)
        if mine and (total % span == 0 or total >= size):
            blocks += block.digest()
            block = hashlib.sha256()
        if content and total > pad(size):
            return "its plaintext is longer than PAD allows"
    if total != (pad(size) if content else pad(total)):
        return "the length of its plaintext is not PAD of its size"
    if content and whole.hexdigest() != content["sha256"]:
        return "its bytes are not those that the content line names"
    if content and "blocks" in content and unbase64(content["blocks"]["sha256"]) != bytes(blocks):
        return "its blocks are not those that the content line names"
    return ""


# ---------------------------------------------------------------------------------------------
# The command
# ---------------------------------------------------------------------------------------------

def stream(source: BinaryIO, sink: BinaryIO) -> None:
    """Many logs from one stream: for each the number of slots, then each with its length."""
    def u32() -> int | None:
        data = source.read(4)
        return int.from_bytes(data, "big") if len(data) == 4 else None

    while (count := u32()) is not None:
        vault: Vault | None = None
        problem = ""
        for i in range(count):
            size = u32()
            data = None if size is None or size == 0xFFFFFFFF else source.read(size)
            if size is None or (data is not None and len(data) < size):
                raise OSError("the stream ends within a log")
            try:
                if i == 0:
                    vault = Vault(data or b"")
                elif vault:
                    vault.judge(data)
            except Malformed as reason:
                problem = str(reason)
        text = vault.dump() if vault else f"no vault: {problem}\n"
        sink.write(text.encode() + b".\n")
        sink.flush()


def print_report(log: Log | None, report: Report, counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        out: dict[str, Any] = {"ok": not report.failed(), "checked": counts,
                               "findings": [vars(finding) for finding in report.findings]}
        if log:
            out |= {"fingerprint": log.genesis.head, "head": log.head, "slot": log.last,
                    "complete": log.complete(), "entries": log.state.tree.size,
                    "slots": [{"slot": n, "verdict": verdict, "why": why,
                               "signer": log.signers.get(n, "")}
                              for n, (verdict, why) in log.verdicts.items()]}
        print(json.dumps(out, indent=1))
        return
    if log:
        print(f"vault  {words_of(log.genesis.head, 8)}")
        print(f"slots  {len(log.verdicts) - 1}, {log.state.tree.size} entries in the tree")
        print(f"head   slot {log.last}: {log.head}")
    for what, count in counts.items():
        print(f"{what + ' checked':16} {count}")
    for finding in report.findings:
        print(printable(finding.line()))
    failures = sum(finding.failure for finding in report.findings)
    print("All is well." if not failures else f"{failures} FAILED.")


def printable(text: str) -> str:
    """Texts may come from the vault: nothing that moves a terminal's cursor gets through."""
    return "".join(c if c.isprintable() else "?" for c in text)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description="A second verifier for Amana vaults.")
    parser.add_argument("vault", nargs="?", help="the folder that holds the file named 'vault'")
    parser.add_argument("--state", action="store_true", help="print the state and nothing else")
    parser.add_argument("--stream", action="store_true", help="states of many logs from stdin")
    parser.add_argument("--bytes", action="store_true", help="check every stored byte")
    parser.add_argument("--identity", action="append", default=[], metavar="FILE",
                        help="check what this identity opens; may repeat")
    parser.add_argument("--receipt", action="append", default=[], metavar="FILE")
    parser.add_argument("--pin", action="append", default=[], metavar="FILE")
    parser.add_argument("--json", action="store_true", help="a report for programs")
    args = parser.parse_args(argv)
    if not args.stream and not (args.vault and os.path.isdir(args.vault)):
        parser.error("name the vault's folder")
    try:
        if args.stream:
            stream(sys.stdin.buffer, sys.stdout.buffer)
            return 0
        return verify(args)
    except OSError as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2


def verify(args: argparse.Namespace) -> int:
    store, report = Store(args.vault), Report()
    log = load_log(store, report)
    counts: dict[str, int] = {}
    if log and args.state:
        print("\n".join(log.dump()))
        return 10 if report.failed() else 0
    if log:
        check_papers(args, log, report)
        if args.bytes or args.identity:
            check = ByteCheck(store, log, report)
            check.run()
            counts = check.counts
            if args.identity:
                ContentCheck(check, log, args.identity).run()
    print_report(log, report, counts, args.json)
    return 10 if report.failed() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
