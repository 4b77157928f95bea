/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "cache.h"

#include <pthread.h>
#include <stdatomic.h>

#define N_CHUNKS 8

static atomic_uint n_loads;
static atomic_bool failing;

/* Every byte says which chunk of which source it is of; odd chunks are short. */
static int
load(void *source, uint64_t index, void *bytes, size_t *ret_len, struct amana_error *err)
{
	size_t len = index % 2 == 1 ? 100 : CACHE_CHUNK;

	atomic_fetch_add(&n_loads, 1);
	memset(bytes, (int)(*(const char *)source + (int)index), len);
	if (atomic_load(&failing)) {
		err->code = AMANA_E_TAMPERED;
		return -1;
	}
	*ret_len = len;
	return 0;
}

static const struct chunk *
pin(struct cache *cache, const char *source, uint64_t index)
{
	struct amana_error err = AMANA_ERROR_INIT;
	const struct chunk *chunk = NULL;

	CHECK_OK(cache_pin(cache, (void *)(uintptr_t)source, index, &chunk, &err), err);
	CHECK_INT(chunk->len, index % 2 == 1 ? 100 : CACHE_CHUNK);
	CHECK_INT(chunk->bytes[0], (uint8_t)(*source + (char)index));
	CHECK_INT(chunk->bytes[chunk->len - 1], (uint8_t)(*source + (char)index));
	return chunk;
}

static void
keeping(void)
{
	struct cache *cache = cache_new(N_CHUNKS, load);
	const struct chunk *chunk;

	atomic_store(&n_loads, 0);
	for (int round = 0; round < 3; round++)
		for (uint64_t i = 0; i < N_CHUNKS; i++)
			cache_release(cache, pin(cache, "a", i), false);
	CHECK_INT(atomic_load(&n_loads), N_CHUNKS);
	/* What the kernel has makes room first: the others are still there. */
	cache_release(cache, pin(cache, "a", 3), true);
	cache_release(cache, pin(cache, "b", 0), false);
	CHECK_INT(atomic_load(&n_loads), N_CHUNKS + 1);
	for (uint64_t i = 0; i < N_CHUNKS; i++)
		if (i != 3)
			cache_release(cache, pin(cache, "a", i), false);
	CHECK_INT(atomic_load(&n_loads), N_CHUNKS + 1);
	/* What is pinned stays while all else goes. */
	chunk = pin(cache, "a", 2);
	for (uint64_t i = 0; i < 4 * N_CHUNKS; i++)
		cache_release(cache, pin(cache, "c", i), false);
	CHECK_INT(chunk->bytes[7], (uint8_t)('a' + 2));
	cache_release(cache, chunk, false);
	cache_free(cache);
}

static void
wiping(void)
{
	struct cache *cache = cache_new(2, load);
	const struct chunk *one = pin(cache, "a", 0), *two = pin(cache, "a", 2);
	const uint8_t *bytes = one->bytes, *others = two->bytes;
	unsigned int n;
	struct amana_error err = AMANA_ERROR_INIT;

	/* A short chunk over a long one leaves nothing of it. */
	cache_release(cache, one, true);
	one = pin(cache, "a", 1);
	CHECK(one->bytes == bytes);
	for (size_t i = one->len; i < CACHE_CHUNK; i++)
		CHECK_INT(bytes[i], 0);
	/* What fails its check is not there, whatever was decrypted before. */
	cache_release(cache, one, true);
	atomic_store(&failing, true);
	CHECK_FAILS(cache_pin(cache, (void *)(uintptr_t) "a", 4, &one, &err), err,
		    AMANA_E_TAMPERED);
	atomic_store(&failing, false);
	for (size_t i = 0; i < CACHE_CHUNK; i++)
		CHECK_INT(bytes[i], 0);
	cache_release(cache, pin(cache, "a", 4), false);
	/* What is pinned is not wiped, all else is, and is not there any more. */
	cache_wipe(cache);
	for (size_t i = 0; i < CACHE_CHUNK; i++)
		CHECK_INT(bytes[i], 0);
	CHECK_INT(others[5], (uint8_t)('a' + 2));
	n = atomic_load(&n_loads);
	cache_release(cache, pin(cache, "a", 2), false);
	CHECK_INT(atomic_load(&n_loads), n);
	cache_release(cache, pin(cache, "a", 4), false);
	CHECK_INT(atomic_load(&n_loads), n + 1);
	cache_release(cache, two, false);
	cache_wipe(cache);
	CHECK_INT(others[5], 0);
	cache_free(cache);
}

static void *
many_reads(void *arg)
{
	struct cache *cache = arg;
	unsigned int seed = (unsigned int)(uintptr_t)pthread_self();

	for (int i = 0; i < 3000; i++) {
		const struct chunk *chunks[2];
		uint64_t index;

		seed = seed * 1103515245 + 12345;
		index = seed >> 16 & 15;
		if (i % 5 == 0)
			cache_warm(cache, (void *)(uintptr_t) "w", index);
		if (i % 64 == 0)
			cache_wipe(cache);
		chunks[0] = pin(cache, "x", index);
		chunks[1] = pin(cache, "x", index + 1);
		CHECK_INT(chunks[0]->bytes[50], (uint8_t)('x' + (char)index));
		cache_release(cache, chunks[0], i % 2 == 0);
		cache_release(cache, chunks[1], false);
	}
	return NULL;
}

static void
threads(void)
{
	struct cache *cache = cache_new(N_CHUNKS, load);
	pthread_t all[4];

	for (size_t i = 0; i < 4; i++)
		CHECK_INT(pthread_create(&all[i], NULL, many_reads, cache), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(all[i], NULL);
	cache_free(cache);
}

int
main(void)
{
	keeping();
	wiping();
	threads();
	return 0;
}
