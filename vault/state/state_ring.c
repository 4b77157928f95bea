/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_ring.h"

#include "state/state_table.h"

uint32_t
state_ring_case(const struct state *state, const struct custody_id *case_id,
		bool *ret_known)
{
	uint32_t row = case_id != NULL ? state_find_case(state, case_id) : NO_ROW;

	*ret_known = case_id == NULL || row != NO_ROW;
	return row;
}

enum grant_kind
state_grant_means(const struct state_grant *grant)
{
	return grant->kind == GRANT_STANDBY && grant->broken ? GRANT_READER : grant->kind;
}

enum grant_kind
state_ring_means(const struct state *state, uint32_t member_row, uint32_t case_row)
{
	uint32_t row = state_find_grant(state, case_row, member_row);

	return row != NO_ROW ? state_grant_means(&GRANTS(state)[row]) : GRANT_NONE;
}

bool
state_is_lead(const struct state *state, uint32_t member_row, uint32_t case_row)
{
	return case_row != NO_ROW &&
	       state_ring_means(state, member_row, case_row) == GRANT_LEAD;
}

bool
state_is_standing(const struct state *state, uint32_t member_row, uint32_t case_row)
{
	uint32_t row = case_row != NO_ROW ? state_find_grant(state, case_row, member_row)
					  : NO_ROW;

	return row != NO_ROW && GRANTS(state)[row].kind == GRANT_LEAD &&
	       GRANTS(state)[row].firm;
}

bool
state_is_own_people(const struct state *state, uint32_t member_row, uint32_t case_row)
{
	uint32_t row = state_find_grant(state, case_row, member_row);
	const struct state_grant *grant = &GRANTS(state)[row != NO_ROW ? row : 0];

	return row != NO_ROW && grant->firm &&
	       (grant->kind == GRANT_READER || grant->kind == GRANT_STANDBY ||
		grant->kind == GRANT_RECOVERY);
}

int
state_ring_make_due(struct state *state, uint32_t case_row, struct amana_error *err)
{
	if (case_row == NO_ROW) {
		if (state->vault.ring_due)
			return 0;
		if (state_table_save(state, TABLE_VAULT, 0, err) < 0)
			return -1;
		state->vault.ring_due = true;
		return 0;
	}
	if (CASES(state)[case_row].due)
		return 0;
	if (state_table_save(state, TABLE_CASES, case_row, err) < 0)
		return -1;
	CASES(state)[case_row].due = true;
	return 0;
}
