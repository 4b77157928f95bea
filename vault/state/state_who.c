/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_internal.h"

/* The column "who" of docs/FORMAT.md section 10.  That the actor is enrolled and not
 * revoked has been checked. */

static const struct state_member *
actor(const struct doing *d)
{
	return &MEMBERS(d->state)[d->actor];
}

static bool
has_role(const struct doing *d, uint8_t roles)
{
	return (actor(d)->roles & roles) != 0;
}

/* What the actor's grant in a case, or in the audit ring, lets them do. */
static enum grant_kind
means(const struct state *state, uint32_t member_at, uint32_t case_at)
{
	uint32_t at = state_find_grant(state, case_at, member_at);

	return at != NOWHERE ? state_grant_means(&GRANTS(state)[at]) : GRANT_NONE;
}

bool
state_is_lead(const struct state *state, uint32_t member_at, uint32_t case_at)
{
	return case_at != NOWHERE && means(state, member_at, case_at) == GRANT_LEAD;
}

bool
state_case_has_lead(const struct state *state, uint32_t case_at)
{
	const struct state_grant *grants = GRANTS(state);

	for (uint32_t i = CASES(state)[case_at].grants_; i != NOWHERE;
	     i = grants[i].next_of_case_) {
		if (grants[i].kind == GRANT_LEAD)
			return true;
	}
	return false;
}

static bool
stands_in_as_admin(const struct doing *d)
{
	return has_role(d, ROLE_ADMIN) || (d->second && has_role(d, ROLE_RECOVERY));
}

bool
state_who_admin(const struct doing *d)
{
	return stands_in_as_admin(d) ||
	       state_why_not(d, "%s is not an admin", actor(d)->code.text);
}

bool
state_who_admin_or_auditor(const struct doing *d)
{
	return has_role(d, ROLE_ADMIN | ROLE_AUDITOR) ||
	       state_why_not(d, "%s is neither admin nor auditor", actor(d)->code.text);
}

bool
state_who_enrol(const struct doing *d)
{
	if (stands_in_as_admin(d))
		return true;
	if (!has_role(d, ROLE_RECOVERY))
		return state_why_not(d, "%s is not an admin", actor(d)->code.text);
	return (d->e->own.enrol.roles & ROLE_ADMIN) != 0 ||
	       state_why_not(d, "a recovery card enrols only an admin");
}

bool
state_who_epoch(const struct doing *d)
{
	if (d->subject.kind == SUBJECT_VAULT) {
		if (has_role(d, ROLE_AUDITOR) ||
		    (has_role(d, ROLE_ADMIN) && d->state->vault.n_auditors == 0))
			return true;
		return state_why_not(d, "%s is not an auditor", actor(d)->code.text);
	}
	if (state_is_lead(d->state, d->actor, d->case_at) ||
	    (has_role(d, ROLE_ADMIN | ROLE_RECOVERY) &&
	     !state_case_has_lead(d->state, d->case_at)))
		return true;
	return state_why_not(d, "%s is not a lead of the case", actor(d)->code.text);
}

bool
state_who_grant(const struct doing *d)
{
	if (d->subject.audit)
		return has_role(d, ROLE_AUDITOR) ||
		       state_why_not(d, "%s is not an auditor", actor(d)->code.text);
	if (state_is_lead(d->state, d->actor, d->case_at))
		return true;
	if (!has_role(d, ROLE_ADMIN | ROLE_RECOVERY))
		return state_why_not(d, "%s is not a lead of the case",
				     actor(d)->code.text);
	if (state_case_has_lead(d->state, d->case_at))
		return state_why_not(d, "the case has a lead, who is the one to grant");
	return d->e->own.grant.kind == GRANT_LEAD ||
	       state_why_not(d, "a case without a lead needs one first");
}

bool
state_who_lead(const struct doing *d)
{
	return state_is_lead(d->state, d->actor, d->case_at) ||
	       state_why_not(d, "%s is not a lead of the case", actor(d)->code.text);
}

bool
state_who_ungrant(const struct doing *d)
{
	return has_role(d, ROLE_ADMIN) || state_is_lead(d->state, d->actor, d->case_at) ||
	       state_why_not(d, "%s is neither admin nor a lead of the case",
			     actor(d)->code.text);
}

bool
state_who_expire(const struct doing *d)
{
	return has_role(d, ROLE_ADMIN | ROLE_AUDITOR) ||
	       state_is_lead(d->state, d->actor, d->case_at) ||
	       state_why_not(d, "%s is neither admin, auditor nor a lead of the case",
			     actor(d)->code.text);
}

bool
state_who_break_glass(const struct doing *d)
{
	return d->member_at == d->actor ||
	       state_why_not(d, "the grant is not %s's", actor(d)->code.text);
}

bool
state_who_deposit(const struct doing *d)
{
	switch (means(d->state, d->actor, d->case_at)) {
	case GRANT_LEAD:
	case GRANT_READER:
	case GRANT_DEPOSITOR:
		return true;
	case GRANT_NONE:
	case GRANT_STANDBY:
	case GRANT_AUDITOR:
		break;
	}
	return state_why_not(d, "%s may not deposit in the case", actor(d)->code.text);
}

bool
state_who_record(const struct doing *d)
{
	if (has_role(d, ROLE_AUDITOR))
		return true;
	switch (d->subject.kind) {
	case SUBJECT_EXHIBIT:
	case SUBJECT_CASE:
		return means(d->state, d->actor, d->case_at) != GRANT_NONE ||
		       state_why_not(d, "%s has no grant in the case",
				     actor(d)->code.text);
	case SUBJECT_MEMBER:
		return d->member_at == d->actor ||
		       state_why_not(d, "%s is not an auditor, and it is about another",
				     actor(d)->code.text);
	case SUBJECT_GRANT:
	case SUBJECT_VAULT:
		break;
	}
	return state_why_not(d, "%s is not an auditor", actor(d)->code.text);
}

/* dispose, erase.  A recovery card does not stand in here: it is for authority, not for
 * destroying. */
bool
state_who_destroy(const struct doing *d)
{
	return has_role(d, ROLE_ADMIN) || state_is_lead(d->state, d->actor, d->case_at) ||
	       state_why_not(d, "%s is neither admin nor a lead of the case",
			     actor(d)->code.text);
}
