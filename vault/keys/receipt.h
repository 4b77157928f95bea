/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_RECEIPT_H
#define KEYS_RECEIPT_H

#include "base/text.h"
#include "crypto/words.h"

/*
 * A receipt, R-N.txt: what a depositor keeps outside the office.  Not signed: the head
 * commits to the signed batch.  Pure functions.
 */
#define RECEIPT_RANGES_MAX 1024
#define RECEIPT_MAX 65536 /* bytes */

struct receipt_range {
	uint64_t first, last; /* numbers of exhibits within the case, both included */
};
struct receipt {
	struct hash fingerprint; /* of the vault */
	uint64_t batch;
	struct hash head;
	int64_t at;		      /* Unix seconds: of the batch's first entry */
	char by[TEXT_MEMBER_MAX + 1]; /* the staff code of its signer */
	/* Ascending, with a gap between one and the next (7-8,9 is spelled 7-9). */
	const struct receipt_range *ranges;
	size_t n_ranges;
};

/* Appends the text of a receipt.  AMANA_E_LIMIT: it has more than RECEIPT_RANGES_MAX
 * ranges; AMANA_E_BUG: they are out of order, or another field has no spelling. */
int receipt_text(const struct receipt *receipt, struct buf *ret_text,
		 struct amana_error *err) MUST_CHECK;
/* Reads a receipt.  ret_ranges has room for RECEIPT_RANGES_MAX, and receipt->ranges will
 * point to it.  AMANA_E_FORMAT: it is no receipt, or its words are not those of its
 * fingerprint and its head. */
int receipt_parse(struct bytes text, struct receipt_range *ret_ranges,
		  struct receipt *ret_receipt, struct amana_error *err) MUST_CHECK;
/* Reads BATCH:HEAD, as it is typed from a printed receipt (R-BATCH:HEAD too).  -1,
 * filling nothing: it is not that. */
int receipt_parse_short(const char *text, uint64_t *ret_batch,
			struct hash *ret_head) MUST_CHECK;

#endif
