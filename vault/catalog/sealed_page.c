/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/sealed_page.h"

#include "crypto/aead.h"

#include <string.h>

#define MAGIC "amana catalog 1\n"
#define MAGIC_LEN 16
#define NONCE_AT SEALED_PAGE_SEALED_LEN
#define TAG_AT (SEALED_PAGE_SEALED_LEN + AEAD_NONCE_LEN)
#define N_PAGES_AT (MAGIC_LEN + sizeof(struct sealed_page_id))

_Static_assert(SEALED_PAGE_RESERVED == AEAD_NONCE_LEN + AEAD_TAG_LEN, "reserved bytes");

struct sealed_page_ad {
	uint8_t bytes[MAGIC_LEN + sizeof(struct sealed_page_id) + 4];
};

static void
put_u32be(uint32_t value, uint8_t out[4])
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static struct sealed_page_ad
make_ad(const struct sealed_page_id *id, uint32_t page_no)
{
	struct sealed_page_ad ad;

	memcpy(ad.bytes, MAGIC, MAGIC_LEN);
	memcpy(ad.bytes + MAGIC_LEN, id->bytes, sizeof id->bytes);
	put_u32be(page_no, ad.bytes + MAGIC_LEN + sizeof id->bytes);
	return ad;
}

/* Seals the bytes from `from` to SEALED_PAGE_SEALED_LEN in place, and fills nonce and
 * tag. */
static void
seal_from(const struct secret *key, const struct sealed_page_id *id, uint32_t page_no,
	  size_t from, uint8_t *page)
{
	struct sealed_page_ad ad = make_ad(id, page_no);

	random_bytes(page + NONCE_AT, AEAD_NONCE_LEN);
	aead_seal(key, page + NONCE_AT, (struct bytes){ad.bytes, sizeof ad.bytes},
		  page + from, SEALED_PAGE_SEALED_LEN - from, page + TAG_AT);
}

static bool
open_from(const struct secret *key, const struct sealed_page_id *id, uint32_t page_no,
	  size_t from, uint8_t *page)
{
	struct sealed_page_ad ad = make_ad(id, page_no);

	return aead_open(key, page + NONCE_AT, (struct bytes){ad.bytes, sizeof ad.bytes},
			 page + from, SEALED_PAGE_SEALED_LEN - from, page + TAG_AT);
}

void
sealed_page_seal(const struct secret *key, const struct sealed_page_id *id,
		 uint32_t page_no, uint8_t page[SEALED_PAGE_LEN])
{
	seal_from(key, id, page_no, 0, page);
}

bool
sealed_page_open(const struct secret *key, const struct sealed_page_id *id,
		 uint32_t page_no, uint8_t page[SEALED_PAGE_LEN])
{
	bool good = open_from(key, id, page_no, 0, page);

	memset(page + SEALED_PAGE_SEALED_LEN, 0, SEALED_PAGE_RESERVED);
	return good;
}

void
sealed_page_make_head(const struct secret *key, const struct sealed_page_id *id,
		      uint32_t n_pages, uint8_t page[SEALED_PAGE_LEN])
{
	memset(page, 0, SEALED_PAGE_LEN);
	memcpy(page, MAGIC, MAGIC_LEN);
	memcpy(page + MAGIC_LEN, id->bytes, sizeof id->bytes);
	put_u32be(n_pages, page + N_PAGES_AT);
	seal_from(key, id, 0, N_PAGES_AT, page);
}

bool
sealed_page_open_head(const struct secret *key, uint8_t page[SEALED_PAGE_LEN],
		      struct sealed_page_id *ret_id, uint32_t *ret_n_pages)
{
	struct sealed_page_id id;

	if (memcmp(page, MAGIC, MAGIC_LEN) != 0)
		return false;
	memcpy(id.bytes, page + MAGIC_LEN, sizeof id.bytes);
	if (!open_from(key, &id, 0, N_PAGES_AT, page))
		return false;
	*ret_id = id;
	*ret_n_pages = bytes_u32be(page + N_PAGES_AT);
	return true;
}
