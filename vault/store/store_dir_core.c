/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_dir_core.h"

#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a person can do about it.  NULL: this program does not know the error. */
static const char *
remedy(int sys_errno)
{
	switch (sys_errno) {
	case ENOSPC:
		return "the disk is full; free some space, then run it again";
	case EDQUOT:
		return "the disk quota is used up; free some space, then run it again";
	case EROFS:
		return "it is on a file system that is mounted read-only";
	case EACCES:
	case EPERM:
		return "this login has no permission; ask whoever keeps the vault's folder";
	case EIO:
		return "the disk reports an error; check it before anything else";
	case EMFILE:
	case ENFILE:
		return "too many files are open; raise the limit (ulimit -n)";
	default:
		return strerrordesc_np(sys_errno);
	}
}

int
store_dir_fail(const struct store_dir *dir, const char *verb, const char *name,
	       struct amana_error *err)
{
	const char *why = remedy(err->sys_errno);

	if (err->code != AMANA_E_IO || err->sys_errno == 0 || why == NULL)
		return err_wrap(err, "'%s'", name);
	return err_fill_(err, AMANA_E_IO, err->sys_errno, err->file, err->line,
			 "cannot %s '%s': %s (vault '%s')", verb, name, why,
			 dir->location);
}

const char *
store_dir_folder_of(const char *name, char folder[STORE_NAME_MAX + 1])
{
	const char *slash = strrchr(name, '/');

	snprintf(folder, STORE_NAME_MAX + 1, "%.*s",
		 slash == NULL ? 0 : (int)(slash - name), name);
	return slash == NULL ? name : slash + 1;
}

/* Where the file system does not know RENAME_NOREPLACE (NFS): makes the folder where it
 * is to stand, so that others may meet it before it has its mode.  0, or -1 with errno.
 */
static int
make_in_place(const struct store_dir *dir, int parent, const char *name)
{
	if (mkdirat(parent, name, 0700) < 0)
		return errno == EEXIST ? 0 : -1;
	return fchmodat(parent, name, dir->folder_mode, 0);
}

/* Makes a folder that appears with its final mode, whatever the umask.  That somebody
 * else has made it meanwhile is fine. */
static int
make_folder(const struct store_dir *dir, int parent, const char *name,
	    struct amana_error *err)
{
	char tmp[32];
	uint64_t random;
	int r = -1;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return err_sys(err, "no randomness");
	snprintf(tmp, sizeof tmp, ".tmp-%016llx", (unsigned long long)random);
	if (fault_fires(FAULT_LINK) || mkdirat(parent, tmp, 0700) < 0)
		return err_sys(err, "cannot make the folder '%s'", name);
	if (fchmodat(parent, tmp, dir->folder_mode, 0) == 0 && !fault_fires(FAULT_LINK))
		r = renameat2(parent, tmp, parent, name, RENAME_NOREPLACE);
	if (r == 0)
		return 0;
	r = errno;
	(void)unlinkat(parent, tmp, AT_REMOVEDIR);
	if (r == EEXIST ||
	    ((r == EINVAL || r == ENOSYS) && make_in_place(dir, parent, name) == 0))
		return 0;
	errno = r;
	return err_sys(err, "cannot make the folder '%s'", name);
}

/* How walk goes down to a folder. */
struct way {
	const struct store_dir *dir;
	bool make;  /* makes the folders that are missing */
	bool flush; /* flushes every folder on the way, the vault's own too */
	bool made;  /* out: some folder was made */
};

/* One step down from `parent`.  1: missing. */
static int
step(struct way *way, int parent, const char *part, int *ret_fd, struct amana_error *err)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
	int r = file_open(parent, part, flags, 0, ret_fd, err);

	if (r != 1 || !way->make)
		return r;
	if (make_folder(way->dir, parent, part, err) < 0)
		return -1;
	way->made = true;
	return file_open(parent, part, flags, 0, ret_fd, err);
}

/* Goes down to the folder, one step at a time.  1: missing. */
static int
walk(struct way *way, const char *folder, int *ret_fd, struct amana_error *err)
{
	CLEANUP(file_closep) int fd = -1;
	char part[STORE_NAME_MAX + 1];
	int r = file_open(way->dir->root, ".", O_RDONLY | O_DIRECTORY, 0, &fd, err);

	while (r == 0) {
		size_t len = strcspn(folder, "/");
		int next;

		if (way->flush && file_fsync(fd, err) < 0)
			return -1;
		if (len == 0)
			break;
		snprintf(part, sizeof part, "%.*s", (int)len, folder);
		folder += len + (folder[len] == '/');
		r = step(way, fd, part, &next, err);
		if (r == 0) {
			file_closep(&fd);
			fd = next;
		}
	}
	if (r == 0) {
		*ret_fd = fd;
		fd = -1;
	}
	return r;
}

/* The whole way in one call, with no link followed, as in walk but faster.  1: it is not
 * there, or the kernel does not know the call; walk will tell. */
static int
open_at_once(const struct store_dir *dir, const char *folder, int *ret_fd,
	     struct amana_error *err)
{
	const struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
				     .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
	int fd = -1;

	if (folder[0] == 0)
		return 1;
	if (!fault_fires(FAULT_OPEN))
		fd = (int)syscall(SYS_openat2, dir->root, folder, &how, sizeof how);
	if (fd < 0 &&
	    (errno == ENOENT || errno == ENOSYS || errno == EAGAIN || errno == EPERM))
		return 1;
	if (fd < 0)
		return err_sys(err, "cannot open '%s'", folder);
	*ret_fd = fd;
	return 0;
}

int
store_dir_folder_open(const struct store_dir *dir, const char *folder, bool make,
		      bool *made, int *ret_fd, struct amana_error *err)
{
	struct way way = {.dir = dir, .make = make};
	int r = open_at_once(dir, folder, ret_fd, err);

	if (r <= 0)
		return r;
	r = walk(&way, folder, ret_fd, err);
	if (made != NULL && way.made)
		*made = true;
	return r;
}

/*
 * Folders above the last one can be new only for the first slots in a folder of the log:
 * the writer of each later slot has settled the one before it, and with it all the
 * folders.
 */
static bool
folders_may_be_new(const char *name)
{
	uint64_t n;

	return store_name_read_slot(name, &n) < 0 || n % 1000 < 3;
}

int
store_dir_folder_flush(struct store_dir *dir, const char *name, bool whole_chain,
		       struct amana_error *err)
{
	CLEANUP(file_closep) int fd = -1;
	char folder[STORE_NAME_MAX + 1];
	struct way way = {.dir = dir};
	int r;

	store_dir_folder_of(name, folder);
	whole_chain = whole_chain || folders_may_be_new(name);
	way.flush = whole_chain;
	r = walk(&way, folder, &fd, err);
	if (r > 0)
		r = err_set(err, AMANA_E_IO, "the folder '%s' is gone", folder);
	if (r == 0 && !whole_chain)
		r = file_fsync(fd, err);
	if (r == 0)
		return 0;
	dir->flush_failed = true;
	return store_dir_fail(dir, "flush the folder of", name, err);
}

int
store_dir_flush_check(struct store_dir *dir, const char *name, struct amana_error *err)
{
	if (!dir->flush_failed)
		return 0;
	return err_set(
		err, AMANA_E_IO,
		"'%s' in '%s': an earlier flush to disk failed, what was written since may be lost; check the disk, then run it again",
		name, dir->location);
}
