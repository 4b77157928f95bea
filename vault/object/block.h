/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_BLOCK_H
#define OBJECT_BLOCK_H

#include "crypto/age.h"

/*
 * Private to vault/object: a block, which is a run of chunks on its way through the
 * stages of a pass.
 *
 * When an object is opened, each chunk is decrypted where it lies: chunk i begins at
 * data + i * BLOCK_STRIDE, sealed and plain.  So the ciphertext of a block has no
 * gaps, and its plaintext has a gap of one tag after each chunk.  When an object is
 * sealed, the plaintext lies without gaps at `plain` and stays there while its
 * ciphertext is written to `data`, since the digests of both are taken together.
 *
 * One thread has a block at a time; the pipeline hands it on.
 */
/* 2 MiB: long enough to make handing it on cheap and to hold two spans of an exhibit of 1
 * GiB, whose digests are taken together (spans_add). */
#define BLOCK_CHUNKS 32
#define BLOCK_STRIDE (AGE_CHUNK_LEN + AGE_TAG_LEN)
#define BLOCK_LEN (BLOCK_CHUNKS * AGE_CHUNK_LEN)

struct block {
	uint64_t first_chunk; /* index of its first chunk in the file */
	size_t len; /* bytes of plaintext, padding counted; the last chunk may be short */
	size_t used; /* of these, bytes of the exhibit; padding follows */
	bool last;   /* its last chunk is the last of the file */
	bool ends;   /* sealing: the exhibit ends in it, and has n_read bytes */
	bool keep;   /* sealing: it is to be written */
	uint64_t n_read;
	uint8_t *plain; /* sealing: BLOCK_LEN bytes behind `data`; NULL otherwise */
	/* For the pipeline alone. */
	uint64_t order; /* number of the block in the order of the file */
	bool failed;
	struct amana_error err; /* if failed */
	uint8_t data[];
};

/* How many chunks the block holds. */
static inline size_t
block_chunks(const struct block *block)
{
	return (block->len + AGE_CHUNK_LEN - 1) / AGE_CHUNK_LEN;
}

/* Bytes of the block as it is stored, with a tag for each chunk. */
static inline size_t
block_stored_len(const struct block *block)
{
	return block->len + block_chunks(block) * AGE_TAG_LEN;
}

/* How many bytes of plaintext chunk i of a block has that holds `len` of them. */
static inline size_t
block_chunk_len(size_t len, size_t i)
{
	size_t before = i * AGE_CHUNK_LEN;

	if (before >= len)
		return 0;
	return len - before < AGE_CHUNK_LEN ? len - before : AGE_CHUNK_LEN;
}

/* A block with room for n_chunks (1 to BLOCK_CHUNKS); freed with mem_free. */
static inline struct block *
block_new(size_t n_chunks, struct amana_error *err)
{
	return mem_new(sizeof(struct block) + n_chunks * BLOCK_STRIDE, err);
}

/* A block with room for BLOCK_CHUNKS, both plain and sealed; freed with mem_free. */
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
