# SPDX-License-Identifier: Apache-2.0
# For 95-readonly.sh, which lists what is checked:  readonly.py MOUNT SOURCE OUTSIDE
# MOUNT: a mount of HK-1 that holds the files of SOURCE, by their last names.  OUTSIDE: a folder on another file system, written to.
import ctypes
import errno
import hashlib
import mmap
import os
import signal
import socket
import stat
import struct
import sys

MOUNT, SOURCE, OUTSIDE = sys.argv[1:4]
CASE = MOUNT + "/HK-1"
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
GETDENTS64, RENAMEAT2 = {"x86_64": (217, 316), "aarch64": (61, 276)}[os.uname().machine]
AT_FDCWD = -100
RENAME_NOREPLACE, RENAME_EXCHANGE = 1, 2
FS_IOC_SETFLAGS = 0x40086602
O_TMPFILE = 0o20200000
failed = 0


def tell(name, good, why=""):
    global failed
    print(("ok" if good else "not ok") + " 95-readonly: " + name + ("" if good else ": " + str(why)))
    failed |= not good


def same(name, got, want):
    tell(name, got == want, f"{got!r} is not {want!r}")


def outcome(do, *args):
    """The name of the error, or the value."""
    try:
        return do(*args)
    except OSError as e:
        return errno.errorcode.get(e.errno, e.errno)


def refused(name, want, do, *args):
    got = outcome(do, *args)
    tell(name, got in want.split(), f"{got!r} is not {want}")


def c(name, *args):
    """A function of the C library that gives -1 and errno."""
    ctypes.set_errno(0)
    r = getattr(LIBC, name)(*args)
    if r == -1:
        raise OSError(ctypes.get_errno(), name)
    return r


def opened(path, flags=os.O_RDONLY):
    os.close(os.open(path, flags, 0o600))
    return "opened"


def within(path, flags, do, *args):
    fd = os.open(path, flags)
    try:
        return do(fd, *args)
    finally:
        os.close(fd)


def picture():
    """Everything that can be seen of the mount."""
    seen = {}
    for folder, folders, files in os.walk(MOUNT):
        for name in folders + files + ["."]:
            path = os.path.join(folder, name)
            st = os.lstat(path)
            body = hashlib.sha256(open(path, "rb").read()).hexdigest() if stat.S_ISREG(st.st_mode) else ""
            seen[path] = (st.st_ino, st.st_mode, st.st_nlink, st.st_uid, st.st_gid, st.st_size, st.st_blocks,
                          st.st_atime_ns, st.st_mtime_ns, st.st_ctime_ns, body)
    return seen


def exhibit(end):
    found = [n for n in os.listdir(CASE) if n.endswith(end)]
    if len(found) != 1:
        raise SystemExit(f"not ok 95-readonly: there is no '{end}'")
    return CASE + "/" + found[0]


BIG, SMALL, EMPTY = exhibit("size 1000000.bin"), exhibit("size 4096.bin"), exhibit("size 0.bin")
NEW = CASE + "/new"
BYTES = open(SOURCE + "/size 1000000.bin", "rb").read()


# ---- nothing can be changed ----

def changes_open():
    for names in ("O_WRONLY", "O_RDWR", "O_WRONLY O_APPEND", "O_RDWR O_APPEND", "O_RDONLY O_TRUNC", "O_WRONLY O_TRUNC", "O_RDWR O_TRUNC",
                  "O_WRONLY O_SYNC", "O_WRONLY O_DIRECT", "O_RDWR O_NONBLOCK", "O_WRONLY O_CREAT", "O_RDWR O_CREAT O_TRUNC"):
        flags = sum(getattr(os, n) for n in names.split())
        refused(f"open {names}", "EROFS", opened, SMALL, flags)
    for names in ("O_RDONLY", "O_WRONLY", "O_RDWR", "O_RDWR O_EXCL", "O_WRONLY O_TRUNC"):
        flags = sum(getattr(os, n) for n in names.split()) | os.O_CREAT
        for where in (CASE, MOUNT, MOUNT + "/by-type", MOUNT + "/by-date", MOUNT + "/by-type/other"):
            refused(f"create {names} in {where[len(MOUNT):] or '/'}", "EROFS", opened, where + "/new", flags)
    refused("create O_EXCL what is there", "EEXIST", opened, SMALL, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    same("O_RDONLY O_CREAT of what is there only opens", outcome(opened, SMALL, os.O_CREAT), "opened")
    same("O_RDONLY O_APPEND only opens", outcome(opened, SMALL, os.O_APPEND), "opened")
    refused("a file without a name", "EROFS EOPNOTSUPP", opened, CASE, O_TMPFILE | os.O_RDWR)
    refused("open a folder for writing", "EISDIR", opened, CASE, os.O_WRONLY)
    refused("open a folder with O_CREAT", "EISDIR", opened, CASE, os.O_CREAT)
    refused("access W_OK", "EROFS", c, "access", SMALL.encode(), os.W_OK)
    refused("access W_OK of a folder", "EROFS", c, "access", CASE.encode(), os.W_OK)


def changes_names():
    for where in (CASE, MOUNT, MOUNT + "/by-date"):
        at = where[len(MOUNT):] or "/"
        new = where + "/new"
        refused(f"mkdir in {at}", "EROFS", os.mkdir, new)
        refused(f"mkfifo in {at}", "EROFS", os.mkfifo, new)
        refused(f"mknod of a file in {at}", "EROFS", os.mknod, new, stat.S_IFREG | 0o600)
        refused(f"mknod of a socket in {at}", "EROFS", os.mknod, new, stat.S_IFSOCK | 0o600)
        refused(f"mknod of a device in {at}", "EROFS EPERM", os.mknod, new, stat.S_IFCHR | 0o600, os.makedev(1, 3))
        refused(f"symlink in {at}", "EROFS", os.symlink, "elsewhere", new)
        refused(f"link in {at}", "EROFS", os.link, SMALL, new)
        refused(f"link from outside into {at}", "EROFS EXDEV", os.link, OUTSIDE + "/mine", new)
        refused(f"rename into {at}", "EXDEV", os.rename, OUTSIDE + "/mine", new)
    short = os.path.relpath(NEW)
    refused("bind a socket", "EROFS", socket.socket(socket.AF_UNIX).bind, short)
    refused("mkdir of what is there", "EEXIST", os.mkdir, CASE)
    refused("unlink", "EROFS", os.unlink, SMALL)
    refused("unlink by type", "EROFS", os.unlink, MOUNT + "/by-type/other/" + os.path.basename(SMALL))
    refused("unlink what is not there", "EROFS ENOENT", os.unlink, NEW)
    refused("unlink a folder", "EROFS EISDIR", os.unlink, CASE)
    refused("rmdir", "EROFS", os.rmdir, MOUNT + "/by-date")
    refused("rmdir of the case", "EROFS", os.rmdir, CASE)
    refused("rmdir of the mount itself", "EBUSY EROFS EACCES", os.rmdir, MOUNT)
    refused("rmdir of a file", "EROFS ENOTDIR", os.rmdir, SMALL)
    refused("rmdir .", "EINVAL", os.rmdir, CASE + "/.")
    refused("rmdir ..", "ENOTEMPTY", os.rmdir, CASE + "/..")
    refused("rename within", "EROFS", os.rename, SMALL, NEW)
    refused("rename over another", "EROFS", os.rename, SMALL, BIG)
    refused("rename into another folder", "EROFS", os.rename, SMALL, MOUNT + "/by-date/new")
    refused("rename a folder", "EROFS", os.rename, CASE, MOUNT + "/other")
    refused("rename out of", "EXDEV", os.rename, SMALL, OUTSIDE + "/new")
    refused("link out of", "EXDEV", os.link, SMALL, OUTSIDE + "/new")
    for flag, name in ((RENAME_NOREPLACE, "without replacing"), (RENAME_EXCHANGE, "exchanging")):
        refused(f"rename {name}", "EROFS", c, "syscall", RENAMEAT2, AT_FDCWD, SMALL.encode(), AT_FDCWD,
                (NEW if flag == RENAME_NOREPLACE else BIG).encode(), flag)


def changes_attributes():
    me, group = os.getuid(), os.getgid()
    for path, what in ((SMALL, "a file"), (CASE, "a folder")):
        refused(f"chmod of {what}", "EROFS", os.chmod, path, 0o600)
        refused(f"fchmod of {what}", "EROFS", within, path, os.O_RDONLY, os.fchmod, 0o600)
        refused(f"chown of {what}", "EROFS", os.chown, path, me, group)
        refused(f"lchown of {what}", "EROFS", os.lchown, path, me, group)
        refused(f"fchown of {what}", "EROFS", within, path, os.O_RDONLY, os.fchown, me, group)
        refused(f"utimensat now of {what}", "EROFS", os.utime, path)
        refused(f"utimensat of {what}", "EROFS", lambda p: os.utime(p, ns=(1, 1)), path)
        refused(f"futimens of {what}", "EROFS", within, path, os.O_RDONLY, os.utime)
        refused(f"setxattr of {what}", "EROFS", os.setxattr, path, "user.x", b"y")
        refused(f"removexattr of {what}", "EROFS", os.removexattr, path, "user.x")
        refused(f"getxattr of {what}", "ENOTSUP EOPNOTSUPP", os.getxattr, path, "user.x")
        refused(f"listxattr of {what}", "ENOTSUP EOPNOTSUPP", os.listxattr, path)
        refused(f"ACL of {what}", "ENODATA ENOTSUP EOPNOTSUPP", os.getxattr, path, "system.posix_acl_access")
    refused("truncate to nothing", "EROFS", os.truncate, SMALL, 0)
    refused("truncate to more", "EROFS", os.truncate, SMALL, 10000)
    refused("truncate to what it is", "EROFS", os.truncate, SMALL, 4096)
    refused("truncate a folder", "EISDIR", os.truncate, CASE, 0)
    refused("ftruncate", "EINVAL", within, SMALL, os.O_RDONLY, lambda fd: c("ftruncate", fd, ctypes.c_long(0)))
    refused("fallocate", "EBADF", within, SMALL, os.O_RDONLY, lambda fd: os.posix_fallocate(fd, 0, 10000))
    refused("punch a hole", "EBADF", within, SMALL, os.O_RDONLY,
            lambda fd: c("fallocate", fd, 3, ctypes.c_long(0), ctypes.c_long(4096)))
    refused("write", "EBADF", within, SMALL, os.O_RDONLY, os.write, b"x")
    refused("pwrite", "EBADF", within, SMALL, os.O_RDONLY, os.pwrite, b"x", 0)
    refused("set flags", "EROFS ENOTTY EOPNOTSUPP EPERM", within, SMALL, os.O_RDONLY,
            lambda fd: c("ioctl", fd, ctypes.c_ulong(FS_IOC_SETFLAGS), ctypes.byref(ctypes.c_long(0x10))))


def maps(fd, flags, prot):
    with mmap.mmap(fd, 4096, flags=flags, prot=prot):
        return "mapped"


def protect_later(fd):
    """A shared map that is made writable afterwards."""
    LIBC.mmap.restype = ctypes.c_void_p
    at = LIBC.mmap(None, 4096, mmap.PROT_READ, mmap.MAP_SHARED, fd, ctypes.c_long(0))
    try:
        return c("mprotect", ctypes.c_void_p(at), 4096, mmap.PROT_READ | mmap.PROT_WRITE)
    finally:
        LIBC.munmap(ctypes.c_void_p(at), 4096)


def changes_maps():
    refused("map it shared and writable", "EACCES", within, SMALL, os.O_RDONLY, maps, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
    refused("make a shared map writable", "EACCES", within, SMALL, os.O_RDONLY, protect_later)
    refused("map it to be run", "EPERM", within, SMALL, os.O_RDONLY, maps, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC)
    with open(SMALL, "rb") as file:
        private = mmap.mmap(file.fileno(), 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
        private[:5] = b"other"
        same("a private map is one's own", (private[:5], os.pread(file.fileno(), 5, 0) == b"other"), (b"other", False))
        private.close()
    refused("run it", "EACCES", os.execv, SMALL, [SMALL])
    refused("access X_OK", "EACCES", c, "access", SMALL.encode(), os.X_OK)


# ---- what is there ----

def facts():
    me, group = os.getuid(), os.getgid()
    device = os.stat(MOUNT).st_dev
    wrong = []
    inodes = set()
    for name in os.listdir(SOURCE):
        path = SOURCE + "/" + name
        if not name.startswith("size "):
            continue
        want, got = os.stat(path), os.stat(exhibit(name))
        fd = os.open(exhibit(name), os.O_RDONLY)
        if os.fstat(fd) != got:
            wrong.append(("fstat", name))
        os.close(fd)
        inodes.add(got.st_ino)
        facts_got = (got.st_mode, got.st_uid, got.st_gid, got.st_nlink, got.st_size, got.st_blocks, got.st_dev, got.st_rdev)
        facts_want = (stat.S_IFREG | 0o400, me, group, 3, want.st_size, -(-want.st_size // 512), device, 0)
        times = {got.st_mtime, got.st_atime, got.st_ctime}
        if facts_got != facts_want or times != {int(want.st_mtime)} or got.st_blksize < 4096:
            wrong.append((name, facts_got, facts_want, times, want.st_mtime))
    same("stat: type, mode, uid, gid, nlink, size, blocks, times, device of each file", wrong, [])
    same("stat: an inode for each", len(inodes), 10)
    wrong = []
    for folder, folders, _ in os.walk(MOUNT):
        st = os.stat(folder)
        if (st.st_mode, st.st_uid, st.st_gid, st.st_nlink, st.st_dev) != (stat.S_IFDIR | 0o500, me, group, 2 + len(folders), device):
            wrong.append((folder, st, folders))
    same("stat: type, mode, uid, gid, nlink of each folder", wrong, [])
    same("stat: the same file by type", os.stat(MOUNT + "/by-type/other/" + os.path.basename(SMALL)), os.stat(SMALL))
    vfs = os.statvfs(SMALL)
    want = os.ST_RDONLY | os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
    same("statvfs: read-only, nosuid, nodev, noexec", vfs.f_flag & want, want)
    same("statvfs: nothing is free", (vfs.f_bfree, vfs.f_bavail, vfs.f_ffree, vfs.f_favail), (0, 0, 0, 0))
    total = sum(os.stat(e.path).st_size for e in os.scandir(CASE))
    same("statvfs: blocks, files, length of names", (vfs.f_blocks * vfs.f_frsize, vfs.f_files, vfs.f_namemax),
         (-(-total // 4096) * 4096, len(os.listdir(CASE)), 255))


def lookups():
    base = os.path.basename(SMALL)
    number, rest = base.split(" ", 1)
    for what, path in {"a name that is not there": NEW, "in by-type": MOUNT + "/by-type/new", "in by-date": MOUNT + "/by-date/new",
                       "a day that is not there": MOUNT + "/by-date/1999-12-31", "a day that is none": MOUNT + "/by-date/2026-02-30",
                       "a type that nothing has": MOUNT + "/by-type/video", "nothing at all": "",
                       "the number alone": f"{CASE}/{number}", "the number and a space": f"{CASE}/{number} ",
                       "the number without zeros": f"{CASE}/{int(number)} {rest}", "with more zeros": f"{CASE}/0{base}",
                       "a number that is too great": f"{CASE}/99999999999999999999 {rest}", "a number above all": f"{CASE}/0099 {rest}",
                       "zero": f"{CASE}/0000 {rest}", "other letters": f"{CASE}/{base.upper()}", "a name of 255 bytes": CASE + "/" + "n" * 255,
                       "another number with this name": f"{CASE}/0001 {rest}", "a line feed": CASE + "/" + base + "\n"}.items():
        refused(f"look up {what}", "ENOENT", os.stat, path)
    refused("look up a name of 256 bytes", "ENAMETOOLONG", os.stat, CASE + "/" + "n" * 256)
    refused("look up a name of 1000 bytes", "ENAMETOOLONG", os.stat, CASE + "/" + "n" * 1000)
    refused("look up a path of 4096 bytes", "ENAMETOOLONG", os.stat, CASE + "/." * 2100)
    refused("look up through a file", "ENOTDIR", os.stat, SMALL + "/x")
    refused("look up through a file, .", "ENOTDIR", os.stat, SMALL + "/.")
    refused("a file as a folder", "ENOTDIR", os.stat, SMALL + "/")
    refused("list a file", "ENOTDIR", os.listdir, SMALL)
    refused("go into a file", "ENOTDIR", os.chdir, SMALL)
    same(". of a folder", os.stat(CASE + "/.").st_ino, os.stat(CASE).st_ino)
    same(".. of a folder", os.stat(CASE + "/..").st_ino, os.stat(MOUNT).st_ino)
    same(".. of a folder two down", os.stat(MOUNT + "/by-type/other/..").st_ino, os.stat(MOUNT + "/by-type").st_ino)
    same(".. of the mount is outside", os.stat(MOUNT + "/..").st_ino, os.stat(os.path.dirname(os.path.abspath(MOUNT))).st_ino)
    refused("read a link that is none", "EINVAL", os.readlink, SMALL)


# ---- listing ----

def entries(fd, size):
    """One call: [(inode, offset, type, name)]."""
    room = ctypes.create_string_buffer(size)
    n = c("syscall", GETDENTS64, fd, room, size)
    at, found = 0, []
    while at < n:
        ino, offset, length, kind = struct.unpack_from("=QqHB", room.raw, at)
        name = room.raw[at + 19:at + length].split(b"\0", 1)[0].decode()
        found.append((ino, offset, kind, name))
        at += length
    return found


def all_entries(fd, size):
    found = []
    while True:
        some = outcome(entries, fd, size)
        if some == "EINVAL" and size < 512:
            some = entries(fd, 512)  # this name is longer: the place is kept
        if not some:
            return found
        found += some


def listing():
    for folder in (MOUNT, CASE, MOUNT + "/by-type", MOUNT + "/by-type/other", MOUNT + "/by-date"):
        at = folder[len(MOUNT):] or "/"
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        want = all_entries(fd, 32768)
        names = [e[3] for e in want]
        same(f"list {at}: . and .. and each name once", sorted(names), sorted([".", ".."] + os.listdir(folder)))
        kinds = {n: stat.S_IFMT(os.lstat(folder + "/" + n).st_mode) >> 12 for n in names}
        same(f"list {at}: types", {e[3]: e[2] for e in want}, kinds)
        same(f"list {at}: inodes", [e[3] for e in want if e[3] != ".." and e[0] != os.lstat(folder + "/" + e[3]).st_ino], [])
        same(f"list {at}: places are of one entry each", len({e[1] for e in want}), len(want))
        for size in (64, 100, 333, 4096):
            os.lseek(fd, 0, os.SEEK_SET)
            same(f"list {at}: {size} bytes at a time", all_entries(fd, size), want)
        wrong = []
        for i, entry in reversed(list(enumerate(want))):
            os.lseek(fd, entry[1], os.SEEK_SET)
            if all_entries(fd, 32768) != want[i + 1:]:
                wrong.append(entry)
        same(f"list {at}: go on from any place", wrong, [])
        refused(f"list {at}: no room for a name", "EINVAL", lambda: os.lseek(fd, 0, os.SEEK_SET) or entries(fd, 16))
        os.close(fd)
    by_libc()


def by_libc():
    """opendir, telldir, seekdir, rewinddir."""
    class Entry(ctypes.Structure):
        _fields_ = [("ino", ctypes.c_uint64), ("off", ctypes.c_int64), ("len", ctypes.c_ushort), ("kind", ctypes.c_ubyte), ("name", ctypes.c_char * 256)]
    LIBC.opendir.restype = ctypes.c_void_p
    LIBC.readdir.restype = ctypes.POINTER(Entry)
    LIBC.telldir.restype = ctypes.c_long
    folder = ctypes.c_void_p(LIBC.opendir(CASE.encode()))
    places, names = [], []
    while True:
        place = LIBC.telldir(folder)
        entry = LIBC.readdir(folder)
        if not entry:
            break
        places.append(place)
        names.append(entry.contents.name)
    wrong = 0
    for i in [5, 2, len(names) - 1, 0, 9]:
        LIBC.seekdir(folder, ctypes.c_long(places[i]))
        wrong += LIBC.readdir(folder).contents.name != names[i]
    LIBC.rewinddir(folder)
    wrong += LIBC.readdir(folder).contents.name != names[0]
    LIBC.closedir(folder)
    same("telldir, seekdir, rewinddir", wrong, 0)


# ---- reading ----

def flags():
    refused("O_DIRECTORY of a file", "ENOTDIR", opened, SMALL, os.O_DIRECTORY)
    for names in ("O_NOFOLLOW", "O_NOATIME", "O_CLOEXEC", "O_NONBLOCK", "O_PATH", "O_SYNC"):
        same(f"open O_RDONLY {names}", outcome(opened, SMALL, getattr(os, names)), "opened")
    same("open a folder with O_DIRECTORY", outcome(opened, CASE, os.O_DIRECTORY), "opened")
    refused("read a folder", "EISDIR", within, CASE, os.O_RDONLY, os.read, 10)
    refused("read by O_PATH", "EBADF", within, SMALL, os.O_PATH, os.read, 10)
    refused("getdents of a file", "ENOTDIR", within, SMALL, os.O_RDONLY, entries, 4096)
    same("fsync", outcome(within, SMALL, os.O_RDONLY, os.fsync), None)
    same("advice", outcome(within, SMALL, os.O_RDONLY, os.posix_fadvise, 0, 0, os.POSIX_FADV_WILLNEED), None)


def places():
    size = len(BYTES)
    fd = os.open(BIG, os.O_RDONLY)
    for what, at, n, want in (("at the end", size, 10, b""), ("beyond the end", size + 1, 10, b""), ("far beyond", 1 << 50, 10, b""),
                              ("the last byte", size - 1, 10, BYTES[-1:]), ("across the end", size - 100, 65536, BYTES[-100:]),
                              ("nothing", 5, 0, b""), ("across a chunk", 65530, 12, BYTES[65530:65542]),
                              ("more than all", 0, 2 * size, BYTES), ("a page across chunks", 2 * 65536 - 2048, 4096, BYTES[129024:133120])):
        same(f"pread {what}", outcome(os.pread, fd, n, at) == want, True)
    refused("pread before the beginning", "EINVAL", c, "pread", fd, ctypes.create_string_buffer(10), 10, ctypes.c_long(-1))
    refused("read to nowhere", "EFAULT", c, "read", fd, ctypes.c_void_p(1), 10)
    parts = [bytearray(7), bytearray(65536), bytearray(100)]
    n = os.preadv(fd, parts, 1000)
    same("preadv", (n, b"".join(parts) == BYTES[1000:1000 + 65643]), (65643, True))
    for what, offset, whence, want in (("SEEK_END", 0, os.SEEK_END, size), ("SEEK_END before it", -10, os.SEEK_END, size - 10),
                                       ("SEEK_END beyond", 10, os.SEEK_END, size + 10), ("SEEK_DATA", 5, os.SEEK_DATA, 5),
                                       ("SEEK_HOLE", 5, os.SEEK_HOLE, size), ("SEEK_DATA at the end", size, os.SEEK_DATA, "ENXIO"),
                                       ("SEEK_HOLE beyond the end", size + 1, os.SEEK_HOLE, "ENXIO"), ("SEEK_SET before the beginning", -1, os.SEEK_SET, "EINVAL"),
                                       ("SEEK_END before the beginning", -size - 1, os.SEEK_END, "EINVAL"), ("SEEK_SET", 70000, os.SEEK_SET, 70000)):
        same(f"lseek {what}", outcome(os.lseek, fd, offset, whence), want)
    same("read goes on from there", os.read(fd, 5) + os.read(fd, 5), BYTES[70000:70010])
    other, again = os.open(BIG, os.O_RDONLY), os.dup(fd)
    same("each opening has its place", os.read(other, 5), BYTES[:5])
    same("a copy shares it", os.read(again, 5), BYTES[70010:70015])
    for one in (fd, other, again):
        os.close(one)
    same("an empty file", within(EMPTY, os.O_RDONLY, os.read, 10), b"")
    same("an empty file: SEEK_HOLE", outcome(within, EMPTY, os.O_RDONLY, os.lseek, 0, os.SEEK_HOLE), "ENXIO")


def direct():
    """Past the page cache, into memory that is aligned."""
    room = mmap.mmap(-1, 1 << 20)
    fd = os.open(BIG, os.O_RDONLY | os.O_DIRECT)
    n = os.preadv(fd, [room], 0)
    os.close(fd)
    return room[:n] == BYTES[:n] and n > 4096


def copies():
    same("O_DIRECT", outcome(direct), True)
    with open(BIG, "rb") as source, open(OUTSIDE + "/copy", "w+b") as copy:
        n = 0
        while n < len(BYTES):
            n += os.sendfile(copy.fileno(), source.fileno(), n, len(BYTES) - n)
        copy.seek(0)
        same("sendfile", copy.read() == BYTES, True)
    with open(BIG, "rb") as source, open(OUTSIDE + "/copy2", "w+b") as copy:
        n = 1
        while isinstance(n, int) and n > 0:
            n = outcome(os.copy_file_range, source.fileno(), copy.fileno(), 300000)
        copy.seek(0)  # EXDEV: not between file systems, says the kernel, and programs read and write instead
        same("copy_file_range", n == "EXDEV" or copy.read() == BYTES, True)


def beyond_map():
    """The page after the last: SIGBUS."""
    child = os.fork()
    if child == 0:
        fd = os.open(SMALL, os.O_RDONLY)
        LIBC.mmap.restype = ctypes.c_void_p
        at = LIBC.mmap(None, 8192, mmap.PROT_READ, mmap.MAP_SHARED, fd, ctypes.c_long(0))
        ctypes.string_at(at, 4096)
        ctypes.string_at(at + 4096, 1)
        os._exit(0)
    return os.waitpid(child, 0)[1] & 0x7f


def maps_and_many():
    with open(BIG, "rb") as file:
        for kind, name in ((mmap.MAP_PRIVATE, "private"), (mmap.MAP_SHARED, "shared")):
            with mmap.mmap(file.fileno(), 0, flags=kind, prot=mmap.PROT_READ) as m:
                same(f"a {name} map: the bytes", m[:] == BYTES, True)
        with mmap.mmap(file.fileno(), 0, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ) as m:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            same("a map when the page cache was emptied", m[500000:500100] == BYTES[500000:500100], True)
    same("a map beyond the end", beyond_map(), signal.SIGBUS)
    fds = [os.open(path, os.O_RDONLY) for path in [BIG, SMALL] * 400]
    wrong = sum(os.pread(fd, 100, 3000) != (BYTES if i % 2 == 0 else open(SMALL, "rb").read())[3000:3100] for i, fd in enumerate(fds))
    for fd in fds:
        os.close(fd)
    same("800 open files", wrong, 0)


open(OUTSIDE + "/mine", "w").write("mine")
before = picture()
for part in (changes_open, changes_names, changes_attributes, changes_maps):
    part()
same("nothing was changed, nothing was made, no time moved", picture() == before, True)
same("nothing came out of it but copies", sorted(os.listdir(OUTSIDE)), ["mine"])
for part in (facts, lookups, listing, flags, places, copies, maps_and_many):
    part()
same("and still nothing was changed", picture() == before, True)
sys.exit(1 if failed else 0)
