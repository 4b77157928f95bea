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
stands_in_as_admin(const struct judgement *j)
{
	return has_role(j, ROLE_ADMIN) || (j->second && has_role(j, ROLE_RECOVERY));
}

bool
state_who_admin(const struct judgement *j)
{
	return stands_in_as_admin(j) ||
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
	if (stands_in_as_admin(j))
		return true;
	if (!has_role(j, ROLE_RECOVERY))
		return state_why_for(j, AMANA_REASON_NOT_ADMIN, "%s is not an admin",
				     actor(j)->code.text);
	return (j->e->own.enrol.roles & ROLE_ADMIN) != 0 ||
	       state_why_not(j, "a recovery card enrols only an admin");
}

bool
state_who_epoch(const struct judgement *j)
{
	if (j->subject.kind == SUBJECT_VAULT) {
		if (has_role(j, ROLE_AUDITOR) ||
		    (has_role(j, ROLE_ADMIN) && j->state->vault.n_auditors == 0))
			return true;
		return state_why_not(j, "%s is not an auditor", actor(j)->code.text);
	}
	if (state_is_lead(j->state, j->actor, j->case_row) ||
	    (has_role(j, ROLE_ADMIN | ROLE_RECOVERY) &&
	     !state_case_has_lead(j->state, j->case_row)))
		return true;
	return state_why_for(j, AMANA_REASON_NOT_LEAD, "%s is not a lead of the case",
			     actor(j)->code.text);
}

bool
state_who_grant(const struct judgement *j)
{
	if (j->subject.audit)
		return has_role(j, ROLE_AUDITOR) ||
		       state_why_not(j, "%s is not an auditor", actor(j)->code.text);
	if (state_is_lead(j->state, j->actor, j->case_row))
		return true;
	if (!has_role(j, ROLE_ADMIN | ROLE_RECOVERY))
		return state_why_for(j, AMANA_REASON_NOT_LEAD,
				     "%s is not a lead of the case", actor(j)->code.text);
	if (state_case_has_lead(j->state, j->case_row))
		return state_why_not(j, "the case has a lead, who is the one to grant");
	return j->e->own.grant.kind == GRANT_LEAD ||
	       state_why_not(j, "a case without a lead needs one first");
}

bool
state_who_lead(const struct judgement *j)
{
	return state_is_lead(j->state, j->actor, j->case_row) ||
	       state_why_for(j, AMANA_REASON_NOT_LEAD, "%s is not a lead of the case",
			     actor(j)->code.text);
}

bool
state_who_ungrant(const struct judgement *j)
{
	return has_role(j, ROLE_ADMIN) ||
	       state_is_lead(j->state, j->actor, j->case_row) ||
	       state_why_for(j, AMANA_REASON_NOT_LEAD,
			     "%s is neither admin nor a lead of the case",
			     actor(j)->code.text);
}

bool
state_who_expire(const struct judgement *j)
{
	return has_role(j, ROLE_ADMIN | ROLE_AUDITOR) ||
	       state_is_lead(j->state, j->actor, j->case_row) ||
	       state_why_not(j, "%s is neither admin, auditor nor a lead of the case",
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
	case GRANT_AUDITOR:
		break;
	}
	return state_why_for(j, AMANA_REASON_NO_GRANT, "%s may not deposit in the case",
			     actor(j)->code.text);
}

bool
state_who_record(const struct judgement *j)
{
	if (has_role(j, ROLE_AUDITOR))
		return true;
	switch (j->subject.kind) {
	case SUBJECT_EXHIBIT:
	case SUBJECT_CASE:
		return state_ring_means(j->state, j->actor, j->case_row) != GRANT_NONE ||
		       state_why_for(j, AMANA_REASON_NO_GRANT,
				     "%s has no grant in the case", actor(j)->code.text);
	case SUBJECT_MEMBER:
		return j->member_row == j->actor ||
		       state_why_not(j, "%s is not an auditor, and it is about another",
				     actor(j)->code.text);
	case SUBJECT_GRANT:
	case SUBJECT_VAULT:
		break;
	}
	return state_why_not(j, "%s is not an auditor", actor(j)->code.text);
}

/* For dispose and erase.  A recovery card does not stand in as admin here: it is for
 * restoring authority, not for destroying evidence. */
bool
state_who_destroy(const struct judgement *j)
{
	return has_role(j, ROLE_ADMIN) ||
	       state_is_lead(j->state, j->actor, j->case_row) ||
	       state_why_for(j, AMANA_REASON_NOT_LEAD,
			     "%s is neither admin nor a lead of the case",
			     actor(j)->code.text);
}
