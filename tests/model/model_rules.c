/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

/* docs/FORMAT.md 10.5, a second time: what takes two, and whether it may be. */

bool
rules_take_two(const struct shadow *s, const struct act *act)
{
	const struct s_member *about = &s->members[act->member];
	const struct s_member *by = &s->members[act->signer];
	uint8_t action = act->action == ACT_PROPOSE ? act->proposed : act->action;

	switch (action) {
	case ACT_HOLD:
		return act->arg == 0;
	case ACT_DISPOSE:
	case ACT_ERASE:
	case ACT_FORMAT:
		return true;
	case ACT_LOST:
		return act->kind != SUBJECT_VAULT || !sole_officer(s, act->signer);
	case ACT_RESTORED:
		return count_role(s, ROLE_ADMIN) >= 2;
	case ACT_ENROL:
		return act->signer != act->member && s->two_person &&
		       (act->arg | about->roles) != 0 &&
		       !(act->arg == ROLE_ADMIN &&
			 has_role(s, act->signer, ROLE_RECOVERY) && by->two_enrolled);
	case ACT_ROLE:
	case ACT_POLICY:
		return s->two_person;
	case ACT_REVOKE:
		return s->two_person && (about->roles & (ROLE_ADMIN | ROLE_AUDITOR)) != 0;
	default:
		return false;
	}
}

bool
has_warrant(const struct shadow *s, const struct act *act, uint8_t member, bool approves,
	    unsigned int before)
{
	bool vault = act->kind == SUBJECT_VAULT;
	bool destroys = act->action == ACT_HOLD || act->action == ACT_DISPOSE ||
			((act->action == ACT_ERASE || act->action == ACT_LOST) && !vault);
	bool card = act->action == ACT_ENROL ||
		    (approves && !destroys && act->action != ACT_RESTORED &&
		     act->action != ACT_ERASE && act->action != ACT_LOST);
	uint8_t roles = ROLE_ADMIN | (card ? ROLE_RECOVERY : 0) |
			(act->action == ACT_LOST && vault ? ROLE_AUDITOR : 0);
	uint8_t ring = act_ring(s, act);

	for (unsigned int i = 0; i < 3; i++) {
		if (has_role(s, member, (uint8_t)(roles & (1u << i))) &&
		    s->members[member].role_entry[i] < before)
			return true;
	}
	return destroys && is_lead(s, member, ring) &&
	       s->grants[ring][member].given < before;
}

bool
proposal_stands(const struct shadow *s, const struct s_proposal *p)
{
	const struct s_member *by = &s->members[p->act.signer];
	const struct s_member *about = &s->members[p->act.member];
	bool of_keys = p->act.action == ACT_ENROL ||
		       (p->act.action == ACT_ROLE && p->act.more != 0);

	if (by->revoked || by->keys_entry >= p->entry ||
	    !has_warrant(s, &p->act, p->act.signer, false, p->entry))
		return false;
	return !of_keys || (about->enrolled == p->subject_enrolled &&
			    (!about->enrolled || about->keys_entry < p->entry));
}

static bool
approve_says(const struct shadow *s, const struct act *a)
{
	const struct s_proposal *p = &s->proposals[a->at];
	struct trial t = {.s = s, .act = &p->act, .from = p};
	uint8_t by = p->act.signer, ring = act_ring(s, &p->act);
	bool of_case = p->act.action == ACT_HOLD || p->act.action == ACT_DISPOSE ||
		       ((p->act.action == ACT_ERASE || p->act.action == ACT_LOST) &&
			p->act.kind != SUBJECT_VAULT);
	unsigned int alone;

	if (p->status != PROPOSAL_OPEN || p->lapsed || a->kind != p->act.kind ||
	    (a->kind <= SUBJECT_GRANT && a->on != p->act.on) ||
	    (a->kind == SUBJECT_MEMBER && a->member != p->act.member))
		return false;
	if (a->signer == by || (a->kind == SUBJECT_MEMBER && a->signer == a->member) ||
	    !has_warrant(s, &p->act, a->signer, true, 256))
		return false;
	if (a->arg == 0)
		return true;
	if (s->members[a->signer].keys_entry >= p->entry ||
	    !has_warrant(s, &p->act, a->signer, true, p->entry))
		return false;
	if (!rows_allow(&t))
		return false;
	if (of_case && !is_standing(s, by, ring) && !is_standing(s, a->signer, ring))
		return false;
	alone = (s->members[by].alone | 1u << by) &
		(s->members[a->signer].alone | 1u << a->signer);
	for (uint8_t m = 0; m < N_MEMBERS; m++) {
		if (s->members[m].card && (alone & (1u << m)) != 0)
			return false;
	}
	return true;
}

bool
rules_say(const struct shadow *s, const struct act *act)
{
	const struct s_member *signer = &s->members[act->signer];
	struct trial t = {.s = s, .act = act, .direct = true};
	struct act inner = *act;

	if (act->twist != RIGHT || s->format != 1 || !signer->enrolled || signer->revoked)
		return false;
	if (act->action == ACT_APPROVE)
		return approve_says(s, act);
	if (act->action != ACT_PROPOSE) {
		if (rules_take_two(s, act) && act->action != ACT_DISPOSE &&
		    act->action != ACT_ERASE && act->action != ACT_LOST)
			return false;
		return rows_allow(&t);
	}
	inner.action = act->proposed;
	t.direct = false;
	t.act = &inner;
	inner.more |= inner.action == ACT_DISPOSE ? OWN_LINES
						  : 0; /* its sheets are those of now */
	return rules_take_two(s, act) && rows_allow(&t);
}
