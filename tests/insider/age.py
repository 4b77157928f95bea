# SPDX-License-Identifier: Apache-2.0
"""age v1 files for X25519 recipients, in plain Python: slow, and only for tests."""
import base64
import hashlib
import hmac
import struct

import curve

CHUNK = 65536
MASK = 0xFFFFFFFF
LABEL = b"age-encryption.org/v1/X25519"
COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))


def hkdf(secret, salt, info):
    """32 bytes by HKDF-SHA256."""
    key = hmac.digest(salt or bytes(32), secret, "sha256")
    return hmac.digest(key, info + b"\1", "sha256")


def quarter(x, a, b, c, d):
    """The quarter round of ChaCha20."""
    for one, two, three, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        x[one] = x[one] + x[two] & MASK
        word = x[three] ^ x[one]
        x[three] = (word << turn | word >> 32 - turn) & MASK


def chacha_block(key, counter, nonce):
    """64 bytes of key stream."""
    start = struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce)
    x = list(start)
    for _ in range(10):
        for group in COLUMNS + DIAGONALS:
            quarter(x, *group)
    return struct.pack("<16I", *((a + b) & MASK for a, b in zip(x, start)))


def chacha(key, nonce, data):
    """Data with the key stream, from block 1 on."""
    blocks = (len(data) + 63) // 64
    stream = b"".join(chacha_block(key, i + 1, nonce) for i in range(blocks))[: len(data)]
    mixed = int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")
    return mixed.to_bytes(len(data), "big")


def poly1305(key, data):
    """The one-time authenticator of RFC 8439."""
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    acc = 0
    for i in range(0, len(data), 16):
        block = data[i : i + 16] + b"\1"
        acc = (acc + int.from_bytes(block, "little")) * r % (2**130 - 5)
    return (acc + int.from_bytes(key[16:], "little") & 2**128 - 1).to_bytes(16, "little")


def tag(key, nonce, sealed):
    """The tag of a sealed text without associated data."""
    padded = sealed + bytes(-len(sealed) % 16) + struct.pack("<QQ", 0, len(sealed))
    return poly1305(chacha_block(key, 0, nonce)[:32], padded)


def seal_chunk(key, nonce, plain):
    """ChaCha20-Poly1305."""
    sealed = chacha(key, nonce, plain)
    return sealed + tag(key, nonce, sealed)


def open_chunk(key, nonce, sealed):
    """The reverse of seal_chunk, or an error."""
    if not hmac.compare_digest(tag(key, nonce, sealed[:-16]), sealed[-16:]):
        raise ValueError("a chunk is not what its tag says")
    return chacha(key, nonce, sealed[:-16])


def b64(data):
    """Base64 as age has it: without padding."""
    return base64.b64encode(data).rstrip(b"=")


def unb64(text):
    """The reverse of b64."""
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def stanza(file_key, point, ephemeral):
    """The two lines that hand the file key to one recipient."""
    share = curve.x25519_public(ephemeral)
    key = hkdf(curve.x25519(ephemeral, point), share + point, LABEL)
    return b"-> X25519 %s\n%s\n" % (b64(share), b64(seal_chunk(key, bytes(12), file_key)))


def chunk_nonces(count):
    """The nonces of a payload of so many chunks."""
    return [i.to_bytes(11, "big") + bytes([i == count - 1]) for i in range(count)]


def seal(points, plain, random):
    """An age file for the recipients' points; random(n) gives bytes."""
    file_key = random(16)
    header = b"age-encryption.org/v1\n"
    header += b"".join(stanza(file_key, point, random(32)) for point in points) + b"---"
    mac = hmac.digest(hkdf(file_key, b"", b"header"), header, "sha256")
    salt = random(16)
    key = hkdf(file_key, salt, b"payload")
    parts = [plain[i : i + CHUNK] for i in range(0, len(plain), CHUNK)] or [b""]
    body = (seal_chunk(key, n, p) for n, p in zip(chunk_nonces(len(parts)), parts))
    return header + b" " + b64(mac) + b"\n" + salt + b"".join(body)


def file_key_of(header, secret):
    """The file key that one of the stanzas holds for this secret, or None."""
    point, lines = curve.x25519_public(secret), header.split(b"\n")
    for head, body in zip(lines, lines[1:]):
        if head.startswith(b"-> X25519 "):
            share = unb64(head.split(b" ")[2])
            key = hkdf(curve.x25519(secret, share), share + point, LABEL)
            try:
                return open_chunk(key, bytes(12), unb64(body))
            except ValueError:
                continue
    return None


def unseal(secret, data):
    """The plaintext of an age file, for one X25519 secret; an error if it is not for it."""
    end = data.index(b"\n--- ")
    header, rest = data[: end + 4], data[data.index(b"\n", end + 1) + 1 :]
    file_key = file_key_of(header, secret)
    if file_key is None:
        raise ValueError("no stanza of this file is for that identity")
    key, sealed = hkdf(file_key, rest[:16], b"payload"), rest[16:]
    parts = [sealed[i : i + CHUNK + 16] for i in range(0, len(sealed), CHUNK + 16)]
    return b"".join(open_chunk(key, n, p) for n, p in zip(chunk_nonces(len(parts)), parts))


def stanzas(data):
    """How many recipients an age file names."""
    return data[: data.index(b"\n--- ")].count(b"\n-> ")
