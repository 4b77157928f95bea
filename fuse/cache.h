/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_CACHE_H
#define FUSE_CACHE_H

#include "amana/error.h"
#include "heap.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Decrypted chunks, a fixed number of them, each in pages of its own that are wiped.
 *
 * Any thread may call any of this.  A chunk that one thread decrypts is waited for by the
 * others that want it.  A chunk that was given to the kernel is the next one to make
 * room: the kernel has it in its page cache, and keeping it here would only keep
 * plaintext.
 */
struct cache;
struct chunk { /* pinned: stays as it is until it is released */
	const uint8_t *bytes;
	size_t len; /* less than CACHE_CHUNK at the end of an exhibit */
};
#define CACHE_CHUNK ((size_t)65536)

/* Decrypts chunk `index` of `source` into `bytes` (CACHE_CHUNK). */
typedef int cache_load(void *source, uint64_t index, void *bytes, size_t *ret_len,
		       struct amana_error *err);

/* NULL: no memory. */
struct cache *cache_new(size_t n_chunks, cache_load *load) MUST_CHECK;
/* Wipes everything.  Nothing may be pinned. */
void cache_free(struct cache *cache);

/* Pins a chunk, decrypting it if it is not there.  At most a quarter of the cache may be
 * pinned by one thread at a time. */
int cache_pin(struct cache *cache, void *source, uint64_t index,
	      const struct chunk **ret_chunk, struct amana_error *err) MUST_CHECK;
/* spent: the kernel has it. */
void cache_release(struct cache *cache, const struct chunk *chunk, bool spent);
/* Decrypts a chunk that will be wanted, unless it is there or on its way; what goes wrong
 * is met again by whoever wants it. */
void cache_warm(struct cache *cache, void *source, uint64_t index);
/* Wipes every chunk that is not pinned. */
void cache_wipe(struct cache *cache);

struct cache_counts {
	uint64_t n_loaded, n_found;
	size_t n_filled; /* chunks that hold plaintext now */
};
void cache_counts(struct cache *cache, struct cache_counts *ret);

#endif
