/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_cases.h"

#include "state/state_past.h"
#include "state/state_ring.h"
#include "state/state_table.h"

/* The row of a member's grant.  It is made if there is none, and then heads the lists
 * of its case and of its member. */
static int
grant_make(struct state *state, uint32_t case_row, uint32_t member_row, uint32_t *ret_row,
	   struct amana_error *err)
{
	struct state_grant fresh = {.case_ = case_row, .member_ = member_row};
	uint32_t *of_case;

	*ret_row = state_find_grant(state, case_row, member_row);
	if (*ret_row != NO_ROW)
		return 0;
	if (state_table_save(state, TABLE_MEMBERS, member_row, err) < 0 ||
	    state_table_save(state,
			     case_row == NO_ROW ? (enum table)TABLE_VAULT : TABLE_CASES,
			     case_row == NO_ROW ? 0 : case_row, err) < 0)
		return -1;
	of_case = case_row == NO_ROW ? &state->vault.audit_grants
				     : &CASES(state)[case_row].grants_;
	fresh.next_of_case_ = *of_case;
	fresh.next_of_member_ = MEMBERS(state)[member_row].grants_;
	if (state_table_add(state, TABLE_GRANTS, &fresh, ret_row, err) < 0)
		return -1;
	*of_case = *ret_row;
	MEMBERS(state)[member_row].grants_ = *ret_row;
	return 0;
}

/* True if the member may hold a grant in a case.  False: why is filled. */
static bool
may_hold(const struct judgement *j, uint32_t member_row, const char *code)
{
	const struct state_member *member;

	if (member_row == NO_ROW || !MEMBERS(j->state)[member_row].enrolled)
		return state_why_not(j, "%s is not enrolled", code);
	member = &MEMBERS(j->state)[member_row];
	if (member->revoked)
		return state_why_not(j, "%s is revoked", code);
	return (member->roles & ROLE_RECOVERY) == 0 ||
	       state_why_not(j, "%s is a recovery card", code);
}

bool
state_check_case(const struct judgement *j)
{
	const struct act_case *open = &j->e->own.open;

	if (j->case_row != NO_ROW ||
	    state_find_exhibit(j->state, &j->subject.id) != NO_ROW)
		return state_why_not(j, "the id has been used before");
	if (state_find_ring(j->state, &open->recipient) != NO_ROW)
		return state_why_not(j, "the recipient was a ring's before");
	for (size_t i = 0; i < open->n_leads; i++) {
		if (!may_hold(j, state_find_member(j->state, &open->leads[i]),
			      open->leads[i].text))
			return false;
	}
	return true;
}

int
state_apply_case(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_case *open = &j->e->own.open;
	struct state_ring ring = {.recipient = open->recipient,
				  .file = j->e->objects[0],
				  .made_entry = state_entry_number(state),
				  .epoch = 1,
				  .case_ = state->tables[TABLE_CASES].n,
				  .older = NO_ROW};
	struct state_case fresh = {.id = j->subject.id,
				   .epoch = 1,
				   .recipient = open->recipient,
				   .due = true,
				   .opener_due = true,
				   .opened_in = j->slot,
				   .grants_ = NO_ROW};
	uint32_t case_row, member_row, row;

	for (size_t i = 0; i < open->n_leads; i++) {
		if (state_find_member(state, &open->leads[i]) == j->actor)
			fresh.due = fresh.opener_due = false;
	}
	if (state_table_add(state, TABLE_RINGS, &ring, &fresh.ring_, err) < 0 ||
	    state_table_add(state, TABLE_CASES, &fresh, &case_row, err) < 0)
		return -1;
	for (size_t i = 0; i < open->n_leads; i++) {
		member_row = state_find_member(state, &open->leads[i]);
		if (grant_make(state, case_row, member_row, &row, err) < 0)
			return -1;
		GRANTS(state)[row].kind = GRANT_LEAD;
		GRANTS(state)[row].epoch = 1;
		GRANTS(state)[row].given_in = j->slot;
		GRANTS(state)[row].file = ring.file;
		GRANTS(state)[row].given_entry_ = ring.made_entry;
	}
	return 0;
}

static uint64_t
ring_epoch(const struct judgement *j)
{
	return j->case_row == NO_ROW ? j->state->vault.ring_epoch
				     : CASES(j->state)[j->case_row].epoch;
}

bool
state_check_epoch(const struct judgement *j)
{
	if (j->e->own.epoch.epoch != ring_epoch(j) + 1)
		return state_why_not(j, "the next epoch is %llu",
				     (unsigned long long)ring_epoch(j) + 1);
	return state_find_ring(j->state, &j->e->own.epoch.recipient) == NO_ROW ||
	       state_why_not(j, "the recipient was a ring's before");
}

int
state_apply_epoch(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_epoch *epoch = &j->e->own.epoch;
	struct state_ring fresh = {.recipient = epoch->recipient,
				   .file = j->e->objects[0],
				   .made_entry = state_entry_number(state),
				   .epoch = epoch->epoch,
				   .case_ = j->case_row};
	struct state_case *a_case;
	uint32_t row;

	if (j->case_row == NO_ROW) {
		fresh.older = state->vault.ring;
		if (state_table_save(state, TABLE_VAULT, 0, err) < 0 ||
		    state_table_add(state, TABLE_RINGS, &fresh, &row, err) < 0)
			return -1;
		state->vault.ring = row;
		state->vault.ring_epoch = epoch->epoch;
		state->vault.ring_due = false;
		return 0;
	}
	fresh.older = CASES(state)[j->case_row].ring_;
	if (state_table_save(state, TABLE_CASES, j->case_row, err) < 0 ||
	    state_table_add(state, TABLE_RINGS, &fresh, &row, err) < 0)
		return -1;
	a_case = &CASES(state)[j->case_row];
	a_case->ring_ = row;
	a_case->epoch = epoch->epoch;
	a_case->recipient = epoch->recipient;
	a_case->due = a_case->opener_due = false;
	state->txn.n_must -= a_case->must_;
	a_case->must_ = false;
	return 0;
}

bool
state_check_grant(const struct judgement *j)
{
	const struct state_member *member = &MEMBERS(j->state)[j->member_row];

	if (!may_hold(j, j->member_row, member->code.text))
		return false;
	if (j->subject.audit && (member->roles & ROLE_AUDITOR) == 0)
		return state_why_not(j, "%s is not an auditor", member->code.text);
	return j->e->own.grant.epoch == ring_epoch(j) ||
	       state_why_not(j, "the current epoch is %llu",
			     (unsigned long long)ring_epoch(j));
}

int
state_apply_grant(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_grant *act = &j->e->own.grant;
	struct state_grant *grant;
	uint32_t row;

	if (grant_make(state, j->case_row, j->member_row, &row, err) < 0)
		return -1;
	if (state_kind_reads(GRANTS(state)[row].kind) && !state_kind_reads(act->kind) &&
	    state_ring_make_due(state, j->case_row, err) < 0)
		return -1;
	if (GRANTS(state)[row].kind != GRANT_NONE &&
	    state_past_grant(state, row, err) < 0)
		return -1;
	if (state_table_save(state, TABLE_GRANTS, row, err) < 0)
		return -1;
	grant = &GRANTS(state)[row];
	grant->kind = act->kind;
	grant->broken = false;
	grant->has_until = act->has_until;
	grant->until_at = act->until_at;
	grant->epoch = act->epoch;
	grant->given_in = j->slot;
	grant->file = j->e->objects[0];
	grant->given_entry_ = state_entry_number(state);
	return 0;
}

bool
state_check_ungrant(const struct judgement *j)
{
	return (j->grant_row != NO_ROW &&
		GRANTS(j->state)[j->grant_row].kind != GRANT_NONE) ||
	       state_why_not(j, "there is no such grant");
}

int
state_apply_ungrant(struct state *state, const struct judgement *j,
		    struct amana_error *err)
{
	enum grant_kind means = state_grant_means(&GRANTS(state)[j->grant_row]);
	bool must = state_is_lead(state, j->actor, j->case_row) &&
		    j->member_row != j->actor &&
		    (means == GRANT_LEAD || means == GRANT_READER);

	if (state_past_end_grant(state, j->grant_row, err) < 0)
		return -1;
	if (!must || CASES(state)[j->case_row].must_)
		return 0;
	if (state_table_save(state, TABLE_CASES, j->case_row, err) < 0)
		return -1;
	CASES(state)[j->case_row].must_ = true;
	state->txn.n_must++;
	return 0;
}

bool
state_check_expire(const struct judgement *j)
{
	const struct state_grant *grant;

	if (!state_check_ungrant(j))
		return false;
	grant = &GRANTS(j->state)[j->grant_row];
	if (!grant->has_until)
		return state_why_not(j, "the grant has no date");
	return j->e->at >= grant->until_at ||
	       state_why_not(j, "the grant's date has not come");
}

int
state_apply_expire(struct state *state, const struct judgement *j,
		   struct amana_error *err)
{
	return state_past_end_grant(state, j->grant_row, err);
}

bool
state_check_break_glass(const struct judgement *j)
{
	const struct state_grant *grants = GRANTS(j->state);

	if (j->grant_row == NO_ROW || grants[j->grant_row].kind != GRANT_STANDBY)
		return state_why_not(j, "there is no standby grant");
	if (grants[j->grant_row].broken)
		return state_why_not(j, "the glass is broken already");
	return !j->state->vault.no_break_glass ||
	       state_why_not(j, "the policy break-glass is off");
}

int
state_apply_break_glass(struct state *state, const struct judgement *j,
			struct amana_error *err)
{
	if (state_table_save(state, TABLE_GRANTS, j->grant_row, err) < 0)
		return -1;
	GRANTS(state)[j->grant_row].broken = true;
	return 0;
}
