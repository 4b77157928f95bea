/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/block.h"

#include "crypto/aead.h"

#include <string.h>

#define MAGIC "amana catalog 1\n"
#define MAGIC_LEN 16
#define NONCE_AT BLOCK_SEALED_LEN
#define TAG_AT (BLOCK_SEALED_LEN + AEAD_NONCE_LEN)
#define N_PAGES_AT (MAGIC_LEN + sizeof(struct block_id))

_Static_assert(BLOCK_RESERVED == AEAD_NONCE_LEN + AEAD_TAG_LEN, "reserved bytes");

struct block_ad {
	uint8_t bytes[MAGIC_LEN + sizeof(struct block_id) + 4];
};

static void
put_u32be(uint32_t value, uint8_t out[4])
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static struct block_ad
make_ad(const struct block_id *id, uint32_t block_no)
{
	struct block_ad ad;

	memcpy(ad.bytes, MAGIC, MAGIC_LEN);
	memcpy(ad.bytes + MAGIC_LEN, id->bytes, sizeof id->bytes);
	put_u32be(block_no, ad.bytes + MAGIC_LEN + sizeof id->bytes);
	return ad;
}

/* Bytes [from, BLOCK_SEALED_LEN); fills nonce and tag. */
static void
seal_from(const struct secret *key, const struct block_id *id, uint32_t block_no,
	  size_t from, uint8_t *block)
{
	struct block_ad ad = make_ad(id, block_no);

	random_bytes(block + NONCE_AT, AEAD_NONCE_LEN);
	aead_seal(key, block + NONCE_AT, (struct bytes){ad.bytes, sizeof ad.bytes},
		  block + from, BLOCK_SEALED_LEN - from, block + TAG_AT);
}

static bool
open_from(const struct secret *key, const struct block_id *id, uint32_t block_no,
	  size_t from, uint8_t *block)
{
	struct block_ad ad = make_ad(id, block_no);

	return aead_open(key, block + NONCE_AT, (struct bytes){ad.bytes, sizeof ad.bytes},
			 block + from, BLOCK_SEALED_LEN - from, block + TAG_AT);
}

void
block_seal(const struct secret *key, const struct block_id *id, uint32_t block_no,
	   uint8_t block[BLOCK_LEN])
{
	seal_from(key, id, block_no, 0, block);
}

bool
block_open(const struct secret *key, const struct block_id *id, uint32_t block_no,
	   uint8_t block[BLOCK_LEN])
{
	bool good = open_from(key, id, block_no, 0, block);

	memset(block + BLOCK_SEALED_LEN, 0, BLOCK_RESERVED);
	return good;
}

void
block_make_head(const struct secret *key, const struct block_id *id, uint32_t n_pages,
		uint8_t block[BLOCK_LEN])
{
	memset(block, 0, BLOCK_LEN);
	memcpy(block, MAGIC, MAGIC_LEN);
	memcpy(block + MAGIC_LEN, id->bytes, sizeof id->bytes);
	put_u32be(n_pages, block + N_PAGES_AT);
	seal_from(key, id, 0, N_PAGES_AT, block);
}

bool
block_open_head(const struct secret *key, uint8_t block[BLOCK_LEN],
		struct block_id *ret_id, uint32_t *ret_n_pages)
{
	struct block_id id;

	if (memcmp(block, MAGIC, MAGIC_LEN) != 0)
		return false;
	memcpy(id.bytes, block + MAGIC_LEN, sizeof id.bytes);
	if (!open_from(key, &id, 0, N_PAGES_AT, block))
		return false;
	*ret_id = id;
	*ret_n_pages = bytes_u32be(block + N_PAGES_AT);
	return true;
}
