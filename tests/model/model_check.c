/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/state_peek.h"
#include "model.h"

#include <stdio.h>
#include <string.h>

/* What has to hold whatever the rules say.  These are promises to people, and none of
 * them asks model_rules.c what is allowed. */

/* ---- of an act ---- */

/* A lead whose grant goes back, lead by lead or by a confirmation of the case's own
 * people, to the entry that opened the case. */
static bool
is_rooted(const struct shadow *s, uint8_t origin)
{
	const struct s_origin *o = &s->history[origin];

	for (int steps = 0; steps < N_HISTORY; steps++) {
		if (o->by_case)
			return true;
		if (o->by == NOBODY)
			return false;
		if (!o->confirms && s->history[o->by].kind != GRANT_LEAD)
			return false;
		o = &s->history[o->by];
	}
	return false;
}

static bool
leads_rooted(const struct shadow *s, uint8_t member, uint8_t ring)
{
	return is_lead(s, member, ring) && is_rooted(s, s->grants[ring][member].origin);
}

static bool
destroys_of_case(const struct act *act)
{
	return act->kind != SUBJECT_VAULT &&
	       (act->action == ACT_HOLD || act->action == ACT_DISPOSE ||
		act->action == ACT_ERASE || act->action == ACT_LOST);
}

/* All whose present enrolment one card alone stands behind, itself counted. */
static bool
one_card_behind(const struct shadow *s, uint8_t a, uint8_t b)
{
	unsigned int both =
		(s->members[a].alone | 1u << a) & (s->members[b].alone | 1u << b);

	for (uint8_t m = 0; m < N_MEMBERS; m++) {
		if (s->members[m].card && (both & 1u << m) != 0)
			return true;
	}
	return false;
}

static const char *
check_approve(const struct shadow *s, const struct act *act)
{
	const struct s_proposal *p = &s->proposals[act->at];
	uint8_t by = p->act.signer, second = act->signer;
	uint8_t ring = act_ring(s, &p->act);

	if (by == second)
		return "v: one member was both";
	if (p->act.kind == SUBJECT_MEMBER && second == p->act.member)
		return "v: it was about the one who approved it";
	if (act->arg == 0)
		return NULL;
	if (s->members[by].revoked)
		return "iii: a revoked member's proposal was carried out";
	if (s->members[by].keys_entry >= p->entry)
		return "v: the proposer's keys are newer than the proposal";
	if (s->members[second].keys_entry >= p->entry)
		return "v: the approver's keys are newer than the proposal";
	if (one_card_behind(s, by, second))
		return "v: one card stands behind both";
	if (destroys_of_case(&p->act) && !leads_rooted(s, by, ring) &&
	    !leads_rooted(s, second, ring))
		return "ii: no standing lead was one of the two";
	return NULL;
}

static bool
held(const struct shadow *s, uint8_t exhibit)
{
	return s->exhibits[exhibit].held || s->cases[s->exhibits[exhibit].case_no].held;
}

static const char *
check_permit(const struct shadow *s, const struct act *act)
{
	const struct s_proposal *p = act_proposal(s, act);

	if (p == NULL)
		return count_officers(s) == 1 && act->kind == SUBJECT_VAULT
			       ? NULL
			       : "v: destroyed by one";
	if (p->status != PROPOSAL_APPROVED || p->used != 0)
		return "viii: a permit that is none, or was used";
	if (p->approver == p->act.signer)
		return "v: one member was both";
	return NULL;
}

static const char *
check_destruction(const struct shadow *s, const struct act *act)
{
	if (act->action != ACT_DISPOSE && act->action != ACT_ERASE &&
	    act->action != ACT_LOST)
		return NULL;
	for (uint8_t x = 0; x < N_EXHIBITS && act->action != ACT_LOST; x++) {
		bool of = act->kind == SUBJECT_EXHIBIT ? act->on == x
			  : act->kind == SUBJECT_CASE
				  ? s->exhibits[x].exists &&
					    s->exhibits[x].case_no == act->on
				  : false;

		if (of && held(s, x))
			return "viii: something on hold was destroyed";
	}
	return check_permit(s, act);
}

/* Who signs something that gives keys away, and by what. */
static const char *
check_hand(const struct shadow *s, const struct act *act)
{
	bool audit = act->on == AUDIT;
	bool reads_it = audit ? s->grants[AUDIT][act->signer].kind == GRANT_AUDITOR
			      : reads(s->grants[act->on][act->signer].kind);

	if (act->action != ACT_GRANT || reads_it)
		return NULL;
	if (audit ? count_holders(s, AUDIT) > 0 : count_leads(s, act->on) > 0)
		return "i: somebody granted a ring that others hold";
	return has_role(s, act->signer, ROLE_ADMIN | ROLE_RECOVERY)
		       ? NULL
		       : "i: somebody without an office granted a ring";
}

static const char *
check_limits(const struct shadow *s)
{
	if (count_role(s, ROLE_ADMIN) == 0)
		return "vii: the last admin is gone";
	if (s->two_person && count_role(s, ROLE_RECOVERY) == 0)
		return "vii: two-person without a card";
	return NULL;
}

const char *
check_act(const struct shadow *before, const struct shadow *after, const struct act *act)
{
	const struct s_member *signer = &before->members[act->signer];
	const char *why = NULL;

	if (!signer->enrolled || signer->revoked)
		return "iii: somebody acted who is no member";
	if (act->twist == OLD_KEY || act->twist == OTHER_ACTOR)
		return "iii: a key that is not the actor's present one";
	if (act->twist != RIGHT)
		return "iv: an entry that does not continue its chain";
	if (before->format != 1)
		return "something followed a format";
	if (act->action == ACT_APPROVE)
		why = check_approve(before, act);
	else if (act->action == ACT_DEPOSIT && (before->cases[act->arg].closed ||
						count_leads(before, RING(act->arg)) == 0))
		why = "vi: a case took a deposit that was closed or had no lead";
	else if (act->action == ACT_HOLD && act->arg == 0)
		why = "v: a hold was released by one";
	if (why == NULL)
		why = check_destruction(before, act);
	if (why == NULL)
		why = check_hand(before, act);
	return why != NULL ? why : check_limits(after);
}

/* ---- of a state ---- */

static uint8_t
who_is(const struct world *w, const struct member_code *code)
{
	for (uint8_t m = 0; m < N_MEMBERS; m++) {
		if (member_code_equal(code, &w->codes[m]))
			return m;
	}
	return NOBODY;
}

static const struct custody_id *
ring_id(const struct world *w, uint8_t ring)
{
	return ring == AUDIT ? NULL : &w->cases[ring - 1];
}

/* (i): whoever holds a ring was named for it, as the person that the code stands for now,
 * and the name was not taken back. */
static const char *
check_holders(const struct world *w, const struct shadow *s, const struct state *state)
{
	const struct state_member *holders[N_MEMBERS + 1];
	struct hash file, expected;

	for (uint8_t r = 0; r < N_RINGS; r++) {
		size_t n = state_ring_holders(state, ring_id(w, r), holders, N_MEMBERS);

		if (n != count_holders(s, r))
			return "i: holders that nobody named";
		for (size_t i = 0; i < n; i++) {
			uint8_t m = who_is(w, &holders[i]->code);
			const struct s_origin *o = &s->history[s->grants[r][m].origin];

			if (!reads(s->grants[r][m].kind) || o->ring != r ||
			    o->member != m || s->members[m].revoked ||
			    o->identity != s->members[m].identity)
				return "i: a holder whom nobody named";
		}
		for (uint8_t m = 0; m < N_MEMBERS; m++) {
			const struct s_grant *g = &s->grants[r][m];
			bool by_epoch = reads(g->kind) && g->given < s->rings[r].made;
			bool has = g->kind != GRANT_NONE && (by_epoch || g->has_file);

			if ((state_ring_file(state, ring_id(w, r), &w->codes[m], &file) ==
			     0) != has)
				return "i: a key file for the wrong one";
			if (!has)
				continue;
			expected = name_hash(by_epoch ? s->rings[r].file : g->file);
			if (!hash_equal(&file, &expected))
				return "i: another key file";
		}
	}
	return NULL;
}

static bool
same_chain(const struct world *w, const struct shadow *s, const struct state *state,
	   const struct act *about)
{
	const struct chain *chain = act_chain((struct shadow *)(uintptr_t)s, about);
	struct subject subject = act_subject(w, about);
	struct hash before;
	uint64_t event;

	(void)state_next_event(state, &subject, &event, &before);
	return event == (uint64_t)chain->event + 1 &&
	       (chain->event == 0 || hash_equal(&before, &chain->leaf));
}

static const char *
check_chains(const struct world *w, const struct shadow *s, const struct state *state)
{
	struct act a = {.kind = SUBJECT_VAULT};
	bool same = same_chain(w, s, state, &a);

	for (a.member = 0; a.member < N_MEMBERS; a.member++) {
		a.kind = SUBJECT_MEMBER;
		same &= same_chain(w, s, state, &a);
		a.kind = SUBJECT_GRANT;
		for (a.on = 0; a.on < N_RINGS; a.on++)
			same &= same_chain(w, s, state, &a);
	}
	for (a.on = 0; a.on < N_CASES; a.on++) {
		a.kind = SUBJECT_CASE;
		same &= same_chain(w, s, state, &a);
		a.kind = SUBJECT_EXHIBIT;
		same &= same_chain(w, s, state, &a);
	}
	return same ? NULL : "iv: a chain with a gap";
}

static bool
same_member(const struct world *w, const struct shadow *s, const struct state *state,
	    uint8_t m)
{
	const struct state_member *is = state_member(state, &w->codes[m]);
	const struct s_member *want = &s->members[m];

	if (!want->enrolled)
		return is == NULL || !is->enrolled;
	for (unsigned int i = 0; is != NULL && i < 3; i++) {
		if ((want->roles & 1u << i) != 0 &&
		    is->role_entries_[i] != want->role_entry[i])
			return false;
	}
	return is != NULL && is->revoked == want->revoked && is->card == want->card &&
	       is->roles == want->roles && is->keys_entry == want->keys_entry &&
	       memcmp(is->pub, w->keys[m][want->key].pub, SIGN_PUB_LEN) == 0 &&
	       age_recipient_equal(&is->recipient, &w->recipients[m][want->key]);
}

static bool
same_grant(const struct world *w, const struct shadow *s, const struct state *state,
	   uint8_t ring, uint8_t m)
{
	const struct state_grant *is = state_grant(state, ring_id(w, ring), &w->codes[m]);
	const struct s_grant *want = &s->grants[ring][m];

	if (!want->ever)
		return is == NULL;
	if (is == NULL || is->kind != (enum grant_kind)want->kind ||
	    is->first_entry_ != want->first)
		return false;
	return want->kind == GRANT_NONE ||
	       (is->firm == want->firm && is->appointment == want->appointment &&
		is->broken == want->broken && is->has_until == want->dated &&
		is->given_entry_ == want->given &&
		who_is(w, &state_grant_signer(state, is)->code) == want->signer);
}

static bool
same_case(const struct world *w, const struct shadow *s, const struct state *state,
	  uint8_t c)
{
	const struct state_case *is = state_case(state, &w->cases[c]);
	const struct s_case *want = &s->cases[c];
	uint32_t n_held = 0;

	for (uint8_t x = 0; x < N_EXHIBITS; x++)
		n_held += s->exhibits[x].exists && s->exhibits[x].case_no == c &&
			  s->exhibits[x].held;

	if (is == NULL || !want->open)
		return is == NULL && !want->open;
	return is->held == want->held && is->closed == want->closed &&
	       is->n_exhibits == want->n_exhibits && is->n_held == n_held &&
	       is->n_leads == count_leads(s, RING(c)) &&
	       is->n_reading == count_holders(s, RING(c));
}

static bool
same_ring(const struct world *w, const struct shadow *s, const struct state *state,
	  uint8_t r)
{
	return state_ring_epoch(state, ring_id(w, r)) == s->rings[r].epoch &&
	       state_ring_due(state, ring_id(w, r)) == s->rings[r].due;
}

static bool
same_exhibit(const struct world *w, const struct shadow *s, const struct state *state,
	     uint8_t x)
{
	const struct state_exhibit *is = state_exhibit(state, &w->exhibits[x]);
	const struct s_exhibit *want = &s->exhibits[x];

	if (is == NULL || !want->exists)
		return is == NULL && !want->exists;
	return is->held == want->held && is->disposed == want->disposed &&
	       is->n_private == want->n_private &&
	       is->has_object == (want->object.tag != NAME_NONE) &&
	       custody_id_equal(&state_exhibit_case(state, is)->id,
				&w->cases[want->case_no]);
}

/* (viii): an object goes only when everything that names it was disposed of. */
static const char *
check_objects(const struct shadow *s, const struct state *state)
{
	for (uint8_t x = 0; x < N_EXHIBITS; x++) {
		struct name name = s->exhibits[x].object;
		struct hash hash = name_hash(name);
		const struct state_object *object = state_object(state, &hash);
		bool all = true;

		if (!s->exhibits[x].exists || name.tag == NAME_NONE)
			continue;
		for (uint8_t y = 0; y < N_EXHIBITS; y++)
			all &= !name_equal(s->exhibits[y].object, name) ||
			       !s->exhibits[y].exists || s->exhibits[y].disposed;
		all &= name.tag != NAME_FILE && !s->kept[name.a];
		if (object == NULL || state_object_goes(object) != all)
			return "viii: an object goes that is needed, or stays";
	}
	return NULL;
}

static const char *
check_sheets(const struct shadow *s, const struct state *state, bool open)
{
	struct hash now, bundle;

	for (uint8_t i = 0; i < s->n_sheets; i++) {
		struct hash first = name_hash(name_of(NAME_SHEET, s->sheets[i].slot, 0));
		bool moved = s->sheets[i].name.b != 0;
		int want = !s->sheets[i].alive ? 2 : moved ? 1 : 0;

		if (open && s->sheets[i].slot == s->slot)
			continue;
		bundle = name_hash(s->bundles[i]);
		if (state_sheet_of(state, s->sheets[i].slot, &first, &now) != want ||
		    state_bundle_of(state, s->sheets[i].slot, &now) < 0 ||
		    !hash_equal(&now, &bundle))
			return "a sheet or bundle has another name";
	}
	return NULL;
}

static const char *
check_proposals(const struct shadow *s, const struct state *state)
{
	for (uint8_t i = 0; i < s->n_proposals; i++) {
		const struct s_proposal *p = &s->proposals[i];
		uint32_t row = state_find_proposal(state, &p->leaf);
		bool open = p->status == PROPOSAL_OPEN && !p->lapsed;
		const struct state_proposal *is;

		if (row == NO_ROW) {
			if (p->status == PROPOSAL_OPEN || p->status == PROPOSAL_APPROVED)
				return "v: a proposal is gone";
			continue;
		}
		is = &PROPOSALS(state)[row];
		if (is->status != (enum proposal_status)p->status ||
		    state_proposal_is_open(state, is) != open)
			return "v: a proposal that should be open or closed";
	}
	return NULL;
}

const char *
check_state(const struct world *w, const struct shadow *s, const struct state *state,
	    bool open)
{
	const char *why = check_holders(w, s, state);
	bool same = state_two_person(state) == s->two_person &&
		    state_break_glass(state) == !s->no_break_glass &&
		    state->vault.format == s->format && state_size(state) == s->size &&
		    state_admins(state) == count_role(s, ROLE_ADMIN) &&
		    state_cards(state) == count_role(s, ROLE_RECOVERY) &&
		    peek_auditors(state) == count_role(s, ROLE_AUDITOR) &&
		    state->vault.n_officers == count_officers(s) &&
		    state_audit_holders(state) == count_holders(s, AUDIT) &&
		    state_n_acts(state) == s->n_acts;

	if (why != NULL || (why = check_chains(w, s, state)) != NULL)
		return why;
	if (!same)
		return "the vault is another";
	for (uint8_t m = 0; m < N_MEMBERS; m++) {
		if (!same_member(w, s, state, m))
			return "a member is another";
		for (uint8_t r = 0; r < N_RINGS; r++) {
			if (!same_grant(w, s, state, r, m))
				return "a grant is another";
		}
	}
	for (uint8_t c = 0; c < N_CASES; c++) {
		if (!same_case(w, s, state, c))
			return "a case is another";
	}
	for (uint8_t r = 0; r < N_RINGS; r++) {
		if (!same_ring(w, s, state, r))
			return "a ring is another";
	}
	for (uint8_t x = 0; x < N_EXHIBITS; x++) {
		if (!same_exhibit(w, s, state, x))
			return "an exhibit is another";
	}
	if ((why = check_objects(s, state)) != NULL)
		return why;
	return (why = check_sheets(s, state, open)) != NULL ? why
							    : check_proposals(s, state);
}
