/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_RUNS_H
#define FUSE_RUNS_H

#include "attributes.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Programs that go through the case: a run is one program (one thread of it) that opens
 * one exhibit after the other in the order of their numbers, as tar, cp -r and rsync do.
 *
 * A first opening waits until it is on record.  A run would wait at each exhibit, so what
 * it will open next is recorded ahead: from its eighth opening on as many exhibits are
 * expected as it has opened already, at most RUNS_EXPECT_MAX, and more when half of them
 * are used up.  Whoever opens a few things, backwards or with gaps between them expects
 * nothing.
 *
 * The RUNS_MAX runs that began last are known.  No lock of its own: one thread at a time.
 */
#define RUNS_MAX 8
#define RUNS_EXPECT_AFTER 8
#define RUNS_EXPECT_MAX 1024
struct run {
	uint32_t pid;	/* of the thread; 0: it cannot be seen from here */
	uint64_t last;	/* number of the exhibit that it opened last */
	uint64_t next;	/* number of the one after that; 0: there is none */
	uint64_t until; /* exhibits up to this number are expected */
	unsigned int n; /* opened in a row */
};
struct runs { /* zeroed: none yet */
	struct run all[RUNS_MAX];
	size_t oldest; /* makes room for the next one that begins */
};

/* `file` will be opened by this run.  False: it could not be noted; no more are expected
 * now. */
typedef bool runs_expect(void *ctx, struct tree_file *file);
/* Takes in that the thread `pid` has opened `file`, and hands the files that are expected
 * from now on to `expect`, in their order.  Returns the file that the run will come to
 * after a few more, for which it is time to make things ready, or NULL. */
const struct tree_file *runs_opened(struct runs *runs, struct tree *tree,
				    const struct tree_file *file, uint32_t pid,
				    runs_expect *expect, void *ctx);

#endif
