/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_cases.h"

#include "state/state_past.h"
#include "state/state_ring.h"
#include "state/state_table.h"

/* Cases, rings and grants. */

/* The grant's record, made if there is none; it then stands in its case's and its
 * member's list. */
static int
grant_make(struct state *state, uint32_t case_at, uint32_t member_at, uint32_t *ret_at,
	   struct amana_error *err)
{
	struct state_grant row = {.case_ = case_at, .member_ = member_at};
	uint32_t *of_case;

	*ret_at = state_find_grant(state, case_at, member_at);
	if (*ret_at != NOWHERE)
		return 0;
	if (state_table_save(state, TABLE_MEMBERS, member_at, err) < 0 ||
	    state_table_save(state,
			     case_at == NOWHERE ? (enum table)TABLE_VAULT : TABLE_CASES,
			     case_at == NOWHERE ? 0 : case_at, err) < 0)
		return -1;
	of_case = case_at == NOWHERE ? &state->vault.audit_grants
				     : &CASES(state)[case_at].grants_;
	row.next_of_case_ = *of_case;
	row.next_of_member_ = MEMBERS(state)[member_at].grants_;
	if (state_table_add(state, TABLE_GRANTS, &row, ret_at, err) < 0)
		return -1;
	*of_case = *ret_at;
	MEMBERS(state)[member_at].grants_ = *ret_at;
	return 0;
}

/* Whether this member may hold a grant in a case. */
static bool
may_hold(const struct judgement *j, uint32_t member_at, const char *code)
{
	const struct state_member *member;

	if (member_at == NOWHERE || !MEMBERS(j->state)[member_at].enrolled)
		return state_why_not(j, "%s is not enrolled", code);
	member = &MEMBERS(j->state)[member_at];
	if (member->revoked)
		return state_why_not(j, "%s is revoked", code);
	return (member->roles & ROLE_RECOVERY) == 0 ||
	       state_why_not(j, "%s is a recovery card", code);
}

bool
state_check_case(const struct judgement *j)
{
	const struct act_case *open = &j->e->own.open;

	if (j->case_at != NOWHERE ||
	    state_find_exhibit(j->state, &j->subject.id) != NOWHERE)
		return state_why_not(j, "the id has been used before");
	if (state_find_ring(j->state, &open->recipient) != NOWHERE)
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
				  .made_at = entry_now(state),
				  .epoch = 1,
				  .case_ = state->tables[TABLE_CASES].n,
				  .older = NOWHERE};
	struct state_case row = {.id = j->subject.id,
				 .epoch = 1,
				 .recipient = open->recipient,
				 .due = true,
				 .opener_due = true,
				 .opened_in = j->slot,
				 .grants_ = NOWHERE};
	uint32_t case_at, member_at, at;

	for (size_t i = 0; i < open->n_leads; i++) {
		if (state_find_member(state, &open->leads[i]) == j->actor)
			row.due = row.opener_due = false;
	}
	if (state_table_add(state, TABLE_RINGS, &ring, &row.ring_, err) < 0 ||
	    state_table_add(state, TABLE_CASES, &row, &case_at, err) < 0)
		return -1;
	for (size_t i = 0; i < open->n_leads; i++) {
		member_at = state_find_member(state, &open->leads[i]);
		if (grant_make(state, case_at, member_at, &at, err) < 0)
			return -1;
		GRANTS(state)[at].kind = GRANT_LEAD;
		GRANTS(state)[at].epoch = 1;
		GRANTS(state)[at].given_in = j->slot;
		GRANTS(state)[at].file = ring.file;
		GRANTS(state)[at].given_at_ = ring.made_at;
	}
	return 0;
}

static uint64_t
ring_epoch(const struct judgement *j)
{
	return j->case_at == NOWHERE ? j->state->vault.ring_epoch
				     : CASES(j->state)[j->case_at].epoch;
}

bool
state_check_epoch(const struct judgement *j)
{
	if (j->e->own.epoch.epoch != ring_epoch(j) + 1)
		return state_why_not(j, "the next epoch is %llu",
				     (unsigned long long)ring_epoch(j) + 1);
	return state_find_ring(j->state, &j->e->own.epoch.recipient) == NOWHERE ||
	       state_why_not(j, "the recipient was a ring's before");
}

int
state_apply_epoch(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_epoch *epoch = &j->e->own.epoch;
	struct state_ring row = {.recipient = epoch->recipient,
				 .file = j->e->objects[0],
				 .made_at = entry_now(state),
				 .epoch = epoch->epoch,
				 .case_ = j->case_at};
	struct state_case *a_case;
	uint32_t at;

	if (j->case_at == NOWHERE) {
		row.older = state->vault.ring;
		if (state_table_save(state, TABLE_VAULT, 0, err) < 0 ||
		    state_table_add(state, TABLE_RINGS, &row, &at, err) < 0)
			return -1;
		state->vault.ring = at;
		state->vault.ring_epoch = epoch->epoch;
		state->vault.ring_due = false;
		return 0;
	}
	row.older = CASES(state)[j->case_at].ring_;
	if (state_table_save(state, TABLE_CASES, j->case_at, err) < 0 ||
	    state_table_add(state, TABLE_RINGS, &row, &at, err) < 0)
		return -1;
	a_case = &CASES(state)[j->case_at];
	a_case->ring_ = at;
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
	const struct state_member *member = &MEMBERS(j->state)[j->member_at];

	if (!may_hold(j, j->member_at, member->code.text))
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
	uint32_t at;

	if (grant_make(state, j->case_at, j->member_at, &at, err) < 0)
		return -1;
	if (state_kind_reads(GRANTS(state)[at].kind) && !state_kind_reads(act->kind) &&
	    state_ring_make_due(state, j->case_at, err) < 0)
		return -1;
	if (GRANTS(state)[at].kind != GRANT_NONE && state_past_grant(state, at, err) < 0)
		return -1;
	if (state_table_save(state, TABLE_GRANTS, at, err) < 0)
		return -1;
	grant = &GRANTS(state)[at];
	grant->kind = act->kind;
	grant->broken = false;
	grant->has_until = act->has_until;
	grant->until_at = act->until_at;
	grant->epoch = act->epoch;
	grant->given_in = j->slot;
	grant->file = j->e->objects[0];
	grant->given_at_ = entry_now(state);
	return 0;
}

bool
state_check_ungrant(const struct judgement *j)
{
	return (j->grant_at != NOWHERE &&
		GRANTS(j->state)[j->grant_at].kind != GRANT_NONE) ||
	       state_why_not(j, "there is no such grant");
}

int
state_apply_ungrant(struct state *state, const struct judgement *j,
		    struct amana_error *err)
{
	enum grant_kind means = state_grant_means(&GRANTS(state)[j->grant_at]);
	bool must = state_is_lead(state, j->actor, j->case_at) &&
		    j->member_at != j->actor &&
		    (means == GRANT_LEAD || means == GRANT_READER);

	if (state_past_end_grant(state, j->grant_at, err) < 0)
		return -1;
	if (!must || CASES(state)[j->case_at].must_)
		return 0;
	if (state_table_save(state, TABLE_CASES, j->case_at, err) < 0)
		return -1;
	CASES(state)[j->case_at].must_ = true;
	state->txn.n_must++;
	return 0;
}

bool
state_check_expire(const struct judgement *j)
{
	const struct state_grant *grant;

	if (!state_check_ungrant(j))
		return false;
	grant = &GRANTS(j->state)[j->grant_at];
	if (!grant->has_until)
		return state_why_not(j, "the grant has no date");
	return j->e->at >= grant->until_at ||
	       state_why_not(j, "the grant's date has not come");
}

int
state_apply_expire(struct state *state, const struct judgement *j,
		   struct amana_error *err)
{
	return state_past_end_grant(state, j->grant_at, err);
}

bool
state_check_break_glass(const struct judgement *j)
{
	const struct state_grant *grants = GRANTS(j->state);

	if (j->grant_at == NOWHERE || grants[j->grant_at].kind != GRANT_STANDBY)
		return state_why_not(j, "there is no standby grant");
	if (grants[j->grant_at].broken)
		return state_why_not(j, "the glass is broken already");
	return !j->state->vault.no_break_glass ||
	       state_why_not(j, "the policy break-glass is off");
}

int
state_apply_break_glass(struct state *state, const struct judgement *j,
			struct amana_error *err)
{
	if (state_table_save(state, TABLE_GRANTS, j->grant_at, err) < 0)
		return -1;
	GRANTS(state)[j->grant_at].broken = true;
	return 0;
}
