/* SPDX-License-Identifier: Apache-2.0 */
#include "object/pipeline.h"

#include "base/queue.h"

#include <pthread.h>

/*
 * As many threads as there are cores, and at most one for each stage.  None belongs to a
 * stage: whoever is free takes the next block of a stage that nobody works in.  With a
 * thread for each stage, three would share two cores, and the longest stage, which all
 * wait for, would get two thirds of one.
 */
struct stage {
	pipeline_stage *work;
	struct block **waiting; /* room for all blocks; first in, first out */
	size_t first, n;
	bool busy;
};

struct ring {
	pthread_mutex_t lock; /* over everything below, and over blocks that wait */
	pthread_cond_t moved;
	struct stage stages[PIPELINE_STAGES];
	size_t at_caller, n_blocks, n_busy;
	void *pass;
	uint64_t n_begun;
	bool ended;	  /* the first stage has no more to come */
	uint64_t stop_at; /* the first block that failed: neither it nor what comes after
			     it is worked on */
};

static void
ring_done(struct ring *ring)
{
	for (size_t s = 0; s < PIPELINE_STAGES; s++)
		mem_free(ring->stages[s].waiting);
	pthread_cond_destroy(&ring->moved);
	pthread_mutex_destroy(&ring->lock);
}

static void
put(struct ring *ring, size_t s, struct block *block)
{
	struct stage *stage = &ring->stages[s];

	stage->waiting[(stage->first + stage->n++) % ring->n_blocks] = block;
}

static struct block *
take(struct ring *ring, size_t s)
{
	struct stage *stage = &ring->stages[s];
	struct block *block = stage->waiting[stage->first];

	stage->first = (stage->first + 1) % ring->n_blocks;
	stage->n--;
	return block;
}

static int
ring_fill(struct ring *ring, pipeline_stage *const works[PIPELINE_STAGES],
	  struct block *const *blocks, struct amana_error *err)
{
	for (size_t s = 0; s < PIPELINE_STAGES; s++) {
		ring->stages[s].work = works[s];
		ring->stages[s].waiting =
			mem_array(ring->n_blocks, sizeof *ring->stages[s].waiting, err);
		if (ring->stages[s].waiting == NULL)
			return -1;
	}
	for (size_t i = 0; i < ring->n_blocks; i++) {
		blocks[i]->failed = false;
		put(ring, 0, blocks[i]);
	}
	return 0;
}

static bool
has_work(const struct ring *ring, size_t s)
{
	const struct stage *stage = &ring->stages[s];

	if (stage->busy || stage->n == 0)
		return false;
	if (s == 0)
		return !ring->ended && ring->stop_at == UINT64_MAX;
	return stage->waiting[stage->first]->order < ring->stop_at;
}

/* PIPELINE_STAGES: none for now.  The caller's own stage comes first, since nobody else
 * may; then the second one, which is the longest in every pass that there is; then
 * whatever frees blocks. */
static size_t
choose(const struct ring *ring, bool is_caller)
{
	static const size_t wanted[PIPELINE_STAGES] = {1, 2, 0};

	if (is_caller && has_work(ring, ring->at_caller))
		return ring->at_caller;
	for (size_t i = 0; i < PIPELINE_STAGES; i++)
		if (wanted[i] != ring->at_caller && has_work(ring, wanted[i]))
			return wanted[i];
	return PIPELINE_STAGES;
}

static bool
is_over(const struct ring *ring)
{
	for (size_t s = 0; s < PIPELINE_STAGES; s++)
		if (has_work(ring, s))
			return false;
	return ring->n_busy == 0;
}

/* Under the lock, which is given up while the stage works. */
static void
work_in(struct ring *ring, size_t s)
{
	struct stage *stage = &ring->stages[s];
	struct block *block = take(ring, s);
	int r;

	if (s == 0)
		block->order = ring->n_begun++;
	stage->busy = true;
	ring->n_busy++;
	pthread_mutex_unlock(&ring->lock);
	r = stage->work(ring->pass, block, &block->err);
	pthread_mutex_lock(&ring->lock);
	stage->busy = false;
	ring->n_busy--;
	if (r == 0) {
		put(ring, (s + 1) % PIPELINE_STAGES, block);
	} else if (r > 0) {
		ring->ended = true;
	} else {
		block->failed = true;
		if (block->order < ring->stop_at)
			ring->stop_at = block->order;
	}
	pthread_cond_broadcast(&ring->moved);
}

static void
serve(struct ring *ring, bool is_caller)
{
	pthread_mutex_lock(&ring->lock);
	while (!is_over(ring)) {
		size_t s = choose(ring, is_caller);

		if (s < PIPELINE_STAGES)
			work_in(ring, s);
		else
			pthread_cond_wait(&ring->moved, &ring->lock);
	}
	pthread_mutex_unlock(&ring->lock);
}

static void
help(void *arg)
{
	serve(arg, false);
}

/* Every thread has ended. */
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
run_here(pipeline_stage *const works[PIPELINE_STAGES], void *pass, struct block *block,
	 struct amana_error *err)
{
	while (true) {
		int r = works[0](pass, block, err);

		if (r != 0)
			return r > 0 ? 0 : -1;
		for (size_t s = 1; s < PIPELINE_STAGES; s++)
			if (works[s](pass, block, err) < 0)
				return -1;
	}
}

int
pipeline_run(pipeline_stage *const works[PIPELINE_STAGES], size_t at_caller, void *pass,
	     struct block *const *blocks, size_t n_blocks, struct amana_error *err)
{
	CLEANUP(ring_done)
	struct ring ring = {
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.moved = PTHREAD_COND_INITIALIZER,
		.at_caller = at_caller,
		.n_blocks = n_blocks,
		.pass = pass,
		.stop_at = UINT64_MAX,
	};
	struct workers *helpers = NULL;
	size_t n_threads = workers_cores();

	if (n_blocks == 1)
		return run_here(works, pass, blocks[0], err);
	if (n_threads > PIPELINE_STAGES)
		n_threads = PIPELINE_STAGES;
	if (ring_fill(&ring, works, blocks, err) < 0 ||
	    (n_threads > 1 &&
	     workers_start(n_threads - 1, help, &ring, &helpers, err) < 0))
		return -1;
	serve(&ring, true);
	workers_join(helpers);
	return first_failure(blocks, n_blocks, err);
}
