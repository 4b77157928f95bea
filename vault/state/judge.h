/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_JUDGE_H
#define STATE_JUDGE_H

#include "custody/batch.h"
#include "state/state.h"

/*
 * Judging slots (docs/FORMAT.md section 9).  The verdict depends on the state and the
 * bytes and on nothing else.  At least 10,000 entries a second; a signature is checked
 * once a batch.
 */
enum verdict {
	VERDICT_VALID,
	VERDICT_VOID,	 /* a finding about a person: passed by */
	VERDICT_DAMAGED, /* these are not the slot's bytes */
	VERDICT_NEWER,	 /* a `format` entry before it raised the format: this program
			    cannot go on */
};
/* "valid", ...; static. */
const char *verdict_name(enum verdict verdict);

#define JUDGE_REASON_MAX 232
struct judge_report {
	enum verdict verdict;
	struct hash head;	       /* SHA-256 of the bytes */
	struct member_code signer;     /* valid, void: who signed; otherwise empty */
	char reason[JUDGE_REASON_MAX]; /* "" if valid */
	bool has_note; /* valid, and void if the note could be read: the fields below */
	struct batch_note note;
};

/*
 * Judges `slot` as slot state_slot(state) + 1.  Valid: the state has moved on.  Void:
 * only its slot number and head have. Damaged, newer: it is untouched.  -1 for lack of
 * memory only; the state is then untouched too.
 */
int judge_slot(struct state *state, struct bytes slot, struct judge_report *ret_report,
	       struct amana_error *err) MUST_CHECK;

/*
 * `state` stands before a damaged slot N = state_slot(state) + 1.  Is `slot`, the bytes
 * of slot m + 1 > N, a valid skip over N to m?  head_m: SHA-256 of the bytes of slot m as
 * they are.  Valid: the state is that after slot m + 1.  Any other verdict: it is
 * untouched, and the caller looks at the next slot.
 */
int judge_skip(struct state *state, uint64_t m, const struct hash *head_m,
	       struct bytes slot, struct judge_report *ret_report,
	       struct amana_error *err) MUST_CHECK;

#endif
