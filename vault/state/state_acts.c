/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_internal.h"

#include <string.h>

/* Acts on evidence. */

/* The epochs that an act seals to are the current ones. */
static bool
sealing_is_current(const struct doing *d)
{
	const struct act_sealing *sealing = &d->e->own.sealing;

	if (sealing->in_case && sealing->epoch != CASES(d->state)[d->case_at].epoch)
		return state_why_not(
			d, "the case's current epoch is %llu",
			(unsigned long long)CASES(d->state)[d->case_at].epoch);
	return sealing->audit_epoch == d->state->vault.ring_epoch ||
	       state_why_not(d, "the audit ring's current epoch is %llu",
			     (unsigned long long)d->state->vault.ring_epoch);
}

bool
state_check_deposit(const struct doing *d)
{
	if (d->exhibit_at != NOWHERE ||
	    state_find_case(d->state, &d->subject.id) != NOWHERE)
		return state_why_not(d, "the id has been used before");
	if (d->e->n_objects > 0 &&
	    state_find_object(d->state, &d->e->objects[0]) != NOWHERE)
		return state_why_not(d, "the object is another exhibit's");
	return sealing_is_current(d);
}

int
state_apply_deposit(struct state *state, const struct doing *d, struct amana_error *err)
{
	struct state_exhibit row = {.id = d->subject.id,
				    .deposited_in = d->slot,
				    .case_ = d->case_at,
				    .number = CASES(state)[d->case_at].n_exhibits + 1,
				    .depositor_ = d->actor,
				    .has_object = d->e->n_objects > 0};

	if (row.has_object)
		row.object = d->e->objects[0];
	if (state_table_save(state, TABLE_CASES, d->case_at, err) < 0 ||
	    state_table_add(state, TABLE_EXHIBITS, &row, NULL, err) < 0)
		return -1;
	CASES(state)[d->case_at].n_exhibits++;
	return 0;
}

bool
state_check_sealing(const struct doing *d)
{
	const struct act_sealing *place = &d->e->own.sealing;

	if (place->in_case != (d->case_at != NOWHERE))
		return state_why_not(d, place->in_case ? "it is outside any case"
						       : "it names no case");
	if (place->in_case &&
	    !custody_id_equal(&place->case_id, &CASES(d->state)[d->case_at].id))
		return state_why_not(d, "it names another case");
	return sealing_is_current(d);
}

static bool
is_held(const struct doing *d)
{
	return d->subject.kind == SUBJECT_EXHIBIT ? EXHIBITS(d->state)[d->exhibit_at].held
						  : CASES(d->state)[d->case_at].held;
}

bool
state_check_hold(const struct doing *d)
{
	if (d->e->own.hold)
		return !is_held(d) || state_why_not(d, "it is on hold already");
	return is_held(d) || state_why_not(d, "it is not on hold");
}

int
state_apply_hold(struct state *state, const struct doing *d, struct amana_error *err)
{
	if (d->subject.kind == SUBJECT_EXHIBIT) {
		if (state_table_save(state, TABLE_EXHIBITS, d->exhibit_at, err) < 0)
			return -1;
		EXHIBITS(state)[d->exhibit_at].held = d->e->own.hold;
		return 0;
	}
	if (state_table_save(state, TABLE_CASES, d->case_at, err) < 0)
		return -1;
	CASES(state)[d->case_at].held = d->e->own.hold;
	return 0;
}

static bool
nothing_is_held(const struct doing *d)
{
	if (d->exhibit_at != NOWHERE && EXHIBITS(d->state)[d->exhibit_at].held)
		return state_why_not(d, "the exhibit is on hold");
	if (d->case_at != NOWHERE && CASES(d->state)[d->case_at].held)
		return state_why_not(d, "the case is on hold");
	return true;
}

/* The strikes were approved one by one. */
static bool
same_strikes(const struct state_proposal *proposal, const struct act_destroy *d)
{
	struct amana_error err;
	struct entry proposed;

	return entry_decode((struct bytes){proposal->entry, proposal->entry_len},
			    &proposed, &err) == 0 &&
	       proposed.own.destroy.n_strikes == d->n_strikes &&
	       memcmp(proposed.own.destroy.strikes, d->strikes,
		      d->n_strikes * sizeof d->strikes[0]) == 0;
}

static bool
is_permitted(const struct doing *d)
{
	const struct act_destroy *destroy = &d->e->own.destroy;
	uint32_t at = state_find_proposal(d->state, &destroy->proposal);
	const struct state_proposal *proposal;

	if (at == NOWHERE || PROPOSALS(d->state)[at].status != PROPOSAL_APPROVED)
		return state_why_not(d, "it names no approved proposal");
	proposal = &PROPOSALS(d->state)[at];
	return (proposal->action == d->action &&
		subject_equal(&proposal->subject, &d->subject) &&
		(d->action != ACT_ERASE || same_strikes(proposal, destroy))) ||
	       state_why_not(d, "the proposal was approved for something else");
}

/* Each old name is current, no new name is one that is gone, no name is both. */
static bool
bundles_are_current(const struct doing *d)
{
	const struct act_destroy *destroy = &d->e->own.destroy;
	const struct state_bundle *bundles = BUNDLES(d->state);

	for (size_t i = 0; i < destroy->n_bundles; i++) {
		const struct entry_bundle_pair *pair = &destroy->bundles[i];
		uint32_t was = state_find_bundle(d->state, &pair->was);
		uint32_t is = state_find_bundle(d->state, &pair->is);

		if (was == NOWHERE || bundles[was].now != NOWHERE)
			return state_why_not(
				d, "an old bundle is not the current name of one");
		if (is != NOWHERE && bundles[is].now != NOWHERE)
			return state_why_not(
				d, "a new bundle has the name of one that is gone");
		for (size_t j = 0; j < destroy->n_bundles; j++) {
			if ((j < i && memcmp(&destroy->bundles[j].was, &pair->was,
					     HASH_LEN) == 0) ||
			    memcmp(&destroy->bundles[j].is, &pair->was, HASH_LEN) == 0)
				return state_why_not(d, "an old bundle is named twice");
		}
	}
	return true;
}

bool
state_check_dispose(const struct doing *d)
{
	if (EXHIBITS(d->state)[d->exhibit_at].disposed)
		return state_why_not(d, "the exhibit was disposed of before");
	return nothing_is_held(d) &&
	       (!d->direct || (is_permitted(d) && bundles_are_current(d)));
}

bool
state_check_erase(const struct doing *d)
{
	return nothing_is_held(d) &&
	       (!d->direct || (is_permitted(d) && bundles_are_current(d)));
}

/* A row for this name, made if there is none. */
static int
bundle_make(struct state *state, const struct hash *name, uint32_t *ret_at,
	    struct amana_error *err)
{
	struct state_bundle row = {.name = *name, .now = NOWHERE};

	*ret_at = state_find_bundle(state, name);
	return *ret_at != NOWHERE
		       ? 0
		       : state_table_add(state, TABLE_BUNDLES, &row, ret_at, err);
}

int
state_apply_erase(struct state *state, const struct doing *d, struct amana_error *err)
{
	const struct act_destroy *destroy = &d->e->own.destroy;
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
state_apply_dispose(struct state *state, const struct doing *d, struct amana_error *err)
{
	if (state_table_save(state, TABLE_EXHIBITS, d->exhibit_at, err) < 0)
		return -1;
	EXHIBITS(state)[d->exhibit_at].disposed = true;
	return state_apply_erase(state, d, err);
}

bool
state_check_anchor(const struct doing *d)
{
	return d->e->own.anchor.batch < d->slot ||
	       state_why_not(d, "the batch is not an earlier one");
}
