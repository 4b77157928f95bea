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
	struct note_key key; /* its name is the code */
	/* SHA-256 of the text; words_of_hash makes of it the words that are read out. */
	struct hash fingerprint;
};

/* Appends the person's card to ret_file. */
int card_make(const struct identity *identity, struct buf *ret_file,
	      struct amana_error *err) MUST_CHECK;
/* What the card of that identity says; the secret parts of the identity are not looked
 * at. */
int card_of(const struct identity *identity, struct card *ret_card,
	    struct amana_error *err) MUST_CHECK;
/* Reads a card and checks its signature.  AMANA_E_FORMAT: it is no card, or one of a
 * newer version, or its recipient is of low order, or its key is not of prime order;
 * AMANA_E_TAMPERED: the signature is not by the card's own key. */
int card_parse(struct bytes file, struct card *ret_card,
	       struct amana_error *err) MUST_CHECK;

#endif
