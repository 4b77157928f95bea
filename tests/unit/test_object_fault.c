/* SPDX-License-Identifier: Apache-2.0 */
#include "object_bench.h"

#include "base/fault.h"

#include <errno.h>

static int
deposit(struct bench *bench, uint64_t size, struct object_expect *ret_expect,
	struct amana_error *err)
{
	struct stream stream = {.size = size};
	struct object_sealed sealed = OBJECT_SEALED_INIT;
	int r = seal(bench, &stream, &sealed, err);

	if (r == 0)
		r = object_commit(&sealed, err);
	if (r == 0)
		*ret_expect = expect_of(&sealed);
	object_sealed_done(&sealed);
	return r;
}

/* Each passage of a kind fails in turn, until one run passes unharmed. */
static void
fail_each(enum fault_kind kind, enum amana_code code, uint64_t size)
{
	struct bench bench;
	struct amana_error err;
	struct object_expect expect;
	uint64_t nth = 0;
	int r;

	bench_init(&bench);
	do {
		object_sealer_free(
			bench.sealer); /* with a new one, more blocks are got again */
		CHECK_OK(object_sealer_new(bench.store, &bench.sealer, &err), err);
		fault_arm(kind, ++nth, EIO, false);
		r = deposit(&bench, size, &expect, &err);
		fault_disarm();
		if (r < 0) {
			CHECK_INT(err.code, code);
			CHECK_INT(n_stored(bench.store), 0);
		}
	} while (r < 0);
	CHECK(nth > 3);
	nth = 0;
	do {
		fault_arm(kind, ++nth, EIO, false);
		r = object_retrieve(
			&(struct object_retrieval){.store = bench.store,
						   .identity = &bench.identity,
						   .expect = &expect,
						   .check = OBJECT_CHECK_STORED},
			&err);
		fault_disarm();
		if (r < 0)
			CHECK_INT(err.code, code);
	} while (r < 0);
	CHECK(nth > 2);
	bench_done(&bench);
}

static void
object_store_fails(void)
{
	fail_each(FAULT_STORE, AMANA_E_IO, 100);
	fail_each(FAULT_STORE, AMANA_E_IO, OBJECT_PIPE_MIN + 5 * BLOCK_LEN);
}

static void
object_memory_fails(void)
{
	fail_each(FAULT_ALLOC, AMANA_E_NOMEM, 100);
	fail_each(FAULT_ALLOC, AMANA_E_NOMEM, OBJECT_PIPE_MIN + 5 * BLOCK_LEN);
}

int
main(void)
{
	fault_arm(FAULT_ALLOC, 1, 0, false);
	if (!fault_fires(FAULT_ALLOC))
		return 77; /* skipped: built without fault hooks */
	fault_disarm();
	RUN(object_store_fails);
	RUN(object_memory_fails);
	return 0;
}
