/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_members.h"

#include "state/state_past.h"
#include "state/state_ring.h"
#include "state/state_table.h"

#include <string.h>

/* Acts of authority: members, policy, and the log itself. */

/* A member's roles change from `was` to `is`: the counts of admins and auditors follow.
 */
static int
count_roles(struct state *state, uint8_t was, uint8_t is, struct amana_error *err)
{
	if (was == is)
		return 0;
	if (state_table_save(state, TABLE_VAULT, 0, err) < 0)
		return -1;
	state->vault.n_admins += ((is & ROLE_ADMIN) != 0) - ((was & ROLE_ADMIN) != 0);
	state->vault.n_auditors +=
		((is & ROLE_AUDITOR) != 0) - ((was & ROLE_AUDITOR) != 0);
	return 0;
}

/* The member's row has been saved.  From when on they hold a ring by their role:
 * state_ring_file. */
static int
take_roles(struct state *state, uint32_t at, uint8_t roles, struct amana_error *err)
{
	struct state_member *member = &MEMBERS(state)[at];

	if ((member->roles & ~roles & ROLE_AUDITOR) != 0 &&
	    state_past_auditor(state, at, err) < 0)
		return -1;
	if ((roles & ~member->roles & (ROLE_AUDITOR | ROLE_RECOVERY)) != 0)
		member->reads_since_ = entry_now(state);
	member->roles = roles;
	return 0;
}

static bool
is_last_admin(const struct judgement *j, const struct state_member *member)
{
	return (member->roles & ROLE_ADMIN) != 0 && j->state->vault.n_admins == 1;
}

/* Every ring that the member holds needs a new epoch. */
static int
member_rings_due(struct state *state, uint32_t at, struct amana_error *err)
{
	uint8_t roles = MEMBERS(state)[at].roles;

	for (uint32_t i = MEMBERS(state)[at].grants_; i != NOWHERE;
	     i = GRANTS(state)[i].next_of_member_) {
		const struct state_grant *grant = &GRANTS(state)[i];

		if (grant->kind != GRANT_NONE && grant->kind != GRANT_DEPOSITOR &&
		    state_ring_make_due(state, grant->case_, err) < 0)
			return -1;
	}
	if ((roles & ROLE_AUDITOR) != 0 && state_ring_make_due(state, NOWHERE, err) < 0)
		return -1;
	if ((roles & ROLE_RECOVERY) == 0)
		return 0;
	for (uint32_t i = 0; i < state->tables[TABLE_CASES].n; i++) {
		if (state_ring_make_due(state, i, err) < 0)
			return -1;
	}
	return 0;
}

/* The audit ring's grant ends with the role. */
static int
end_audit_grant(struct state *state, uint32_t at, struct amana_error *err)
{
	uint32_t grant = state_find_grant(state, NOWHERE, at);

	if (grant == NOWHERE || GRANTS(state)[grant].kind == GRANT_NONE)
		return 0;
	return state_past_end_grant(state, grant, err);
}

bool
state_check_enrol(const struct judgement *j)
{
	const struct act_enrol *enrol = &j->e->own.enrol;
	uint32_t key = state_find_key(j->state, enrol->key.pub);
	const struct state_member *member;

	if (key != NOWHERE && KEYS(j->state)[key].member != j->member_at)
		return state_why_not(j, "the signing key is another member's");
	if ((enrol->roles & ROLE_RECOVERY) != 0 && enrol->roles != ROLE_RECOVERY)
		return state_why_not(j, "the role recovery stands alone");
	if (j->member_at == NOWHERE || !MEMBERS(j->state)[j->member_at].enrolled)
		return true;
	member = &MEMBERS(j->state)[j->member_at];
	if (member->revoked)
		return state_why_not(j, "%s was revoked, and a code is never used again",
				     member->code.text);
	if (((member->roles ^ enrol->roles) & ROLE_RECOVERY) != 0)
		return state_why_not(j, "no code becomes or stops being a recovery card");
	if (is_last_admin(j, member) && (enrol->roles & ROLE_ADMIN) == 0)
		return state_why_not(j, "%s is the last admin", member->code.text);
	return true;
}

/* The key becomes the member's current one. */
static int
take_key(struct state *state, uint32_t at, const struct note_key *key,
	 struct amana_error *err)
{
	struct state_key row = {.member = at};

	memcpy(MEMBERS(state)[at].pub, key->pub, SIGN_PUB_LEN);
	if (state_find_key(state, key->pub) != NOWHERE)
		return 0; /* had it before */
	memcpy(row.pub, key->pub, sizeof row.pub);
	memcpy(row.id, key->id, sizeof row.id);
	row.older = MEMBERS(state)[at].keys_;
	return state_table_add(state, TABLE_KEYS, &row, &MEMBERS(state)[at].keys_, err);
}

int
state_apply_enrol(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_enrol *enrol = &j->e->own.enrol;
	struct state_member fresh = {.code = j->subject.member,
				     .keys_ = NOWHERE,
				     .grants_ = NOWHERE,
				     .past_ = NOWHERE};
	uint32_t at = j->member_at;
	uint8_t was;

	if (at == NOWHERE && state_table_add(state, TABLE_MEMBERS, &fresh, &at, err) < 0)
		return -1;
	was = MEMBERS(state)[at].roles;
	if (member_rings_due(state, at, err) < 0 ||
	    count_roles(state, was, enrol->roles, err) < 0 ||
	    state_table_save(state, TABLE_MEMBERS, at, err) < 0)
		return -1;
	MEMBERS(state)[at].enrolled = true;
	if (take_roles(state, at, enrol->roles, err) < 0)
		return -1;
	MEMBERS(state)[at].recipient = enrol->recipient;
	if (take_key(state, at, &enrol->key, err) < 0)
		return -1;
	return (enrol->roles & ROLE_AUDITOR) == 0 ? end_audit_grant(state, at, err) : 0;
}

bool
state_check_role(const struct judgement *j)
{
	const struct state_member *member = &MEMBERS(j->state)[j->member_at];
	const struct act_role *role = &j->e->own.role;

	if (member->revoked)
		return state_why_not(j, "%s is revoked", member->code.text);
	if ((member->roles & ROLE_RECOVERY) != 0)
		return state_why_not(j, "%s is a recovery card", member->code.text);
	if (((member->roles & role->role) != 0) == role->add)
		return state_why_not(j, "it changes nothing");
	if (!role->add && role->role == ROLE_ADMIN && is_last_admin(j, member))
		return state_why_not(j, "%s is the last admin", member->code.text);
	return true;
}

int
state_apply_role(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_role *role = &j->e->own.role;
	uint8_t was = MEMBERS(state)[j->member_at].roles;
	uint8_t is = (uint8_t)(role->add ? was | role->role : was & ~role->role);

	if (count_roles(state, was, is, err) < 0 ||
	    state_table_save(state, TABLE_MEMBERS, j->member_at, err) < 0 ||
	    take_roles(state, j->member_at, is, err) < 0)
		return -1;
	if (role->role != ROLE_AUDITOR || role->add)
		return 0;
	return state_ring_make_due(state, NOWHERE, err) < 0
		       ? -1
		       : end_audit_grant(state, j->member_at, err);
}

bool
state_check_revoke(const struct judgement *j)
{
	const struct state_member *member = &MEMBERS(j->state)[j->member_at];

	if (member->revoked)
		return state_why_not(j, "%s is revoked already", member->code.text);
	return !is_last_admin(j, member) ||
	       state_why_not(j, "%s is the last admin", member->code.text);
}

int
state_apply_revoke(struct state *state, const struct judgement *j,
		   struct amana_error *err)
{
	uint32_t at = j->member_at;

	if (member_rings_due(state, at, err) < 0 ||
	    count_roles(state, MEMBERS(state)[at].roles, 0, err) < 0 ||
	    state_table_save(state, TABLE_MEMBERS, at, err) < 0)
		return -1;
	MEMBERS(state)[at].roles = 0;
	MEMBERS(state)[at].revoked = true;
	for (uint32_t i = MEMBERS(state)[at].grants_; i != NOWHERE;
	     i = GRANTS(state)[i].next_of_member_) {
		if (GRANTS(state)[i].kind != GRANT_NONE &&
		    state_past_end_grant(state, i, err) < 0)
			return -1;
	}
	return 0;
}
