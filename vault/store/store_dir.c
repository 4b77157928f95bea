/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_dir_core.h"

#include "base/fault.h"
#include "store/store_dir_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The backend "dir": each name is a file in a folder.  A file is written without a name
 * and linked when it is whole, so that no reader sees a part and the first writer wins.
 */

#define FILE_MODE 0444
#define SHARED_BITS (S_ISGID | S_IWGRP) /* a folder with both is shared by a group */

struct dir_writer {
	struct store_writer base;
	struct file_new file;
};

struct dir_reader {
	struct store_reader base;
	int fd;
	struct store_name name;
};

#define WRITER_OF(writer_) ((struct dir_writer *)(void *)(writer_))
#define READER_OF(reader_) ((struct dir_reader *)(void *)(reader_))

/* ---- putting ---- */

static int
open_new(const struct store_dir *dir, const char *folder, struct file_new *ret_file,
	 struct amana_error *err)
{
	if (dir->named_tmp)
		return file_new_open_named(dir->root, folder, FILE_MODE, ret_file, err);
	return file_new_open(dir->root, folder, FILE_MODE, ret_file, err);
}

static int
dir_begin(struct store *store, const char *folder, struct store_writer **ret_writer,
	  struct amana_error *err)
{
	const struct store_dir *dir = DIR_OF(store);
	const char *at = *folder ? folder : ".";
	CLEANUP(file_closep) int fd = -1;
	struct dir_writer *writer = mem_new(sizeof *writer, err);
	int r;

	if (writer == NULL)
		return -1;
	r = open_new(dir, at, &writer->file, err);
	/* Tools that copy vaults may drop empty folders: then it is made again. */
	if (r < 0 && err->sys_errno == ENOENT &&
	    store_dir_folder_open(dir, folder, true, NULL, &fd, err) == 0)
		r = open_new(dir, at, &writer->file, err);
	if (r < 0) {
		mem_free(writer);
		return store_dir_fail(dir, "make a file in", at, err);
	}
	*ret_writer = &writer->base;
	return 0;
}

static int
dir_write(struct store_writer *writer, const void *bytes, size_t len,
	  struct amana_error *err)
{
	if (file_write_all(WRITER_OF(writer)->file.fd, bytes, len, err) < 0)
		return store_dir_fail(DIR_OF(writer->store), "write to",
				      *writer->folder ? writer->folder : "vault", err);
	return 0;
}

static void
dir_writer_free(struct store_writer *writer)
{
	file_new_done(&WRITER_OF(writer)->file);
	mem_free(writer);
}

static int
dir_settle(struct store *store, const char *name, struct amana_error *err)
{
	struct store_dir *dir = DIR_OF(store);
	CLEANUP(file_closep) int fd = -1;
	int r;

	if (store_dir_flush_check(dir, name, err) < 0)
		return -1;
	r = file_open(dir->root, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, 0,
		      &fd, err);
	if (r > 0)
		return 1;
	if (r < 0 || file_fsync(fd, err) < 0)
		return store_dir_fail(dir, "flush", name, err);
	return store_dir_folder_flush(dir, name, false, err);
}

static int
dir_commit(struct store_writer *writer, const char *name, bool durable,
	   struct amana_error *err)
{
	struct store_dir *dir = DIR_OF(writer->store);
	struct file_new *file = &WRITER_OF(writer)->file;
	CLEANUP(file_closep) int fd = -1;
	char folder[STORE_NAME_MAX + 1];
	const char *leaf = store_dir_folder_of(name, folder);
	bool made = false;
	int r;

	durable = durable || dir->each_durable;
	if (durable && store_dir_flush_check(dir, name, err) < 0)
		return -1;
	if ((durable && file_fsync(file->fd, err) < 0) ||
	    store_dir_folder_open(dir, folder, true, &made, &fd, err) != 0)
		return store_dir_fail(dir, "put", name, err);
	r = file_new_link(file, fd, leaf, err);
	if (r < 0)
		return store_dir_fail(dir, "put", name, err);
	if (!durable)
		return r;
	/* Whoever put it may not have flushed it yet. */
	if (r > 0)
		return dir_settle(&dir->base, name, err) < 0 ? -1 : 1;
	return store_dir_folder_flush(dir, name, made, err);
}

/* Replacing or removing failed: says whose file it is, when that is the reason. */
static int
refused(const struct store_dir *dir, int fd, const char *leaf, const char *verb,
	const char *name, struct amana_error *err)
{
	struct stat st;

	if ((err->sys_errno != EPERM && err->sys_errno != EACCES) ||
	    fstatat(fd, leaf, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_uid == geteuid())
		return store_dir_fail(dir, verb, name, err);
	return err_reason(err, AMANA_REASON_OTHERS_FILE, AMANA_E_DENIED,
			  "cannot %s '%s': it belongs to user id %u, who must do it",
			  verb, name, (unsigned)st.st_uid);
}

static int
dir_replace(struct store_writer *writer, const char *name, struct amana_error *err)
{
	struct store_dir *dir = DIR_OF(writer->store);
	struct file_new *file = &WRITER_OF(writer)->file;
	CLEANUP(file_closep) int fd = -1;
	char folder[STORE_NAME_MAX + 1];
	const char *leaf = store_dir_folder_of(name, folder);
	bool made = false;

	if (store_dir_flush_check(dir, name, err) < 0)
		return -1;
	if (file_fsync(file->fd, err) < 0 ||
	    store_dir_folder_open(dir, folder, true, &made, &fd, err) != 0)
		return store_dir_fail(dir, "replace", name, err);
	if (file_new_rename(file, fd, leaf, err) < 0)
		return refused(dir, fd, leaf, "replace", name, err);
	return store_dir_folder_flush(dir, name, made, err);
}

static int
dir_remove(struct store *store, const char *name, struct amana_error *err)
{
	struct store_dir *dir = DIR_OF(store);
	CLEANUP(file_closep) int fd = -1;
	char folder[STORE_NAME_MAX + 1];
	const char *leaf = store_dir_folder_of(name, folder);
	int r = store_dir_folder_open(dir, folder, false, NULL, &fd, err);

	if (r > 0)
		return 1;
	if (r < 0)
		return store_dir_fail(dir, "remove", name, err);
	r = file_unlink(fd, leaf, err);
	if (r < 0)
		return refused(dir, fd, leaf, "remove", name, err);
	/* Missing may mean that somebody removed it just now: that too must last. */
	if (file_fsync(fd, err) < 0)
		return store_dir_fail(dir, "flush the removal of", name, err);
	return r;
}

static int
dir_barrier(struct store *store, struct amana_error *err)
{
	struct store_dir *dir = DIR_OF(store);
	int r = 0;

	/* syncfs reports an error once to each open file.  Under the lock, so that no
	 * thread gets the good news of a second call while another is about to learn what
	 * the first one said. */
	pthread_mutex_lock(&dir->barrier_lock);
	if (store_dir_flush_check(dir, "barrier", err) < 0)
		r = -1;
	else if (fault_fires(FAULT_FSYNC) || syncfs(dir->root) < 0) {
		r = err_sys(err, "cannot flush the disk");
		dir->flush_failed = true;
	}
	pthread_mutex_unlock(&dir->barrier_lock);
	return r == 0 || err->sys_errno == 0
		       ? r
		       : store_dir_fail(dir, "flush", "everything", err);
}

/* ---- reading ---- */

static int
not_a_file(const char *name, struct amana_error *err)
{
	return err_set(err, AMANA_E_TAMPERED, "'%s' in the store is not a plain file",
		       name);
}

static int
dir_stat(struct store *store, const char *name, uint64_t *ret_size,
	 struct amana_error *err)
{
	const struct store_dir *dir = DIR_OF(store);
	struct stat st;

	if (fault_fires(FAULT_OPEN) ||
	    fstatat(dir->root, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT)
			return 1;
		(void)err_sys(err, "cannot examine");
		return store_dir_fail(dir, "examine", name, err);
	}
	if (!S_ISREG(st.st_mode))
		return not_a_file(name, err);
	*ret_size = (uint64_t)st.st_size;
	return 0;
}

static int
dir_open(struct store *store, const char *name, struct store_reader **ret_reader,
	 struct amana_error *err)
{
	const struct store_dir *dir = DIR_OF(store);
	CLEANUP(file_closep) int fd = -1;
	struct dir_reader *reader;
	struct stat st;
	int r = file_open(dir->root, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY,
			  0, &fd, err);

	if (r > 0)
		return 1;
	if (r < 0 && (err->sys_errno == ELOOP || err->sys_errno == ENXIO))
		return not_a_file(name, err);
	if (r < 0)
		return store_dir_fail(dir, "read", name, err);
	if (fstat(fd, &st) < 0)
		return err_sys(err, "cannot examine '%s'", name);
	if (!S_ISREG(st.st_mode))
		return not_a_file(name, err);
	reader = mem_new(sizeof *reader, err);
	if (reader == NULL)
		return -1;
	reader->base.size = (uint64_t)st.st_size;
	snprintf(reader->name.text, sizeof reader->name.text, "%s", name);
	reader->fd = fd;
	fd = -1;
	*ret_reader = &reader->base;
	return 0;
}

static int
dir_pread(struct store_reader *reader, void *bytes, size_t len, uint64_t offset,
	  size_t *ret_len, struct amana_error *err)
{
	if (offset > INT64_MAX - (uint64_t)len) { /* no file reaches there */
		*ret_len = 0;
		return 0;
	}
	if (file_pread_full(READER_OF(reader)->fd, bytes, len, offset, ret_len, err) < 0)
		return store_dir_fail(DIR_OF(reader->store), "read",
				      READER_OF(reader)->name.text, err);
	return 0;
}

static void
dir_reader_free(struct store_reader *reader)
{
	file_closep(&READER_OF(reader)->fd);
	mem_free(reader);
}

/* ---- opening ---- */

static void
dir_free(struct store *store)
{
	struct store_dir *dir = DIR_OF(store);

	file_closep(&dir->root);
	pthread_mutex_destroy(&dir->barrier_lock);
	mem_free(dir->location);
	mem_free(dir);
}

static const struct store_ops dir_ops = {
	.free = dir_free,
	.settle = dir_settle,
	.barrier = dir_barrier,
	.remove = dir_remove,
	.list = store_dir_list,
	.stat = dir_stat,
	.begin = dir_begin,
	.write = dir_write,
	.commit = dir_commit,
	.replace = dir_replace,
	.writer_free = dir_writer_free,
	.open = dir_open,
	.pread = dir_pread,
	.reader_free = dir_reader_free,
};

static int
dir_new(struct store_dir **ret_dir, struct amana_error *err)
{
	struct store_dir *dir = mem_new(sizeof *dir, err);

	if (dir == NULL)
		return -1;
	dir->base.ops = &dir_ops;
	dir->base.kind = "dir";
	dir->root = -1;
	pthread_mutex_init(&dir->barrier_lock, NULL);
	*ret_dir = dir;
	return 0;
}

/* Takes the folder's canonical path, or while there is no such folder `path` itself. */
static int
locate(struct store_dir *dir, const char *path, struct amana_error *err)
{
	char real[PATH_MAX];
	char *location = mem_dup(realpath(path, real) != NULL ? real : path, err);

	if (location == NULL)
		return -1;
	mem_free(dir->location);
	dir->location = location;
	dir->base.location = location;
	return 0;
}

static int
open_root(struct store_dir *dir, struct amana_error *err)
{
	int r = file_open(AT_FDCWD, dir->location, O_RDONLY | O_DIRECTORY, 0, &dir->root,
			  err);

	if (r > 0)
		return err_reason(err, AMANA_REASON_NO_VAULT, AMANA_E_MISSING,
				  "there is no vault at '%s'", dir->location);
	if (r < 0 && err->sys_errno == ENOTDIR)
		return err_reason(err, AMANA_REASON_NO_VAULT, AMANA_E_MISSING,
				  "'%s' is not a folder, so not a vault", dir->location);
	return r < 0 ? store_dir_fail(dir, "open", ".", err) : 0;
}

/* Learns from the folder and its file system which mode new folders get, whether files
 * without a name can be had, and whether syncfs can be relied on. */
static int
learn(struct store_dir *dir, unsigned flags, struct amana_error *err)
{
	static const char *const folders[] = {"lines", "log", "objects"};
	struct stat st, sub;
	struct statfs fs;

	if (fstat(dir->root, &st) < 0 || fstatfs(dir->root, &fs) < 0)
		return err_sys(err, "cannot examine '%s'", dir->location);
	dir->folder_mode = st.st_mode & 07775;
	dir->named_tmp =
		(flags & STORE_NAMED_TMP) != 0 || access("/proc/self/fd", X_OK) < 0;
	switch ((unsigned long)fs.f_type) {
	case EXT4_SUPER_MAGIC: /* ext2 and ext3 too */
	case BTRFS_SUPER_MAGIC:
	case XFS_SUPER_MAGIC:
	case F2FS_SUPER_MAGIC:
	case TMPFS_MAGIC:
	case OVERLAYFS_SUPER_MAGIC:
	case NFS_SUPER_MAGIC:
	case 0x2fc12fc1: /* ZFS */
	case 0xca451a4e: /* bcachefs */
		break;
	default: /* FUSE, for one, does not pass syncfs on */
		dir->each_durable = true;
	}
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (fstatat(dir->root, folders[i], &sub, AT_SYMLINK_NOFOLLOW) == 0 &&
		    sub.st_dev != st.st_dev)
			dir->each_durable = true;
	return 0;
}

static bool
has(const struct store_dir *dir, const char *name)
{
	return faccessat(dir->root, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A new vault goes into an empty folder, or into what an interrupted init has left. */
static int
check_empty(const struct store_dir *dir, struct amana_error *err)
{
	DIR *stream;
	struct dirent *entry;
	bool strange = false;
	int fd = fcntl(dir->root, F_DUPFD_CLOEXEC, 0);

	stream = fd < 0 ? NULL : fdopendir(fd);
	if (stream == NULL) {
		(void)err_sys(err, "cannot list '%s'", dir->location);
		file_closep(&fd);
		return -1;
	}
	while ((entry = readdir(stream)) != NULL) {
		const char *name = entry->d_name;

		strange = strange ||
			  (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
			   strncmp(name, ".tmp-", 5) != 0 && strcmp(name, "log") != 0 &&
			   strcmp(name, "lines") != 0 && strcmp(name, "objects") != 0);
	}
	closedir(stream);
	if (has(dir, "vault"))
		return err_reason(err, AMANA_REASON_ALREADY, AMANA_E_CONFLICT,
				  "there is a vault in '%s' already", dir->location);
	if (strange)
		return err_set(
			err, AMANA_E_CONFLICT,
			"'%s' holds other files; name a folder that is new or empty",
			dir->location);
	return 0;
}

/* The mode of a vault's folder that is made now. */
static int
set_mode(const struct store_dir *dir, unsigned flags, struct amana_error *err)
{
	struct stat own, above;
	bool shared = (flags & STORE_SHARED) != 0;

	if (fstat(dir->root, &own) < 0 || fstatat(dir->root, "..", &above, 0) < 0)
		return err_sys(err, "cannot examine '%s'", dir->location);
	shared = shared || (own.st_mode & SHARED_BITS) == SHARED_BITS ||
		 (above.st_mode & SHARED_BITS) == SHARED_BITS;
	if (own.st_uid != geteuid())
		return 0; /* it was prepared for us by somebody else, as he wants it */
	if (fchmod(dir->root, shared ? 03770 : 0700) < 0)
		return err_sys(err, "cannot set the mode of '%s'", dir->location);
	return 0;
}

static int
make_root(struct store_dir *dir, const char *path, unsigned flags,
	  struct amana_error *err)
{
	if ((fault_fires(FAULT_LINK) || mkdir(path, 0700) < 0) && errno != EEXIST) {
		if (errno == ENOENT)
			return err_reason(
				err, AMANA_REASON_NO_PATH, AMANA_E_MISSING,
				"the folder that '%s' should be in does not exist", path);
		(void)err_sys(err, "cannot make it");
		return store_dir_fail(dir, "make", path, err);
	}
	if (locate(dir, path, err) < 0 || open_root(dir, err) < 0 ||
	    check_empty(dir, err) < 0)
		return -1;
	return set_mode(dir, flags, err);
}

static int
make_folders(const struct store_dir *dir, struct amana_error *err)
{
	static const char *const folders[] = {"lines", "log", "objects"};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		CLEANUP(file_closep) int fd = -1;

		if (store_dir_folder_open(dir, folders[i], true, NULL, &fd, err) != 0)
			return store_dir_fail(dir, "make", folders[i], err);
	}
	if (file_fsync(dir->root, err) < 0 || file_fsync_dir(dir->root, "..", err) < 0)
		return store_dir_fail(dir, "flush", ".", err);
	return 0;
}

static void
dir_freep(struct store_dir **dir)
{
	if (*dir != NULL)
		dir_free(&(*dir)->base);
}

static int
dir_open_store(const char *path, unsigned flags, struct store **ret_store,
	       struct amana_error *err)
{
	CLEANUP(dir_freep) struct store_dir *dir = NULL;
	bool create = (flags & STORE_CREATE) != 0;

	if (dir_new(&dir, err) < 0 || locate(dir, path, err) < 0)
		return -1;
	if ((create ? make_root(dir, path, flags, err) : open_root(dir, err)) < 0)
		return -1;
	if (!create && !has(dir, "vault") && !has(dir, "log"))
		return err_reason(err, AMANA_REASON_NO_VAULT, AMANA_E_MISSING,
				  "there is no vault in the folder '%s'", dir->location);
	if (learn(dir, flags, err) < 0 || (create && make_folders(dir, err) < 0))
		return -1;
	*ret_store = &TAKE(dir)->base;
	return 0;
}

const struct store_backend store_backend_dir = {.scheme = "dir", .open = dir_open_store};
