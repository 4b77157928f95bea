/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_AGE_HEADER_H
#define CRYPTO_AGE_HEADER_H

#include "base/text.h"
#include "crypto/age.h"
#include "crypto/hash.h"

#include <openssl/types.h>

/*
 * The header of an age file (C2SP age.md): version line, stanzas, MAC line, then the
 * payload's nonce. For the age*.c files of this folder only: age_header.c reads,
 * age_wrap.c wraps and unwraps keys.
 *
 * Payload keys are AGE_KEY_LEN bytes in the caller's memory; whoever gets one wipes it.
 */
#define AGE_VERSION_LINE "age-encryption.org/v1"
#define AGE_FILE_KEY_LEN 16
#define AGE_SALT_LEN 16

enum age_stanza_kind {
	AGE_STANZA_OTHER, /* well-formed, and nothing to us */
	AGE_STANZA_X25519,
	AGE_STANZA_SCRYPT,
};

struct age_stanza {
	enum age_stanza_kind kind;
	uint8_t share[AGE_KEY_LEN]; /* X25519: the sender's ephemeral public key */
	uint8_t salt[AGE_SALT_LEN]; /* scrypt */
	int log_n;		    /* scrypt: 1 to AGE_SCRYPT_LOG_N_MAX */
	uint8_t body[AGE_FILE_KEY_LEN + AGE_TAG_LEN]; /* the wrapped file key */
};

/* A header found well-formed.  Borrows from the bytes that it was read from. */
struct age_header {
	struct bytes stanzas; /* whole lines, from the first "->" to just before "---" */
	struct bytes macced;  /* from the version line to and with "---" */
	uint8_t mac[HASH_LEN];
	uint8_t nonce[AGE_NONCE_LEN];
	size_t payload_at; /* offset of the first chunk */
	bool is_scrypt;	   /* its one stanza is a passphrase's */
};

/* `start` is the file's beginning, as in age_stream_open.  Everything that the format
 * says about a header is checked here but the MAC and the order of points: grammar,
 * canonical base64, argument counts, lengths, the work factor, and that a scrypt stanza
 * stands alone. */
int age_header_parse(struct bytes start, struct age_header *ret_header,
		     struct amana_error *err) MUST_CHECK;
/* The stanzas of a parsed header one by one; start with a cursor over header->stanzas.
 * False: no more. */
bool age_header_next(struct text_cursor *cursor,
		     struct age_stanza *ret_stanza) MUST_CHECK;

/* Appends header and nonce of a new file. */
int age_wrap(const struct age_recipient *recipients, size_t n_recipients,
	     struct buf *ret_header, uint8_t ret_payload_key[AGE_KEY_LEN],
	     struct amana_error *err) MUST_CHECK;
int age_wrap_scrypt(const struct secret *passphrase, int log_n, struct buf *ret_header,
		    uint8_t ret_payload_key[AGE_KEY_LEN],
		    struct amana_error *err) MUST_CHECK;
/* 1: no identity is a recipient, or wrong passphrase. */
int age_unwrap(const struct age_header *header, const struct secret *identities,
	       size_t n_identities, uint8_t ret_payload_key[AGE_KEY_LEN],
	       struct amana_error *err) MUST_CHECK;
int age_unwrap_scrypt(const struct age_header *header, const struct secret *passphrase,
		      uint8_t ret_payload_key[AGE_KEY_LEN],
		      struct amana_error *err) MUST_CHECK;

/* X25519 (RFC 7748 section 5) of the base point: the public half of a scalar. */
void age_public(const uint8_t scalar[AGE_KEY_LEN], uint8_t ret_point[AGE_KEY_LEN]);
/* X25519.  -1: the product is zero, that is, the point has low order. */
int age_shared_secret(const uint8_t scalar[AGE_KEY_LEN], const uint8_t point[AGE_KEY_LEN],
		      uint8_t ret_shared[AGE_KEY_LEN]) MUST_CHECK;

/* A chunker that lives in the caller's frame, for whole files. */
struct age_chunker {
	EVP_CIPHER *cipher;
	EVP_CIPHER_CTX *ctx;
};
int age_chunker_init(struct age_chunker *chunker, const uint8_t payload_key[AGE_KEY_LEN],
		     struct amana_error *err) MUST_CHECK;
void age_chunker_done(struct age_chunker *chunker);

#endif
