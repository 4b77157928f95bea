/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_internal.h"

/* Cases, rings and grants. */

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

int
state_grant_end(struct state *state, uint32_t at, struct amana_error *err)
{
	struct state_grant *grant = &GRANTS(state)[at];

	if (state_kind_reads(grant->kind) &&
	    state_ring_make_due(state, grant->case_, err) < 0)
		return -1;
	if (state_past_grant(state, at, err) < 0 ||
	    state_table_save(state, TABLE_GRANTS, at, err) < 0)
		return -1;
	grant->kind = GRANT_NONE;
	grant->broken = false;
	grant->has_until = false;
	grant->until_at = 0;
	grant->file = (struct hash){{0}};
	return 0;
}

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
may_hold(const struct doing *d, uint32_t member_at, const char *code)
{
	const struct state_member *member;

	if (member_at == NOWHERE || !MEMBERS(d->state)[member_at].enrolled)
		return state_why_not(d, "%s is not enrolled", code);
	member = &MEMBERS(d->state)[member_at];
	if (member->revoked)
		return state_why_not(d, "%s is revoked", code);
	return (member->roles & ROLE_RECOVERY) == 0 ||
	       state_why_not(d, "%s is a recovery card", code);
}

bool
state_check_case(const struct doing *d)
{
	const struct act_case *open = &d->e->own.open;

	if (d->case_at != NOWHERE ||
	    state_find_exhibit(d->state, &d->subject.id) != NOWHERE)
		return state_why_not(d, "the id has been used before");
	if (state_find_ring(d->state, &open->recipient) != NOWHERE)
		return state_why_not(d, "the recipient was a ring's before");
	for (size_t i = 0; i < open->n_leads; i++) {
		if (!may_hold(d, state_find_member(d->state, &open->leads[i]),
			      open->leads[i].text))
			return false;
	}
	return true;
}

int
state_apply_case(struct state *state, const struct doing *d, struct amana_error *err)
{
	const struct act_case *open = &d->e->own.open;
	struct state_ring ring = {.recipient = open->recipient,
				  .file = d->e->objects[0],
				  .made_at = entry_now(state),
				  .epoch = 1,
				  .case_ = state->tables[TABLE_CASES].n,
				  .older = NOWHERE};
	struct state_case row = {.id = d->subject.id,
				 .epoch = 1,
				 .recipient = open->recipient,
				 .due = true,
				 .opener_due = true,
				 .opened_in = d->slot,
				 .grants_ = NOWHERE};
	uint32_t case_at, member_at, at;

	for (size_t i = 0; i < open->n_leads; i++) {
		if (state_find_member(state, &open->leads[i]) == d->actor)
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
		GRANTS(state)[at].given_in = d->slot;
		GRANTS(state)[at].file = ring.file;
		GRANTS(state)[at].given_at_ = ring.made_at;
	}
	return 0;
}

static uint64_t
ring_epoch(const struct doing *d)
{
	return d->case_at == NOWHERE ? d->state->vault.ring_epoch
				     : CASES(d->state)[d->case_at].epoch;
}

bool
state_check_epoch(const struct doing *d)
{
	if (d->e->own.epoch.epoch != ring_epoch(d) + 1)
		return state_why_not(d, "the next epoch is %llu",
				     (unsigned long long)ring_epoch(d) + 1);
	return state_find_ring(d->state, &d->e->own.epoch.recipient) == NOWHERE ||
	       state_why_not(d, "the recipient was a ring's before");
}

int
state_apply_epoch(struct state *state, const struct doing *d, struct amana_error *err)
{
	const struct act_epoch *epoch = &d->e->own.epoch;
	struct state_ring row = {.recipient = epoch->recipient,
				 .file = d->e->objects[0],
				 .made_at = entry_now(state),
				 .epoch = epoch->epoch,
				 .case_ = d->case_at};
	struct state_case *a_case;
	uint32_t at;

	if (d->case_at == NOWHERE) {
		row.older = state->vault.ring;
		if (state_table_save(state, TABLE_VAULT, 0, err) < 0 ||
		    state_table_add(state, TABLE_RINGS, &row, &at, err) < 0)
			return -1;
		state->vault.ring = at;
		state->vault.ring_epoch = epoch->epoch;
		state->vault.ring_due = false;
		return 0;
	}
	row.older = CASES(state)[d->case_at].ring_;
	if (state_table_save(state, TABLE_CASES, d->case_at, err) < 0 ||
	    state_table_add(state, TABLE_RINGS, &row, &at, err) < 0)
		return -1;
	a_case = &CASES(state)[d->case_at];
	a_case->ring_ = at;
	a_case->epoch = epoch->epoch;
	a_case->recipient = epoch->recipient;
	a_case->due = a_case->opener_due = false;
	state->txn.n_must -= a_case->must_;
	a_case->must_ = false;
	return 0;
}

bool
state_check_grant(const struct doing *d)
{
	const struct state_member *member = &MEMBERS(d->state)[d->member_at];

	if (!may_hold(d, d->member_at, member->code.text))
		return false;
	if (d->subject.audit && (member->roles & ROLE_AUDITOR) == 0)
		return state_why_not(d, "%s is not an auditor", member->code.text);
	return d->e->own.grant.epoch == ring_epoch(d) ||
	       state_why_not(d, "the current epoch is %llu",
			     (unsigned long long)ring_epoch(d));
}

int
state_apply_grant(struct state *state, const struct doing *d, struct amana_error *err)
{
	const struct act_grant *act = &d->e->own.grant;
	struct state_grant *grant;
	uint32_t at;

	if (grant_make(state, d->case_at, d->member_at, &at, err) < 0)
		return -1;
	if (state_kind_reads(GRANTS(state)[at].kind) && !state_kind_reads(act->kind) &&
	    state_ring_make_due(state, d->case_at, err) < 0)
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
	grant->given_in = d->slot;
	grant->file = d->e->objects[0];
	grant->given_at_ = entry_now(state);
	return 0;
}

bool
state_check_ungrant(const struct doing *d)
{
	return (d->grant_at != NOWHERE &&
		GRANTS(d->state)[d->grant_at].kind != GRANT_NONE) ||
	       state_why_not(d, "there is no such grant");
}

int
state_apply_ungrant(struct state *state, const struct doing *d, struct amana_error *err)
{
	enum grant_kind means = state_grant_means(&GRANTS(state)[d->grant_at]);
	bool must = state_is_lead(state, d->actor, d->case_at) &&
		    d->member_at != d->actor &&
		    (means == GRANT_LEAD || means == GRANT_READER);

	if (state_grant_end(state, d->grant_at, err) < 0)
		return -1;
	if (!must || CASES(state)[d->case_at].must_)
		return 0;
	if (state_table_save(state, TABLE_CASES, d->case_at, err) < 0)
		return -1;
	CASES(state)[d->case_at].must_ = true;
	state->txn.n_must++;
	return 0;
}

bool
state_check_expire(const struct doing *d)
{
	const struct state_grant *grant;

	if (!state_check_ungrant(d))
		return false;
	grant = &GRANTS(d->state)[d->grant_at];
	if (!grant->has_until)
		return state_why_not(d, "the grant has no date");
	return d->e->at >= grant->until_at ||
	       state_why_not(d, "the grant's date has not come");
}

int
state_apply_expire(struct state *state, const struct doing *d, struct amana_error *err)
{
	return state_grant_end(state, d->grant_at, err);
}

bool
state_check_break_glass(const struct doing *d)
{
	const struct state_grant *grants = GRANTS(d->state);

	if (d->grant_at == NOWHERE || grants[d->grant_at].kind != GRANT_STANDBY)
		return state_why_not(d, "there is no standby grant");
	if (grants[d->grant_at].broken)
		return state_why_not(d, "the glass is broken already");
	return !d->state->vault.no_break_glass ||
	       state_why_not(d, "the policy break-glass is off");
}

int
state_apply_break_glass(struct state *state, const struct doing *d,
			struct amana_error *err)
{
	if (state_table_save(state, TABLE_GRANTS, d->grant_at, err) < 0)
		return -1;
	GRANTS(state)[d->grant_at].broken = true;
	return 0;
}
