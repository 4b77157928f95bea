/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "keys/welcome.h"

#define DIGITS "00112233445566778899aabbccddeeff"
#define HASH_A "aa00000000000000000000000000000000000000000000000000000000000000"
#define HASH_B "bb00000000000000000000000000000000000000000000000000000000000000"

static void
make_identity(const char *code, struct identity *ret_identity)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new(code, 0, ret_identity, &err), err);
}

static void
sign_text(struct buf *note, const char *text, const struct identity *identity)
{
	struct amana_error err = AMANA_ERROR_INIT;

	buf_clear(note);
	CHECK_OK(buf_add_str(note, text, &err), err);
	CHECK_OK(note_sign(note, identity->code, &identity->seed, &err), err);
}

static void
origins(void)
{
	static const char *const bad[] = {
		"",
		"/" DIGITS,
		"amana" DIGITS,
		"Amana/" DIGITS,
		".a/" DIGITS,
		"-a/" DIGITS,
		"a b/" DIGITS,
		"amana/" DIGITS "0",
		"amana/0" DIGITS,
		"amana/00112233445566778899AABBCCDDEEFF",
		"amana/b/" DIGITS,
		"a123456789012345678901234567890123456789012345678901234567890123x/" DIGITS,
	};
	static const char *const good[] = {
		"amana/" DIGITS,
		"a/" DIGITS,
		"0.-/" DIGITS,
		"a12345678901234567890123456789012345678901234567890123456789012x/" DIGITS,
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(!signed_is_origin(bad[i], strlen(bad[i])));
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		CHECK(signed_is_origin(good[i], strlen(good[i])));
	CHECK_INT(strlen(good[3]), SIGNED_ORIGIN_MAX);
}

static struct welcome
sample_welcome(void)
{
	struct welcome welcome = {.origin = "amana/" DIGITS, .slot = 42, .code = "S-014"};

	CHECK_INT(hash_parse(HASH_A, HASH_HEX_LEN, &welcome.fingerprint), 0);
	CHECK_INT(hash_parse(HASH_B, HASH_HEX_LEN, &welcome.head), 0);
	return welcome;
}

static void
welcome_round_trip(void)
{
	CLEANUP(identity_done) struct identity admin = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity other = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct welcome made = sample_welcome(), got;
	struct amana_error err = AMANA_ERROR_INIT;
	const char *want =
		"amana/" DIGITS "/welcome\n" HASH_A "\n42\n" HASH_B "\nS-014\n\n";

	make_identity("ADM-1", &admin);
	make_identity("ADM-1", &other);
	CHECK_OK(welcome_make(&made, &admin, &file, &err), err);
	CHECK(strncmp(buf_text(&file), want, strlen(want)) == 0);
	CHECK_OK(welcome_parse(BYTES_OF(file), &got, &err), err);
	CHECK_STR(got.origin, made.origin);
	CHECK(hash_equal(&got.fingerprint, &made.fingerprint));
	CHECK_INT(got.slot, 42);
	CHECK(hash_equal(&got.head, &made.head));
	CHECK_STR(got.code, "S-014");
	CHECK_STR(got.by.code, "ADM-1");
	CHECK(welcome_verify(&got, &admin.key));
	CHECK(!welcome_verify(&got, &other.key));
	got.slot++;
	CHECK(!welcome_verify(&got, &admin.key));
}

/* A bit changed anywhere: no note, or not signed by the admin. */
static void
welcome_altered(void)
{
	CLEANUP(identity_done) struct identity admin = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct welcome made = sample_welcome(), got;
	struct amana_error err = AMANA_ERROR_INIT;

	make_identity("ADM-1", &admin);
	CHECK_OK(welcome_make(&made, &admin, &file, &err), err);
	for (size_t i = 0; i < 8 * file.len; i++) {
		file.data[i / 8] = (uint8_t)(file.data[i / 8] ^ 1 << i % 8);
		CHECK(welcome_parse(BYTES_OF(file), &got, &err) < 0 ||
		      !welcome_verify(&got, &admin.key));
		file.data[i / 8] = (uint8_t)(file.data[i / 8] ^ 1 << i % 8);
	}
}

static void
welcome_other_texts(void)
{
	static const char *const bad[] = {
		"amana/" DIGITS "\n" HASH_A "\n42\n" HASH_B "\nS-014\n",
		"/welcome\n" HASH_A "\n42\n" HASH_B "\nS-014\n",
		"amana/" DIGITS "/case-card\n" HASH_A "\n42\n" HASH_B "\nS-014\n",
		"Amana/" DIGITS "/welcome\n" HASH_A "\n42\n" HASH_B "\nS-014\n",
		"amana/" DIGITS "/welcome\n" HASH_A "0\n42\n" HASH_B "\nS-014\n",
		"amana/" DIGITS "/welcome\n" HASH_A "\n042\n" HASH_B "\nS-014\n",
		"amana/" DIGITS "/welcome\n" HASH_A "\n1000000000000\n" HASH_B
		"\nS-014\n",
		"amana/" DIGITS "/welcome\n" HASH_A "\n42\n-\nS-014\n",
		"amana/" DIGITS "/welcome\n" HASH_A "\n42\n" HASH_B "\nWanjiru\n",
		"amana/" DIGITS "/welcome\n" HASH_A "\n42\n" HASH_B "\n",
		"amana/" DIGITS "/welcome\n" HASH_A "\n42\n" HASH_B "\nS-014\nS-015\n",
		"amana/" DIGITS "/welcome\n\n" HASH_A "\n42\n" HASH_B "\nS-014\n",
	};
	CLEANUP(identity_done) struct identity admin = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity second = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct welcome got;

	make_identity("ADM-1", &admin);
	make_identity("ADM-2", &second);
	sign_text(&note, "amana/" DIGITS "/welcome\n" HASH_A "\n42\n" HASH_B "\nS-014\n",
		  &admin);
	CHECK_OK(welcome_parse(BYTES_OF(note), &got, &err), err);
	CHECK_OK(note_add_signature(&note, "ADM-2", &second.seed, &err), err);
	CHECK_FAILS(welcome_parse(BYTES_OF(note), &got, &err), err, AMANA_E_FORMAT);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		sign_text(&note, bad[i], &admin);
		CHECK_FAILS(welcome_parse(BYTES_OF(note), &got, &err), err,
			    AMANA_E_FORMAT);
	}
	CHECK_FAILS(welcome_parse(BYTES_STR(""), &got, &err), err, AMANA_E_FORMAT);
}

/* Names of keys that are no staff codes sign other things (checkpoints). */
static void
signers_are_members(void)
{
	static const char text[] =
		"amana/" DIGITS "/welcome\n" HASH_A "\n42\n" HASH_B "\nS-014\n";
	static const char *const names[] = {"amana/" DIGITS, "admin", "adm-1", "ADM-1."};
	CLEANUP(identity_done) struct identity admin = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct welcome got;

	make_identity("ADM-1", &admin);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		buf_clear(&note);
		CHECK_OK(buf_add_str(&note, text, &err), err);
		CHECK_OK(note_sign(&note, names[i], &admin.seed, &err), err);
		CHECK_FAILS(welcome_parse(BYTES_OF(note), &got, &err), err,
			    AMANA_E_FORMAT);
	}
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(origins);
	RUN(welcome_round_trip);
	RUN(welcome_altered);
	RUN(welcome_other_texts);
	RUN(signers_are_members);
	return 0;
}
