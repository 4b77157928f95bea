/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_members.h"

#include "state/state_past.h"
#include "state/state_ring.h"
#include "state/state_table.h"

#include <string.h>

/* Counts admins and auditors anew when a member's roles change from `was` to `is`. */
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

/* Gives the member these roles, and notes since when they hold a ring by their role
 * (state_ring_file needs that).  The member's row has been saved in the journal. */
static int
take_roles(struct state *state, uint32_t row, uint8_t roles, struct amana_error *err)
{
	struct state_member *member = &MEMBERS(state)[row];

	if ((member->roles & ~roles & ROLE_AUDITOR) != 0 &&
	    state_past_auditor(state, row, err) < 0)
		return -1;
	if ((roles & ~member->roles & (ROLE_AUDITOR | ROLE_RECOVERY)) != 0)
		member->reads_since_ = state_entry_number(state);
	member->roles = roles;
	return 0;
}

static bool
is_last_admin(const struct judgement *j, const struct state_member *member)
{
	return (member->roles & ROLE_ADMIN) != 0 && j->state->vault.n_admins == 1;
}

/* Makes every ring due that the member holds. */
static int
member_rings_due(struct state *state, uint32_t row, struct amana_error *err)
{
	uint8_t roles = MEMBERS(state)[row].roles;

	for (uint32_t i = MEMBERS(state)[row].grants_; i != NO_ROW;
	     i = GRANTS(state)[i].next_of_member_) {
		const struct state_grant *grant = &GRANTS(state)[i];

		if (grant->kind != GRANT_NONE && grant->kind != GRANT_DEPOSITOR &&
		    state_ring_make_due(state, grant->case_, err) < 0)
			return -1;
	}
	if ((roles & ROLE_AUDITOR) != 0 && state_ring_make_due(state, NO_ROW, err) < 0)
		return -1;
	if ((roles & ROLE_RECOVERY) == 0)
		return 0;
	for (uint32_t i = 0; i < state->tables[TABLE_CASES].n; i++) {
		if (state_ring_make_due(state, i, err) < 0)
			return -1;
	}
	return 0;
}

/* Ends the member's grant in the audit ring, if there is one: it ends with the role. */
static int
end_audit_grant(struct state *state, uint32_t row, struct amana_error *err)
{
	uint32_t grant = state_find_grant(state, NO_ROW, row);

	if (grant == NO_ROW || GRANTS(state)[grant].kind == GRANT_NONE)
		return 0;
	return state_past_end_grant(state, grant, err);
}

bool
state_check_enrol(const struct judgement *j)
{
	const struct act_enrol *enrol = &j->e->own.enrol;
	uint32_t key = state_find_key(j->state, enrol->key.pub);
	const struct state_member *member;

	if (key != NO_ROW && KEYS(j->state)[key].member != j->member_row)
		return state_why_not(j, "the signing key is another member's");
	if ((enrol->roles & ROLE_RECOVERY) != 0 && enrol->roles != ROLE_RECOVERY)
		return state_why_not(j, "the role recovery stands alone");
	if (j->member_row == NO_ROW || !MEMBERS(j->state)[j->member_row].enrolled)
		return true;
	member = &MEMBERS(j->state)[j->member_row];
	if (member->revoked)
		return state_why_not(j, "%s was revoked, and a code is never used again",
				     member->code.text);
	if (((member->roles ^ enrol->roles) & ROLE_RECOVERY) != 0)
		return state_why_not(j, "no code becomes or stops being a recovery card");
	if (is_last_admin(j, member) && (enrol->roles & ROLE_ADMIN) == 0)
		return state_why_not(j, "%s is the last admin", member->code.text);
	return true;
}

/* Makes the key the member's current one.  The member's row has been saved in the
 * journal. */
static int
take_key(struct state *state, uint32_t row, const struct note_key *key,
	 struct amana_error *err)
{
	struct state_key fresh = {.member = row};

	memcpy(MEMBERS(state)[row].pub, key->pub, SIGN_PUB_LEN);
	if (state_find_key(state, key->pub) != NO_ROW)
		return 0; /* the member had it before */
	memcpy(fresh.pub, key->pub, sizeof fresh.pub);
	memcpy(fresh.id, key->id, sizeof fresh.id);
	fresh.older = MEMBERS(state)[row].keys_;
	return state_table_add(state, TABLE_KEYS, &fresh, &MEMBERS(state)[row].keys_,
			       err);
}

int
state_apply_enrol(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_enrol *enrol = &j->e->own.enrol;
	struct state_member fresh = {.code = j->subject.member,
				     .keys_ = NO_ROW,
				     .grants_ = NO_ROW,
				     .past_ = NO_ROW};
	uint32_t row = j->member_row;
	uint8_t was;

	if (row == NO_ROW && state_table_add(state, TABLE_MEMBERS, &fresh, &row, err) < 0)
		return -1;
	was = MEMBERS(state)[row].roles;
	if (member_rings_due(state, row, err) < 0 ||
	    count_roles(state, was, enrol->roles, err) < 0 ||
	    state_table_save(state, TABLE_MEMBERS, row, err) < 0)
		return -1;
	MEMBERS(state)[row].enrolled = true;
	if (take_roles(state, row, enrol->roles, err) < 0)
		return -1;
	MEMBERS(state)[row].recipient = enrol->recipient;
	if (take_key(state, row, &enrol->key, err) < 0)
		return -1;
	return (enrol->roles & ROLE_AUDITOR) == 0 ? end_audit_grant(state, row, err) : 0;
}

bool
state_check_role(const struct judgement *j)
{
	const struct state_member *member = &MEMBERS(j->state)[j->member_row];
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
	uint8_t was = MEMBERS(state)[j->member_row].roles;
	uint8_t is = (uint8_t)(role->add ? was | role->role : was & ~role->role);

	if (count_roles(state, was, is, err) < 0 ||
	    state_table_save(state, TABLE_MEMBERS, j->member_row, err) < 0 ||
	    take_roles(state, j->member_row, is, err) < 0)
		return -1;
	if (role->role != ROLE_AUDITOR || role->add)
		return 0;
	return state_ring_make_due(state, NO_ROW, err) < 0
		       ? -1
		       : end_audit_grant(state, j->member_row, err);
}

bool
state_check_revoke(const struct judgement *j)
{
	const struct state_member *member = &MEMBERS(j->state)[j->member_row];

	if (member->revoked)
		return state_why_not(j, "%s is revoked already", member->code.text);
	return !is_last_admin(j, member) ||
	       state_why_not(j, "%s is the last admin", member->code.text);
}

int
state_apply_revoke(struct state *state, const struct judgement *j,
		   struct amana_error *err)
{
	uint32_t row = j->member_row;

	if (member_rings_due(state, row, err) < 0 ||
	    count_roles(state, MEMBERS(state)[row].roles, 0, err) < 0 ||
	    state_table_save(state, TABLE_MEMBERS, row, err) < 0)
		return -1;
	MEMBERS(state)[row].roles = 0;
	MEMBERS(state)[row].revoked = true;
	for (uint32_t i = MEMBERS(state)[row].grants_; i != NO_ROW;
	     i = GRANTS(state)[i].next_of_member_) {
		if (GRANTS(state)[i].kind != GRANT_NONE &&
		    state_past_end_grant(state, i, err) < 0)
			return -1;
	}
	return 0;
}
