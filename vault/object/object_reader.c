/* SPDX-License-Identifier: Apache-2.0 */
#include "object/object_reader.h"

#include "object/object_file.h"

#include <string.h>

#define NO_CHUNK UINT64_MAX

struct object_reader {
	struct object_file file;
	struct age_chunker *chunker;
	struct block *block; /* one chunk: the last one looked at */
	uint64_t held;	     /* its index, or NO_CHUNK */
};

void
object_reader_free(struct object_reader *reader)
{
	if (reader == NULL)
		return;
	mem_free(reader->block);
	age_chunker_free(reader->chunker);
	object_file_done(&reader->file);
	mem_free(reader);
}

static int
hold_chunk(struct object_reader *reader, uint64_t index, struct amana_error *err)
{
	if (reader->held == index)
		return 0;
	reader->held = NO_CHUNK;
	if (object_file_read(&reader->file, index, 1, reader->block, err) < 0 ||
	    object_file_decrypt(&reader->file, reader->chunker, reader->block, err) < 0)
		return -1;
	reader->held = index;
	return 0;
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
	reader->held = NO_CHUNK;
	if (object_file_open(store, identity, expect, NULL, &reader->file, err) < 0)
		return -1;
	reader->chunker = age_chunker_new(reader->file.stream, err);
	reader->block = reader->chunker != NULL ? block_new(1, err) : NULL;
	if (reader->block == NULL ||
	    hold_chunk(reader, reader->file.n_chunks - 1, err) < 0)
		return -1;
	*ret_reader = TAKE(reader);
	return 0;
}

int
object_reader_pread(struct object_reader *reader, uint64_t offset, void *bytes,
		    size_t len, size_t *ret_len, struct amana_error *err)
{
	uint64_t size = reader->file.size;
	size_t done = 0;

	if (offset >= size)
		len = 0;
	else if (len > size - offset)
		len = (size_t)(size - offset);
	while (done < len) {
		size_t from = (size_t)(offset % AGE_CHUNK_LEN), n = AGE_CHUNK_LEN - from;

		if (n > len - done)
			n = len - done;
		if (hold_chunk(reader, offset / AGE_CHUNK_LEN, err) < 0)
			return -1;
		memcpy((uint8_t *)bytes + done, reader->block->data + from, n);
		done += n;
		offset += n;
	}
	*ret_len = len;
	return 0;
}
