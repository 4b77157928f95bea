/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_ring.h"

#include "state/state_table.h"

uint32_t
state_ring_case(const struct state *state, const struct custody_id *case_id,
		bool *ret_known)
{
	uint32_t at = case_id != NULL ? state_find_case(state, case_id) : NOWHERE;

	*ret_known = case_id == NULL || at != NOWHERE;
	return at;
}

enum grant_kind
state_grant_means(const struct state_grant *grant)
{
	return grant->kind == GRANT_STANDBY && grant->broken ? GRANT_READER : grant->kind;
}

enum grant_kind
state_ring_means(const struct state *state, uint32_t member_at, uint32_t case_at)
{
	uint32_t at = state_find_grant(state, case_at, member_at);

	return at != NOWHERE ? state_grant_means(&GRANTS(state)[at]) : GRANT_NONE;
}

bool
state_is_lead(const struct state *state, uint32_t member_at, uint32_t case_at)
{
	return case_at != NOWHERE &&
	       state_ring_means(state, member_at, case_at) == GRANT_LEAD;
}

bool
state_case_has_lead(const struct state *state, uint32_t case_at)
{
	const struct state_grant *grants = GRANTS(state);

	for (uint32_t i = CASES(state)[case_at].grants_; i != NOWHERE;
	     i = grants[i].next_of_case_) {
		if (grants[i].kind == GRANT_LEAD)
			return true;
	}
	return false;
}

int
state_ring_make_due(struct state *state, uint32_t case_at, struct amana_error *err)
{
	if (case_at == NOWHERE) {
		if (state->vault.ring_due)
			return 0;
		if (state_table_save(state, TABLE_VAULT, 0, err) < 0)
			return -1;
		state->vault.ring_due = true;
		return 0;
	}
	if (CASES(state)[case_at].due)
		return 0;
	if (state_table_save(state, TABLE_CASES, case_at, err) < 0)
		return -1;
	CASES(state)[case_at].due = true;
	return 0;
}
