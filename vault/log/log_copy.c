/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_copy.h"

#include "base/fault.h"
#include "base/file.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FLUSH_ONE_BY_ONE                                                                 \
	8 /* above this many, one syncfs is cheaper than two fsyncs for each */
#define FOLDER_LEN 15 /* "log/AAA/BBB/CCC" */

/* The folder part of a slot's name; "." for slot 0. */
static void
folder_of(const char *name, char ret_folder[FOLDER_LEN + 1])
{
	const char *slash = strrchr(name, '/');
	size_t len = slash != NULL ? (size_t)(slash - name) : 0;

	memcpy(ret_folder, len > 0 ? name : ".", len > 0 ? len : 1);
	ret_folder[len > 0 ? len : 1] = 0;
}

int
log_copy_get(struct log_copy *copy, uint64_t n, struct buf *buf, struct amana_error *err)
{
	struct store_name name = store_name_slot(n);
	int r;

	r = file_read(copy->dirfd, name.text, buf, err);
	return r < 0 && (err->code == AMANA_E_LIMIT || err->code == AMANA_E_FORMAT) ? 1
										    : r;
}

static int
make_folder(struct log_copy *copy, const char *folder, struct amana_error *err)
{
	if (faccessat(copy->dirfd, folder, F_OK, 0) == 0)
		return 0;
	copy->new_folder = true;
	return file_mkdirs(copy->dirfd, folder, 0700, err);
}

/* True if the copy that is there already has these bytes. */
static bool
is_kept(struct log_copy *copy, const char *name, struct bytes slot)
{
	CLEANUP(buf_done) struct buf have = BUF_INIT(slot.len);
	struct amana_error ignored;

	return file_read(copy->dirfd, name, &have, &ignored) == 0 &&
	       bytes_equal(BYTES_OF(have), slot);
}

int
log_copy_put(struct log_copy *copy, uint64_t n, struct bytes slot,
	     struct amana_error *err)
{
	struct store_name name = store_name_slot(n);
	char folder[FOLDER_LEN + 1];
	int r;

	folder_of(name.text, folder);
	if (copy->n_waiting > 0 && n != copy->first + copy->n_waiting &&
	    log_copy_flush(copy, err) < 0)
		return -1;
	if (make_folder(copy, folder, err) < 0)
		return err_wrap(err, "this machine's copy of batch %" PRIu64, n);
	r = file_write_new(copy->dirfd, folder, name.text, 0600, slot, false, err);
	if (r > 0 && !is_kept(copy, name.text, slot))
		r = file_replace(copy->dirfd, folder, name.text, 0600, slot, err);
	if (r < 0)
		return err_wrap(err, "this machine's copy of batch %" PRIu64, n);
	if (copy->n_waiting++ == 0)
		copy->first = n;
	return 0;
}

static int
flush_one(int dirfd, uint64_t n, struct amana_error *err)
{
	CLEANUP(file_closep) int fd = -1;
	struct store_name name = store_name_slot(n);
	char folder[FOLDER_LEN + 1];
	int r;

	folder_of(name.text, folder);
	r = file_open(dirfd, name.text, O_RDONLY, 0, &fd, err);
	if (r > 0)
		return err_set(err, AMANA_E_IO,
			       "this machine's copy of batch %" PRIu64 " is gone", n);
	if (r < 0 || file_fsync(fd, err) < 0)
		return -1;
	return file_fsync_dir(dirfd, folder, err);
}

int
log_copy_flush(struct log_copy *copy, struct amana_error *err)
{
	if (copy->n_waiting > FLUSH_ONE_BY_ONE || copy->new_folder) {
		if (fault_fires(FAULT_FSYNC) || syncfs(copy->dirfd) < 0)
			return err_sys(
				err,
				"cannot flush this machine's copies of the log to disk");
	} else {
		for (uint64_t i = 0; i < copy->n_waiting; i++)
			if (flush_one(copy->dirfd, copy->first + i, err) < 0)
				return -1;
	}
	copy->n_waiting = 0;
	copy->new_folder = false;
	return 0;
}

int
log_copy_set_aside(struct log_copy *copy, uint64_t n, struct amana_error *err)
{
	struct store_name name = store_name_slot(n);
	char aside[sizeof name.text + 5];

	snprintf(aside, sizeof aside, "%s.lost", name.text);
	if (!fault_fires(FAULT_LINK) &&
	    renameat(copy->dirfd, name.text, copy->dirfd, aside) == 0)
		return 0;
	return errno == ENOENT
		       ? 1
		       : err_sys(err, "cannot set the lost batch %" PRIu64 " aside", n);
}
