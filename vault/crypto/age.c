/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age.h"

#include "crypto/age_header.h"

/* Appends all chunks of a small file. */
static int
seal_payload(const uint8_t payload_key[AGE_KEY_LEN], struct bytes plain, struct buf *file,
	     struct amana_error *err)
{
	CLEANUP(age_chunker_done) struct age_chunker chunker = {NULL, NULL};
	uint8_t *out = buf_reserve(file, age_payload_len(plain.len), err);
	uint64_t index = 0;
	bool last;

	if (out == NULL || age_chunker_init(&chunker, payload_key, err) < 0)
		return -1;
	file->len += age_payload_len(plain.len);
	do {
		size_t len = plain.len < AGE_CHUNK_LEN ? plain.len : AGE_CHUNK_LEN;

		last = len == plain.len;
		if (age_chunk_seal(&chunker, index, last, (struct bytes){plain.data, len},
				   out, err) < 0)
			return -1;
		index++;
		out += len + AGE_TAG_LEN;
		if (!last)
			plain.data += len;
		plain.len -= len;
	} while (!last);
	return 0;
}

static int
open_payload(const uint8_t payload_key[AGE_KEY_LEN], struct bytes payload,
	     struct secret *ret_plain, struct amana_error *err)
{
	CLEANUP(age_chunker_done) struct age_chunker chunker = {NULL, NULL};
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	uint64_t n_chunks, plain_len;
	uint8_t *out;

	if (age_payload_layout(payload.len, &n_chunks, &plain_len) < 0)
		return err_set(err, AMANA_E_TAMPERED, "the age file's length is wrong");
	if (secret_new(plain_len, &plain, err) < 0 ||
	    age_chunker_init(&chunker, payload_key, err) < 0)
		return -1;
	out = plain.data;
	for (uint64_t i = 0; i < n_chunks; i++) {
		size_t len = AGE_CHUNK_LEN + AGE_TAG_LEN;

		if (len > payload.len)
			len = payload.len;
		if (age_chunk_open(&chunker, i, i + 1 == n_chunks,
				   (struct bytes){payload.data, len}, out, err) < 0)
			return -1;
		payload.data += len;
		payload.len -= len;
		out += len - AGE_TAG_LEN;
	}
	*ret_plain = plain;
	plain = (struct secret)SECRET_INIT;
	return 0;
}

/* The end of age_seal and age_seal_scrypt.  `wrapped` is what writing the header
 * returned; `from` is where it begins in the file.  Wipes the payload key in every case.
 */
static int
finish_seal(int wrapped, uint8_t payload_key[AGE_KEY_LEN], struct bytes plain,
	    size_t from, struct buf *file, struct amana_error *err)
{
	int r = wrapped;

	if (r == 0)
		r = seal_payload(payload_key, plain, file, err);
	secret_wipe(payload_key, AGE_KEY_LEN);
	if (r < 0)
		file->len = from;
	return r;
}

/* The end of age_open and age_open_scrypt.  `unwrapped` is what opening the header
 * returned.  Wipes the payload key in every case. */
static int
finish_open(int unwrapped, uint8_t payload_key[AGE_KEY_LEN],
	    const struct age_header *header, struct bytes file, struct secret *ret_plain,
	    struct amana_error *err)
{
	struct bytes payload = {file.data + header->payload_at,
				file.len - header->payload_at};
	int r = unwrapped;

	if (r == 0)
		r = open_payload(payload_key, payload, ret_plain, err);
	secret_wipe(payload_key, AGE_KEY_LEN);
	return r;
}

int
age_seal(const struct age_recipient *recipients, size_t n_recipients, struct bytes plain,
	 struct buf *ret_file, struct amana_error *err)
{
	uint8_t payload_key[AGE_KEY_LEN];
	size_t from = ret_file->len;
	int r = age_wrap(recipients, n_recipients, ret_file, payload_key, err);

	return finish_seal(r, payload_key, plain, from, ret_file, err);
}

int
age_seal_scrypt(const struct secret *passphrase, int log_n, struct bytes plain,
		struct buf *ret_file, struct amana_error *err)
{
	uint8_t payload_key[AGE_KEY_LEN];
	size_t from = ret_file->len;
	int r = age_wrap_scrypt(passphrase, log_n, ret_file, payload_key, err);

	return finish_seal(r, payload_key, plain, from, ret_file, err);
}

int
age_open(const struct secret *identities, size_t n_identities, struct bytes file,
	 struct secret *ret_plain, struct amana_error *err)
{
	uint8_t payload_key[AGE_KEY_LEN];
	struct age_header header;
	int r;

	if (age_header_parse(file, &header, err) < 0)
		return -1;
	r = age_unwrap(&header, identities, n_identities, payload_key, err);
	return finish_open(r, payload_key, &header, file, ret_plain, err);
}

int
age_open_scrypt(const struct secret *passphrase, struct bytes file,
		struct secret *ret_plain, struct amana_error *err)
{
	uint8_t payload_key[AGE_KEY_LEN];
	struct age_header header;
	int r;

	if (age_header_parse(file, &header, err) < 0)
		return -1;
	r = age_unwrap_scrypt(&header, passphrase, payload_key, err);
	return finish_open(r, payload_key, &header, file, ret_plain, err);
}

bool
age_is_scrypt(struct bytes file)
{
	struct age_header header;
	struct amana_error err;

	return age_header_parse(file, &header, &err) == 0 && header.is_scrypt;
}

int
age_shape_of(struct bytes start, struct age_shape *ret_shape, struct amana_error *err)
{
	struct age_shape shape = {.n_x25519 = 0};
	struct age_header header;
	struct age_stanza stanza;
	struct text_cursor cursor;

	if (age_header_parse(start, &header, err) < 0)
		return -1;
	cursor = (struct text_cursor){(const char *)header.stanzas.data,
				      (const char *)header.stanzas.data +
					      header.stanzas.len};
	while (age_header_next(&cursor, &stanza)) {
		if (stanza.kind == AGE_STANZA_X25519)
			shape.n_x25519++;
		else
			shape.n_other++;
	}
	shape.payload_at = header.payload_at;
	*ret_shape = shape;
	return 0;
}
