/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcrypto's older interface, on purpose: it reaches the same SHA-NI code as EVP, its
 * context is a plain struct (a Merkle tree hashes 65 bytes at a time, and EVP allocates a
 * context for each), and it has no failure that a digest without an error path would have
 * to hide.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hash.h"

#include "base/text.h"

#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>

struct hasher {
	SHA256_CTX ctx;
};

struct hasher *
hasher_new(struct amana_error *err)
{
	struct hasher *hasher = mem_new(sizeof *hasher, err);

	if (hasher != NULL)
		SHA256_Init(&hasher->ctx);
	return hasher;
}

void
hasher_free(struct hasher *hasher)
{
	mem_free(hasher);
}

void
hasher_add(struct hasher *hasher, const void *bytes, size_t len)
{
	SHA256_Update(&hasher->ctx, bytes, len);
}

void
hasher_finish(struct hasher *hasher, struct hash *ret_hash)
{
	SHA256_Final(ret_hash->bytes, &hasher->ctx);
	SHA256_Init(&hasher->ctx);
}

void
hash_of(const void *bytes, size_t len, struct hash *ret_hash)
{
	SHA256_CTX ctx;

	SHA256_Init(&ctx);
	SHA256_Update(&ctx, bytes, len);
	SHA256_Final(ret_hash->bytes, &ctx);
}

void
hash_of_tagged(uint8_t tag, const void *bytes, size_t len, struct hash *ret_hash)
{
	SHA256_CTX ctx;

	SHA256_Init(&ctx);
	SHA256_Update(&ctx, &tag, 1);
	SHA256_Update(&ctx, bytes, len);
	SHA256_Final(ret_hash->bytes, &ctx);
}

bool
hash_equal(const struct hash *a, const struct hash *b)
{
	return sodium_memcmp(a->bytes, b->bytes, HASH_LEN) == 0;
}

void
hash_hex(const struct hash *hash, char out[HASH_HEX_LEN + 1])
{
	text_hex(hash->bytes, HASH_LEN, out);
}

int
hash_parse(const char *hex, size_t len, struct hash *ret_hash)
{
	return text_unhex(hex, len, ret_hash->bytes, HASH_LEN);
}

void
hmac_of(const uint8_t *key, size_t key_len, const void *bytes, size_t len,
	struct hash *ret_mac)
{
	static const uint8_t nothing[1];
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key != NULL ? key : nothing, key_len);
	crypto_auth_hmacsha256_update(&state, bytes, len);
	crypto_auth_hmacsha256_final(&state, ret_mac->bytes);
	sodium_memzero(&state, sizeof state);
}

void
hkdf_of(const uint8_t *ikm, size_t ikm_len, const uint8_t *salt, size_t salt_len,
	const char *info, uint8_t *out, size_t out_len)
{
	crypto_auth_hmacsha256_state state;
	struct hash prk, block;
	uint8_t counter = 0;

	/* RFC 5869 section 2.2: an absent salt is a string of zeros, which HMAC pads to
	 * by itself. */
	hmac_of(salt, salt_len, ikm, ikm_len, &prk);
	for (size_t at = 0; at < out_len; at += HASH_LEN) {
		size_t take = out_len - at < HASH_LEN ? out_len - at : HASH_LEN;

		crypto_auth_hmacsha256_init(&state, prk.bytes, HASH_LEN);
		if (at > 0)
			crypto_auth_hmacsha256_update(&state, block.bytes, HASH_LEN);
		crypto_auth_hmacsha256_update(&state, (const uint8_t *)info,
					      strlen(info));
		counter++;
		crypto_auth_hmacsha256_update(&state, &counter, 1);
		crypto_auth_hmacsha256_final(&state, block.bytes);
		memcpy(out + at, block.bytes, take);
	}
	sodium_memzero(&state, sizeof state);
	sodium_memzero(&prk, sizeof prk);
	sodium_memzero(&block, sizeof block);
}
