/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_HANDLE_H
#define FUSE_HANDLE_H

#include "attributes.h"
#include "opening.h"

#include <pthread.h>
#include <stdint.h>

/*
 * Open files.  Each holds a reference to the opening of its exhibit, and knows how it was
 * read so far, from which bytes.c guesses what will be read next.  All that are open
 * stand in a list, so that those that are still open when the mount ends can be closed.
 */
struct handle_list {
	pthread_mutex_t lock;
	struct handle *first;
};
struct handle {
	struct opening *opening;
	struct handle_list *list;
	struct handle *before, *after; /* in the list, under its lock */

	/* bytes.c's, under this lock. */
	pthread_mutex_t lock;
	uint64_t next;	       /* chunk with which a sequential reader goes on */
	uint64_t decrypt_next; /* chunk up to which they are being decrypted for it */
	unsigned int n_in_row; /* sequential reads, of late */
	unsigned int n_jumps;  /* reads elsewhere, of late */
};

/* Empty.  Ended by handle_list_done. */
void handle_list_init(struct handle_list *list);
/* Closes all that are open.  No other thread may use the list or any handle any more. */
void handle_list_done(struct handle_list *list);

/* An open file, which takes over a reference that the caller holds.  NULL: no memory, and
 * the reference stays the caller's.  Any thread.  Closed by handle_close. */
struct handle *handle_new(struct handle_list *list, struct opening *opening) MUST_CHECK;
/* Gives the reference back and frees it.  Any thread, once. */
void handle_close(struct handle *handle);

#endif
