/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SPANS_H
#define CRYPTO_SPANS_H

#include "crypto/hash.h"

/*
 * The digests of a text's spans, one after the other, which docs/FORMAT.md section 6
 * calls `blocks`: by them a part of an exhibit is held against what its depositor signed,
 * without reading all of it.  A text that one span holds has none, since its own digest
 * says it.
 */
#define SPAN_MIN ((uint64_t)65536)
#define SPANS_MAX ((size_t)1024)
#define SPANS_BYTES_MAX (SPANS_MAX * HASH_LEN)

/* The span of a text of `size` bytes: the smallest power of two, at least SPAN_MIN, of
 * which SPANS_MAX hold it. */
uint64_t spans_span(uint64_t size);
/* How many digests such a text has: 0, or 2 to SPANS_MAX. */
size_t spans_count(uint64_t size);

/* The digests of one text on their way, on the heap; one thread at a time.  NULL:
 * AMANA_E_NOMEM. */
struct spans;
struct spans *spans_new(struct amana_error *err) MUST_CHECK;
/* NULL is fine. */
void spans_free(struct spans *spans);
DEFINE_FREEP(struct spans, spans_free);
/* Begins a text, whatever there was before.  `span` is a power of two, at least SPAN_MIN.
 */
void spans_begin(struct spans *spans, uint64_t span);
/* Adds what comes next in the text.  Where `bytes` has two whole spans or more, they are
 * taken two at a time, in two thirds of the time.  What lies behind SPANS_MAX spans is
 * not looked at. */
void spans_add(struct spans *spans, const void *bytes, size_t len);
/* The same, and the bytes are added to `whole` too, at once. */
void spans_add_with(struct spans *spans, struct hasher *whole, const void *bytes,
		    size_t len);
/* Ends the text.  The digests, HASH_LEN bytes for each span that was begun, are borrowed
 * until the next spans_begin. */
struct bytes spans_finish(struct spans *spans);

/* True if `bytes` is the span number `index`, from 0, of the text whose digests are
 * `digests`.  No allocation, any thread. */
bool spans_match(struct bytes digests, size_t index, const void *bytes, size_t len);

#endif
