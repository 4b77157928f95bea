/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_ring.h"
#include "state/state_table.h"

#include <stdlib.h>

/* Which key files were sealed to whom, and when. */

/* True for those who hold a ring by their role and not by a grant: auditors and recovery
 * cards. */
static bool
held_by_role(const struct state *state, uint32_t case_at, uint32_t member_at,
	     uint64_t made_at)
{
	const struct state_member *member = &MEMBERS(state)[member_at];
	uint8_t role = case_at == NOWHERE ? ROLE_AUDITOR : ROLE_RECOVERY;

	return (member->roles & role) != 0 && member->reads_since_ < made_at;
}

int
state_ring_file(const struct state *state, const struct custody_id *case_id,
		const struct member_code *member, struct hash *ret_object)
{
	uint32_t member_at = state_find_member(state, member);
	const struct state_grant *grant = NULL;
	const struct state_ring *ring;
	bool known;
	uint32_t at = state_ring_case(state, case_id, &known), grant_at;

	if (!known || member_at == NOWHERE)
		return 1;
	ring = &RINGS(state)[at == NOWHERE ? state->vault.ring : CASES(state)[at].ring_];
	grant_at = state_find_grant(state, at, member_at);
	if (grant_at != NOWHERE && GRANTS(state)[grant_at].kind != GRANT_NONE)
		grant = &GRANTS(state)[grant_at];
	if (grant == NULL && !held_by_role(state, at, member_at, ring->made_at))
		return 1;
	*ret_object = grant != NULL && (grant->kind == GRANT_DEPOSITOR ||
					grant->given_at_ >= ring->made_at)
			      ? grant->file
			      : ring->file;
	return 0;
}

struct found {
	struct hash newest; /* left out */
	struct state_key_file *files;
	size_t n, cap;
};

static int
found_add(struct found *found, const struct hash *file, uint64_t epoch, uint64_t at,
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
	found->files[found->n++] =
		(struct state_key_file){.object = *file, .epoch = epoch, .sealed_at = at};
	return 0;
}

/* The epochs that were made while the member held the ring, after entry `from` and before
 * entry `to`. */
static int
found_add_epochs(struct found *found, const struct state *state, uint32_t case_at,
		 uint64_t from, uint64_t to, struct amana_error *err)
{
	uint32_t at =
		case_at == NOWHERE ? state->vault.ring : CASES(state)[case_at].ring_;

	for (; at != NOWHERE && RINGS(state)[at].made_at > from;
	     at = RINGS(state)[at].older) {
		const struct state_ring *ring = &RINGS(state)[at];

		if (ring->made_at < to &&
		    found_add(found, &ring->file, ring->epoch, ring->made_at, err) < 0)
			return -1;
	}
	return 0;
}

static int
find_present(struct found *found, const struct state *state, uint32_t case_at,
	     uint32_t member_at, struct amana_error *err)
{
	const struct state_member *member = &MEMBERS(state)[member_at];
	uint8_t role = case_at == NOWHERE ? ROLE_AUDITOR : ROLE_RECOVERY;
	uint32_t at = state_find_grant(state, case_at, member_at);
	const struct state_grant *grant;

	if ((member->roles & role) != 0 &&
	    found_add_epochs(found, state, case_at, member->reads_since_, UINT64_MAX,
			     err) < 0)
		return -1;
	if (at == NOWHERE || GRANTS(state)[at].kind == GRANT_NONE)
		return 0;
	grant = &GRANTS(state)[at];
	if (found_add(found, &grant->file, grant->epoch, grant->given_at_, err) < 0)
		return -1;
	return state_kind_reads(grant->kind)
		       ? found_add_epochs(found, state, case_at, grant->given_at_,
					  UINT64_MAX, err)
		       : 0;
}

static int
find_past(struct found *found, const struct state *state, uint32_t case_at,
	  uint32_t member_at, struct amana_error *err)
{
	for (uint32_t i = MEMBERS(state)[member_at].past_; i != NOWHERE;
	     i = PASTS(state)[i].older) {
		const struct state_past *past = &PASTS(state)[i];

		if (past->case_ != case_at)
			continue;
		if (past->has_file &&
		    found_add(found, &past->file, past->epoch, past->from, err) < 0)
			return -1;
		if (past->reads && found_add_epochs(found, state, case_at, past->from,
						    past->to, err) < 0)
			return -1;
	}
	return 0;
}

/* By epoch; of one epoch the newest first. */
static int
by_epoch(const void *a, const void *b)
{
	const struct state_key_file *x = a, *y = b;

	if (x->epoch != y->epoch)
		return x->epoch < y->epoch ? -1 : 1;
	return x->sealed_at > y->sealed_at ? -1 : x->sealed_at < y->sealed_at;
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
	uint32_t case_at = state_ring_case(state, case_id, &known);
	uint32_t member_at = state_find_member(state, member);
	int r = 0;

	if (state_ring_file(state, case_id, member, &found.newest) == 0) {
		r = find_present(&found, state, case_at, member_at, err);
		if (r == 0)
			r = find_past(&found, state, case_at, member_at, err);
	}
	files = found.files;
	if (r < 0)
		return -1;
	if (found.n > 0)
		qsort(files, found.n, sizeof files[0], by_epoch);
	/* Held both by role and by grant: listed once. */
	for (size_t i = 0; i < found.n; i++) {
		if (n == 0 || !hash_equal(&files[n - 1].object, &files[i].object))
			files[n++] = files[i];
	}
	*ret_files = TAKE(files);
	*ret_n = n;
	return 0;
}
