/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_ring.h"
#include "state/state_table.h"

#include <stdlib.h>

/* Which key files were sealed to whom, and when. */

/* The grant in force, or NULL. */
static const struct state_grant *
grant_of(const struct state *state, uint32_t case_row, uint32_t member_row)
{
	uint32_t row = state_find_grant(state, case_row, member_row);

	return row != NO_ROW && GRANTS(state)[row].kind != GRANT_NONE
		       ? &GRANTS(state)[row]
		       : NULL;
}

int
state_ring_file(const struct state *state, const struct custody_id *case_id,
		const struct member_code *member, struct hash *ret_object)
{
	uint32_t member_row = state_find_member(state, member);
	const struct state_grant *grant;
	const struct state_ring *ring;
	bool known;
	uint32_t case_row = state_ring_case(state, case_id, &known);

	if (!known || member_row == NO_ROW)
		return 1;
	grant = grant_of(state, case_row, member_row);
	if (grant == NULL)
		return 1;
	ring = &RINGS(state)[case_row == NO_ROW ? state->vault.ring
						: CASES(state)[case_row].ring_];
	if (state_kind_reads(grant->kind) && grant->given_entry_ < ring->made_entry) {
		*ret_object = ring->file;
		return 0;
	}
	if (!grant->has_file)
		return 1;
	*ret_object = grant->file;
	return 0;
}

struct found {
	struct hash newest; /* not to be found again */
	struct state_key_file *files;
	size_t n, cap;
};

static int
found_add(struct found *found, const struct hash *file, uint64_t epoch, uint64_t entry,
	  struct amana_error *err)
{
	struct state_key_file *grown;
	size_t cap = found->cap != 0 ? found->cap * 2 : 16;

	if (hash_equal(file, &found->newest))
		return 0;
	if (found->n == found->cap) {
		grown = mem_grow(found->files, found->cap, cap, sizeof *grown, err);
		if (grown == NULL)
			return -1;
		found->files = grown;
		found->cap = cap;
	}
	found->files[found->n++] = (struct state_key_file){
		.object = *file, .epoch = epoch, .sealed_entry = entry};
	return 0;
}

/* Adds the epochs that were made after entry `from` and before entry `to`, while the
 * member held the ring. */
static int
found_add_epochs(struct found *found, const struct state *state, uint32_t case_row,
		 uint64_t from, uint64_t to, struct amana_error *err)
{
	uint32_t row =
		case_row == NO_ROW ? state->vault.ring : CASES(state)[case_row].ring_;

	for (; row != NO_ROW && RINGS(state)[row].made_entry > from;
	     row = RINGS(state)[row].older) {
		const struct state_ring *ring = &RINGS(state)[row];

		if (ring->made_entry < to &&
		    found_add(found, &ring->file, ring->epoch, ring->made_entry, err) < 0)
			return -1;
	}
	return 0;
}

static int
find_present(struct found *found, const struct state *state, uint32_t case_row,
	     uint32_t member_row, struct amana_error *err)
{
	const struct state_grant *grant = grant_of(state, case_row, member_row);

	if (grant == NULL)
		return 0;
	if (grant->has_file &&
	    found_add(found, &grant->file, grant->epoch, grant->given_entry_, err) < 0)
		return -1;
	return state_kind_reads(grant->kind)
		       ? found_add_epochs(found, state, case_row, grant->given_entry_,
					  UINT64_MAX, err)
		       : 0;
}

static int
find_past(struct found *found, const struct state *state, uint32_t case_row,
	  uint32_t member_row, struct amana_error *err)
{
	for (uint32_t i = MEMBERS(state)[member_row].past_; i != NO_ROW;
	     i = PASTS(state)[i].older) {
		const struct state_past *past = &PASTS(state)[i];

		if (past->case_ != case_row)
			continue;
		if (past->has_file &&
		    found_add(found, &past->file, past->epoch, past->from, err) < 0)
			return -1;
		if (past->reads && found_add_epochs(found, state, case_row, past->from,
						    past->to, err) < 0)
			return -1;
	}
	return 0;
}

/* Sorts by epoch, and within an epoch the newest first. */
static int
by_epoch(const void *a, const void *b)
{
	const struct state_key_file *x = a, *y = b;

	if (x->epoch != y->epoch)
		return x->epoch < y->epoch ? -1 : 1;
	return x->sealed_entry > y->sealed_entry ? -1 : x->sealed_entry < y->sealed_entry;
}

int
state_ring_older_files(const struct state *state, const struct custody_id *case_id,
		       const struct member_code *member,
		       struct state_key_file **ret_files, size_t *ret_n,
		       struct amana_error *err)
{
	CLEANUP(mem_freep) struct state_key_file *files = NULL;
	struct found found = {.n = 0};
	size_t n = 0;
	bool known;
	uint32_t case_row = state_ring_case(state, case_id, &known);
	uint32_t member_row = state_find_member(state, member);
	int r = 0;

	if (state_ring_file(state, case_id, member, &found.newest) == 0) {
		r = find_present(&found, state, case_row, member_row, err);
		if (r == 0)
			r = find_past(&found, state, case_row, member_row, err);
	}
	files = found.files;
	if (r < 0)
		return -1;
	if (found.n > 0)
		qsort(files, found.n, sizeof files[0], by_epoch);
	/* The file of a case's first grant is that of its first epoch: listed once. */
	for (size_t i = 0; i < found.n; i++) {
		if (n == 0 || !hash_equal(&files[n - 1].object, &files[i].object))
			files[n++] = files[i];
	}
	*ret_files = TAKE(files);
	*ret_n = n;
	return 0;
}

uint32_t
state_ring_file_holders(const struct state *state, const struct age_recipient *recipient)
{
	uint32_t row = state_find_ring(state, recipient);

	return row != NO_ROW ? RINGS(state)[row].n_holders : 0;
}

/* The newest grant of the member in the ring that ended after `entry`; NULL: none did. */
static const struct state_past *
left_after(const struct state *state, const struct state_member *member,
	   uint32_t case_row, uint64_t entry)
{
	for (uint32_t i = member->past_; i != NO_ROW; i = PASTS(state)[i].older)
		if (PASTS(state)[i].case_ == case_row && PASTS(state)[i].reads &&
		    PASTS(state)[i].to > entry)
			return &PASTS(state)[i];
	return NULL;
}

size_t
state_ring_leavers(const struct state *state, const struct custody_id *case_id,
		   struct state_leaver *out, size_t cap)
{
	uint32_t case_row = case_id != NULL ? state_find_case(state, case_id) : NO_ROW;
	uint32_t ring =
		case_row != NO_ROW ? CASES(state)[case_row].ring_ : state->vault.ring;
	size_t n = 0;

	if (case_id != NULL && case_row == NO_ROW)
		return 0;
	for (uint32_t i = 0; i < state->tables[TABLE_MEMBERS].n; i++) {
		const struct state_member *member = &MEMBERS(state)[i];
		uint32_t grant = state_find_grant(state, case_row, i);
		const struct state_past *past = left_after(state, member, case_row,
							   RINGS(state)[ring].made_entry);

		if (past == NULL ||
		    (grant != NO_ROW && state_kind_reads(GRANTS(state)[grant].kind)))
			continue;
		if (n < cap)
			out[n] = (struct state_leaver){member, past->by_date};
		n++;
	}
	return n;
}

const struct state_member *
state_audit_begun(const struct state *state)
{
	uint32_t row = state->vault.audit_begun;

	return row != NO_ROW ? &MEMBERS(state)[row] : NULL;
}

/* ---- what was declared lost ---- */

const struct state_lost *
state_lost_for(const struct state *state, const struct custody_id *about,
	       const struct hash *hash, bool is_shared)
{
	static const struct custody_id none;
	const struct state_exhibit *exhibit = state_exhibit(state, about);

	for (uint32_t i = 0; i < state_n_lost(state); i++) {
		const struct state_lost *lost = state_lost_at(state, i);
		bool covers = lost->subject.kind == SUBJECT_VAULT
				      ? custody_id_equal(about, &none)
				      : custody_id_equal(&lost->subject.id, about);

		/* A declaration on one exhibit says nothing of what it shares. */
		if (is_shared && lost->subject.kind == SUBJECT_EXHIBIT)
			continue;
		if (!covers && exhibit != NULL && lost->subject.kind == SUBJECT_CASE)
			covers =
				custody_id_equal(&lost->subject.id,
						 &state_exhibit_case(state, exhibit)->id);
		if (covers && hash_equal(&lost->hash, hash))
			return lost;
	}
	return NULL;
}
