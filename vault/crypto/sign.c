/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"

#include <sodium.h>
#include <string.h>

/* Little-endian, as in RFC 8032. */
static const uint8_t field_p[32] = {
	/* 2^255 - 19 */
	0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
};
static const uint8_t order_l[32] = {
	/* 2^252 + 27742317777372353535851937790883648493 */
	0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
	0xa2, 0xde, 0xf9, 0xde, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
};
/* The canonical y of the eight points whose order divides 8, without the sign bit. */
static const uint8_t small_order_y[][32] = {
	{0x00}, /* order 4 */
	{0x01}, /* order 1: the neutral point */
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, /* order 2 */
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
	 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
	 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05}, /* order 8 */
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
	 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
	 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a}, /* order 8 */
};

/* a < b.  The values are public, so that the time it takes may depend on them. */
static bool
is_below(const uint8_t a[32], const uint8_t b[32])
{
	for (int i = 31; i >= 0; i--) {
		if (a[i] != b[i])
			return a[i] < b[i];
	}
	return false;
}

/* An encoding with y < p that is not one of the small-order points.  (Those with x = 0
 * are the only ones that have a second spelling with y < p, by the sign of zero, and they
 * are of small order.) */
static bool
point_is_plain(const uint8_t point[32])
{
	uint8_t y[32];

	memcpy(y, point, sizeof y);
	y[31] &= 0x7f;
	if (!is_below(y, field_p))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(small_order_y); i++) {
		if (memcmp(y, small_order_y[i], sizeof y) == 0)
			return false;
	}
	return true;
}

void
sign_public(const struct secret *seed, uint8_t ret_pub[SIGN_PUB_LEN])
{
	uint8_t pair[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(ret_pub, pair, seed->data);
	sodium_memzero(pair, sizeof pair);
}

int
sign_message(const struct secret *seed, const void *message, size_t len,
	     uint8_t ret_sig[SIGN_SIG_LEN], struct amana_error *err)
{
	uint8_t pair[crypto_sign_SECRETKEYBYTES], pub[SIGN_PUB_LEN];

	if (seed->len != SIGN_SEED_LEN)
		return err_bug(err, "a signing key of %zu bytes", seed->len);
	crypto_sign_seed_keypair(pub, pair, seed->data);
	crypto_sign_detached(ret_sig, NULL, message, len, pair);
	sodium_memzero(pair, sizeof pair);
	return 0;
}

bool
sign_key_valid(const uint8_t pub[SIGN_PUB_LEN])
{
	uint8_t less_one[32], times[32], sum[32];

	if (!point_is_plain(pub) || crypto_core_ed25519_is_valid_point(pub) != 1)
		return false;
	/* Prime order: L * A is the neutral point.  libsodium up to 1.0.20 let points of
	 * order 2L through is_valid_point (CVE-2025-69277), so it is computed here as
	 * well, in the form (L - 1) * A + A, because libsodium refuses to return a
	 * neutral product. */
	memcpy(less_one, order_l, sizeof less_one);
	less_one[0]--;
	if (crypto_scalarmult_ed25519_noclamp(times, less_one, pub) != 0 ||
	    crypto_core_ed25519_add(sum, times, pub) != 0)
		return false;
	return sum[0] == 1 && sodium_is_zero(sum + 1, sizeof sum - 1);
}

bool
sign_verify(const uint8_t pub[SIGN_PUB_LEN], const void *message, size_t len,
	    const uint8_t sig[SIGN_SIG_LEN])
{
	/* libsodium 1.0.18 makes these two checks as well, and compares R byte by byte
	 * with the recomputed point (the cofactorless equation).  They stand here so that
	 * no other version or build of it can change a verdict. */
	if (!point_is_plain(sig) || !is_below(sig + 32, order_l))
		return false;
	return crypto_sign_verify_detached(sig, message, len, pub) == 0;
}
