/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_PIPELINE_H
#define OBJECT_PIPELINE_H

#include "object/block.h"

/*
 * Inside object/: blocks through three stages, in order, on as many threads as there are
 * cores for them.
 *
 * The first stage fills an empty block and returns 0, or 1 when there is no more to come.
 * The others return 0.  A stage that fails (-1) says why; from then on only what comes
 * before that block in the file is worked on, and pipeline_run returns the failure that
 * comes first in the file.
 *
 * A stage gets the blocks in the order of the file.  It is never in two threads at once,
 * and what it wrote is seen by the stage after it and by itself the next time, in
 * whatever thread; so stages may share `pass` as long as each has its own part of it.
 */
#define PIPELINE_STAGES 3
typedef int pipeline_stage(void *pass, struct block *block, struct amana_error *err);

/*
 * `at_caller` is the stage that runs in no thread but the calling one.  With one block
 * there are no threads: it goes through the stages again and again.  The second stage
 * should be the longest.
 */
int pipeline_run(pipeline_stage *const stages[PIPELINE_STAGES], size_t at_caller,
		 void *pass, struct block *const *blocks, size_t n_blocks,
		 struct amana_error *err) MUST_CHECK;

#endif
