/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_RECEIPT_GIVEN_H
#define KEYS_RECEIPT_GIVEN_H

#include "keys/receipt.h"

/* A receipt as a person hands it to a command: the file that a deposit wrote, or
 * BATCH:HEAD typed from paper. */
struct receipt_given {
	/* The fingerprint, the date, the signer and the exhibits' numbers are known too.
	 */
	bool is_file;
	struct hash fingerprint;
	int64_t at; /* Unix seconds */
	char by[TEXT_MEMBER_MAX + 1];
	struct receipt_range *ranges; /* owned */
	size_t n_ranges;
	uint64_t batch;
	struct hash head;
};
#define RECEIPT_GIVEN_INIT                                                               \
	{                                                                                \
		.ranges = NULL                                                           \
	}
void receipt_given_done(struct receipt_given *given);

/* Reads what `text` names.  AMANA_E_MISSING: it is not BATCH:HEAD, and there is no file
 * of that name; AMANA_E_FORMAT: the file is no receipt. */
int receipt_given_read(const char *text, struct receipt_given *ret_given,
		       struct amana_error *err) MUST_CHECK;

#endif
