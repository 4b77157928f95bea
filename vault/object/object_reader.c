/* SPDX-License-Identifier: Apache-2.0 */
#include "object/object_reader.h"

#include "object/checked.h"
#include "object/object_file.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* How many cipher contexts are kept for the next call.  To make one costs more than to
 * open a small chunk. */
#define READER_IDLE 4

/* An exhibit in spans (FORMAT.md `blocks`), each of a power of two of chunks. */
struct object_reader {
	struct object_file file;     /* does not change */
	struct object_expect expect; /* the same; its blocks are borrowed */
	size_t span_chunks;	     /* in one span */
	struct checked *checked;     /* spans that were found whole; NULL if a span is a
					chunk, whose digest is on record */
	pthread_mutex_t lock;	     /* for what follows */
	struct age_chunker *idle[READER_IDLE];
	size_t n_idle;
};

void
object_reader_free(struct object_reader *reader)
{
	if (reader == NULL)
		return;
	for (size_t i = 0; i < reader->n_idle; i++)
		age_chunker_free(reader->idle[i]);
	checked_free(reader->checked);
	pthread_mutex_destroy(&reader->lock);
	object_file_done(&reader->file);
	mem_free(reader);
}

int
object_reader_open(struct store *store, const struct secret *identity,
		   const struct object_expect *expect, struct object_reader **ret_reader,
		   struct amana_error *err)
{
	CLEANUP(object_reader_freep)
	struct object_reader *reader = mem_new(sizeof *reader, err);

	if (reader == NULL)
		return -1;
	pthread_mutex_init(&reader->lock, NULL);
	if (object_file_open(store, identity, expect, NULL, &reader->file, err) < 0)
		return -1;
	reader->expect = *expect;
	reader->expect.kept_ = NULL;
	reader->span_chunks = (size_t)(spans_span(expect->size) / AGE_CHUNK_LEN);
	if (reader->span_chunks > 1) {
		reader->checked = checked_new(reader->span_chunks, err);
		if (reader->checked == NULL)
			return -1;
	}
	*ret_reader = TAKE(reader);
	return 0;
}

static struct age_chunker *
take_chunker(struct object_reader *reader, struct amana_error *err)
{
	struct age_chunker *chunker = NULL;

	pthread_mutex_lock(&reader->lock);
	if (reader->n_idle > 0)
		chunker = reader->idle[--reader->n_idle];
	pthread_mutex_unlock(&reader->lock);
	return chunker != NULL ? chunker : age_chunker_new(reader->file.stream, err);
}

static void
give_chunker(struct object_reader *reader, struct age_chunker *chunker)
{
	pthread_mutex_lock(&reader->lock);
	if (reader->n_idle < READER_IDLE) {
		reader->idle[reader->n_idle++] = chunker;
		chunker = NULL;
	}
	pthread_mutex_unlock(&reader->lock);
	age_chunker_free(chunker);
}

/* A read that is under way: one thread's. */
struct reading {
	struct object_reader *reader;
	struct age_chunker *chunker;
	struct hasher *whole, *keyed; /* NULL where no span has several chunks */
	uint64_t first;		      /* the chunks that are wanted */
	size_t n;
	uint8_t *out; /* where they go */
};

static void
reading_done(struct reading *reading)
{
	if (reading->chunker != NULL)
		give_chunker(reading->reader, reading->chunker);
	hasher_free(reading->whole);
	hasher_free(reading->keyed);
}

/* How many bytes of a chunk are the exhibit's. */
static size_t
chunk_used(const struct object_file *file, uint64_t index)
{
	uint64_t left = file->size - index * AGE_CHUNK_LEN;

	return left < AGE_CHUNK_LEN ? (size_t)left : AGE_CHUNK_LEN;
}

/* Reads one sealed chunk into `sealed` (BLOCK_STRIDE bytes), which the processor's cache
 * has room for, and opens it into `out` (AGE_CHUNK_LEN bytes), which may be `sealed`. */
static int
open_chunk(const struct reading *reading, uint64_t index, uint8_t *sealed, uint8_t *out,
	   struct amana_error *err)
{
	const struct object_file *file = &reading->reader->file;
	uint64_t before = index * AGE_CHUNK_LEN;
	bool is_last = index == file->n_chunks - 1;
	size_t want = (is_last ? (size_t)(file->padded - before) : AGE_CHUNK_LEN) +
		      AGE_TAG_LEN,
	       got;

	if (store_reader_pread(file->reader, sealed, want,
			       file->payload_at + index * BLOCK_STRIDE, &got, err) < 0)
		return object_file_fails(&file->name, err);
	if (got != want)
		return err_set(err, AMANA_E_TAMPERED,
			       "%s: became shorter while it was read", file->name.text);
	if (age_chunk_open(reading->chunker, index, is_last, (struct bytes){sealed, want},
			   out, err) < 0)
		return object_file_fails(&file->name, err);
	return 0;
}

/* Where a chunk that is wanted goes; NULL: it is not wanted. */
static uint8_t *
place_for(const struct reading *reading, uint64_t index)
{
	if (index < reading->first || index - reading->first >= reading->n)
		return NULL;
	return reading->out + (size_t)(index - reading->first) * AGE_CHUNK_LEN;
}

static int
span_differs(const struct reading *reading, uint64_t span, struct amana_error *err)
{
	const struct object_expect *expect = &reading->reader->expect;
	char what[40];

	if (expect->blocks.len == 0)
		return object_file_differs(expect, "its content is", err);
	snprintf(what, sizeof what, "its block %" PRIu64 " is", span + 1);
	return object_file_differs(expect, what, err);
}

/* A chunk that is a span, or the whole exhibit: its digest is on record. */
static int
read_single(const struct reading *reading, uint64_t index, struct amana_error *err)
{
	const struct object_expect *expect = &reading->reader->expect;
	uint8_t sealed[BLOCK_STRIDE], *out = place_for(reading, index);
	size_t used = chunk_used(&reading->reader->file, index);
	struct hash digest;
	bool is_it;

	if (open_chunk(reading, index, sealed, out, err) < 0)
		return -1;
	if (expect->blocks.len > 0) {
		is_it = spans_match(expect->blocks, (size_t)index, out, used);
	} else {
		hash_of(out, used, &digest);
		is_it = hash_equal(&digest, &expect->sha256);
	}
	if (is_it)
		return 0;
	memset(out, 0, AGE_CHUNK_LEN);
	return span_differs(reading, index, err);
}

/* A chunk of a span that was checked: it must be as it was then. */
static int
read_again(const struct reading *reading, uint64_t index, const struct checked_tag *tag,
	   struct amana_error *err)
{
	struct object_reader *reader = reading->reader;
	uint8_t sealed[BLOCK_STRIDE], *out = place_for(reading, index);
	uint64_t span = index / reader->span_chunks;
	struct checked_tag got;

	if (open_chunk(reading, index, sealed, out, err) < 0)
		return -1;
	checked_hash_begin(reader->checked, reading->keyed);
	hasher_add(reading->keyed, out, chunk_used(&reader->file, index));
	checked_hash_done(reading->keyed, &got);
	if (checked_tag_equal(&got, tag))
		return 0;
	memset(out, 0, AGE_CHUNK_LEN);
	checked_forget(reader->checked, span);
	return span_differs(reading, span, err);
}

/* Takes the digest of a span, remembers what its chunks are like, and keeps those that
 * are wanted. */
static int
take_span(const struct reading *reading, uint64_t span, uint64_t begin, uint64_t end,
	  struct amana_error *err)
{
	struct object_reader *reader = reading->reader;
	uint8_t sealed[BLOCK_STRIDE];
	struct hash digest, unused;

	hasher_finish(reading->whole, &unused); /* of a span that failed half-way */
	for (uint64_t i = begin; i < end; i++) {
		uint8_t *out = place_for(reading, i);
		const uint8_t *plain = out != NULL ? out : sealed;
		size_t used = chunk_used(&reader->file, i);
		struct checked_tag tag;

		if (open_chunk(reading, i, sealed, out != NULL ? out : sealed, err) < 0)
			return -1;
		checked_hash_begin(reader->checked, reading->keyed);
		hasher_add_two(reading->whole, plain, used, reading->keyed, plain, used);
		checked_hash_done(reading->keyed, &tag);
		checked_keep(reader->checked, span, (size_t)(i - begin), &tag);
	}
	hasher_finish(reading->whole, &digest);
	if (memcmp(reader->expect.blocks.data + span * HASH_LEN, digest.bytes,
		   HASH_LEN) == 0)
		return 0;
	return span_differs(reading, span, err);
}

/* Checks a span that is not known to be whole.  What is wanted of it is given out only
 * then. */
static int
check_span(const struct reading *reading, uint64_t span, struct amana_error *err)
{
	struct object_reader *reader = reading->reader;
	uint64_t there = (reader->file.size + AGE_CHUNK_LEN - 1) / AGE_CHUNK_LEN;
	uint64_t begin = span * reader->span_chunks, end = begin + reader->span_chunks;
	int r = take_span(reading, span, begin, end < there ? end : there, err);

	for (uint64_t i = begin; r < 0 && i < end; i++) {
		uint8_t *out = place_for(reading, i);

		if (out != NULL)
			memset(out, 0, AGE_CHUNK_LEN);
	}
	checked_end(reader->checked, span, r == 0);
	return r;
}

/* Reads one chunk, or with it all that is wanted of its span; *ret_next is the first
 * chunk that is still to be read. */
static int
read_chunk(const struct reading *reading, uint64_t index, uint64_t *ret_next,
	   struct amana_error *err)
{
	struct object_reader *reader = reading->reader;
	size_t in_span = reader->span_chunks;
	struct checked_tag tag;
	int r;

	*ret_next = index + 1;
	if (in_span == 1)
		return read_single(reading, index, err);
	r = checked_find(reader->checked, index / in_span, (size_t)(index % in_span),
			 &tag, err);
	if (r < 0)
		return -1;
	if (r == 0)
		return read_again(reading, index, &tag, err);
	*ret_next = (index / in_span + 1) * in_span;
	return check_span(reading, index / in_span, err);
}

int
object_reader_chunks(struct object_reader *reader, uint64_t first, size_t n, void *bytes,
		     size_t *ret_len, struct amana_error *err)
{
	const struct object_file *file = &reader->file;
	uint64_t there = (file->size + AGE_CHUNK_LEN - 1) / AGE_CHUNK_LEN, left;
	CLEANUP(reading_done)
	struct reading reading = {.reader = reader, .first = first, .out = bytes};

	*ret_len = 0;
	if (first >= there || n == 0)
		return 0;
	if (n > there - first)
		n = (size_t)(there - first);
	reading.n = n;
	reading.chunker = take_chunker(reader, err);
	if (reading.chunker == NULL)
		return -1;
	if (reader->span_chunks > 1) {
		reading.whole = hasher_new(err);
		reading.keyed = reading.whole != NULL ? hasher_new(err) : NULL;
		if (reading.keyed == NULL)
			return -1;
	}
	for (uint64_t i = first; i < first + n;)
		if (read_chunk(&reading, i, &i, err) < 0)
			return -1;
	left = file->size - first * AGE_CHUNK_LEN;
	*ret_len = left < n * AGE_CHUNK_LEN ? (size_t)left : n * AGE_CHUNK_LEN;
	return 0;
}
