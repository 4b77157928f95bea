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
peek_auditors(const struct state *state)
{
	return state->vault.n_auditors;
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

/* The number of the entry that gave the member this one ROLE_; 0: the genesis, or none.
 */
static inline uint64_t
peek_role_entry(const struct state_member *member, uint8_t role)
{
	for (unsigned int bit = 0; bit < ARRAY_LEN(member->role_entries_); bit++)
		if (role == 1u << bit)
			return member->role_entries_[bit];
	return 0;
}

/* The first exhibit that named the object; NULL: none. */
static inline const struct state_exhibit *
peek_exhibit_of_object(const struct state *state, const struct hash *object)
{
	const struct state_object *found = state_object(state, object);

	return found != NULL && found->exhibit_ != NO_ROW
		       ? &EXHIBITS(state)[found->exhibit_]
		       : NULL;
}

static inline bool
peek_is_lost(const struct state *state, const struct subject *subject,
	     const struct hash *hash)
{
	for (uint32_t i = 0; i < state_n_lost(state); i++) {
		const struct state_lost *lost = state_lost_at(state, i);

		if (subject_equal(&lost->subject, subject) &&
		    hash_equal(&lost->hash, hash))
			return true;
	}
	return false;
}

#endif
