/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_RING_H
#define STATE_STATE_RING_H

#include "state/state_core.h"

/*
 * Private to vault/state: rings, and what grants let their holders do.  A ring is named
 * by its case's row; NO_ROW is the audit ring.
 */

/* The row of the case that names a ring, or NO_ROW with case_id NULL; *ret_known is
 * false if there is no such case. */
uint32_t state_ring_case(const struct state *state, const struct custody_id *case_id,
			 bool *ret_known);
/* What the member's grant lets them do now; GRANT_NONE if there is none. */
enum grant_kind state_ring_means(const struct state *state, uint32_t member_row,
				 uint32_t case_row);
/* False for the audit ring, which has no leads. */
bool state_is_lead(const struct state *state, uint32_t member_row, uint32_t case_row);
/* A lead by a firm grant. */
bool state_is_standing(const struct state *state, uint32_t member_row, uint32_t case_row);
/* Has a firm grant as reader, standby or recovery: of the case's own people, as far as
 * nobody's line is asked. */
bool state_is_own_people(const struct state *state, uint32_t member_row,
			 uint32_t case_row);
/* Notes that the ring needs a new epoch.  -1: no memory. */
int state_ring_make_due(struct state *state, uint32_t case_row,
			struct amana_error *err) MUST_CHECK;

/* True for grants whose holders the ring's epochs are sealed to. */
static inline bool
state_kind_reads(enum grant_kind kind)
{
	return kind == GRANT_LEAD || kind == GRANT_READER || kind == GRANT_STANDBY ||
	       kind == GRANT_RECOVERY || kind == GRANT_AUDITOR;
}

#endif
