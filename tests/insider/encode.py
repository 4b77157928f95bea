# SPDX-License-Identifier: Apache-2.0
"""The spellings of FORMAT.md section 1, the tree of section 4, and signed notes."""
import base64
import calendar
import hashlib
import time

import curve

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
DASH = "\u2014"  # what a signature line begins with


def sha256(data):
    """The digest as 32 bytes."""
    return hashlib.sha256(data).digest()


def name_of(data):
    """A HASH: the digest as FORMAT.md spells it."""
    return hashlib.sha256(data).hexdigest()


def b64(data):
    """Canonical padded base64."""
    return base64.b64encode(data).decode()


def bech32_sum(values):
    """The checksum polynomial of BIP 173."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, word in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> i & 1:
                check ^= word
    return check


def regroup(data, from_bits, to_bits, pad):
    """The bits of a list of numbers in groups of another size."""
    acc, bits, out = 0, 0, []
    for value in data:
        acc, bits = acc << from_bits | value, bits + from_bits
        while bits >= to_bits:
            bits -= to_bits
            out.append(acc >> bits & 2**to_bits - 1)
    if pad and bits:
        out.append(acc << to_bits - bits & 2**to_bits - 1)
    return out


def bech32(prefix, data):
    """Lower-case bech32 of 32 bytes."""
    values = regroup(data, 8, 5, True)
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = bech32_sum(expanded + values + [0] * 6) ^ 1
    values += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(BECH32[v] for v in values)


def bech32_bytes(text):
    """The bytes in a bech32 text whose checksum is believed."""
    values = [BECH32.index(c) for c in text.lower().rpartition("1")[2]]
    return bytes(regroup(values[:-6], 5, 8, False))


def recipient_of_point(point):
    """A RECIPIENT for 32 bytes, be they a good point or not."""
    return bech32("age", point)


def recipient(secret):
    """The RECIPIENT of an X25519 secret."""
    return recipient_of_point(curve.x25519_public(secret))


def identity(secret):
    """The IDENTITY of an X25519 secret."""
    return bech32("age-secret-key-", secret).upper()


def key_id(name, public):
    """The four bytes by which C2SP signed-note names a key."""
    return sha256(name.encode() + b"\n\x01" + public)[:4]


def vkey(name, public):
    """The VKEY of a public key."""
    return f"{name}+{key_id(name, public).hex()}+{b64(bytes([1]) + public)}"


def skey(name, seed):
    """The SKEY of a seed."""
    public = curve.ed25519_public(seed)
    return f"PRIVATE+KEY+{name}+{key_id(name, public).hex()}+{b64(bytes([1]) + seed)}"


def signature_line(name, public, signature):
    """One signature line of a note, with its LF."""
    return f"{DASH} {name} {b64(key_id(name, public) + signature)}\n".encode()


def moment(text):
    """The seconds of a TIME."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def spell_time(seconds):
    """The TIME of so many seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def slot_name(number):
    """Where a store keeps a slot."""
    digits = f"{number:012d}"
    return "log/" + "/".join(digits[i : i + 3] for i in range(0, 12, 3))


def leaf_hash(entry):
    """The leaf of one entry, as bytes."""
    return sha256(b"\0" + entry)


class Tree:
    """An RFC 6962 tree of which only the right edge is kept: (height, hash), tallest first."""

    def __init__(self, size=0, edge=()):
        self.size, self.edge = size, edge

    def plus(self, leaf):
        """The tree with one more leaf."""
        edge, height = list(self.edge), 0
        while edge and edge[-1][0] == height:
            leaf = sha256(b"\1" + edge.pop()[1] + leaf)
            height += 1
        return Tree(self.size + 1, (*edge, (height, leaf)))

    def root(self):
        """The root hash, as bytes."""
        if not self.edge:
            return sha256(b"")
        root = self.edge[-1][1]
        for _, left in reversed(self.edge[:-1]):
            root = sha256(b"\1" + left + root)
        return root
