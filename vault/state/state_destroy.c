/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_destroy.h"

#include "state/state_names.h"
#include "state/state_table.h"

#include <stdlib.h>
#include <string.h>

static bool
same_hash(const struct hash *a, const struct hash *b)
{
	return memcmp(a, b, HASH_LEN) == 0;
}

/* ---- holds, and what joined in this slot ---- */

static bool
nothing_is_held(const struct judgement *j)
{
	const struct state_case *a_case = &CASES(j->state)[j->case_row];

	if (j->subject.kind == SUBJECT_VAULT)
		return true;
	if (a_case->held)
		return state_why_not(j, "the case is on hold");
	if (j->subject.kind == SUBJECT_CASE)
		return a_case->n_held == 0 ||
		       state_why_not(j, "an exhibit of the case is on hold");
	return !EXHIBITS(j->state)[j->exhibit_row].held ||
	       state_why_not(j, "the exhibit is on hold");
}

static bool
nothing_joined(const struct judgement *j)
{
	const struct state *state = j->state;
	const struct state_exhibit *exhibit;
	bool joined = false;

	if (!state->txn.open || j->subject.kind == SUBJECT_VAULT)
		return true;
	if (j->subject.kind == SUBJECT_CASE) {
		joined = CASES(state)[j->case_row].touched_in_ == state->txn.n;
	} else {
		exhibit = &EXHIBITS(state)[j->exhibit_row];
		joined = exhibit->private_in_ == state->txn.n ||
			 exhibit->deposited_in == state->txn.n;
	}
	return !joined || state_why_not(j, "it got a sheet in the same slot");
}

/* ---- what was permitted ---- */

static bool
same_sheets(const struct act_destroy *a, const struct act_destroy *b)
{
	if (a->n_sheets != b->n_sheets)
		return false;
	for (size_t i = 0; i < a->n_sheets; i++) {
		if (!same_hash(&a->sheets[i].was, &b->sheets[i].was) ||
		    a->sheets[i].gone != b->sheets[i].gone ||
		    (!a->sheets[i].gone &&
		     !same_hash(&a->sheets[i].is, &b->sheets[i].is)))
			return false;
	}
	return true;
}

static bool
same_hashes(const struct hash *a, size_t n_a, const struct hash *b, size_t n_b)
{
	return n_a == n_b && memcmp(a, b, n_a * sizeof *a) == 0;
}

static bool
says_the_same(const struct judgement *j, const struct entry *proposed)
{
	const struct act_destroy *is = &j->e->own.destroy, *was = &proposed->own.destroy;

	switch (j->action) {
	case ACT_LOST:
		return same_hashes(j->e->own.lost.hashes, j->e->own.lost.n,
				   proposed->own.lost.hashes, proposed->own.lost.n);
	case ACT_ERASE:
		return same_sheets(is, was) && same_hashes(is->strikes, is->n_strikes,
							   was->strikes, was->n_strikes);
	default:
		return same_sheets(is, was);
	}
}

/* The proposal's row, or NO_ROW with why filled. */
static uint32_t
find_permit(const struct judgement *j, const struct hash *leaf)
{
	uint32_t row = state_find_proposal(j->state, leaf);
	const struct state_proposal *proposal;
	struct amana_error err;
	struct entry proposed;

	if (row == NO_ROW || PROPOSALS(j->state)[row].status != PROPOSAL_APPROVED) {
		(void)state_why_not(j, "it names no approved proposal");
		return NO_ROW;
	}
	proposal = &PROPOSALS(j->state)[row];
	if (proposal->action == j->action &&
	    subject_equal(&proposal->subject, &j->subject) &&
	    entry_decode((struct bytes){proposal->entry, proposal->entry_len}, &proposed,
			 &err) == 0 &&
	    says_the_same(j, &proposed))
		return row;
	(void)state_why_not(j, "the proposal was approved for something else");
	return NO_ROW;
}

/* ---- pairs of bundles ---- */

static bool
pair_is_good(const struct judgement *j, const struct entry_bundle_pair *pair,
	     uint32_t *ret_batch)
{
	const struct act_destroy *d = &j->e->own.destroy;
	const struct state *state = j->state;
	uint32_t batch =
		pair->batch < j->slot ? state_find_batch(state, pair->batch) : NO_ROW;

	if (batch == NO_ROW)
		return state_why_not(j, "slot %llu has no bundle",
				     (unsigned long long)pair->batch);
	if (!same_hash(&BUNDLES(state)[BATCHES(state)[batch].bundle].name, &pair->was))
		return state_why_not(j,
				     "an old bundle is not the present one of slot %llu",
				     (unsigned long long)pair->batch);
	if (state_names_was_old(state, &pair->is))
		return state_why_not(j, "a new bundle has the name of one that is gone");
	for (size_t i = 0; i < d->n_bundles; i++) {
		if (same_hash(&d->bundles[i].was, &pair->is))
			return state_why_not(j, "a new bundle is an old one, too");
		if (same_hash(&d->bundles[i].is, &pair->is) &&
		    !same_hash(&d->bundles[i].was, &pair->was))
			return state_why_not(j, "two bundles become one");
	}
	*ret_batch = batch;
	return true;
}

/* Fills the batches of the pairs. */
static bool
pairs_are_good(const struct judgement *j, uint32_t batches[ENTRY_BUNDLES_MAX])
{
	const struct act_destroy *d = &j->e->own.destroy;

	for (size_t i = 0; i < d->n_bundles; i++) {
		if (!pair_is_good(j, &d->bundles[i], &batches[i]))
			return false;
	}
	return true;
}

/* ---- dispose ---- */

struct doomed { /* a sheet that a disposal has to destroy */
	struct hash name;
	uint32_t batch;
};

static int
by_name(const void *a, const void *b)
{
	return memcmp(&((const struct doomed *)a)->name,
		      &((const struct doomed *)b)->name, HASH_LEN);
}

/* The present names of the sheets which the deposit alone named in its batch, and of the
 * private sheets, by name.  -1: more than there can be. */
static int
find_doomed(const struct judgement *j, struct doomed out[ENTRY_BLANKS_MAX], size_t *ret_n)
{
	const struct state_sheet *sheets = SHEETS(j->state);
	const struct state_exhibit *exhibit = &EXHIBITS(j->state)[j->exhibit_row];
	size_t n = 0;

	for (uint32_t row = exhibit->sheets_; row != NO_ROW; row = sheets[row].older) {
		const struct state_sheet *sheet = &sheets[row];
		bool alone = sheet->of_deposit && sheet->n_entries == 1;

		if (sheet->present == NO_ROW || (!alone && !sheet->is_private))
			continue;
		if (n == ENTRY_BLANKS_MAX)
			return -1;
		out[n].name = sheets[sheet->present].name;
		out[n++].batch = sheet->batch;
	}
	qsort(out, n, sizeof out[0], by_name);
	*ret_n = n;
	return 0;
}

/* One name may stand for two sheets in different batches: it is written once. */
static bool
blanks_are_exact(const struct judgement *j, const struct doomed *doomed, size_t n)
{
	const struct act_destroy *d = &j->e->own.destroy;
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && same_hash(&doomed[i].name, &doomed[i - 1].name))
			continue;
		if (at == d->n_sheets || !same_hash(&d->sheets[at].was, &doomed[i].name))
			return state_why_not(j, "it does not name exactly the exhibit's "
						"own sheets");
		at++;
	}
	return at == d->n_sheets || state_why_not(j, "it names sheets of others");
}

static bool
has_batch(const uint32_t *batches, size_t n, uint32_t batch)
{
	for (size_t i = 0; i < n; i++) {
		if (batches[i] == batch)
			return true;
	}
	return false;
}

static bool
pairs_are_exact(const struct judgement *j, const struct doomed *doomed, size_t n,
		const uint32_t *batches)
{
	const struct act_destroy *d = &j->e->own.destroy;
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		if (!has_batch(batches, d->n_bundles, doomed[i].batch))
			return state_why_not(j,
					     "a bundle that holds its sheets is missing");
	}
	for (size_t k = 0; k < d->n_bundles; k++) {
		for (size_t i = 0; i < n; i++) {
			if (doomed[i].batch == batches[k]) {
				found++;
				break;
			}
		}
	}
	return found == d->n_bundles ||
	       state_why_not(j, "a bundle holds none of its sheets");
}

bool
state_check_dispose(const struct judgement *j)
{
	struct doomed doomed[ENTRY_BLANKS_MAX];
	uint32_t batches[ENTRY_BUNDLES_MAX];
	size_t n;

	if (EXHIBITS(j->state)[j->exhibit_row].disposed)
		return state_why_not(j, "the exhibit was disposed of before");
	if (!nothing_is_held(j) || !nothing_joined(j))
		return false;
	if (j->direct && find_permit(j, &j->e->own.destroy.proposal) == NO_ROW)
		return false;
	if (find_doomed(j, doomed, &n) < 0)
		return state_why_not(j, "the exhibit has too many sheets");
	if (!blanks_are_exact(j, doomed, n))
		return false;
	return !j->direct ||
	       (pairs_are_good(j, batches) && pairs_are_exact(j, doomed, n, batches));
}

/* ---- erase ---- */

/* That the new names of an entry can be told from each other and from the old ones. */
static bool
new_sheets_differ(const struct judgement *j)
{
	const struct act_destroy *d = &j->e->own.destroy;

	for (size_t i = 0; i < d->n_sheets; i++) {
		for (size_t k = 0; k < d->n_sheets && !d->sheets[i].gone; k++) {
			if (same_hash(&d->sheets[k].was, &d->sheets[i].is) ||
			    (k != i && !d->sheets[k].gone &&
			     same_hash(&d->sheets[k].is, &d->sheets[i].is)))
				return state_why_not(j, "a new sheet is named twice");
		}
	}
	return true;
}

/* All entries that name the sheet are entries of the subject. */
static bool
sheet_is_theirs(const struct judgement *j, const struct state_sheet *sheet)
{
	switch (j->subject.kind) {
	case SUBJECT_EXHIBIT:
		return sheet->exhibit == j->exhibit_row;
	case SUBJECT_CASE:
		return sheet->case_ == j->case_row;
	default:
		return sheet->case_ == NO_ROW;
	}
}

/* Which of the pairs' batches have the sheet, marked in `used`. */
static bool
sheet_was_is_good(const struct judgement *j, const struct entry_sheet_pair *pair,
		  const uint32_t *batches, bool *used)
{
	const struct act_destroy *d = &j->e->own.destroy;
	bool found = false;

	for (size_t i = 0; i < d->n_bundles; i++) {
		uint32_t row = state_names_present(j->state, batches[i], &pair->was);

		if (row == NO_ROW)
			continue;
		if (!sheet_is_theirs(j, &SHEETS(j->state)[row]))
			return state_why_not(j, "a sheet is another's, too");
		if (!pair->gone &&
		    state_find_sheet(j->state, batches[i], &pair->is) != NO_ROW)
			return state_why_not(j, "a new sheet has the name of an old one");
		found = used[i] = true;
	}
	return found || state_why_not(j, "a sheet stands in none of the bundles");
}

static bool
sheets_are_good(const struct judgement *j, const uint32_t *batches)
{
	const struct act_destroy *d = &j->e->own.destroy;
	bool used[ENTRY_BUNDLES_MAX] = {false};

	for (size_t i = 0; i < d->n_sheets; i++) {
		if (!sheet_was_is_good(j, &d->sheets[i], batches, used))
			return false;
	}
	for (size_t i = 0; i < d->n_bundles; i++) {
		if (!used[i])
			return state_why_not(j, "a bundle holds none of its sheets");
	}
	return true;
}

bool
state_check_erase(const struct judgement *j)
{
	uint32_t batches[ENTRY_BUNDLES_MAX];

	if (!nothing_is_held(j) || !nothing_joined(j) || !new_sheets_differ(j))
		return false;
	if (!j->direct)
		return true;
	return find_permit(j, &j->e->own.destroy.proposal) != NO_ROW &&
	       pairs_are_good(j, batches) && sheets_are_good(j, batches);
}

/* ---- doing it ---- */

int
state_destroy_proposed(struct state *state, const struct judgement *j,
		       struct amana_error *err)
{
	if (j->subject.kind == SUBJECT_EXHIBIT) {
		if (state_table_save(state, TABLE_EXHIBITS, j->exhibit_row, err) < 0)
			return -1;
		EXHIBITS(state)[j->exhibit_row].destroyed_in_ = state->txn.n;
	} else if (j->subject.kind == SUBJECT_CASE) {
		if (state_table_save(state, TABLE_CASES, j->case_row, err) < 0)
			return -1;
		CASES(state)[j->case_row].destroyed_in_ = state->txn.n;
	}
	return 0;
}

static int
use_permit(struct state *state, const struct hash *leaf, struct amana_error *err)
{
	uint32_t row = state_find_proposal(state, leaf);

	if (state_table_save(state, TABLE_PROPOSALS, row, err) < 0)
		return -1;
	PROPOSALS(state)[row].status = PROPOSAL_USED;
	state->txn.n_closed++;
	return 0;
}

static int
rewrite_batch(struct state *state, const struct act_destroy *d,
	      const struct entry_bundle_pair *pair, struct amana_error *err)
{
	uint32_t batch = state_find_batch(state, pair->batch);

	for (size_t i = 0; i < d->n_sheets; i++) {
		uint32_t sheet = state_names_present(state, batch, &d->sheets[i].was);

		if (sheet != NO_ROW &&
		    state_names_reseal(state, sheet,
				       d->sheets[i].gone ? NULL : &d->sheets[i].is,
				       err) < 0)
			return -1;
	}
	for (size_t i = 0; i < d->n_strikes; i++) {
		struct state_struck fresh = {.batch = batch, .line = d->strikes[i]};

		if (state_table_add(state, TABLE_STRUCK, &fresh, NULL, err) < 0)
			return -1;
	}
	return state_names_rewrite(state, batch, &pair->is, err);
}

int
state_apply_erase(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_destroy *d = &j->e->own.destroy;

	for (size_t i = 0; i < d->n_bundles; i++) {
		if (rewrite_batch(state, d, &d->bundles[i], err) < 0)
			return -1;
	}
	return state_destroy_proposed(state, j, err) < 0
		       ? -1
		       : use_permit(state, &d->proposal, err);
}

int
state_apply_dispose(struct state *state, const struct judgement *j,
		    struct amana_error *err)
{
	const struct state_exhibit *exhibit = &EXHIBITS(state)[j->exhibit_row];
	uint32_t object;

	if (state_table_save(state, TABLE_EXHIBITS, j->exhibit_row, err) < 0)
		return -1;
	EXHIBITS(state)[j->exhibit_row].disposed = true;
	if (exhibit->has_object) {
		object = state_find_object(state, &exhibit->object);
		if (state_table_save(state, TABLE_OBJECTS, object, err) < 0)
			return -1;
		OBJECTS(state)[object].n_disposed++;
	}
	return state_apply_erase(state, j, err);
}

/* ---- lost ---- */

bool
state_is_sole_officer(const struct judgement *j)
{
	return j->state->vault.n_officers == 1 &&
	       (MEMBERS(j->state)[j->actor].roles & (ROLE_ADMIN | ROLE_AUDITOR)) != 0;
}

bool
state_check_lost(const struct judgement *j)
{
	const struct act_lost *lost = &j->e->own.lost;
	bool alone = j->subject.kind == SUBJECT_VAULT && state_is_sole_officer(j);

	for (size_t i = 0; i < lost->n; i++) {
		if (!state_names_has(j, &lost->hashes[i]))
			return state_why_not(j, "it names what the log does not name for "
						"this");
	}
	if (!j->direct)
		return true;
	if (lost->has_proposal == alone)
		return state_why_not(j, alone ? "the only officer needs no proposal"
					      : "it takes two people");
	return alone || find_permit(j, &lost->proposal) != NO_ROW;
}

int
state_apply_lost(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_lost *lost = &j->e->own.lost;
	struct state_lost fresh = {.subject = j->subject,
				   .slot = j->slot,
				   .by = MEMBERS(state)[j->actor].code};
	uint32_t proposal;

	if (lost->has_proposal) {
		proposal = state_find_proposal(state, &lost->proposal);
		fresh.proposed_by =
			MEMBERS(state)[PROPOSALS(state)[proposal].proposer_].code;
		if (use_permit(state, &lost->proposal, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < lost->n; i++) {
		fresh.hash = lost->hashes[i];
		if (state_table_add(state, TABLE_LOST, &fresh, NULL, err) < 0)
			return -1;
	}
	return 0;
}
