/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "crypto/age.h"
#include "crypto/hash.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The first byte says what the rest is: a whole file ('f'), a payload behind a good
 * header ('p'), stanzas behind a good one, under a MAC that holds ('s'), a text to seal
 * and open again ('t'), or a recipient or identity ('k').  The identity is 32 times 0x11
 * and the file key 16 times 0x22, so that a corpus keeps its meaning.
 */
struct parts {
	struct secret identity;
	struct age_recipient recipient;
	uint8_t mac_key[32];
	struct buf start; /* version line and the good stanza */
};

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
parts_init(struct parts *parts)
{
	static const uint8_t zero_nonce[12];
	uint8_t key[32], file_key[16], ephemeral[32], share[32], shared[32], salt[64],
		wrapped[32];
	struct amana_error err;
	char text[44];

	must(crypto_init(&err) == 0);
	memset(key, 0x11, sizeof key);
	memset(file_key, 0x22, sizeof file_key);
	memset(ephemeral, 0x33, sizeof ephemeral);
	must(secret_from(key, sizeof key, &parts->identity, &err) == 0);
	age_identity_recipient(&parts->identity, &parts->recipient);
	hkdf_of((struct bytes){file_key, sizeof file_key}, (struct bytes){NULL, 0},
		"header", parts->mac_key, 32);
	crypto_scalarmult_base(share, ephemeral);
	must(crypto_scalarmult(shared, ephemeral, parts->recipient.pub) == 0);
	memcpy(salt, share, 32);
	memcpy(salt + 32, parts->recipient.pub, 32);
	hkdf_of((struct bytes){shared, 32}, (struct bytes){salt, 64},
		"age-encryption.org/v1/X25519", key, 32);
	crypto_aead_chacha20poly1305_ietf_encrypt(wrapped, NULL, file_key, 16, NULL, 0,
						  NULL, zero_nonce, key);
	text_b64_raw(share, 32, text);
	must(buf_add_fmt(&parts->start, &err, "age-encryption.org/v1\n-> X25519 %s\n",
			 text) == 0);
	text_b64_raw(wrapped, 32, text);
	must(buf_add_fmt(&parts->start, &err, "%s\n", text) == 0);
}

/* Header, sixteen zeros of nonce, payload. */
static void
make_file(const struct parts *parts, struct bytes stanzas, struct bytes payload,
	  struct buf *file)
{
	static const uint8_t nonce[16];
	struct amana_error err;
	struct hash mac;
	char text[44];

	must(buf_add(file, parts->start.data, parts->start.len, &err) == 0);
	must(buf_add(file, stanzas.data, stanzas.len, &err) == 0);
	must(buf_add_str(file, "---", &err) == 0);
	hmac_of(parts->mac_key, 32, file->data, file->len, &mac);
	text_b64_raw(mac.bytes, 32, text);
	must(buf_add_fmt(file, &err, " %s\n", text) == 0);
	must(buf_add(file, nonce, sizeof nonce, &err) == 0);
	must(buf_add(file, payload.data, payload.len, &err) == 0);
}

/* Opened in one piece and opened as a stream: the same outcome. */
static void
run_file(const struct parts *parts, struct bytes file)
{
	struct secret plain = SECRET_INIT;
	struct age_stream *stream = NULL;
	uint64_t n_chunks, plain_len;
	struct amana_error err;
	size_t payload_at;
	int whole = age_open(&parts->identity, 1, file, &plain, &err);
	int start =
		age_stream_open(&parts->identity, 1, file, &payload_at, &stream, &err);

	must(whole >= -1 && whole <= 1 && start >= -1 && start <= 1);
	must((whole == 0) == (plain.data != NULL) && (start == 0) == (stream != NULL));
	must(whole != 0 || start == 0);
	must(start == 0 || start == whole);
	if (start == 0)
		must(payload_at <= file.len);
	if (whole == 0) {
		must(!age_is_scrypt(file));
		must(age_payload_layout(file.len - payload_at, &n_chunks, &plain_len) ==
		     0);
		must(plain_len == plain.len);
	}
	age_stream_free(stream);
	secret_done(&plain);
}

static void
run_text(const struct parts *parts, struct bytes text)
{
	struct buf file = BUF_INIT(4 * SECRET_MAX);
	struct secret plain = SECRET_INIT;
	struct amana_error err;

	must(age_seal(&parts->recipient, 1, text, &file, &err) == 0);
	if (text.len <= SECRET_MAX) {
		must(age_open(&parts->identity, 1, BYTES_OF(file), &plain, &err) == 0);
		must(plain.len == text.len &&
		     memcmp(plain.data, text.data, text.len) == 0);
	}
	secret_done(&plain);
	buf_done(&file);
}

static void
run_key(struct bytes text)
{
	char recipient_text[AGE_RECIPIENT_LEN + 1], identity_text[AGE_IDENTITY_LEN + 1];
	struct secret identity = SECRET_INIT;
	struct age_recipient recipient;
	struct amana_error err;

	if (age_recipient_parse((const char *)text.data, text.len, &recipient) == 0) {
		age_recipient_text(&recipient, recipient_text);
		must(text_is(text, recipient_text));
	}
	if (age_identity_parse((const char *)text.data, text.len, &identity, &err) == 0) {
		age_identity_text(&identity, identity_text);
		must(text_is(text, identity_text));
	}
	secret_done(&identity);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct parts parts = {.start = BUF_INIT(1000)};
	struct buf file = BUF_INIT(4 * SECRET_MAX);
	const struct bytes none = {(const uint8_t *)"", 0};
	struct bytes rest;

	if (parts.start.len == 0)
		parts_init(&parts);
	if (size == 0 || size > 2 * SECRET_MAX)
		return 0;
	rest = (struct bytes){data + 1, size - 1};
	switch (data[0]) {
	case 'f':
		run_file(&parts, rest);
		break;
	case 'p':
		make_file(&parts, none, rest, &file);
		run_file(&parts, BYTES_OF(file));
		break;
	case 's':
		make_file(&parts, rest, none, &file);
		run_file(&parts, BYTES_OF(file));
		break;
	case 't':
		run_text(&parts, rest);
		break;
	case 'k':
		run_key(rest);
		break;
	default:
		break;
	}
	buf_done(&file);
	return 0;
}
