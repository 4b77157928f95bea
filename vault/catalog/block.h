/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_BLOCK_H
#define CATALOG_BLOCK_H

#include "crypto/secret.h"

/*
 * The 4,096-byte blocks that a catalogue's file is made of.
 *
 *	offset  len   block 0                        block N >= 1: SQLite's page N
 *	     0   16   magic "amana catalog 1\n"      sealed
 *	    16   16   database id, random            sealed
 *	    32    4   sealed: pages, u32 big-endian  sealed
 *	    36 4020   sealed: zero                   sealed
 *	  4056   24   nonce                          nonce
 *	  4080   16   tag                            tag
 *
 * XChaCha20-Poly1305 with a fresh random nonce at each write; the associated data are the
 *magic, the database id and the block number (u32 big-endian), so no block opens under
 *another number or in another file.
 */
#define BLOCK_LEN ((size_t)4096)
#define BLOCK_RESERVED                                                                   \
	((size_t)40) /* nonce and tag: the bytes that SQLite leaves alone */
#define BLOCK_SEALED_LEN (BLOCK_LEN - BLOCK_RESERVED)

struct block_id {
	uint8_t bytes[16];
};

/* Seals SQLite's page in place. */
void block_seal(const struct secret *key, const struct block_id *id, uint32_t block_no,
		uint8_t block[BLOCK_LEN]);
/* Opens it in place; the reserved bytes become zero.  False: it is not what was sealed,
 * and the block is zeroed. */
bool block_open(const struct secret *key, const struct block_id *id, uint32_t block_no,
		uint8_t block[BLOCK_LEN]) MUST_CHECK;

void block_make_head(const struct secret *key, const struct block_id *id,
		     uint32_t n_pages, uint8_t block[BLOCK_LEN]);
/* Opens block 0 in place. */
bool block_open_head(const struct secret *key, uint8_t block[BLOCK_LEN],
		     struct block_id *ret_id, uint32_t *ret_n_pages) MUST_CHECK;

#endif
