/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

void
shadow_init(struct shadow *s)
{
	struct s_member *founder = &s->members[M_A];
	struct s_grant *audit = &s->grants[AUDIT][M_A];

	memset(s, 0, sizeof *s);
	s->format = 1;
	founder->known = founder->enrolled = true;
	founder->roles = ROLE_ADMIN | ROLE_AUDITOR;
	founder->n_keys = 1;
	s->file_of[0] = AUDIT + 1;
	founder->line = founder->alone = 1u << M_A;
	s->rings[AUDIT].epoch = 1;
	s->rings[AUDIT].file = name_of(NAME_FILE, 0, 0);
	s->n_recipients = 1;
	audit->kind = GRANT_AUDITOR;
	audit->ever = audit->has_file = true;
	audit->file = s->rings[AUDIT].file;
	s->history[s->n_history++] = (struct s_origin){.ring = AUDIT,
						       .member = M_A,
						       .kind = GRANT_AUDITOR,
						       .by = NOBODY,
						       .by_case = true};
}

bool
has_role(const struct shadow *s, uint8_t member, uint8_t roles)
{
	return !s->members[member].revoked && (s->members[member].roles & roles) != 0;
}

uint8_t
count_role(const struct shadow *s, uint8_t role)
{
	uint8_t n = 0;

	for (uint8_t m = 0; m < N_MEMBERS; m++)
		n += has_role(s, m, role);
	return n;
}

uint8_t
count_officers(const struct shadow *s)
{
	uint8_t n = 0;

	for (uint8_t m = 0; m < N_MEMBERS; m++)
		n += has_role(s, m, ROLE_ADMIN | ROLE_AUDITOR);
	return n;
}

bool
reads(uint8_t kind)
{
	return kind != GRANT_NONE && kind != GRANT_DEPOSITOR;
}

bool
is_lead(const struct shadow *s, uint8_t member, uint8_t ring)
{
	return ring != AUDIT && s->grants[ring][member].kind == GRANT_LEAD;
}

bool
is_standing(const struct shadow *s, uint8_t member, uint8_t ring)
{
	return is_lead(s, member, ring) && s->grants[ring][member].firm;
}

uint8_t
count_leads(const struct shadow *s, uint8_t ring)
{
	uint8_t n = 0;

	for (uint8_t m = 0; m < N_MEMBERS; m++)
		n += is_lead(s, m, ring);
	return n;
}

uint8_t
count_holders(const struct shadow *s, uint8_t ring)
{
	uint8_t n = 0;

	for (uint8_t m = 0; m < N_MEMBERS; m++)
		n += reads(s->grants[ring][m].kind);
	return n;
}

uint8_t
act_ring(const struct shadow *s, const struct act *act)
{
	switch (act->kind) {
	case SUBJECT_EXHIBIT:
		return s->exhibits[act->on].exists ? RING(s->exhibits[act->on].case_no)
						   : AUDIT;
	case SUBJECT_CASE:
		return s->cases[act->on].open ? RING(act->on) : AUDIT;
	case SUBJECT_GRANT:
		return act->on;
	default:
		return AUDIT;
	}
}

struct chain *
act_chain(struct shadow *s, const struct act *act)
{
	switch (act->kind) {
	case SUBJECT_EXHIBIT:
		return &s->exhibits[act->on].chain;
	case SUBJECT_CASE:
		return &s->cases[act->on].chain;
	case SUBJECT_GRANT:
		return &s->grants[act->on][act->member].chain;
	case SUBJECT_MEMBER:
		return &s->members[act->member].chain;
	default:
		return &s->vault;
	}
}

uint8_t
doomed_sheets(const struct shadow *s, uint8_t exhibit, uint8_t rows[N_SHEETS])
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < s->n_sheets; i++) {
		if (s->sheets[i].exhibit == exhibit && s->sheets[i].alive)
			rows[n++] = i;
	}
	return n;
}

void
enrol_key(const struct shadow *s, const struct act *act, uint8_t *ret_member,
	  uint8_t *ret_key)
{
	const struct s_member *member = &s->members[act->member];

	*ret_member = act->member;
	*ret_key = act->more == KEY_OLD ? (uint8_t)(member->key - 1) : member->n_keys;
	if (act->more != KEY_OF_OTHER)
		return;
	*ret_member = act->member == M_A ? M_L : M_A;
	*ret_key = s->members[*ret_member].key;
}

const struct s_proposal *
act_proposal(const struct shadow *s, const struct act *act)
{
	return act->at != NOBODY ? &s->proposals[act->at] : NULL;
}

uint8_t
act_sheets(const struct shadow *s, const struct act *act, struct name names[N_SHEETS])
{
	const struct s_proposal *p = act_proposal(s, act);
	uint8_t rows[N_SHEETS], n;

	if (p != NULL && act->action != ACT_PROPOSE &&
	    (act->more & OWN_LINES) == 0) { /* what was permitted */
		memcpy(names, p->sheets, sizeof p->sheets);
		return p->n_sheets;
	}
	if (act->action == ACT_ERASE || act->proposed == ACT_ERASE) {
		names[0] = s->sheets[act->arg].name;
		return 1;
	}
	n = doomed_sheets(s, act->on, rows);
	n = (uint8_t)(n - (act->arg != 0 && n > 0));
	for (uint8_t i = 0; i < n; i++)
		names[i] = s->sheets[rows[i]].name;
	return n;
}

struct name
act_fresh(const struct shadow *s, const struct act *act)
{
	const struct s_proposal *p = act_proposal(s, act);

	if (act->action == ACT_PROPOSE)
		return act->more != 0 ? name_of(NAME_SHEET, (uint8_t)(s->slot + 1), 1)
				      : name_of(NAME_NONE, 0, 0);
	if ((act->more & OTHER_NEW) != 0 && p != NULL && p->fresh.tag != NAME_NONE)
		return name_of(NAME_NONE, 0, 0);
	if ((act->more & OTHER_NEW) != 0)
		return name_of(NAME_SHEET, (uint8_t)(s->slot + 1), 2);
	return p != NULL ? p->fresh : name_of(NAME_NONE, 0, 0);
}

struct name
act_lost(const struct shadow *s, const struct act *act)
{
	uint8_t ring = act_ring(s, act);

	if (act->arg == 2)
		return name_of(NAME_OTHER, 77, 77);
	if (act->arg == 1) /* the bundle of the first batch that has one */
		return s->bundles[0];
	if (act->kind == SUBJECT_EXHIBIT)
		return s->exhibits[act->on].object;
	return s->rings[ring].file;
}

bool
act_gives_pairs(const struct act *act)
{
	return (act->more & NO_PAIRS) == 0;
}

/* ---- the fingerprint ---- */

struct digest {
	uint8_t bytes[2048];
	size_t n;
};

static void
put(struct digest *d, unsigned int value)
{
	d->bytes[d->n++ % sizeof d->bytes] = (uint8_t)value;
}

static void
put_member(struct digest *d, const struct s_member *m)
{
	put(d, m->known | m->enrolled << 1 | m->revoked << 2 | m->card << 3 |
		       m->two_enrolled << 4 | (m->key > 0) << 5);
	put(d, m->roles);
	put(d, m->line);
	put(d, m->alone);
}

static void
put_grant(struct digest *d, const struct shadow *s, uint8_t ring, uint8_t m)
{
	const struct s_grant *g = &s->grants[ring][m];

	put(d, g->ever);
	put(d, g->kind);
	if (g->kind == GRANT_NONE)
		return;
	put(d, g->firm | g->appointment << 1 | g->broken << 2 | g->dated << 3 |
		       g->has_file << 4 | (g->given < s->rings[ring].made) << 5);
	put(d, g->appointment ? g->signer : NOBODY);
}

/* How old each member's keys and warrants are, as against the proposal. */
static void
put_ages(struct digest *d, const struct shadow *s, const struct s_proposal *p)
{
	uint8_t ring = act_ring(s, &p->act);

	for (uint8_t m = 0; m < N_MEMBERS; m++) {
		const struct s_member *member = &s->members[m];
		unsigned int bits = member->keys_entry < p->entry;

		for (int i = 0; i < 3; i++)
			bits = bits << 1 | (member->role_entry[i] < p->entry);
		if (ring != AUDIT)
			bits = bits << 1 | (s->grants[ring][m].given < p->entry);
		put(d, bits);
	}
}

static void
put_proposal(struct digest *d, const struct shadow *s, const struct s_proposal *p)
{
	put(d, p->status);
	put(d, p->act.action);
	put(d, p->act.signer);
	put(d, p->act.kind);
	put(d, p->act.on);
	put(d, p->act.member);
	put(d, p->act.arg);
	put(d, p->act.more);
	put(d, p->n_sheets);
	for (uint8_t i = 0; i < p->n_sheets; i++) { /* by place, as numbers differ */
		for (uint8_t k = 0; k < s->n_sheets; k++)
			put(d, name_equal(p->sheets[i], s->sheets[k].name) ? k : NOBODY);
	}
	if (p->status == PROPOSAL_OPEN)
		put_ages(d, s, p);
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, HASH_LEN);
}

/* Of what is a set, each member by itself, then in an order of their own. */
static void
put_set(struct digest *d, struct hash *of, size_t n)
{
	qsort(of, n, sizeof of[0], by_bytes);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && memcmp(&of[i], &of[i - 1], HASH_LEN) == 0)
			continue;
		for (size_t k = 0; k < 8; k++)
			put(d, of[i].bytes[k]);
	}
}

static void
put_proposals(struct digest *d, const struct shadow *s)
{
	struct hash of[N_PROPOSALS];
	size_t n = 0;

	for (uint8_t i = 0; i < s->n_proposals; i++) {
		const struct s_proposal *p = &s->proposals[i];
		struct digest one = {.n = 0};

		if (p->status != PROPOSAL_APPROVED &&
		    (p->status != PROPOSAL_OPEN || p->lapsed))
			continue;
		put_proposal(&one, s, p);
		hash_of(one.bytes, one.n, &of[n++]);
	}
	put_set(d, of, n);
}

static void
put_acts(struct digest *d, const struct shadow *s)
{
	struct hash of[N_ACTS];

	for (uint8_t i = 0; i < s->n_acts; i++) {
		const struct s_act *a = &s->acts[i];
		struct digest one = {.n = 0};

		put(&one, a->action);
		put(&one, a->ring);
		put(&one, a->member);
		put(&one, a->signer);
		put(&one, a->proposer);
		put(&one, a->seen);
		for (uint8_t r = 0; r < N_RINGS && a->action == ACT_ENROL; r++)
			put(&one, s->grants[r][a->member].ever &&
					  s->grants[r][a->member].first < a->entry);
		hash_of(one.bytes, one.n, &of[i]);
	}
	put_set(d, of, s->n_acts);
}

void
shadow_hash(const struct shadow *s, bool with_acts, struct hash *ret_hash)
{
	struct digest d = {.n = 0};

	put(&d, s->format);
	put(&d,
	    s->two_person | s->no_break_glass << 1 | s->kept[0] << 2 | s->kept[1] << 3);
	for (uint8_t m = 0; m < N_MEMBERS; m++)
		put_member(&d, &s->members[m]);
	for (uint8_t r = 0; r < N_RINGS; r++) {
		put(&d, s->rings[r].due | (s->rings[r].epoch > 1) << 1);
		for (uint8_t m = 0; m < N_MEMBERS; m++)
			put_grant(&d, s, r, m);
	}
	for (uint8_t c = 0; c < N_CASES; c++)
		put(&d,
		    s->cases[c].open | s->cases[c].held << 1 | s->cases[c].closed << 2);
	for (uint8_t x = 0; x < N_EXHIBITS; x++) {
		const struct s_exhibit *e = &s->exhibits[x];

		put(&d, e->exists | e->held << 1 | e->disposed << 2);
		put(&d, e->case_no);
		put(&d, e->object.tag);
		put(&d, e->object.tag == NAME_OBJECT ? e->object.a : 0);
		put(&d, e->n_private);
	}
	for (uint8_t i = 0; i < s->n_sheets; i++) {
		put(&d, s->sheets[i].exhibit);
		put(&d, s->sheets[i].case_no);
		put(&d, s->sheets[i].private | s->sheets[i].alive << 1 |
				(s->sheets[i].name.b > 0) << 2);
	}
	put_proposals(&d, s);
	if (with_acts)
		put_acts(&d, s);
	hash_of(d.bytes, d.n < sizeof d.bytes ? d.n : sizeof d.bytes, ret_hash);
}
