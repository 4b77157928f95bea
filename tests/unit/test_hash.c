/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/fault.h"
#include "crypto/hash.h"

static struct amana_error err;

static void
check_hash(const struct hash *hash, const char *want)
{
	char hex[HASH_HEX_LEN + 1];

	hash_hex(hash, hex);
	CHECK_STR(hex, want);
}

/* FIPS 180-4 examples, and the empty string. */
static void
sha256_known_answers(void)
{
	struct hash hash;

	hash_of(NULL, 0, &hash);
	check_hash(&hash,
		   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	hash_of("abc", 3, &hash);
	check_hash(&hash,
		   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, &hash);
	check_hash(&hash,
		   "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	hash_of_tagged('a', "bc", 2, &hash);
	check_hash(&hash,
		   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
hasher_takes_any_pieces(void)
{
	CLEANUP(hasher_freep) struct hasher *hasher = hasher_new(&err);
	static char text[1000000];
	struct hash hash, again;

	CHECK(hasher != NULL);
	memset(text, 'a', sizeof text);
	for (size_t at = 0, piece = 1; at < sizeof text;
	     at += piece, piece = piece * 3 + 1) {
		if (piece > sizeof text - at)
			piece = sizeof text - at;
		hasher_add(hasher, text + at, piece);
	}
	hasher_finish(hasher, &hash);
	check_hash(&hash,
		   "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	hash_of(text, sizeof text, &again);
	CHECK(hash_equal(&hash, &again));
}

static void
hasher_is_empty_after_finish(void)
{
	CLEANUP(hasher_freep) struct hasher *hasher = hasher_new(&err);
	struct hash hash;

	hasher_add(hasher, "abc", 3);
	hasher_finish(hasher, &hash);
	hasher_finish(hasher, &hash);
	check_hash(&hash,
		   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	hasher_add(hasher, "abc", 3);
	hasher_finish(hasher, &hash);
	check_hash(&hash,
		   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* Whatever lies around the blocks that two messages share: starts within a block, ends
 * within one, one message much longer. */
static void
two_at_once_are_as_one_by_one(void)
{
	static const size_t starts[] = {0, 1, 63, 64, 200},
			    lens[] = {0, 1, 63, 64, 65, 127, 4096, 65536, 65552};
	CLEANUP(hasher_freep) struct hasher *a = hasher_new(&err);
	CLEANUP(hasher_freep) struct hasher *b = hasher_new(&err);
	static uint8_t text[70000], other[70000];
	struct hash got, want;

	CHECK(a != NULL && b != NULL);
	for (size_t i = 0; i < sizeof text; i++) {
		text[i] = (uint8_t)(i * 7 + i / 256);
		other[i] = (uint8_t)(i * 13 + 5);
	}
	for (size_t s = 0; s < ARRAY_LEN(starts); s++)
		for (size_t m = 0; m < ARRAY_LEN(lens); m++)
			for (size_t n = 0; n < ARRAY_LEN(lens); n++) {
				hasher_add(b, other, starts[s]);
				hasher_add_two(a, text, lens[m], b, other + starts[s],
					       lens[n]);
				hasher_add_two(a, text + lens[m], 100, b,
					       other + starts[s] + lens[n], 300);
				hasher_finish(a, &got);
				hash_of(text, lens[m] + 100, &want);
				CHECK(hash_equal(&got, &want));
				hasher_finish(b, &got);
				hash_of(other, starts[s] + lens[n] + 300, &want);
				CHECK(hash_equal(&got, &want));
			}
}

/* The count of bits goes into the digest: it must pass from the lower word to the upper
 * one. */
static void
two_at_once_count_past_512_mib(void)
{
	CLEANUP(hasher_freep) struct hasher *a = hasher_new(&err);
	CLEANUP(hasher_freep) struct hasher *b = hasher_new(&err);
	CLEANUP(hasher_freep) struct hasher *c = hasher_new(&err);
	static uint8_t text[1 << 20];
	struct hash got, want;

	CHECK(a != NULL && b != NULL && c != NULL);
	for (size_t i = 0; i < 513; i++) {
		hasher_add_two(a, text, sizeof text, b, text, sizeof text);
		hasher_add(c, text, sizeof text);
	}
	hasher_finish(c, &want);
	hasher_finish(a, &got);
	CHECK(hash_equal(&got, &want));
	hasher_finish(b, &got);
	CHECK(hash_equal(&got, &want));
}

static void
hashes_have_one_spelling(void)
{
	char hex[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	struct hash hash, other;

	CHECK_INT(hash_parse(hex, 64, &hash), 0);
	hash_of("abc", 3, &other);
	CHECK(hash_equal(&hash, &other));
	other.bytes[31] ^= 1;
	CHECK(!hash_equal(&hash, &other));
	CHECK_INT(hash_parse(hex, 63, &hash), -1);
	CHECK_INT(hash_parse(hex, 65, &hash), -1);
	hex[0] = 'B';
	CHECK_INT(hash_parse(hex, 64, &hash), -1);
	hex[0] = 'g';
	CHECK_INT(hash_parse(hex, 64, &hash), -1);
}

/* RFC 4231, cases 1, 2 and 6 (a key longer than a block). */
static void
hmac_known_answers(void)
{
	uint8_t key[131];
	struct hash mac;

	memset(key, 0x0b, 20);
	hmac_of(key, 20, "Hi There", 8, &mac);
	check_hash(&mac,
		   "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hmac_of((const uint8_t *)"Jefe", 4, "what do ya want for nothing?", 28, &mac);
	check_hash(&mac,
		   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	hmac_of(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First",
		54, &mac);
	check_hash(&mac,
		   "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
check_bytes(const uint8_t *bytes, size_t len, const char *want)
{
	char hex[256];

	for (size_t i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	CHECK_STR(hex, want);
}

/* RFC 5869, cases A.1, A.2 (three blocks out) and A.3 (no salt, no info). */
static void
hkdf_known_answers(void)
{
	uint8_t ikm[80], salt[80], out[82];
	char info[81] = {0};

	memset(ikm, 0x0b, 22);
	for (int i = 0; i < 13; i++)
		salt[i] = (uint8_t)i;
	for (int i = 0; i < 10; i++)
		info[i] = (char)(0xf0 + i);
	hkdf_of((struct bytes){ikm, 22}, (struct bytes){salt, 13}, info, out, 42);
	check_bytes(out, 42,
		    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
		    "34007208d5b887185865");
	hkdf_of((struct bytes){ikm, 22}, (struct bytes){NULL, 0}, "", out, 42);
	check_bytes(out, 42,
		    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
		    "9d201395faa4b61a96c8");
	for (int i = 0; i < 80; i++) {
		ikm[i] = (uint8_t)i;
		salt[i] = (uint8_t)(0x60 + i);
		info[i] = (char)(0xb0 + i);
	}
	hkdf_of((struct bytes){ikm, 80}, (struct bytes){salt, 80}, info, out, 82);
	check_bytes(out, 82,
		    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
		    "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
		    "cc30c58179ec3e87c14c01d5c1f3434f1d87");
}

static void
hasher_says_when_memory_ran_out(void)
{
	struct hasher *hasher;

	fault_arm(FAULT_ALLOC, 1, 0, false);
	hasher = hasher_new(&err);
	if (fault_passed() == 0) { /* a build without fault hooks */
		CHECK(hasher != NULL);
		hasher_free(hasher);
		return;
	}
	fault_disarm();
	CHECK(hasher == NULL);
	CHECK_INT(err.code, AMANA_E_NOMEM);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(sha256_known_answers);
	RUN(hasher_takes_any_pieces);
	RUN(hasher_is_empty_after_finish);
	RUN(two_at_once_are_as_one_by_one);
	RUN(two_at_once_count_past_512_mib);
	RUN(hashes_have_one_spelling);
	RUN(hmac_known_answers);
	RUN(hkdf_known_answers);
	RUN(hasher_says_when_memory_ran_out);
	return 0;
}
