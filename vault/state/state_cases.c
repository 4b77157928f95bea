/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_cases.h"

#include "state/state_line.h"
#include "state/state_past.h"
#include "state/state_ring.h"
#include "state/state_table.h"

#include <string.h>

/* Cases, rings and grants. */

/* The grant's record, made if there is none; it then stands in its case's and its
 * member's list. */
static int
grant_make(struct state *state, uint32_t case_row, uint32_t member_row, uint32_t *ret_row,
	   struct amana_error *err)
{
	struct state_grant fresh = {.case_ = case_row,
				    .member_ = member_row,
				    .signer_ = NO_ROW,
				    .first_entry_ = state_entry_number(state)};
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

#define READING_MAX 256 /* reading grants in force in a case */
#define GLASS_SECONDS 86400

bool
state_check_case(const struct judgement *j)
{
	const struct act_case *open = &j->e->own.open;
	uint32_t lead = state_find_member(j->state, &open->lead);
	const struct state_member *member = &MEMBERS(j->state)[lead != NO_ROW ? lead : 0];

	if (j->case_row != NO_ROW ||
	    state_find_exhibit(j->state, &j->subject.id) != NO_ROW)
		return state_why_not(j, "the id has been used before");
	if (state_find_ring(j->state, &open->recipient) != NO_ROW)
		return state_why_not(j, "the recipient was a ring's before");
	if (lead == NO_ROW || !member->enrolled)
		return state_why_not(j, "%s is not enrolled", open->lead.text);
	if (member->revoked)
		return state_why_not(j, "%s is revoked", open->lead.text);
	return !member->card ||
	       state_why_not(j, "%s is a recovery card, which leads no case",
			     open->lead.text);
}

int
state_apply_case(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_case *open = &j->e->own.open;
	uint32_t lead = state_find_member(state, &open->lead), case_row, row;
	struct state_ring ring = {.recipient = open->recipient,
				  .n_holders = 1,
				  .file = j->e->objects[0],
				  .made_entry = state_entry_number(state),
				  .epoch = 1,
				  .case_ = state->tables[TABLE_CASES].n,
				  .older = NO_ROW};
	struct state_case fresh = {.id = j->subject.id,
				   .epoch = 1,
				   .recipient = open->recipient,
				   .due = lead != j->actor,
				   .opener_due = lead != j->actor,
				   .opened_in = j->slot,
				   .grants_ = NO_ROW,
				   .private_ = NO_ROW};

	if (state_table_add(state, TABLE_RINGS, &ring, &fresh.ring_, err) < 0 ||
	    state_table_add(state, TABLE_CASES, &fresh, &case_row, err) < 0 ||
	    grant_make(state, case_row, lead, &row, err) < 0 ||
	    state_past_count(state, case_row, GRANT_LEAD, 1, err) < 0)
		return -1;
	GRANTS(state)[row].kind = GRANT_LEAD;
	GRANTS(state)[row].firm = true;
	GRANTS(state)[row].epoch = 1;
	GRANTS(state)[row].given_in = j->slot;
	GRANTS(state)[row].has_file = true;
	GRANTS(state)[row].file = ring.file;
	GRANTS(state)[row].given_entry_ = ring.made_entry;
	GRANTS(state)[row].signer_ = j->actor;
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
				   .n_holders =
					   j->subject.kind == SUBJECT_VAULT
						   ? state->vault.n_holders
						   : CASES(state)[j->case_row].n_reading,
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
	return 0;
}

/* By which of the three ways of FORMAT.md 10.4 a grant in a case is made. */
enum way { WAY_NONE, WAY_LEAD, WAY_APPOINTMENT, WAY_CONFIRMATION };

/* The grant as lead that an admin or card made when the case had none. */
static bool
is_appointed(const struct judgement *j)
{
	return j->grant_row != NO_ROW &&
	       GRANTS(j->state)[j->grant_row].kind == GRANT_LEAD &&
	       GRANTS(j->state)[j->grant_row].appointment;
}

/* A confirmation: none of those who appointed, were appointed, or stand behind either.
 * -1: there is not enough memory to tell. */
static int
may_confirm(const struct judgement *j)
{
	uint32_t signer = GRANTS(j->state)[j->grant_row].signer_;
	bool behind_signer = false, behind_member = false;
	struct amana_error err;

	if (!state_is_own_people(j->state, j->actor, j->case_row) || j->actor == signer ||
	    j->actor == j->member_row)
		return 0;
	if (state_line_has(j->state, signer, j->actor, &behind_signer, &err) < 0 ||
	    state_line_has(j->state, j->member_row, j->actor, &behind_member, &err) < 0)
		return -1;
	return !behind_signer && !behind_member;
}

/* Fills why if there is none. */
static enum way
way_of(const struct judgement *j)
{
	const struct state_member *actor = &MEMBERS(j->state)[j->actor];
	const struct state_member *member = &MEMBERS(j->state)[j->member_row];
	enum grant_kind kind = j->e->own.grant.kind;
	int r;

	if (state_is_lead(j->state, j->actor, j->case_row)) {
		if ((kind == GRANT_RECOVERY) != member->card) {
			(void)state_why_not(j,
					    member->card
						    ? "%s is a recovery card, and gets "
						      "no other grant"
						    : "%s is no recovery card",
					    member->code.text);
			return WAY_NONE;
		}
		if (!state_is_standing(j->state, j->actor, j->case_row) &&
		    j->grant_row != NO_ROW && GRANTS(j->state)[j->grant_row].firm) {
			(void)state_why_not(j,
					    "%s is a provisional lead, and replaces no "
					    "standing lead's grant",
					    actor->code.text);
			return WAY_NONE;
		}
		return WAY_LEAD;
	}
	if (kind != GRANT_LEAD || member->card) {
		(void)state_why_not(j, "%s is not a lead of the case", actor->code.text);
		return WAY_NONE;
	}
	if ((actor->roles & (ROLE_ADMIN | ROLE_RECOVERY)) != 0 &&
	    CASES(j->state)[j->case_row].n_leads == 0)
		return WAY_APPOINTMENT;
	r = is_appointed(j) ? may_confirm(j) : 0;
	if (r > 0)
		return WAY_CONFIRMATION;
	if (r < 0)
		(void)state_why_no_memory(j);
	else
		(void)state_why_not(j, "%s may not confirm a lead here",
				    actor->code.text);
	return WAY_NONE;
}

static bool
too_many_read(const struct judgement *j)
{
	bool read_before = j->grant_row != NO_ROW &&
			   state_kind_reads(GRANTS(j->state)[j->grant_row].kind);

	return state_kind_reads(j->e->own.grant.kind) && !read_before &&
	       CASES(j->state)[j->case_row].n_reading >= READING_MAX;
}

bool
state_check_grant(const struct judgement *j)
{
	const struct state_member *member = &MEMBERS(j->state)[j->member_row];
	const struct act_grant *grant = &j->e->own.grant;

	if (member->revoked)
		return state_why_not(j, "%s is revoked", member->code.text);
	if (memcmp(&grant->to, &member->recipient, sizeof grant->to) != 0)
		return state_why_not(j, "%s has other keys than the grant names",
				     member->code.text);
	if (grant->epoch != ring_epoch(j))
		return state_why_not(j, "the current epoch is %llu",
				     (unsigned long long)ring_epoch(j));
	if (j->subject.audit) {
		if ((member->roles & ROLE_AUDITOR) == 0)
			return state_why_not(j, "%s is not an auditor",
					     member->code.text);
		return (j->e->n_objects == 1) == (j->state->vault.n_holders > 0) ||
		       state_why_not(j, "a key file comes with it exactly if somebody "
					"holds the audit ring");
	}
	if (way_of(j) == WAY_NONE)
		return false;
	return !too_many_read(j) ||
	       state_why_not(j, "at most %d people hold the keys of a case", READING_MAX);
}

/* The grant that is there ends, as far as it is one. */
static int
replace_grant(struct state *state, uint32_t row, enum grant_kind kind,
	      struct amana_error *err)
{
	enum grant_kind was = GRANTS(state)[row].kind;
	uint32_t case_row = GRANTS(state)[row].case_;

	if (state_kind_reads(was) && !state_kind_reads(kind) &&
	    state_ring_make_due(state, case_row, err) < 0)
		return -1;
	if (was != GRANT_NONE && (state_past_count(state, case_row, was, -1, err) < 0 ||
				  state_past_grant(state, row, err) < 0))
		return -1;
	return state_past_count(state, case_row, kind, 1, err);
}

int
state_apply_grant(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_grant *act = &j->e->own.grant;
	enum way way = j->subject.audit ? WAY_NONE : way_of(j);
	bool firm = way == WAY_CONFIRMATION ||
		    (way == WAY_LEAD && state_is_standing(state, j->actor, j->case_row));
	bool nobody_held = j->subject.audit && state->vault.n_holders == 0;
	struct state_grant *grant;
	uint32_t row;

	if (!j->subject.audit && way == WAY_NONE)
		return err_set(err, AMANA_E_NOMEM, "%s", j->why->text);
	if (grant_make(state, j->case_row, j->member_row, &row, err) < 0 ||
	    replace_grant(state, row, act->kind, err) < 0 ||
	    state_table_save(state, TABLE_GRANTS, row, err) < 0)
		return -1;
	grant = &GRANTS(state)[row];
	grant->kind = act->kind;
	grant->firm = firm;
	grant->appointment = way == WAY_APPOINTMENT;
	grant->broken = false;
	grant->broken_until_at = 0;
	grant->has_until = act->has_until;
	grant->until_at = act->until_at;
	grant->epoch = act->epoch;
	grant->given_in = j->slot;
	grant->has_file = j->e->n_objects > 0;
	grant->file = grant->has_file ? j->e->objects[0] : (struct hash){{0}};
	grant->given_entry_ = state_entry_number(state);
	grant->signer_ = j->actor;
	if (nobody_held) /* replace_grant has saved the vault */
		state->vault.audit_begun = j->member_row;
	return way == WAY_APPOINTMENT || nobody_held
		       ? state_ring_make_due(state, j->case_row, err)
		       : 0;
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
	return state_past_end_grant(state, j->grant_row, err);
}

bool
state_check_expire(const struct judgement *j)
{
	const struct state_grant *grant;

	if (!state_check_ungrant(j))
		return false;
	grant = &GRANTS(j->state)[j->grant_row];
	if (!grant->has_until && !grant->broken)
		return state_why_not(j, "the grant has no date");
	return (grant->has_until && j->e->at >= grant->until_at) ||
	       (grant->broken && j->e->at >= grant->broken_until_at) ||
	       state_why_not(j, "the grant's date has not come");
}

int
state_apply_expire(struct state *state, const struct judgement *j,
		   struct amana_error *err)
{
	if (state_past_end_grant(state, j->grant_row, err) < 0)
		return -1;
	PASTS(state)[state->tables[TABLE_PASTS].n - 1].by_date = true;
	return 0;
}

bool
state_check_break_glass(const struct judgement *j)
{
	const struct state_grant *grants = GRANTS(j->state), *grant;
	int64_t until = j->e->own.break_glass.until_at;

	if (j->grant_row == NO_ROW || grants[j->grant_row].kind != GRANT_STANDBY)
		return state_why_not(j, "there is no standby grant");
	grant = &grants[j->grant_row];
	if (grant->broken)
		return state_why_not(j, "the glass is broken already");
	if (j->state->vault.no_break_glass)
		return state_why_not(j, "the policy break-glass is off");
	if (until <= j->e->at || until > j->e->at + GLASS_SECONDS)
		return state_why_not(j, "it may last a day at most");
	return !grant->has_until || until <= grant->until_at ||
	       state_why_not(j, "it would last longer than the grant");
}

int
state_apply_break_glass(struct state *state, const struct judgement *j,
			struct amana_error *err)
{
	if (state_table_save(state, TABLE_GRANTS, j->grant_row, err) < 0)
		return -1;
	GRANTS(state)[j->grant_row].broken = true;
	GRANTS(state)[j->grant_row].broken_until_at = j->e->own.break_glass.until_at;
	return 0;
}

bool
state_check_close(const struct judgement *j)
{
	return !CASES(j->state)[j->case_row].closed ||
	       state_why_not(j, "the case is closed already");
}

bool
state_check_reopen(const struct judgement *j)
{
	return CASES(j->state)[j->case_row].closed ||
	       state_why_not(j, "the case is open already");
}

static int
set_closed(struct state *state, uint32_t case_row, bool closed, struct amana_error *err)
{
	if (state_table_save(state, TABLE_CASES, case_row, err) < 0)
		return -1;
	CASES(state)[case_row].closed = closed;
	return 0;
}

int
state_apply_close(struct state *state, const struct judgement *j, struct amana_error *err)
{
	return set_closed(state, j->case_row, true, err);
}

int
state_apply_reopen(struct state *state, const struct judgement *j,
		   struct amana_error *err)
{
	return set_closed(state, j->case_row, false, err);
}
