/* SPDX-License-Identifier: Apache-2.0 */
#include "runs.h"

/* So many exhibits before a run comes to one, it is made ready. */
#define SOON 5

/* The run that goes on with this exhibit, or opens its last one again; else a new one. */
static struct run *
find_run(struct runs *runs, uint32_t pid, uint64_t number)
{
	struct run *run;

	for (size_t i = 0; i < RUNS_MAX; i++)
		if (runs->all[i].pid == pid &&
		    (runs->all[i].next == number || runs->all[i].last == number))
			return &runs->all[i];
	run = &runs->all[runs->oldest];
	runs->oldest = (runs->oldest + 1) % RUNS_MAX;
	*run = (struct run){.pid = pid};
	return run;
}

static void
expect_more(struct run *run, struct tree *tree, runs_expect *expect, void *ctx)
{
	uint64_t most = run->n < RUNS_EXPECT_MAX ? run->n : RUNS_EXPECT_MAX;
	struct tree_file *file;

	if (run->n < RUNS_EXPECT_AFTER || run->until > run->last + most / 2)
		return;
	file = tree_after(tree, run->until > run->last ? run->until : run->last);
	for (uint64_t i = 0; i < most && file != NULL; i++) {
		if (!expect(ctx, file))
			return;
		run->until = file->number;
		file = tree_after(tree, file->number);
	}
}

const struct tree_file *
runs_opened(struct runs *runs, struct tree *tree, const struct tree_file *file,
	    uint32_t pid, runs_expect *expect, void *ctx)
{
	struct run *run = find_run(runs, pid, file->number);
	const struct tree_file *next;

	if (run->last == file->number)
		return NULL;
	next = tree_after(tree, file->number);
	run->last = file->number;
	run->next = next != NULL ? next->number : 0;
	run->n++;
	expect_more(run, tree, expect, ctx);
	if (run->n < RUNS_EXPECT_AFTER)
		return NULL;
	for (int i = 1; i < SOON && next != NULL; i++)
		next = tree_after(tree, next->number);
	return next;
}
