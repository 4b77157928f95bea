/* SPDX-License-Identifier: Apache-2.0 */
#include "object/object_open.h"

#include "base/text.h"
#include "object/object_file.h"
#include "object/object_seal.h"
#include "object/padme.h"
#include "object/pipeline.h"

#include <string.h>

/* SHA-256 is one long chain, so no more than one thread can compute it.  For a large
 * object another thread reads, so that the chain waits for nothing. */

#define CHECK_LEN ((size_t)262144)
#define CHECK_BLOCKS 3

/* How many bytes hold the header and nonce of an age file: with one recipient, and with
 * as many as there can be. */
#define EXHIBIT_START ((size_t)1024)
#define KEYS_START (AGE_HEADER_MAX + AGE_NONCE_LEN)
_Static_assert(KEYS_START <= CHECK_LEN, "the first read holds the header");

struct storing {
	struct store_reader *reader;
	struct hasher *hasher;
	const struct monitor *monitor;
	uint64_t at; /* the first stage's: bytes read so far */
	bool ended;
	/* The shape was seen in these first bytes, which must be those that are hashed,
	 * and in the length. */
	uint8_t *start; /* owned; NULL: any shape will do */
	size_t start_len;
};

static void
storing_done(struct storing *storing)
{
	mem_free(storing->start);
	hasher_free(storing->hasher);
	store_reader_free(storing->reader);
}

/* ---- shape ---- */

/* An exhibit's object has one recipient, and its payload the length of a padded file. */
static int
check_exhibit(const struct age_shape *shape, uint64_t len, struct amana_error *err)
{
	uint64_t n_chunks, plain;

	if (shape->n_x25519 != 1 || shape->n_other != 0)
		return err_set(err, AMANA_E_TAMPERED,
			       "not sealed to exactly one exhibit's key");
	if (age_payload_layout(len - shape->payload_at, &n_chunks, &plain) < 0 ||
	    plain > PADME_SIZE_MAX || padme_len(plain) != plain)
		return err_set(err, AMANA_E_TAMPERED,
			       "%s long, which no exhibit's object can be",
			       text_count(len, "byte", "bytes").text);
	return 0;
}

static int
check_keys(const struct age_shape *shape, uint64_t len, struct amana_error *err)
{
	uint64_t n_chunks, plain;

	if (age_payload_layout(len - shape->payload_at, &n_chunks, &plain) < 0 ||
	    plain > OBJECT_KEYS_MAX)
		return err_set(err, AMANA_E_TAMPERED, "%s long, which no key file can be",
			       text_count(len, "byte", "bytes").text);
	return 0;
}

static int
check_shape(struct storing *storing, enum object_shape wanted,
	    struct object_seen *ret_seen, struct amana_error *err)
{
	uint64_t len = store_reader_size(storing->reader);
	size_t most = wanted == OBJECT_SHAPE_EXHIBIT ? EXHIBIT_START : KEYS_START;
	struct age_shape shape;

	if (wanted == OBJECT_SHAPE_ANY)
		return 0;
	storing->start = mem_new(len < most ? (size_t)len : most, err);
	if (storing->start == NULL || store_reader_pread(storing->reader, storing->start,
							 len < most ? (size_t)len : most,
							 0, &storing->start_len, err) < 0)
		return -1;
	if (age_shape_of((struct bytes){storing->start, storing->start_len}, &shape,
			 err) < 0) {
		err_recode(err, AMANA_E_TAMPERED);
		return -1;
	}
	ret_seen->n_x25519 = shape.n_x25519;
	ret_seen->n_other = shape.n_other;
	return wanted == OBJECT_SHAPE_EXHIBIT ? check_exhibit(&shape, len, err)
					      : check_keys(&shape, len, err);
}

/* ---- digest ---- */

/* Adds what was read from offset `from` on. */
static int
take(struct storing *storing, uint64_t from, const uint8_t *bytes, size_t len,
     struct amana_error *err)
{
	if (from == 0 && storing->start_len > 0 &&
	    (len < storing->start_len ||
	     memcmp(bytes, storing->start, storing->start_len) != 0))
		return err_set(err, AMANA_E_TAMPERED, "changed while it was read");
	hasher_add(storing->hasher, bytes, len);
	return 0;
}

static int
stage_load(void *pass, struct block *block, struct amana_error *err)
{
	struct storing *storing = pass;

	if (storing->ended)
		return 1;
	if (store_reader_pread(storing->reader, block->data, BLOCK_LEN, storing->at,
			       &block->len, err) < 0)
		return -1;
	block->n_read = storing->at;
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
	return take(pass, block->n_read, block->data, block->len, err);
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
		if (take(storing, storing->at, bytes, got, err) < 0)
			return -1;
		storing->at += got;
		monitor_progress(storing->monitor, got);
	} while (got == cap && storing->at <= size);
	return 0;
}

int
object_check_stored(struct store *store, const struct hash *object,
		    enum object_shape shape, const struct monitor *monitor,
		    struct object_seen *ret_seen, struct amana_error *err)
{
	CLEANUP(storing_done) struct storing storing = {.monitor = monitor};
	struct store_name name = store_name_object(object);
	struct object_seen seen = {.stored_len = 0};
	struct hash digest;
	uint64_t size;
	int r;

	if (object_file_find(store, &name, &storing.reader, err) < 0)
		return -1;
	storing.hasher = hasher_new(err);
	if (storing.hasher == NULL)
		return -1;
	size = store_reader_size(storing.reader);
	r = check_shape(&storing, shape, &seen, err);
	if (r == 0)
		r = size > OBJECT_PIPE_MIN ? hash_large(&storing, err)
					   : hash_small(&storing, err);
	if (r < 0)
		return object_file_fails(&name, err);
	hasher_finish(storing.hasher, &digest);
	if (!hash_equal(&digest, object) ||
	    (shape != OBJECT_SHAPE_ANY && storing.at != size))
		return err_set(err, AMANA_E_TAMPERED,
			       "%s: its bytes are not those of its name", name.text);
	seen.stored_len = storing.at;
	*ret_seen = seen;
	return 0;
}
