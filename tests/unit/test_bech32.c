/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/text.h"
#include "crypto/bech32.h"

/* Examples of BIP 173 that are whole bytes, and a recipient and an identity that
 * age-keygen made. */
static const struct {
	const char *hrp, *hex, *text;
} good[] = {
	{"A", "", "A12UEL5L"},
	{"an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio",
	 "",
	 "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs"},
	{"split", "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d",
	 "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"},
	{"age", "0900000000000000000000000000000000000000000000000000000000000000",
	 "age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8r66x"},
};

static void
known_answers(void)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		uint8_t value[BECH32_VALUE_MAX], back[BECH32_VALUE_MAX];
		size_t len = strlen(good[i].hex) / 2;
		char text[200];

		CHECK_INT(text_unhex(good[i].hex, 2 * len, value, len), 0);
		bech32_encode(good[i].hrp, value, len, text);
		CHECK_STR(text, good[i].text);
		CHECK_INT(bech32_decode(text, strlen(text), good[i].hrp, back, len), 0);
		CHECK(memcmp(value, back, len) == 0);
	}
}

static void
lengths_are_exact(void)
{
	for (size_t len = 0; len <= BECH32_VALUE_MAX; len++) {
		uint8_t value[BECH32_VALUE_MAX], back[BECH32_VALUE_MAX + 1] = {0};
		char text[BECH32_LEN(3, BECH32_VALUE_MAX) + 1];

		memset(value, (int)(0xa7 + len), sizeof value);
		bech32_encode("age", value, len, text);
		CHECK_INT(strlen(text), BECH32_LEN(3, len));
		CHECK_INT(bech32_decode(text, strlen(text), "age", back, len), 0);
		CHECK(memcmp(value, back, len) == 0);
		CHECK_INT(bech32_decode(text, strlen(text) - 1, "age", back, len), -1);
		CHECK_INT(bech32_decode(text, strlen(text), "age", back, len + 1), -1);
	}
}

static int
decodes(const char *text, const char *hrp)
{
	uint8_t value[32], untouched[32];
	int r;

	memset(value, 0x5a, sizeof value);
	memset(untouched, 0x5a, sizeof untouched);
	r = bech32_decode(text, strlen(text), hrp, value, sizeof value);
	if (r < 0)
		CHECK(memcmp(value, untouched, sizeof value) == 0);
	return r;
}

static void
second_spellings_are_refused(void)
{
	/* The same value with 1 in the padding bit, and a good checksum. */
	CHECK_INT(
		decodes("age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpa3h085",
			"age"),
		-1);
	CHECK_INT(
		decodes("AGE1PYQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ8R66X",
			"age"),
		-1);
	CHECK_INT(
		decodes("AGE1PYQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ8R66X",
			"AGE"),
		0);
	CHECK_INT(
		decodes("age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8r66X",
			"age"),
		-1);
	CHECK_INT(
		decodes("age1Pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8r66x",
			"age"),
		-1);
	/* Another human-readable part, with its own good checksum. */
	CHECK_INT(
		decodes("agf1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqg6645d",
			"age"),
		-1);
	CHECK_INT(
		decodes("agf1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqg6645d",
			"agf"),
		0);
}

static void
any_other_character_is_refused(void)
{
	char text[] = "age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8r66x";

	CHECK_INT(decodes(text, "age"), 0);
	for (size_t at = 0; at < sizeof text - 1; at++) {
		char was = text[at];

		for (int c = 1; c < 256; c++) {
			if ((char)c == was)
				continue;
			text[at] = (char)c;
			CHECK_INT(decodes(text, "age"), -1);
		}
		text[at] = was;
	}
	text[10] = 0;
	CHECK_INT(bech32_decode(text, sizeof text - 1, "age", (uint8_t[32]){0}, 32), -1);
}

int
main(void)
{
	RUN(known_answers);
	RUN(lengths_are_exact);
	RUN(second_spellings_are_refused);
	RUN(any_other_character_is_refused);
	return 0;
}
