/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age.h"

#include "crypto/age_header.h"
#include "crypto/bech32.h"

#include <sodium.h>
#include <string.h>

#define RECIPIENT_HRP "age"
#define IDENTITY_HRP "AGE-SECRET-KEY-"

_Static_assert(BECH32_LEN(sizeof RECIPIENT_HRP - 1, AGE_KEY_LEN) == AGE_RECIPIENT_LEN,
	       "text length");
_Static_assert(BECH32_LEN(sizeof IDENTITY_HRP - 1, AGE_KEY_LEN) == AGE_IDENTITY_LEN,
	       "text length");

/* The u below 2^255 - 19 of the points whose order divides 8, on the curve or its twist:
 * what is sealed to one of them, everybody can open. */
static const uint8_t low_order[][AGE_KEY_LEN] = {
	{0x00}, /* order 2 */
	{0x01}, /* order 4 */
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, /* order 4, twist */
	{0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
	 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
	 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00}, /* order 8 */
	{0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
	 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
	 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57}, /* order 8 */
};

static bool
is_low_order(const uint8_t pub[AGE_KEY_LEN])
{
	for (size_t i = 0; i < ARRAY_LEN(low_order); i++)
		if (memcmp(pub, low_order[i], AGE_KEY_LEN) == 0)
			return true;
	return false;
}

/* u below 2^255 - 19, without the ignored top bit. */
static bool
is_canonical(const uint8_t pub[AGE_KEY_LEN])
{
	if (pub[31] != 0x7f)
		return pub[31] < 0x7f;
	for (int i = 30; i > 0; i--) {
		if (pub[i] != 0xff)
			return true;
	}
	return pub[0] < 0xed;
}

int
age_recipient_parse(const char *text, size_t len, struct age_recipient *ret_recipient)
{
	uint8_t pub[AGE_KEY_LEN];

	if (bech32_decode(text, len, RECIPIENT_HRP, pub, sizeof pub) < 0 ||
	    !is_canonical(pub) || is_low_order(pub))
		return -1;
	memcpy(ret_recipient->pub, pub, sizeof pub);
	return 0;
}

void
age_recipient_text(const struct age_recipient *recipient, char out[AGE_RECIPIENT_LEN + 1])
{
	bech32_encode(RECIPIENT_HRP, recipient->pub, AGE_KEY_LEN, out);
}

bool
age_recipient_equal(const struct age_recipient *a, const struct age_recipient *b)
{
	return memcmp(a->pub, b->pub, AGE_KEY_LEN) == 0;
}

int
age_identity_new(struct secret *ret_identity, struct amana_error *err)
{
	return secret_random(AGE_KEY_LEN, ret_identity, err);
}

int
age_identity_parse(const char *text, size_t len, struct secret *ret_identity,
		   struct amana_error *err)
{
	uint8_t key[AGE_KEY_LEN];
	int r;

	if (bech32_decode(text, len, IDENTITY_HRP, key, sizeof key) < 0)
		return 1;
	r = secret_from(key, sizeof key, ret_identity, err);
	secret_wipe(key, sizeof key);
	return r;
}

void
age_identity_text(const struct secret *identity, char *out)
{
	bech32_encode(IDENTITY_HRP, identity->data, AGE_KEY_LEN, out);
}

void
age_identity_recipient(const struct secret *identity, struct age_recipient *ret_recipient)
{
	if (identity->len == AGE_PAIR_LEN)
		memcpy(ret_recipient->pub, identity->data + AGE_KEY_LEN, AGE_KEY_LEN);
	else
		age_public(identity->data, ret_recipient->pub);
}

int
age_identity_keep_recipient(struct secret *identity, struct age_recipient *ret_recipient,
			    struct amana_error *err)
{
	struct secret pair = SECRET_INIT;

	age_identity_recipient(identity, ret_recipient);
	if (identity->len == AGE_PAIR_LEN)
		return 0;
	if (secret_new(AGE_PAIR_LEN, &pair, err) < 0)
		return -1;
	memcpy(pair.data, identity->data, AGE_KEY_LEN);
	memcpy(pair.data + AGE_KEY_LEN, ret_recipient->pub, AGE_KEY_LEN);
	secret_done(identity);
	*identity = pair;
	return 0;
}

void
age_public(const uint8_t scalar[AGE_KEY_LEN], uint8_t ret_point[AGE_KEY_LEN])
{
	/* It can fail only for a product of zero, and no clamped scalar gives that with
	 * the base point. */
	IGNORE(crypto_scalarmult_base(ret_point, scalar));
}

int
age_shared_secret(const uint8_t scalar[AGE_KEY_LEN], const uint8_t point[AGE_KEY_LEN],
		  uint8_t ret_shared[AGE_KEY_LEN])
{
	/* libsodium refuses low-order points by itself; the product is looked at all the
	 * same. */
	if (crypto_scalarmult(ret_shared, scalar, point) != 0 ||
	    sodium_is_zero(ret_shared, AGE_KEY_LEN))
		return -1;
	return 0;
}
