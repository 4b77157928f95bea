/* SPDX-License-Identifier: Apache-2.0 */
#include "object/checked.h"

#include "crypto/spans.h"

#include <pthread.h>
#include <string.h>

/* SHA-256 takes its first 64 bytes as one block: with as long a key, no chunk is begun in
 * the middle of one. */
#define KEY_LEN 64

enum place_state {
	PLACE_FREE,
	PLACE_BUSY, /* one thread checks the span; `tags` is that thread's alone */
	PLACE_WHOLE,
};

struct place {
	enum place_state state;
	uint64_t span;
	struct checked_tag *tags; /* of the span's chunks; NULL until there are some */
};

struct checked {
	uint8_t key[KEY_LEN];
	size_t span_chunks, n_places;
	pthread_mutex_t lock; /* for the places */
	pthread_cond_t ended; /* a check has */
	struct place places[];
};

struct checked *
checked_new(size_t span_chunks, struct amana_error *err)
{
	size_t n = CHECKED_BYTES_MAX / CHECKED_TAG_LEN / span_chunks;
	struct checked *checked;

	if (n > SPANS_MAX)
		n = SPANS_MAX;
	if (n < 2)
		n = 2;
	checked = mem_new(sizeof *checked + n * sizeof checked->places[0], err);
	if (checked == NULL)
		return NULL;
	random_bytes(checked->key, sizeof checked->key);
	checked->span_chunks = span_chunks;
	checked->n_places = n;
	pthread_mutex_init(&checked->lock, NULL);
	pthread_cond_init(&checked->ended, NULL);
	return checked;
}

void
checked_free(struct checked *checked)
{
	if (checked == NULL)
		return;
	for (size_t i = 0; i < checked->n_places; i++)
		mem_free(checked->places[i].tags);
	pthread_cond_destroy(&checked->ended);
	pthread_mutex_destroy(&checked->lock);
	secret_wipe(checked->key, sizeof checked->key);
	mem_free(checked);
}

static struct place *
place_of(struct checked *checked, uint64_t span)
{
	return &checked->places[span % checked->n_places];
}

static int
find_locked(struct checked *checked, uint64_t span, size_t chunk,
	    struct checked_tag *ret_tag, struct amana_error *err)
{
	struct place *place = place_of(checked, span);

	while (place->state == PLACE_BUSY)
		pthread_cond_wait(&checked->ended, &checked->lock);
	if (place->state == PLACE_WHOLE && place->span == span) {
		*ret_tag = place->tags[chunk];
		return 0;
	}
	if (place->tags == NULL)
		place->tags = mem_array(checked->span_chunks, sizeof place->tags[0], err);
	if (place->tags == NULL)
		return -1;
	place->state = PLACE_BUSY;
	place->span = span;
	return 1;
}

int
checked_find(struct checked *checked, uint64_t span, size_t chunk,
	     struct checked_tag *ret_tag, struct amana_error *err)
{
	int r;

	pthread_mutex_lock(&checked->lock);
	r = find_locked(checked, span, chunk, ret_tag, err);
	pthread_mutex_unlock(&checked->lock);
	return r;
}

void
checked_keep(struct checked *checked, uint64_t span, size_t chunk,
	     const struct checked_tag *tag)
{
	place_of(checked, span)->tags[chunk] = *tag;
}

void
checked_end(struct checked *checked, uint64_t span, bool is_whole)
{
	pthread_mutex_lock(&checked->lock);
	place_of(checked, span)->state = is_whole ? PLACE_WHOLE : PLACE_FREE;
	pthread_cond_broadcast(&checked->ended);
	pthread_mutex_unlock(&checked->lock);
}

void
checked_forget(struct checked *checked, uint64_t span)
{
	struct place *place = place_of(checked, span);

	pthread_mutex_lock(&checked->lock);
	if (place->state == PLACE_WHOLE && place->span == span)
		place->state = PLACE_FREE;
	pthread_mutex_unlock(&checked->lock);
}

void
checked_hash_begin(const struct checked *checked, struct hasher *hasher)
{
	hasher_add(hasher, checked->key, sizeof checked->key);
}

void
checked_hash_done(struct hasher *hasher, struct checked_tag *ret_tag)
{
	struct hash hash;

	hasher_finish(hasher, &hash);
	memcpy(ret_tag->bytes, hash.bytes, sizeof ret_tag->bytes);
}

bool
checked_tag_equal(const struct checked_tag *a, const struct checked_tag *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
