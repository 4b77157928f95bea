/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_ring.h"
#include "state/state_table.h"

/* Looking things up; nothing here changes the state. */

const char *
state_origin(const struct state *state)
{
	return state->origin;
}

const struct hash *
state_fingerprint(const struct state *state)
{
	return &state->fingerprint;
}

uint64_t
state_slot(const struct state *state)
{
	return state->slot;
}

const struct hash *
state_head(const struct state *state)
{
	return &state->head;
}

int64_t
state_last_act_at(const struct state *state)
{
	return state->last_act_at;
}

int64_t
state_last_anchor_at(const struct state *state)
{
	return state->last_anchor_at;
}

uint64_t
state_size(const struct state *state)
{
	return state->frontier.size;
}

const struct merkle_frontier *
state_frontier(const struct state *state)
{
	return &state->frontier;
}

uint64_t
state_format(const struct state *state)
{
	return state->vault.format;
}

bool
state_two_person(const struct state *state)
{
	return state->vault.two_person;
}

bool
state_break_glass(const struct state *state)
{
	return !state->vault.no_break_glass;
}

uint64_t
state_grant_days(const struct state *state)
{
	return state->vault.grant_days;
}

uint32_t
state_admins(const struct state *state)
{
	return state->vault.n_admins;
}

uint32_t
state_auditors(const struct state *state)
{
	return state->vault.n_auditors;
}

const struct note_key *
state_log_key(const struct state *state, uint32_t age)
{
	uint32_t n = state->tables[TABLE_LOG_KEYS].n;

	return age < n ? &LOG_KEYS(state)[n - 1 - age] : NULL;
}

uint32_t
state_n_restored(const struct state *state)
{
	return state->tables[TABLE_RESTORED].n;
}

const struct state_restored *
state_restored_at(const struct state *state, uint32_t i)
{
	return i < state_n_restored(state) ? &RESTORED(state)[i] : NULL;
}

uint32_t
state_n_skips(const struct state *state)
{
	return state->tables[TABLE_SKIPS].n;
}

const struct state_skip *
state_skip_at(const struct state *state, uint32_t i)
{
	return i < state_n_skips(state) ? &SKIPS(state)[i] : NULL;
}

const struct state_member *
state_member(const struct state *state, const struct member_code *code)
{
	uint32_t at = state_find_member(state, code);

	return at != NOWHERE && MEMBERS(state)[at].enrolled ? &MEMBERS(state)[at] : NULL;
}

uint32_t
state_n_members(const struct state *state)
{
	return state->tables[TABLE_MEMBERS].n;
}

const struct state_member *
state_member_at(const struct state *state, uint32_t i)
{
	return i < state_n_members(state) ? &MEMBERS(state)[i] : NULL;
}

bool
state_has_role(const struct state *state, const struct member_code *code, uint8_t roles)
{
	const struct state_member *member = state_member(state, code);

	return member != NULL && !member->revoked && (member->roles & roles) != 0;
}

const uint8_t *
state_member_key(const struct state *state, const struct state_member *member, uint32_t i)
{
	uint32_t at = member->keys_;

	while (at != NOWHERE && i-- > 0)
		at = KEYS(state)[at].older;
	return at != NOWHERE ? KEYS(state)[at].pub : NULL;
}

uint64_t
state_ring_epoch(const struct state *state, const struct custody_id *case_id)
{
	bool known;
	uint32_t at = state_ring_case(state, case_id, &known);

	if (!known)
		return 0;
	return at == NOWHERE ? state->vault.ring_epoch : CASES(state)[at].epoch;
}

bool
state_ring_due(const struct state *state, const struct custody_id *case_id)
{
	bool known;
	uint32_t at = state_ring_case(state, case_id, &known);

	if (!known)
		return false;
	return at == NOWHERE ? state->vault.ring_due : CASES(state)[at].due;
}

const struct age_recipient *
state_ring_recipient(const struct state *state, const struct custody_id *case_id,
		     uint64_t epoch)
{
	bool known;
	uint32_t at = state_ring_case(state, case_id, &known), ring;

	if (!known)
		return NULL;
	ring = at == NOWHERE ? state->vault.ring : CASES(state)[at].ring_;
	while (ring != NOWHERE && RINGS(state)[ring].epoch > epoch)
		ring = RINGS(state)[ring].older;
	return ring != NOWHERE && RINGS(state)[ring].epoch == epoch
		       ? &RINGS(state)[ring].recipient
		       : NULL;
}

static bool
holds(const struct state *state, uint32_t case_at, uint32_t member_at)
{
	const struct state_member *member = &MEMBERS(state)[member_at];
	uint32_t grant;

	if (!member->enrolled || member->revoked)
		return false;
	if (case_at == NOWHERE)
		return (member->roles & ROLE_AUDITOR) != 0;
	if ((member->roles & ROLE_RECOVERY) != 0)
		return true;
	grant = state_find_grant(state, case_at, member_at);
	if (grant == NOWHERE)
		return false;
	return GRANTS(state)[grant].kind == GRANT_LEAD ||
	       GRANTS(state)[grant].kind == GRANT_READER ||
	       GRANTS(state)[grant].kind == GRANT_STANDBY;
}

size_t
state_ring_holders(const struct state *state, const struct custody_id *case_id,
		   const struct state_member **out, size_t cap)
{
	bool known;
	uint32_t at = state_ring_case(state, case_id, &known);
	size_t n = 0;

	if (!known)
		return 0;
	for (uint32_t i = 0; i < state_n_members(state); i++) {
		if (!holds(state, at, i))
			continue;
		if (n < cap)
			out[n] = &MEMBERS(state)[i];
		n++;
	}
	return n;
}

const struct state_case *
state_case(const struct state *state, const struct custody_id *id)
{
	uint32_t at = state_find_case(state, id);

	return at != NOWHERE ? &CASES(state)[at] : NULL;
}

uint32_t
state_n_cases(const struct state *state)
{
	return state->tables[TABLE_CASES].n;
}

const struct state_case *
state_case_at(const struct state *state, uint32_t i)
{
	return i < state_n_cases(state) ? &CASES(state)[i] : NULL;
}

uint32_t
state_case_leads(const struct state *state, const struct state_case *a_case)
{
	uint32_t n = 0;

	for (uint32_t i = a_case->grants_; i != NOWHERE;
	     i = GRANTS(state)[i].next_of_case_)
		n += GRANTS(state)[i].kind == GRANT_LEAD;
	return n;
}

const struct state_grant *
state_grant(const struct state *state, const struct custody_id *case_id,
	    const struct member_code *member)
{
	bool known;
	uint32_t at = state_ring_case(state, case_id, &known),
		 member_at = state_find_member(state, member);
	uint32_t grant = known && member_at != NOWHERE
				 ? state_find_grant(state, at, member_at)
				 : NOWHERE;

	return grant != NOWHERE ? &GRANTS(state)[grant] : NULL;
}

uint32_t
state_n_grants(const struct state *state)
{
	return state->tables[TABLE_GRANTS].n;
}

const struct state_grant *
state_grant_at(const struct state *state, uint32_t i)
{
	return i < state_n_grants(state) ? &GRANTS(state)[i] : NULL;
}

const struct state_grant *
state_grant_next_of_case(const struct state *state, const struct custody_id *case_id,
			 const struct state_grant *at)
{
	bool known;
	uint32_t case_at = state_ring_case(state, case_id, &known), next;

	if (!known)
		return NULL;
	if (at != NULL)
		next = at->next_of_case_;
	else
		next = case_at == NOWHERE ? state->vault.audit_grants
					  : CASES(state)[case_at].grants_;
	return next != NOWHERE ? &GRANTS(state)[next] : NULL;
}

const struct state_grant *
state_grant_next_of_member(const struct state *state, const struct member_code *member,
			   const struct state_grant *at)
{
	uint32_t member_at = state_find_member(state, member), next;

	if (member_at == NOWHERE)
		return NULL;
	next = at != NULL ? at->next_of_member_ : MEMBERS(state)[member_at].grants_;
	return next != NOWHERE ? &GRANTS(state)[next] : NULL;
}

const struct state_case *
state_grant_case(const struct state *state, const struct state_grant *grant)
{
	return grant->case_ != NOWHERE ? &CASES(state)[grant->case_] : NULL;
}

const struct state_member *
state_grant_member(const struct state *state, const struct state_grant *grant)
{
	return &MEMBERS(state)[grant->member_];
}

const struct state_exhibit *
state_exhibit(const struct state *state, const struct custody_id *id)
{
	uint32_t at = state_find_exhibit(state, id);

	return at != NOWHERE ? &EXHIBITS(state)[at] : NULL;
}

const struct state_exhibit *
state_exhibit_numbered(const struct state *state, const struct custody_id *case_id,
		       uint32_t number)
{
	uint32_t case_at = state_find_case(state, case_id);
	uint32_t at =
		case_at != NOWHERE ? state_find_number(state, case_at, number) : NOWHERE;

	return at != NOWHERE ? &EXHIBITS(state)[at] : NULL;
}

const struct state_exhibit *
state_exhibit_of_object(const struct state *state, const struct hash *object)
{
	uint32_t at = state_find_object(state, object);

	return at != NOWHERE ? &EXHIBITS(state)[at] : NULL;
}

uint32_t
state_n_exhibits(const struct state *state)
{
	return state->tables[TABLE_EXHIBITS].n;
}

const struct state_exhibit *
state_exhibit_at(const struct state *state, uint32_t i)
{
	return i < state_n_exhibits(state) ? &EXHIBITS(state)[i] : NULL;
}

const struct state_case *
state_exhibit_case(const struct state *state, const struct state_exhibit *exhibit)
{
	return &CASES(state)[exhibit->case_];
}

const struct state_member *
state_exhibit_depositor(const struct state *state, const struct state_exhibit *exhibit)
{
	return &MEMBERS(state)[exhibit->depositor_];
}

bool
state_exhibit_held(const struct state *state, const struct state_exhibit *exhibit)
{
	return exhibit->held || CASES(state)[exhibit->case_].held;
}

int
state_bundle_now(const struct state *state, const struct hash *named,
		 struct hash *ret_now)
{
	uint32_t at = state_find_bundle(state, named);
	int rewritten = 0;

	if (at == NOWHERE)
		return -1;
	/* No chain is longer than there are names; a restored state is not trusted to
	 * have no ring. */
	for (uint32_t i = 0;
	     i < state_n_bundles(state) && BUNDLES(state)[at].now != NOWHERE; i++) {
		at = BUNDLES(state)[at].now;
		rewritten = 1;
	}
	*ret_now = BUNDLES(state)[at].name;
	return rewritten;
}

bool
state_bundle_gone(const struct state *state, const struct hash *name)
{
	uint32_t at = state_find_bundle(state, name);

	return at != NOWHERE && BUNDLES(state)[at].now != NOWHERE;
}

uint32_t
state_n_bundles(const struct state *state)
{
	return state->tables[TABLE_BUNDLES].n;
}

const struct hash *
state_bundle_gone_at(const struct state *state, uint32_t i)
{
	return i < state_n_bundles(state) && BUNDLES(state)[i].now != NOWHERE
		       ? &BUNDLES(state)[i].name
		       : NULL;
}

uint32_t
state_n_proposals(const struct state *state)
{
	return state->tables[TABLE_PROPOSALS].n;
}

const struct state_proposal *
state_proposal_at(const struct state *state, uint32_t i)
{
	return i < state_n_proposals(state) ? &PROPOSALS(state)[i] : NULL;
}

const struct state_proposal *
state_proposal(const struct state *state, const struct hash *leaf)
{
	uint32_t at = state_find_proposal(state, leaf);

	return at != NOWHERE && PROPOSALS(state)[at].status != PROPOSAL_CLOSED
		       ? &PROPOSALS(state)[at]
		       : NULL;
}

const struct state_member *
state_proposal_by(const struct state *state, const struct state_proposal *proposal)
{
	return &MEMBERS(state)[proposal->proposer_];
}
