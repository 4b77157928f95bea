/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/secret_pool.h"

#include <pthread.h>
#include <sodium.h>

#if defined(__SANITIZE_ADDRESS__)
#define NO_POOL 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NO_POOL 1
#endif
#endif
#ifndef NO_POOL
#define NO_POOL 0
#endif

#define WORD_BITS 64

_Static_assert(SECRET_POOL_KEYS % WORD_BITS == 0 && SECRET_POOL_SHEETS % WORD_BITS == 0,
	       "whole words of bits");

/* The process's pools: locked memory is a property of the process, as sodium_malloc's own
 * state is. */
struct pool {
	size_t slot_len, n_slots;
	bool tried;
	uint8_t *base;
	uint64_t *used; /* a bit for each slot */
	size_t n_words;
	size_t from; /* words before it are full */
};
static uint64_t keys_used[SECRET_POOL_KEYS / WORD_BITS];
static uint64_t sheets_used[SECRET_POOL_SHEETS / WORD_BITS];
static struct {
	pthread_mutex_t lock;
	struct pool all[2]; /* by slot_len */
} pools = {.lock = PTHREAD_MUTEX_INITIALIZER,
	   .all = {{.slot_len = SECRET_POOL_KEY,
		    .n_slots = SECRET_POOL_KEYS,
		    .used = keys_used,
		    .n_words = SECRET_POOL_KEYS / WORD_BITS},
		   {.slot_len = SECRET_POOL_SHEET,
		    .n_slots = SECRET_POOL_SHEETS,
		    .used = sheets_used,
		    .n_words = SECRET_POOL_SHEETS / WORD_BITS}}};

static uint8_t *
take_from(struct pool *pool)
{
	size_t at;

	if (!pool->tried) {
		pool->tried = true;
		pool->base = sodium_malloc(pool->slot_len * pool->n_slots);
		if (pool->base != NULL)
			sodium_memzero(pool->base, pool->slot_len * pool->n_slots);
	}
	while (pool->from < pool->n_words && pool->used[pool->from] == UINT64_MAX)
		pool->from++;
	if (pool->base == NULL || pool->from == pool->n_words)
		return NULL;
	at = (size_t)__builtin_ctzll(~pool->used[pool->from]);
	pool->used[pool->from] |= UINT64_C(1) << at;
	return pool->base + (pool->from * WORD_BITS + at) * pool->slot_len;
}

uint8_t *
secret_pool_take(size_t len)
{
	uint8_t *slot = NULL;

	if (NO_POOL)
		return NULL;
	pthread_mutex_lock(&pools.lock);
	for (size_t i = 0; slot == NULL && i < sizeof pools.all / sizeof pools.all[0];
	     i++)
		if (len <= pools.all[i].slot_len)
			slot = take_from(&pools.all[i]);
	pthread_mutex_unlock(&pools.lock);
	return slot;
}

/* With the lock held. */
static bool
is_in(const struct pool *pool, const uint8_t *data)
{
	return pool->base != NULL && data >= pool->base &&
	       data < pool->base + pool->slot_len * pool->n_slots;
}

bool
secret_pool_give(uint8_t *data)
{
	struct pool *pool = NULL;
	size_t at;

	if (NO_POOL)
		return false;
	pthread_mutex_lock(&pools.lock);
	for (size_t i = 0; pool == NULL && i < sizeof pools.all / sizeof pools.all[0];
	     i++)
		if (is_in(&pools.all[i], data))
			pool = &pools.all[i];
	if (pool != NULL) {
		at = (size_t)(data - pool->base) / pool->slot_len;
		/* All of it: whoever has it next is promised zeros, however much of it
		 * was used. */
		sodium_memzero(pool->base + at * pool->slot_len, pool->slot_len);
		pool->used[at / WORD_BITS] &= ~(UINT64_C(1) << at % WORD_BITS);
		if (at / WORD_BITS < pool->from)
			pool->from = at / WORD_BITS;
	}
	pthread_mutex_unlock(&pools.lock);
	return pool != NULL;
}
