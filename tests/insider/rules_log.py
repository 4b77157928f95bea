# SPDX-License-Identifier: Apache-2.0
"""Sections 1, 3, 4 and 9: the genesis, a slot's bytes, damage, and skips."""
import hashlib

import acts
import curve
import encode
from rules_values import bump
from situations import VECTORS, WORLD, Vector, office, small, valid, vector, void
from writer import DAMAGED, NOT_JUDGED, REFUSED, VALID, VOID, Log, Member

FOUNDER = Member.of(WORLD, "F-1")
damaged, not_judged = (lambda rule: vector(rule, DAMAGED)), (lambda rule: vector(rule, NOT_JUDGED))


def genesis(name, rule, verdict, **bent):
    """A log of slot 0 alone, bent."""
    VECTORS.append(Vector(f"genesis-{name}", rule, verdict, lambda: Log(WORLD, FOUNDER, **bent)))


def with_line(number, value):
    """An edit of one line of the genesis; value may be made from the line that stands there."""

    def edit(text):
        lines = text.split("\n")
        was = lines[number - 1]
        lines[number - 1] = value(was) if callable(value) else value
        return "\n".join(lines)

    return edit


genesis("good", "3", VALID)
for NAME, LINE, VALUE in (
        ("version", 1, "amana/genesis 2"), ("origin-upper", 2, lambda t: t.upper()),
        ("origin-without-id", 2, "test"), ("origin-id-short", 2, lambda t: t[:-1]),
        ("origin-name-dot-first", 2, lambda t: "." + t), ("origin-name-65", 2,
                                                          lambda t: "a" * 61 + t),
        ("origin-empty-name", 2, lambda t: t[4:]), ("origin-two-slashes", 2,
                                                    lambda t: "a/" + t),
        ("time", 3, "2026-13-05T08:00:00Z"), ("code", 4, "S-"), ("code-other", 4, "G-1"),
        ("recipient", 5, lambda t: t.upper()), ("key-of-another-name", 6,
                                                FOUNDER.called("G-1").vkey),
        ("ring", 7, "-"), ("ring-is-the-founders", 7, FOUNDER.recipient),
        ("key-file", 8, "-"), ("key-file-upper", 8, "AB" * 32),
        ("store-kind-upper", 9, "Dir 16 1"), ("store-kind-17", 9, "d" * 17 + " 16 1"),
        ("store-writers-0", 9, "dir 0 1"), ("store-writers-016", 9, "dir 016 1"),
        ("store-winners-2", 9, "dir 16 2"), ("store-winners-0", 9, "dir 16 0"),
        ("store-two-fields", 9, "dir 16"), ("store-two-spaces", 9, "dir  16 1")):
    genesis(NAME, "3", REFUSED, edit=with_line(LINE, VALUE))
genesis("ten-lines", "3", REFUSED, edit=lambda t: t + "more\n")
genesis("eight-lines", "3", REFUSED, edit=lambda t: "\n".join(t.split("\n")[:8]) + "\n")
genesis("signature-s-plus-l", "1.9", REFUSED, add_to_s=curve.L)
genesis("signature-small-r", "1.9", REFUSED, r=0)
genesis("store-writers-1", "3.1", VALID, edit=with_line(9, "s3 1 1"))
genesis("store-kind-16", "3.1", VALID, edit=with_line(9, "d" * 16 + " 9 1"))
genesis("origin-name-64", "1 ORIGIN", VALID, edit=with_line(2, lambda t: "a" * 60 + t))
genesis("origin-name-dots", "1 ORIGIN", VALID, edit=with_line(2, lambda t: "0.-." + t))


@vector("3", REFUSED)
def genesis_signed_by_another():
    log = Log(WORLD, FOUNDER)
    text = log.slots[0].data.split(b"\n\n")[0] + b"\n"
    data = text + b"\n" + FOUNDER.again().line(text)
    log.slots[0].data = data
    return log


@vector("3", REFUSED)
def genesis_with_bytes_behind():
    log = Log(WORLD, FOUNDER)
    log.slots[0].data += b"\n"
    return log


def record(o):
    """What R signs in the rows below."""
    return acts.record(f"exhibit {o.e1}", o.case)


def slot(name, rule, verdict, actor="R", start=office, spec=record, **bent):
    """A vector whose last slot is bent; a value of bent may be a function of the office."""

    def build():
        o = start()
        o.act(getattr(o, actor), spec(o), **{
            k: v(o) if k in ("prev", "key", "before", "after", "root") and callable(v) else v
            for k, v in bent.items()})
        return o

    VECTORS.append(Vector(f"slot-{name}", rule, verdict, build))


slot("good", "9", VALID)
R1, R2, R3, R4 = "9.1", "9.2", "9.3", "9.4"
slot("empty", R1, DAMAGED, edit=lambda d: b"")
slot("one-byte", R1, DAMAGED, edit=lambda d: d[:1])
slot("no-blank-line", R1, DAMAGED, edit=lambda d: d.replace(b"\n\n", b"\n", 1))
slot("no-signature-line", R1, DAMAGED, edit=lambda d: d[: d.index(b"\n\n") + 2])
slot("ends-in-the-signature", R1, DAMAGED, edit=lambda d: d[: d.index(b"\n\n") + 60])
slot("signature-without-lf", R1, DAMAGED, edit=lambda d: d[: d.index(b"\n", d.index(
    b"\n\n") + 2)])
slot("text-changed", R1, DAMAGED, edit=lambda d: d.replace(b"/batch\n", b"/bitch\n", 1))
slot("nonce-changed", R1, DAMAGED, edit=lambda d: flip(d, 150))
slot("signature-of-the-text-without-lf", R1, DAMAGED,
     edit=lambda d: resign(d, lambda text: text[:-1]))
slot("signature-of-the-text-with-blank-line", R1, DAMAGED,
     edit=lambda d: resign(d, lambda text: text + b"\n"))
slot("signature-s-plus-l", "1.9", DAMAGED, add_to_s=curve.L)
slot("signature-small-r", "1.9", DAMAGED, r=0)
slot("signature-r-not-canonical", "1.9", DAMAGED, r=0,
     big_r=(curve.P + 1).to_bytes(32, "little"))
slot("signature-r-of-order-two", "1.9", DAMAGED, r=0, big_r=curve.compress(
    (0, curve.P - 1, 1, 0)))
slot("signature-all-zeros", "1.9", DAMAGED, edit_line=lambda s: line_with(s, bytes(64)))
slot("signature-base64-not-canonical", "1.7", DAMAGED, edit_line=lambda s: loose(s))
slot("signature-base64-with-space", "1.7", DAMAGED, edit_line=lambda s: s[:-9] + b" " + s[-9:])
slot("signature-69-bytes", "1.7", DAMAGED, edit_line=lambda s: more(s))
slot("signature-hyphen-for-dash", "1.7", DAMAGED, edit_line=lambda s: b"-" + s[3:])
slot("signature-en-dash", "1.7", DAMAGED, edit_line=lambda s: "\u2013".encode() + s[3:])
slot("signature-crlf", "1.7", DAMAGED, edit_line=lambda s: s[:-1] + b"\r\n")
slot("signature-two-spaces", "1.7", DAMAGED, edit_line=lambda s: s.replace(b" ", b"  ", 1))
slot("signature-key-id-wrong", R1, DAMAGED, edit_line=lambda s: id_wrong(s))
slot("signature-twice", "1.8", DAMAGED, edit_line=lambda s: s + s)
slot("signature-name-of-another", R1, DAMAGED,
     edit_line=lambda s: s.replace(b"R-1", b"L-1", 1))
slot("key-never-enrolled", R1, DAMAGED, key=lambda o: o.V)
slot("key-of-nobody-under-the-code", R1, DAMAGED, key=lambda o: o.R.again())
slot("key-of-another-member", R4, VOID, key=lambda o: o.L)
slot("key-of-the-founder", R4, VOID, key=lambda o: o.F)
slot("key-of-another-under-the-code", R1, DAMAGED, key=lambda o: o.L.called("R-1"))
slot("origin-of-another", R1, DAMAGED, origin="test/" + "ab" * 16)
slot("origin-alone", R1, DAMAGED, edit_text=lambda t: t.replace("/batch\n", "\n", 1))
slot("origin-text-of-a-checkpoint", R1, DAMAGED,
     edit_text=lambda t: t.replace("/batch\n", "/welcome\n", 1))
slot("number-of-the-slot-before", R1, DAMAGED, number=8)
slot("number-of-the-next", R1, DAMAGED, number=10)
slot("number-with-zero", R1, DAMAGED, number="09")
slot("prev-of-slot-0", R1, DAMAGED, prev=lambda o: o.log.fingerprint)
slot("prev-upper", R1, DAMAGED, edit_text=lambda t: upper_line(t, 3))
slot("prev-of-nothing", R1, DAMAGED, prev="ab" * 32)
slot("two-lines", R1, DAMAGED, edit_text=lambda t: "\n".join(t.split("\n")[:2]) + "\n")
slot("three-lines", R2, VOID, edit_text=lambda t: "\n".join(t.split("\n")[:3]) + "\n")
slot("seven-lines", R2, VOID, edit_text=lambda t: "\n".join(t.split("\n")[:7]) + "\n")
slot("nine-lines", R2, VOID, edit_text=lambda t: t + "more\n")
slot("nonce-upper", R2, VOID, nonce="AB" * 16)
slot("nonce-short", R2, VOID, nonce="ab" * 15)
slot("nonce-dash", R2, VOID, edit_text=lambda t: with_line(4, "-")(t))
slot("nonce-again", "9.4", VALID, nonce="ab" * 16)
slot("before-more", R2, VOID, before=lambda o: o.log.state.tree.size + 1)
slot("before-less", R2, VOID, before=lambda o: o.log.state.tree.size - 1)
slot("before-leading-zero", R2, VOID, before=lambda o: f"0{o.log.state.tree.size}")
slot("before-plus", R2, VOID, before=lambda o: f"+{o.log.state.tree.size}")
slot("before-2-64-more", R2, VOID, before=lambda o: o.log.state.tree.size + 2**64)
slot("after-same", R2, VOID, after=lambda o: o.log.state.tree.size)
slot("after-less", R2, VOID, after=0)
slot("after-leading-zero", R2, VOID, after=lambda o: f"0{o.log.state.tree.size + 1}")
slot("after-2-53", R2, VOID, after=2**53)
slot("after-2-53-minus-1", R3, DAMAGED, after=2**53 - 1)
slot("after-one-more", R3, DAMAGED, after=lambda o: o.log.state.tree.size + 2)
slot("root-not-base64", R2, VOID, root="-")
slot("root-short", R2, VOID, root="AAAA")
slot("root-loose", R2, VOID, edit_text=lambda t: with_line(
    7, lambda r: r[:-2] + bump(r[-2]) + "=")(t))
slot("root-hex", R2, VOID, root="ab" * 32)
slot("root-other", R3, DAMAGED, root=encode.b64(bytes(32)))
slot("root-of-before", R3, DAMAGED, root=lambda o: encode.b64(o.log.state.tree.root()))
slot("bundle-upper", R2, VOID, bundle="AB" * 32)
slot("bundle-empty", R1, DAMAGED, edit_text=lambda t: with_line(8, "")(t))
slot("line-with-space", R2, VOID, edit_text=lambda t: with_line(6, lambda x: x + " ")(t))
slot("rule-2-before-rule-3", R2, VOID, before=99, root=encode.b64(bytes(32)))
slot("rule-3-before-rule-4", R3, DAMAGED, root=encode.b64(bytes(32)),
     spec=lambda o: acts.close(o.case))
slot("entries-none", R3, DAMAGED, edit_entries=lambda b: b"")
slot("entries-cut", R3, DAMAGED, edit_entries=lambda b: b[:-1])
slot("entries-byte-behind", R3, DAMAGED, edit_entries=lambda b: b + b"\0")
slot("entries-one-more", R3, DAMAGED, edit_entries=lambda b: b + b"\0\1x")
slot("entries-empty-one-behind", R3, DAMAGED, edit_entries=lambda b: b + b"\0\0")
slot("entries-length-little-endian", R3, DAMAGED,
     edit_entries=lambda b: b[1::-1] + b[2:])
slot("entries-bit-flipped", R3, DAMAGED, edit_entries=lambda b: flip(b, 40))
slot("entry-of-no-bytes", R4, VOID, spec=lambda o: b"")
slot("entry-of-65535-bytes", R4, VOID, spec=lambda o: b"a" * 65535)
slot("text-not-utf-8", R2, VOID, edit_text=lambda t: t + "\u00e9\n")


def flip(data, place):
    """The bytes with one bit changed."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def upper_line(text, number):
    """The text with one line in capitals."""
    return with_line(number, lambda line: line.upper())(text)


def line_parts(signature):
    """What stands before the base64 of a signature line, and its bytes."""
    head, _, spelled = signature[:-1].rpartition(b" ")
    return head, encode.base64.b64decode(spelled)


def line_with(signature, bytes_64):
    """The line with another signature of the same key."""
    head, raw = line_parts(signature)
    return head + b" " + encode.base64.b64encode(raw[:4] + bytes_64) + b"\n"


def loose(signature):
    """The line with a bit set that base64 does not use."""
    spelled = signature[:-2].decode()
    return (spelled[:-1] + bump(spelled[-1])).encode() + b"=\n"


def more(signature):
    """The line with a byte more."""
    head, raw = line_parts(signature)
    return head + b" " + encode.base64.b64encode(raw + b"\0") + b"\n"


def id_wrong(signature):
    """The line with another KEYID."""
    head, raw = line_parts(signature)
    return head + b" " + encode.base64.b64encode(bytes(4) + raw[4:]) + b"\n"


def resign(data, change):
    """The slot with R's signature over a changed text."""
    end = data.index(b"\n\n") + 1
    entries = data[data.index(b"\n", end + 1) + 1 :]
    return data[:end] + b"\n" + Member.of(WORLD, "R-1").line(change(data[:end])) + entries


@void("9.4")
def slot_by_a_replaced_key():
    o = office()
    o.act(o.R, acts.enrol(o.R.again()))
    o.act(o.R.again(), record(o), key=o.R)
    return o


@damaged("9.1")
def slot_by_a_key_of_a_void_slot():
    o = office()
    o.act(o.X, acts.enrol(o.V), verdict=VOID)
    o.act(o.V, acts.record("member V-1"))
    return o


@damaged("9.1")
def slot_by_a_key_of_its_own_enrolment():
    o = office()
    o.act(o.V, acts.enrol(o.V))
    return o


@damaged("9.1")
def slot_by_a_key_only_proposed():
    o = small()
    o.act(o.A, acts.policy("two-person on"))
    o.propose(o.A, acts.enrol(o.V, "admin"))
    o.act(o.V, acts.publish())
    return o


@damaged("9.1")
def slot_by_the_log_key():
    o = office()
    o.act(o.A, acts.log_key(o.M.called(o.log.origin).vkey, [o.hash()]))
    o.act(o.M.called(o.log.origin), acts.publish())
    return o


def one_key_id():
    """N with two pairs of keys whose KEYIDs are the same: found by trying a hundred thousand."""
    seeds = [hashlib.sha512(b"collide/%d" % n).digest()[:32] for n in (73044, 139218)]
    return [Member("N-1", seed, b"\x07" * 32) for seed in seeds]


def two_keys_of_one_id():
    """The office with N, who has changed from the one to the other."""
    o = office()
    old, new = one_key_id()
    o.act(o.A, acts.enrol(old))
    o.act(old, acts.enrol(new))
    return o, old, new


@valid("1.10")
def key_id_of_two_the_newer():
    o, _, new = two_keys_of_one_id()
    o.act(new, acts.record("member N-1"))
    return o


@void("1.10")
def key_id_of_two_the_older():
    o, old, _ = two_keys_of_one_id()
    o.act(old, acts.record("member N-1"))
    return o


@valid("9.4")
def void_slot_changes_nothing():
    o = office()
    o.act(o.R, record(o), o.grant(o.X, "reader"), verdict=VOID)
    o.act(o.R, record(o))
    return o


@damaged("9.4")
def void_slot_is_named_by_the_next():
    o = office()
    head = o.log.head
    o.act(o.X, record(o), verdict=VOID)
    o.act(o.R, record(o), prev=head)
    return o


@void("9.4")
def entry_names_the_head_before_a_void_slot():
    o = office()
    head = o.log.head
    o.act(o.X, record(o), verdict=VOID)
    o.act(o.R, record(o).but(over={2: head}))
    return o


@void("9.4")
def void_slot_does_not_grow_the_tree():
    o = office()
    o.act(o.X, record(o), verdict=VOID)
    o.act(o.R, record(o), before=o.log.state.tree.size + 1)
    return o


@not_judged("9.5")
def format_then_a_slot():
    o = office()
    o.by_two(o.A, o.B, acts.format_(2))
    o.act(o.R, record(o))
    return o


@not_judged("9.5")
def format_then_rubbish():
    o = office()
    o.by_two(o.A, o.B, acts.format_(2))
    o.act(o.R, record(o), edit=lambda d: b"rubbish")
    return o


@void("9.6")
def leaf_of_a_void_slot():
    o = office()
    slot_ = o.act(o.R, acts.propose(o.disposal()), verdict=VOID)
    o.act(o.A, acts.approve(f"exhibit {o.e1}", slot_.leaves[0], "no"))
    return o
