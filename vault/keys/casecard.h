/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_CASECARD_H
#define KEYS_CASECARD_H

#include "crypto/hash.h"
#include "keys/identity.h"
#include "keys/signed.h"

/*
 * A case card: a note by a lead with the case ring's current recipient, for partners who
 * seal packets for the case.  The date tells a partner which of two cards is the newer
 * one.  Pure functions.
 */
struct casecard {
	char origin[SIGNED_ORIGIN_MAX + 1];
	struct hash fingerprint; /* of the vault */
	int64_t at;		 /* Unix seconds: when the card was made */
	char case_id[SIGNED_ID_LEN + 1];
	uint64_t epoch; /* from 1 */
	struct age_recipient recipient;
	char case_code[TEXT_CASE_MAX + 1]; /* "-": not told */
	struct signed_by by;		   /* the lead; casecard_parse reads it */
};

/* Signs the card as `lead` and appends it to ret_file. */
int casecard_make(const struct casecard *card, const struct identity *lead,
		  struct buf *ret_file, struct amana_error *err) MUST_CHECK;
/* Reads a case card.  Its signature is NOT judged: casecard_verify does that.
 * AMANA_E_FORMAT: it is none. */
int casecard_parse(struct bytes file, struct casecard *ret_card,
		   struct amana_error *err) MUST_CHECK;
bool casecard_verify(const struct casecard *card, const struct note_key *key);

#endif
