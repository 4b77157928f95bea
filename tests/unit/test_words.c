/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "crypto/words.h"

/* A hash whose eight groups of 11 bits are v, v + 1, ... modulo 2048. */
static struct hash
hash_of_groups(unsigned int v)
{
	struct hash hash = {.bytes = {0}};

	for (size_t bit = 0; bit < 88; bit++) {
		unsigned int group = (v + (unsigned int)(bit / 11)) & 2047;

		if ((group >> (10 - bit % 11) & 1) != 0)
			hash.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	}
	return hash;
}

static void
table_is_the_documented_one(void)
{
	char words[WORDS_TEXT_MAX + 1];
	struct hash hash = hash_of_groups(0);

	words_of_hash(&hash, words);
	CHECK_STR(words, "baba babe babo babu babi bada bade bado");
	hash = hash_of_groups(60);
	words_of_hash(&hash, words);
	CHECK_STR(words, "bacha bache bacho bachu beba bebe bebo bebu");
	hash = hash_of_groups(2040);
	words_of_hash(&hash, words);
	CHECK_STR(words, "keye keyo keyu keyi kecha keche kecho kechu");
	hash = hash_of_groups(2047);
	words_of_hash(&hash, words);
	CHECK_STR(words, "kechu baba babe babo babu babi bada bade");
	hash_of("amana", 5, &hash); /* 678c44fa9153f2589a432a... */
	words_of_hash(&hash, words);
	CHECK_STR(words, "locha lojo jotu bile joyo jani ludu lopo");
}

/* Of the 24th word only three bits are the hash's; eight zero bits follow them. */
static void
a_whole_hash_is_24_words(void)
{
	char eight[WORDS_TEXT_MAX + 1], all[WORDS_WHOLE_TEXT_MAX + 1],
		other[WORDS_WHOLE_TEXT_MAX + 1];
	struct hash hash = {.bytes = {0}};
	size_t n_spaces = 0;

	words_of_whole_hash(&hash, all);
	for (size_t i = 0; i < WORDS_WHOLE; i++)
		CHECK(strncmp(all + 5 * i, "baba ", i + 1 < WORDS_WHOLE ? 5 : 4) == 0);
	CHECK_INT(strlen(all), 5 * WORDS_WHOLE - 1);
	memset(hash.bytes, 0xff, HASH_LEN);
	words_of_whole_hash(&hash, all);
	CHECK_INT(strlen(all), 23 * 6 + 4);
	CHECK_STR(all + 22 * 6,
		  "kechu wuba"); /* 2047 and 0b111'00000000, which is 1792 */
	hash_of("amana", 5, &hash);
	words_of_hash(&hash, eight);
	words_of_whole_hash(&hash, all);
	CHECK_STR(
		all,
		"locha lojo jotu bile joyo jani ludu lopo busa junya bope joli kabo licho leda bole beli kemo lapu loche wuti kemo sola baba");
	CHECK(strncmp(all, eight, strlen(eight)) == 0 && all[strlen(eight)] == ' ');
	for (const char *at = all; *at != 0; at++)
		n_spaces += *at == ' ';
	CHECK_INT(n_spaces, WORDS_WHOLE - 1);
	for (size_t bit = 0; bit < 256; bit++) {
		struct hash changed = hash;

		changed.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		words_of_whole_hash(&changed, other);
		CHECK(strcmp(all, other) != 0);
	}
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
all_words_differ_and_are_short(void)
{
	static char all[2048][WORD_MAX + 1];
	size_t longest = 0;

	for (unsigned int v = 0; v < 2048; v += 8) {
		char words[WORDS_TEXT_MAX + 1], *rest = words, *word;
		struct hash hash = hash_of_groups(v);
		unsigned int n = 0;

		words_of_hash(&hash, words);
		CHECK(strlen(words) <= WORDS_TEXT_MAX);
		while ((word = strsep(&rest, " ")) != NULL) {
			CHECK(n < 8 && strlen(word) <= WORD_MAX);
			strcpy(all[v + n++], word);
			longest = strlen(word) > longest ? strlen(word) : longest;
		}
		CHECK_INT(n, 8);
	}
	CHECK_INT(longest, WORD_MAX);
	qsort(all, 2048, sizeof all[0], compare_words);
	for (size_t i = 1; i < 2048; i++)
		CHECK(strcmp(all[i - 1], all[i]) != 0);
}

static void
match_takes_all_of_it_in_any_dress(void)
{
	struct hash hash = hash_of_groups(1000), other = hash_of_groups(1001);
	char words[WORDS_TEXT_MAX + 1], text[128];

	words_of_hash(&hash, words);
	CHECK(words_match(words, &hash));
	CHECK(!words_match(words, &other));
	for (size_t i = 0; words[i] != 0; i++)
		text[i] = words[i] == ' ' ? '-' : (char)(words[i] - 'a' + 'A');
	text[strlen(words)] = 0;
	CHECK(words_match(text, &hash));
	snprintf(text, sizeof text, "\t %s \r\n", words);
	CHECK(words_match(text, &hash));
	snprintf(text, sizeof text, "%.*s\n  %s", (int)(strchr(words, ' ') - words),
		 words, strchr(words, ' ') + 1);
	CHECK(words_match(text, &hash));

	/* Never a beginning, never more, never one letter else. */
	for (size_t i = 0; i < strlen(words); i++) {
		snprintf(text, sizeof text, "%.*s", (int)i, words);
		CHECK(!words_match(text, &hash));
		strcpy(text, words);
		if (text[i] != ' ') {
			text[i] = text[i] == 'a' ? 'e' : 'a';
			CHECK(!words_match(text, &hash));
		}
	}
	CHECK(!words_match(words + 1, &hash));
	snprintf(text, sizeof text, "%s baba", words);
	CHECK(!words_match(text, &hash));
	snprintf(text, sizeof text, "%s.", words);
	CHECK(!words_match(text, &hash));
}

static void
match_takes_the_hex_digits(void)
{
	static const char hex[] =
		"2CF24DBA-5fb0a30e 26e83b2ac5b9e29e\n1b161e5c1fa7425e73043362938b9824";
	struct hash hash;
	char text[HASH_HEX_LEN + 1];

	hash_of("hello", 5, &hash);
	CHECK(words_match(hex, &hash));
	hash_hex(&hash, text);
	CHECK(words_match(text, &hash));
	for (size_t i = 0; i < HASH_HEX_LEN; i++) {
		char kept = text[i];

		text[i] = kept == '0' ? '1' : '0';
		CHECK(!words_match(text, &hash));
		text[i] = 0;
		CHECK(!words_match(text, &hash));
		text[i] = kept;
	}
	CHECK(!words_match("", &hash));
}

/* Fingerprints differ in the words if the first 88 bits differ, and only then. */
static void
words_carry_88_bits(void)
{
	char words[WORDS_TEXT_MAX + 1], others[WORDS_TEXT_MAX + 1];

	for (size_t bit = 0; bit < 256; bit++) {
		struct hash hash, other;

		hash_of("hello", 5, &hash);
		other = hash;
		other.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		words_of_hash(&hash, words);
		words_of_hash(&other, others);
		CHECK((strcmp(words, others) != 0) == (bit < 88));
	}
}

static void
passphrases_are_seven_words(void)
{
	struct amana_error err;
	char last[128] = "";

	for (int i = 0; i < 50; i++) {
		CLEANUP(secret_done) struct secret text = SECRET_INIT;
		char words[128];
		int n_spaces = 0;

		CHECK_OK(words_passphrase(&text, &err), err);
		CHECK(text.len >= 7 * 4 + 6 && text.len <= 7 * WORD_MAX + 6);
		memcpy(words, text.data, text.len);
		words[text.len] = 0;
		CHECK_INT(strlen(words), text.len);
		for (size_t k = 0; k < text.len; k++) {
			CHECK(words[k] == ' ' || (words[k] >= 'a' && words[k] <= 'z'));
			n_spaces += words[k] == ' ';
		}
		CHECK_INT(n_spaces, WORDS_PASSPHRASE - 1);
		CHECK(strcmp(words, last) != 0);
		strcpy(last, words);
	}
}

int
main(void)
{
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	RUN(table_is_the_documented_one);
	RUN(a_whole_hash_is_24_words);
	RUN(all_words_differ_and_are_short);
	RUN(match_takes_all_of_it_in_any_dress);
	RUN(match_takes_the_hex_digits);
	RUN(words_carry_88_bits);
	RUN(passphrases_are_seven_words);
	return 0;
}
