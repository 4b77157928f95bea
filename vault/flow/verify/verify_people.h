/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_PEOPLE_H
#define FLOW_VERIFY_VERIFY_PEOPLE_H

#include "flow/verify/verify_core.h"

/*
 * What the rules allow and people have to know: keys that were replaced, leads whom an
 * admin appointed, cases without a lead, two people who are one hand, what was declared
 * lost.  None of it is a failure.
 */

/* An act that took two people, as the log passes by. */
struct verify_pair {
	uint64_t slot; /* of the approval */
	enum action action;
	struct member_code proposer, approver;
	struct hash proposal;
	/* The slot and subject of the `lost` that used it; 0: none did. */
	uint64_t lost_in;
	struct subject lost_subject;
};
struct verify_people {
	struct verify_proposal {
		struct hash leaf;
		enum action action;
		struct member_code by;
	} * proposals; /* owned */
	size_t n_proposals, cap_proposals;
	struct verify_pair *pairs; /* owned */
	size_t n_pairs, cap_pairs;
};
#define VERIFY_PEOPLE_INIT                                                               \
	{                                                                                \
		.proposals = NULL                                                        \
	}
void verify_people_done(struct verify_people *people);
/* One entry of a valid slot, in the order of the log. */
int verify_people_entry(struct verify_people *people, const struct log_seen_entry *seen,
			struct amana_error *err) MUST_CHECK;
/* Tells all of it, of the log's end. */
void verify_people_tell(struct verify *verify, const struct verify_people *people);

#endif
