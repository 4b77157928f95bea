/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_past.h"

#include "state/state_ring.h"
#include "state/state_table.h"

/* Remembers a member's time with a ring, which ends with the entry that is being
 * applied. */
static int
past_add(struct state *state, struct state_past *fresh, struct amana_error *err)
{
	uint32_t row;

	fresh->to = state_entry_number(state);
	fresh->older = MEMBERS(state)[fresh->member].past_;
	if (state_table_save(state, TABLE_MEMBERS, fresh->member, err) < 0 ||
	    state_table_add(state, TABLE_PASTS, fresh, &row, err) < 0)
		return -1;
	MEMBERS(state)[fresh->member].past_ = row;
	return 0;
}

int
state_past_grant(struct state *state, uint32_t grant_row, struct amana_error *err)
{
	const struct state_grant *grant = &GRANTS(state)[grant_row];
	struct state_past fresh = {.file = grant->file,
				   .from = grant->given_entry_,
				   .epoch = grant->epoch,
				   .case_ = grant->case_,
				   .member = grant->member_,
				   .has_file = true,
				   .reads = state_kind_reads(grant->kind)};

	return past_add(state, &fresh, err);
}

int
state_past_auditor(struct state *state, uint32_t member_row, struct amana_error *err)
{
	struct state_past fresh = {.from = MEMBERS(state)[member_row].reads_since_,
				   .case_ = NO_ROW,
				   .member = member_row,
				   .reads = true};

	return past_add(state, &fresh, err);
}

int
state_past_end_grant(struct state *state, uint32_t row, struct amana_error *err)
{
	struct state_grant *grant = &GRANTS(state)[row];

	if (state_kind_reads(grant->kind) &&
	    state_ring_make_due(state, grant->case_, err) < 0)
		return -1;
	if (state_past_grant(state, row, err) < 0 ||
	    state_table_save(state, TABLE_GRANTS, row, err) < 0)
		return -1;
	grant->kind = GRANT_NONE;
	grant->broken = false;
	grant->has_until = false;
	grant->until_at = 0;
	grant->file = (struct hash){{0}};
	return 0;
}
