/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_WORDS_H
#define CRYPTO_WORDS_H

#include "crypto/hash.h"

/*
 * Words to read out: 2,048 words of two syllables, 11 bits each, all different, easy to
 * say in Swahili and in English: "bado", "jumu", "lenya".  Word v is first[v >> 6] then
 * second[v & 63], where
 *
 *	first[a]  = "b j l m s w k"[a / 5]                    then "a e o u i"[a % 5]
 *	second[b] = "b d f j l m n ny p s t y ch"[b / 5]      then "a e o u i"[b % 5]
 *
 * so of k only "ka" and "ke" are used, and "chi" is not.  A word is 4 or 5 letters. Every
 * syllable ends in its only vowel: the words can be told apart even when they are run
 * together.
 */
#define WORD_MAX 5
#define WORDS_FINGERPRINT 8 /* 88 bits */
#define WORDS_WHOLE 24	    /* all 256 bits, and eight zero bits behind them */
#define WORDS_PASSPHRASE 7  /* 77 bits */
#define WORDS_TEXT_MAX (WORDS_FINGERPRINT * (WORD_MAX + 1))
#define WORDS_WHOLE_TEXT_MAX (WORDS_WHOLE * (WORD_MAX + 1))

/* The first 88 bits of a hash, as eight words with spaces between. */
void words_of_hash(const struct hash *hash, char out[WORDS_TEXT_MAX + 1]);
/* The whole hash, as 24 words with spaces between: where nobody may be able to make
 * another hash with the same words. */
void words_of_whole_hash(const struct hash *hash, char out[WORDS_WHOLE_TEXT_MAX + 1]);
/* True if `text` is the eight words of the hash or its 64 hex digits, all of them.  Case,
 * white space and '-' do not matter, anywhere. */
bool words_match(const char *text, const struct hash *hash);
/* A new passphrase: WORDS_PASSPHRASE words with a space between, no NUL in its length. */
int words_passphrase(struct secret *ret_text, struct amana_error *err) MUST_CHECK;

#endif
