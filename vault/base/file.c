/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static ssize_t
write_once(int fd, const void *bytes, size_t len)
{
	if (fault_fires(FAULT_WRITE))
		return -1;
	if (len > 1 && fault_fires(FAULT_SHORT))
		len /= 2;
	return write(fd, bytes, len);
}

int
file_write_all(int fd, const void *bytes, size_t len, struct amana_error *err)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write_once(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot write");
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
read_loop(int fd, void *bytes, size_t len, uint64_t *offset, size_t *ret_len,
	  struct amana_error *err)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n;

		if (fault_fires(FAULT_READ))
			n = -1;
		else if (offset != NULL)
			n = pread(fd, (char *)bytes + got, len - got,
				  (off_t)(*offset + got));
		else
			n = read(fd, (char *)bytes + got, len - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read");
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*ret_len = got;
	return 0;
}

int
file_read_full(int fd, void *bytes, size_t len, size_t *ret_len, struct amana_error *err)
{
	return read_loop(fd, bytes, len, NULL, ret_len, err);
}

int
file_pread_full(int fd, void *bytes, size_t len, uint64_t offset, size_t *ret_len,
		struct amana_error *err)
{
	return read_loop(fd, bytes, len, &offset, ret_len, err);
}

int
file_fsync(int fd, struct amana_error *err)
{
	if (fault_fires(FAULT_FSYNC) || fsync(fd) < 0)
		return err_sys(err, "cannot flush to disk");
	return 0;
}

int
file_open(int dirfd, const char *name, int flags, mode_t mode, int *ret_fd,
	  struct amana_error *err)
{
	int fd = -1;

	if (!fault_fires(FAULT_OPEN))
		fd = openat(dirfd, name, flags | O_CLOEXEC, mode);
	if (fd < 0 && errno == ENOENT && (flags & O_CREAT) == 0)
		return 1;
	if (fd < 0)
		return err_sys(err, "cannot open '%s'", name);
	*ret_fd = fd;
	return 0;
}

int
file_open_folder_of(const char *path, const char **ret_name, int *ret_fd,
		    struct amana_error *err)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";
	int r;

	if (strlen(path) >= sizeof folder)
		return err_set(err, AMANA_E_LIMIT, "the path '%s' is too long", path);
	if (slash != NULL) {
		memcpy(folder, path, (size_t)(slash - path) + 1);
		folder[slash - path + 1] = 0;
	}
	r = file_open(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0, ret_fd, err);
	if (r > 0)
		return err_reason(err, AMANA_REASON_NO_PATH, AMANA_E_MISSING,
				  "there is no folder '%s'", folder);
	if (r == 0)
		*ret_name = slash != NULL ? slash + 1 : path;
	return r;
}

/* Reads to the end of fd, whatever size was announced: a file may grow while it is read.
 */
static int
read_rest(int fd, const char *name, size_t announced, struct buf *buf,
	  struct amana_error *err)
{
	size_t want = announced, got;
	uint8_t extra, *at;

	do {
		if (want > buf->max - buf->len)
			want = buf->max - buf->len;
		at = buf_reserve(buf, want, err);
		if (at == NULL)
			return -1;
		if (file_read_full(fd, at, want, &got, err) < 0)
			return err_wrap(err, "'%s'", name);
		buf->len += got;
		buf->data[buf->len] = 0;
		if (got < want)
			return 0;
		if (file_read_full(fd, &extra, 1, &got, err) < 0)
			return err_wrap(err, "'%s'", name);
		if (got == 0)
			return 0;
		if (buf_add_byte(buf, extra, err) < 0)
			return err_wrap(err, "'%s'", name);
		want = 65536;
	} while (true);
}

int
file_read(int dirfd, const char *name, struct buf *buf, struct amana_error *err)
{
	CLEANUP(file_closep) int fd = -1;
	struct stat st;
	int r = file_open(dirfd, name, O_RDONLY | O_NONBLOCK, 0, &fd, err);

	if (r != 0)
		return r;
	if (fstat(fd, &st) < 0)
		return err_sys(err, "cannot examine '%s'", name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, AMANA_E_FORMAT, "'%s' is not a regular file", name);
	if ((uint64_t)st.st_size > buf->max - buf->len)
		return err_set(err, AMANA_E_LIMIT,
			       "'%s' is larger than the %zu bytes allowed", name,
			       buf->max);
	return read_rest(fd, name, (size_t)st.st_size, buf, err);
}

int
file_unlink(int dirfd, const char *name, struct amana_error *err)
{
	if (!fault_fires(FAULT_LINK) && unlinkat(dirfd, name, 0) == 0)
		return 0;
	return errno == ENOENT ? 1 : err_sys(err, "cannot remove '%s'", name);
}

int
file_rename(int dirfd, const char *from, const char *to, struct amana_error *err)
{
	if (fault_fires(FAULT_LINK) || renameat(dirfd, from, dirfd, to) < 0)
		return err_sys(err, "cannot replace '%s'", to);
	return file_fsync_dir(dirfd, ".", err);
}

int
file_mkdirs(int dirfd, const char *path, mode_t mode, struct amana_error *err)
{
	char part[PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof part)
		return err_set(err, AMANA_E_LIMIT, "the path '%s' is too long", path);
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != 0)
			continue;
		memcpy(part, path, i);
		part[i] = 0;
		if (faccessat(dirfd, part, F_OK, 0) == 0)
			continue;
		if ((fault_fires(FAULT_LINK) || mkdirat(dirfd, part, mode) < 0) &&
		    errno != EEXIST)
			return err_sys(err, "cannot make the folder '%s'", part);
	}
	return 0;
}

int
file_fsync_dir(int dirfd, const char *path, struct amana_error *err)
{
	CLEANUP(file_closep) int fd = -1;
	int r = file_open(dirfd, path, O_RDONLY | O_DIRECTORY, 0, &fd, err);

	if (r > 0)
		return err_set(err, AMANA_E_IO, "the folder '%s' is gone", path);
	return r < 0 ? r : file_fsync(fd, err);
}

int
file_lock(int dirfd, const char *name, int *ret_fd, struct amana_error *err)
{
	CLEANUP(file_closep) int fd = -1;

	if (file_open(dirfd, name, O_RDWR | O_CREAT, 0600, &fd, err) < 0)
		return -1;
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return err_sys(err, "cannot lock '%s'", name);
	*ret_fd = fd;
	fd = -1;
	return 0;
}

static int
open_named_tmp(struct file_new *file, const char *prefix, mode_t mode,
	       struct amana_error *err)
{
	uint64_t random;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return err_sys(err, "no randomness");
	snprintf(file->tmp, sizeof file->tmp, "%s%016llx", prefix,
		 (unsigned long long)random);
	{
		char path[sizeof file->folder + sizeof file->tmp];

		snprintf(path, sizeof path, "%s/%s", file->folder, file->tmp);
		return file_open(file->dirfd, path, O_WRONLY | O_CREAT | O_EXCL, mode,
				 &file->fd, err);
	}
}

/* Holds the file until it is closed.  Where the file system has no locks nobody else can
 * take one either, and the file is left to its writer.  1: who wipes rests took it before
 * it was locked, and it has no name any more. */
static int
hold(const struct file_new *file, struct amana_error *err)
{
	struct stat st;

	while (flock(file->fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return 0;
	if (fstat(file->fd, &st) < 0)
		return err_sys(err, "cannot look at a new file in '%s'", file->folder);
	return st.st_nlink == 0;
}

static int
open_plain_tmp(struct file_new *file, mode_t mode, struct amana_error *err)
{
	int r = 1;

	for (int i = 0; r > 0 && i < 100; i++) {
		file_closep(&file->fd);
		if (open_named_tmp(file, FILE_REST_PREFIX, mode, err) < 0)
			return -1;
		r = hold(file, err);
	}
	if (r == 0)
		return 0;
	if (r > 0)
		err_set(err, AMANA_E_CONFLICT, "new files in '%s' are taken away",
			file->folder);
	file_new_done(file);
	return -1;
}

enum tmp_kind {
	TMP_UNNAMED, /* if possible */
	TMP_NAMED,
	TMP_PLAIN, /* unnamed if possible, else held */
	TMP_PLAIN_NAMED,
};

static int
open_tmp(struct file_new *file, enum tmp_kind kind, mode_t mode, struct amana_error *err)
{
	if (kind == TMP_PLAIN || kind == TMP_PLAIN_NAMED)
		return open_plain_tmp(file, mode, err);
	return open_named_tmp(file, ".tmp-", mode, err);
}

static int
new_open(int dirfd, const char *folder, mode_t mode, enum tmp_kind kind,
	 struct file_new *ret_file, struct amana_error *err)
{
	bool named = kind == TMP_NAMED || kind == TMP_PLAIN_NAMED;
	struct file_new file = {.fd = -1, .dirfd = dirfd};

	if (strlen(folder) >= sizeof file.folder)
		return err_set(err, AMANA_E_LIMIT, "the path '%s' is too long", folder);
	snprintf(file.folder, sizeof file.folder, "%s", folder);
	errno = EOPNOTSUPP;
	if (!named && !fault_fires(FAULT_OPEN))
		file.fd = openat(dirfd, folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
	if (file.fd < 0 && errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
		return err_sys(err, "cannot make a file in '%s'", folder);
	if (file.fd < 0 && open_tmp(&file, kind, mode, err) < 0)
		return -1;
	/* A umask must not decide who can read a vault. */
	if (fchmod(file.fd, mode) < 0) {
		err_sys(err, "cannot set the mode of a new file in '%s'", folder);
		file_new_done(&file);
		return -1;
	}
	*ret_file = file;
	return 0;
}

int
file_new_open(int dirfd, const char *folder, mode_t mode, struct file_new *ret_file,
	      struct amana_error *err)
{
	return new_open(dirfd, folder, mode, TMP_UNNAMED, ret_file, err);
}

int
file_new_open_named(int dirfd, const char *folder, mode_t mode, struct file_new *ret_file,
		    struct amana_error *err)
{
	return new_open(dirfd, folder, mode, TMP_NAMED, ret_file, err);
}

int
file_new_open_plain(int dirfd, const char *folder, mode_t mode, bool named,
		    struct file_new *ret_file, struct amana_error *err)
{
	return new_open(dirfd, folder, mode, named ? TMP_PLAIN_NAMED : TMP_PLAIN,
			ret_file, err);
}

/* 0, or -1 with errno.  Afterwards the file has no other name. */
static int
give_name(const struct file_new *file, int dirfd, const char *name)
{
	char from[sizeof file->folder + sizeof file->tmp];

	if (fault_fires(FAULT_LINK))
		return -1;
	if (file->tmp[0] == 0) {
		snprintf(from, sizeof from, "/proc/self/fd/%d", file->fd);
		return linkat(AT_FDCWD, from, dirfd, name, AT_SYMLINK_FOLLOW);
	}
	snprintf(from, sizeof from, "%s/%s", file->folder, file->tmp);
	if (renameat2(file->dirfd, from, dirfd, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* NFS, for one, knows no RENAME_NOREPLACE; a hard link is as atomic. */
	if (linkat(file->dirfd, from, dirfd, name, 0) < 0)
		return -1;
	(void)unlinkat(file->dirfd, from, 0);
	return 0;
}

int
file_new_link(struct file_new *file, int dirfd, const char *name, struct amana_error *err)
{
	if (give_name(file, dirfd, name) < 0)
		return errno == EEXIST ? 1 : err_sys(err, "cannot name '%s'", name);
	file->tmp[0] = 0;
	return 0;
}

int
file_new_rename(struct file_new *file, int dirfd, const char *name,
		struct amana_error *err)
{
	char from[sizeof file->folder + sizeof file->tmp];

	if (file->tmp[0] == 0) { /* rename needs a name to rename from */
		struct file_new named = *file;
		uint64_t random;

		if (getrandom(&random, sizeof random, 0) != sizeof random)
			return err_sys(err, "no randomness");
		snprintf(named.tmp, sizeof named.tmp, ".tmp-%016llx",
			 (unsigned long long)random);
		snprintf(from, sizeof from, "%s/%s", file->folder, named.tmp);
		if (give_name(file, file->dirfd, from) < 0)
			return err_sys(err, "cannot name '%s'", from);
		memcpy(file->tmp, named.tmp, sizeof file->tmp);
	}
	snprintf(from, sizeof from, "%s/%s", file->folder, file->tmp);
	if (fault_fires(FAULT_LINK) || renameat(file->dirfd, from, dirfd, name) < 0)
		return err_sys(err, "cannot replace '%s'", name);
	file->tmp[0] = 0;
	return 0;
}

int
file_new_commit(struct file_new *file, const char *name, bool durable,
		struct amana_error *err)
{
	int r;

	if (durable && file_fsync(file->fd, err) < 0)
		return err_wrap(err, "'%s'", name);
	r = file_new_link(file, file->dirfd, name, err);
	if (r != 0)
		return r;
	if (durable && file_fsync_dir(file->dirfd, file->folder, err) < 0)
		return err_wrap(err, "'%s'", name);
	return 0;
}

int
file_new_replace(struct file_new *file, const char *name, struct amana_error *err)
{
	if (file_fsync(file->fd, err) < 0)
		return err_wrap(err, "'%s'", name);
	if (file_new_rename(file, file->dirfd, name, err) < 0)
		return -1;
	return file_fsync_dir(file->dirfd, file->folder, err);
}

void
file_new_done(struct file_new *file)
{
	if (file->tmp[0] != 0) {
		char path[sizeof file->folder + sizeof file->tmp];

		snprintf(path, sizeof path, "%s/%s", file->folder, file->tmp);
		unlinkat(file->dirfd, path, 0);
		file->tmp[0] = 0;
	}
	file_closep(&file->fd);
}

int
file_write_new(int dirfd, const char *folder, const char *name, mode_t mode,
	       struct bytes content, bool durable, struct amana_error *err)
{
	CLEANUP(file_new_done) struct file_new file = FILE_NEW_INIT;

	if (file_new_open(dirfd, folder, mode, &file, err) < 0 ||
	    file_write_all(file.fd, content.data, content.len, err) < 0)
		return err_wrap(err, "'%s'", name);
	return file_new_commit(&file, name, durable, err);
}

int
file_replace(int dirfd, const char *folder, const char *name, mode_t mode,
	     struct bytes content, struct amana_error *err)
{
	CLEANUP(file_new_done) struct file_new file = FILE_NEW_INIT;

	if (file_new_open(dirfd, folder, mode, &file, err) < 0 ||
	    file_write_all(file.fd, content.data, content.len, err) < 0)
		return err_wrap(err, "'%s'", name);
	return file_new_replace(&file, name, err);
}

void
file_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
