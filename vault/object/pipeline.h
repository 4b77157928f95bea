/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_PIPELINE_H
#define OBJECT_PIPELINE_H

#include "object/block.h"

/*
 * Private to vault/object: blocks on their way through stages, in their order, on as many
 * threads as there are cores for them.
 *
 * The first stage fills an empty block and returns 0, or 1 when there is no more to come.
 * The others return 0.  A stage that fails returns -1 with err filled; from then on only
 * what comes before that block in the file is worked on, and pipeline_run returns the
 * failure that comes first in the file.
 *
 * A stage is given the blocks in the order of the file, and is never in two threads at
 * once. What it wrote is seen by the stages after it, and by itself the next time, in
 * whatever thread.  So stages may share `pass` as long as each has its own part of it.
 */
#define PIPELINE_STAGES 4 /* at most */
typedef int pipeline_stage(void *pass, struct block *block, struct amana_error *err);

struct pipeline_plan {
	pipeline_stage *stages[PIPELINE_STAGES];
	size_t n;	  /* stages there are, 2 or more */
	size_t at_caller; /* number of the stage that runs only in the calling thread */
	size_t longest;	  /* number of the one that takes the most time */
};

/*
 * Runs blocks through the stages until the first one has no more to come.  With one block
 * there are no other threads, and it goes through the stages again and again.  The blocks
 * stay the caller's.
 */
int pipeline_run(const struct pipeline_plan *plan, void *pass,
		 struct block *const *blocks, size_t n_blocks,
		 struct amana_error *err) MUST_CHECK;

#endif
