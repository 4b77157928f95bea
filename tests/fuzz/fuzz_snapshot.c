/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"
#include "../unit/state_peek.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Walks every list and follows every place. */
static void
walk(const struct state *state)
{
	const struct state_member *holders[4];
	const struct state_grant *grant;
	struct hash name;

	for (uint32_t i = 0; i < state_n_members(state); i++) {
		const struct state_member *member = state_member_at(state, i);

		for (uint32_t k = 0; k < 3; k++)
			(void)peek_member_key(state, member, k);
		grant = NULL;
		while ((grant = state_grant_next_of_member(state, &member->code,
							   grant)) != NULL)
			(void)state_grant_case(state, grant);
	}
	for (uint32_t i = 0; i < state_n_cases(state); i++) {
		const struct state_case *a_case = state_case_at(state, i);

		if (state_ring_recipient(state, &a_case->id, a_case->epoch) == NULL)
			abort();
		(void)state_ring_holders(state, &a_case->id, holders, 4);
		(void)state_case_leads(state, a_case);
		if (a_case->n_exhibits > 0 &&
		    state_exhibit_numbered(state, &a_case->id, a_case->n_exhibits) ==
			    NULL)
			abort();
	}
	for (uint32_t i = 0; i < state_n_exhibits(state); i++) {
		const struct state_exhibit *exhibit = state_exhibit_at(state, i);

		(void)state_exhibit_held(state, exhibit);
		(void)state_exhibit_depositor(state, exhibit)->roles;
		if (exhibit->has_object && state_object(state, &exhibit->object) == NULL)
			abort();
	}
	for (uint32_t i = 0; i < state_n_bundles(state); i++)
		(void)state_bundle_gone_at(state, i);
	for (uint32_t i = 0; i < state->tables[TABLE_SHEETS].n; i++)
		(void)state_sheet_of(state, BATCHES(state)[SHEETS(state)[i].batch].slot,
				     &SHEETS(state)[i].name, &name);
	for (uint32_t i = 0; i < state_n_acts(state); i++) {
		const struct state_act *act = state_act_at(state, i);

		(void)state_act_member(state, act);
		(void)state_is_acknowledged(state, act, &MEMBERS(state)[0].code);
	}
	for (uint32_t i = 0; i < state_n_proposals(state); i++) {
		(void)state_proposal_by(state, state_proposal_at(state, i));
		(void)state_proposal_is_open(state, state_proposal_at(state, i));
	}
	(void)state_ring_holders(state, NULL, holders, 4);
}

/* What is accepted is safe to use and writes itself back as it was. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_done) struct buf again = BUF_INIT(STATE_SNAPSHOT_MAX);
	CLEANUP(state_freep) struct state *state = NULL;
	struct bytes input = {data, size};
	struct amana_error err;

	if (crypto_init(&err) < 0)
		abort();
	if (state_restore(input, &state, &err) < 0)
		return 0;
	walk(state);
	if (state_snapshot(state, &again, &err) < 0 ||
	    !bytes_equal(BYTES_OF(again), input))
		abort();
	return 0;
}
