/* SPDX-License-Identifier: Apache-2.0 */
#include "cache.h"

#include "heap.h"

#include <pthread.h>
#include <string.h>

enum frame_state { FRAME_EMPTY, FRAME_LOADING, FRAME_READY };

/* The place of one chunk.  A chunk that was handed out is found again by its address, so
 * it comes first. */
struct frame {
	struct chunk chunk;
	uint8_t *bytes; /* CACHE_CHUNK, where chunk.bytes points */
	void *source;
	uint64_t index;
	enum frame_state state;
	unsigned int n_pins;
	struct frame *next_same;     /* with the same hash of source and index */
	struct frame *older, *newer; /* its neighbours among those that leave */
};

struct cache {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* a chunk is ready, has failed, or was released */
	cache_load *load;
	struct frame *frames, **heads;
	size_t n_frames, n_heads; /* n_heads is a power of two */
	uint8_t *pages;
	/* The frames that nobody has pinned, in the order in which they make room:
	 * leaving.newer is the first.  Linked in a circle through this one, which is
	 * itself no frame. */
	struct frame leaving;
	size_t n_waiting; /* threads */
};

/* Where the frames of that hash begin. */
static struct frame **
head_of(struct cache *cache, const void *source, uint64_t index)
{
	uint64_t mix = ((uint64_t)(uintptr_t)source >> 4) * 0x9e3779b97f4a7c15u;

	mix = (mix ^ index) * 0xd6e8feb86659fd93u;
	return &cache->heads[(mix >> 32) & (cache->n_heads - 1)];
}

/* Out of those that leave. */
static void
stay(struct frame *frame)
{
	frame->older->newer = frame->newer;
	frame->newer->older = frame->older;
	frame->older = frame->newer = NULL;
}

/* `first`: it makes room before all others; else after them. */
static void
let_leave(struct cache *cache, struct frame *frame, bool first)
{
	struct frame *after = first ? &cache->leaving : cache->leaving.older;

	frame->older = after;
	frame->newer = after->newer;
	after->newer->older = frame;
	after->newer = frame;
}

struct cache *
cache_new(size_t n_chunks, cache_load *load)
{
	struct cache *cache = heap_new(1, sizeof *cache);

	if (cache == NULL)
		return NULL;
	for (cache->n_heads = 1; cache->n_heads < n_chunks * 2;)
		cache->n_heads *= 2;
	cache->frames = heap_new(n_chunks, sizeof cache->frames[0]);
	cache->heads = heap_new(cache->n_heads, sizeof(struct frame *));
	cache->pages = heap_pages(n_chunks * CACHE_CHUNK);
	if (cache->frames == NULL || cache->heads == NULL || cache->pages == NULL) {
		heap_free(cache->frames);
		heap_free(cache->heads);
		heap_pages_free(cache->pages, n_chunks * CACHE_CHUNK);
		heap_free(cache);
		return NULL;
	}
	pthread_mutex_init(&cache->lock, NULL);
	pthread_cond_init(&cache->changed, NULL);
	cache->load = load;
	cache->n_frames = n_chunks;
	cache->leaving.older = cache->leaving.newer = &cache->leaving;
	for (size_t i = 0; i < n_chunks; i++) {
		struct frame *frame = &cache->frames[i];

		frame->bytes = cache->pages + i * CACHE_CHUNK;
		frame->chunk.bytes = frame->bytes;
		let_leave(cache, frame, false);
	}
	return cache;
}

void
cache_free(struct cache *cache)
{
	if (cache == NULL)
		return;
	heap_pages_free(cache->pages, cache->n_frames * CACHE_CHUNK);
	pthread_mutex_destroy(&cache->lock);
	pthread_cond_destroy(&cache->changed);
	heap_free(cache->frames);
	heap_free(cache->heads);
	heap_free(cache);
}

/* With the lock held, as all of these. */
static struct frame *
find(struct cache *cache, const void *source, uint64_t index)
{
	struct frame *frame = *head_of(cache, source, index);

	while (frame != NULL && (frame->source != source || frame->index != index))
		frame = frame->next_same;
	return frame;
}

/* It holds no chunk any more.  Its bytes stay until they are overwritten or wiped. */
static void
forget(struct cache *cache, struct frame *frame)
{
	struct frame **at = head_of(cache, frame->source, frame->index);

	if (frame->state == FRAME_EMPTY)
		return;
	while (*at != frame)
		at = &(*at)->next_same;
	*at = frame->next_same;
	frame->next_same = NULL;
	frame->state = FRAME_EMPTY;
}

/* A frame, pinned, for a chunk that the caller will load; NULL: all are pinned. */
static struct frame *
claim(struct cache *cache, void *source, uint64_t index)
{
	struct frame *frame = cache->leaving.newer, **head;

	if (frame == &cache->leaving)
		return NULL;
	stay(frame);
	forget(cache, frame);
	frame->source = source;
	frame->index = index;
	frame->state = FRAME_LOADING;
	frame->n_pins = 1;
	head = head_of(cache, source, index);
	frame->next_same = *head;
	*head = frame;
	return frame;
}

static void
wake(struct cache *cache)
{
	if (cache->n_waiting > 0)
		pthread_cond_broadcast(&cache->changed);
}

/* Loads the chunk of a claimed frame.  The lock is given up meanwhile, and held again
 * afterwards. */
static int
fill(struct cache *cache, struct frame *frame, struct amana_error *err)
{
	size_t len = 0,
	       before = frame->chunk.len; /* bytes of another chunk still there */
	int r;

	pthread_mutex_unlock(&cache->lock);
	r = cache->load(frame->source, frame->index, frame->bytes, &len, err);
	if (r < 0)
		explicit_bzero(frame->bytes, CACHE_CHUNK);
	else if (len < before)
		explicit_bzero(frame->bytes + len, before - len);
	pthread_mutex_lock(&cache->lock);
	frame->chunk.len = r < 0 ? 0 : len;
	if (r < 0) {
		forget(cache, frame);
		frame->n_pins = 0;
		let_leave(cache, frame, true);
	} else {
		frame->state = FRAME_READY;
	}
	wake(cache);
	return r;
}

int
cache_pin(struct cache *cache, void *source, uint64_t index,
	  const struct chunk **ret_chunk, struct amana_error *err)
{
	struct frame *frame;
	int r = 0;

	pthread_mutex_lock(&cache->lock);
	for (;;) {
		frame = find(cache, source, index);
		if (frame != NULL && frame->state == FRAME_READY) {
			if (frame->n_pins++ == 0)
				stay(frame);
			break;
		}
		if (frame == NULL) {
			frame = claim(cache, source, index);
			if (frame != NULL) {
				r = fill(cache, frame, err);
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
	*ret_chunk = &frame->chunk;
	return 0;
}

static void
unpin(struct cache *cache, struct frame *frame, bool spent)
{
	if (--frame->n_pins > 0)
		return;
	let_leave(cache, frame, spent);
	wake(cache);
}

void
cache_release(struct cache *cache, const struct chunk *chunk, bool spent)
{
	struct frame *frame = (struct frame *)(uintptr_t)chunk;

	pthread_mutex_lock(&cache->lock);
	unpin(cache, frame, spent);
	pthread_mutex_unlock(&cache->lock);
}

void
cache_warm(struct cache *cache, void *source, uint64_t index)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct frame *frame;

	pthread_mutex_lock(&cache->lock);
	if (find(cache, source, index) == NULL) {
		frame = claim(cache, source, index);
		if (frame != NULL && fill(cache, frame, &err) == 0)
			unpin(cache, frame, false);
	}
	pthread_mutex_unlock(&cache->lock);
}

void
cache_wipe(struct cache *cache)
{
	pthread_mutex_lock(&cache->lock);
	for (struct frame *frame = cache->leaving.newer; frame != &cache->leaving;
	     frame = frame->newer) {
		forget(cache, frame);
		explicit_bzero(frame->bytes, frame->chunk.len);
		frame->chunk.len = 0;
	}
	pthread_mutex_unlock(&cache->lock);
}
