/* SPDX-License-Identifier: Apache-2.0 */
/* Built over curve.c, where the compiler has its integers, and over curve_plain.c. */
#include "check.h"

#include "crypto/curve.h"

#include <sodium.h>

#define RANDOM_PAIRS 5000

static void
unhex(const char *hex, uint8_t out[CURVE_LEN])
{
	CHECK(sodium_hex2bin(out, CURVE_LEN, hex, strlen(hex), NULL, NULL, NULL) == 0);
}

static void
check_point(const uint8_t got[CURVE_LEN], const uint8_t want[CURVE_LEN])
{
	char got_hex[2 * CURVE_LEN + 1], want_hex[2 * CURVE_LEN + 1];

	CHECK_STR(sodium_bin2hex(got_hex, sizeof got_hex, got, CURVE_LEN),
		  sodium_bin2hex(want_hex, sizeof want_hex, want, CURVE_LEN));
}

/* RFC 7748 section 6.1. */
static void
known_answers(void)
{
	uint8_t a[CURVE_LEN], b[CURVE_LEN], want_a[CURVE_LEN], want_b[CURVE_LEN],
		want[CURVE_LEN];
	uint8_t public_a[CURVE_LEN], public_b[CURVE_LEN], shared[CURVE_LEN];

	unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", a);
	unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", b);
	unhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", want_a);
	unhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", want_b);
	unhex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", want);
	curve_public(a, public_a);
	check_point(public_a, want_a);
	curve_public(b, public_b);
	check_point(public_b, want_b);
	curve_agree(a, b, public_a, public_b, shared);
	check_point(public_a, want_a);
	check_point(public_b, want_b);
	check_point(shared, want);
}

/* What libsodium's ladder says of the same secrets. */
static void
check_pair(const uint8_t a[CURVE_LEN], const uint8_t b[CURVE_LEN])
{
	uint8_t want_a[CURVE_LEN], want_b[CURVE_LEN], want[CURVE_LEN];
	uint8_t public_a[CURVE_LEN], public_b[CURVE_LEN], shared[CURVE_LEN];

	CHECK(crypto_scalarmult_base(want_a, a) == 0 &&
	      crypto_scalarmult_base(want_b, b) == 0 &&
	      crypto_scalarmult(want, a, want_b) == 0);
	curve_public(a, public_a);
	check_point(public_a, want_a);
	curve_agree(a, b, public_a, public_b, shared);
	check_point(public_a, want_a);
	check_point(public_b, want_b);
	check_point(shared, want);
}

/* The bits that are set or cleared, and scalars at both ends. */
static void
uncommon_secrets(void)
{
	static const struct {
		uint8_t first, rest, last;
	} table[] = {
		{0x00, 0x00, 0x00}, {0xff, 0xff, 0xff}, {0x07, 0x00, 0x80},
		{0xf8, 0xff, 0x7f}, {0x08, 0x00, 0x40}, {0x00, 0x00, 0xc0},
		{0x01, 0xaa, 0x55}, {0xfe, 0x55, 0x2a},
	};
	uint8_t secrets[sizeof table / sizeof table[0]][CURVE_LEN];
	size_t n = sizeof table / sizeof table[0];

	for (size_t i = 0; i < n; i++) {
		memset(secrets[i], table[i].rest, CURVE_LEN);
		secrets[i][0] = table[i].first;
		secrets[i][CURVE_LEN - 1] = table[i].last;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			check_pair(secrets[i], secrets[j]);
}

static void
random_secrets(void)
{
	uint8_t a[CURVE_LEN], b[CURVE_LEN];

	for (int i = 0; i < RANDOM_PAIRS; i++) {
		randombytes_buf(a, sizeof a);
		randombytes_buf(b, sizeof b);
		check_pair(a, b);
	}
}

/* The secrets may be overwritten by what comes of them. */
static void
results_may_replace_secrets(void)
{
	uint8_t a[CURVE_LEN], want[CURVE_LEN];

	randombytes_buf(a, sizeof a);
	CHECK(crypto_scalarmult_base(want, a) == 0);
	curve_public(a, a);
	check_point(a, want);
}

int
main(void)
{
	CHECK(sodium_init() >= 0);
	RUN(known_answers);
	RUN(uncommon_secrets);
	RUN(random_secrets);
	RUN(results_may_replace_secrets);
	return 0;
}
