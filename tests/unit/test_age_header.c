/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/text.h"
#include "crypto/age.h"
#include "crypto/hash.h"

#include <sodium.h>

/*
 * Headers made by hand, each with a file key that unwraps and a MAC that holds, so that
 * only the one thing named can be what refuses them.
 */

static struct amana_error err;
static struct secret identity = SECRET_INIT, passphrase = SECRET_INIT;
static const uint8_t file_key[16] = "YELLOW SUBMARINE";
static char share[44], body[44], salt[23], scrypt_body[44]; /* the good parts, as text */

#define LOG_N "2"
#define X25519_STANZA "-> X25519 {share}\n{body}\n"
#define SCRYPT_STANZA "-> scrypt {salt} " LOG_N "\n{scrypt}\n"
#define LINE_64 "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"

static void
wrap(const uint8_t key[32], char text[44])
{
	static const uint8_t nonce[12];
	uint8_t wrapped[32];

	crypto_aead_chacha20poly1305_ietf_encrypt(
		wrapped, NULL, file_key, sizeof file_key, NULL, 0, NULL, nonce, key);
	text_b64_raw(wrapped, sizeof wrapped, text);
}

static void
make_parts(void)
{
	uint8_t ephemeral[32] = {1, 2, 3}, public[32], shared[32], salts[64], key[32];
	uint8_t scrypt_salt[28 + 16];
	struct age_recipient recipient;

	CHECK_OK(age_identity_new(&identity, &err), err);
	CHECK_OK(secret_from("maneno", 6, &passphrase, &err), err);
	age_identity_recipient(&identity, &recipient);
	crypto_scalarmult_base(public, ephemeral);
	CHECK_INT(crypto_scalarmult(shared, ephemeral, recipient.pub), 0);
	memcpy(salts, public, 32);
	memcpy(salts + 32, recipient.pub, 32);
	hkdf_of((struct bytes){shared, 32}, (struct bytes){salts, 64},
		"age-encryption.org/v1/X25519", key, 32);
	wrap(key, body);
	text_b64_raw(public, 32, share);

	memcpy(scrypt_salt, "age-encryption.org/v1/scrypt", 28);
	memset(scrypt_salt + 28, 0x6e, 16);
	text_b64_raw(scrypt_salt + 28, 16, salt);
	CHECK_INT(crypto_pwhash_scryptsalsa208sha256_ll(passphrase.data, passphrase.len,
							scrypt_salt, sizeof scrypt_salt,
							4, 8, 1, key, 32),
		  0);
	wrap(key, scrypt_body);
}

/* `pattern` with the good parts put in place of their names. */
static void
expand(const char *pattern, struct buf *out)
{
	const struct {
		const char *name, *text;
	} parts[] = {{"{share}", share},
		     {"{body}", body},
		     {"{salt}", salt},
		     {"{scrypt}", scrypt_body}};

	while (*pattern != 0) {
		size_t i = 0;

		while (i < ARRAY_LEN(parts) &&
		       strncmp(pattern, parts[i].name, strlen(parts[i].name)) != 0)
			i++;
		if (i == ARRAY_LEN(parts)) {
			CHECK_OK(buf_add_byte(out, (uint8_t)*pattern++, &err), err);
		} else {
			CHECK_OK(buf_add_str(out, parts[i].text, &err), err);
			pattern += strlen(parts[i].name);
		}
	}
}

/* The whole file: version line, stanzas, "---", `tail` with {mac} filled in, nonce, one
 * empty chunk. */
static void
make_file(const char *version, const char *stanzas, const char *tail, struct buf *file)
{
	uint8_t key[32], nonce[16] = {7}, stream_nonce[12] = {[11] = 1}, chunk[16];
	const char *at = strstr(tail, "{mac}");
	struct hash mac;
	char text[44];

	CHECK_OK(buf_add_str(file, version, &err), err);
	expand(stanzas, file);
	CHECK_OK(buf_add_str(file, "---", &err), err);
	hkdf_of((struct bytes){file_key, sizeof file_key}, (struct bytes){NULL, 0},
		"header", key, 32);
	hmac_of(key, 32, file->data, file->len, &mac);
	text_b64_raw(mac.bytes, 32, text);
	CHECK(at != NULL);
	CHECK_OK(buf_add(file, tail, (size_t)(at - tail), &err), err);
	CHECK_OK(buf_add_str(file, text, &err), err);
	CHECK_OK(buf_add_str(file, at + 5, &err), err);
	hkdf_of((struct bytes){file_key, sizeof file_key}, (struct bytes){nonce, 16},
		"payload", key, 32);
	crypto_aead_chacha20poly1305_ietf_encrypt(chunk, NULL, NULL, 0, NULL, 0, NULL,
						  stream_nonce, key);
	CHECK_OK(buf_add(file, nonce, sizeof nonce, &err), err);
	CHECK_OK(buf_add(file, chunk, sizeof chunk, &err), err);
}

/* 0 opened, 1 no match, or minus the error's code. */
static int
verdict(const char *version, const char *stanzas, const char *tail, bool with_passphrase)
{
	struct buf file = BUF_INIT(1 << 20);
	struct secret plain = SECRET_INIT;
	int r;

	make_file(version, stanzas, tail, &file);
	if (with_passphrase)
		r = age_open_scrypt(&passphrase, BYTES_OF(file), &plain, &err);
	else
		r = age_open(&identity, 1, BYTES_OF(file), &plain, &err);
	if (r == 0)
		CHECK_INT(plain.len, 0);
	secret_done(&plain);
	buf_done(&file);
	return r < 0 ? -(int)err.code : r;
}

struct example {
	const char *name, *stanzas;
	int want;
};

#define REFUSED (-(int)AMANA_E_FORMAT)

static void
check_examples(const struct example *examples, size_t n, bool with_passphrase)
{
	for (size_t i = 0; i < n; i++) {
		int got = verdict("age-encryption.org/v1\n", examples[i].stanzas,
				  " {mac}\n", with_passphrase);

		if (got != examples[i].want)
			fprintf(stderr, "%s\n", examples[i].name);
		CHECK_INT(got, examples[i].want);
	}
}

static void
x25519_stanzas(void)
{
	static const struct example examples[] = {
		{"as it should be", X25519_STANZA, 0},
		{"no stanza", "", REFUSED},
		{"no share", "-> X25519\n{body}\n", REFUSED},
		{"two arguments", "-> X25519 {share} {share}\n{body}\n", REFUSED},
		{"lower case is another kind", "-> x25519 {share}\n{body}\n", 1},
		{"a share of 31 bytes",
		 "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n{body}\n",
		 REFUSED},
		{"a share of 33 bytes",
		 "-> X25519 CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n{body}\n",
		 REFUSED},
		{"a share with a bit after its end",
		 "-> X25519 CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\n{body}\n",
		 REFUSED},
		{"a share with padding", "-> X25519 {share}=\n{body}\n", REFUSED},
		{"the share zero",
		 "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n{body}\n",
		 REFUSED},
		{"the share one",
		 "-> X25519 AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n{body}\n",
		 REFUSED},
		{"a share of order 8",
		 "-> X25519 4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuAA\n{body}\n",
		 REFUSED},
		{"a share of order 8, top bit set",
		 "-> X25519 4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuIA\n{body}\n",
		 REFUSED},
		{"another body",
		 "-> X25519 {share}\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", 1},
		{"a body of 31 bytes",
		 "-> X25519 {share}\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		 REFUSED},
		{"a body of 48 bytes", "-> X25519 {share}\n" LINE_64 "\n\n", REFUSED},
		{"an empty body", "-> X25519 {share}\n\n", REFUSED},
		{"a body with padding", "-> X25519 {share}\n{body}=\n", REFUSED},
	};

	check_examples(examples, ARRAY_LEN(examples), false);
}

static void
grammar(void)
{
	static const struct example examples[] = {
		{"two spaces", "->  X25519 {share}\n{body}\n", REFUSED},
		{"a space at the end", "-> X25519 {share} \n{body}\n", REFUSED},
		{"two spaces inside", "-> X25519  {share}\n{body}\n", REFUSED},
		{"no space", "->X25519 {share}\n{body}\n", REFUSED},
		{"another arrow", "=> X25519 {share}\n{body}\n", REFUSED},
		{"an arrow alone", "->\n\n" X25519_STANZA, REFUSED},
		{"an arrow and a space", "-> \n\n" X25519_STANZA, REFUSED},
		{"a tab", "-> X25519\t{share}\n{body}\n", REFUSED},
		{"a control byte", "-> \001\n\n" X25519_STANZA, REFUSED},
		{"DEL", "-> a \177\n\n" X25519_STANZA, REFUSED},
		{"UTF-8", "-> \xc3\xa9\n\n" X25519_STANZA, REFUSED},
		{"CR LF", "-> X25519 {share}\r\n{body}\r\n", REFUSED},
		{"an empty line first", "\n" X25519_STANZA, REFUSED},
		{"an empty line between", X25519_STANZA "\n" X25519_STANZA, REFUSED},
		{"a body in two lines", "-> a\nQUFB\nQUFB\n" X25519_STANZA, REFUSED},
		{"a body line of 65", "-> a\n" LINE_64 "Q\n\n" X25519_STANZA, REFUSED},
		{"a body line of 68", "-> a\n" LINE_64 "QUFB\n\n" X25519_STANZA, REFUSED},
		{"a full line and no short one", "-> a\n" LINE_64 "\n" X25519_STANZA,
		 REFUSED},
		{"no body at all", "-> a\n" X25519_STANZA, REFUSED},
		{"a bit after the end of another's body", "-> a\nQR\n" X25519_STANZA,
		 REFUSED},
		{"base64url in another's body", "-> a\nQUF_\n" X25519_STANZA, REFUSED},
		{"no line end at the end", "-> X25519 {share}\n{body}", REFUSED},
		{"two dashes", X25519_STANZA "--", REFUSED},
		{"another stanza before", "-> grease ~!x 1 2 3 4\n\n" X25519_STANZA, 0},
		{"another stanza after",
		 X25519_STANZA "-> a\n" LINE_64 "\n" LINE_64 "\nQQ\n", 0},
		{"a full line and an empty one", "-> a\n" LINE_64 "\n\n" X25519_STANZA,
		 0},
		{"somebody else's stanza before",
		 "-> X25519 CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n{body}\n" X25519_STANZA,
		 0},
		{"a bad stanza after the good one",
		 X25519_STANZA "-> X25519 {share}\nQUFB\n", REFUSED},
	};

	check_examples(examples, ARRAY_LEN(examples), false);
}

static void
scrypt_stanzas(void)
{
	static const struct example examples[] = {
		{"as it should be", SCRYPT_STANZA, 0},
		{"another factor", "-> scrypt {salt} 3\n{scrypt}\n", 1},
		{"factor zero", "-> scrypt {salt} 0\n{scrypt}\n", REFUSED},
		{"a leading zero", "-> scrypt {salt} 02\n{scrypt}\n", REFUSED},
		{"a plus", "-> scrypt {salt} +2\n{scrypt}\n", REFUSED},
		{"a minus", "-> scrypt {salt} -2\n{scrypt}\n", REFUSED},
		{"hex", "-> scrypt {salt} 0x2\n{scrypt}\n", REFUSED},
		{"a letter behind", "-> scrypt {salt} 2a\n{scrypt}\n", REFUSED},
		{"over 64 bits", "-> scrypt {salt} 18446744073709551618\n{scrypt}\n",
		 REFUSED},
		{"one over the cap", "-> scrypt {salt} 19\n{scrypt}\n",
		 -(int)AMANA_E_LIMIT},
		{"far over the cap", "-> scrypt {salt} 64\n{scrypt}\n",
		 -(int)AMANA_E_LIMIT},
		{"no factor", "-> scrypt {salt}\n{scrypt}\n", REFUSED},
		{"three arguments", "-> scrypt {salt} 2 2\n{scrypt}\n", REFUSED},
		{"a salt of 15 bytes", "-> scrypt AAAAAAAAAAAAAAAAAAAA 2\n{scrypt}\n",
		 REFUSED},
		{"a salt of 17 bytes", "-> scrypt AAAAAAAAAAAAAAAAAAAAAAA 2\n{scrypt}\n",
		 REFUSED},
		{"a salt with a bit after its end",
		 "-> scrypt AAAAAAAAAAAAAAAAAAAAAB 2\n{scrypt}\n", REFUSED},
		{"a body of 48 bytes", "-> scrypt {salt} 2\n" LINE_64 "\n\n", REFUSED},
		{"twice", SCRYPT_STANZA SCRYPT_STANZA, REFUSED},
		{"with X25519 before", X25519_STANZA SCRYPT_STANZA, REFUSED},
		{"with X25519 after", SCRYPT_STANZA X25519_STANZA, REFUSED},
		{"with another kind", SCRYPT_STANZA "-> a\n\n", REFUSED},
		{"upper case is another kind", "-> SCRYPT {salt} 2\n{scrypt}\n", 1},
		{"X25519 alone", X25519_STANZA, 1},
	};

	check_examples(examples, ARRAY_LEN(examples), true);
	/* Nor may somebody with an X25519 key read past a scrypt stanza. */
	CHECK_INT(verdict("age-encryption.org/v1\n", SCRYPT_STANZA X25519_STANZA,
			  " {mac}\n", false),
		  REFUSED);
}

static void
first_and_last_line(void)
{
	static const struct {
		const char *version, *tail;
		int want;
	} lines[] = {
		{"age-encryption.org/v1\n", " {mac}\n", 0},
		{"age-encryption.org/v2\n", " {mac}\n", REFUSED},
		{"age-encryption.org/v1\r\n", " {mac}\n", REFUSED},
		{"age-encryption.org/v1 \n", " {mac}\n", REFUSED},
		{" age-encryption.org/v1\n", " {mac}\n", REFUSED},
		{"age-encryption.org/v1\n\n", " {mac}\n", REFUSED},
		{"\n", " {mac}\n", REFUSED},
		{"age-encryption.org/v1\n", "{mac}\n", REFUSED},
		{"age-encryption.org/v1\n", "  {mac}\n", REFUSED},
		{"age-encryption.org/v1\n", " {mac} \n", REFUSED},
		{"age-encryption.org/v1\n", " {mac}=\n", REFUSED},
		{"age-encryption.org/v1\n", " {mac}A\n", REFUSED},
		{"age-encryption.org/v1\n", " {mac}\r\n", REFUSED},
		{"age-encryption.org/v1\n", "- {mac}\n", REFUSED},
		{"age-encryption.org/v1\n", " A{mac}\n", REFUSED},
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		int got = verdict(lines[i].version, X25519_STANZA, lines[i].tail, false);

		if (got != lines[i].want)
			fprintf(stderr, "%zu: %s%s", i, lines[i].version, lines[i].tail);
		CHECK_INT(got, lines[i].want);
	}
}

/* The MAC's last character has two bits to spare: only zeros are its spelling. */
static void
mac_has_one_spelling_and_must_hold(void)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf file = BUF_INIT(1 << 20);
	struct secret plain = SECRET_INIT;
	size_t at;

	make_file("age-encryption.org/v1\n", X25519_STANZA, " {mac}\n", &file);
	at = file.len - 32 - 2;
	CHECK(file.data[at + 1] == '\n');
	for (size_t i = 0; i < 64; i++) {
		bool was = file.data[at] == (uint8_t)digits[i];
		uint8_t before = file.data[at];
		int r;

		file.data[at] = (uint8_t)digits[i];
		r = age_open(&identity, 1, BYTES_OF(file), &plain, &err);
		if (was)
			CHECK_INT(r, 0);
		else
			CHECK(r < 0 && err.code == (i % 4 == 0 ? AMANA_E_TAMPERED
							       : AMANA_E_FORMAT));
		secret_done(&plain);
		file.data[at] = before;
	}
	/* An argument of a stanza that is nothing to us is still under the MAC. */
	buf_clear(&file);
	make_file("age-encryption.org/v1\n", "-> a b\n\n" X25519_STANZA, " {mac}\n",
		  &file);
	file.data[27] = 'c';
	CHECK_FAILS(age_open(&identity, 1, BYTES_OF(file), &plain, &err), err,
		    AMANA_E_TAMPERED);
	buf_done(&file);
}

static void
headers_have_a_limit(void)
{
	struct buf stanzas = BUF_INIT(1 << 20), file = BUF_INIT(1 << 20);
	struct secret plain = SECRET_INIT;

	CHECK_OK(buf_add_str(&stanzas, "-> a\n", &err), err);
	for (size_t i = 0; i < AGE_HEADER_MAX / 65 - 5; i++)
		CHECK_OK(buf_add_str(&stanzas, LINE_64 "\n", &err), err);
	CHECK_OK(buf_add_str(&stanzas, "\n" X25519_STANZA, &err), err);
	CHECK_INT(
		verdict("age-encryption.org/v1\n", buf_text(&stanzas), " {mac}\n", false),
		0);
	for (int i = 0; i < 5; i++)
		CHECK_OK(buf_add_str(&stanzas, X25519_STANZA, &err), err);
	CHECK_INT(
		verdict("age-encryption.org/v1\n", buf_text(&stanzas), " {mac}\n", false),
		REFUSED);
	/* And nothing is read past what is there. */
	make_file("age-encryption.org/v1\n", X25519_STANZA, " {mac}\n", &file);
	for (size_t len = 0; len < file.len; len++) {
		uint8_t *copy = malloc(len != 0 ? len : 1);

		CHECK(copy != NULL);
		memcpy(copy, file.data, len);
		CHECK_FAILS(
			age_open(&identity, 1, (struct bytes){copy, len}, &plain, &err),
			err, len < file.len - 16 ? AMANA_E_FORMAT : AMANA_E_TAMPERED);
		free(copy);
	}
	CHECK_FAILS(age_open(&identity, 1, (struct bytes){NULL, 0}, &plain, &err), err,
		    AMANA_E_FORMAT);
	buf_done(&stanzas);
	buf_done(&file);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	make_parts();
	RUN(x25519_stanzas);
	RUN(grammar);
	RUN(scrypt_stanzas);
	RUN(first_and_last_line);
	RUN(mac_has_one_spelling_and_must_hold);
	RUN(headers_have_a_limit);
	secret_done(&identity);
	secret_done(&passphrase);
	return 0;
}
