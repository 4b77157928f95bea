# SPDX-License-Identifier: Apache-2.0
"""Ed25519 and X25519 in plain Python: for tests alone, since nothing here is constant in time.

The signer can be told which r to take, so that signatures which no honest signer makes can be
planted as well.
"""
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)
WINDOW = 4  # bits of a scalar that one table look-up takes care of


def add(p, q):
    """The sum of two points in extended coordinates (x, y, z, xy)."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def recover_x(y, sign):
    """The x of a point with this y, or None where there is no such point."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def decompress(data):
    """The point of 32 bytes, or None. A y that is not canonical is taken modulo P."""
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255 % P, number >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def compress(p):
    """The canonical 32 bytes of a point."""
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def base_point():
    """The point that every public key is a multiple of."""
    y = 4 * pow(5, P - 2, P) % P
    x = recover_x(y, 0)
    return (x, y, 1, x * y % P)


def make_table():
    """For each window of a scalar the multiples of the base point that belong there."""
    table, power = [], base_point()
    for _ in range(0, 256, WINDOW):
        row = [IDENTITY]
        for _ in range(2**WINDOW - 1):
            row.append(add(row[-1], power))
        power = add(row[-1], power)
        table.append(row)
    return table


TABLE = make_table()


def times_base(scalar):
    """A multiple of the base point; the scalar is below 2^256."""
    p = IDENTITY
    for row in TABLE:
        p = add(p, row[scalar & 2**WINDOW - 1])
        scalar >>= WINDOW
    return p


def times(scalar, p):
    """A multiple of any point."""
    result = IDENTITY
    while scalar:
        if scalar & 1:
            result = add(result, p)
        p = add(p, p)
        scalar >>= 1
    return result


def expand(seed):
    """The secret scalar of a seed, and what its nonces are made of."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & (2**254 - 8) | 2**254, digest[32:]


def ed25519_public(seed):
    """The public key of a 32-byte seed."""
    return compress(times_base(expand(seed)[0]))


def challenge(big_r, public, message):
    """The number that binds R, the key and the message."""
    digest = hashlib.sha512(big_r + public + message).digest()
    return int.from_bytes(digest, "little") % L


def ed25519_sign(seed, public, message, r=None, big_r=None, add_to_s=0):
    """A signature; r, the bytes of R and S can be bent for signatures that must be refused."""
    scalar, prefix = expand(seed)
    if r is None:
        r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    big_r = big_r or compress(times_base(r))
    s = (r + challenge(big_r, public, message) * scalar) % L + add_to_s
    return big_r + s.to_bytes(32, "little")


LOW_ORDER = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")


def mixed_order(public):
    """A key that is a good one plus a point of order eight: on the curve, not of prime order."""
    return compress(add(decompress(public), decompress(LOW_ORDER)))


def odd_spelling_of_prime_order():
    """Bytes that are not canonical and stand for a point of prime order."""
    for y in range(2, 19):
        p = decompress(y.to_bytes(32, "little"))
        if p and compress(times(L, p)) == compress(IDENTITY):
            return (y + P).to_bytes(32, "little")
    return None


def x25519(scalar, point):
    """The Montgomery ladder of RFC 7748, on 32-byte strings."""
    k = int.from_bytes(scalar, "little") & (2**254 - 8) | 2**254
    x1 = int.from_bytes(point, "little") & 2**255 - 1
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if swap != bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b = x2 + z2, x2 - z2
        aa, bb = a * a % P, b * b % P
        e = aa - bb
        da, cb = (x3 - z3) * a % P, (x3 + z3) * b % P
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def x25519_public(secret):
    """The public half of a 32-byte X25519 secret."""
    return x25519(secret, (9).to_bytes(32, "little"))
