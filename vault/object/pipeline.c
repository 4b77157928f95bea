/* SPDX-License-Identifier: Apache-2.0 */
#include "object/pipeline.h"

#include "base/queue.h"

/*
 * A ring of queues: stage s takes from queues[s] and puts into the next one; the last stage's blocks
 * come back empty to the first.  Every queue has room for all blocks, so nobody waits to put.
 */
struct stage {
	pipeline_stage *work;
	void *pass;
	struct queue *in, *out;
	bool first, last;
	struct workers *workers;
};

struct ring {
	struct stage stages[PIPELINE_STAGES];
};

static void
ring_done(struct ring *ring)
{
	for (size_t s = 0; s < PIPELINE_STAGES; s++)
		queue_free(ring->stages[s].in);
}

static int
ring_init(struct ring *ring, pipeline_stage *const works[PIPELINE_STAGES], void *pass,
	  struct block *const *blocks, size_t n_blocks, struct amana_error *err)
{
	for (size_t s = 0; s < PIPELINE_STAGES; s++) {
		ring->stages[s] = (struct stage){.work = works[s],
						 .pass = pass,
						 .first = s == 0,
						 .last = s == PIPELINE_STAGES - 1,
						 .in = queue_new(n_blocks, err)};
		if (ring->stages[s].in == NULL)
			return -1;
	}
	for (size_t s = 0; s < PIPELINE_STAGES; s++)
		ring->stages[s].out = ring->stages[(s + 1) % PIPELINE_STAGES].in;
	for (size_t i = 0; i < n_blocks; i++)
		if (!queue_put(ring->stages[0].in, blocks[i]))
			return err_bug(err, "a new queue is closed");
	return 0;
}

/* One stage until its input ends.  Only the first stage ends the input of the next by itself: when
 * there is no more to come, or when a block came back failed. */
static void
stage_run(void *arg)
{
	struct stage *stage = arg;
	struct block *block;
	bool stopped = false;

	while ((block = queue_take(stage->in)) != NULL) {
		stopped = stopped || block->failed;
		if (!stopped) {
			int r = stage->work(stage->pass, block, &block->err);

			if (r > 0)
				break;
			block->failed = stopped = r < 0;
		}
		/* Once put, the block is the next stage's: not even a look at it any more. */
		if (!queue_put(stage->out, block) || (stage->first && stopped))
			break;
	}
	if (!stage->last)
		queue_close(stage->out);
}

/* Every stage has ended. */
static int
first_failure(struct block *const *blocks, size_t n_blocks, struct amana_error *err)
{
	const struct block *found = NULL;

	for (size_t i = 0; i < n_blocks; i++)
		if (blocks[i]->failed &&
		    (found == NULL || blocks[i]->first_chunk < found->first_chunk))
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
	CLEANUP(ring_done) struct ring ring = {0};
	int r = 0;

	if (n_blocks == 1)
		return run_here(works, pass, blocks[0], err);
	for (size_t i = 0; i < n_blocks; i++)
		blocks[i]->failed = false;
	if (ring_init(&ring, works, pass, blocks, n_blocks, err) < 0)
		return -1;
	for (size_t s = 0; s < PIPELINE_STAGES && r == 0; s++)
		if (s != at_caller)
			r = workers_start(1, stage_run, &ring.stages[s],
					  &ring.stages[s].workers, err);
	if (r == 0)
		stage_run(&ring.stages[at_caller]);
	else /* those that did start have to end */
		for (size_t s = 0; s < PIPELINE_STAGES; s++)
			queue_close(ring.stages[s].in);
	for (size_t s = 0; s < PIPELINE_STAGES; s++)
		workers_join(ring.stages[s].workers);
	return r < 0 ? -1 : first_failure(blocks, n_blocks, err);
}
