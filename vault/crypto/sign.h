/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H

#include "crypto/secret.h"

/* Ed25519 (RFC 8032), verified by the strict rule of docs/FORMAT.md. */
#define SIGN_PUB_LEN 32
#define SIGN_SEED_LEN 32
#define SIGN_SIG_LEN 64

/* seed: SIGN_SEED_LEN bytes in locked memory. */
void sign_public(const struct secret *seed, uint8_t ret_pub[SIGN_PUB_LEN]);
int sign_message(const struct secret *seed, const void *message, size_t len,
		 uint8_t ret_sig[SIGN_SIG_LEN], struct amana_error *err) MUST_CHECK;
/* True if the key is a canonical point of prime order (checked once, at enrolment). */
bool sign_key_valid(const uint8_t pub[SIGN_PUB_LEN]);
/* True if S < L, R is canonical and not of small order, and the cofactorless equation
 * holds. The key must have passed sign_key_valid.  Any thread. */
bool sign_verify(const uint8_t pub[SIGN_PUB_LEN], const void *message, size_t len,
		 const uint8_t sig[SIGN_SIG_LEN]);

#endif
