/* SPDX-License-Identifier: Apache-2.0 */
#include "cache.h"

#include "fail.h"

#include <pthread.h>
#include <string.h>

enum slot_state { SLOT_EMPTY, SLOT_LOADING, SLOT_READY };

struct slot {
	struct chunk chunk; /* first: a chunk is its slot */
	uint8_t *bytes;
	void *source;
	uint64_t index;
	enum slot_state state;
	unsigned int n_pins;
	struct slot *next_same;	    /* of its hash */
	struct slot *older, *newer; /* in the order of leaving, while not pinned */
};

struct cache {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	cache_load *load;
	struct slot *slots, **heads;
	size_t n_slots, n_heads; /* heads: a power of two */
	uint8_t *pages;
	struct slot leaving; /* the ring of unpinned slots: .newer leaves first */
	size_t n_waiting;
	struct cache_counts counts;
};

static struct slot **
head_of(struct cache *cache, const void *source, uint64_t index)
{
	uint64_t mix = ((uint64_t)(uintptr_t)source >> 4) * 0x9e3779b97f4a7c15u;

	mix = (mix ^ index) * 0xd6e8feb86659fd93u;
	return &cache->heads[(mix >> 32) & (cache->n_heads - 1)];
}

static void
leave_ring(struct slot *slot)
{
	slot->older->newer = slot->newer;
	slot->newer->older = slot->older;
	slot->older = slot->newer = NULL;
}

/* first: it makes room before all others. */
static void
join_ring(struct cache *cache, struct slot *slot, bool first)
{
	struct slot *after = first ? &cache->leaving : cache->leaving.older;

	slot->older = after;
	slot->newer = after->newer;
	after->newer->older = slot;
	after->newer = slot;
}

struct cache *
cache_new(size_t n_chunks, cache_load *load)
{
	struct cache *cache = heap_new(1, sizeof *cache);

	if (cache == NULL)
		return NULL;
	for (cache->n_heads = 1; cache->n_heads < n_chunks * 2;)
		cache->n_heads *= 2;
	cache->slots = heap_new(n_chunks, sizeof cache->slots[0]);
	cache->heads = heap_new(cache->n_heads, sizeof(struct slot *));
	cache->pages = heap_pages(n_chunks * CACHE_CHUNK);
	if (cache->slots == NULL || cache->heads == NULL || cache->pages == NULL) {
		heap_free(cache->slots);
		heap_free(cache->heads);
		heap_pages_free(cache->pages, n_chunks * CACHE_CHUNK);
		heap_free(cache);
		return NULL;
	}
	pthread_mutex_init(&cache->lock, NULL);
	pthread_cond_init(&cache->changed, NULL);
	cache->load = load;
	cache->n_slots = n_chunks;
	cache->leaving.older = cache->leaving.newer = &cache->leaving;
	for (size_t i = 0; i < n_chunks; i++) {
		struct slot *slot = &cache->slots[i];

		slot->bytes = cache->pages + i * CACHE_CHUNK;
		slot->chunk.bytes = slot->bytes;
		join_ring(cache, slot, false);
	}
	return cache;
}

void
cache_free(struct cache *cache)
{
	if (cache == NULL)
		return;
	heap_pages_free(cache->pages, cache->n_slots * CACHE_CHUNK);
	pthread_mutex_destroy(&cache->lock);
	pthread_cond_destroy(&cache->changed);
	heap_free(cache->slots);
	heap_free(cache->heads);
	heap_free(cache);
}

static struct slot *
find(struct cache *cache, const void *source, uint64_t index)
{
	struct slot *slot = *head_of(cache, source, index);

	while (slot != NULL && (slot->source != source || slot->index != index))
		slot = slot->next_same;
	return slot;
}

/* Out of the table; its bytes stay until they are written over or wiped. */
static void
forget(struct cache *cache, struct slot *slot)
{
	struct slot **at = head_of(cache, slot->source, slot->index);

	if (slot->state == SLOT_EMPTY)
		return;
	while (*at != slot)
		at = &(*at)->next_same;
	*at = slot->next_same;
	slot->next_same = NULL;
	slot->state = SLOT_EMPTY;
	cache->counts.n_filled--;
}

/* A slot for a chunk that is being loaded by the caller; NULL: all are pinned. */
static struct slot *
claim(struct cache *cache, void *source, uint64_t index)
{
	struct slot *slot = cache->leaving.newer, **head;

	if (slot == &cache->leaving)
		return NULL;
	leave_ring(slot);
	forget(cache, slot);
	slot->source = source;
	slot->index = index;
	slot->state = SLOT_LOADING;
	slot->n_pins = 1;
	head = head_of(cache, source, index);
	slot->next_same = *head;
	*head = slot;
	cache->counts.n_filled++;
	return slot;
}

static void
wake(struct cache *cache)
{
	if (cache->n_waiting > 0)
		pthread_cond_broadcast(&cache->changed);
}

/* With the lock held, which is given up meanwhile. */
static int
fill(struct cache *cache, struct slot *slot, struct amana_error *err)
{
	size_t len = 0, before = slot->chunk.len;
	int r;

	pthread_mutex_unlock(&cache->lock);
	r = cache->load(slot->source, slot->index, slot->bytes, &len, err);
	if (r < 0)
		explicit_bzero(slot->bytes, CACHE_CHUNK);
	else if (len < before)
		explicit_bzero(slot->bytes + len, before - len);
	pthread_mutex_lock(&cache->lock);
	slot->chunk.len = r < 0 ? 0 : len;
	if (r < 0) {
		forget(cache, slot);
		slot->n_pins = 0;
		join_ring(cache, slot, true);
	} else {
		slot->state = SLOT_READY;
		cache->counts.n_loaded++;
	}
	wake(cache);
	return r;
}

int
cache_pin(struct cache *cache, void *source, uint64_t index,
	  const struct chunk **ret_chunk, struct amana_error *err)
{
	struct slot *slot;
	int r = 0;

	pthread_mutex_lock(&cache->lock);
	for (;;) {
		slot = find(cache, source, index);
		if (slot != NULL && slot->state == SLOT_READY) {
			if (slot->n_pins++ == 0)
				leave_ring(slot);
			cache->counts.n_found++;
			break;
		}
		if (slot == NULL) {
			slot = claim(cache, source, index);
			if (slot != NULL) {
				r = fill(cache, slot, err);
				break;
			}
		}
		cache->n_waiting++;
		pthread_cond_wait(&cache->changed, &cache->lock);
		cache->n_waiting--;
	}
	pthread_mutex_unlock(&cache->lock);
	if (r < 0)
		return -1;
	*ret_chunk = &slot->chunk;
	return 0;
}

static void
unpin(struct cache *cache, struct slot *slot, bool spent)
{
	if (--slot->n_pins > 0)
		return;
	join_ring(cache, slot, spent);
	wake(cache);
}

void
cache_release(struct cache *cache, const struct chunk *chunk, bool spent)
{
	struct slot *slot = (struct slot *)(uintptr_t)chunk;

	pthread_mutex_lock(&cache->lock);
	unpin(cache, slot, spent);
	pthread_mutex_unlock(&cache->lock);
}

void
cache_warm(struct cache *cache, void *source, uint64_t index)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct slot *slot;

	pthread_mutex_lock(&cache->lock);
	if (find(cache, source, index) == NULL) {
		slot = claim(cache, source, index);
		if (slot != NULL && fill(cache, slot, &err) == 0)
			unpin(cache, slot, false);
	}
	pthread_mutex_unlock(&cache->lock);
}

void
cache_wipe(struct cache *cache)
{
	pthread_mutex_lock(&cache->lock);
	for (struct slot *slot = cache->leaving.newer; slot != &cache->leaving;
	     slot = slot->newer) {
		forget(cache, slot);
		explicit_bzero(slot->bytes, slot->chunk.len);
		slot->chunk.len = 0;
	}
	pthread_mutex_unlock(&cache->lock);
}

void
cache_counts(struct cache *cache, struct cache_counts *ret)
{
	pthread_mutex_lock(&cache->lock);
	*ret = cache->counts;
	pthread_mutex_unlock(&cache->lock);
}
