# SPDX-License-Identifier: Apache-2.0
"""Real sheets, bundles, exhibits and key files: FORMAT.md sections 6 to 8.

Vectors do without, since replay opens nothing. Scenario tests plant with these what other programs
will open: log.files holds what write_store() puts under objects/ and lines/.
"""
import hashlib
import json
import struct

import age
import encode
from acts import AUDIT, deposit
from writer import recipient_of

KIB = 1024
SPAN = 65536


def padme(size):
    """PAD(size)."""
    if size <= 4096:
        return 4096
    exponent = size.bit_length() - 1
    zeros = exponent - exponent.bit_length()
    return (size + 2**zeros - 1) >> zeros << zeros


def point(recipient):
    """The 32 bytes of a RECIPIENT."""
    return encode.bech32_bytes(recipient)


def keep(log, folder, data):
    """Puts bytes where a store has them; gives their HASH."""
    name = encode.name_of(data)
    log.files[f"{folder}/{name[:2]}/{name}"] = data
    return name


def seal(log, recipients, plain):
    """An age file for these RECIPIENTs."""
    return age.seal([point(r) for r in recipients], plain, log.random)


def ring(log, name):
    """The present RECIPIENT of a case's ring, or of the audit ring."""
    return recipient_of(log.rings[name][log.state.epochs[name] - 1])


def padded(lines, identity=None):
    """The plaintext of a sheet or key file: lines, one line of padding, perhaps an identity."""
    text = "".join(line + "\n" for line in lines).encode()
    tail = (identity + "\n").encode() if identity else b""
    spaces = -(len(text) + 2 + len(tail)) % KIB
    return text + b"#" + b" " * spaces + b"\n" + tail


def line(log, kind, case, actor, **members):
    """The bytes of one line, without those members that are None."""
    value = {"kind": kind, "salt": log.random(32).hex(), "vault": log.fingerprint, "case": case,
             "actor": actor.code, **members}
    value = {k: v for k, v in value.items() if v is not None}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def sheet(log, recipients, lines, identity=None):
    """A sheet as an age file."""
    return seal(log, recipients, padded([f"# {x.decode()}" for x in lines], identity))


def bundle(sheets, rewritten=None):
    """A bundle of sheets; b"" stands for a destroyed one, rewritten for the random end."""
    data = b"".join(struct.pack(">I", len(s)) + s for s in sheets)
    return data + (struct.pack(">I", 0xFFFFFFFF) + rewritten if rewritten else b"")


def split_bundle(data):
    """The sheets of a bundle."""
    sheets = []
    while data and data[:4] != b"\xff" * 4:
        size = struct.unpack(">I", data[:4])[0]
        sheets.append(data[4 : 4 + size])
        data = data[4 + size :]
    return sheets


def blocks(data):
    """The member `blocks`, or None where one span holds all."""
    span = SPAN
    while len(data) > span * 1024:
        span *= 2
    if len(data) <= span:
        return None
    parts = (data[i : i + span] for i in range(0, len(data), span))
    return {"span": span, "sha256": encode.b64(b"".join(map(encode.sha256, parts)))}


def content_of(log, data, secret):
    """Seals an exhibit's bytes and keeps them; gives the object's HASH and the line's members."""
    plain = data + bytes(padme(len(data)) - len(data))
    stored = keep(log, "objects", seal(log, [recipient_of(secret)], plain))
    members = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
               "blocks": blocks(data), "media_type": "application/octet-stream"}
    return stored, members


def custody(log, nonce, case, actor, event, **members):
    """A custody line."""
    clock = {"utc": encode.spell_time(log.now), "monotonic_ms": 1, "boot": "-",
             "stepped_back": False, "synced": "unknown"}
    return line(log, "custody", case, actor, act=nonce, event=event, tool="insider 1",
                device="test", clock=clock, **members)


def plant(log, actor, case, data, name="photo.jpg", lie=None, tell=None):
    """A deposit with everything that belongs to it, as one slot; gives the Slot and the ID.

    lie: members of the content line that are to be false. tell: those of the source line.
    """
    nonce, exhibit, secret = log.new_id(), log.new_id(), log.random(32)
    stored, members = content_of(log, data, secret)
    here = {"exhibit": exhibit, "object": stored, "recipient": recipient_of(secret)}
    lines = [line(log, "content", case, actor, **here, **{**members, **(lie or {})}),
             line(log, "about", case, actor, **here, name=name, type="file"),
             line(log, "source", case, actor, **here, **(tell or {"source": "planted"})),
             custody(log, nonce, case, actor, "deposit")]
    own = sheet(log, [ring(log, case)], lines[:3], encode.identity(secret))
    act = sheet(log, [ring(log, AUDIT), ring(log, case)], lines[3:])
    spec = deposit(exhibit, case, stored).with_lines(
        "content", "about", "source", "custody", hashes=[encode.name_of(x) for x in lines],
        sheets=[encode.name_of(own), encode.name_of(act)])
    name = keep(log, "lines", bundle([own, act]))
    return log.add(actor, [spec], nonce=nonce, bundle=name), exhibit


def key_file(log, name, recipients, secrets=None, code="-", title=None, first=1):
    """Keeps a key file of a ring, newest identity first; gives its HASH.

    first: the epoch of the oldest of these secrets.
    """
    secrets = log.rings[name] if secrets is None else secrets
    audit = name == AUDIT
    head = ["# amana/ring 1", f"# vault {log.fingerprint}",
            "# audit" if audit else f"# case {name} {code}"]
    head += [f"# title {title}"] if title else []
    tail = "".join(f"# epoch {i}\n{encode.identity(secret)}\n"
                   for i, secret in reversed(list(enumerate(secrets, first))))
    text = "".join(x + "\n" for x in head)
    spaces = -(len(text.encode()) + 2 + len(tail)) % KIB
    plain = text.encode() + b"#" + b" " * spaces + b"\n" + tail.encode()
    return keep(log, "objects", seal(log, recipients, plain))


def secrets_in(member, data):
    """The identities of a key file, by epoch, as its member opens it."""
    found, epoch = {}, None
    for text in age.unseal(member.secret, data).decode().splitlines():
        if text.startswith("# epoch "):
            epoch = int(text[8:])
        if text.startswith("AGE-SECRET-KEY-1"):
            found[epoch] = encode.bech32_bytes(text)
    return found
