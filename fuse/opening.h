/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_OPENING_H
#define FUSE_OPENING_H

#include "attributes.h"
#include "caller.h"
#include "tree.h"

#include "amana/mount.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is known of an exhibit from its first opening on, until the mount ends: its
 * reader, who uses it, and which of its chunks were given out.  There is at most one of
 * each exhibit; file->opening points to it.
 *
 * The reader is there while the exhibit is open, and for a while afterwards.  It may be
 * used by whoever holds a reference, for as long as he does; references are counted in
 * n_refs.  A first reference is taken under the lock of first_open.c, further ones by
 * whoever has one.
 */
struct opener {
	uint32_t uid, pid;
	char name[CALLER_NAME_CAP];
};
struct opening {
	struct tree_file *file;
	_Atomic(struct amana_reader *) reader; /* owned; NULL: not open now */
	atomic_uint n_refs;	 /* open files, and work that goes on in other threads */
	_Atomic uint64_t *given; /* a bit for each chunk that was given out */
	size_t n_given;		 /* words of that */

	/* All that follows is first_open.c's, under its lock. */
	bool recorded;	   /* that it is opened, or expected to be, is on record */
	bool waiting;	   /* somebody waits for it */
	bool expected;	   /* not opened yet: recorded ahead, or to be */
	bool damaged;	   /* a chunk failed its check */
	struct opener who; /* opened it first, or is expected to */
	struct opening_waiter *waiters;
	struct opening *next, *next_asked, *next_expected, *next_met, *next_damaged;
};

/* Nothing of the exhibit is open or given out yet.  `file` is borrowed, and gets to know
 * its opening.  NULL: no memory.  Freed by opening_free. */
struct opening *opening_new(struct tree_file *file) MUST_CHECK;
/* Frees it and its reader.  No reference may be left; NULL is fine. */
void opening_free(struct opening *opening);

/* Any thread. */
void opening_ref(struct opening *opening);
void opening_unref(struct opening *opening);
/* Notes that `len` bytes from `offset` on were given out: the whole of each chunk that
 * they touch.  Any thread with a reference. */
void opening_note_given(struct opening *opening, uint64_t offset, size_t len);
/* Whether chunk `index` was given out.  Any thread with a reference. */
bool opening_was_given(const struct opening *opening, uint64_t index);

#endif
