/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_PAST_H
#define STATE_STATE_PAST_H

#include "state/state_core.h"

/*
 * Private to vault/state: what members held before.  Each function is called while the
 * entry that ends it is being applied; -1 is for lack of memory.
 */

/* Remembers the grant as it is. */
int state_past_grant(struct state *state, uint32_t grant_row,
		     struct amana_error *err) MUST_CHECK;
/* Remembers a member's time as auditor. */
int state_past_auditor(struct state *state, uint32_t member_row,
		       struct amana_error *err) MUST_CHECK;
/* Remembers the grant and ends it; if its holder could read, the ring is due. */
int state_past_end_grant(struct state *state, uint32_t grant_row,
			 struct amana_error *err) MUST_CHECK;

#endif
