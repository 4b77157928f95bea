#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What pjdfstest and its like ask of a file system, as far as one that is read-only can answer.  readonly.py makes each check; in short:
#
#   nothing can be changed; the error is EROFS where not told otherwise, and afterwards every name, inode, time and byte is as before
#     open          with each flag that writes, alone and together; O_CREAT of what is not there, in each kind of folder; O_EXCL of what is
#                   there (EEXIST), a folder for writing (EISDIR), a nameless file; access W_OK.  O_RDONLY with O_CREAT or O_APPEND opens.
#     names         mkdir, mkfifo, mknod (file, socket, device), symlink, bind, link within and into, out of (EXDEV), unlink, rmdir (. EINVAL, ..
#                   ENOTEMPTY), rename within, over, across, exchanging, of a folder, into and out of (EXDEV)
#     attributes    chmod, chown and utimensat, by name and by descriptor, of files and folders; setxattr, removexattr; getxattr, listxattr, ACLs
#                   (ENOTSUP); truncate (a folder: EISDIR), ftruncate (EINVAL), fallocate and write (EBADF: open for reading), file flags
#     maps          shared and writable, and made so later (EACCES); to be run (EPERM); a private one is written to alone
#     execve        EACCES
#   what is there
#     stat          type, mode, uid, gid, nlink, size, blocks, times, device; fstat alike; one inode by three names, the same in the next mount
#     statvfs       read-only, nosuid, nodev, noexec; sizes
#     lookup        what is not there, nearly right names (ENOENT), through a file (ENOTDIR), 256 bytes and long paths (ENAMETOOLONG), . and ..
#     listing       getdents64 with 64 bytes and more, too few (EINVAL); types, inodes; going on from each place; telldir, seekdir, rewinddir
#     open          O_DIRECTORY, O_NOFOLLOW, O_NOATIME, O_PATH, O_DIRECT ...
#     read          at, across and beyond the end, before the beginning (EINVAL), a folder (EISDIR), into bad memory (EFAULT); lseek with each whence
#                   (DATA, HOLE); preadv, sendfile, copy_file_range; maps private and shared, beyond the end (SIGBUS); 800 open files
#   another user                65-others.sh, for it takes root to become one
as=user
. "$(dirname "$0")/lib.sh"
team
mkdir outside more # a folder that the kernel asks for in several pieces
for i in $(seq 100 499); do echo "$i" >"more/more $i.txt"; done
(be S-014; quiet deposit HK-1 more)
mounted 'mount' m
timeout 120 python3 "$top/tests/fuse/readonly.py" m in outside || not_ok 'each of these checks'
inodes=$(find m -printf '%i %n %s %T@ %p\n' | sort)
unmounted 'unmount' m
same 'the mount point is as it was' "$(ls -A m)" ''
mounted 'mount again' m
same 'inodes, links, sizes and times are as in the mount before' "$(find m -printf '%i %n %s %T@ %p\n' | sort)" "$inodes"
unmounted 'unmount again' m
finish
