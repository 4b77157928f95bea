/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_LINE_H
#define STATE_STATE_LINE_H

#include "state/state_core.h"

/*
 * Private to vault/state: who stands behind a member's enrolment.  The line of a member
 * is all who ever enrolled it, and the line of each as it stood when they signed
 * (docs/FORMAT.md 10.1).
 */

/* True if `who` is in the line of `member`.  -1 is for no memory: *ret_is is then not
 * filled. */
int state_line_has(const struct state *state, uint32_t member, uint32_t who, bool *ret_is,
		   struct amana_error *err) MUST_CHECK;
/* True if one and the same recovery card is, or stands in the line by an enrol that it
 * signed alone, of both. */
int state_line_one_card(const struct state *state, uint32_t a, uint32_t b, bool *ret_is,
			struct amana_error *err) MUST_CHECK;

#endif
