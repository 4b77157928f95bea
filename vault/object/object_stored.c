/* SPDX-License-Identifier: Apache-2.0 */
#include "object/object_open.h"

#include "object/object_file.h"
#include "object/object_seal.h"
#include "object/pipeline.h"

/* SHA-256 is one long chain, so no more than one thread can compute it.  For a large
 * object another thread reads, so that the chain waits for nothing. */

#define CHECK_LEN ((size_t)262144)
#define CHECK_BLOCKS 3

struct storing {
	struct store_reader *reader;
	struct hasher *hasher;
	const struct monitor *monitor;
	uint64_t at; /* the first stage's: bytes read so far */
	bool ended;
};

static int
stage_load(void *pass, struct block *block, struct amana_error *err)
{
	struct storing *storing = pass;

	if (storing->ended)
		return 1;
	if (store_reader_pread(storing->reader, block->data, BLOCK_LEN, storing->at,
			       &block->len, err) < 0)
		return -1;
	storing->at += block->len;
	/* Reading ends a little behind the length that the object had when it was
	 * opened: if it grows, it is wrong already. */
	storing->ended = block->len < BLOCK_LEN ||
			 storing->at > store_reader_size(storing->reader);
	return 0;
}

static int
stage_hash(void *pass, struct block *block, struct amana_error *err)
{
	struct storing *storing = pass;

	(void)err;
	hasher_add(storing->hasher, block->data, block->len);
	return 0;
}

static int
stage_tell(void *pass, struct block *block, struct amana_error *err)
{
	struct storing *storing = pass;

	if (monitor_cancelled(storing->monitor))
		return err_set(err, AMANA_E_CANCELLED, "stopped");
	monitor_progress(storing->monitor, block->len);
	return 0;
}

static int
hash_large(struct storing *storing, struct amana_error *err)
{
	static const struct pipeline_plan plan = {
		.stages = {stage_load, stage_hash, stage_tell},
		.n = 3,
		.at_caller = 2,
		.longest = 1,
	};
	struct block *blocks[CHECK_BLOCKS] = {NULL};
	int r = 0;

	for (size_t i = 0; r == 0 && i < CHECK_BLOCKS; i++) {
		blocks[i] = block_new(BLOCK_CHUNKS, err);
		r = blocks[i] != NULL ? 0 : -1;
	}
	if (r == 0)
		r = pipeline_run(&plan, storing, blocks, CHECK_BLOCKS, err);
	for (size_t i = 0; i < CHECK_BLOCKS; i++)
		mem_free(blocks[i]);
	return r;
}

static int
hash_small(struct storing *storing, struct amana_error *err)
{
	uint64_t size = store_reader_size(storing->reader);
	size_t cap = size < CHECK_LEN ? (size_t)size + 1 : CHECK_LEN, got;
	CLEANUP(mem_freep) uint8_t *bytes = mem_new(cap, err);

	if (bytes == NULL)
		return -1;
	do {
		if (monitor_cancelled(storing->monitor))
			return err_set(err, AMANA_E_CANCELLED, "stopped");
		if (store_reader_pread(storing->reader, bytes, cap, storing->at, &got,
				       err) < 0)
			return -1;
		hasher_add(storing->hasher, bytes, got);
		storing->at += got;
		monitor_progress(storing->monitor, got);
	} while (got == cap && storing->at <= size);
	return 0;
}

int
object_check_stored(struct store *store, const struct hash *object,
		    const struct monitor *monitor, uint64_t *ret_stored_len,
		    struct amana_error *err)
{
	CLEANUP(store_reader_freep) struct store_reader *reader = NULL;
	CLEANUP(hasher_freep) struct hasher *hasher = NULL;
	struct store_name name = store_name_object(object);
	struct storing storing = {.monitor = monitor};
	struct hash digest;
	int r;

	if (object_file_find(store, &name, &reader, err) < 0)
		return -1;
	hasher = hasher_new(err);
	if (hasher == NULL)
		return -1;
	storing.reader = reader;
	storing.hasher = hasher;
	r = store_reader_size(reader) > OBJECT_PIPE_MIN ? hash_large(&storing, err)
							: hash_small(&storing, err);
	if (r < 0)
		return object_file_fails(&name, err);
	hasher_finish(hasher, &digest);
	if (!hash_equal(&digest, object))
		return err_set(err, AMANA_E_TAMPERED,
			       "%s: its bytes are not those of its name", name.text);
	*ret_stored_len = storing.at;
	return 0;
}
