/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <string.h>

/* docs/FORMAT.md 10.2 to 10.4, 10.6 and 10.7, a second time, for the model's acts.  A row
 * of its tables is a function here, in the order of the tables. */

static bool
may_be_admin(const struct trial *t)
{
	return has_role(t->s, t->act->signer, ROLE_ADMIN);
}

static bool
last_admin(const struct shadow *s, uint8_t member)
{
	return has_role(s, member, ROLE_ADMIN) && count_role(s, ROLE_ADMIN) == 1;
}

/* ---- 10.3 ---- */

static bool
enrol_row(const struct trial *t)
{
	const struct shadow *s = t->s;
	const struct act *a = t->act;
	const struct s_member *m = &s->members[a->member];
	bool by_card = has_role(s, a->signer, ROLE_RECOVERY);

	if (a->more == KEY_OF_OTHER)
		return false;
	if (a->member == a->signer)
		return a->arg == m->roles;
	if (!may_be_admin(t) && !(by_card && a->arg == ROLE_ADMIN))
		return false;
	if (!m->enrolled)
		return true;
	if (m->revoked)
		return false;
	if (m->card)
		return a->arg == ROLE_RECOVERY;
	if (last_admin(s, a->member) && a->arg != ROLE_ADMIN)
		return false;
	return a->arg == 0 || (a->arg == ROLE_ADMIN && by_card);
}

static bool
role_row(const struct trial *t)
{
	const struct s_member *m = &t->s->members[t->act->member];
	bool has = (m->roles & t->act->arg) != 0, add = t->act->more != 0;

	return may_be_admin(t) && !m->revoked && !m->card && has != add &&
	       (add || t->act->arg != ROLE_ADMIN || !last_admin(t->s, t->act->member));
}

static bool
revoke_row(const struct trial *t)
{
	const struct s_member *m = &t->s->members[t->act->member];

	return may_be_admin(t) && !m->revoked && !last_admin(t->s, t->act->member) &&
	       (!t->s->two_person || !has_role(t->s, t->act->member, ROLE_RECOVERY) ||
		count_role(t->s, ROLE_RECOVERY) > 1);
}

static bool
policy_row(const struct trial *t)
{
	return may_be_admin(t) && (t->act->arg != POLICY_TWO_PERSON ||
				   (count_role(t->s, ROLE_ADMIN) >= 2 &&
				    count_role(t->s, ROLE_RECOVERY) >= 1));
}

/* ---- 10.4 ---- */

static bool
case_row(const struct trial *t)
{
	const struct s_member *m = &t->s->members[t->act->member];

	return may_be_admin(t) && !t->s->cases[t->act->on].open && t->act->more == 0 &&
	       m->enrolled && !m->revoked && !m->card;
}

static bool
epoch_row(const struct trial *t)
{
	bool may = t->act->kind == SUBJECT_VAULT
			   ? t->s->grants[AUDIT][t->act->signer].kind == GRANT_AUDITOR
			   : is_lead(t->s, t->act->signer, RING(t->act->on));

	return may && t->act->arg == 1 && t->act->more == 0;
}

static bool
in_line(const struct shadow *s, uint8_t who, uint8_t of)
{
	return (s->members[of].line & (1u << who)) != 0;
}

static bool
may_confirm(const struct trial *t)
{
	const struct s_grant *g = &t->s->grants[t->act->on][t->act->member];
	const struct s_grant *own = &t->s->grants[t->act->on][t->act->signer];
	uint8_t who = t->act->signer;

	return g->kind == GRANT_LEAD && g->appointment && own->firm &&
	       (own->kind == GRANT_READER || own->kind == GRANT_STANDBY ||
		own->kind == GRANT_RECOVERY) &&
	       who != g->signer && who != t->act->member &&
	       !in_line(t->s, who, g->signer) && !in_line(t->s, who, t->act->member);
}

static bool
grant_row(const struct trial *t)
{
	const struct shadow *s = t->s;
	const struct act *a = t->act;
	const struct s_member *m = &s->members[a->member];
	const struct s_grant *g = &s->grants[a->on][a->member];
	uint8_t holders = count_holders(s, AUDIT);

	if (m->revoked || (a->more & (TO_OLD | EPOCH_OLD)) != 0)
		return false;
	if (a->on == AUDIT)
		return (s->grants[AUDIT][a->signer].kind == GRANT_AUDITOR ||
			(holders == 0 && has_role(s, a->signer, ROLE_ADMIN))) &&
		       has_role(s, a->member, ROLE_AUDITOR) &&
		       ((a->more & NO_OBJECT) == 0) == (holders > 0);
	if (is_lead(s, a->signer, a->on) && (a->arg == GRANT_RECOVERY) == m->card &&
	    (is_standing(s, a->signer, a->on) || g->kind == GRANT_NONE || !g->firm))
		return true;
	if (a->arg != GRANT_LEAD)
		return false;
	if (has_role(s, a->signer, ROLE_ADMIN | ROLE_RECOVERY) &&
	    count_leads(s, a->on) == 0 && !m->card)
		return true;
	return may_confirm(t);
}

static bool
ungrant_row(const struct trial *t)
{
	const struct act *a = t->act;
	const struct s_grant *g = &t->s->grants[a->on][a->member];

	if (g->kind == GRANT_NONE)
		return false;
	if (may_be_admin(t))
		return true;
	if (a->on == AUDIT)
		return t->s->grants[AUDIT][a->signer].kind == GRANT_AUDITOR;
	return is_standing(t->s, a->signer, a->on) ||
	       (is_lead(t->s, a->signer, a->on) && !g->firm);
}

static bool
expire_row(const struct trial *t)
{
	const struct s_grant *g = &t->s->grants[t->act->on][t->act->member];

	return ungrant_row(t) && (g->dated || g->broken) && t->act->arg != 0;
}

static bool
break_glass_row(const struct trial *t)
{
	const struct s_grant *g = &t->s->grants[t->act->on][t->act->member];
	bool in_time = t->act->arg == 0 || (t->act->arg == 3 && !g->dated);

	return t->act->signer == t->act->member && g->kind == GRANT_STANDBY &&
	       !g->broken && !t->s->no_break_glass && in_time;
}

/* ---- 10.6 ---- */

static bool
deposit_row(const struct trial *t)
{
	uint8_t ring = RING(t->act->arg);
	const struct s_grant *g = &t->s->grants[ring][t->act->signer];
	bool may = g->kind == GRANT_LEAD || g->kind == GRANT_READER ||
		   g->kind == GRANT_DEPOSITOR || (g->kind == GRANT_STANDBY && g->broken);

	return t->s->cases[t->act->arg].open && may && count_leads(t->s, ring) > 0 &&
	       !t->s->cases[t->act->arg].closed && !t->s->exhibits[t->act->on].exists &&
	       (t->act->more & EPOCH_OLD) == 0;
}

static bool
record_row(const struct trial *t)
{
	const struct act *a = t->act;
	uint8_t ring = act_ring(t->s, a);
	bool granted = ring != AUDIT && t->s->grants[ring][a->signer].kind != GRANT_NONE;

	if ((a->more & EPOCH_OLD) != 0)
		return false;
	if (a->kind == SUBJECT_MEMBER)
		return a->member == a->signer || has_role(t->s, a->signer, ROLE_AUDITOR);
	if (a->kind == SUBJECT_VAULT)
		return has_role(t->s, a->signer, ROLE_AUDITOR);
	if (a->arg != 1)
		return granted || has_role(t->s, a->signer, ROLE_AUDITOR);
	if (a->kind == SUBJECT_CASE)
		return is_lead(t->s, a->signer, ring);
	return granted && !t->s->exhibits[a->on].disposed;
}

static bool
lead_or_admin(const struct trial *t)
{
	return may_be_admin(t) || is_lead(t->s, t->act->signer, act_ring(t->s, t->act));
}

static bool
hold_row(const struct trial *t)
{
	bool held = t->act->kind == SUBJECT_CASE ? t->s->cases[t->act->on].held
						 : t->s->exhibits[t->act->on].held;

	if (t->act->arg != 0)
		return is_lead(t->s, t->act->signer, act_ring(t->s, t->act)) && !held;
	return lead_or_admin(t) && held;
}

static bool
held_somehow(const struct shadow *s, const struct act *a)
{
	if (a->kind == SUBJECT_VAULT)
		return false;
	if (a->kind == SUBJECT_EXHIBIT)
		return s->exhibits[a->on].held ||
		       s->cases[s->exhibits[a->on].case_no].held;
	for (uint8_t x = 0; x < N_EXHIBITS; x++) {
		if (s->exhibits[x].exists && s->exhibits[x].case_no == a->on &&
		    s->exhibits[x].held)
			return true;
	}
	return s->cases[a->on].held;
}

static bool
same_sheets(const struct name *a, uint8_t n_a, const struct name *b, uint8_t n_b)
{
	for (uint8_t i = 0; i < n_a && n_a == n_b; i++) {
		bool found = false;

		for (uint8_t k = 0; k < n_b; k++)
			found |= name_equal(a[i], b[k]);
		if (!found)
			return false;
	}
	return n_a == n_b;
}

/* 10.5, 7. */
static bool
is_permitted(const struct trial *t)
{
	const struct act *a = t->act;
	const struct s_proposal *p = act_proposal(t->s, a);
	struct name names[N_SHEETS];
	uint8_t n;

	if (p == NULL || p->status != PROPOSAL_APPROVED || p->act.action != a->action ||
	    p->act.kind != a->kind || (a->kind != SUBJECT_VAULT && p->act.on != a->on))
		return false;
	if (a->action == ACT_LOST)
		return name_equal(act_lost(t->s, a), p->lost);
	n = act_sheets(t->s, a, names);
	return (a->more & OTHER_NEW) == 0 &&
	       same_sheets(names, n, p->sheets, p->n_sheets);
}

static bool
dispose_row(const struct trial *t)
{
	const struct act *a = t->act;
	uint8_t rows[N_SHEETS], n = doomed_sheets(t->s, a->on, rows), n_said;
	struct name doomed[N_SHEETS], said[N_SHEETS];

	if (!lead_or_admin(t) || t->s->exhibits[a->on].disposed || held_somehow(t->s, a))
		return false;
	for (uint8_t i = 0; i < n; i++)
		doomed[i] = t->s->sheets[rows[i]].name;
	if (t->from != NULL)
		return same_sheets(doomed, n, t->from->sheets, t->from->n_sheets);
	n_said = act_sheets(t->s, a, said);
	return same_sheets(doomed, n, said, n_said) &&
	       (!t->direct || (is_permitted(t) && (n == 0 || act_gives_pairs(a))));
}

/* 10.7, 5: its sheet stands in a batch, and is the subject's alone. */
static bool
is_theirs(const struct trial *t)
{
	struct name names[N_SHEETS];
	uint8_t n = act_sheets(t->s, t->act, names);

	for (uint8_t i = 0; i < t->s->n_sheets; i++) {
		const struct s_sheet *sheet = &t->s->sheets[i];

		if (n != 1 || !sheet->alive || !name_equal(sheet->name, names[0]))
			continue;
		switch (t->act->kind) {
		case SUBJECT_EXHIBIT:
			return sheet->exhibit == t->act->on;
		case SUBJECT_CASE:
			return sheet->case_no == t->act->on;
		default:
			return sheet->case_no == NOBODY;
		}
	}
	return false;
}

static bool
erase_row(const struct trial *t)
{
	bool may = t->act->kind == SUBJECT_VAULT ? may_be_admin(t) : lead_or_admin(t);

	return may && !held_somehow(t->s, t->act) &&
	       (!t->direct ||
		(is_permitted(t) && act_gives_pairs(t->act) && is_theirs(t)));
}

bool
sole_officer(const struct shadow *s, uint8_t member)
{
	return count_officers(s) == 1 && has_role(s, member, ROLE_ADMIN | ROLE_AUDITOR);
}

/* "Names for the subject": an object of its entries, or a bundle with a sheet of them. */
static bool
is_named(const struct trial *t, struct name name)
{
	const struct shadow *s = t->s;
	const struct act *a = t->act;
	uint8_t ring = act_ring(s, a);

	for (uint8_t i = 0; i < s->n_sheets; i++) {
		if (!name_equal(name, s->bundles[i]))
			continue;
		if (a->kind == SUBJECT_EXHIBIT ? s->sheets[i].exhibit == a->on
		    : a->kind == SUBJECT_CASE  ? s->sheets[i].case_no == a->on
					       : s->sheets[i].case_no == NOBODY)
			return true;
	}
	if (a->kind == SUBJECT_EXHIBIT)
		return name.tag != NAME_NONE &&
		       name_equal(s->exhibits[a->on].object, name);
	return name.tag == NAME_FILE && s->file_of[name.a] == ring + 1;
}

static bool
lost_row(const struct trial *t)
{
	const struct act *a = t->act;
	bool vault = a->kind == SUBJECT_VAULT,
	     alone = vault && sole_officer(t->s, a->signer);
	bool may = vault ? has_role(t->s, a->signer, ROLE_ADMIN | ROLE_AUDITOR)
			 : lead_or_admin(t);

	if (!may || !is_named(t, t->from != NULL ? t->from->lost : act_lost(t->s, a)))
		return false;
	if (!t->direct)
		return true;
	return alone ? a->at == NOBODY : is_permitted(t);
}

static bool
concerns(const struct trial *t, const struct s_act *act)
{
	const struct shadow *s = t->s;
	uint8_t who = t->act->signer;

	if (act->action == ACT_SKIP || act->action == ACT_RESTORED)
		return has_role(s, who, ROLE_ADMIN | ROLE_AUDITOR);
	for (uint8_t r = 0; r < N_RINGS; r++) {
		const struct s_grant *g = &s->grants[r][act->member];
		bool theirs = act->action == ACT_ENROL
				      ? g->kind != GRANT_NONE ||
						(g->ever && g->first < act->entry)
				      : act->ring == r;

		if (theirs && (r == AUDIT ? s->grants[AUDIT][who].kind == GRANT_AUDITOR
					  : is_lead(s, who, r)))
			return true;
	}
	return false;
}

static bool
acknowledge_row(const struct trial *t)
{
	const struct act *a = t->act;
	const struct s_act *act = &t->s->acts[a->at];
	bool of_vault = act->action == ACT_SKIP || act->action == ACT_RESTORED;
	bool same = of_vault ? a->kind == SUBJECT_VAULT
		    : act->action == ACT_ENROL
			    ? a->kind == SUBJECT_MEMBER && a->member == act->member
			    : a->kind == SUBJECT_GRANT && a->member == act->member &&
				      a->on == act->ring;

	return same && concerns(t, act) && act->signer != a->signer &&
	       act->proposer != a->signer && (of_vault || act->member != a->signer) &&
	       (act->seen & (1u << a->signer)) == 0;
}

/* ---- the tables ---- */

static bool
row(const struct trial *t)
{
	const struct act *a = t->act;

	switch (a->action) {
	case ACT_ENROL:
		return enrol_row(t);
	case ACT_ROLE:
		return role_row(t);
	case ACT_REVOKE:
		return revoke_row(t);
	case ACT_POLICY:
		return policy_row(t);
	case ACT_FORMAT:
		return may_be_admin(t) && a->arg == t->s->format + 1 &&
		       count_role(t->s, ROLE_ADMIN) >= 2;
	case ACT_LOG_KEY:
	case ACT_RESTORED:
		return may_be_admin(t);
	case ACT_CASE:
		return case_row(t);
	case ACT_EPOCH:
		return epoch_row(t);
	case ACT_GRANT:
		return grant_row(t);
	case ACT_UNGRANT:
		return ungrant_row(t);
	case ACT_EXPIRE:
		return expire_row(t);
	case ACT_BREAK_GLASS:
		return break_glass_row(t);
	case ACT_CLOSE:
	case ACT_REOPEN:
		return is_lead(t->s, a->signer, RING(a->on)) &&
		       t->s->cases[a->on].closed == (a->action == ACT_REOPEN);
	case ACT_DEPOSIT:
		return deposit_row(t);
	case ACT_RECORD:
		return record_row(t);
	case ACT_DENIED:
		return (a->more & EPOCH_OLD) == 0;
	case ACT_HOLD:
		return hold_row(t);
	case ACT_DISPOSE:
		return dispose_row(t);
	case ACT_ERASE:
		return erase_row(t);
	case ACT_LOST:
		return lost_row(t);
	case ACT_ACKNOWLEDGE:
		return acknowledge_row(t);
	case ACT_PUBLISH:
		return has_role(t->s, a->signer, ROLE_ADMIN | ROLE_AUDITOR);
	case ACT_ANCHOR:
		return has_role(t->s, a->signer, ROLE_ADMIN | ROLE_AUDITOR) &&
		       a->arg == 0;
	case ACT_SKIP:
		return may_be_admin(t) && a->arg != 0 && a->more == 0;
	default:
		return false;
	}
}

/* 10.2, 2. */
static bool
subject_exists(const struct shadow *s, const struct act *a)
{
	if (a->action == ACT_ENROL || a->action == ACT_CASE || a->action == ACT_DEPOSIT)
		return true;
	switch (a->kind) {
	case SUBJECT_EXHIBIT:
		return s->exhibits[a->on].exists;
	case SUBJECT_CASE:
		return s->cases[a->on].open;
	case SUBJECT_GRANT:
		return s->members[a->member].enrolled &&
		       (a->on == AUDIT || s->cases[a->on - 1].open);
	case SUBJECT_MEMBER:
		return s->members[a->member].enrolled;
	default:
		return true;
	}
}

bool
rows_allow(const struct trial *t)
{
	return subject_exists(t->s, t->act) && row(t);
}
