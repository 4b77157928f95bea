/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "model.h"

/* Every act that could make a difference now: those that are allowed, and those that look
 * like them and must not be. */

static void
add(struct candidates *all, struct act act)
{
	CHECK(all->n < CANDIDATES_MAX);
	all->acts[all->n++] = act;
}

#define ADD(...) add(all, (struct act){.signer = by, .at = NOBODY, __VA_ARGS__})

/* The act itself, or the proposal of it: whichever it may be, and the other, too, where
 * one would be a way round the other. */
static void
both(struct candidates *all, const struct shadow *s, struct act act, bool room)
{
	struct act proposal = act;

	proposal.proposed = act.action;
	proposal.action = ACT_PROPOSE;
	if (act.action != ACT_DISPOSE && act.action != ACT_ERASE &&
	    act.action != ACT_LOST)
		add(all, act);
	if (room || !rules_say(s, &proposal))
		add(all, proposal);
}

static void
members(struct candidates *all, const struct shadow *s, uint8_t by, bool room)
{
	static const uint8_t roles[] = {0, ROLE_ADMIN, ROLE_AUDITOR, ROLE_RECOVERY,
					ROLE_ADMIN | ROLE_AUDITOR};

	for (uint8_t m = 0; m < N_MEMBERS; m++) {
		const struct s_member *member = &s->members[m];
		struct act a = {.signer = by,
				.kind = SUBJECT_MEMBER,
				.member = m,
				.at = NOBODY,
				.action = ACT_ENROL};

		for (size_t i = 0; i < sizeof roles && member->n_keys < N_KEYS; i++) {
			a.arg = roles[i];
			both(all, s, a, room);
		}
		a.arg = m == by ? member->roles : 0;
		a.more = KEY_OLD;
		if (member->key > 0)
			both(all, s, a, room);
		a.more = KEY_OF_OTHER;
		if (m != M_A || s->members[M_L].enrolled)
			both(all, s, a, room);
		a.action = ACT_ROLE;
		for (a.arg = ROLE_ADMIN; a.arg <= ROLE_AUDITOR; a.arg++) {
			for (a.more = 0; a.more < 2; a.more++)
				both(all, s, a, room);
		}
		a.action = ACT_REVOKE;
		a.arg = a.more = 0;
		both(all, s, a, room);
		ADD(.action = ACT_RECORD, .kind = SUBJECT_MEMBER, .member = m);
	}
}

static void
the_vault(struct candidates *all, const struct shadow *s, uint8_t by, bool room)
{
	struct act a = {.signer = by,
			.kind = SUBJECT_VAULT,
			.at = NOBODY,
			.action = ACT_POLICY,
			.arg = POLICY_TWO_PERSON,
			.more = 1};

	both(all, s, a, room);
	a.arg = POLICY_BREAK_GLASS;
	for (a.more = 0; a.more < 2; a.more++)
		both(all, s, a, room);
	a.arg = POLICY_GRANT_DAYS;
	a.more = 30;
	both(all, s, a, room);
	a.arg = POLICY_DISCLOSURE;
	a.more = 1;
	both(all, s, a, room);
	a.action = ACT_FORMAT;
	a.more = 0;
	for (a.arg = 2; a.arg < 4; a.arg++)
		both(all, s, a, room);
	a.action = ACT_RESTORED;
	a.arg = 0;
	both(all, s, a, room);
	ADD(.action = ACT_LOG_KEY, .kind = SUBJECT_VAULT);
	ADD(.action = ACT_PUBLISH, .kind = SUBJECT_VAULT);
	for (uint8_t more = 0; more <= N_EXHIBITS; more++)
		ADD(.action = ACT_ANCHOR, .kind = SUBJECT_VAULT, .more = more);
	ADD(.action = ACT_ANCHOR, .kind = SUBJECT_VAULT, .arg = 1);
	ADD(.action = ACT_SKIP, .kind = SUBJECT_VAULT);
	ADD(.action = ACT_SKIP, .kind = SUBJECT_VAULT, .arg = 1);
	ADD(.action = ACT_SKIP, .kind = SUBJECT_VAULT, .arg = 1, .more = 2);
	ADD(.action = ACT_SKIP, .kind = SUBJECT_VAULT, .arg = 1, .more = 3);
	ADD(.action = ACT_RECORD, .kind = SUBJECT_VAULT);
	if (s->n_sheets < N_SHEETS - 2)
		ADD(.action = ACT_RECORD, .kind = SUBJECT_VAULT, .arg = 2);
	ADD(.action = ACT_DENIED, .kind = SUBJECT_VAULT);
	ADD(.action = ACT_DENIED, .kind = SUBJECT_VAULT, .more = EPOCH_OLD);
	for (uint8_t i = 0; i < 3; i++)
		ADD(.action = ACT_EPOCH, .kind = SUBJECT_VAULT, .arg = i != 1,
		    .more = i == 2);
}

static void
grants(struct candidates *all, const struct shadow *s, uint8_t by, uint8_t ring)
{
	for (uint8_t m = 0; m < N_MEMBERS; m++) {
		struct act a = {.signer = by,
				.kind = SUBJECT_GRANT,
				.action = ACT_GRANT,
				.on = ring,
				.member = m,
				.at = NOBODY};
		uint8_t first = ring == AUDIT ? GRANT_AUDITOR : GRANT_LEAD;
		uint8_t last = ring == AUDIT ? GRANT_AUDITOR : GRANT_RECOVERY;

		for (a.arg = first; a.arg <= last; a.arg++) {
			a.more = 0;
			add(all, a);
			a.more = ring == AUDIT ? NO_OBJECT : 0;
			if (a.more != 0)
				add(all, a);
			a.more = WITH_DATE;
			if (a.arg == GRANT_READER || a.arg == GRANT_STANDBY)
				add(all, a);
			a.more = TO_OLD;
			if (s->members[m].key > 0)
				add(all, a);
		}
		a.arg = first;
		a.more = EPOCH_OLD;
		add(all, a);
		a.more = a.arg = 0;
		a.action = ACT_UNGRANT;
		add(all, a);
		a.action = ACT_EXPIRE;
		add(all, a);
		a.arg = 1;
		add(all, a);
		a.action = ACT_BREAK_GLASS;
		for (a.arg = 0; a.arg < 4 && ring != AUDIT; a.arg++)
			add(all, a);
	}
}

static void
a_case(struct candidates *all, const struct shadow *s, uint8_t by, uint8_t c, bool room)
{
	struct act a = {.signer = by, .kind = SUBJECT_CASE, .on = c, .at = NOBODY};

	if (c > 0 && !s->cases[c - 1].open)
		return;
	a.action = ACT_CASE;
	for (a.member = 0; a.member < N_MEMBERS; a.member++)
		add(all, a);
	a.member = M_L;
	a.more = 1;
	add(all, a);
	a.member = 0;
	if (!s->cases[c].open)
		return;
	for (uint8_t i = 0; i < 3; i++)
		ADD(.action = ACT_EPOCH, .kind = SUBJECT_CASE, .on = c, .arg = i != 1,
		    .more = i == 2);
	ADD(.action = ACT_CLOSE, .kind = SUBJECT_CASE, .on = c);
	ADD(.action = ACT_REOPEN, .kind = SUBJECT_CASE, .on = c);
	ADD(.action = ACT_RECORD, .kind = SUBJECT_CASE, .on = c);
	ADD(.action = ACT_RECORD, .kind = SUBJECT_CASE, .on = c, .more = EPOCH_OLD);
	if (s->n_sheets < N_SHEETS - 2)
		ADD(.action = ACT_RECORD, .kind = SUBJECT_CASE, .on = c, .arg = 1);
	ADD(.action = ACT_DENIED, .kind = SUBJECT_CASE, .on = c);
	a.action = ACT_HOLD;
	a.arg = 1;
	a.more = 0;
	add(all, a);
	a.arg = 0;
	both(all, s, a, room);
}

static void
deposits(struct candidates *all, const struct shadow *s, uint8_t by)
{
	for (uint8_t x = 0; x < N_EXHIBITS; x++) {
		if ((x > 0 && !s->exhibits[x - 1].exists) || s->n_sheets >= N_SHEETS - 2)
			continue;
		for (uint8_t c = 0; c < N_CASES && s->cases[c].open; c++) {
			struct act a = {.signer = by,
					.kind = SUBJECT_EXHIBIT,
					.action = ACT_DEPOSIT,
					.on = x,
					.arg = c,
					.at = NOBODY};

			for (a.more = 0; a.more < 4; a.more++) {
				if (a.more != 2 ||
				    s->exhibits[1 - x].object.tag != NAME_NONE)
					add(all, a);
			}
			a.more = EPOCH_OLD;
			add(all, a);
		}
	}
}

/* What the subject's destruction could be about. */
static void
destructions(struct candidates *all, const struct shadow *s, uint8_t by, uint8_t kind,
	     uint8_t on, bool room)
{
	struct act a = {.signer = by, .kind = kind, .on = on, .at = NOBODY};

	a.action = ACT_LOST;
	for (a.arg = 0; a.arg < 3; a.arg++) {
		both(all, s, a, room);
		if (kind == SUBJECT_VAULT)
			add(all, a);
	}
	a.action = ACT_ERASE;
	for (a.arg = 0; a.arg < s->n_sheets; a.arg++) {
		bool own = kind == SUBJECT_EXHIBIT ? s->sheets[a.arg].exhibit == on
			   : kind == SUBJECT_CASE  ? s->sheets[a.arg].case_no == on
						   : s->sheets[a.arg].case_no == NOBODY;

		for (a.more = 0; a.more < 2; a.more++) {
			if (own || a.more == 0)
				both(all, s, a, room);
		}
	}
	a.action = ACT_DISPOSE;
	a.more = 0;
	for (a.arg = 0; a.arg < 2 && kind == SUBJECT_EXHIBIT; a.arg++)
		both(all, s, a, room);
}

static void
an_exhibit(struct candidates *all, const struct shadow *s, uint8_t by, uint8_t x,
	   bool room)
{
	struct act a = {.signer = by, .kind = SUBJECT_EXHIBIT, .on = x, .at = NOBODY};

	if (!s->exhibits[x].exists)
		return;
	ADD(.action = ACT_RECORD, .kind = SUBJECT_EXHIBIT, .on = x);
	if (s->n_sheets < N_SHEETS - 2)
		ADD(.action = ACT_RECORD, .kind = SUBJECT_EXHIBIT, .on = x, .arg = 1);
	ADD(.action = ACT_DENIED, .kind = SUBJECT_EXHIBIT, .on = x);
	a.action = ACT_HOLD;
	a.arg = 1;
	add(all, a);
	a.arg = 0;
	both(all, s, a, room);
	destructions(all, s, by, SUBJECT_EXHIBIT, x, room);
}

/* Answers to a proposal, and what a permit is used for, rightly and wrongly. */
static void
answers(struct candidates *all, const struct shadow *s, uint8_t by, uint8_t at)
{
	const struct s_proposal *p = &s->proposals[at];
	struct act a = p->act;

	a.signer = by;
	a.at = at;
	a.action = ACT_APPROVE;
	for (a.arg = 0; a.arg < 2; a.arg++)
		add(all, a);
	a.arg = 1;
	a.kind = a.kind == SUBJECT_VAULT ? SUBJECT_MEMBER : SUBJECT_VAULT;
	add(all, a);
	if (p->act.action != ACT_DISPOSE && p->act.action != ACT_ERASE &&
	    p->act.action != ACT_LOST)
		return;
	a = p->act;
	a.signer = by;
	a.at = at;
	a.more = 0;
	add(all, a);
	if (a.action == ACT_LOST) {
		a.arg = (uint8_t)(a.arg == 0);
		add(all, a);
		a.arg = p->act.arg;
	} else {
		for (a.more = OWN_LINES; a.more <= NO_PAIRS; a.more++)
			add(all, a);
		a.more = OTHER_NEW;
		if (a.action == ACT_ERASE)
			add(all, a);
		a.more = OWN_LINES;
		for (a.arg = 0; a.action == ACT_ERASE && a.arg < s->n_sheets; a.arg++)
			add(all, a);
		a.arg = p->act.arg;
		a.more = 0;
	}
	if (a.kind == SUBJECT_EXHIBIT &&
	    a.action != ACT_LOST) { /* for the other action */
		a.action = a.action == ACT_ERASE ? ACT_DISPOSE : ACT_ERASE;
		if (p->n_sheets > 0)
			add(all, a);
		a.action = p->act.action;
	}
	if (a.kind == SUBJECT_EXHIBIT && s->exhibits[1].exists) {
		a.on = 1 - a.on;
		add(all, a);
	}
}

/* One plain act of everybody, with something about it that is wrong. */
static void
twists(struct candidates *all, const struct shadow *s, uint8_t by)
{
	for (uint8_t twist = OTHER_PREV; twist < TWISTS; twist++) {
		if (twist == OLD_KEY && s->members[by].n_keys < 2)
			continue;
		ADD(.action = ACT_DENIED, .kind = SUBJECT_VAULT, .twist = twist);
		ADD(.action = ACT_RECORD, .kind = SUBJECT_MEMBER, .member = by,
		    .twist = twist);
	}
}

static void
acknowledgements(struct candidates *all, const struct shadow *s, uint8_t by)
{
	for (uint8_t i = 0; i < s->n_acts; i++) {
		const struct s_act *act = &s->acts[i];
		struct act a = {.signer = by,
				.action = ACT_ACKNOWLEDGE,
				.on = act->ring,
				.member = act->member,
				.at = i};

		a.kind = act->action == ACT_ENROL ? SUBJECT_MEMBER
			 : act->action == ACT_GRANT || act->action == ACT_BREAK_GLASS
				 ? SUBJECT_GRANT
				 : SUBJECT_VAULT;
		add(all, a);
		if (a.kind != SUBJECT_VAULT) { /* about another member, in another ring */
			a.member = (uint8_t)((act->member + 1) % N_MEMBERS);
			add(all, a);
			a.member = act->member;
			a.on = (uint8_t)(act->ring == AUDIT);
			if (a.kind == SUBJECT_GRANT && s->cases[0].open)
				add(all, a);
			a.on = act->ring;
		}
		a.kind = a.kind == SUBJECT_VAULT ? SUBJECT_MEMBER : SUBJECT_VAULT;
		add(all, a);
	}
}

void
candidates_find(const struct shadow *s, unsigned int open_max, struct candidates *ret_all)
{
	unsigned int open = 0;
	bool room;

	ret_all->n = 0;
	for (uint8_t i = 0; i < s->n_proposals; i++)
		open += s->proposals[i].status == PROPOSAL_APPROVED ||
			(s->proposals[i].status == PROPOSAL_OPEN &&
			 !s->proposals[i].lapsed);
	room = open < open_max;
	for (uint8_t by = 0; by < N_MEMBERS; by++) {
		members(ret_all, s, by, room);
		the_vault(ret_all, s, by, room);
		for (uint8_t r = 0; r < N_RINGS; r++) {
			if (r == AUDIT || s->cases[r - 1].open)
				grants(ret_all, s, by, r);
		}
		for (uint8_t c = 0; c < N_CASES; c++) {
			a_case(ret_all, s, by, c, room);
			if (s->cases[c].open)
				destructions(ret_all, s, by, SUBJECT_CASE, c, room);
		}
		destructions(ret_all, s, by, SUBJECT_VAULT, 0, room);
		deposits(ret_all, s, by);
		for (uint8_t x = 0; x < N_EXHIBITS; x++)
			an_exhibit(ret_all, s, by, x, room);
		for (uint8_t i = 0; i < s->n_proposals; i++)
			answers(ret_all, s, by, i);
		acknowledgements(ret_all, s, by);
		twists(ret_all, s, by);
	}
}
