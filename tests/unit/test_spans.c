/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "crypto/spans.h"

static struct amana_error err;

/* docs/FORMAT.md section 6 rule 7. */
static void
spans_are_as_the_format_says(void)
{
	static const struct {
		uint64_t size, span;
		size_t n;
	} cases[] = {
		{0, 65536, 0},
		{1, 65536, 0},
		{65536, 65536, 0},
		{65537, 65536, 2},
		{131072, 65536, 2},
		{131073, 65536, 3},
		{UINT64_C(1) << 26, 65536, 1024},
		{(UINT64_C(1) << 26) + 1, 131072, 513},
		{UINT64_C(1) << 30, 1048576, 1024},
		{UINT64_C(5) << 30, UINT64_C(8) << 20, 640},
		{UINT64_C(1) << 48, UINT64_C(1) << 38, 1024},
		{(UINT64_C(1) << 53) - 1, UINT64_C(1) << 43, 1024},
		{UINT64_MAX, UINT64_C(1) << 54, 1024},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK_INT(spans_span(cases[i].size), cases[i].span);
		CHECK_INT(spans_count(cases[i].size), cases[i].n);
	}
}

static void
check_digests(struct bytes got, const uint8_t *text, size_t len, size_t span)
{
	CHECK_INT(got.len, (len + span - 1) / span * HASH_LEN);
	for (size_t i = 0; i * span < len; i++) {
		size_t n = len - i * span < span ? len - i * span : span;
		struct hash want;

		hash_of(text + i * span, n, &want);
		CHECK(memcmp(got.data + i * HASH_LEN, want.bytes, HASH_LEN) == 0);
		CHECK(spans_match(got, i, text + i * span, n));
		CHECK(!spans_match(got, i, text + i * span, n - 1));
		CHECK(!spans_match(got, i + 1, text + i * span, n));
	}
}

/* In pieces of every kind: less than a span, several at once, over their ends; alone and
 * with the digest of the whole. */
static void
spans_take_any_pieces(void)
{
	static const size_t pieces[] = {1000, 65536, 65537, 131072, 200000, 1 << 20};
	static const size_t lens[] = {65536, 65537, 700000, 10 * 131072};
	CLEANUP(spans_freep) struct spans *spans = spans_new(&err);
	CLEANUP(hasher_freep) struct hasher *whole = hasher_new(&err);
	static uint8_t text[10 * 131072];
	struct hash want, got;

	CHECK(spans != NULL && whole != NULL);
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (uint8_t)(i * 7 + i / 251);
	for (size_t i = 0; i < ARRAY_LEN(pieces) * ARRAY_LEN(lens) * 4; i++) {
		size_t piece = pieces[i % ARRAY_LEN(pieces)];
		size_t len = lens[i / ARRAY_LEN(pieces) % ARRAY_LEN(lens)];
		size_t kind = i / ARRAY_LEN(pieces) / ARRAY_LEN(lens);
		size_t span = kind & 1 ? SPAN_MIN : 2 * SPAN_MIN;

		spans_begin(spans, span);
		for (size_t at = 0; at < len; at += piece) {
			size_t n = len - at < piece ? len - at : piece;

			if (kind & 2)
				spans_add_with(spans, whole, text + at, n);
			else
				spans_add(spans, text + at, n);
		}
		check_digests(spans_finish(spans), text, len, span);
		if (kind & 2) {
			hash_of(text, len, &want);
			hasher_finish(whole, &got);
			CHECK(hash_equal(&got, &want));
		}
	}
}

/* A text that is longer than was said: no more than SPANS_MAX digests, and the whole is
 * taken all the same. */
static void
spans_have_an_end(void)
{
	CLEANUP(spans_freep) struct spans *spans = spans_new(&err);
	CLEANUP(hasher_freep) struct hasher *whole = hasher_new(&err);
	CLEANUP(hasher_freep) struct hasher *other = hasher_new(&err);
	static uint8_t text[3 * SPAN_MIN];
	struct hash a, b;

	CHECK(spans != NULL && whole != NULL && other != NULL);
	for (int with = 0; with < 2; with++) {
		spans_begin(spans, SPAN_MIN);
		for (size_t i = 0; i < 342; i++) {
			hasher_add(other, text, sizeof text);
			if (with)
				spans_add_with(spans, whole, text, sizeof text);
			else
				spans_add(spans, text, sizeof text);
		}
		CHECK_INT(spans_finish(spans).len, SPANS_BYTES_MAX);
		hasher_finish(other, &b);
	}
	hasher_finish(whole, &a);
	CHECK(hash_equal(&a, &b));
}

/* What an earlier text left behind is in no later one. */
static void
spans_begin_anew(void)
{
	CLEANUP(spans_freep) struct spans *spans = spans_new(&err);
	static const uint8_t text[SPAN_MIN + 1];

	CHECK(spans != NULL);
	spans_begin(spans, SPAN_MIN);
	spans_add(spans, "x", 1);
	spans_begin(spans, SPAN_MIN);
	spans_add(spans, text, sizeof text);
	check_digests(spans_finish(spans), text, sizeof text, SPAN_MIN);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(spans_are_as_the_format_says);
	RUN(spans_take_any_pieces);
	RUN(spans_have_an_end);
	RUN(spans_begin_anew);
	return 0;
}
