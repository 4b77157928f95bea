/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_FIRST_OPEN_CORE_H
#define FUSE_FIRST_OPEN_CORE_H

#include "first_open.h"
#include "handle.h"
#include "runs.h"

#include <pthread.h>

/*
 * What first_open.c, where the threads that answer the kernel leave openings, and
 * first_open_work.c, where the vault's thread records them, share.
 */

/* Openings in one act; of those that are expected fewer, so that whoever asks meanwhile
 * has his turn soon. */
#define FIRST_OPEN_TOGETHER ((size_t)1000)
#define FIRST_OPEN_EXPECTED_TOGETHER ((size_t)256)

/* A request that is answered when the exhibit's opening is on record. */
struct opening_waiter {
	struct opening_waiter *next;
	fuse_req_t req;
	struct fuse_file_info fi;
};

/* What is being recorded as one act. */
struct first_open_act {
	/* With room for FIRST_OPEN_TOGETHER each. */
	struct opening **list;
	struct opener *who;
	struct amana_opening *openings;
	size_t n;
};

struct first_open {
	struct tree *tree;
	const struct speaker *speaker;
	first_open_soon *soon;
	void *soon_ctx;
	int wakeup; /* for the vault's thread */
	struct handle_list handles;
	pthread_mutex_t lock; /* of what follows, but for the act */
	bool stopped;
	struct opening *all; /* that there ever were */
	/* What the vault's thread has to do.  An opening is in a list at most once. */
	struct opening *asked, **asked_end; /* somebody waits; in the order of asking */
	struct opening *expected,
		**expected_end; /* to be recorded ahead; in that order */
	struct opening *met;	/* recorded ahead, and opened since */
	struct opening *damaged;
	struct runs runs;
	size_t n_readers;	   /* openings that have one and are not expected */
	struct first_open_act act; /* the vault's thread's own */
};

/* Takes up to `cap` of those that somebody waits for out of the list, the first ones
 * first; the opening of some may be on record already.  Returns how many.  With the lock
 * held. */
size_t first_open_take_asked(struct first_open *first_open, struct opening **ret,
			     size_t cap);
/* Answers all that wait for this opening: with an open file each, and `reader`, which is
 * the opening's from then on; or, where that is NULL, with the errno value.  The vault's
 * thread, without the lock. */
void first_open_answer(struct first_open *first_open, struct opening *opening,
		       struct amana_reader *reader, int sys_errno);

#endif
