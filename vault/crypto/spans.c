/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/spans.h"

#include <string.h>

struct spans {
	uint64_t span, at; /* `at` bytes of the span that was begun were added */
	size_t n;	   /* spans that are done */
	struct hasher *hasher, *second;
	struct hash digests[SPANS_MAX];
};

uint64_t
spans_span(uint64_t size)
{
	uint64_t span = SPAN_MIN;

	while (span < size / SPANS_MAX + (size % SPANS_MAX != 0))
		span *= 2;
	return span;
}

size_t
spans_count(uint64_t size)
{
	uint64_t span = spans_span(size);

	return size <= span ? 0 : (size_t)((size - 1) / span + 1);
}

struct spans *
spans_new(struct amana_error *err)
{
	CLEANUP(spans_freep) struct spans *spans = mem_new(sizeof *spans, err);

	if (spans == NULL)
		return NULL;
	spans->span = SPAN_MIN;
	spans->hasher = hasher_new(err);
	spans->second = spans->hasher != NULL ? hasher_new(err) : NULL;
	return spans->second != NULL ? TAKE(spans) : NULL;
}

void
spans_free(struct spans *spans)
{
	if (spans == NULL)
		return;
	hasher_free(spans->hasher);
	hasher_free(spans->second);
	mem_free(spans);
}

void
spans_begin(struct spans *spans, uint64_t span)
{
	struct hash unused;

	hasher_finish(spans->hasher, &unused);
	spans->span = span;
	spans->at = 0;
	spans->n = 0;
}

/* How many of `len` bytes belong to the span that was begun. */
static size_t
share(const struct spans *spans, size_t len)
{
	uint64_t room = spans->span - spans->at;

	return len < room ? len : (size_t)room;
}

/* `len` bytes of the span that was begun were added. */
static void
count(struct spans *spans, size_t len)
{
	spans->at += len;
	if (spans->at < spans->span)
		return;
	hasher_finish(spans->hasher, &spans->digests[spans->n++]);
	spans->at = 0;
}

static void
add_two_spans(struct spans *spans, const uint8_t *bytes)
{
	size_t span = (size_t)spans->span;

	hasher_add_two(spans->hasher, bytes, span, spans->second, bytes + span, span);
	hasher_finish(spans->hasher, &spans->digests[spans->n++]);
	hasher_finish(spans->second, &spans->digests[spans->n++]);
}

void
spans_add(struct spans *spans, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	size_t n;

	for (; len > 0 && spans->n < SPANS_MAX; at += n, len -= n) {
		if (spans->at == 0 && spans->span <= len / 2 &&
		    spans->n + 2 <= SPANS_MAX) {
			n = 2 * (size_t)spans->span;
			add_two_spans(spans, at);
			continue;
		}
		n = share(spans, len);
		hasher_add(spans->hasher, at, n);
		count(spans, n);
	}
}

void
spans_add_with(struct spans *spans, struct hasher *whole, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	size_t n;

	for (; len > 0 && spans->n < SPANS_MAX; at += n, len -= n) {
		n = share(spans, len);
		hasher_add_two(whole, at, n, spans->hasher, at, n);
		count(spans, n);
	}
	if (len > 0)
		hasher_add(whole, at, len);
}

struct bytes
spans_finish(struct spans *spans)
{
	if (spans->at > 0) {
		hasher_finish(spans->hasher, &spans->digests[spans->n++]);
		spans->at = 0;
	}
	return (struct bytes){spans->digests[0].bytes, spans->n * HASH_LEN};
}

bool
spans_match(struct bytes digests, size_t index, const void *bytes, size_t len)
{
	struct hash want, got;

	if (index >= digests.len / HASH_LEN)
		return false;
	memcpy(want.bytes, digests.data + index * HASH_LEN, HASH_LEN);
	hash_of(bytes, len, &got);
	return hash_equal(&got, &want);
}
