/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_who.h"

#include "state/state_ring.h"
#include "state/state_table.h"

static const struct state_member *
actor(const struct judgement *j)
{
	return &MEMBERS(j->state)[j->actor];
}

static bool
has_role(const struct judgement *j, uint8_t roles)
{
	return (actor(j)->roles & roles) != 0;
}

static bool
is_lead(const struct judgement *j)
{
	return state_is_lead(j->state, j->actor, j->case_row);
}

bool
state_who_admin(const struct judgement *j)
{
	return has_role(j, ROLE_ADMIN) ||
	       state_why_for(j, AMANA_REASON_NOT_ADMIN, "%s is not an admin",
			     actor(j)->code.text);
}

bool
state_who_admin_or_auditor(const struct judgement *j)
{
	return has_role(j, ROLE_ADMIN | ROLE_AUDITOR) ||
	       state_why_not(j, "%s is neither admin nor auditor", actor(j)->code.text);
}

bool
state_who_enrol(const struct judgement *j)
{
	if (has_role(j, ROLE_ADMIN) || j->member_row == j->actor)
		return true;
	if (!has_role(j, ROLE_RECOVERY))
		return state_why_for(j, AMANA_REASON_NOT_ADMIN, "%s is not an admin",
				     actor(j)->code.text);
	return j->e->own.enrol.roles == ROLE_ADMIN ||
	       state_why_not(j, "a recovery card enrols only an admin");
}

static bool
holds_audit_ring(const struct judgement *j)
{
	return state_ring_means(j->state, j->actor, NO_ROW) == GRANT_AUDITOR;
}

bool
state_who_epoch(const struct judgement *j)
{
	if (j->subject.kind == SUBJECT_VAULT)
		return holds_audit_ring(j) ||
		       state_why_not(j, "%s does not hold the audit ring",
				     actor(j)->code.text);
	return state_who_lead(j);
}

/* Which of the ways to grant is open is state_check_grant's question. */
bool
state_who_grant(const struct judgement *j)
{
	if (j->subject.audit) {
		if (holds_audit_ring(j))
			return true;
		if (!has_role(j, ROLE_ADMIN))
			return state_why_not(j, "%s does not hold the audit ring",
					     actor(j)->code.text);
		return j->state->vault.n_holders == 0 ||
		       state_why_not(j, "the audit ring has a holder, who is the one to "
					"grant");
	}
	if (is_lead(j) || (has_role(j, ROLE_ADMIN | ROLE_RECOVERY) &&
			   CASES(j->state)[j->case_row].n_leads == 0))
		return true;
	return state_is_own_people(j->state, j->actor, j->case_row) ||
	       state_why_not(
		       j,
		       has_role(j, ROLE_ADMIN | ROLE_RECOVERY)
			       ? "the case has a lead, who is the one to grant, not %s"
			       : "%s is not a lead of the case",
		       actor(j)->code.text);
}

bool
state_who_lead(const struct judgement *j)
{
	return is_lead(j) ||
	       state_why_for(j, AMANA_REASON_NOT_LEAD, "%s is not a lead of the case",
			     actor(j)->code.text);
}

bool
state_who_ungrant(const struct judgement *j)
{
	if (j->subject.audit)
		return has_role(j, ROLE_ADMIN) || holds_audit_ring(j) ||
		       state_why_not(j, "%s is neither admin nor holds the audit ring",
				     actor(j)->code.text);
	if (has_role(j, ROLE_ADMIN))
		return true;
	if (!is_lead(j))
		return state_why_not(j, "%s is neither admin nor a lead of the case",
				     actor(j)->code.text);
	return state_is_standing(j->state, j->actor, j->case_row) ||
	       j->grant_row == NO_ROW || !GRANTS(j->state)[j->grant_row].firm ||
	       state_why_not(
		       j, "%s is a provisional lead, and the grant is a standing lead's",
		       actor(j)->code.text);
}

bool
state_who_break_glass(const struct judgement *j)
{
	return j->member_row == j->actor ||
	       state_why_not(j, "the grant is not %s's", actor(j)->code.text);
}

bool
state_who_deposit(const struct judgement *j)
{
	switch (state_ring_means(j->state, j->actor, j->case_row)) {
	case GRANT_LEAD:
	case GRANT_READER:
	case GRANT_DEPOSITOR:
		return true;
	case GRANT_NONE:
	case GRANT_STANDBY:
	case GRANT_RECOVERY:
	case GRANT_AUDITOR:
		break;
	}
	return state_why_for(j, AMANA_REASON_NO_GRANT, "%s may not deposit in the case",
			     actor(j)->code.text);
}

bool
state_who_record(const struct judgement *j)
{
	bool has_grant;

	switch (j->subject.kind) {
	case SUBJECT_EXHIBIT:
	case SUBJECT_CASE:
		has_grant =
			state_ring_means(j->state, j->actor, j->case_row) != GRANT_NONE;
		if (j->e->has_private && !has_grant)
			return state_why_not(j, "%s has no grant in the case",
					     actor(j)->code.text);
		return has_grant || has_role(j, ROLE_AUDITOR) ||
		       state_why_not(j, "%s has no grant in the case",
				     actor(j)->code.text);
	case SUBJECT_MEMBER:
		return j->member_row == j->actor || has_role(j, ROLE_AUDITOR) ||
		       state_why_not(j, "%s is not an auditor, and it is about another",
				     actor(j)->code.text);
	case SUBJECT_GRANT:
	case SUBJECT_VAULT:
		break;
	}
	return has_role(j, ROLE_AUDITOR) ||
	       state_why_not(j, "%s is not an auditor", actor(j)->code.text);
}

/* A recovery card does not stand in here: it is for authority, not for destroying. */
bool
state_who_destroy(const struct judgement *j)
{
	if (j->subject.kind == SUBJECT_VAULT)
		return state_who_admin(j);
	return has_role(j, ROLE_ADMIN) || is_lead(j) ||
	       state_why_not(j, "%s is neither admin nor a lead of the case",
			     actor(j)->code.text);
}

bool
state_who_lost(const struct judgement *j)
{
	return j->subject.kind == SUBJECT_VAULT ? state_who_admin_or_auditor(j)
						: state_who_destroy(j);
}

/* For an enrol: a case in which the member has a grant, or had one before it. */
static bool
leads_case_of_member(const struct judgement *j, const struct state_act *act)
{
	const struct state_grant *grants = GRANTS(j->state);

	for (uint32_t i = MEMBERS(j->state)[act->member_].grants_; i != NO_ROW;
	     i = grants[i].next_of_member_) {
		bool concerned = grants[i].kind != GRANT_NONE ||
				 grants[i].first_entry_ < act->entry_;

		if (!concerned)
			continue;
		if (grants[i].case_ == NO_ROW
			    ? holds_audit_ring(j)
			    : state_is_lead(j->state, j->actor, grants[i].case_))
			return true;
	}
	return false;
}

bool
state_who_acknowledge(const struct judgement *j)
{
	uint32_t row = state_find_act(j->state, &j->e->own.acknowledge);
	const struct state_act *act;
	bool theirs = false;

	if (row == NO_ROW)
		return state_why_not(j, "it names nothing that can be acknowledged");
	act = &ACTS(j->state)[row];
	switch (act->action) {
	case ACT_SKIP:
	case ACT_RESTORED:
		theirs = has_role(j, ROLE_ADMIN | ROLE_AUDITOR);
		break;
	case ACT_ENROL:
		theirs = leads_case_of_member(j, act);
		break;
	default:
		theirs = act->case_ == NO_ROW
				 ? holds_audit_ring(j)
				 : state_is_lead(j->state, j->actor, act->case_);
		break;
	}
	return theirs || state_why_not(j, "it does not concern %s", actor(j)->code.text);
}

/* ---- two people ---- */

struct warrants
state_who_proposes(const struct judgement *j)
{
	switch (j->action) {
	case ACT_HOLD:
	case ACT_DISPOSE:
		return (struct warrants){.roles = ROLE_ADMIN, .lead = true};
	case ACT_ERASE:
		return (struct warrants){.roles = ROLE_ADMIN,
					 .lead = j->subject.kind != SUBJECT_VAULT};
	case ACT_LOST:
		if (j->subject.kind == SUBJECT_VAULT)
			return (struct warrants){.roles = ROLE_ADMIN | ROLE_AUDITOR};
		return (struct warrants){.roles = ROLE_ADMIN, .lead = true};
	case ACT_ENROL:
		return (struct warrants){.roles = ROLE_ADMIN | ROLE_RECOVERY};
	default:
		return (struct warrants){.roles = ROLE_ADMIN};
	}
}

struct warrants
state_who_approves(const struct judgement *j)
{
	switch (j->action) {
	case ACT_FORMAT:
	case ACT_ENROL:
	case ACT_ROLE:
	case ACT_POLICY:
	case ACT_REVOKE:
		return (struct warrants){.roles = ROLE_ADMIN | ROLE_RECOVERY};
	default:
		return state_who_proposes(j);
	}
}

bool
state_who_has(const struct judgement *j, uint32_t member_row, struct warrants warrants,
	      uint64_t before)
{
	const struct state_member *member = &MEMBERS(j->state)[member_row];
	uint32_t grant;

	for (unsigned int bit = 0; bit < ARRAY_LEN(member->role_entries_); bit++) {
		if ((member->roles & warrants.roles & (1u << bit)) != 0 &&
		    member->role_entries_[bit] < before)
			return true;
	}
	if (!warrants.lead || !state_is_lead(j->state, member_row, j->case_row))
		return false;
	grant = state_find_grant(j->state, j->case_row, member_row);
	return GRANTS(j->state)[grant].given_entry_ < before;
}
