/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The age code as a program, for age.sh and age.mjs:
 *
 *	age_vector open KEYS FILE [OUT]      KEYS: a file of identities, one a line
 *	age_vector open-pass PASS FILE [OUT]
 *	age_vector seal OUT RECIPIENT...     plaintext on standard input, chunk by chunk
 *	age_vector seal-small OUT RECIPIENT...    the same in one call
 *	age_vector seal-pass PASS OUT
 *	age_vector recipients KEYS
 *
 * open prints the class of the outcome in the words of the cctv-age vectors, and the
 * SHA-256 of the plaintext that came out before it; the plaintext goes to OUT.
 */
#include "base/file.h"
#include "base/text.h"
#include "crypto/age.h"
#include "crypto/hash.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((size_t)64 << 20)
#define SEALED_LEN (AGE_CHUNK_LEN + AGE_TAG_LEN)
#define KEYS_MAX 8

static struct amana_error err;

static void
must(int r)
{
	if (r >= 0)
		return;
	fprintf(stderr, "age_vector: [%s] %s\n", amana_code_name(err.code), err.msg);
	exit(2);
}

static void
must_hold(bool held, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "age_vector: %s\n", what);
	exit(2);
}

static struct buf
read_whole(const char *path)
{
	struct buf buf = BUF_INIT(FILE_MAX);

	if (strcmp(path, "-") != 0) {
		must_hold(file_read(AT_FDCWD, path, &buf, &err) == 0, path);
		return buf;
	}
	for (size_t got = 1; got != 0; buf.len += got) {
		uint8_t *at = buf_reserve(&buf, AGE_CHUNK_LEN, &err);

		must_hold(at != NULL, "too much input");
		must(file_read_full(STDIN_FILENO, at, AGE_CHUNK_LEN, &got, &err));
	}
	return buf;
}

static void
write_whole(const char *path, struct bytes bytes)
{
	FILE *file = fopen(path, "wb");

	must_hold(file != NULL && fwrite(bytes.data, 1, bytes.len, file) == bytes.len &&
			  fclose(file) == 0,
		  path);
}

static const char *
header_class(int r)
{
	if (r == 1)
		return "no match";
	if (r == 0)
		return "success";
	return err.code == AMANA_E_TAMPERED ? "HMAC failure" : "header failure";
}

/* As a reader that does not know the length: a full chunk may be the last one or not.
 * Appends what proved true to `plain`. */
static bool
read_forward(struct age_chunker *chunker, struct bytes payload, struct buf *plain)
{
	for (uint64_t i = 0;; i++) {
		size_t len = payload.len < SEALED_LEN ? payload.len : SEALED_LEN;
		bool last = len < SEALED_LEN;
		uint8_t *out = buf_reserve(plain, AGE_CHUNK_LEN, &err);

		must_hold(out != NULL, "too long");
		if (last ||
		    age_chunk_open(chunker, i, false, (struct bytes){payload.data, len},
				   out, &err) < 0) {
			last = true;
			if (age_chunk_open(chunker, i, true,
					   (struct bytes){payload.data, len}, out,
					   &err) < 0)
				return false;
		}
		plain->len += len - AGE_TAG_LEN;
		payload.data += len;
		payload.len -= len;
		if (last)
			return payload.len == 0;
	}
}

/* As one that does: every chunk has its place, in any order (here the last one first). */
static bool
read_by_layout(struct age_chunker *chunker, struct bytes payload, struct buf *plain)
{
	uint64_t n_chunks, plain_len;
	uint8_t *out;

	if (age_payload_layout(payload.len, &n_chunks, &plain_len) < 0)
		return false;
	must_hold(age_payload_len(plain_len) == payload.len, "layout and length differ");
	out = buf_reserve(plain, plain_len, &err);
	must_hold(out != NULL, "too long");
	for (uint64_t i = n_chunks; i-- > 0;) {
		size_t at = i * SEALED_LEN;
		size_t len =
			payload.len - at < SEALED_LEN ? payload.len - at : SEALED_LEN;

		if (age_chunk_open(chunker, i, i + 1 == n_chunks,
				   (struct bytes){payload.data + at, len},
				   out + i * AGE_CHUNK_LEN, &err) < 0)
			return false;
	}
	plain->len = plain_len;
	return true;
}

static void
report(const char *outcome, const struct buf *plain, const char *out_path)
{
	char hex[HASH_HEX_LEN + 1];
	struct hash hash;

	hash_of(plain->data, plain->len, &hash);
	hash_hex(&hash, hex);
	printf("%s\n%s\n", outcome, hex);
	if (out_path != NULL && strcmp(outcome, "success") == 0)
		write_whole(out_path, BYTES_OF(*plain));
}

/* All three ways of reading must agree. */
static void
open_with_keys(const struct secret *keys, size_t n_keys, struct bytes file,
	       const char *out_path)
{
	struct buf plain = BUF_INIT(FILE_MAX), again = BUF_INIT(FILE_MAX);
	struct secret whole = SECRET_INIT;
	struct age_stream *stream = NULL;
	struct age_chunker *chunker;
	struct bytes start = {file.data, file.len};
	struct bytes payload;
	bool forward, by_layout;
	size_t payload_at;
	int r;

	if (start.len > AGE_HEADER_MAX + AGE_NONCE_LEN)
		start.len = AGE_HEADER_MAX + AGE_NONCE_LEN;
	r = age_stream_open(keys, n_keys, start, &payload_at, &stream, &err);
	if (r != 0) {
		report(header_class(r), &plain, NULL);
		must_hold(age_open(keys, n_keys, file, &whole, &err) == r,
			  "age_open disagrees");
		return;
	}
	chunker = age_chunker_new(stream, &err);
	must_hold(chunker != NULL, "no chunker");
	payload = (struct bytes){file.data + payload_at, file.len - payload_at};
	forward = read_forward(chunker, payload, &plain);
	by_layout = read_by_layout(chunker, payload, &again);
	must_hold(forward == by_layout, "reading by layout disagrees");
	must_hold(!forward || bytes_equal(BYTES_OF(plain), BYTES_OF(again)),
		  "texts differ");
	if (plain.len <= SECRET_MAX) {
		r = age_open(keys, n_keys, file, &whole, &err);
		must_hold(forward == (r == 0), "age_open disagrees");
		must_hold(r == 0 || err.code == AMANA_E_TAMPERED ||
				  err.code == AMANA_E_LIMIT,
			  "another code than tampered");
		must_hold(!forward || (whole.len == plain.len &&
				       memcmp(whole.data, plain.data, whole.len) == 0),
			  "age_open's text differs");
	}
	report(forward ? "success" : "payload failure", &plain, out_path);
	secret_done(&whole);
	age_chunker_free(chunker);
	age_stream_free(stream);
	buf_done(&plain);
	buf_done(&again);
}

static size_t
read_keys(const char *path, struct secret keys[KEYS_MAX])
{
	struct buf text = read_whole(path);
	struct text_cursor cursor = {buf_text(&text), buf_text(&text) + text.len};
	struct bytes line;
	size_t n_keys = 0;

	while (text_line(&cursor, &line) == 0) {
		if (line.len == 0 || line.data[0] == '#')
			continue;
		must_hold(n_keys < KEYS_MAX, "too many identities");
		must_hold(age_identity_parse((const char *)line.data, line.len,
					     &keys[n_keys], &err) == 0,
			  "a bad identity");
		n_keys++;
	}
	buf_done(&text);
	return n_keys;
}

static int
cmd_open(const char *keys_path, const char *path, const char *out_path)
{
	struct secret keys[KEYS_MAX];
	size_t n_keys = read_keys(keys_path, keys);
	struct buf file = read_whole(path);

	open_with_keys(keys, n_keys, BYTES_OF(file), out_path);
	while (n_keys > 0)
		secret_done(&keys[--n_keys]);
	buf_done(&file);
	return 0;
}

static int
cmd_recipients(const char *keys_path)
{
	struct secret keys[KEYS_MAX];
	size_t n_keys = read_keys(keys_path, keys);

	for (size_t i = 0; i < n_keys; i++) {
		char text[AGE_RECIPIENT_LEN + 1];
		struct age_recipient recipient;

		age_identity_recipient(&keys[i], &recipient);
		age_recipient_text(&recipient, text);
		printf("%s\n", text);
		secret_done(&keys[i]);
	}
	return 0;
}

static struct secret
read_passphrase(const char *path)
{
	struct buf text = read_whole(path);
	struct secret passphrase = SECRET_INIT;

	must(secret_from(text.data, text.len, &passphrase, &err));
	buf_done(&text);
	return passphrase;
}

static int
cmd_open_pass(const char *pass_path, const char *path, const char *out_path)
{
	struct secret passphrase = read_passphrase(pass_path), whole = SECRET_INIT;
	struct buf file = read_whole(path), plain = BUF_INIT(FILE_MAX);
	int r = age_open_scrypt(&passphrase, BYTES_OF(file), &whole, &err);

	if (r == 0)
		must(buf_add(&plain, whole.data, whole.len, &err));
	report(header_class(r), &plain, out_path);
	secret_done(&passphrase);
	secret_done(&whole);
	buf_done(&file);
	buf_done(&plain);
	return 0;
}

static size_t
read_recipients(char **texts, struct age_recipient *recipients)
{
	size_t n = 0;

	for (; texts[n] != NULL; n++) {
		must_hold(n < KEYS_MAX, "too many recipients");
		must_hold(age_recipient_parse(texts[n], strlen(texts[n]),
					      &recipients[n]) == 0,
			  "a bad recipient");
	}
	return n;
}

static int
cmd_seal(const char *out_path, char **texts)
{
	struct age_recipient recipients[KEYS_MAX];
	struct buf plain = read_whole("-"), file = BUF_INIT(FILE_MAX);
	uint64_t n_chunks, plain_len;
	struct age_stream *stream = NULL;
	struct age_chunker *chunker;
	size_t payload_at;
	uint8_t *out;

	must(age_stream_create(recipients, read_recipients(texts, recipients), &file,
			       &stream, &err));
	chunker = age_chunker_new(stream, &err);
	must_hold(chunker != NULL, "no chunker");
	payload_at = file.len;
	must(age_payload_layout(age_payload_len(plain.len), &n_chunks, &plain_len));
	out = buf_reserve(&file, age_payload_len(plain.len), &err);
	must_hold(out != NULL && plain_len == plain.len, "too long");
	for (uint64_t i = n_chunks; i-- > 0;) { /* random access: the last chunk first */
		size_t at = i * AGE_CHUNK_LEN;
		size_t len =
			plain.len - at < AGE_CHUNK_LEN ? plain.len - at : AGE_CHUNK_LEN;

		must(age_chunk_seal(chunker, i, i + 1 == n_chunks,
				    (struct bytes){plain.data + at, len},
				    file.data + payload_at + i * SEALED_LEN, &err));
	}
	file.len += age_payload_len(plain.len);
	write_whole(out_path, BYTES_OF(file));
	age_chunker_free(chunker);
	age_stream_free(stream);
	buf_done(&plain);
	buf_done(&file);
	return 0;
}

static int
cmd_seal_small(const char *out_path, char **texts)
{
	struct age_recipient recipients[KEYS_MAX];
	struct buf plain = read_whole("-"), file = BUF_INIT(FILE_MAX);

	must(age_seal(recipients, read_recipients(texts, recipients), BYTES_OF(plain),
		      &file, &err));
	write_whole(out_path, BYTES_OF(file));
	buf_done(&plain);
	buf_done(&file);
	return 0;
}

static int
cmd_seal_pass(const char *pass_path, const char *out_path)
{
	struct secret passphrase = read_passphrase(pass_path);
	struct buf plain = read_whole("-"), file = BUF_INIT(FILE_MAX);

	must(age_seal_scrypt(&passphrase, AGE_SCRYPT_LOG_N, BYTES_OF(plain), &file,
			     &err));
	write_whole(out_path, BYTES_OF(file));
	secret_done(&passphrase);
	buf_done(&plain);
	buf_done(&file);
	return 0;
}

int
main(int argc, char **argv)
{
	must(crypto_init(&err));
	if (argc >= 4 && strcmp(argv[1], "open") == 0)
		return cmd_open(argv[2], argv[3], argv[4]);
	if (argc >= 4 && strcmp(argv[1], "open-pass") == 0)
		return cmd_open_pass(argv[2], argv[3], argv[4]);
	if (argc >= 4 && strcmp(argv[1], "seal") == 0)
		return cmd_seal(argv[2], argv + 3);
	if (argc >= 4 && strcmp(argv[1], "seal-small") == 0)
		return cmd_seal_small(argv[2], argv + 3);
	if (argc == 4 && strcmp(argv[1], "seal-pass") == 0)
		return cmd_seal_pass(argv[2], argv[3]);
	if (argc == 3 && strcmp(argv[1], "recipients") == 0)
		return cmd_recipients(argv[2]);
	fprintf(stderr,
		"usage: age_vector open|open-pass|seal|seal-small|seal-pass ...\n");
	return 2;
}
