/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DUMP_H
#define TESTS_DUMP_H

#include "state/state.h"

/*
 * A replayed state as lines of text, so that it can be compared with what another
 * program makes of the same log.  Whatever fails here ends the program.
 *
 *	head N HASH
 *	tree SIZE ROOT
 *	format NUMBER
 *	policy two-person on|off
 *	policy disclosure two-person|-
 *	policy grant-days NUMBER
 *	policy break-glass on|off
 *	member CODE enrolled|revoked|proposed ROLES RECIPIENT VKEY
 *	ring ID|audit EPOCH RECIPIENT due|-
 *	case ID held|- closed|- EXHIBITS LEADS READING
 *	grant ID|audit CODE KIND FIRM APPOINTMENT BROKEN UNTIL EPOCH SIGNER OBJECT
 *	exhibit ID CASE NUMBER OBJECT|- held|- disposed|- PRIVATE
 *	bundle N HASH
 *	sheet N HASH PRESENT|-
 *	gone HASH
 *	object HASH EXHIBITS DISPOSED kept|-
 *	goes HASH
 *	proposal LEAF open|lapsed|permitted|used|closed
 *	log-key VKEY
 *	skip N M HASH CODE
 *	restored N HASH CODE PROPOSER|-
 *	lost SUBJECT HASH CODE PROPOSER|-
 *	acknowledged LEAF CODE
 *	event NUMBER LEAF SUBJECT
 *
 * FIRM and APPOINTMENT are these words in small letters, or -; BROKEN and UNTIL are times
 * or -, OBJECT may be -; the event is the newest of its subject.
 */
struct dump {
	struct buf text;
	size_t *lines; /* where each line begins */
	size_t n_lines, cap;
};
#define DUMP_INIT                                                                        \
	{                                                                                \
		.text = BUF_INIT((size_t)1 << 30)                                        \
	}
void dump_done(struct dump *dump);
void dump_line(struct dump *dump, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* ended: also proposals that are over, which a snapshot leaves out. */
void dump_state(struct dump *dump, const struct state *state, bool ended);
/* Sorts the lines bytewise. */
void dump_sort(struct dump *dump);
/* Line i of n_lines, without its LF. */
const char *dump_at(const struct dump *dump, size_t i);

#endif
