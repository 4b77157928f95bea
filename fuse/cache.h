/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_CACHE_H
#define FUSE_CACHE_H

#include "attributes.h"

#include "amana/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A fixed number of decrypted chunks, in memory of their own (heap_pages) that is wiped.
 *
 * A chunk that one thread is decrypting is waited for by the others that want it, rather
 * than decrypted twice.  A chunk that the kernel has got is the next to make room: the
 * kernel keeps it in its page cache, and to keep it here as well would only be more
 * plaintext in memory.
 *
 * Any thread may call all of this, until cache_free.
 */
struct cache;
struct chunk { /* pinned: it stays as it is until it is released */
	const uint8_t *bytes;
	size_t len; /* bytes; less than CACHE_CHUNK at the end of an exhibit */
};
#define CACHE_CHUNK ((size_t)65536)

/* Decrypts chunk `index` of `source` into `bytes`, where there is room for CACHE_CHUNK,
 * and says in *ret_len how many they are.  0, or < 0 with err filled.  Called without any
 * lock, by several threads at once. */
typedef int cache_load(void *source, uint64_t index, void *bytes, size_t *ret_len,
		       struct amana_error *err);

/* Room for `n_chunks`, all empty.  NULL: no memory. */
struct cache *cache_new(size_t n_chunks, cache_load *load) MUST_CHECK;
/* Wipes and frees everything.  Nothing may be pinned; NULL is fine. */
void cache_free(struct cache *cache);

/* The chunk, pinned, decrypted now if it was not there.  `source` is borrowed for as long
 * as the cache stands, and told from others by its address.  Waits while everything is
 * pinned by others, so that one thread may have at most a quarter of the cache pinned. 0,
 * or < 0 with what `load` filled err with. */
int cache_pin(struct cache *cache, void *source, uint64_t index,
	      const struct chunk **ret_chunk, struct amana_error *err) MUST_CHECK;
/* Gives back one pin.  `spent`: the kernel has got these bytes, so they make room first.
 */
void cache_release(struct cache *cache, const struct chunk *chunk, bool spent);
/* Decrypts a chunk that will be wanted, unless it is there or on its way, or there is no
 * room.  What goes wrong is met again by whoever wants it. */
void cache_warm(struct cache *cache, void *source, uint64_t index);
/* Wipes every chunk that is not pinned. */
void cache_wipe(struct cache *cache);

#endif
