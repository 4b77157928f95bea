/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_JUDGE_H
#define STATE_JUDGE_H

#include "custody/batch.h"
#include "state/state.h"

/*
 * Judging slots (docs/FORMAT.md section 9).  The verdict depends on the state and the
 * slot's bytes and on nothing else.
 *
 * One thread at a time for each state.  A signature is checked once for a batch, so at
 * least 10,000 entries are judged in a second.
 */
enum verdict {
	VERDICT_VALID,
	VERDICT_VOID,	 /* a finding about its signer; the log goes on without it */
	VERDICT_DAMAGED, /* these are not the bytes that were put there */
	VERDICT_NEWER, /* an earlier entry raised the format: this program cannot go on */
};
/* "valid", ...; static. */
const char *verdict_name(enum verdict verdict);

#define JUDGE_REASON_MAX 232
struct judge_report {
	enum verdict verdict;
	struct hash head;	       /* SHA-256 of the bytes */
	struct member_code signer;     /* who signed it; empty unless valid or void */
	char reason[JUDGE_REASON_MAX]; /* "" if valid */
	bool has_note; /* `note` is filled: if valid, and if void for another reason than
			  the note's text */
	struct batch_note note;
};

/*
 * Judges `slot` as slot state_slot(state) + 1.  If it is valid, the state has moved
 * on; if void, only its slot number and head have; otherwise the state is untouched.
 *
 * 0: *ret_report has the verdict.  -1: no memory; the state is untouched.
 */
int judge_slot(struct state *state, struct bytes slot, struct judge_report *ret_report,
	       struct amana_error *err) MUST_CHECK;

/*
 * Is `slot`, the bytes of slot m + 1, a valid skip over the damaged slots from N =
 * state_slot(state) + 1 to m? head_m is the SHA-256 of the bytes of slot m, as they
 * are.
 *
 * 0: *ret_report has the verdict.  If it is valid, the state is the one after slot m +
 * 1; otherwise the state is untouched, and the caller may try the next slot.  -1: no
 * memory.
 */
int judge_skip(struct state *state, uint64_t m, const struct hash *head_m,
	       struct bytes slot, struct judge_report *ret_report,
	       struct amana_error *err) MUST_CHECK;

#endif
