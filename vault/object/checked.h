/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_CHECKED_H
#define OBJECT_CHECKED_H

#include "crypto/hash.h"

/*
 * Private to vault/object: which spans of an exhibit were found whole, and what their
 * chunks were like.
 *
 * A chunk's own authentication is worth nothing against whoever holds the exhibit's key,
 * and the digest of a span can only be taken over all of it.  So a span is checked once,
 * and of each of its chunks a keyed hash is kept, under a random key that never leaves
 * this memory: a later read of one chunk compares that, and need not take the whole span
 * again.
 *
 * There is room for CHECKED_BYTES_MAX of hashes, which is 4 GiB of an exhibit, and for
 * two spans at least; spans take turns in it.  Any thread.
 */
#define CHECKED_BYTES_MAX ((size_t)1 << 20)
#define CHECKED_TAG_LEN 16

struct checked_tag {
	uint8_t bytes[CHECKED_TAG_LEN];
};

struct checked;
/* For spans of `span_chunks` chunks.  NULL: AMANA_E_NOMEM. */
struct checked *checked_new(size_t span_chunks, struct amana_error *err) MUST_CHECK;
/* NULL is fine.  Nobody uses it any more. */
void checked_free(struct checked *checked);
DEFINE_FREEP(struct checked, checked_free);

/* The hash that a chunk of a span had when the span was checked, in *ret_tag; `chunk` is
 * counted within the span.  1: the span is not known to be whole, and the caller is to
 * check it now; until he calls checked_end, others who ask for it wait.  -1: no memory.
 */
int checked_find(struct checked *checked, uint64_t span, size_t chunk,
		 struct checked_tag *ret_tag, struct amana_error *err) MUST_CHECK;
/* During a check: what the chunk is like, as checked_hash_done has given it. */
void checked_keep(struct checked *checked, uint64_t span, size_t chunk,
		  const struct checked_tag *tag);
/* The check has ended. */
void checked_end(struct checked *checked, uint64_t span, bool is_whole);
/* A chunk is not as it was: nothing is believed of its span any more. */
void checked_forget(struct checked *checked, uint64_t span);

/* The keyed hash of a chunk: begun in a hasher that is empty, to which the chunk is then
 * added, and taken out of it. */
void checked_hash_begin(const struct checked *checked, struct hasher *hasher);
void checked_hash_done(struct hasher *hasher, struct checked_tag *ret_tag);
bool checked_tag_equal(const struct checked_tag *a, const struct checked_tag *b);

#endif
