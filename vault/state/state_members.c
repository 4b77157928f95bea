/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_members.h"

#include "state/state_past.h"
#include "state/state_ring.h"
#include "state/state_table.h"

#include <string.h>

/* Members, their keys and their roles. */

#define CARDS_MAX 16
#define AUDITORS_MAX 64

/* A member's roles change from `was` to `is`: the counts follow. */
static int
count_roles(struct state *state, uint8_t was, uint8_t is, struct amana_error *err)
{
	const uint8_t officer = ROLE_ADMIN | ROLE_AUDITOR;

	if (was == is)
		return 0;
	if (state_table_save(state, TABLE_VAULT, 0, err) < 0)
		return -1;
	state->vault.n_admins += ((is & ROLE_ADMIN) != 0) - ((was & ROLE_ADMIN) != 0);
	state->vault.n_auditors +=
		((is & ROLE_AUDITOR) != 0) - ((was & ROLE_AUDITOR) != 0);
	state->vault.n_cards +=
		((is & ROLE_RECOVERY) != 0) - ((was & ROLE_RECOVERY) != 0);
	state->vault.n_officers += ((is & officer) != 0) - ((was & officer) != 0);
	return 0;
}

/* The member's row has been saved.  A role that stays keeps its age. */
static void
take_roles(struct state *state, uint32_t row, uint8_t roles, bool anew)
{
	struct state_member *member = &MEMBERS(state)[row];

	for (unsigned int bit = 0; bit < ARRAY_LEN(member->role_entries_); bit++) {
		if ((roles & (1u << bit)) != 0 &&
		    (anew || (member->roles & (1u << bit)) == 0))
			member->role_entries_[bit] = state_entry_number(state);
	}
	member->roles = roles;
	member->card |= (roles & ROLE_RECOVERY) != 0;
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
	for (uint32_t i = MEMBERS(state)[row].grants_; i != NO_ROW;
	     i = GRANTS(state)[i].next_of_member_) {
		const struct state_grant *grant = &GRANTS(state)[i];

		if (state_kind_reads(grant->kind) &&
		    state_ring_make_due(state, grant->case_, err) < 0)
			return -1;
	}
	return 0;
}

static int
end_grants(struct state *state, uint32_t row, struct amana_error *err)
{
	for (uint32_t i = MEMBERS(state)[row].grants_; i != NO_ROW;
	     i = GRANTS(state)[i].next_of_member_) {
		if (GRANTS(state)[i].kind != GRANT_NONE &&
		    state_past_end_grant(state, i, err) < 0)
			return -1;
	}
	return 0;
}

/* Ends the member's grant in the audit ring, if there is one: it ends with the role, and
 * the ring is due then.  The role alone held nothing. */
static int
end_audit_grant(struct state *state, uint32_t row, struct amana_error *err)
{
	uint32_t grant = state_find_grant(state, NO_ROW, row);

	if (grant == NO_ROW || GRANTS(state)[grant].kind == GRANT_NONE)
		return 0;
	return state_past_end_grant(state, grant, err);
}

/* That there are not too many with a role after `gained` is given to somebody. */
static bool
roles_fit(const struct judgement *j, uint8_t gained)
{
	if ((gained & ROLE_RECOVERY) != 0 && j->state->vault.n_cards >= CARDS_MAX)
		return state_why_not(j, "there are %d recovery cards already", CARDS_MAX);
	return (gained & ROLE_AUDITOR) == 0 ||
	       j->state->vault.n_auditors < AUDITORS_MAX ||
	       state_why_not(j, "there are %d auditors already", AUDITORS_MAX);
}

/* A code that is enrolled already, by another. */
static bool
enrol_again(const struct judgement *j, const struct state_member *member)
{
	uint8_t roles = j->e->own.enrol.roles;
	const char *code = member->code.text;

	if (member->card)
		return roles == ROLE_RECOVERY ||
		       state_why_not(j, "%s is a recovery card and stays one", code);
	if (is_last_admin(j, member) && roles != ROLE_ADMIN)
		return state_why_not(j, "%s is the last admin", code);
	return roles == 0 || (roles == ROLE_ADMIN && j->by_card) ||
	       state_why_not(j,
			     "%s is enrolled again without roles, which are given apart",
			     code);
}

bool
state_check_enrol(const struct judgement *j)
{
	const struct act_enrol *enrol = &j->e->own.enrol;
	uint32_t key = state_find_key(j->state, enrol->key.pub);
	const struct state_member *member;

	if (key != NO_ROW && KEYS(j->state)[key].member != j->member_row)
		return state_why_not(j, "the signing key is another member's");
	if (j->member_row == NO_ROW || !MEMBERS(j->state)[j->member_row].enrolled)
		return roles_fit(j, enrol->roles);
	member = &MEMBERS(j->state)[j->member_row];
	if (member->revoked)
		return state_why_not(j, "%s was revoked, and a code is never used again",
				     member->code.text);
	if (j->member_row == j->actor)
		return enrol->roles == member->roles ||
		       state_why_not(j,
				     "one's own new keys come with one's present roles");
	return enrol_again(j, member) &&
	       roles_fit(j, (uint8_t)(enrol->roles & ~member->roles));
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

/* By others: grants end, roles and enrollers are new. */
static int
take_enrolment(struct state *state, const struct judgement *j, uint32_t row,
	       struct amana_error *err)
{
	const struct act_enrol *enrol = &j->e->own.enrol;
	struct state_enrol line = {.member = row,
				   .signers = {j->actor, j->second},
				   .entry = state_entry_number(state)};

	if (end_grants(state, row, err) < 0 ||
	    count_roles(state, MEMBERS(state)[row].roles, enrol->roles, err) < 0 ||
	    state_table_add(state, TABLE_ENROLS, &line, NULL, err) < 0)
		return -1;
	MEMBERS(state)[row].enrolled = true;
	MEMBERS(state)[row].enrollers_[0] = line.signers[0];
	MEMBERS(state)[row].enrollers_[1] = line.signers[1];
	take_roles(state, row, enrol->roles, true);
	return 0;
}

int
state_apply_enrol(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_enrol *enrol = &j->e->own.enrol;
	const struct state_member fresh = STATE_MEMBER_INIT(j->subject.member);
	uint32_t row = j->member_row;

	if (row == NO_ROW && state_table_add(state, TABLE_MEMBERS, &fresh, &row, err) < 0)
		return -1;
	if (state_table_save(state, TABLE_MEMBERS, row, err) < 0)
		return -1;
	if (row == j->actor) {
		if (member_rings_due(state, row, err) < 0)
			return -1;
	} else if (take_enrolment(state, j, row, err) < 0) {
		return -1;
	}
	MEMBERS(state)[row].recipient = enrol->recipient;
	MEMBERS(state)[row].keys_entry = state_entry_number(state);
	MEMBERS(state)[row].keys_in = state->txn.n;
	MEMBERS(state)[row].keys_at = j->e->at;
	return take_key(state, row, &enrol->key, err);
}

bool
state_check_role(const struct judgement *j)
{
	const struct state_member *member = &MEMBERS(j->state)[j->member_row];
	const struct act_role *role = &j->e->own.role;

	if (member->revoked)
		return state_why_not(j, "%s is revoked", member->code.text);
	if (member->card)
		return state_why_not(j, "%s is a recovery card", member->code.text);
	if (((member->roles & role->role) != 0) == role->add)
		return state_why_not(j, "it changes nothing");
	if (!role->add && role->role == ROLE_ADMIN && is_last_admin(j, member))
		return state_why_not(j, "%s is the last admin", member->code.text);
	return roles_fit(j, role->add ? role->role : 0);
}

int
state_apply_role(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_role *role = &j->e->own.role;
	uint8_t was = MEMBERS(state)[j->member_row].roles;
	uint8_t is = (uint8_t)(role->add ? was | role->role : was & ~role->role);

	if (count_roles(state, was, is, err) < 0 ||
	    state_table_save(state, TABLE_MEMBERS, j->member_row, err) < 0)
		return -1;
	take_roles(state, j->member_row, is, false);
	return role->role == ROLE_AUDITOR && !role->add
		       ? end_audit_grant(state, j->member_row, err)
		       : 0;
}

bool
state_check_revoke(const struct judgement *j)
{
	const struct state_member *member = &MEMBERS(j->state)[j->member_row];
	const struct state_vault *vault = &j->state->vault;

	if (member->revoked)
		return state_why_not(j, "%s is revoked already", member->code.text);
	if (is_last_admin(j, member))
		return state_why_not(j, "%s is the last admin", member->code.text);
	return !vault->two_person || !member->card || vault->n_cards > 1 ||
	       state_why_not(j, "%s is the last recovery card, which two-person needs",
			     member->code.text);
}

int
state_apply_revoke(struct state *state, const struct judgement *j,
		   struct amana_error *err)
{
	uint32_t row = j->member_row;

	if (count_roles(state, MEMBERS(state)[row].roles, 0, err) < 0 ||
	    state_table_save(state, TABLE_MEMBERS, row, err) < 0)
		return -1;
	MEMBERS(state)[row].roles = 0;
	MEMBERS(state)[row].revoked = true;
	return end_grants(state, row, err);
}
