# SPDX-License-Identifier: Apache-2.0
# For 90-readers.sh: one reader of a case that is mounted, until so many seconds are over and everything that is there was read once.
#   readers.py MOUNT SOURCE HOW SECONDS
# HOW: row (in order, from front to back), whole (in any order, by SHA-256), places (here and there), all (by turns, and by memory map).
# SOURCE holds what was deposited before; later ones, "late N.txt", say so themselves.  Prints files read and bytes compared; wrong bytes end it.
import hashlib
import mmap
import os
import random
import resource
import sys
import time

MOUNT, SOURCE, HOW, SECONDS = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
FOLDER = MOUNT + "/HK-1/"
BLOCK = 1 << 20
resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
r = random.Random(HOW + str(os.getpid()))


class Source:
    """What a file of the mount must hold."""

    def __init__(self, name):
        last = name.split(" ", 1)[1]
        self.late = f"a late one, {last[5:-4]}\n".encode() if last.startswith("late ") else None
        self.fd = os.open(SOURCE + "/" + last, os.O_RDONLY) if self.late is None else -1
        self.size = len(self.late) if self.late is not None else os.fstat(self.fd).st_size

    def part(self, at, n):
        return self.late[at:at + n] if self.late is not None else os.pread(self.fd, n, at)

    def done(self):
        if self.fd >= 0:
            os.close(self.fd)


def check(name, at, got, want):
    if got != want:
        sys.exit(f"{name}: at {at}, {len(got)} bytes that are not the {len(want)} that were deposited")
    return len(got)


def in_row(name, fd, source):
    at = 0
    while True:
        n = r.choice((4096, 65536, 100000, BLOCK))
        got = os.pread(fd, n, at)
        check(name, at, got, source.part(at, n))
        if not got:
            return at
        at += len(got)


def whole(name, fd, source):
    mine, theirs, at = hashlib.sha256(), hashlib.sha256(), 0
    while got := os.read(fd, BLOCK):
        mine.update(got)
    while want := source.part(at, BLOCK):
        theirs.update(want)
        at += len(want)
    if mine.digest() != theirs.digest():
        sys.exit(f"{name}: another SHA-256")
    return at


def places(name, fd, source):
    n_bytes = 0
    for _ in range(12):
        at, n = r.randrange(source.size + 2), r.choice((1, 4096, 65536, 300000))
        n_bytes += check(name, at, os.pread(fd, n, at), source.part(at, n))
    return n_bytes


def mapped(name, fd, source):
    if source.size == 0:
        return 0
    n_bytes = 0
    with mmap.mmap(fd, 0, prot=mmap.PROT_READ) as m:
        for _ in range(6):
            at = r.randrange(source.size)
            n_bytes += check(name, at, m[at:at + 20000], source.part(at, 20000))
    return n_bytes


ways = {"row": [in_row], "whole": [whole], "places": [places], "all": [in_row, whole, places, mapped]}[HOW]
until = time.monotonic() + SECONDS
n_files = n_bytes = 0
done = False
while not done:
    names = sorted(n for n in os.listdir(FOLDER) if n.split(" ", 1)[1].startswith(("doc ", "late ")))
    if HOW != "row":
        r.shuffle(names)
    for name in names:
        fd, source = os.open(FOLDER + name, os.O_RDONLY), Source(name)
        if r.random() < 0.5:  # else only the first to come would ask the mount
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        n_bytes += r.choice(ways)(name, fd, source)
        n_files += 1
        os.close(fd)
        source.done()
        if n_files >= len(names) and time.monotonic() > until:
            done = True
            break
print(n_files, n_bytes)
