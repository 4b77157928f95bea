/* SPDX-License-Identifier: Apache-2.0 */
/* For compilers without integers of 128 bits: all of it by libsodium's ladder. */
#include "crypto/curve.h"

#include <sodium.h>

void
curve_public(const uint8_t secret[CURVE_LEN], uint8_t ret_public[CURVE_LEN])
{
	crypto_scalarmult_base(ret_public, secret);
}

void
curve_agree(const uint8_t a[CURVE_LEN], const uint8_t b[CURVE_LEN],
	    uint8_t ret_public_a[CURVE_LEN], uint8_t ret_public_b[CURVE_LEN],
	    uint8_t ret_shared[CURVE_LEN])
{
	crypto_scalarmult_base(ret_public_a, a);
	crypto_scalarmult_base(ret_public_b, b);
	/* It fails for points of low order only, and a multiple of the base point is
	 * none. */
	(void)!crypto_scalarmult(ret_shared, a, ret_public_b);
}
