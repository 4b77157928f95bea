/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_exhibits.h"

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
	if (j->e->n_objects > 0 &&
	    state_find_object(j->state, &j->e->objects[0]) != NO_ROW)
		return state_why_not(j, "the object is another exhibit's");
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
				      .has_object = j->e->n_objects > 0};

	if (fresh.has_object)
		fresh.object = j->e->objects[0];
	if (state_table_save(state, TABLE_CASES, j->case_row, err) < 0 ||
	    state_table_add(state, TABLE_EXHIBITS, &fresh, NULL, err) < 0)
		return -1;
	CASES(state)[j->case_row].n_exhibits++;
	return 0;
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
	if (j->subject.kind == SUBJECT_EXHIBIT) {
		if (state_table_save(state, TABLE_EXHIBITS, j->exhibit_row, err) < 0)
			return -1;
		EXHIBITS(state)[j->exhibit_row].held = j->e->own.hold;
		return 0;
	}
	if (state_table_save(state, TABLE_CASES, j->case_row, err) < 0)
		return -1;
	CASES(state)[j->case_row].held = j->e->own.hold;
	return 0;
}

static bool
nothing_is_held(const struct judgement *j)
{
	if (j->exhibit_row != NO_ROW && EXHIBITS(j->state)[j->exhibit_row].held)
		return state_why_not(j, "the exhibit is on hold");
	if (j->case_row != NO_ROW && CASES(j->state)[j->case_row].held)
		return state_why_not(j, "the case is on hold");
	return true;
}

/* True if the erase strikes exactly the lines that its proposal named. */
static bool
same_strikes(const struct state_proposal *proposal, const struct act_destroy *destroy)
{
	struct amana_error err;
	struct entry proposed;

	return entry_decode((struct bytes){proposal->entry, proposal->entry_len},
			    &proposed, &err) == 0 &&
	       proposed.own.destroy.n_strikes == destroy->n_strikes &&
	       memcmp(proposed.own.destroy.strikes, destroy->strikes,
		      destroy->n_strikes * sizeof destroy->strikes[0]) == 0;
}

static bool
is_permitted(const struct judgement *j)
{
	const struct act_destroy *destroy = &j->e->own.destroy;
	uint32_t row = state_find_proposal(j->state, &destroy->proposal);
	const struct state_proposal *proposal;

	if (row == NO_ROW || PROPOSALS(j->state)[row].status != PROPOSAL_APPROVED)
		return state_why_not(j, "it names no approved proposal");
	proposal = &PROPOSALS(j->state)[row];
	return (proposal->action == j->action &&
		subject_equal(&proposal->subject, &j->subject) &&
		(j->action != ACT_ERASE || same_strikes(proposal, destroy))) ||
	       state_why_not(j, "the proposal was approved for something else");
}

/* True if every old bundle name is current, no new one is a name that is gone, and no
 * name is both or is given twice. */
static bool
bundles_are_current(const struct judgement *j)
{
	const struct act_destroy *destroy = &j->e->own.destroy;
	const struct state_bundle *bundles = BUNDLES(j->state);

	for (size_t i = 0; i < destroy->n_bundles; i++) {
		const struct entry_bundle_pair *pair = &destroy->bundles[i];
		uint32_t was = state_find_bundle(j->state, &pair->was);
		uint32_t is = state_find_bundle(j->state, &pair->is);

		if (was == NO_ROW || bundles[was].now != NO_ROW)
			return state_why_not(
				j, "an old bundle is not the current name of one");
		if (is != NO_ROW && bundles[is].now != NO_ROW)
			return state_why_not(
				j, "a new bundle has the name of one that is gone");
		for (size_t k = 0; k < destroy->n_bundles; k++) {
			if ((k < i && memcmp(&destroy->bundles[k].was, &pair->was,
					     HASH_LEN) == 0) ||
			    memcmp(&destroy->bundles[k].is, &pair->was, HASH_LEN) == 0)
				return state_why_not(j, "an old bundle is named twice");
		}
	}
	return true;
}

bool
state_check_dispose(const struct judgement *j)
{
	if (EXHIBITS(j->state)[j->exhibit_row].disposed)
		return state_why_not(j, "the exhibit was disposed of before");
	return nothing_is_held(j) &&
	       (!j->direct || (is_permitted(j) && bundles_are_current(j)));
}

bool
state_check_erase(const struct judgement *j)
{
	return nothing_is_held(j) &&
	       (!j->direct || (is_permitted(j) && bundles_are_current(j)));
}

/* The row of the bundle of this name, which is made if there is none. */
static int
bundle_make(struct state *state, const struct hash *name, uint32_t *ret_row,
	    struct amana_error *err)
{
	struct state_bundle fresh = {.name = *name, .now = NO_ROW};

	*ret_row = state_find_bundle(state, name);
	return *ret_row != NO_ROW
		       ? 0
		       : state_table_add(state, TABLE_BUNDLES, &fresh, ret_row, err);
}

int
state_apply_erase(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_destroy *destroy = &j->e->own.destroy;
	uint32_t proposal = state_find_proposal(state, &destroy->proposal);
	uint32_t was, is;

	for (size_t i = 0; i < destroy->n_bundles; i++) {
		was = state_find_bundle(state, &destroy->bundles[i].was);
		if (bundle_make(state, &destroy->bundles[i].is, &is, err) < 0 ||
		    state_table_save(state, TABLE_BUNDLES, was, err) < 0)
			return -1;
		BUNDLES(state)[was].now = is;
	}
	if (state_table_save(state, TABLE_PROPOSALS, proposal, err) < 0)
		return -1;
	PROPOSALS(state)[proposal].status = PROPOSAL_CLOSED;
	state->txn.n_closed++;
	return 0;
}

int
state_apply_dispose(struct state *state, const struct judgement *j,
		    struct amana_error *err)
{
	if (state_table_save(state, TABLE_EXHIBITS, j->exhibit_row, err) < 0)
		return -1;
	EXHIBITS(state)[j->exhibit_row].disposed = true;
	return state_apply_erase(state, j, err);
}
