/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_exhibits.h"

#include "state/state_ring.h"
#include "state/state_table.h"

#include <string.h>

/* True if the epochs that the act seals to are the current ones. */
static bool
sealing_is_current(const struct judgement *j)
{
	const struct act_sealing *sealing = &j->e->own.sealing;

	if (sealing->in_case && sealing->epoch != CASES(j->state)[j->case_row].epoch)
		return state_why_not(
			j, "the case's current epoch is %llu",
			(unsigned long long)CASES(j->state)[j->case_row].epoch);
	return sealing->audit_epoch == j->state->vault.ring_epoch ||
	       state_why_not(j, "the audit ring's current epoch is %llu",
			     (unsigned long long)j->state->vault.ring_epoch);
}

bool
state_check_deposit(const struct judgement *j)
{
	if (j->exhibit_row != NO_ROW ||
	    state_find_case(j->state, &j->subject.id) != NO_ROW)
		return state_why_not(j, "the id has been used before");
	if (CASES(j->state)[j->case_row].n_leads == 0)
		return state_why_for(j, AMANA_REASON_NO_LEAD, "the case has no lead");
	if (CASES(j->state)[j->case_row].closed)
		return state_why_not(j, "the case is closed");
	return sealing_is_current(j);
}

int
state_apply_deposit(struct state *state, const struct judgement *j,
		    struct amana_error *err)
{
	struct state_exhibit fresh = {.id = j->subject.id,
				      .deposited_in = j->slot,
				      .case_ = j->case_row,
				      .number = CASES(state)[j->case_row].n_exhibits + 1,
				      .depositor_ = j->actor,
				      .has_object = j->e->n_objects > 0,
				      .sheets_ = NO_ROW};

	if (fresh.has_object)
		fresh.object = j->e->objects[0];
	if (state_table_save(state, TABLE_CASES, j->case_row, err) < 0 ||
	    state_table_add(state, TABLE_EXHIBITS, &fresh, NULL, err) < 0)
		return -1;
	CASES(state)[j->case_row].n_exhibits++;
	return 0;
}

#define PRIVATE_MAX 120
#define PRIVATE_LEADS 20 /* of these, the last are a lead's only */

/* Private sheets: an exhibit has only as many as one disposal can name. */
static bool
private_is_allowed(const struct judgement *j)
{
	const struct state_exhibit *exhibit;
	bool lead = state_is_lead(j->state, j->actor, j->case_row);

	if (j->exhibit_row == NO_ROW)
		return lead ||
		       state_why_not(j, "what holds for a case is said by a lead");
	exhibit = &EXHIBITS(j->state)[j->exhibit_row];
	if (exhibit->disposed)
		return state_why_not(j, "the exhibit was disposed of");
	return exhibit->n_private <
		       (uint32_t)(PRIVATE_MAX - (lead ? 0 : PRIVATE_LEADS)) ||
	       state_why_not(j,
			     "an exhibit has at most %d private sheets, the last of "
			     "them a lead's",
			     PRIVATE_MAX);
}

bool
state_check_record(const struct judgement *j)
{
	return state_check_sealing(j) && (!j->e->has_private || private_is_allowed(j));
}

bool
state_check_sealing(const struct judgement *j)
{
	const struct act_sealing *sealing = &j->e->own.sealing;

	if (sealing->in_case != (j->case_row != NO_ROW))
		return state_why_not(j, sealing->in_case ? "it is outside any case"
							 : "it names no case");
	if (sealing->in_case &&
	    !custody_id_equal(&sealing->case_id, &CASES(j->state)[j->case_row].id))
		return state_why_not(j, "it names another case");
	return sealing_is_current(j);
}

static bool
is_held(const struct judgement *j)
{
	return j->subject.kind == SUBJECT_EXHIBIT
		       ? EXHIBITS(j->state)[j->exhibit_row].held
		       : CASES(j->state)[j->case_row].held;
}

bool
state_check_hold(const struct judgement *j)
{
	if (j->e->own.hold)
		return !is_held(j) || state_why_not(j, "it is on hold already");
	return is_held(j) || state_why_not(j, "it is not on hold");
}

int
state_apply_hold(struct state *state, const struct judgement *j, struct amana_error *err)
{
	bool set = j->e->own.hold;

	if (state_table_save(state, TABLE_CASES, j->case_row, err) < 0)
		return -1;
	if (j->subject.kind == SUBJECT_CASE) {
		CASES(state)[j->case_row].held = set;
		return 0;
	}
	if (state_table_save(state, TABLE_EXHIBITS, j->exhibit_row, err) < 0)
		return -1;
	EXHIBITS(state)[j->exhibit_row].held = set;
	CASES(state)[j->case_row].n_held += set ? 1u : UINT32_MAX;
	return 0;
}
