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
#include "crypto/hash_two.h"

#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>

#define TRIAL_MAX 1024

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

/* Takes in the rest of a block that earlier bytes began, so that what is left starts with
 * a new block. */
static void
complete_block(SHA256_CTX *ctx, const uint8_t **bytes, size_t *len)
{
	size_t n = ctx->num != 0 ? HASH_TWO_BLOCK - ctx->num : 0;

	if (n > *len)
		n = *len;
	if (n > 0)
		SHA256_Update(ctx, *bytes, n);
	*bytes += n;
	*len -= n;
}

/* Counts blocks that hash_two_blocks took in, of which SHA256_Update knows nothing. */
static void
count_blocks(SHA256_CTX *ctx, size_t n_blocks)
{
	uint64_t bits = ((uint64_t)ctx->Nh << 32 | ctx->Nl) +
			(uint64_t)n_blocks * HASH_TWO_BLOCK * 8;

	ctx->Nl = (SHA_LONG)bits;
	ctx->Nh = (SHA_LONG)(bits >> 32);
}

void
hasher_add_two(struct hasher *a, const void *a_bytes, size_t a_len, struct hasher *b,
	       const void *b_bytes, size_t b_len)
{
	const uint8_t *at = a_bytes, *bt = b_bytes;
	size_t n_blocks;

	if (hash_two_works()) {
		complete_block(&a->ctx, &at, &a_len);
		complete_block(&b->ctx, &bt, &b_len);
		n_blocks = (a_len < b_len ? a_len : b_len) / HASH_TWO_BLOCK;
		if (a->ctx.num == 0 && b->ctx.num == 0 && n_blocks > 0) {
			hash_two_blocks(a->ctx.h, at, b->ctx.h, bt, n_blocks);
			count_blocks(&a->ctx, n_blocks);
			count_blocks(&b->ctx, n_blocks);
			at += n_blocks * HASH_TWO_BLOCK;
			a_len -= n_blocks * HASH_TWO_BLOCK;
			bt += n_blocks * HASH_TWO_BLOCK;
			b_len -= n_blocks * HASH_TWO_BLOCK;
		}
	}
	SHA256_Update(&a->ctx, at, a_len);
	SHA256_Update(&b->ctx, bt, b_len);
}

/* One message for hash_try, in the two pieces that it is given in. */
struct trial {
	size_t first, then;
};

static void
fill(uint8_t *bytes, size_t len, uint8_t seed)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 64 + seed);
}

/* Whether both messages, their second pieces given at once, get libcrypto's digests. */
static bool
trial_passes(const uint8_t *text, const struct trial *a, const uint8_t *other,
	     const struct trial *b)
{
	struct hasher one, two;
	struct hash want, got;
	bool same;

	SHA256_Init(&one.ctx);
	SHA256_Init(&two.ctx);
	SHA256_Update(&one.ctx, text, a->first);
	SHA256_Update(&two.ctx, other, b->first);
	hasher_add_two(&one, text + a->first, a->then, &two, other + b->first, b->then);
	hasher_finish(&one, &got);
	hash_of(text, a->first + a->then, &want);
	same = hash_equal(&got, &want);
	hasher_finish(&two, &got);
	hash_of(other, b->first + b->then, &want);
	return same && hash_equal(&got, &want);
}

int
hash_try(struct amana_error *err)
{
	/* Whole blocks, one and several; odd lengths; a block begun before; one message
	 * longer than the other. */
	static const struct trial trials[][2] = {
		{{0, 64}, {0, 64}},   {{0, 512}, {0, 512}}, {{0, 65}, {0, 127}},
		{{1, 200}, {0, 640}}, {{0, 700}, {63, 65}}, {{55, 137}, {9, 631}},
	};
	uint8_t text[TRIAL_MAX], other[TRIAL_MAX];

	fill(text, sizeof text, 1);
	fill(other, sizeof other, 2);
	for (size_t i = 0; i < ARRAY_LEN(trials); i++)
		if (!trial_passes(text, &trials[i][0], other, &trials[i][1]))
			return err_bug(err, "SHA-256 of two messages at once is wrong on "
					    "this machine: nothing may be named by it");
	return 0;
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

/* HMAC (RFC 2104), both of its hashes begun. */
struct hmac {
	SHA256_CTX inner, outer;
};

static void
hmac_begin(struct hmac *hmac, const uint8_t *key, size_t key_len)
{
	uint8_t pad[SHA256_CBLOCK] = {0};
	struct hash long_key;

	if (key_len > sizeof pad) {
		hash_of(key, key_len, &long_key);
		memcpy(pad, long_key.bytes, HASH_LEN);
	} else if (key_len > 0) {
		memcpy(pad, key, key_len);
	}
	for (size_t i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36;
	SHA256_Init(&hmac->inner);
	SHA256_Update(&hmac->inner, pad, sizeof pad);
	for (size_t i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	SHA256_Init(&hmac->outer);
	SHA256_Update(&hmac->outer, pad, sizeof pad);
	sodium_memzero(pad, sizeof pad);
}

static void
hmac_finish(struct hmac *hmac, struct hash *ret_mac)
{
	struct hash digest;

	SHA256_Final(digest.bytes, &hmac->inner);
	SHA256_Update(&hmac->outer, digest.bytes, HASH_LEN);
	SHA256_Final(ret_mac->bytes, &hmac->outer);
	sodium_memzero(&digest, sizeof digest);
	sodium_memzero(hmac, sizeof *hmac);
}

void
hmac_of(const uint8_t *key, size_t key_len, const void *bytes, size_t len,
	struct hash *ret_mac)
{
	struct hmac hmac;

	hmac_begin(&hmac, key, key_len);
	SHA256_Update(&hmac.inner, bytes, len);
	hmac_finish(&hmac, ret_mac);
}

void
hkdf_of(struct bytes ikm, struct bytes salt, const char *info, uint8_t *out,
	size_t out_len)
{
	struct hash prk, block;
	struct hmac hmac;
	uint8_t counter = 0;

	/* RFC 5869 section 2.2: an absent salt is a string of zeros, which HMAC pads to
	 * by itself. */
	hmac_of(salt.data, salt.len, ikm.data, ikm.len, &prk);
	for (size_t at = 0; at < out_len; at += HASH_LEN) {
		size_t take = out_len - at < HASH_LEN ? out_len - at : HASH_LEN;

		hmac_begin(&hmac, prk.bytes, HASH_LEN);
		if (at > 0)
			SHA256_Update(&hmac.inner, block.bytes, HASH_LEN);
		SHA256_Update(&hmac.inner, info, strlen(info));
		counter++;
		SHA256_Update(&hmac.inner, &counter, 1);
		hmac_finish(&hmac, &block);
		memcpy(out + at, block.bytes, take);
	}
	sodium_memzero(&prk, sizeof prk);
	sodium_memzero(&block, sizeof block);
}
