/* SPDX-License-Identifier: Apache-2.0 */
#include "object/pipeline.h"

#include "base/queue.h"

#include <pthread.h>

/* There are as many threads as cores, and at most one for each stage.  No thread
 * belongs to a stage: whichever is free takes the next block of a stage that no other
 * works in.  With a thread for each stage, three would share two cores, and the
 * longest stage, which all wait for, would get two thirds of a core. */
struct stage {
	pipeline_stage *work;
	struct block **waiting; /* room for all blocks; first in, first out */
	size_t first, n;
	bool busy;
};

struct pipeline {
	pthread_mutex_t lock; /* protects everything below, and the blocks that wait */
	pthread_cond_t moved;
	const struct pipeline_plan *plan;
	struct stage stages[PIPELINE_STAGES];
	size_t n_blocks, n_busy;
	void *pass;
	uint64_t n_begun;
	bool ended;	  /* the first stage has no more to come */
	uint64_t stop_at; /* the first block that failed: from it on nothing is worked on
			   */
};

static void
pipeline_done(struct pipeline *pipeline)
{
	for (size_t s = 0; s < pipeline->plan->n; s++)
		mem_free(pipeline->stages[s].waiting);
	pthread_cond_destroy(&pipeline->moved);
	pthread_mutex_destroy(&pipeline->lock);
}

static void
put(struct pipeline *pipeline, size_t s, struct block *block)
{
	struct stage *stage = &pipeline->stages[s];

	stage->waiting[(stage->first + stage->n++) % pipeline->n_blocks] = block;
}

static struct block *
take(struct pipeline *pipeline, size_t s)
{
	struct stage *stage = &pipeline->stages[s];
	struct block *block = stage->waiting[stage->first];

	stage->first = (stage->first + 1) % pipeline->n_blocks;
	stage->n--;
	return block;
}

static int
pipeline_fill(struct pipeline *pipeline, struct block *const *blocks,
	      struct amana_error *err)
{
	for (size_t s = 0; s < pipeline->plan->n; s++) {
		pipeline->stages[s].work = pipeline->plan->stages[s];
		pipeline->stages[s].waiting = mem_array(
			pipeline->n_blocks, sizeof *pipeline->stages[s].waiting, err);
		if (pipeline->stages[s].waiting == NULL)
			return -1;
	}
	for (size_t i = 0; i < pipeline->n_blocks; i++) {
		blocks[i]->failed = false;
		put(pipeline, 0, blocks[i]);
	}
	return 0;
}

static bool
has_work(const struct pipeline *pipeline, size_t s)
{
	const struct stage *stage = &pipeline->stages[s];

	if (stage->busy || stage->n == 0)
		return false;
	if (s == 0)
		return !pipeline->ended && pipeline->stop_at == UINT64_MAX;
	return stage->waiting[stage->first]->order < pipeline->stop_at;
}

/* The stage to work in next; PIPELINE_STAGES: none for now.  The caller's own stage comes
 * first, since no other thread may work in it; then the longest one; then the others, the
 * last one first, since it frees blocks. */
static size_t
choose(const struct pipeline *pipeline, bool is_caller)
{
	const struct pipeline_plan *plan = pipeline->plan;

	if (is_caller && has_work(pipeline, plan->at_caller))
		return plan->at_caller;
	if (plan->longest != plan->at_caller && has_work(pipeline, plan->longest))
		return plan->longest;
	for (size_t s = plan->n; s > 0; s--)
		if (s - 1 != plan->at_caller && has_work(pipeline, s - 1))
			return s - 1;
	return PIPELINE_STAGES;
}

static bool
is_over(const struct pipeline *pipeline)
{
	for (size_t s = 0; s < pipeline->plan->n; s++)
		if (has_work(pipeline, s))
			return false;
	return pipeline->n_busy == 0;
}

/* Works on one block of a stage.  Called with the lock held, which is given up while
 * the stage works. */
static void
work_in(struct pipeline *pipeline, size_t s)
{
	struct stage *stage = &pipeline->stages[s];
	struct block *block = take(pipeline, s);
	int r;

	if (s == 0)
		block->order = pipeline->n_begun++;
	stage->busy = true;
	pipeline->n_busy++;
	pthread_mutex_unlock(&pipeline->lock);
	r = stage->work(pipeline->pass, block, &block->err);
	pthread_mutex_lock(&pipeline->lock);
	stage->busy = false;
	pipeline->n_busy--;
	if (r == 0) {
		put(pipeline, (s + 1) % pipeline->plan->n, block);
	} else if (r > 0) {
		pipeline->ended = true;
	} else {
		block->failed = true;
		if (block->order < pipeline->stop_at)
			pipeline->stop_at = block->order;
	}
	pthread_cond_broadcast(&pipeline->moved);
}

static void
serve(struct pipeline *pipeline, bool is_caller)
{
	pthread_mutex_lock(&pipeline->lock);
	while (!is_over(pipeline)) {
		size_t s = choose(pipeline, is_caller);

		if (s < PIPELINE_STAGES)
			work_in(pipeline, s);
		else
			pthread_cond_wait(&pipeline->moved, &pipeline->lock);
	}
	pthread_mutex_unlock(&pipeline->lock);
}

static void
help(void *arg)
{
	serve(arg, false);
}

/* The failure that comes first in the file, or 0.  Every thread has ended. */
static int
first_failure(struct block *const *blocks, size_t n_blocks, struct amana_error *err)
{
	const struct block *found = NULL;

	for (size_t i = 0; i < n_blocks; i++)
		if (blocks[i]->failed &&
		    (found == NULL || blocks[i]->order < found->order))
			found = blocks[i];
	if (found == NULL)
		return 0;
	*err = found->err;
	return -1;
}

static int
run_here(const struct pipeline_plan *plan, void *pass, struct block *block,
	 struct amana_error *err)
{
	while (true) {
		int r = plan->stages[0](pass, block, err);

		if (r != 0)
			return r > 0 ? 0 : -1;
		for (size_t s = 1; s < plan->n; s++)
			if (plan->stages[s](pass, block, err) < 0)
				return -1;
	}
}

int
pipeline_run(const struct pipeline_plan *plan, void *pass, struct block *const *blocks,
	     size_t n_blocks, struct amana_error *err)
{
	CLEANUP(pipeline_done)
	struct pipeline pipeline = {
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.moved = PTHREAD_COND_INITIALIZER,
		.plan = plan,
		.n_blocks = n_blocks,
		.pass = pass,
		.stop_at = UINT64_MAX,
	};
	struct workers *helpers = NULL;
	size_t n_threads = workers_cores();

	if (n_blocks == 1)
		return run_here(plan, pass, blocks[0], err);
	if (n_threads > plan->n)
		n_threads = plan->n;
	if (pipeline_fill(&pipeline, blocks, err) < 0 ||
	    (n_threads > 1 &&
	     workers_start(n_threads - 1, help, &pipeline, &helpers, err) < 0))
		return -1;
	serve(&pipeline, true);
	workers_join(helpers);
	return first_failure(blocks, n_blocks, err);
}
