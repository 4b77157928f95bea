/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_WORDS_H
#define CRYPTO_WORDS_H

#include "crypto/hash.h"

/*
 * Words to read out: 2,048 pronounceable two-syllable words, 11 bits each.  The first syllable is one
 * of 32 (k t m s l p b n with a e i u), the second one of 64 (k t m s l p n d g z f w j mb nd ng with a e i o...):
 * word = first[v >> 6], second[v & 63].  The table stands in docs/FORMAT.md.
 */
#define WORD_MAX 6
#define WORDS_FINGERPRINT 8 /* 88 bits */
#define WORDS_PASSPHRASE 7  /* 77 bits */
#define WORDS_TEXT_MAX (WORDS_FINGERPRINT * (WORD_MAX + 1))

/* The first 88 bits of a hash, as eight words with spaces between. */
void words_of_hash(const struct hash *hash, char out[WORDS_TEXT_MAX + 1]);
/* True if `text` is the eight words of the hash (any case, any white space or '-' between), or its
 * 64 hex digits. */
bool words_match(const char *text, const struct hash *hash);
/* A new passphrase of WORDS_PASSPHRASE words. */
int words_passphrase(struct secret *ret_text, struct amana_error *err) MUST_CHECK;

#endif
