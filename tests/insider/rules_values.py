# SPDX-License-Identifier: Apache-2.0
"""Sections 1 and 5: each kind of value in a spelling that is malformed, and lists out of order."""
import acts
import curve
import encode
from rules_grammar import change, text
from situations import later, office, one_slot, valid, void
from writer import VALID, VOID, Member

P_PLUS_1 = (curve.P + 1).to_bytes(32, "little")
TOP_BIT = ((1 << 255) + 9).to_bytes(32, "little")
LOW_ORDERS = (bytes(32), (1).to_bytes(32, "little"), (curve.P - 1).to_bytes(32, "little"),
              bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
              bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"))


def enrol(edit):
    """V is enrolled by A, with a text that is edited."""
    return lambda o: acts.enrol(o.V).but(edit=lambda t: edit(o, t))


def to_recipient(spelling):
    """V is enrolled with another recipient."""
    return lambda o: acts.enrol(o.V).but(
        edit=lambda t: t.replace(o.V.recipient, spelling(o.V.recipient)))


def to_key(spelling):
    """V is enrolled with another spelling of a key, made from the public key."""
    return lambda o: acts.enrol(o.V).but(edit=lambda t: t.replace(o.V.vkey, spelling(o.V)))


def key_of(public):
    """The VKEY of other bytes under V's code, with the KEYID that belongs to them."""
    return lambda m: encode.vkey(m.code, public(m.public))


def point(data):
    """A recipient whose checksum is right, of any bytes."""
    return lambda _: encode.recipient_of_point(data)


def wrong_sum(spelled):
    """A bech32 text with another last letter."""
    return spelled[:-1] + ("q" if spelled[-1] != "q" else "p")


one_slot(office, "1.4", VOID, [
    ("recipient-upper", "A", to_recipient(str.upper)),
    ("recipient-mixed-case", "A", to_recipient(lambda r: r[:10] + r[10:].upper())),
    ("recipient-checksum", "A", to_recipient(wrong_sum)),
    ("recipient-short", "A", to_recipient(lambda r: r[:-1])),
    ("recipient-31-bytes", "A", to_recipient(lambda r: encode.bech32("age", bytes(30) + b"\x09"))),
    ("recipient-identity", "A", to_recipient(lambda r: encode.identity(b"\x09" * 32))),
    ("recipient-other-prefix", "A", to_recipient(lambda r: encode.bech32("agf", b"\x09" * 32))),
    ("recipient-u-p-plus-1", "A", to_recipient(point(P_PLUS_1))),
    ("recipient-u-p", "A", to_recipient(point(curve.P.to_bytes(32, "little")))),
    ("recipient-u-p-plus-9", "A", to_recipient(point((curve.P + 9).to_bytes(32, "little")))),
    ("recipient-u-2-255-minus-1", "A", to_recipient(point(b"\xff" * 31 + b"\x7f"))),
    ("recipient-top-bit", "A", to_recipient(point(TOP_BIT))),
] + [(f"recipient-low-order-{i}", "A", to_recipient(point(p))) for i, p in enumerate(LOW_ORDERS)])
one_slot(office, "1.4", VALID, [
    ("recipient-u-2", "A", to_recipient(point((2).to_bytes(32, "little")))),
    ("recipient-u-p-minus-2", "A", to_recipient(point((curve.P - 2).to_bytes(32, "little")))),
    ("recipient-of-another-member", "A", to_recipient(
        lambda r: Member.of("rules", "R-1").recipient)),
])
one_slot(office, "1.5", VOID, [
    ("key-small-order", "A", to_key(key_of(lambda k: curve.LOW_ORDER))),
    ("key-identity", "A", to_key(key_of(lambda k: bytes([1]) + bytes(31)))),
    ("key-mixed-order", "A", to_key(key_of(curve.mixed_order))),
    ("key-not-on-curve", "A", to_key(key_of(lambda k: (2).to_bytes(32, "little")))),
    ("key-y-p-plus-3", "A", to_key(key_of(lambda k: (curve.P + 3).to_bytes(32, "little")))),
    ("key-x-0-with-sign", "A", to_key(key_of(lambda k: bytes([1]) + bytes(30) + b"\x80"))),
])
one_slot(office, "1 VKEY", VOID, [
    ("key-id-wrong", "A", to_key(lambda m: m.vkey.replace(m.vkey.split("+")[1], "00000000"))),
    ("key-id-upper", "A", to_key(lambda m: f"{m.code}+ABCDEF01+{m.vkey.split('+', 2)[2]}")),
    ("key-id-of-other-name", "A", to_key(lambda m: m.code + m.called("V-2").vkey[3:])),
    ("key-algorithm-2", "A", to_key(lambda m: f"{m.code}+"
     + encode.sha256(m.code.encode() + b"\n\x02" + m.public)[:4].hex()
     + "+" + encode.b64(b"\x02" + m.public))),
    ("key-base64-not-canonical", "A", to_key(lambda m: m.vkey[:-2] + bump(m.vkey[-2]) + "=")),
    ("key-base64-no-padding", "A", to_key(lambda m: m.vkey[:-1])),
    ("key-33-bytes", "A", to_key(lambda m: encode.vkey(m.code, m.public + b"\0"))),
    ("key-name-of-another", "A", to_key(lambda m: m.called("W-1").vkey)),
    ("key-is-skey", "A", to_key(lambda m: encode.skey(m.code, m.seed))),
])


def bump(letter):
    """The base64 letter whose lowest bit, which the padding leaves unused, is set."""
    table = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return table[table.index(letter) | 1]


def code(spelling):
    """Somebody with this code is enrolled."""
    return lambda o: acts.enrol(o.V.called(spelling))


one_slot(office, "1 CODE", VOID, [
    ("code-six-letters", "A", code("ABCDEF-1")),
    ("code-six-digits", "A", code("A-123456")),
    ("code-no-letter", "A", code("-1")),
    ("code-no-digit", "A", code("A-")),
    ("code-lower", "A", code("s-014")),
    ("code-two-dashes", "A", code("S--14")),
])
one_slot(office, "1 CODE", VALID, [
    ("code-longest", "A", code("ABCDE-12345")),
    ("code-leading-zeros", "A", code("S-00000")),
])


def at(time):
    """A record with another TIME."""
    return lambda o: acts.record(f"exhibit {o.e1}", o.case).but(over={3: time})


one_slot(office, "1 TIME", VOID, [
    (f"time-{name}", "R", at(time)) for name, time in (
        ("leap-second", "2026-01-05T23:59:60Z"), ("february-30", "2026-02-30T08:00:00Z"),
        ("february-29", "2026-02-29T08:00:00Z"), ("1900s-february-29", "2100-02-29T08:00:00Z"),
        ("month-13", "2026-13-01T08:00:00Z"), ("month-0", "2026-00-01T08:00:00Z"),
        ("day-0", "2026-01-00T08:00:00Z"), ("hour-24", "2026-01-05T24:00:00Z"),
        ("minute-60", "2026-01-05T08:60:00Z"), ("year-1969", "1969-12-31T23:59:59Z"),
        ("year-10000", "10000-01-01T00:00:00Z"), ("year-0000", "0000-01-01T00:00:00Z"),
        ("lower-z", "2026-01-05T08:00:00z"), ("lower-t", "2026-01-05t08:00:00Z"),
        ("offset", "2026-01-05T08:00:00+00:00"), ("fraction", "2026-01-05T08:00:00.0Z"),
        ("one-digit", "2026-1-05T08:00:00Z"), ("space", "2026-01-05 08:00:00Z"),
        ("none", "-"))
])
one_slot(office, "1 TIME", VALID, [
    (f"time-{name}", "R", at(time)) for name, time in (
        ("1970", "1970-01-01T00:00:00Z"), ("9999", "9999-12-31T23:59:59Z"),
        ("leap-day", "2028-02-29T00:00:00Z"), ("leap-day-2000", "2000-02-29T00:00:00Z"))
])
one_slot(office, "1 NUMBER", VOID, [
    ("number-leading-zero", "R", text(change("\nring 1\n", "\nring 01\n"))),
    ("number-plus", "R", text(change("\nring 1\n", "\nring +1\n"))),
    ("number-minus", "R", text(change("\nring 1\n", "\nring -1\n"))),
    ("number-hex", "R", text(change("\nring 1\n", "\nring 0x1\n"))),
    ("number-empty", "R", text(change("\nring 1\n", "\nring \n"))),
    ("number-dash", "R", text(change("\nring 1\n", "\nring -\n"))),
    ("number-2-53", "R", text(change("\nring 1\n", "\nring 9007199254740992\n"))),
    ("number-2-64-plus-1", "R", text(change("\nring 1\n", "\nring 18446744073709551617\n"))),
    ("number-2-32-plus-1", "R", text(change("\nring 1\n", "\nring 4294967297\n"))),
    ("number-fullwidth", "R", text(change("\nring 1\n", "\nring \uff11\n"))),
])


def stored(spelling):
    """A deposit whose object's HASH is spelled otherwise."""
    return lambda o: acts.deposit(o.log.new_id(), o.case, spelling(o.hash()))


one_slot(office, "1 HASH", VOID, [
    ("hash-upper", "D", stored(lambda h: "ABCDEF" + h[6:])),
    ("hash-short", "D", stored(lambda h: h[:-1])),
    ("hash-long", "D", stored(lambda h: h + "0")),
    ("hash-dash", "D", stored(lambda h: "-")),
    ("hash-not-hex", "D", stored(lambda h: "g" + h[1:])),
    ("object-two-fields", "D", stored(lambda h: h + " " + h)),
])
one_slot(office, "1 ID", VOID, [
    ("id-upper", "D", lambda o: acts.deposit("ABCDEF" + o.log.new_id()[6:], o.case)),
    ("id-short", "D", lambda o: acts.deposit(o.log.new_id()[:-1], o.case)),
    ("id-64", "D", lambda o: acts.deposit(o.hash(), o.case)),
    ("id-dash", "D", lambda o: acts.deposit("-", o.case)),
])


def lines(*wanted, sheets=1, private=False):
    """A record of the first exhibit with pairs of kind and number of HASH, in this order."""

    def build(o):
        spec = acts.record(f"exhibit {o.e1}", o.case)
        spec = spec.but(lines=tuple((kind, f"{n:02x}" * 32) for kind, n in wanted))
        spec = spec.but(sheets=tuple(f"{0xF0 - i:02x}" * 32 for i in range(sheets)))
        return spec.but(private="ee" * 32 if private else None)

    return build


def sheets_again(o):
    """Two sheets of one HASH."""
    return lines(("custody", 1))(o).but(sheets=("dd" * 32, "dd" * 32))


one_slot(office, "5.3", VOID, [
    ("line-17", "R", lines(*(("custody", i) for i in range(17)))),
    ("line-kinds-order", "R", lines(("reason", 1), ("custody", 2))),
    ("line-source-before-about", "R", lines(("source", 1), ("about", 2), private=True)),
    ("line-custody-before-about", "R", lines(("custody", 1), ("about", 2), private=True)),
    ("line-descends", "R", lines(("custody", 2), ("custody", 1))),
    ("line-repeats", "R", lines(("custody", 1), ("custody", 1))),
    ("line-kind-unknown", "R", lines(("note", 1))),
    ("line-kind-upper", "R", lines(("Custody", 1))),
    ("line-kind-empty", "R", lines(("", 1))),
])
one_slot(office, "5.3", VALID, [
    ("line-16", "R", lines(*(("custody", i) for i in range(16)))),
    ("line-same-hash-two-kinds", "R", lines(("custody", 1), ("reason", 1))),
    ("line-all-of-record", "R", lines(("about", 4), ("source", 3), ("custody", 2), ("reason", 1),
                                      private=True)),
])
one_slot(office, "5.4", VOID, [("sheet-9", "R", lines(("custody", 1), sheets=9)),
                               ("sheet-repeats", "R", sheets_again)])
one_slot(office, "5.4", VALID, [("sheet-8-descending", "R", lines(("custody", 1), sheets=8))])
one_slot(office, "5 order", VOID, [
    ("sheet-before-line", "R", lambda o: lines(("custody", 1))(o).but(
        edit=lambda t: "\n".join(t.split("\n")[:-3] + t.split("\n")[-2:-1]
                                 + t.split("\n")[-3:-2]) + "\n")),
    ("object-after-line", "D", lambda o: acts.deposit(o.log.new_id(), o.case).with_lines(
        "about", sheets=["dd" * 32]).but(edit=lambda t: t + f"object {'ab' * 32}\n")),
    ("private-before-sheet", "R", lambda o: lines(("about", 1), sheets=0, private=True)(o).but(
        edit=lambda t: t + f"sheet {'ab' * 32}\n")),
    ("private-twice", "R", lambda o: lines(("about", 1), sheets=0, private=True)(o).but(
        edit=lambda t: t + f"private {'ef' * 32}\n")),
])


def roles(value):
    """V is enrolled with these roles."""
    return lambda o: acts.enrol(o.V, value)


one_slot(office, "5 ROLES", VOID, [
    ("roles-order", "A", roles("auditor,admin")), ("roles-repeat", "A", roles("admin,admin")),
    ("roles-recovery-and-admin", "A", roles("admin,recovery")), ("roles-none", "A", roles("")),
    ("roles-unknown", "A", roles("lead")), ("roles-space", "A", roles("admin, auditor")),
    ("roles-comma-behind", "A", roles("admin,")), ("roles-upper", "A", roles("Admin")),
    ("roles-dash-and-admin", "A", roles("-,admin")),
])
one_slot(office, "5 ROLES", VALID, [
    ("roles-both", "A", roles("admin,auditor")), ("roles-auditor", "A", roles("auditor")),
    ("roles-recovery", "A", roles("recovery")),
])
one_slot(office, "5 role", VOID, [
    ("role-recovery-given", "A", lambda o: acts.role(o.X, "+recovery")),
    ("role-no-sign", "A", lambda o: acts.role(o.X, "admin")),
    ("role-two", "A", lambda o: acts.role(o.X, "+admin,auditor")),
    ("role-dash", "A", lambda o: acts.role(o.X, "-")),
])
one_slot(office, "5 KEY VALUE", VOID, [
    (f"policy-{n}", "A", lambda o, value=value: acts.policy(value)) for n, value in (
        ("two-person-off", "two-person off"), ("disclosure-off", "disclosure off"),
        ("disclosure-on", "disclosure on"), ("grant-days-0", "grant-days 0"),
        ("grant-days-3651", "grant-days 3651"), ("grant-days-01", "grant-days 01"),
        ("unknown", "retention 30"), ("no-value", "two-person"), ("break-glass-4", "break-glass 4"))
])
one_slot(office, "5 KEY VALUE", VALID, [
    (f"policy-{n}", "A", lambda o, value=value: acts.policy(value)) for n, value in (
        ("two-person-on", "two-person on"), ("disclosure", "disclosure two-person"),
        ("grant-days-1", "grant-days 1"), ("grant-days-3650", "grant-days 3650"),
        ("break-glass-on", "break-glass on"), ("break-glass-off", "break-glass off"))
])


def kind(value, member="X"):
    """L grants X as this kind."""
    return lambda o: o.grant(getattr(o, member), value)


one_slot(office, "5 KIND", VOID, [
    ("kind-auditor-in-case", "L", kind("auditor")), ("kind-unknown", "L", kind("admin")),
    ("kind-upper", "L", kind("Reader")), ("kind-none", "L", kind("-")),
    ("kind-lead-in-audit", "U", lambda o: acts.grant(acts.AUDIT, o.F, "lead", o.hash())),
    ("kind-reader-in-audit", "U", lambda o: acts.grant(acts.AUDIT, o.F, "reader", o.hash())),
])
one_slot(office, "5 KIND", VALID, [
    (f"kind-{k}", "L", kind(k)) for k in ("lead", "reader", "depositor", "standby")
] + [("kind-recovery", "L", kind("recovery", "K"))])
one_slot(office, "5 subject", VOID, [
    ("subject-vault-with-more", "U", lambda o: acts.record("vault -")),
    ("subject-kind-unknown", "U", lambda o: acts.record("ring audit")),
    ("subject-upper", "U", lambda o: acts.record("Vault")),
    ("subject-none", "U", lambda o: acts.record("")),
    ("subject-wrong-for-action", "L", lambda o: acts.close("x").but(subject=f"exhibit {o.e1}")),
    ("subject-grant-no-code", "L", lambda o: o.ungrant(o.R).but(subject=f"grant {o.case}")),
    ("subject-grant-recorded", "U", lambda o: acts.record(f"grant {o.case} R-1", o.case)),
    ("subject-denied-member", "X", lambda o: acts.denied("member X-1")),
    ("subject-audit-for-break-glass", "U", lambda o: acts.break_glass("audit", o.U, later(o, 1))),
    ("subject-hold-vault", "A", lambda o: acts.hold("vault", "set")),
    ("subject-dispose-case", "L", lambda o: acts.propose(o.bare("x")).but(
        subject=f"case {o.case}")),
    ("subject-deposit-case", "D", lambda o: acts.deposit("x", o.case).but(
        subject=f"case {o.case}")),
])
one_slot(office, "5 value", VOID, [
    ("hold-off", "L", lambda o: acts.hold(f"exhibit {o.e1}", "off")),
    ("until-past-grammar", "L", lambda o: o.grant(o.X, "reader", until="2026-02-05")),
    ("format-1", "A", lambda o: acts.propose(acts.format_(1))),
    ("format-02", "A", lambda o: acts.propose(acts.format_("02"))),
    ("answer-maybe", "A", lambda o: acts.approve(f"exhibit {o.e1}", "ab" * 32, "maybe")),
    ("anchor-kind-17", "A", lambda o: acts.anchor(1, [o.hash()], "a" * 17)),
    ("anchor-kind-upper", "A", lambda o: acts.anchor(1, [o.hash()], "RFC3161")),
    ("anchor-kind-empty", "A", lambda o: acts.anchor(1, [o.hash()], "")),
    ("restored-0", "A", lambda o: acts.propose(acts.restored(0, o.hash()))),
    ("case-leads-two", "A", lambda o: o.new_case(o.A, o.L).but(
        edit=change("lead L-1", "leads L-1,R-1"))),
    ("log-key-of-other-name", "A",
     lambda o: acts.log_key(encode.vkey("test/x", o.M.public), [o.hash()])),
    ("log-key-name-without-id", "A",
     lambda o: acts.log_key(encode.vkey("test", o.M.public), [o.hash()])),
    ("log-key-65-objects", "A", lambda o: acts.log_key(
        encode.vkey(o.log.origin, o.M.public), [o.hash() for _ in range(65)])),
    ("case-dash-for-exhibit", "R", lambda o: acts.record(f"exhibit {o.e1}")),
    ("case-dash-for-case", "R", lambda o: acts.record(f"case {o.case}")),
    ("epoch-dash-with-case", "R", text(change("\nepoch 1\n", "\nepoch -\n"))),
    ("epoch-number-without-case", "U", lambda o: acts.record("vault").but(
        edit=change("\nepoch -\n", "\nepoch 1\n"))),
    ("case-id-for-vault", "U", lambda o: acts.record("vault", o.case)),
    ("case-id-for-member", "X", lambda o: acts.record("member X-1", o.case)),
    ("deposit-case-dash", "D", lambda o: acts.deposit(o.log.new_id(), "-")),
    ("propose-close", "L", lambda o: acts.propose(acts.close(o.case))),
    ("propose-deposit", "D", lambda o: acts.propose(acts.deposit(o.log.new_id(), o.case))),
    ("propose-hold-set", "L", lambda o: acts.propose(acts.hold(f"exhibit {o.e1}", "set"))),
    ("propose-with-proposal-line", "L", lambda o: acts.propose(o.disposal()).but(
        edit=change("propose dispose\n", f"propose dispose\nproposal {'ab' * 32}\n"))),
    ("propose-with-bundle-line", "L", lambda o: acts.propose(o.disposal()).but(
        edit=change("propose dispose\n",
                    f"propose dispose\nbundle {o.b1} {'ab' * 32} {'cd' * 32}\n"))),
    ("record-line-without-private", "R", lines(("about", 1))),
    ("record-private-without-line", "R", lines(("custody", 1), private=True)),
    ("record-private-is-its-sheet", "R", lambda o: lines(("about", 1), private=True)(o).but(
        sheets=("ee" * 32,))),
    ("deposit-content-without-object", "D", lambda o: acts.deposit(
        o.log.new_id(), o.case).with_lines("content", sheets=["dd" * 32])),
    ("deposit-about-without-sheet", "D", lambda o: acts.deposit(
        o.log.new_id(), o.case).with_lines("about")),
])
one_slot(office, "5 value", VALID, [
    ("anchor-kind-16", "A", lambda o: acts.anchor(1, [o.hash()], "a-0" * 5 + "z")),
    ("log-key-64-objects", "A", lambda o: acts.log_key(
        encode.vkey(o.log.origin, o.M.public), ["ab" * 32] * 64)),
    ("anchor-object-twice", "A", lambda o: acts.anchor(1, ["ab" * 32] * 2)),
    ("deposit-thing", "D", lambda o: acts.deposit(o.log.new_id(), o.case).with_lines(
        "about", "source", sheets=["dd" * 32])),
    ("record-about-private", "R", lines(("about", 1), sheets=0, private=True)),
    ("record-source-private", "R", lines(("source", 1), sheets=0, private=True)),
])


@valid("5 LEAF")
def acknowledge_in_the_next_slot():
    o = office()
    leaf = o.act(o.A, acts.enrol(o.R.again())).leaves[0]
    o.act(o.L, acts.acknowledge("member R-1", leaf))
    return o


@void("5 LEAF")
def acknowledge_leaf_unknown():
    o = office()
    o.act(o.A, acts.enrol(o.R.again()))
    o.act(o.L, acts.acknowledge("member R-1", "ab" * 32))
    return o


@void("5 LEAF")
def acknowledge_subject_is_another():
    o = office()
    leaf = o.act(o.A, acts.enrol(o.R.again())).leaves[0]
    o.act(o.L, acts.acknowledge("member T-1", leaf))
    return o


@void("5 LEAF")
def acknowledge_leaf_of_a_void_slot():
    o = office()
    slot = o.act(o.X, acts.enrol(o.R.again()), verdict=VOID)
    o.act(o.L, acts.acknowledge("member R-1", slot.leaves[0]))
    return o
