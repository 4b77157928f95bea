/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_header.h"

#include "base/fault.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#define X25519_INFO "age-encryption.org/v1/X25519"
#define SCRYPT_LABEL "age-encryption.org/v1/scrypt"
#define SCRYPT_R 8
#define SCRYPT_P 1
#define WRAPPED_LEN (AGE_FILE_KEY_LEN + AGE_TAG_LEN)
#define SHARE_TEXT_LEN 43
#define SALT_TEXT_LEN 22
#define BODY_TEXT_LEN 43
#define MAC_TEXT_LEN 43

/* A wrap key serves one file key once, so the nonce is zero. */
static const uint8_t zero_nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

static void
wrap(const uint8_t wrap_key[AGE_KEY_LEN], const uint8_t file_key[AGE_FILE_KEY_LEN],
     char ret_text[BODY_TEXT_LEN + 1])
{
	uint8_t wrapped[WRAPPED_LEN];

	crypto_aead_chacha20poly1305_ietf_encrypt(wrapped, NULL, file_key,
						  AGE_FILE_KEY_LEN, NULL, 0, NULL,
						  zero_nonce, wrap_key);
	text_b64_raw(wrapped, sizeof wrapped, ret_text);
}

/* False: wrapped with another key. */
static bool
unwrap(const uint8_t wrap_key[AGE_KEY_LEN], const uint8_t wrapped[WRAPPED_LEN],
       uint8_t ret_file_key[AGE_FILE_KEY_LEN])
{
	return crypto_aead_chacha20poly1305_ietf_decrypt(ret_file_key, NULL, NULL,
							 wrapped, WRAPPED_LEN, NULL, 0,
							 zero_nonce, wrap_key) == 0;
}

static void
x25519_wrap_key(const uint8_t shared[AGE_KEY_LEN], const uint8_t share[AGE_KEY_LEN],
		const uint8_t recipient[AGE_KEY_LEN], uint8_t ret_key[AGE_KEY_LEN])
{
	uint8_t salt[2 * AGE_KEY_LEN];

	memcpy(salt, share, AGE_KEY_LEN);
	memcpy(salt + AGE_KEY_LEN, recipient, AGE_KEY_LEN);
	hkdf_of((struct bytes){shared, AGE_KEY_LEN}, (struct bytes){salt, sizeof salt},
		X25519_INFO, ret_key, AGE_KEY_LEN);
}

static int
scrypt_wrap_key(const struct secret *passphrase, const uint8_t salt[AGE_SALT_LEN],
		int log_n, uint8_t ret_key[AGE_KEY_LEN], struct amana_error *err)
{
	uint8_t labelled[sizeof SCRYPT_LABEL - 1 + AGE_SALT_LEN];

	memcpy(labelled, SCRYPT_LABEL, sizeof SCRYPT_LABEL - 1);
	memcpy(labelled + sizeof SCRYPT_LABEL - 1, salt, AGE_SALT_LEN);
	if (fault_fires(FAULT_ALLOC) ||
	    crypto_pwhash_scryptsalsa208sha256_ll(
		    passphrase->data, passphrase->len, labelled, sizeof labelled,
		    UINT64_C(1) << log_n, SCRYPT_R, SCRYPT_P, ret_key, AGE_KEY_LEN) != 0)
		return err_set(err, AMANA_E_NOMEM,
			       "not enough memory to check a passphrase (%" PRIu64
			       " MiB)",
			       (UINT64_C(128) * SCRYPT_R << log_n) >> 20);
	return 0;
}

/* A new file key, and the line before the stanzas. */
static int
begin_header(struct buf *header, uint8_t ret_file_key[AGE_FILE_KEY_LEN],
	     struct amana_error *err)
{
	random_bytes(ret_file_key, AGE_FILE_KEY_LEN);
	return buf_add_str(header, AGE_VERSION_LINE "\n", err);
}

/* The MAC line and the nonce behind the stanzas; `from` is where the header begins in the
 * buffer. */
static int
finish_header(struct buf *header, size_t from, const uint8_t file_key[AGE_FILE_KEY_LEN],
	      uint8_t ret_payload_key[AGE_KEY_LEN], struct amana_error *err)
{
	uint8_t mac_key[HASH_LEN], nonce[AGE_NONCE_LEN];
	char text[MAC_TEXT_LEN + 1];
	struct hash mac;

	if (buf_add_str(header, "---", err) < 0)
		return -1;
	hkdf_of((struct bytes){file_key, AGE_FILE_KEY_LEN}, (struct bytes){NULL, 0},
		"header", mac_key, sizeof mac_key);
	hmac_of(mac_key, sizeof mac_key, header->data + from, header->len - from, &mac);
	secret_wipe(mac_key, sizeof mac_key);
	text_b64_raw(mac.bytes, HASH_LEN, text);
	random_bytes(nonce, sizeof nonce);
	if (buf_add_fmt(header, err, " %s\n", text) < 0 ||
	    buf_add(header, nonce, sizeof nonce, err) < 0)
		return -1;
	hkdf_of((struct bytes){file_key, AGE_FILE_KEY_LEN},
		(struct bytes){nonce, sizeof nonce}, "payload", ret_payload_key,
		AGE_KEY_LEN);
	return 0;
}

/* Ends a header whose stanzas are written.  `added` is what writing them returned; when
 * that or anything here failed, the header is taken off again.  Wipes the file key. */
static int
end_header(struct buf *header, size_t from, int added, uint8_t file_key[AGE_FILE_KEY_LEN],
	   uint8_t ret_payload_key[AGE_KEY_LEN], struct amana_error *err)
{
	int r = added == 0 ? finish_header(header, from, file_key, ret_payload_key, err)
			   : -1;

	secret_wipe(file_key, AGE_FILE_KEY_LEN);
	if (r < 0)
		header->len = from;
	return r;
}

static int
add_x25519_stanza(struct buf *header, const struct age_recipient *recipient,
		  const uint8_t file_key[AGE_FILE_KEY_LEN], struct amana_error *err)
{
	uint8_t ephemeral[AGE_KEY_LEN], share[AGE_KEY_LEN], shared[AGE_KEY_LEN];
	char share_text[SHARE_TEXT_LEN + 1], body_text[BODY_TEXT_LEN + 1];
	uint8_t key[AGE_KEY_LEN];
	int r;

	random_bytes(ephemeral, sizeof ephemeral);
	age_public(ephemeral, share);
	r = age_shared_secret(ephemeral, recipient->pub, shared);
	secret_wipe(ephemeral, sizeof ephemeral);
	if (r < 0)
		return err_set(
			err, AMANA_E_FORMAT,
			"a recipient that anybody could read for (a point of low order)");
	x25519_wrap_key(shared, share, recipient->pub, key);
	wrap(key, file_key, body_text);
	secret_wipe(shared, sizeof shared);
	secret_wipe(key, sizeof key);
	text_b64_raw(share, sizeof share, share_text);
	return buf_add_fmt(header, err, "-> X25519 %s\n%s\n", share_text, body_text);
}

static int
add_scrypt_stanza(struct buf *header, const struct secret *passphrase, int log_n,
		  const uint8_t file_key[AGE_FILE_KEY_LEN], struct amana_error *err)
{
	char salt_text[SALT_TEXT_LEN + 1], body_text[BODY_TEXT_LEN + 1];
	uint8_t salt[AGE_SALT_LEN], key[AGE_KEY_LEN];

	random_bytes(salt, sizeof salt);
	if (scrypt_wrap_key(passphrase, salt, log_n, key, err) < 0)
		return -1;
	wrap(key, file_key, body_text);
	secret_wipe(key, sizeof key);
	text_b64_raw(salt, sizeof salt, salt_text);
	return buf_add_fmt(header, err, "-> scrypt %s %d\n%s\n", salt_text, log_n,
			   body_text);
}

int
age_wrap(const struct age_recipient *recipients, size_t n_recipients,
	 struct buf *ret_header, uint8_t ret_payload_key[AGE_KEY_LEN],
	 struct amana_error *err)
{
	uint8_t file_key[AGE_FILE_KEY_LEN];
	size_t from = ret_header->len;
	int r;

	if (n_recipients == 0 || n_recipients > AGE_RECIPIENTS_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "%zu recipients for one age file, not 1 to %d",
			       n_recipients, AGE_RECIPIENTS_MAX);
	r = begin_header(ret_header, file_key, err);
	for (size_t i = 0; r == 0 && i < n_recipients; i++)
		r = add_x25519_stanza(ret_header, &recipients[i], file_key, err);
	return end_header(ret_header, from, r, file_key, ret_payload_key, err);
}

int
age_wrap_scrypt(const struct secret *passphrase, int log_n, struct buf *ret_header,
		uint8_t ret_payload_key[AGE_KEY_LEN], struct amana_error *err)
{
	uint8_t file_key[AGE_FILE_KEY_LEN];
	size_t from = ret_header->len;
	int r;

	if (log_n < 1 || log_n > AGE_SCRYPT_LOG_N_MAX)
		return err_bug(err, "a scrypt work factor of %d", log_n);
	r = begin_header(ret_header, file_key, err);
	if (r == 0)
		r = add_scrypt_stanza(ret_header, passphrase, log_n, file_key, err);
	return end_header(ret_header, from, r, file_key, ret_payload_key, err);
}

/* With the file key, whether the header is as it was written can be told by its MAC.  If
 * it is, derives the payload key. */
static int
accept_file_key(const struct age_header *header, const uint8_t file_key[AGE_FILE_KEY_LEN],
		uint8_t ret_payload_key[AGE_KEY_LEN], struct amana_error *err)
{
	uint8_t mac_key[HASH_LEN];
	struct hash mac;

	hkdf_of((struct bytes){file_key, AGE_FILE_KEY_LEN}, (struct bytes){NULL, 0},
		"header", mac_key, sizeof mac_key);
	hmac_of(mac_key, sizeof mac_key, header->macced.data, header->macced.len, &mac);
	secret_wipe(mac_key, sizeof mac_key);
	if (!secret_equal(mac.bytes, header->mac, HASH_LEN))
		return err_set(err, AMANA_E_TAMPERED,
			       "the age header does not match its MAC");
	hkdf_of((struct bytes){file_key, AGE_FILE_KEY_LEN},
		(struct bytes){header->nonce, AGE_NONCE_LEN}, "payload", ret_payload_key,
		AGE_KEY_LEN);
	return 0;
}

/* 1: not for this identity. */
static int
unwrap_x25519(const struct age_stanza *stanza, const struct secret *identity,
	      const struct age_recipient *own, uint8_t ret_file_key[AGE_FILE_KEY_LEN],
	      struct amana_error *err)
{
	uint8_t shared[AGE_KEY_LEN], key[AGE_KEY_LEN];
	bool is_ours;

	if (age_shared_secret(identity->data, stanza->share, shared) < 0)
		return err_set(err, AMANA_E_FORMAT,
			       "an age header with an X25519 share of low order");
	x25519_wrap_key(shared, stanza->share, own->pub, key);
	is_ours = unwrap(key, stanza->body, ret_file_key);
	secret_wipe(shared, sizeof shared);
	secret_wipe(key, sizeof key);
	return is_ours ? 0 : 1;
}

int
age_unwrap(const struct age_header *header, const struct secret *identities,
	   size_t n_identities, uint8_t ret_payload_key[AGE_KEY_LEN],
	   struct amana_error *err)
{
	uint8_t file_key[AGE_FILE_KEY_LEN];
	int r = 1;

	for (size_t i = 0; r == 1 && i < n_identities; i++) {
		struct text_cursor cursor = {
			(const char *)header->stanzas.data,
			(const char *)header->stanzas.data + header->stanzas.len,
		};
		struct age_recipient own;
		struct age_stanza stanza;

		if (identities[i].len != AGE_KEY_LEN && identities[i].len != AGE_PAIR_LEN)
			return err_bug(err, "an age identity of %zu bytes",
				       identities[i].len);
		age_identity_recipient(&identities[i], &own);
		while (r == 1 && age_header_next(&cursor, &stanza)) {
			if (stanza.kind == AGE_STANZA_X25519)
				r = unwrap_x25519(&stanza, &identities[i], &own, file_key,
						  err);
		}
	}
	if (r == 0)
		r = accept_file_key(header, file_key, ret_payload_key, err);
	secret_wipe(file_key, sizeof file_key);
	return r;
}

int
age_unwrap_scrypt(const struct age_header *header, const struct secret *passphrase,
		  uint8_t ret_payload_key[AGE_KEY_LEN], struct amana_error *err)
{
	struct text_cursor cursor = {
		(const char *)header->stanzas.data,
		(const char *)header->stanzas.data + header->stanzas.len,
	};
	uint8_t key[AGE_KEY_LEN], file_key[AGE_FILE_KEY_LEN];
	struct age_stanza stanza;
	int r = 1;

	if (!header->is_scrypt || !age_header_next(&cursor, &stanza))
		return 1;
	if (scrypt_wrap_key(passphrase, stanza.salt, stanza.log_n, key, err) < 0)
		return -1;
	if (unwrap(key, stanza.body, file_key))
		r = accept_file_key(header, file_key, ret_payload_key, err);
	secret_wipe(key, sizeof key);
	secret_wipe(file_key, sizeof file_key);
	return r;
}
