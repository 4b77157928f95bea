/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <string.h>

/* The column "effect" of docs/FORMAT.md 10.3, 10.4 and 10.6. */

/* An act that is carried out: for what was proposed, its proposer's. */
struct deed {
	const struct act *act;
	const struct s_proposal *from; /* NULL: signed directly */
	uint8_t second;		       /* who approved it; NOBODY */
	uint8_t entry;		       /* its place */
	uint8_t slot;
};

static void
make_due(struct shadow *s, uint8_t ring)
{
	s->rings[ring].due = true;
}

static void
end_grant(struct shadow *s, uint8_t ring, uint8_t member)
{
	struct s_grant *g = &s->grants[ring][member];

	if (reads(g->kind))
		make_due(s, ring);
	g->kind = GRANT_NONE;
	g->firm = g->appointment = g->broken = g->dated = g->has_file = false;
}

static void
end_all(struct shadow *s, uint8_t member)
{
	for (uint8_t r = 0; r < N_RINGS; r++) {
		if (s->grants[r][member].kind != GRANT_NONE)
			end_grant(s, r, member);
	}
}

static void
take_roles(struct s_member *m, uint8_t roles, uint8_t entry, bool anew)
{
	for (unsigned int i = 0; i < 3; i++) {
		if ((roles & 1u << i) != 0 && (anew || (m->roles & 1u << i) == 0))
			m->role_entry[i] = entry;
	}
	m->roles = roles;
	m->card |= (roles & ROLE_RECOVERY) != 0;
}

/* The signers of the deed and all behind them stand behind the member from now on. */
static void
take_line(struct shadow *s, const struct deed *d)
{
	const struct s_member *first = &s->members[d->act->signer];
	const struct s_member *second =
		d->second != NOBODY ? &s->members[d->second] : NULL;
	struct s_member *m = &s->members[d->act->member];
	uint8_t line = (uint8_t)(first->line | 1u << d->act->signer);
	uint8_t alone = first->alone;

	if (second != NULL) {
		line |= (uint8_t)(second->line | 1u << d->second);
		alone |= second->alone;
	} else {
		alone |= (uint8_t)(1u << d->act->signer);
	}
	m->line |= line;
	m->alone |= alone;
	m->two_enrolled = second != NULL;
}

static void
enrol_effect(struct shadow *s, const struct deed *d)
{
	const struct act *a = d->act;
	struct s_member *m = &s->members[a->member];
	uint8_t member, key;

	enrol_key(s, a, &member, &key);
	if (d->from != NULL)
		key = d->from->key;
	if (a->member == a->signer) {
		for (uint8_t r = 0; r < N_RINGS; r++) {
			if (reads(s->grants[r][a->member].kind))
				make_due(s, r);
		}
	} else {
		end_all(s, a->member);
		take_line(s, d);
		take_roles(m, a->arg, d->entry, true);
		m->identity++;
	}
	m->known = m->enrolled = true;
	m->key = key;
	if (m->n_keys <= key)
		m->n_keys = (uint8_t)(key + 1);
	m->keys_entry = d->entry;
}

static void
role_effect(struct shadow *s, const struct deed *d)
{
	struct s_member *m = &s->members[d->act->member];
	uint8_t role = d->act->arg;

	take_roles(m, (uint8_t)(d->act->more != 0 ? m->roles | role : m->roles & ~role),
		   d->entry, false);
	if (role == ROLE_AUDITOR && d->act->more == 0 &&
	    s->grants[AUDIT][d->act->member].kind != GRANT_NONE)
		end_grant(s, AUDIT, d->act->member);
}

static void
policy_effect(struct shadow *s, const struct act *a)
{
	if (a->arg == POLICY_TWO_PERSON)
		s->two_person = true;
	else if (a->arg == POLICY_BREAK_GLASS)
		s->no_break_glass = a->more == 0;
}

static uint8_t
remember_origin(struct shadow *s, const struct s_origin *origin)
{
	if (s->n_history == N_HISTORY) {
		s->too_long = true;
		return 0;
	}
	s->history[s->n_history] = *origin;
	return s->n_history++;
}

static void
new_ring(struct shadow *s, uint8_t ring, uint8_t entry)
{
	struct s_ring *r = &s->rings[ring];

	r->epoch++;
	r->made = entry;
	r->file = name_of(NAME_FILE, entry, 0);
	r->recipient = s->n_recipients++;
	r->due = false;
	s->file_of[entry] = (uint8_t)(ring + 1);
	s->too_long |= s->n_recipients == N_RECIPIENTS;
}

static void
case_effect(struct shadow *s, const struct deed *d)
{
	uint8_t ring = RING(d->act->on);
	struct s_grant *g = &s->grants[ring][d->act->member];

	s->cases[d->act->on].open = true;
	new_ring(s, ring, d->entry);
	s->rings[ring].due = d->act->member != d->act->signer;
	g->kind = GRANT_LEAD;
	g->firm = g->ever = g->has_file = true;
	g->given = g->first = d->entry;
	g->signer = d->act->signer;
	g->file = s->rings[ring].file;
	g->origin = remember_origin(
		s, &(struct s_origin){.ring = ring,
				      .member = d->act->member,
				      .kind = GRANT_LEAD,
				      .identity = s->members[d->act->member].identity,
				      .by = NOBODY,
				      .by_case = true});
}

static void
grant_effect(struct shadow *s, const struct deed *d)
{
	const struct act *a = d->act;
	struct s_grant *g = &s->grants[a->on][a->member];
	struct s_grant was = *g;
	const struct s_grant *own = &s->grants[a->on][a->signer];
	bool lead = is_lead(s, a->signer, a->on);
	bool confirms =
		a->on != AUDIT && !lead && g->kind == GRANT_LEAD && g->appointment;
	bool nobody_held = a->on == AUDIT && count_holders(s, AUDIT) == 0;

	if (reads(g->kind) && !reads(a->arg))
		make_due(s, a->on);
	g->firm = confirms || is_standing(s, a->signer, a->on);
	g->appointment = a->on != AUDIT && !lead && !confirms;
	g->origin = remember_origin(
		s,
		&(struct s_origin){.ring = a->on,
				   .member = a->member,
				   .kind = a->arg,
				   .identity = s->members[a->member].identity,
				   .by = own->kind != GRANT_NONE ? own->origin : NOBODY,
				   .confirms = confirms});
	g->kind = a->arg;
	g->broken = false;
	g->dated = (a->more & WITH_DATE) != 0;
	g->given = d->entry;
	g->first = was.ever ? was.first : d->entry;
	g->ever = true;
	g->signer = a->signer;
	g->has_file = (a->more & NO_OBJECT) == 0;
	g->file = name_of(NAME_FILE, d->entry, 0);
	if (g->has_file)
		s->file_of[d->entry] = (uint8_t)(a->on + 1);
	if (g->appointment || nobody_held)
		make_due(s, a->on);
}

static void
sheet_take(struct shadow *s, const struct deed *d)
{
	const struct act *a = d->act;
	bool exhibit = a->kind == SUBJECT_EXHIBIT;
	struct s_sheet *sheet = &s->sheets[s->n_sheets];

	if (a->action == ACT_RECORD ? a->arg == 0 : a->action != ACT_DEPOSIT)
		return;
	if (s->n_sheets + 1 == N_SHEETS)
		s->too_long = true;
	*sheet = (struct s_sheet){.name = name_of(NAME_SHEET, d->slot, 0),
				  .slot = d->slot,
				  .exhibit = exhibit ? a->on : NOBODY,
				  .case_no = exhibit ? s->exhibits[a->on].case_no
					     : a->kind == SUBJECT_CASE ? a->on
								       : NOBODY,
				  .private = a->action == ACT_RECORD && a->arg == 1,
				  .alive = true};
	s->bundles[s->n_sheets++] = name_of(NAME_BUNDLE, d->slot, 0);
	if (exhibit && sheet->private)
		s->exhibits[a->on].n_private++;
}

static void
deposit_effect(struct shadow *s, const struct act *a)
{
	struct s_exhibit *x = &s->exhibits[a->on];

	*x = (struct s_exhibit){.exists = true, .case_no = a->arg, .chain = x->chain};
	switch (a->more & 3u) {
	case 0:
		x->object = name_of(NAME_OBJECT, a->on, 0);
		break;
	case 1:
		x->object = s->rings[RING(a->arg)].file;
		break;
	case 2:
		x->object = s->exhibits[1 - a->on].object;
		break;
	default:
		break;
	}
	s->cases[a->arg].n_exhibits++;
}

/* Its sheets have other names, or none, and their bundles are new ones. */
static void
destroy_effect(struct shadow *s, const struct deed *d)
{
	struct s_proposal *p = &s->proposals[d->act->at];

	for (uint8_t i = 0; i < s->n_sheets; i++) {
		for (uint8_t k = 0; k < p->n_sheets; k++) {
			if (!s->sheets[i].alive ||
			    !name_equal(s->sheets[i].name, p->sheets[k]))
				continue;
			s->sheets[i].alive = p->fresh.tag != NAME_NONE;
			if (s->sheets[i].alive)
				s->sheets[i].name = p->fresh;
			s->bundles[i] = name_of(NAME_BUNDLE, s->sheets[i].slot, d->slot);
			break;
		}
	}
	if (d->act->action == ACT_DISPOSE)
		s->exhibits[d->act->on].disposed = true;
	p->status = PROPOSAL_USED;
	p->used++;
}

static void
remember_act(struct shadow *s, const struct deed *d, const struct hash *leaf)
{
	const struct act *a = d->act;
	bool two = d->second != NOBODY;

	if (a->action != ACT_ENROL && a->action != ACT_GRANT &&
	    a->action != ACT_BREAK_GLASS && a->action != ACT_SKIP &&
	    a->action != ACT_RESTORED)
		return;
	if (s->n_acts == N_ACTS) {
		s->too_long = true;
		return;
	}
	s->acts[s->n_acts++] = (struct s_act){.action = a->action,
					      .ring = a->on,
					      .member = a->member,
					      .entry = d->entry,
					      .signer = two ? d->second : a->signer,
					      .proposer = two ? a->signer : NOBODY,
					      .leaf = *leaf};
}

static void
carry_out(struct shadow *s, const struct deed *d, const struct hash *leaf)
{
	const struct act *a = d->act;

	switch (a->action) {
	case ACT_ENROL:
		enrol_effect(s, d);
		break;
	case ACT_ROLE:
		role_effect(s, d);
		break;
	case ACT_REVOKE:
		end_all(s, a->member);
		s->members[a->member].roles = 0;
		s->members[a->member].revoked = true;
		break;
	case ACT_POLICY:
		policy_effect(s, a);
		break;
	case ACT_FORMAT:
		s->format = a->arg;
		break;
	case ACT_LOG_KEY:
		s->file_of[d->entry] = AUDIT + 1;
		break;
	case ACT_ANCHOR:
		if (a->more != 0)
			s->kept[a->more - 1] = true;
		else
			s->file_of[d->entry] = AUDIT + 1;
		break;
	case ACT_CASE:
		case_effect(s, d);
		break;
	case ACT_EPOCH:
		new_ring(s, a->kind == SUBJECT_VAULT ? AUDIT : RING(a->on), d->entry);
		break;
	case ACT_GRANT:
		grant_effect(s, d);
		break;
	case ACT_UNGRANT:
	case ACT_EXPIRE:
		end_grant(s, a->on, a->member);
		break;
	case ACT_BREAK_GLASS:
		s->grants[a->on][a->member].broken = true;
		break;
	case ACT_CLOSE:
	case ACT_REOPEN:
		s->cases[a->on].closed = a->action == ACT_CLOSE;
		break;
	case ACT_DEPOSIT:
		deposit_effect(s, a);
		break;
	case ACT_HOLD:
		if (a->kind == SUBJECT_CASE)
			s->cases[a->on].held = a->arg != 0;
		else
			s->exhibits[a->on].held = a->arg != 0;
		break;
	case ACT_DISPOSE:
	case ACT_ERASE:
		destroy_effect(s, d);
		break;
	case ACT_LOST:
		if (a->at == NOBODY)
			break;
		s->proposals[a->at].status = PROPOSAL_USED;
		s->proposals[a->at].used++;
		break;
	case ACT_ACKNOWLEDGE:
		s->acts[a->at].seen |= (uint8_t)(1u << a->signer);
		break;
	default:
		break;
	}
	sheet_take(s, d);
	remember_act(s, d, leaf);
}

static void
propose_effect(struct shadow *s, const struct act *a, const struct hash *leaf,
	       uint8_t entry)
{
	struct s_proposal fresh = {.status = PROPOSAL_OPEN,
				   .approver = NOBODY,
				   .entry = entry,
				   .act = *a,
				   .subject_enrolled = s->members[a->member].enrolled,
				   .lost = act_lost(s, a),
				   .leaf = *leaf};
	uint8_t member, row = 0;

	if (a->proposed == ACT_DISPOSE || a->proposed == ACT_ERASE)
		fresh.n_sheets = act_sheets(s, a, fresh.sheets);
	if (a->proposed == ACT_ERASE)
		fresh.fresh = act_fresh(s, a);
	enrol_key(s, a, &member, &fresh.key);
	fresh.act.action = a->proposed;
	fresh.act.proposed = ACT_NONE;
	if (a->kind == SUBJECT_MEMBER)
		s->members[a->member].known = true;
	while (row < s->n_proposals &&
	       (s->proposals[row].status == PROPOSAL_APPROVED ||
		(s->proposals[row].status == PROPOSAL_OPEN && !s->proposals[row].lapsed)))
		row++;
	if (row == N_PROPOSALS) {
		s->too_long = true;
		return;
	}
	if (row == s->n_proposals)
		s->n_proposals++;
	s->proposals[row] = fresh;
}

static void
approve_effect(struct shadow *s, const struct act *a, const struct hash *leaf,
	       uint8_t entry)
{
	struct s_proposal *p = &s->proposals[a->at];
	struct deed d = {.act = &p->act,
			 .from = p,
			 .second = a->signer,
			 .entry = entry,
			 .slot = (uint8_t)(s->slot + 1)};
	bool takes_out = p->act.action == ACT_REVOKE ||
			 (p->act.action == ACT_ROLE && p->act.more == 0);

	if (a->arg == 0 && takes_out)
		return;
	p->approver = a->signer;
	if (a->arg != 0 && (p->act.action == ACT_DISPOSE || p->act.action == ACT_ERASE ||
			    p->act.action == ACT_LOST)) {
		p->status = PROPOSAL_APPROVED;
		return;
	}
	p->status = PROPOSAL_CLOSED;
	if (a->arg != 0)
		carry_out(s, &d, leaf);
}

void
effect(struct shadow *s, const struct act *act, const struct hash *leaf)
{
	struct chain *chain = act_chain(s, act);
	uint8_t entry = (uint8_t)(s->size + 1);
	struct deed d = {.act = act,
			 .second = NOBODY,
			 .entry = entry,
			 .slot = (uint8_t)(s->slot + 1)};

	chain->event++;
	chain->leaf = *leaf;
	if (act->kind == SUBJECT_GRANT && !s->grants[act->on][act->member].ever)
		s->grants[act->on][act->member].first = entry;
	if (act->action == ACT_PROPOSE)
		propose_effect(s, act, leaf, entry);
	else if (act->action == ACT_APPROVE)
		approve_effect(s, act, leaf, entry);
	else
		carry_out(s, &d, leaf);
	s->size++;
	s->slot = (uint8_t)(s->slot + 1 + (act->action == ACT_SKIP));
	s->too_long |= s->size >= ENTRIES_MAX - 2 || s->slot >= ENTRIES_MAX - 2;
	for (uint8_t i = 0; i < s->n_proposals; i++) {
		struct s_proposal *p = &s->proposals[i];

		if (p->status == PROPOSAL_OPEN && !proposal_stands(s, p))
			p->lapsed = true;
	}
}
