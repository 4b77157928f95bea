/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_RECEIPTS_H
#define FLOW_VERIFY_VERIFY_RECEIPTS_H

#include "flow/verify/verify_core.h"
#include "keys/receipt_given.h"

/*
 * Receipts: what somebody outside was given must be what the log says.  They are read
 * before the log, looked up while its slots go by, and told after it.
 */
struct verify_receipt {
	char name[96]; /* what its check is called: "receipt R-117" */
	struct receipt_given given;

	/* What the log has in that batch, once it went by. */
	bool seen, passed_over;
	enum verdict verdict;
	struct hash found; /* its head */
	/* Of a valid batch: who signed it, and the time of its first entry. */
	struct member_code signer;
	int64_t at;
};

/* Reads every receipt of the request into verify->receipts.  AMANA_E_FORMAT: the file is
 * no receipt; AMANA_E_MISSING: there is no such file. */
int verify_receipts_read(struct verify *verify, struct amana_error *err) MUST_CHECK;

/* A slot of the log goes by: the receipts that name its batch take down what it is. */
void verify_receipts_slot(struct verify *verify, const struct log_slot *slot);

/* An entry of a valid slot goes by, after its slot. */
void verify_receipts_entry(struct verify *verify, const struct log_seen_entry *seen);

/* After the replay: tells one check for each receipt, in the order given.  The first one
 * that holds vouches for the vault if nothing else does. */
int verify_receipts_tell(struct verify *verify, struct amana_error *err) MUST_CHECK;

/* Frees the receipts; also those of a reading that failed half-way. */
void verify_receipts_done(struct verify *verify);

#endif
