# SPDX-License-Identifier: Apache-2.0
"""Mutated logs: reads streams from stdin and writes each of them several times, changed.

Half of the changes are to bytes, as a disk or a stranger makes them. The other half are signed
anew by the key that signed the slot, since an insider can sign what is not so.
"""
import argparse
import random
import re
import struct
import sys

import encode
from random_model import OTHERS, PEOPLE
from writer import MISSING, Member, split_slot, split_stream

CHANGES = []


def change(build):
    """Lists a function of the random source, the slots, a slot's number, and the signers."""
    CHANGES.append(build)
    return build


def join(slots):
    """The slots as a stream."""
    out = [struct.pack(">I", len(slots))]
    for data in slots:
        out += [struct.pack(">I", MISSING if data is None else len(data)), data or b""]
    return b"".join(out)


def parts(data):
    """Text, signature line and entries of a slot."""
    end = data.index(b"\n\n") + 1
    line = data.index(b"\n", end + 1) + 1
    return data[:end], data[end + 1 : line], data[line:]


def signer_of(data, signers):
    """The Member who signed a slot, as the KEYID says; None if it is nobody we know."""
    line = parts(data)[1].decode().split()
    raw = encode.base64.b64decode(line[2])
    return signers.get((line[1], raw[:4]))


@change
def flip_a_bit(rng, slots, n, _):
    data = bytearray(slots[n])
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    slots[n] = bytes(data)


@change
def cut(rng, slots, n, _):
    slots[n] = slots[n][: rng.randrange(len(slots[n]))]


@change
def grow(rng, slots, n, _):
    slots[n] += bytes(rng.randrange(256) for _ in range(rng.randint(1, 9)))


@change
def lose(_, slots, n, __):
    slots[n] = None


@change
def exchange(rng, slots, n, _):
    other = rng.randrange(1, len(slots))
    slots[n], slots[other] = slots[other], slots[n]


@change
def repeat(rng, slots, n, _):
    slots.insert(n, slots[n])


@change
def leave_out(_, slots, n, __):
    del slots[n]


@change
def other_line_ends(_, slots, n, __):
    slots[n] = slots[n].replace(b"\n", b"\r\n", 1)


@change
def loose_base64(rng, slots, n, _):
    text, line, entries = parts(slots[n])
    place = rng.randint(8, len(line) - 2)
    slots[n] = text + b"\n" + line[:place] + b"=" + line[place + 1 :] + entries


def again(signer, lines, entries):
    """The slot with this text and these entries, signed by the signer."""
    text = "".join(line + "\n" for line in lines).encode()
    blob = b"".join(struct.pack(">H", len(e)) + e for e in entries)
    return text + b"\n" + signer.line(text) + blob


def trees_before(slots, n):
    """The trees that slot n may continue: void slots are written as if they had counted."""
    trees = [encode.Tree()]
    for data in slots[1:n]:
        if data is None:
            continue
        lines, entries = split_slot(data)
        for tree in list(trees):
            grown = grow_by(tree, entries) if str(tree.size) == lines[4] else tree
            if encode.b64(grown.root()) == lines[6] and grown.size > tree.size:
                trees.append(grown)
    return trees


def grow_by(tree, entries):
    """A tree with more entries."""
    for entry in entries:
        tree = tree.plus(encode.leaf_hash(entry))
    return tree


def root_of(slots, n, entries):
    """The root that slot n has with other entries, or None where its tree is not known."""
    lines, old = split_slot(slots[n])
    for tree in trees_before(slots, n):
        if str(tree.size) == lines[4] and encode.b64(grow_by(tree, old).root()) == lines[6]:
            return encode.b64(grow_by(tree, entries).root())
    return None


def signed(edit_lines=None, edit_entries=None):
    """A change that is signed anew, with the root that belongs to its entries where it is known."""

    def whole(rng, slots, n, signers):
        signer = signer_of(slots[n], signers)
        if not signer:
            return
        lines, entries = split_slot(slots[n])
        if edit_entries:
            entries = edit_entries(rng, entries) or entries
            lines[5] = str(int(lines[4]) + len(entries))
            lines[6] = root_of(slots, n, entries) or lines[6]
        if edit_lines:
            edit_lines(rng, lines)
        slots[n] = again(signer, lines, entries)

    return whole


def one_line(rng, lines):
    """One line of the note becomes something else."""
    place = rng.randrange(8)
    number = lines[place]
    lines[place] = rng.choice(["-", "0", "", number + " ", "0" + number, number.upper(),
                               number[:-1], lines[rng.randrange(8)]])


def spelled(rng, entries):
    """One line of one entry in another spelling."""
    place = rng.randrange(len(entries))
    lines = entries[place].decode("utf-8", "replace").split("\n")
    i = rng.randrange(len(lines))
    line = lines[i]
    lines[i] = rng.choice([
        line.upper(), line + " ", " " + line, line.replace(" ", "  ", 1), line + "\r",
        re.sub(r"\b(\d)", r"0\1", line, count=1), line[:-1], line + "0", "-"])
    return entries[:place] + ["\n".join(lines).encode()] + entries[place + 1 :]


def lines_moved(rng, entries):
    """Two lines of one entry change places, or one is left out, or stands twice."""
    place = rng.randrange(len(entries))
    lines = entries[place].decode("utf-8", "replace").split("\n")
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    what = rng.randrange(3)
    if what == 0:
        lines[i], lines[j] = lines[j], lines[i]
    elif what == 1:
        del lines[i]
    else:
        lines.insert(j, lines[i])
    return entries[:place] + ["\n".join(lines).encode()] + entries[place + 1 :]


def digit(rng, entries):
    """One hex digit of one entry is another: a HASH, an ID or a NUMBER that is in order."""
    place = rng.randrange(len(entries))
    entry = bytearray(entries[place])
    spots = [i for i, c in enumerate(entry) if c in b"0123456789abcdef"]
    if spots:
        entry[rng.choice(spots)] = rng.choice(b"0123456789abcdef")
    return entries[:place] + [bytes(entry)] + entries[place + 1 :]


def words(rng, entries):
    """One word of an entry becomes another that the grammar knows."""
    place = rng.randrange(len(entries))
    text = entries[place].decode("utf-8", "replace")
    pair = rng.choice([("yes", "no"), ("no\n", "yes\n"), ("set", "release"), ("lead", "reader"),
                       ("reader", "lead"), ("standby", "lead"), ("+admin", "-admin"),
                       ("roles -", "roles admin"), ("close", "reopen"), ("ungrant", "expire"),
                       ("grant", "ungrant"), ("custody", "reason"), ("about", "source"),
                       ("until -", "until 2026-01-06T00:00:00Z"), ("on\n", "off\n"),
                       ("exhibit", "case"), ("dispose", "erase"), ("sheet", "private")])
    return entries[:place] + [text.replace(*pair, 1).encode()] + entries[place + 1 :]


def entries_moved(rng, entries):
    """Entries in another order, one less, or one twice."""
    entries = list(entries)
    rng.shuffle(entries)
    if len(entries) > 1 and rng.random() < 0.5:
        entries.pop()
    return entries + entries[:1] if rng.random() < 0.3 else entries


for lines_of, entries_of in ((one_line, None), (None, spelled), (None, lines_moved), (None, digit),
                             (None, words), (None, words), (None, digit), (None, entries_moved)):
    CHANGES.append(signed(lines_of, entries_of))


def known_signers(world):
    """The keys of a world by name and KEYID: the first ones, and those that came after them."""
    found = {}
    for letter in PEOPLE + OTHERS:
        member = Member.of(world, f"{letter}-1")
        found[member.code, encode.key_id(member.code, member.public)] = member
    return found


def mutated(rng, slots, signers):
    """A copy of the slots with one change, cut so that the changed slot is near the end."""
    slots = list(slots)
    present = [i for i in range(1, len(slots)) if slots[i]]
    if not present:
        return slots
    n = rng.choice(present)
    try:
        rng.choice(CHANGES)(rng, slots, n, signers)
    except (ValueError, IndexError, struct.error):
        pass  # the slot was no slot before: it stays as it is
    return slots[: n + rng.randint(1, 4)]


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="1", help="of the changes")
    parser.add_argument("--world", default="rules",
                        help="whose keys sign: rules, or random/SEED/NUMBER with # for the number")
    parser.add_argument("--copies", type=int, default=4)
    given = parser.parse_args()
    rng, data, number = random.Random(given.seed), sys.stdin.buffer.read(), 0
    while data:
        slots = split_stream(data)
        data = data[len(join(slots)) :]
        signers = known_signers(given.world.replace("#", str(number)))
        for _ in range(given.copies):
            sys.stdout.buffer.write(join(mutated(rng, slots, signers)))
        number += 1


if __name__ == "__main__":
    main()
