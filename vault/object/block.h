/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_BLOCK_H
#define OBJECT_BLOCK_H

#include "crypto/age.h"

/*
 * Inside object/: a run of chunks on its way through the stages of a pass.
 *
 * On the way out a chunk is opened where it lies.  Chunk i begins at data + i *
 * BLOCK_STRIDE, as plaintext and as ciphertext; so the ciphertext of a block lies without
 * gaps and the plaintext has a gap of one tag after each chunk.  On the way in the
 * plaintext lies without gaps at `plain`, and stays there when it was sealed into `data`,
 * since the digests of both are taken at once.
 */
#define BLOCK_CHUNKS                                                                     \
	16 /* 1 MiB: long enough to make handing over cheap, short enough for a cache */
#define BLOCK_STRIDE (AGE_CHUNK_LEN + AGE_TAG_LEN)
#define BLOCK_LEN (BLOCK_CHUNKS * AGE_CHUNK_LEN)

struct block {
	uint64_t first_chunk; /* index in its file */
	size_t len; /* bytes of plaintext, padding counted; the last chunk may be short */
	size_t used; /* of these, bytes of the exhibit; zeros follow */
	bool last;   /* its last chunk is the file's last */
	bool ends;   /* sealing: the exhibit ends in it, n_read bytes long */
	bool keep;   /* sealing: to be written */
	uint64_t n_read;
	uint8_t *plain; /* sealing: BLOCK_LEN bytes behind `data`; else NULL */
	/* The pipeline's own. */
	uint64_t order; /* which block this is now, in the order of the file */
	bool failed;
	struct amana_error err; /* if failed */
	uint8_t data[];
};

static inline size_t
block_chunks(const struct block *block)
{
	return (block->len + AGE_CHUNK_LEN - 1) / AGE_CHUNK_LEN;
}

static inline size_t
block_stored_len(const struct block *block)
{
	return block->len + block_chunks(block) * AGE_TAG_LEN;
}

/* Plaintext bytes of chunk i when the block holds `len` of them. */
static inline size_t
block_chunk_len(size_t len, size_t i)
{
	size_t before = i * AGE_CHUNK_LEN;

	if (before >= len)
		return 0;
	return len - before < AGE_CHUNK_LEN ? len - before : AGE_CHUNK_LEN;
}

/* Room for n_chunks (1 to BLOCK_CHUNKS).  Released with mem_free. */
static inline struct block *
block_new(size_t n_chunks, struct amana_error *err)
{
	return mem_new(sizeof(struct block) + n_chunks * BLOCK_STRIDE, err);
}

/* Room for BLOCK_CHUNKS, sealed and not.  Released with mem_free. */
static inline struct block *
block_new_sealing(struct amana_error *err)
{
	size_t sealed = BLOCK_CHUNKS * BLOCK_STRIDE;
	struct block *block = mem_new(sizeof *block + sealed + BLOCK_LEN, err);

	if (block != NULL)
		block->plain = block->data + sealed;
	return block;
}

#endif
