/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_CURVE_H
#define CRYPTO_CURVE_H

#include <stdint.h>

/*
 * Inside crypto/: X25519 (RFC 7748 section 5) where the point is the base point.
 * libsodium climbs the Montgomery ladder for it; on the Edwards form of the curve it has
 * a table of the base point's multiples, which takes less than half the time.  So the
 * products are taken there, by libsodium's interface to Ed25519, and the change of
 * coordinates (section 4.1) is ours.  Constant time; any thread.
 */
#define CURVE_LEN 32

/* *ret_public = X25519(secret, 9). */
void curve_public(const uint8_t secret[CURVE_LEN], uint8_t ret_public[CURVE_LEN]);
/*
 * Both sides of an agreement by one who holds both secrets: *ret_public_a = X25519(a, 9),
 * *ret_public_b = X25519(b, 9), *ret_shared = X25519(a, *ret_public_b) = X25519(b,
 * *ret_public_a).  The caller wipes ret_shared.
 */
void curve_agree(const uint8_t a[CURVE_LEN], const uint8_t b[CURVE_LEN],
		 uint8_t ret_public_a[CURVE_LEN], uint8_t ret_public_b[CURVE_LEN],
		 uint8_t ret_shared[CURVE_LEN]);

#endif
