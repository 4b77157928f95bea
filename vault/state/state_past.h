/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_PAST_H
#define STATE_STATE_PAST_H

#include "state/state_core.h"

/*
 * Private to vault/state: grants begin and end, and what members held before.  Each
 * function is called while the entry that does it is being applied; -1 is for lack of
 * memory.
 */

/* A grant of this kind begins (+1) or ends (-1): the counts of its case, or of the audit
 * ring's holders, follow. */
int state_past_count(struct state *state, uint32_t case_row, enum grant_kind kind,
		     int change, struct amana_error *err) MUST_CHECK;
/* Remembers the grant as it is. */
int state_past_grant(struct state *state, uint32_t grant_row,
		     struct amana_error *err) MUST_CHECK;
/* Remembers the grant and ends it; if its holder could read, the ring is due. */
int state_past_end_grant(struct state *state, uint32_t grant_row,
			 struct amana_error *err) MUST_CHECK;

#endif
