/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_COPY_H
#define LOG_LOG_COPY_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Private to vault/log: this machine's own copies of a vault's slots, below the folder
 * that pin.h describes, under the names that they have in the store.  Nothing here
 * says that a copy is good; the hash chain does.
 *
 * One thread at a time.  Another process of the same person may write the same copies.
 */
struct log_copy {
	int dirfd;		   /* borrowed */
	uint64_t first, n_waiting; /* put, but perhaps not on disk yet */
	bool new_folder;	   /* one of them is in a folder that was made for it */
};

/* Appends the copy of slot n to buf.  1: there is none, or what is there cannot be a
 * slot. */
int log_copy_get(struct log_copy *copy, uint64_t n, struct buf *buf,
		 struct amana_error *err) MUST_CHECK;
/* Writes the copy of slot n, in place of whatever is there.  It is durable only after
 * log_copy_flush. */
int log_copy_put(struct log_copy *copy, uint64_t n, struct bytes slot,
		 struct amana_error *err) MUST_CHECK;
/* Makes everything durable that was put. */
int log_copy_flush(struct log_copy *copy, struct amana_error *err) MUST_CHECK;
/* Renames the copy of slot n to NAME.lost: it belongs to a history that was lost, and
 * people may want to look at it.  1: there is no copy. */
int log_copy_set_aside(struct log_copy *copy, uint64_t n,
		       struct amana_error *err) MUST_CHECK;

#endif
