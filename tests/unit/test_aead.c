/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "crypto/aead.h"

static struct amana_error err;
static const char plain[] =
	"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
	"the future, sunscreen would be it.";
#define PLAIN_LEN (sizeof plain - 1)

struct page {
	struct secret key;
	uint8_t nonce[AEAD_NONCE_LEN], ad[12], bytes[PLAIN_LEN], tag[AEAD_TAG_LEN];
};

/* The example of draft-irtf-cfrg-xchacha-03, appendix A.3.1. */
static void
page_sealed(struct page *page)
{
	static const uint8_t ad[12] = {0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1,
				       0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7};

	CHECK_OK(secret_new(AEAD_KEY_LEN, &page->key, &err), err);
	for (int i = 0; i < AEAD_KEY_LEN; i++)
		page->key.data[i] = (uint8_t)(0x80 + i);
	for (int i = 0; i < AEAD_NONCE_LEN; i++)
		page->nonce[i] = (uint8_t)(0x40 + i);
	memcpy(page->ad, ad, sizeof ad);
	memcpy(page->bytes, plain, PLAIN_LEN);
	aead_seal(&page->key, page->nonce, (struct bytes){page->ad, sizeof page->ad},
		  page->bytes, PLAIN_LEN, page->tag);
}

static bool
page_opens(struct page *page)
{
	return aead_open(&page->key, page->nonce,
			 (struct bytes){page->ad, sizeof page->ad}, page->bytes,
			 PLAIN_LEN, page->tag);
}

static void
known_answer(void)
{
	static const uint8_t tag[AEAD_TAG_LEN] = {0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7,
						  0x98, 0x79, 0x47, 0xde, 0xaf, 0xd8,
						  0x78, 0x0a, 0xcf, 0x49};
	static const uint8_t begin[8] = {0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b};
	struct page page = {.key = SECRET_INIT};

	page_sealed(&page);
	CHECK(memcmp(page.tag, tag, sizeof tag) == 0);
	CHECK(memcmp(page.bytes, begin, sizeof begin) == 0);
	CHECK(page_opens(&page));
	CHECK(memcmp(page.bytes, plain, PLAIN_LEN) == 0);
	secret_done(&page.key);
}

/* One bit anywhere, and nothing of the plaintext comes out. */
static void
every_part_is_bound(void)
{
	for (int part = 0; part < 5; part++) {
		struct page page = {.key = SECRET_INIT};
		uint8_t *parts[5], none[PLAIN_LEN] = {0};

		page_sealed(&page);
		parts[0] = page.key.data;
		parts[1] = page.nonce;
		parts[2] = page.ad;
		parts[3] = page.bytes;
		parts[4] = page.tag;
		parts[part][7] ^= 0x10;
		CHECK(!page_opens(&page));
		CHECK(memcmp(page.bytes, none, PLAIN_LEN) == 0);
		secret_done(&page.key);
	}
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(known_answer);
	RUN(every_part_is_bound);
	return 0;
}
