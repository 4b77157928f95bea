/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/text.h"
#include "crypto/sign.h"

static struct amana_error err;

struct vector {
	const char *name, *pub, *message, *sig; /* hex */
};

/* The public key of the seed 00 01 02 ... 1f, and the same point moved by one of order 8.
 */
#define PUB "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
#define MIXED_PUB "b502ff3d92e31d8190b4aa4ea0414005167fad089c4de9dac8a2fc850fed4f58"

static const struct vector accepted[] = {
	/* signed as RFC 8032 says */
	{"good", PUB, "61206261746368",
	 "3e54c441927f9f0ee5e13e34f0b0404c5043651a8f4b7ef087a1c42262a85d0a"
	 "9b038d6ff73fad12bfe7055bb33568e8080396f816a050f0b83cfdaf2bd8d502"},
};

static const struct vector refused[] = {
	/* S + L: a second spelling of S */
	{"s_plus_l", PUB, "61206261746368",
	 "3e54c441927f9f0ee5e13e34f0b0404c5043651a8f4b7ef087a1c42262a85d0a"
	 "88d782cc11a3bf6a9584fdfd912f47fd080396f816a050f0b83cfdaf2bd8d512"},
	/* S with its top bit set */
	{"s_top_bits", PUB, "61206261746368",
	 "3e54c441927f9f0ee5e13e34f0b0404c5043651a8f4b7ef087a1c42262a85d0a"
	 "9b038d6ff73fad12bfe7055bb33568e8080396f816a050f0b83cfdaf2bd8d582"},
	/* nonce r = 0: R is the neutral point and S = k * a; the equation holds */
	{"r_neutral", PUB, "61206261746368",
	 "0100000000000000000000000000000000000000000000000000000000000000"
	 "73a76cb6a6d58ccbaa7204e0454d97e8d1a9b111a638b2e0a1bb96c6f158e10a"},
	/* the same with the sign of zero set */
	{"r_neutral_signed", PUB, "61206261746368",
	 "0100000000000000000000000000000000000000000000000000000000000080"
	 "edccd4905be97df5eb9a5478aeb275bab58376d55f42d89ea0f210fa0ba8ab07"},
	/* the same with y = p + 1 */
	{"r_neutral_unreduced", PUB, "61206261746368",
	 "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
	 "9458d2db15b720cda3189876ce1abb7b60b21877229f99da6a803dd5d9907a0c"},
	/* R moved by the point of order 2: only the equation times 8 holds */
	{"only_cofactored", PUB, "61206261746368",
	 "afab3bbe6d8060f11a1ec1cb0f4fbfb3afbc9ae570b4810f785e3bdd9d57a2f5"
	 "68b5669bde033c6364acf2588d1fe19228b89116154bf739ae65c1b333671300"},
	/* Under a key of mixed order, every small-order R can be made to satisfy the
	 * cofactorless equation (R = n * T, T of order 8; the name says n). */
	{"small_r_2", MIXED_PUB, "6d6573736167652030",
	 "0000000000000000000000000000000000000000000000000000000000000080"
	 "833db68d01f3181852928d8d01aead615af854bb24db9abeea7cb581bbd3f90f"},
	{"small_r_3", MIXED_PUB, "6d6573736167652032",
	 "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
	 "2db2fcfe7d5c175839a0906e972e1f36d01aba8d2b2d9bb953d4049703febe05"},
	{"small_r_5", MIXED_PUB, "6d6573736167652032",
	 "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"
	 "2239b1574afe6081e0e16964bcce0fa6a51eab689dc2c9753b8daf49b6cc9d0d"},
	{"small_r_4", MIXED_PUB, "6d6573736167652033",
	 "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
	 "5c0d054fc2f4f9c91e138c5cd2ed00a7003ba94ad47f79fb2eeff4440fb83207"},
	{"small_r_7", MIXED_PUB, "6d6573736167652036",
	 "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
	 "4e6fc713844c39d02285c93dd94fe3a40b1bc1fbb892dd7cdb58ca24066ae40f"},
	{"small_r_0", MIXED_PUB, "6d6573736167652037",
	 "0100000000000000000000000000000000000000000000000000000000000000"
	 "66edb4ea67c887a57f9234665c48b6a40a6fbc145db0761fb886a9752e60840f"},
	{"small_r_6", MIXED_PUB, "6d6573736167652039",
	 "0000000000000000000000000000000000000000000000000000000000000000"
	 "cf380dbf88d8a1d56d9fcb94d14142fa9f66a176f2b42492f9d9b49437f57d01"},
	{"small_r_1", MIXED_PUB, "6d657373616765203233",
	 "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
	 "59ab35fed2cdd56bd2e076e68e781db3696466f92878891e5c1e2dfb737b2503"},
};

/* Points that no one may enrol: order 1 to 8, A + n * T (mixed order), zero with a sign,
 * y >= p, and a y that no point has. */
static const struct {
	const char *name, *pub;
} bad_keys[] = {
	{"small_0", "0100000000000000000000000000000000000000000000000000000000000000"},
	{"small_1", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"},
	{"mixed_1", "b502ff3d92e31d8190b4aa4ea0414005167fad089c4de9dac8a2fc850fed4f58"},
	{"small_2", "0000000000000000000000000000000000000000000000000000000000000080"},
	{"mixed_2", "8b2a59ac4324b312dd8d7e5480f0d2e11412b04eeb4e515268a730a951142b6c"},
	{"small_3", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"},
	{"mixed_3", "b154bd62188ae283dd187fefe8c31f5e276edf083b4cff11c9d5cff856c74440"},
	{"small_4", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"mixed_4", "ea5ef8400c31ef41e28f22e718b43f66981b29cf645af2a0e223799bedaace47"},
	{"small_5", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"},
	{"mixed_5", "38fd00c26d1ce27e6f4b55b15fbebffae98052f763b21625375d037af012b0a7"},
	{"small_6", "0000000000000000000000000000000000000000000000000000000000000000"},
	{"mixed_6", "62d5a653bcdb4ced227281ab7f0f2d1eebed4fb114b1aead9758cf56aeebd493"},
	{"small_7", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"},
	{"mixed_7", "3cab429de7751d7c22e78010173ce0a1d89120f7c4b300ee362a3007a938bbbf"},
	{"neutral_signed",
	 "0100000000000000000000000000000000000000000000000000000000000080"},
	{"order2_signed",
	 "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
	{"unreduced_0",
	 "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_1",
	 "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_3",
	 "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_4",
	 "f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_5",
	 "f2ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_6",
	 "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_9",
	 "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_10",
	 "f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_14",
	 "fbffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_15",
	 "fcffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_16",
	 "fdffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"unreduced_18",
	 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
	{"off_curve", "0200000000000000000000000000000000000000000000000000000000000000"},
};

static bool
verifies(const struct vector *vector)
{
	uint8_t pub[SIGN_PUB_LEN], sig[SIGN_SIG_LEN], message[64];
	size_t len = strlen(vector->message) / 2;

	CHECK_INT(text_unhex(vector->pub, 64, pub, sizeof pub), 0);
	CHECK_INT(text_unhex(vector->sig, 128, sig, sizeof sig), 0);
	CHECK_INT(text_unhex(vector->message, 2 * len, message, len), 0);
	return sign_verify(pub, message, len, sig);
}

/* RFC 8032 section 7.1, tests 1 to 3. */
static const struct {
	const char *seed;
	struct vector vector;
} rfc8032[] = {
	{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	 {"TEST 1", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	  "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
	  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"}},
	{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	 {"TEST 2", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	  "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"}},
	{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	 {"TEST 3", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
	  "af82",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"}},
};

static void
rfc8032_vectors(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rfc8032); i++) {
		const struct vector *vector = &rfc8032[i].vector;
		uint8_t seed_bytes[SIGN_SEED_LEN], pub[SIGN_PUB_LEN], sig[SIGN_SIG_LEN],
			message[64];
		struct secret seed = SECRET_INIT;
		size_t len = strlen(vector->message) / 2;
		char hex[129];

		CHECK_INT(text_unhex(rfc8032[i].seed, 64, seed_bytes, sizeof seed_bytes),
			  0);
		CHECK_INT(text_unhex(vector->message, 2 * len, message, len), 0);
		CHECK_OK(secret_from(seed_bytes, sizeof seed_bytes, &seed, &err), err);
		sign_public(&seed, pub);
		text_hex(pub, sizeof pub, hex);
		CHECK_STR(hex, vector->pub);
		CHECK_OK(sign_message(&seed, message, len, sig, &err), err);
		text_hex(sig, sizeof sig, hex);
		CHECK_STR(hex, vector->sig);
		CHECK(verifies(vector));
		CHECK(sign_key_valid(pub));
		secret_done(&seed);
	}
}

static void
any_change_is_refused(void)
{
	struct secret seed = SECRET_INIT;
	uint8_t pub[SIGN_PUB_LEN], sig[SIGN_SIG_LEN],
		message[33] = "an act in the log of this vault.";

	CHECK_OK(secret_random(SIGN_SEED_LEN, &seed, &err), err);
	sign_public(&seed, pub);
	CHECK_OK(sign_message(&seed, message, sizeof message, sig, &err), err);
	CHECK(sign_verify(pub, message, sizeof message, sig));
	for (size_t bit = 0; bit < 8 * sizeof sig; bit++) {
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(!sign_verify(pub, message, sizeof message, sig));
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * sizeof message; bit++) {
		message[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(!sign_verify(pub, message, sizeof message, sig));
		message[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK(!sign_verify(pub, message, sizeof message - 1, sig));
	pub[0] ^= 1;
	CHECK(!sign_verify(pub, message, sizeof message, sig));
	secret_done(&seed);
}

static void
strict_vectors(void)
{
	for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
		if (!verifies(&accepted[i]))
			fprintf(stderr, "%s\n", accepted[i].name);
		CHECK(verifies(&accepted[i]));
	}
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		if (verifies(&refused[i]))
			fprintf(stderr, "%s\n", refused[i].name);
		CHECK(!verifies(&refused[i]));
	}
}

static void
keys_are_points_of_prime_order(void)
{
	uint8_t pub[SIGN_PUB_LEN];

	for (size_t i = 0; i < ARRAY_LEN(bad_keys); i++) {
		CHECK_INT(text_unhex(bad_keys[i].pub, 64, pub, sizeof pub), 0);
		if (sign_key_valid(pub))
			fprintf(stderr, "%s\n", bad_keys[i].name);
		CHECK(!sign_key_valid(pub));
	}
	CHECK_INT(text_unhex(PUB, 64, pub, sizeof pub), 0);
	CHECK(sign_key_valid(pub));
	pub[31] ^= 0x80; /* the negative point has prime order as well */
	CHECK(sign_key_valid(pub));
}

static void
a_seed_has_32_bytes(void)
{
	struct secret seed = SECRET_INIT;
	uint8_t sig[SIGN_SIG_LEN];

	CHECK_OK(secret_new(31, &seed, &err), err);
	CHECK_FAILS(sign_message(&seed, "", 0, sig, &err), err, AMANA_E_BUG);
	secret_done(&seed);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(rfc8032_vectors);
	RUN(any_change_is_refused);
	RUN(strict_vectors);
	RUN(keys_are_points_of_prime_order);
	RUN(a_seed_has_32_bytes);
	return 0;
}
