/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 of two messages at once that goes wrong: the program does not start with it.
 *
 * This file has the functions of crypto/hash_two.h itself, so that the linker does not
 * take those of the library.  They are libcrypto's, and wrong where a test wants it.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "check.h"

#include "amana/vault.h"
#include "crypto/hash.h"
#include "crypto/hash_two.h"

#include <openssl/sha.h>

static struct amana_error err;

enum fault {
	NONE,
	FIRST_BIT,    /* of the first message's state */
	SECOND_BIT,   /* of the second one's */
	SECOND_BLOCK, /* the first message's, and those after it */
	LAST_WORD,    /* of the second message, once in a run of many blocks */
	SWAPPED,      /* each message gets the other's blocks */
};
static enum fault planted;
static size_t n_asked;

bool
hash_two_works(void)
{
	n_asked++;
	return true;
}

static void
blocks(uint32_t state[8], const uint8_t *bytes, size_t n_blocks)
{
	SHA256_CTX ctx = {.num = 0};

	memcpy(ctx.h, state, sizeof ctx.h);
	for (size_t i = 0; i < n_blocks; i++)
		SHA256_Transform(&ctx, bytes + i * HASH_TWO_BLOCK);
	memcpy(state, ctx.h, sizeof ctx.h);
}

void
hash_two_blocks(uint32_t a_state[8], const uint8_t *a, uint32_t b_state[8],
		const uint8_t *b, size_t n_blocks)
{
	blocks(a_state, planted == SWAPPED ? b : a,
	       planted == SECOND_BLOCK && n_blocks > 1 ? 1 : n_blocks);
	blocks(b_state, planted == SWAPPED ? a : b, n_blocks);
	if (planted == FIRST_BIT)
		a_state[0] ^= 1;
	if (planted == SECOND_BIT)
		b_state[0] ^= UINT32_C(1) << 31;
	if (planted == LAST_WORD && n_blocks > 7)
		b_state[7]++;
}

static void
what_is_right_starts(void)
{
	planted = NONE;
	n_asked = 0;
	CHECK_OK(crypto_init(&err), err);
	CHECK(n_asked > 0); /* these functions were in use, not the library's */
	CHECK_OK(amana_startup(&err), err);
}

static void
what_is_wrong_does_not_start(void)
{
	for (planted = FIRST_BIT; planted <= SWAPPED; planted++) {
		CHECK_FAILS(hash_try(&err), err, AMANA_E_BUG);
		CHECK_FAILS(crypto_init(&err), err, AMANA_E_BUG);
		CHECK_FAILS(amana_startup(&err), err, AMANA_E_BUG);
		CHECK(strstr(err.msg, "SHA-256") != NULL);
	}
}

int
main(void)
{
	RUN(what_is_right_starts);
	RUN(what_is_wrong_does_not_start);
	return 0;
}
