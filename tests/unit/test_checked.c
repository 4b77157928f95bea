/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "object/checked.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static struct amana_error err;

static struct checked_tag
tag_of(uint8_t with)
{
	struct checked_tag tag;

	memset(tag.bytes, with, sizeof tag.bytes);
	return tag;
}

static void
spans_are_known_once_checked(void)
{
	CLEANUP(checked_freep) struct checked *checked = checked_new(3, &err);
	struct checked_tag tag;

	CHECK(checked != NULL);
	CHECK_INT(checked_find(checked, 7, 0, &tag, &err), 1);
	checked_end(checked, 7, false); /* it was not whole */
	CHECK_INT(checked_find(checked, 7, 2, &tag, &err), 1);
	for (uint8_t i = 0; i < 3; i++) {
		tag = tag_of(i);
		checked_keep(checked, 7, i, &tag);
	}
	checked_end(checked, 7, true);
	for (uint8_t i = 0; i < 3; i++) {
		struct checked_tag want = tag_of(i);

		CHECK_OK(checked_find(checked, 7, i, &tag, &err), err);
		CHECK(checked_tag_equal(&tag, &want));
	}
	checked_forget(checked, 8);
	CHECK_OK(checked_find(checked, 7, 0, &tag, &err), err);
	checked_forget(checked, 7);
	CHECK_INT(checked_find(checked, 7, 0, &tag, &err), 1);
	checked_end(checked, 7, false);
}

/* However long a span is, there is room for two; spans that share a place take turns. */
static void
spans_take_turns(void)
{
	size_t chunks = CHECKED_BYTES_MAX / CHECKED_TAG_LEN;
	CLEANUP(checked_freep) struct checked *checked = checked_new(chunks, &err);
	struct checked_tag tag = tag_of(1);

	CHECK(checked != NULL);
	for (uint64_t span = 0; span < 3; span++) {
		CHECK_INT(checked_find(checked, span, 0, &tag, &err), 1);
		checked_keep(checked, span, chunks - 1, &tag);
		checked_end(checked, span, true);
	}
	CHECK_OK(checked_find(checked, 1, chunks - 1, &tag, &err), err);
	CHECK_OK(checked_find(checked, 2, chunks - 1, &tag, &err), err);
	CHECK_INT(checked_find(checked, 0, 0, &tag, &err), 1);
	checked_end(checked, 0, false);
}

/* The hash is the text's and the key's, and no other reader's. */
static void
hashes_are_keyed(void)
{
	CLEANUP(checked_freep) struct checked *a = checked_new(2, &err);
	CLEANUP(checked_freep) struct checked *b = checked_new(2, &err);
	CLEANUP(hasher_freep) struct hasher *hasher = hasher_new(&err);
	struct checked *const with[] = {a, a, b, a};
	static const char *const texts[] = {"one", "one", "one", "two"};
	struct checked_tag tags[4];

	CHECK(a != NULL && b != NULL && hasher != NULL);
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		checked_hash_begin(with[i], hasher);
		hasher_add(hasher, texts[i], 3);
		checked_hash_done(hasher, &tags[i]);
	}
	CHECK(checked_tag_equal(&tags[0], &tags[1]));
	CHECK(!checked_tag_equal(&tags[0], &tags[2]));
	CHECK(!checked_tag_equal(&tags[0], &tags[3]));
}

struct waiter {
	struct checked *checked;
	atomic_bool has_found;
	int r;
	struct checked_tag tag;
};

static void *
wait_for_it(void *arg)
{
	struct waiter *waiter = arg;
	struct amana_error own = AMANA_ERROR_INIT;

	waiter->r = checked_find(waiter->checked, 1, 1, &waiter->tag, &own);
	atomic_store(&waiter->has_found, true);
	if (waiter->r > 0)
		checked_end(waiter->checked, 1, false);
	return NULL;
}

/* Whoever asks for a span that is being checked waits, and gets what came of it. */
static void
one_thread_checks(void)
{
	const struct timespec moment = {.tv_nsec = 30000000};

	for (int whole = 0; whole < 2; whole++) {
		CLEANUP(checked_freep) struct checked *checked = checked_new(2, &err);
		struct waiter waiter = {.checked = checked};
		struct checked_tag tag;
		pthread_t thread;

		CHECK(checked != NULL);
		CHECK_INT(checked_find(checked, 1, 0, &tag, &err), 1);
		CHECK(pthread_create(&thread, NULL, wait_for_it, &waiter) == 0);
		nanosleep(&moment, NULL);
		CHECK(!atomic_load(&waiter.has_found));
		tag = tag_of(9);
		checked_keep(checked, 1, 0, &tag);
		checked_keep(checked, 1, 1, &tag);
		checked_end(checked, 1, whole == 1);
		CHECK(pthread_join(thread, NULL) == 0);
		CHECK_INT(waiter.r, whole == 1 ? 0 : 1);
		if (whole == 1)
			CHECK(checked_tag_equal(&waiter.tag, &tag));
	}
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(spans_are_known_once_checked);
	RUN(spans_take_turns);
	RUN(hashes_are_keyed);
	RUN(one_thread_checks);
	return 0;
}
