/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "object/pipeline.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define BLOCKS_MAX 9
#define NEVER UINT64_MAX

/* What the stages see of one pass over `n` blocks.  A block carries its number in
 * first_chunk. */
struct pass {
	uint64_t n;
	uint64_t begun; /* by the first stage */
	uint64_t seen[PIPELINE_STAGES];
	atomic_int inside[PIPELINE_STAGES];
	uint64_t fails_at[PIPELINE_STAGES];
	size_t n_stages, longest;
	size_t slow; /* the stage that takes its time */
	size_t at_caller;
	pthread_t caller;
	bool left_the_caller;
};

static void
linger(void)
{
	const struct timespec wait = {.tv_nsec = 200000};

	nanosleep(&wait, NULL);
}

/* Each block once, in order, with nobody else in the stage. */
static int
visit(struct pass *pass, size_t s, struct block *block, struct amana_error *err)
{
	int r = 0;

	CHECK_INT(atomic_fetch_add(&pass->inside[s], 1), 0);
	CHECK_INT(block->first_chunk, pass->seen[s]);
	pass->seen[s]++;
	if (s == pass->at_caller && !pthread_equal(pthread_self(), pass->caller))
		pass->left_the_caller = true;
	if (s == pass->slow)
		linger();
	if (block->first_chunk == pass->fails_at[s])
		r = err_set(err, AMANA_E_IO, "stage %zu at %d", s,
			    (int)block->first_chunk);
	atomic_fetch_sub(&pass->inside[s], 1);
	return r;
}

static int
stage_first(void *arg, struct block *block, struct amana_error *err)
{
	struct pass *pass = arg;

	if (pass->begun == pass->n)
		return 1;
	block->first_chunk = pass->begun++;
	block->len = 0;
	return visit(pass, 0, block, err);
}

static int
stage_second(void *arg, struct block *block, struct amana_error *err)
{
	CHECK_INT(block->len, 0);
	block->len = 1;
	return visit(arg, 1, block, err);
}

static int
stage_third(void *arg, struct block *block, struct amana_error *err)
{
	CHECK_INT(block->len, 1);
	block->len = 2;
	return visit(arg, 2, block, err);
}

static int
stage_fourth(void *arg, struct block *block, struct amana_error *err)
{
	CHECK_INT(block->len, 2);
	return visit(arg, 3, block, err);
}

static int
run(struct pass *pass, size_t n_blocks, struct amana_error *err)
{
	const struct pipeline_plan plan = {
		.stages = {stage_first, stage_second, stage_third, stage_fourth},
		.n = pass->n_stages,
		.at_caller = pass->at_caller,
		.longest = pass->longest,
	};
	struct block *blocks[BLOCKS_MAX] = {NULL};
	int r;

	for (size_t i = 0; i < n_blocks; i++) {
		blocks[i] = mem_new(sizeof *blocks[i], err);
		CHECK(blocks[i] != NULL);
		blocks[i]->failed = true; /* of another pass */
	}
	pass->caller = pthread_self();
	r = pipeline_run(&plan, pass, blocks, n_blocks, err);
	for (size_t i = 0; i < n_blocks; i++)
		mem_free(blocks[i]);
	CHECK(!pass->left_the_caller);
	return r;
}

static struct pass
pass_of(size_t n_stages, uint64_t n)
{
	return (struct pass){.n = n,
			     .n_stages = n_stages,
			     .longest = 1,
			     .fails_at = {NEVER, NEVER, NEVER, NEVER},
			     .slow = PIPELINE_STAGES};
}

static void
every_block_goes_through_every_stage(void)
{
	static const uint64_t lengths[] = {0, 1, 2, 5, 200};
	struct amana_error err;

	for (size_t n_blocks = 1; n_blocks <= BLOCKS_MAX; n_blocks++)
		for (size_t i = 0; i < 2 * ARRAY_LEN(lengths); i++)
			for (size_t at = 0; at < 3 + i % 2; at++) {
				struct pass pass = pass_of(3 + i % 2, lengths[i / 2]);

				pass.at_caller = at;
				CHECK_OK(run(&pass, n_blocks, &err), err);
				for (size_t s = 0; s < pass.n_stages; s++)
					CHECK_INT(pass.seen[s], lengths[i / 2]);
				for (size_t s = pass.n_stages; s < PIPELINE_STAGES; s++)
					CHECK_INT(pass.seen[s], 0);
			}
}

static void
any_stage_may_be_the_slow_one(void)
{
	struct amana_error err;

	for (size_t slow = 0; slow < PIPELINE_STAGES; slow++)
		for (size_t at = 0; at < PIPELINE_STAGES; at++)
			for (size_t longest = 0; longest < PIPELINE_STAGES; longest++) {
				struct pass pass = pass_of(PIPELINE_STAGES, 30);

				pass.slow = slow;
				pass.at_caller = at;
				pass.longest = longest;
				CHECK_OK(run(&pass, 4, &err), err);
				CHECK_INT(pass.seen[3], 30);
			}
}

/* A later stage may fail after an earlier one did, further on in the file: the first one
 * in the file counts. */
static void
the_first_failure_is_told(void)
{
	struct amana_error err;

	for (size_t n_blocks = 1; n_blocks <= BLOCKS_MAX; n_blocks++)
		for (size_t at = 0; at < PIPELINE_STAGES; at++)
			for (size_t bad = 0; bad < PIPELINE_STAGES; bad++) {
				struct pass pass = pass_of(PIPELINE_STAGES, 100);
				char want[32];

				pass.at_caller = at;
				pass.slow = 1;
				pass.fails_at[bad] = 20;
				for (size_t s = 0; s < bad; s++)
					pass.fails_at[s] = 21 + bad - s;
				CHECK_FAILS(run(&pass, n_blocks, &err), err, AMANA_E_IO);
				snprintf(want, sizeof want, "stage %zu at 20", bad);
				CHECK_STR(err.msg, want);
				/* What comes before it went all the way, and it no
				 * further. */
				for (size_t s = 0; s < PIPELINE_STAGES; s++)
					CHECK(s <= bad ? pass.seen[s] >= 21
						       : pass.seen[s] == 20);
			}
}

int
main(void)
{
	RUN(every_block_goes_through_every_stage);
	RUN(any_stage_may_be_the_slow_one);
	RUN(the_first_failure_is_told);
	return 0;
}
