/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_AGE_H
#define CRYPTO_AGE_H

#include "crypto/secret.h"

/*
 * age v1 files (C2SP age.md): X25519 and scrypt stanzas, STREAM of 64 KiB chunks.
 * Armor, SSH, plugin and hybrid stanzas are not supported: files with only such stanzas
 * open for nobody here.
 */
#define AGE_KEY_LEN 32
#define AGE_RECIPIENT_LEN 62 /* "age1..." */
#define AGE_IDENTITY_LEN 74  /* "AGE-SECRET-KEY-1..." */
#define AGE_CHUNK_LEN ((size_t)65536)
#define AGE_TAG_LEN ((size_t)16)
#define AGE_NONCE_LEN ((size_t)16)
#define AGE_HEADER_MAX ((size_t)1 << 17) /* bytes up to and with the MAC line */
#define AGE_RECIPIENTS_MAX 512
#define AGE_SCRYPT_LOG_N 18	/* what we write */
#define AGE_SCRYPT_LOG_N_MAX 18 /* the most we accept: 256 MiB */

struct age_recipient {
	uint8_t pub[AGE_KEY_LEN];
};

/* Refuses other prefixes, mixed case, bad checksums, low-order points and points that are
 * not written canonically (no identity could open what is sealed to those): they fail
 * like bad text. */
int age_recipient_parse(const char *text, size_t len,
			struct age_recipient *ret_recipient) MUST_CHECK;
void age_recipient_text(const struct age_recipient *recipient,
			char out[AGE_RECIPIENT_LEN + 1]);
bool age_recipient_equal(const struct age_recipient *a, const struct age_recipient *b);

/* An identity is AGE_KEY_LEN secret bytes (or a pair, below). */
int age_identity_new(struct secret *ret_identity, struct amana_error *err) MUST_CHECK;
/* 0 done, 1 the text is no identity, -1 no memory. */
int age_identity_parse(const char *text, size_t len, struct secret *ret_identity,
		       struct amana_error *err) MUST_CHECK;
/* `out` takes AGE_IDENTITY_LEN + 1 bytes and must itself lie in locked memory. */
void age_identity_text(const struct secret *identity, char *out);
void age_identity_recipient(const struct secret *identity,
			    struct age_recipient *ret_recipient);
/* Deriving the recipient is a third of opening a small file, so an identity that opens
 * many may keep it: then it is AGE_PAIR_LEN bytes, identity and recipient, and still
 * serves wherever an identity does.  Done twice, it changes nothing. */
#define AGE_PAIR_LEN (2 * AGE_KEY_LEN)
int age_identity_keep_recipient(struct secret *identity,
				struct age_recipient *ret_recipient,
				struct amana_error *err) MUST_CHECK;

/*
 * Whole small files in memory.
 *
 * age_open returns 0; 1 when no identity is a recipient; -1 with AMANA_E_TAMPERED when
 * the header MAC or a chunk fails, AMANA_E_FORMAT when it is no age file that we support,
 * AMANA_E_LIMIT over `SECRET_MAX`.  The plaintext comes in locked memory.
 */
int age_seal(const struct age_recipient *recipients, size_t n_recipients,
	     struct bytes plain, struct buf *ret_file,
	     struct amana_error *err) MUST_CHECK;
int age_open(const struct secret *identities, size_t n_identities, struct bytes file,
	     struct secret *ret_plain, struct amana_error *err) MUST_CHECK;
/* Sealed with a passphrase.  log_n is scrypt's work factor, AGE_SCRYPT_LOG_N everywhere
 * but in tests; AMANA_E_NOMEM where scrypt's 2^log_n KiB cannot be had. */
int age_seal_scrypt(const struct secret *passphrase, int log_n, struct bytes plain,
		    struct buf *ret_file, struct amana_error *err) MUST_CHECK;
/* As age_open.  1: wrong passphrase, or the stanza was altered: the cipher cannot tell.
 */
int age_open_scrypt(const struct secret *passphrase, struct bytes file,
		    struct secret *ret_plain, struct amana_error *err) MUST_CHECK;
/* True if the file's header has a single scrypt stanza. */
bool age_is_scrypt(struct bytes file);

/* What can be seen of a file without any key. */
struct age_shape {
	size_t n_x25519, n_other; /* stanzas */
	size_t payload_at;	  /* offset of the first chunk */
};
/* `start` is as in age_stream_open.  AMANA_E_FORMAT if it does not begin an age file that
 * we support; AMANA_E_LIMIT for a scrypt work factor over ours. */
int age_shape_of(struct bytes start, struct age_shape *ret_shape,
		 struct amana_error *err) MUST_CHECK;

/*
 * The payload of one file, chunk by chunk and in any order: STREAM with random access.
 * An age_stream is immutable after it is made and may be shared by threads; each thread
 * uses an age_chunker of its own.
 */
struct age_stream;
/* New file: appends header and payload nonce to ret_header. */
int age_stream_create(const struct age_recipient *recipients, size_t n_recipients,
		      struct buf *ret_header, struct age_stream **ret_stream,
		      struct amana_error *err) MUST_CHECK;
/* Existing file: `start` holds its first bytes, at least header and nonce (AGE_HEADER_MAX
 * + 16 always suffices; fewer if the file is shorter).  *ret_payload_at: offset of the
 * first chunk. 1 when no identity is a recipient. */
int age_stream_open(const struct secret *identities, size_t n_identities,
		    struct bytes start, size_t *ret_payload_at,
		    struct age_stream **ret_stream, struct amana_error *err) MUST_CHECK;
void age_stream_free(struct age_stream *stream);
DEFINE_FREEP(struct age_stream, age_stream_free);

/* How a payload of payload_len bytes (all that follows the nonce) divides.  -1: no age
 * file has that length; it was cut short or added to. */
int age_payload_layout(uint64_t payload_len, uint64_t *ret_n_chunks,
		       uint64_t *ret_plain_len) MUST_CHECK;
/* Length of the payload that holds plain_len bytes. */
uint64_t age_payload_len(uint64_t plain_len);

struct age_chunker;
/* What seals and opens a stream's chunks: libcrypto's cipher with the payload key set.
 * One thread at a time.  Copies the key, so that the stream may go first.  NULL:
 * AMANA_E_NOMEM. */
struct age_chunker *age_chunker_new(const struct age_stream *stream,
				    struct amana_error *err) MUST_CHECK;
/* Wipes its copy of the key.  NULL is fine. */
void age_chunker_free(struct age_chunker *chunker);
DEFINE_FREEP(struct age_chunker, age_chunker_free);
/* out takes in.len + AGE_TAG_LEN.  in.len is AGE_CHUNK_LEN unless last; 0 only for the
 * one chunk of an empty file.  in.data == out is fine.  AMANA_E_BUG for any other length.
 */
int age_chunk_seal(struct age_chunker *chunker, uint64_t index, bool last,
		   struct bytes in, uint8_t *out, struct amana_error *err) MUST_CHECK;
/* in.len counts the tag.  AMANA_E_TAMPERED when the chunk is not what was sealed at this
 * index; what was written to out is then wiped. */
int age_chunk_open(struct age_chunker *chunker, uint64_t index, bool last,
		   struct bytes in, uint8_t *out, struct amana_error *err) MUST_CHECK;

#endif
