/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/words.h"

#include <string.h>

#define WORD_BITS 11
#define WORD_MASK ((1u << WORD_BITS) - 1)

/* The order matters: it leaves out ki, ko, ku (never reached: 6 * 5 + 2 = 32) and chi (12
 * * 5 + 4 = 64), and with them the words that nobody wants to read out.  docs/FORMAT.md
 * has the same tables, which may never change: a fingerprint that was read out or
 * printed must be spelled the same for ever. */
static const char vowels[] = "aeoui";
static const char first[] = "bjlmswk";
static const char second[][3] = {"b",  "d", "f", "j", "l", "m", "n",
				 "ny", "p", "s", "t", "y", "ch"};

/* Writes one word, at most WORD_MAX letters and no NUL; returns its length. */
static size_t
word_put(unsigned int v, char *out)
{
	unsigned int a = v >> 6 & 31, b = v & 63;
	const char *consonant = second[b / 5];
	size_t n = 0;

	out[n++] = first[a / 5];
	out[n++] = vowels[a % 5];
	while (*consonant != 0)
		out[n++] = *consonant++;
	out[n++] = vowels[b % 5];
	return n;
}

/* The 11 bits of a hash that start at bit `at`, most significant first; zeros follow it.
 */
static unsigned int
word_bits(const struct hash *hash, size_t at)
{
	unsigned int v = 0;

	for (size_t i = at; i < at + WORD_BITS; i++) {
		unsigned int byte = i / 8 < HASH_LEN ? hash->bytes[i / 8] : 0;

		v = v << 1 | (byte >> (7 - i % 8) & 1u);
	}
	return v;
}

static void
put_words(const struct hash *hash, size_t n_words, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < n_words; i++) {
		if (i > 0)
			out[n++] = ' ';
		n += word_put(word_bits(hash, i * WORD_BITS), out + n);
	}
	out[n] = 0;
}

void
words_of_hash(const struct hash *hash, char out[WORDS_TEXT_MAX + 1])
{
	put_words(hash, WORDS_FINGERPRINT, out);
}

void
words_of_whole_hash(const struct hash *hash, char out[WORDS_WHOLE_TEXT_MAX + 1])
{
	put_words(hash, WORDS_WHOLE, out);
}

static bool
is_between(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '-';
}

/* True if both are the same once case, white space and hyphens are left out. */
static bool
same_letters(const char *text, const char *want)
{
	for (;; text++, want++) {
		char c;

		while (is_between(*text))
			text++;
		while (is_between(*want))
			want++;
		c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
		if (c != *want)
			return false;
		if (c == 0)
			return true;
	}
}

bool
words_match(const char *text, const struct hash *hash)
{
	char words[WORDS_TEXT_MAX + 1], hex[HASH_HEX_LEN + 1];

	words_of_hash(hash, words);
	hash_hex(hash, hex);
	return same_letters(text, words) || same_letters(text, hex);
}

int
words_passphrase(struct secret *ret_text, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret dice = SECRET_INIT;
	CLEANUP(secret_done) struct secret room = SECRET_INIT;
	size_t n = 0;

	if (secret_random(2 * (size_t)WORDS_PASSPHRASE, &dice, err) < 0 ||
	    secret_new((size_t)WORDS_PASSPHRASE * (WORD_MAX + 1), &room, err) < 0)
		return -1;
	for (size_t i = 0; i < WORDS_PASSPHRASE; i++) {
		if (i > 0)
			room.data[n++] = ' ';
		n += word_put(bytes_u16be(dice.data + 2 * i) & WORD_MASK,
			      (char *)room.data + n);
	}
	return secret_from(room.data, n, ret_text, err);
}
