/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_CARD_H
#define KEYS_CARD_H

#include "crypto/words.h"
#include "keys/identity.h"
#include "keys/signed.h"

/*
 * A card, MEMBER.card: what a person gives to an admin to be enrolled.  A note signed by
 * its own key, so that nobody can enrol keys that they do not hold.  Pure functions.
 */
struct card {
	char code[TEXT_MEMBER_MAX + 1];
	struct age_recipient recipient;
	struct note_key key;	 /* its name is code */
	struct hash fingerprint; /* SHA-256 of the text; words_of_hash gives what is read
				    out */
};

/* The person's card, appended to ret_file. */
int card_make(const struct identity *identity, struct buf *ret_file,
	      struct amana_error *err) MUST_CHECK;
/* The same without the file. */
int card_of(const struct identity *identity, struct card *ret_card,
	    struct amana_error *err) MUST_CHECK;
/* AMANA_E_FORMAT: no card, or of a newer version; AMANA_E_TAMPERED: the signature is not
 * by the card's own key.  Recipients of low order and keys that are not of prime order
 * are refused (FORMAT). */
int card_parse(struct bytes file, struct card *ret_card,
	       struct amana_error *err) MUST_CHECK;

#endif
