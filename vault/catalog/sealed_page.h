/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_SEALED_PAGE_H
#define CATALOG_SEALED_PAGE_H

#include "crypto/secret.h"

/*
 * Private to vault/catalog: the pages of 4,096 bytes that a catalogue's file is made of.
 *
 *	offset  len   page 0                        page N >= 1: SQLite's page N
 *	     0   16   magic "amana catalog 1\n"      sealed
 *	    16   16   database id, random            sealed
 *	    32    4   sealed: pages, u32 big-endian  sealed
 *	    36 4020   sealed: zero                   sealed
 *	  4056   24   nonce                          nonce
 *	  4080   16   tag                            tag
 *
 * XChaCha20-Poly1305 with a fresh random nonce at each write; the associated data are the
 * magic, the database id and the page number (u32 big-endian), so no page opens under
 * another number or in another file.  Any thread.
 */
#define SEALED_PAGE_LEN ((size_t)4096)
/* Nonce and tag: the bytes at a page's end that SQLite leaves alone. */
#define SEALED_PAGE_RESERVED ((size_t)40)
#define SEALED_PAGE_SEALED_LEN (SEALED_PAGE_LEN - SEALED_PAGE_RESERVED)

struct sealed_page_id {
	uint8_t bytes[16];
};

/* Seals a page of SQLite's in place. */
void sealed_page_seal(const struct secret *key, const struct sealed_page_id *id,
		      uint32_t page_no, uint8_t page[SEALED_PAGE_LEN]);
/* Opens such a page in place; its reserved bytes become zero.  False: it is not what
 * was sealed, and the page is zeroed. */
bool sealed_page_open(const struct secret *key, const struct sealed_page_id *id,
		      uint32_t page_no, uint8_t page[SEALED_PAGE_LEN]) MUST_CHECK;

/* Makes page 0 for a file of n_pages. */
void sealed_page_make_head(const struct secret *key, const struct sealed_page_id *id,
			   uint32_t n_pages, uint8_t page[SEALED_PAGE_LEN]);
/* Opens page 0 in place.  False: it is not what was sealed. */
bool sealed_page_open_head(const struct secret *key, uint8_t page[SEALED_PAGE_LEN],
			   struct sealed_page_id *ret_id,
			   uint32_t *ret_n_pages) MUST_CHECK;

#endif
