/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "crypto/secret.h"

/* SHA-256 (FIPS 180-4) by libcrypto; HMAC-SHA-256 (RFC 2104) and HKDF (RFC 5869) over it.
 */
#define HASH_LEN 32
#define HASH_HEX_LEN 64

struct hash {
	uint8_t bytes[HASH_LEN];
};

/* One digest on its way, on the heap; one thread at a time.  NULL: AMANA_E_NOMEM. */
struct hasher;
struct hasher *hasher_new(struct amana_error *err) MUST_CHECK;
/* NULL is fine. */
void hasher_free(struct hasher *hasher);
DEFINE_FREEP(struct hasher, hasher_free);
/* Cannot fail once made: libcrypto's SHA-256 allocates nothing here. */
void hasher_add(struct hasher *hasher, const void *bytes, size_t len);
/* Adds to two hashers at once: on processors whose SHA instructions wait for each other,
 * this takes two thirds of the time of one after the other.  For the digests of a text
 * and of its ciphertext. */
void hasher_add_two(struct hasher *a, const void *a_bytes, size_t a_len, struct hasher *b,
		    const void *b_bytes, size_t b_len);
/* Holds hasher_add_two against libcrypto with a few short messages: AMANA_E_BUG if one
 * digest differs.  For crypto_init.  Takes some 20 us; any thread. */
int hash_try(struct amana_error *err) MUST_CHECK;
/* The digest of all that was added; then the hasher is empty again. */
void hasher_finish(struct hasher *hasher, struct hash *ret_hash);

/* One-shot; no allocation, any thread. */
void hash_of(const void *bytes, size_t len, struct hash *ret_hash);
/* The same over `tag` and then the bytes: the leaves and nodes of RFC 6962. */
void hash_of_tagged(uint8_t tag, const void *bytes, size_t len, struct hash *ret_hash);
bool hash_equal(const struct hash *a, const struct hash *b);
/* `out` takes HASH_HEX_LEN + 1. */
void hash_hex(const struct hash *hash, char out[HASH_HEX_LEN + 1]);
int hash_parse(const char *hex, size_t len,
	       struct hash *ret_hash) MUST_CHECK; /* -1: not 64 lower-case digits */

/* HMAC-SHA-256 with a key of any length.  No allocation, any thread. */
void hmac_of(const uint8_t *key, size_t key_len, const void *bytes, size_t len,
	     struct hash *ret_mac);
/* HKDF-SHA-256, extract and expand; out_len at most 255 * 32.  Salt may be empty.  No
 * allocation, any thread. */
void hkdf_of(struct bytes ikm, struct bytes salt, const char *info, uint8_t *out,
	     size_t out_len);

#endif
