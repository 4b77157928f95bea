/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

#include "crypto/secret.h"

/*
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) in place with a detached tag: for the
 * pages of the catalogue, a cache that never leaves the machine.  The nonce is long
 * enough to be drawn at random for every write.  Any thread; no allocation.
 */
#define AEAD_KEY_LEN 32
#define AEAD_NONCE_LEN 24
#define AEAD_TAG_LEN 16

/* `key` holds AEAD_KEY_LEN bytes.  `ad` is bound to the tag and not stored. */
void aead_seal(const struct secret *key, const uint8_t nonce[AEAD_NONCE_LEN],
	       struct bytes ad, uint8_t *bytes, size_t len,
	       uint8_t ret_tag[AEAD_TAG_LEN]);
/* True if key, nonce, ad, bytes and tag belong together.  Otherwise `bytes` is zeroed. */
bool aead_open(const struct secret *key, const uint8_t nonce[AEAD_NONCE_LEN],
	       struct bytes ad, uint8_t *bytes, size_t len,
	       const uint8_t tag[AEAD_TAG_LEN]) MUST_CHECK;

#endif
