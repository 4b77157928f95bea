/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_judgement.h"

#include "state/state_table.h"

#include <stdarg.h>
#include <stdio.h>

bool
state_why_not(const struct judgement *j, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(j->why->text, sizeof j->why->text, fmt, args);
	va_end(args);
	j->why->reason = AMANA_REASON_NONE;
	return false;
}

bool
state_why_for(const struct judgement *j, enum amana_reason reason, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(j->why->text, sizeof j->why->text, fmt, args);
	va_end(args);
	j->why->reason = reason;
	return false;
}

bool
state_why_no_memory(const struct judgement *j)
{
	j->why->no_memory = true;
	return state_why_not(j, "there is not enough memory to judge it");
}

bool
state_judgement_fill(struct judgement *j, const struct state *state,
		     const struct entry *e, uint64_t slot, struct state_why *why)
{
	*j = (struct judgement){.state = state,
				.e = e,
				.action = e->action,
				.subject = e->subject,
				.slot = slot,
				.case_row = NO_ROW,
				.exhibit_row = NO_ROW,
				.member_row = NO_ROW,
				.grant_row = NO_ROW,
				.second = NO_ROW,
				.why = why};
	switch (e->subject.kind) {
	case SUBJECT_EXHIBIT:
		j->exhibit_row = state_find_exhibit(state, &e->subject.id);
		if (j->exhibit_row != NO_ROW)
			j->case_row = EXHIBITS(state)[j->exhibit_row].case_;
		break;
	case SUBJECT_CASE:
		j->case_row = state_find_case(state, &e->subject.id);
		break;
	case SUBJECT_GRANT:
		j->member_row = state_find_member(state, &e->subject.member);
		if (!e->subject.audit)
			j->case_row = state_find_case(state, &e->subject.id);
		if (j->member_row != NO_ROW &&
		    (e->subject.audit || j->case_row != NO_ROW))
			j->grant_row =
				state_find_grant(state, j->case_row, j->member_row);
		break;
	case SUBJECT_MEMBER:
		j->member_row = state_find_member(state, &e->subject.member);
		break;
	case SUBJECT_VAULT:
		break;
	}
	j->actor = state_find_member(state, &e->actor);
	if (j->actor == NO_ROW || !MEMBERS(state)[j->actor].enrolled)
		return state_why_for(j, AMANA_REASON_NOT_ENROLLED, "%s is not a member",
				     e->actor.text);
	if (MEMBERS(state)[j->actor].revoked)
		return state_why_for(j, AMANA_REASON_REVOKED, "%s is revoked",
				     e->actor.text);
	j->by_card = (MEMBERS(state)[j->actor].roles & ROLE_RECOVERY) != 0;
	return true;
}
