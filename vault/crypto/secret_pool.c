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

/* The process's one pool: locked memory is a property of the process, as sodium_malloc's own state is. */
static struct {
	pthread_mutex_t lock;
	bool tried;
	uint8_t *base;
	uint64_t used; /* a bit for each slot */
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};

_Static_assert(SECRET_POOL_SLOTS == 64, "a bit for each slot");

uint8_t *
secret_pool_take(void)
{
	uint8_t *slot = NULL;
	int free_at;

	if (NO_POOL)
		return NULL;
	pthread_mutex_lock(&pool.lock);
	if (!pool.tried) {
		pool.tried = true;
		pool.base = sodium_malloc(SECRET_POOL_SLOT * SECRET_POOL_SLOTS);
		if (pool.base != NULL)
			sodium_memzero(pool.base, SECRET_POOL_SLOT * SECRET_POOL_SLOTS);
	}
	if (pool.base != NULL && pool.used != UINT64_MAX) {
		free_at = __builtin_ctzll(~pool.used);
		pool.used |= UINT64_C(1) << free_at;
		slot = pool.base + (size_t)free_at * SECRET_POOL_SLOT;
	}
	pthread_mutex_unlock(&pool.lock);
	return slot;
}

bool
secret_pool_give(const uint8_t *data)
{
	size_t at;

	if (NO_POOL || pool.base == NULL || data < pool.base ||
	    data >= pool.base + SECRET_POOL_SLOT * SECRET_POOL_SLOTS)
		return false;
	at = (size_t)(data - pool.base) / SECRET_POOL_SLOT;
	/* All of it: whoever has it next is promised zeros, however much of it was used. */
	sodium_memzero(pool.base + at * SECRET_POOL_SLOT, SECRET_POOL_SLOT);
	pthread_mutex_lock(&pool.lock);
	pool.used &= ~(UINT64_C(1) << at);
	pthread_mutex_unlock(&pool.lock);
	return true;
}
