/* SPDX-License-Identifier: Apache-2.0 */
#include "object/object_reader.h"

#include "object/object_file.h"

#include <pthread.h>

/* How many cipher contexts are kept for the next call.  To make one costs more than to
 * open a small chunk. */
#define READER_IDLE 4

struct object_reader {
	struct object_file file; /* does not change */
	pthread_mutex_t lock;
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

/* Reads one sealed chunk into a buffer small enough for the processor's cache, and
 * opens it into `out` (AGE_CHUNK_LEN bytes). */
static int
open_chunk(const struct object_file *file, struct age_chunker *chunker, uint64_t index,
	   uint8_t *out, struct amana_error *err)
{
	uint8_t sealed[BLOCK_STRIDE];
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
	if (age_chunk_open(chunker, index, is_last, (struct bytes){sealed, want}, out,
			   err) < 0)
		return object_file_fails(&file->name, err);
	return 0;
}

int
object_reader_chunks(struct object_reader *reader, uint64_t first, size_t n, void *bytes,
		     size_t *ret_len, struct amana_error *err)
{
	const struct object_file *file = &reader->file;
	uint64_t there = (file->size + AGE_CHUNK_LEN - 1) / AGE_CHUNK_LEN, left;
	struct age_chunker *chunker;
	uint8_t *out = bytes;
	int r = 0;

	*ret_len = 0;
	if (first >= there || n == 0)
		return 0;
	if (n > there - first)
		n = (size_t)(there - first);
	chunker = take_chunker(reader, err);
	if (chunker == NULL)
		return -1;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = open_chunk(file, chunker, first + i, out + i * AGE_CHUNK_LEN, err);
	give_chunker(reader, chunker);
	if (r < 0)
		return -1;
	left = file->size - first * AGE_CHUNK_LEN;
	*ret_len = left < n * AGE_CHUNK_LEN ? (size_t)left : n * AGE_CHUNK_LEN;
	return 0;
}
