/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "amana/exhibit.h"
#include "runs.h"

/* The exhibits from `first` to `last`, but for those whose number is a multiple of
 * `without`. */
static struct tree *
numbered(uint64_t first, uint64_t last, uint64_t without)
{
	struct tree *tree = tree_new("HK-1");
	struct tree_file *file;

	CHECK(tree != NULL);
	for (uint64_t i = first; i <= last; i++) {
		const struct amana_exhibit exhibit = {.number = i,
						      .known = true,
						      .object = "ab",
						      .name = "x",
						      .name_len = 1,
						      .deposited_at = 1700000000};

		if (i % without != 0)
			CHECK_INT(tree_see(tree, &exhibit, &file), TREE_ADDED);
	}
	return tree;
}

/* What was expected, in its order. */
struct expected {
	uint64_t n, first, last, most;
};

static bool
expect(void *ctx, struct tree_file *file)
{
	struct expected *expected = ctx;

	if (expected->n == expected->most)
		return false;
	CHECK(file->number > expected->last);
	if (expected->n++ == 0)
		expected->first = file->number;
	expected->last = file->number;
	return true;
}

/* Opens that exhibit; the number of the one to make ready, or 0. */
static uint64_t
opened(struct runs *runs, struct tree *tree, uint64_t number, uint32_t pid,
       struct expected *expected)
{
	const struct tree_file *soon;

	*expected = (struct expected){.most = expected->most};
	soon = runs_opened(runs, tree, tree_after(tree, number - 1), pid, expect,
			   expected);
	return soon != NULL ? soon->number : 0;
}

static void
going_through(void)
{
	struct tree *tree = numbered(1, 5000, 10);
	struct runs runs = {.oldest = 0};
	struct expected expected = {.most = UINT64_MAX};
	uint64_t until = 0, n = 0;

	for (uint64_t i = 1; i < 5000; i++) {
		uint64_t soon;

		if (i % 10 == 0)
			continue;
		soon = opened(&runs, tree, i, 7, &expected);
		n++;
		if (n < RUNS_EXPECT_AFTER) {
			CHECK_INT(expected.n, 0);
			CHECK_INT(soon, 0);
			continue;
		}
		/* As many as were opened, from where the last ones ended, and at the end
		 * of the case fewer. */
		if (expected.n > 0) {
			CHECK(expected.first > until);
			CHECK(expected.first > i);
			CHECK(expected.n <= n && expected.n <= RUNS_EXPECT_MAX);
			until = expected.last;
		}
		CHECK(until > i || i == 4999);
		CHECK(i > 4990 || soon > i + 4);
		/* Opened once more, nothing is new. */
		CHECK_INT(opened(&runs, tree, i, 7, &expected), 0);
		CHECK_INT(expected.n, 0);
	}
	CHECK_INT(until, 4999);
	tree_free(tree);
}

static void
going_elsewhere(void)
{
	struct tree *tree = numbered(1, 100, 1000);
	struct runs runs = {.oldest = 0};
	struct expected expected = {.most = UINT64_MAX};

	for (uint64_t i = 100; i > 0; i--) { /* backwards */
		CHECK_INT(opened(&runs, tree, i, 7, &expected), 0);
		CHECK_INT(expected.n, 0);
	}
	for (uint64_t i = 1; i < 100; i += 2) { /* every other one */
		CHECK_INT(opened(&runs, tree, i, 7, &expected), 0);
		CHECK_INT(expected.n, 0);
	}
	for (uint32_t i = 1; i < 100; i++) { /* each by another */
		CHECK_INT(opened(&runs, tree, i, 100 + i, &expected), 0);
		CHECK_INT(expected.n, 0);
	}
	tree_free(tree);
}

/* Two that go through the case at once do not disturb each other; more than RUNS_MAX that
 * do make each other begin again. */
static void
several(void)
{
	struct tree *tree = numbered(1, 100, 1000);
	struct runs runs = {.oldest = 0};
	struct expected expected = {.most = UINT64_MAX};

	for (uint64_t i = 1; i < RUNS_EXPECT_AFTER; i++) {
		opened(&runs, tree, i, 7, &expected);
		opened(&runs, tree, 50 + i, 8, &expected);
		CHECK_INT(expected.n, 0);
	}
	opened(&runs, tree, RUNS_EXPECT_AFTER, 7, &expected);
	CHECK_INT(expected.first, RUNS_EXPECT_AFTER + 1);
	CHECK_INT(expected.n, RUNS_EXPECT_AFTER);
	opened(&runs, tree, 50 + RUNS_EXPECT_AFTER, 8, &expected);
	CHECK_INT(expected.first, 50 + RUNS_EXPECT_AFTER + 1);
	runs = (struct runs){.oldest = 0};
	for (uint64_t i = 1; i <= 2 * RUNS_EXPECT_AFTER; i++)
		for (uint32_t pid = 1; pid <= RUNS_MAX + 1; pid++) {
			opened(&runs, tree, i, pid, &expected);
			CHECK_INT(expected.n, 0);
		}
	tree_free(tree);
}

/* What cannot be noted now is expected the next time. */
static void
refused(void)
{
	struct tree *tree = numbered(1, 100, 1000);
	struct runs runs = {.oldest = 0};
	struct expected expected = {.most = 0};

	for (uint64_t i = 1; i <= RUNS_EXPECT_AFTER; i++)
		opened(&runs, tree, i, 7, &expected);
	CHECK_INT(expected.n, 0);
	expected.most = 3;
	opened(&runs, tree, RUNS_EXPECT_AFTER + 1, 7, &expected);
	CHECK_INT(expected.first, RUNS_EXPECT_AFTER + 2);
	CHECK_INT(expected.n, 3);
	tree_free(tree);
}

int
main(void)
{
	going_through();
	going_elsewhere();
	several();
	refused();
	return 0;
}
