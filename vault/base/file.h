/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"

#include <stdint.h>
#include <sys/types.h>

/*
 * Files, with every call that can fail behind a fault point (base/fault.h).
 *
 * Names are relative to `dirfd` (AT_FDCWD works); `name` in messages is what the caller
 * gave. "Missing" (ENOENT) is the outcome 1 wherever a function says so.
 */

/* write(2) until all is written.  A short write goes on; an error is AMANA_E_IO. */
int file_write_all(int fd, const void *bytes, size_t len,
		   struct amana_error *err) MUST_CHECK;
/* Reads until len bytes or end of file; the count goes to *ret_len. */
int file_read_full(int fd, void *bytes, size_t len, size_t *ret_len,
		   struct amana_error *err) MUST_CHECK;
int file_pread_full(int fd, void *bytes, size_t len, uint64_t offset, size_t *ret_len,
		    struct amana_error *err) MUST_CHECK;
int file_fsync(int fd, struct amana_error *err) MUST_CHECK;
/* openat(2) with O_CLOEXEC; 1 when missing. */
int file_open(int dirfd, const char *name, int flags, mode_t mode, int *ret_fd,
	      struct amana_error *err) MUST_CHECK;
/* Opens the folder that `path` stands in; *ret_name points at what follows it in path (""
 * if nothing does). AMANA_E_MISSING: there is no such folder. */
int file_open_folder_of(const char *path, const char **ret_name, int *ret_fd,
			struct amana_error *err) MUST_CHECK;
/* Appends the whole regular file to buf, at most buf->max; 1 when missing. */
int file_read(int dirfd, const char *name, struct buf *buf,
	      struct amana_error *err) MUST_CHECK;
int file_unlink(int dirfd, const char *name,
		struct amana_error *err) MUST_CHECK; /* 1 missing */
/* Gives the file `from` the name `to` of the same folder, replacing what has it,
 * atomically and durably. */
int file_rename(int dirfd, const char *from, const char *to,
		struct amana_error *err) MUST_CHECK;
/* Makes every missing folder of `path` (all of it) with mode; existing ones are left as
 * they are. */
int file_mkdirs(int dirfd, const char *path, mode_t mode,
		struct amana_error *err) MUST_CHECK;
int file_fsync_dir(int dirfd, const char *path, struct amana_error *err) MUST_CHECK;
/* flock(2) exclusively on a lock file that is made when missing; closing the fd releases
 * it. */
int file_lock(int dirfd, const char *name, int *ret_fd,
	      struct amana_error *err) MUST_CHECK;

/*
 * A file that does not exist until it is finished: O_TMPFILE and linkat, or where the
 * file system lacks O_TMPFILE a `.tmp-*` name and renameat2.  file_new_done without
 * commit leaves nothing (after a crash a `.tmp-*` may remain; whoever lists a folder
 * skips those).
 */
struct file_new {
	int fd;	      /* write here */
	int dirfd;    /* borrowed; must outlive this */
	char tmp[64]; /* name below dirfd, or "" with O_TMPFILE */
	char folder[256];
};
#define FILE_NEW_INIT                                                                    \
	{                                                                                \
		.fd = -1, .dirfd = -1                                                    \
	}

/* `folder` below dirfd is where it will stand ("." for dirfd itself). */
int file_new_open(int dirfd, const char *folder, mode_t mode, struct file_new *ret_file,
		  struct amana_error *err) MUST_CHECK;
/* The same, but with a `.tmp-*` name from the start: where /proc is missing, and for
 * tests. */
int file_new_open_named(int dirfd, const char *folder, mode_t mode,
			struct file_new *ret_file, struct amana_error *err) MUST_CHECK;
/*
 * The same for what must not be left behind in the clear.  With O_TMPFILE it is gone with
 * its process.  Else (or if `named`, for tests) its name begins with FILE_REST_PREFIX,
 * and it is locked (flock) for as long as its writer lives: file_rests_wipe finds it once
 * the writer was killed.
 */
#define FILE_REST_PREFIX ".amana-plain-"
int file_new_open_plain(int dirfd, const char *folder, mode_t mode, bool named,
			struct file_new *ret_file, struct amana_error *err) MUST_CHECK;
/* Gives it a name below `dirfd`, any folder of the same file system; flushes nothing.  1:
 * exists. */
int file_new_link(struct file_new *file, int dirfd, const char *name,
		  struct amana_error *err) MUST_CHECK;
/* As link, but replaces what has the name, atomically; flushes nothing. */
int file_new_rename(struct file_new *file, int dirfd, const char *name,
		    struct amana_error *err) MUST_CHECK;
/* Gives it its name (relative to dirfd, inside the same folder).  1: the name exists
 * already and nothing was changed.  durable: the bytes and the name are on disk when this
 * returns 0. */
int file_new_commit(struct file_new *file, const char *name, bool durable,
		    struct amana_error *err) MUST_CHECK;
/* As commit, but replaces what has the name, atomically and durably. */
int file_new_replace(struct file_new *file, const char *name,
		     struct amana_error *err) MUST_CHECK;
void file_new_done(struct file_new *file);

/* Whole-file forms of the above. 1: exists. */
int file_write_new(int dirfd, const char *folder, const char *name, mode_t mode,
		   struct bytes content, bool durable,
		   struct amana_error *err) MUST_CHECK;
int file_replace(int dirfd, const char *folder, const char *name, mode_t mode,
		 struct bytes content, struct amana_error *err) MUST_CHECK;

void file_closep(int *fd); /* for CLEANUP(file_closep) int fd = -1 */

#endif
