/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STATE_PEEK_H
#define TESTS_STATE_PEEK_H

#include "state/state_table.h"

/* What only tests ask of a state, read from inside it. */

static inline uint64_t
peek_format(const struct state *state)
{
	return state->vault.format;
}

static inline uint32_t
peek_admins(const struct state *state)
{
	return state->vault.n_admins;
}

static inline uint32_t
peek_n_grants(const struct state *state)
{
	return state->tables[TABLE_GRANTS].n;
}

/* The signing keys that a member ever had, newest first: calls with i = 0, 1, ... until
 * NULL. */
static inline const uint8_t *
peek_member_key(const struct state *state, const struct state_member *member, uint32_t i)
{
	uint32_t row = member->keys_;

	while (row != NO_ROW && i-- > 0)
		row = KEYS(state)[row].older;
	return row != NO_ROW ? KEYS(state)[row].pub : NULL;
}

/* NULL: there is none, or nothing can come of it any more. */
static inline const struct state_proposal *
peek_proposal(const struct state *state, const struct hash *leaf)
{
	uint32_t row = state_find_proposal(state, leaf);

	return row != NO_ROW && state_proposal_may_matter(&PROPOSALS(state)[row])
		       ? &PROPOSALS(state)[row]
		       : NULL;
}

#endif
