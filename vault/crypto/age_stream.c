/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_header.h"

#include "base/fault.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <string.h>

/* A counter of 11 bytes, big-endian, and a byte that is 1 for the last chunk. */
#define STREAM_NONCE_LEN 12
#define SEALED_CHUNK_LEN (AGE_CHUNK_LEN + AGE_TAG_LEN)

struct age_stream {
	struct secret payload_key;
};

int
age_payload_layout(uint64_t payload_len, uint64_t *ret_n_chunks, uint64_t *ret_plain_len)
{
	uint64_t n_chunks = payload_len / SEALED_CHUNK_LEN,
		 last = payload_len % SEALED_CHUNK_LEN;

	if (last != 0) {
		if (last < AGE_TAG_LEN || (last == AGE_TAG_LEN && n_chunks > 0))
			return -1;
		n_chunks++;
	}
	if (n_chunks == 0)
		return -1;
	*ret_n_chunks = n_chunks;
	*ret_plain_len = payload_len - n_chunks * AGE_TAG_LEN;
	return 0;
}

uint64_t
age_payload_len(uint64_t plain_len)
{
	uint64_t n_chunks = plain_len / AGE_CHUNK_LEN + (plain_len % AGE_CHUNK_LEN != 0);

	return plain_len + (n_chunks != 0 ? n_chunks : 1) * AGE_TAG_LEN;
}

static int
stream_new(const uint8_t payload_key[AGE_KEY_LEN], struct age_stream **ret_stream,
	   struct amana_error *err)
{
	CLEANUP(age_stream_freep)
	struct age_stream *stream = mem_new(sizeof *stream, err);

	if (stream == NULL ||
	    secret_from(payload_key, AGE_KEY_LEN, &stream->payload_key, err) < 0)
		return -1;
	*ret_stream = TAKE(stream);
	return 0;
}

int
age_stream_create(const struct age_recipient *recipients, size_t n_recipients,
		  struct buf *ret_header, struct age_stream **ret_stream,
		  struct amana_error *err)
{
	uint8_t payload_key[AGE_KEY_LEN];
	size_t from = ret_header->len;
	int r;

	if (age_wrap(recipients, n_recipients, ret_header, payload_key, err) < 0)
		return -1;
	r = stream_new(payload_key, ret_stream, err);
	secret_wipe(payload_key, sizeof payload_key);
	if (r < 0)
		ret_header->len = from;
	return r;
}

int
age_stream_open(const struct secret *identities, size_t n_identities, struct bytes start,
		size_t *ret_payload_at, struct age_stream **ret_stream,
		struct amana_error *err)
{
	uint8_t payload_key[AGE_KEY_LEN];
	struct age_header header;
	int r;

	if (age_header_parse(start, &header, err) < 0)
		return -1;
	r = age_unwrap(&header, identities, n_identities, payload_key, err);
	if (r != 0)
		return r;
	r = stream_new(payload_key, ret_stream, err);
	secret_wipe(payload_key, sizeof payload_key);
	if (r == 0)
		*ret_payload_at = header.payload_at;
	return r;
}

void
age_stream_free(struct age_stream *stream)
{
	if (stream == NULL)
		return;
	secret_done(&stream->payload_key);
	mem_free(stream);
}

int
age_chunker_init(struct age_chunker *chunker, const uint8_t payload_key[AGE_KEY_LEN],
		 struct amana_error *err)
{
	chunker->cipher = EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);
	chunker->ctx = fault_fires(FAULT_ALLOC) ? NULL : EVP_CIPHER_CTX_new();
	if (chunker->cipher == NULL || chunker->ctx == NULL ||
	    EVP_CipherInit_ex2(chunker->ctx, chunker->cipher, payload_key, NULL, 1,
			       NULL) != 1) {
		age_chunker_done(chunker);
		return err_nomem(err);
	}
	return 0;
}

void
age_chunker_done(struct age_chunker *chunker)
{
	EVP_CIPHER_CTX_free(chunker->ctx); /* wipes its copy of the key */
	EVP_CIPHER_free(chunker->cipher);
	chunker->ctx = NULL;
	chunker->cipher = NULL;
}

struct age_chunker *
age_chunker_new(const struct age_stream *stream, struct amana_error *err)
{
	struct age_chunker *chunker = mem_new(sizeof *chunker, err);

	if (chunker == NULL)
		return NULL;
	if (age_chunker_init(chunker, stream->payload_key.data, err) < 0) {
		mem_free(chunker);
		return NULL;
	}
	return chunker;
}

void
age_chunker_free(struct age_chunker *chunker)
{
	if (chunker == NULL)
		return;
	age_chunker_done(chunker);
	mem_free(chunker);
}

static void
chunk_nonce(uint64_t index, bool last, uint8_t nonce[STREAM_NONCE_LEN])
{
	memset(nonce, 0, STREAM_NONCE_LEN);
	for (int i = 10; i > 2; i--) {
		nonce[i] = (uint8_t)index;
		index >>= 8;
	}
	nonce[STREAM_NONCE_LEN - 1] = last;
}

/* The plaintext of a chunk: full, or the last one; empty only as the one chunk of an
 * empty file. */
static bool
chunk_len_is_right(uint64_t index, bool last, size_t plain_len)
{
	if (!last)
		return plain_len == AGE_CHUNK_LEN;
	return plain_len <= AGE_CHUNK_LEN && (plain_len > 0 || index == 0);
}

int
age_chunk_seal(struct age_chunker *chunker, uint64_t index, bool last, struct bytes in,
	       uint8_t *out, struct amana_error *err)
{
	uint8_t nonce[STREAM_NONCE_LEN], none[AGE_TAG_LEN];
	int n = 0, tail = 0;

	if (!chunk_len_is_right(index, last, in.len))
		return err_bug(err, "a chunk of %zu bytes sealed out of its place",
			       in.len);
	chunk_nonce(index, last, nonce);
	if (EVP_CipherInit_ex2(chunker->ctx, NULL, NULL, nonce, 1, NULL) != 1 ||
	    (in.len > 0 &&
	     EVP_CipherUpdate(chunker->ctx, out, &n, in.data, (int)in.len) != 1) ||
	    EVP_CipherFinal_ex(chunker->ctx, none, &tail) != 1 || (size_t)n != in.len ||
	    tail != 0 ||
	    EVP_CIPHER_CTX_ctrl(chunker->ctx, EVP_CTRL_AEAD_GET_TAG, AGE_TAG_LEN,
				out + in.len) != 1)
		return err_bug(err, "libcrypto did not seal a chunk");
	return 0;
}

int
age_chunk_open(struct age_chunker *chunker, uint64_t index, bool last, struct bytes in,
	       uint8_t *out, struct amana_error *err)
{
	uint8_t nonce[STREAM_NONCE_LEN], tag[AGE_TAG_LEN], none[AGE_TAG_LEN];
	int n = 0, tail = 0;
	size_t len;

	if (in.len < AGE_TAG_LEN ||
	    !chunk_len_is_right(index, last, in.len - AGE_TAG_LEN))
		return err_set(err, AMANA_E_TAMPERED,
			       "chunk %" PRIu64 " has the wrong length", index);
	len = in.len - AGE_TAG_LEN;
	memcpy(tag, in.data + len, AGE_TAG_LEN);
	chunk_nonce(index, last, nonce);
	if (EVP_CipherInit_ex2(chunker->ctx, NULL, NULL, nonce, 0, NULL) != 1 ||
	    EVP_CIPHER_CTX_ctrl(chunker->ctx, EVP_CTRL_AEAD_SET_TAG, AGE_TAG_LEN, tag) !=
		    1 ||
	    (len > 0 &&
	     EVP_CipherUpdate(chunker->ctx, out, &n, in.data, (int)len) != 1) ||
	    (size_t)n != len)
		return err_bug(err, "libcrypto did not open a chunk");
	if (EVP_CipherFinal_ex(chunker->ctx, none, &tail) != 1) {
		secret_wipe(out, len); /* nothing unchecked is given out */
		return err_set(err, AMANA_E_TAMPERED,
			       "chunk %" PRIu64 " does not match its tag", index);
	}
	return 0;
}
