/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_past.h"

#include "state/state_ring.h"
#include "state/state_table.h"

int
state_past_count(struct state *state, uint32_t case_row, enum grant_kind kind, int change,
		 struct amana_error *err)
{
	uint32_t by = (uint32_t)change; /* unsigned, so that minus one wraps round */

	if (!state_kind_reads(kind))
		return 0;
	if (case_row == NO_ROW) {
		if (state_table_save(state, TABLE_VAULT, 0, err) < 0)
			return -1;
		state->vault.n_holders += by;
		return 0;
	}
	if (state_table_save(state, TABLE_CASES, case_row, err) < 0)
		return -1;
	CASES(state)[case_row].n_reading += by;
	if (kind == GRANT_LEAD)
		CASES(state)[case_row].n_leads += by;
	return 0;
}

int
state_past_grant(struct state *state, uint32_t grant_row, struct amana_error *err)
{
	const struct state_grant *grant = &GRANTS(state)[grant_row];
	struct state_past fresh = {.file = grant->file,
				   .from = grant->given_entry_,
				   .to = state_entry_number(state),
				   .epoch = grant->epoch,
				   .case_ = grant->case_,
				   .member = grant->member_,
				   .has_file = grant->has_file,
				   .reads = state_kind_reads(grant->kind)};
	uint32_t row;

	fresh.older = MEMBERS(state)[fresh.member].past_;
	if (state_table_save(state, TABLE_MEMBERS, fresh.member, err) < 0 ||
	    state_table_add(state, TABLE_PASTS, &fresh, &row, err) < 0)
		return -1;
	MEMBERS(state)[fresh.member].past_ = row;
	return 0;
}

int
state_past_end_grant(struct state *state, uint32_t row, struct amana_error *err)
{
	struct state_grant *grant = &GRANTS(state)[row];
	struct state_grant ended = *grant;

	if (state_kind_reads(grant->kind) &&
	    state_ring_make_due(state, grant->case_, err) < 0)
		return -1;
	if (state_past_count(state, grant->case_, grant->kind, -1, err) < 0 ||
	    state_past_grant(state, row, err) < 0 ||
	    state_table_save(state, TABLE_GRANTS, row, err) < 0)
		return -1;
	*grant = (struct state_grant){.kind = GRANT_NONE,
				      .epoch = ended.epoch,
				      .given_in = ended.given_in,
				      .given_entry_ = ended.given_entry_,
				      .first_entry_ = ended.first_entry_,
				      .signer_ = ended.signer_,
				      .chain = ended.chain,
				      .case_ = ended.case_,
				      .member_ = ended.member_,
				      .next_of_case_ = ended.next_of_case_,
				      .next_of_member_ = ended.next_of_member_};
	return 0;
}
