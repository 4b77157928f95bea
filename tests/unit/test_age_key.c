/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "crypto/age.h"
#include "crypto/age_header.h"

#include <openssl/evp.h>
#include <sodium.h>

/* Identities, recipients, and the X25519 between them. */

static struct amana_error err;

#define RANDOM_PAIRS 200

static void
unhex(const char *hex, uint8_t out[AGE_KEY_LEN])
{
	CHECK(sodium_hex2bin(out, AGE_KEY_LEN, hex, strlen(hex), NULL, NULL, NULL) == 0);
}

static void
check_point(const uint8_t got[AGE_KEY_LEN], const uint8_t want[AGE_KEY_LEN])
{
	char got_hex[2 * AGE_KEY_LEN + 1], want_hex[2 * AGE_KEY_LEN + 1];

	CHECK_STR(sodium_bin2hex(got_hex, sizeof got_hex, got, AGE_KEY_LEN),
		  sodium_bin2hex(want_hex, sizeof want_hex, want, AGE_KEY_LEN));
}

/* RFC 7748 section 5.2: two products, and one that is its own next scalar. */
static void
products_of_rfc_7748(void)
{
	static const struct {
		const char *scalar, *point, *product;
	} known[] = {
		{"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
		 "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
		 "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
		{"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
		 "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
		 "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
	};
	uint8_t scalar[AGE_KEY_LEN], point[AGE_KEY_LEN], got[AGE_KEY_LEN],
		want[AGE_KEY_LEN];

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		unhex(known[i].scalar, scalar);
		unhex(known[i].point, point);
		unhex(known[i].product, want);
		CHECK_INT(age_shared_secret(scalar, point, got), 0);
		check_point(got, want);
	}
	memset(scalar, 0, sizeof scalar);
	scalar[0] = 9;
	memcpy(point, scalar, sizeof point);
	for (int i = 1; i <= 1000; i++) {
		CHECK_INT(age_shared_secret(scalar, point, got), 0);
		memcpy(point, scalar, sizeof point);
		memcpy(scalar, got, sizeof scalar);
		if (i == 1)
			unhex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
			      want);
		if (i == 1)
			check_point(got, want);
	}
	unhex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", want);
	check_point(got, want);
}

/* RFC 7748 section 6.1. */
static void
agreement_of_rfc_7748(void)
{
	uint8_t a[AGE_KEY_LEN], b[AGE_KEY_LEN], public_a[AGE_KEY_LEN],
		public_b[AGE_KEY_LEN];
	uint8_t shared[AGE_KEY_LEN], want[AGE_KEY_LEN];

	unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", a);
	unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", b);
	age_public(a, public_a);
	unhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", want);
	check_point(public_a, want);
	age_public(b, public_b);
	unhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", want);
	check_point(public_b, want);
	unhex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", want);
	CHECK_INT(age_shared_secret(a, public_b, shared), 0);
	check_point(shared, want);
	CHECK_INT(age_shared_secret(b, public_a, shared), 0);
	check_point(shared, want);
}

/* What libcrypto, which the program does not use for it, says of the same secrets. */
static void
check_against_libcrypto(const uint8_t a[AGE_KEY_LEN], const uint8_t b[AGE_KEY_LEN])
{
	EVP_PKEY *own =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, a, AGE_KEY_LEN);
	EVP_PKEY *peer =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, b, AGE_KEY_LEN);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(own, NULL);
	uint8_t public_a[AGE_KEY_LEN], public_b[AGE_KEY_LEN], shared[AGE_KEY_LEN];
	uint8_t want[AGE_KEY_LEN];
	size_t len = AGE_KEY_LEN;

	age_public(a, public_a);
	age_public(b, public_b);
	CHECK_INT(age_shared_secret(a, public_b, shared), 0);
	CHECK(EVP_PKEY_get_raw_public_key(own, want, &len) == 1 && len == AGE_KEY_LEN);
	check_point(public_a, want);
	CHECK(EVP_PKEY_derive_init(ctx) == 1 &&
	      EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
	      EVP_PKEY_derive(ctx, want, &len) == 1 && len == AGE_KEY_LEN);
	check_point(shared, want);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	EVP_PKEY_free(own);
}

/* The bits that are set or cleared, scalars at both ends, and any. */
static void
libcrypto_agrees(void)
{
	static const struct {
		uint8_t first, rest, last;
	} table[] = {
		{0x00, 0x00, 0x00}, {0xff, 0xff, 0xff}, {0x07, 0x00, 0x80},
		{0xf8, 0xff, 0x7f}, {0x08, 0x00, 0x40}, {0x00, 0x00, 0xc0},
		{0x01, 0xaa, 0x55}, {0xfe, 0x55, 0x2a},
	};
	uint8_t uncommon[ARRAY_LEN(table)][AGE_KEY_LEN], a[AGE_KEY_LEN], b[AGE_KEY_LEN];

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		memset(uncommon[i], table[i].rest, AGE_KEY_LEN);
		uncommon[i][0] = table[i].first;
		uncommon[i][AGE_KEY_LEN - 1] = table[i].last;
	}
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		for (size_t j = 0; j < ARRAY_LEN(table); j++)
			check_against_libcrypto(uncommon[i], uncommon[j]);
	for (int i = 0; i < RANDOM_PAIRS; i++) {
		randombytes_buf(a, sizeof a);
		randombytes_buf(b, sizeof b);
		check_against_libcrypto(a, b);
	}
}

static void
identities_as_age_keygen_has_them(void)
{
	static const char text[] =
		"AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0";
	char lower[sizeof text], out[AGE_IDENTITY_LEN + 1],
		recipient_text[AGE_RECIPIENT_LEN + 1];
	struct secret identity = SECRET_INIT;
	struct age_recipient recipient, parsed;

	CHECK_INT(sizeof text - 1, AGE_IDENTITY_LEN);
	CHECK_OK(age_identity_parse(text, AGE_IDENTITY_LEN, &identity, &err), err);
	age_identity_text(&identity, out);
	CHECK_STR(out, text);
	age_identity_recipient(&identity, &recipient);
	age_recipient_text(&recipient, recipient_text);
	CHECK_STR(recipient_text,
		  "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef");
	CHECK_INT(age_recipient_parse(recipient_text, AGE_RECIPIENT_LEN, &parsed), 0);
	CHECK(age_recipient_equal(&parsed, &recipient));
	parsed.pub[31] ^= 1;
	CHECK(!age_recipient_equal(&parsed, &recipient));
	secret_done(&identity);

	for (size_t i = 0; i < sizeof text; i++)
		lower[i] =
			(char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
	CHECK_INT(age_identity_parse(lower, AGE_IDENTITY_LEN, &identity, &err), 1);
	CHECK_INT(age_identity_parse(text, AGE_IDENTITY_LEN - 1, &identity, &err), 1);
	CHECK_INT(age_identity_parse(recipient_text, AGE_RECIPIENT_LEN, &identity, &err),
		  1);
	CHECK(identity.data == NULL);
}

/* Well-spelled texts of points that are no recipients. */
static void
bad_points_are_no_recipients(void)
{
	static const struct {
		const char *name, *text;
	} bad[] = {
		{"zero",
		 "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"},
		{"one", "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya"},
		{"order 8",
		 "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9"},
		{"order 8",
		 "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8"},
		{"p - 1",
		 "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m"},
		{"p", "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy"},
		{"p + 1",
		 "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv"},
		{"p + 9",
		 "age17mlllllllllllllllllllllllllllllllllllllllllllllllalsxajvgg"},
		{"9 with the top bit",
		 "age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqyr3apl"},
		{"order 8 with the top bit",
		 "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhzqqxqejhu"},
	};
	static const char nine[] =
		"age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8r66x";
	struct age_recipient recipient;

	CHECK_INT(age_recipient_parse(nine, strlen(nine), &recipient), 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK_INT(strlen(bad[i].text), AGE_RECIPIENT_LEN);
		if (age_recipient_parse(bad[i].text, AGE_RECIPIENT_LEN, &recipient) == 0)
			fprintf(stderr, "%s\n", bad[i].name);
		CHECK_INT(age_recipient_parse(bad[i].text, AGE_RECIPIENT_LEN, &recipient),
			  -1);
	}
	/* What did not parse changed nothing. */
	CHECK_INT(recipient.pub[0], 9);
	/* The list of the points agrees with what a multiplication makes of each. */
	for (int first = 0; first < 256; first++) {
		uint8_t scalar[AGE_KEY_LEN] = {9}, shared[AGE_KEY_LEN];
		char text[AGE_RECIPIENT_LEN + 1];

		memset(recipient.pub, 0, AGE_KEY_LEN);
		recipient.pub[0] = (uint8_t)first;
		age_recipient_text(&recipient, text);
		CHECK_INT(age_recipient_parse(text, AGE_RECIPIENT_LEN, &recipient),
			  age_shared_secret(scalar, recipient.pub, shared));
	}
}

/* With the recipient kept, an identity opens what it opened, and is written as it was. */
static void
identity_keeps_its_recipient(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 16);
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	char before[AGE_IDENTITY_LEN + 1], after[AGE_IDENTITY_LEN + 1];
	struct age_recipient derived, kept, again;

	CHECK_OK(age_identity_new(&identity, &err), err);
	age_identity_recipient(&identity, &derived);
	age_identity_text(&identity, before);
	CHECK_OK(age_seal(&derived, 1, BYTES_STR("the door was open"), &file, &err), err);
	for (int i = 0; i < 2; i++) {
		CHECK_OK(age_identity_keep_recipient(&identity, &kept, &err), err);
		CHECK_INT(identity.len, AGE_PAIR_LEN);
		CHECK(age_recipient_equal(&kept, &derived));
	}
	age_identity_recipient(&identity, &again);
	CHECK(age_recipient_equal(&again, &derived));
	age_identity_text(&identity, after);
	CHECK_STR(after, before);
	CHECK_OK(age_open(&identity, 1, BYTES_OF(file), &plain, &err), err);
	CHECK_INT(plain.len, strlen("the door was open"));
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(products_of_rfc_7748);
	RUN(agreement_of_rfc_7748);
	RUN(libcrypto_agrees);
	RUN(identities_as_age_keygen_has_them);
	RUN(bad_points_are_no_recipients);
	RUN(identity_keeps_its_recipient);
	return 0;
}
