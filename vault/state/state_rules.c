/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The table of docs/FORMAT.md section 10.  propose and approve have no row: they judge
 * another act. */
#define BOTH(name) .check = state_check_##name, .apply = state_apply_##name

static const struct rule rules[ACTIONS] = {
	[ACT_ENROL] = {.who = state_who_enrol, BOTH(enrol), .makes_subject = true},
	[ACT_ROLE] = {.who = state_who_admin, BOTH(role)},
	[ACT_REVOKE] = {.who = state_who_admin, BOTH(revoke)},
	[ACT_POLICY] = {.who = state_who_admin, BOTH(policy)},
	[ACT_FORMAT] = {.who = state_who_admin, BOTH(format)},
	[ACT_LOG_KEY] = {.who = state_who_admin, BOTH(log_key)},
	[ACT_CASE] = {.who = state_who_admin, BOTH(case), .makes_subject = true},
	[ACT_EPOCH] = {.who = state_who_epoch, BOTH(epoch)},
	[ACT_GRANT] = {.who = state_who_grant, BOTH(grant)},
	[ACT_UNGRANT] = {.who = state_who_ungrant, BOTH(ungrant)},
	[ACT_EXPIRE] = {.who = state_who_expire, BOTH(expire)},
	[ACT_BREAK_GLASS] = {.who = state_who_break_glass, BOTH(break_glass)},
	[ACT_DEPOSIT] = {.who = state_who_deposit, BOTH(deposit), .makes_subject = true},
	[ACT_RECORD] = {.who = state_who_record, .check = state_check_sealing},
	[ACT_DENIED] = {.check = state_check_sealing},
	[ACT_HOLD] = {.who = state_who_lead, BOTH(hold)},
	[ACT_DISPOSE] = {.who = state_who_destroy, BOTH(dispose)},
	[ACT_ERASE] = {.who = state_who_destroy, BOTH(erase)},
	[ACT_PUBLISH] = {.who = state_who_admin_or_auditor},
	[ACT_ANCHOR] = {.who = state_who_admin_or_auditor, .check = state_check_anchor},
	[ACT_SKIP] = {.who = state_who_admin, BOTH(skip)},
	[ACT_RESTORED] = {.who = state_who_admin, .apply = state_apply_restored},
};

bool
state_why_not(const struct doing *d, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(d->why->text, sizeof d->why->text, fmt, args);
	va_end(args);
	return false;
}

/* Finds the subject and the actor.  False: the actor is no member, or revoked. */
static bool
doing_fill(struct doing *d, const struct state *state, const struct entry *e,
	   uint64_t slot, struct state_why *why)
{
	*d = (struct doing){.state = state,
			    .e = e,
			    .action = e->action,
			    .subject = e->subject,
			    .slot = slot,
			    .case_at = NOWHERE,
			    .exhibit_at = NOWHERE,
			    .member_at = NOWHERE,
			    .grant_at = NOWHERE,
			    .why = why};
	switch (e->subject.kind) {
	case SUBJECT_EXHIBIT:
		d->exhibit_at = state_find_exhibit(state, &e->subject.id);
		if (d->exhibit_at != NOWHERE)
			d->case_at = EXHIBITS(state)[d->exhibit_at].case_;
		break;
	case SUBJECT_CASE:
		d->case_at = state_find_case(state, &e->subject.id);
		break;
	case SUBJECT_GRANT:
		d->member_at = state_find_member(state, &e->subject.member);
		if (!e->subject.audit)
			d->case_at = state_find_case(state, &e->subject.id);
		if (d->member_at != NOWHERE &&
		    (e->subject.audit || d->case_at != NOWHERE))
			d->grant_at = state_find_grant(state, d->case_at, d->member_at);
		break;
	case SUBJECT_MEMBER:
		d->member_at = state_find_member(state, &e->subject.member);
		break;
	case SUBJECT_VAULT:
		break;
	}
	d->actor = state_find_member(state, &e->actor);
	if (d->actor == NOWHERE || !MEMBERS(state)[d->actor].enrolled)
		return state_why_not(d, "%s is not a member", e->actor.text);
	if (MEMBERS(state)[d->actor].revoked)
		return state_why_not(d, "%s is revoked", e->actor.text);
	return true;
}

static bool
subject_exists(const struct doing *d)
{
	bool member = d->member_at != NOWHERE && MEMBERS(d->state)[d->member_at].enrolled;

	switch (d->subject.kind) {
	case SUBJECT_EXHIBIT:
		return d->exhibit_at != NOWHERE ||
		       state_why_not(d, "there is no such exhibit");
	case SUBJECT_CASE:
		return d->case_at != NOWHERE || state_why_not(d, "there is no such case");
	case SUBJECT_GRANT:
		if (!d->subject.audit && d->case_at == NOWHERE)
			return state_why_not(d, "there is no such case");
		return member ||
		       state_why_not(d, "%s is not enrolled", d->subject.member.text);
	case SUBJECT_MEMBER:
		return member ||
		       state_why_not(d, "%s is not enrolled", d->subject.member.text);
	case SUBJECT_VAULT:
		break;
	}
	return true;
}

/* The act itself: its subject, "who" and "and". */
static bool
act_is_allowed(struct doing *d)
{
	const struct rule *rule = &rules[d->action];

	if (d->action ==
	    ACT_DEPOSIT) { /* its subject is new, so the case is the one it names */
		d->case_at = state_find_case(d->state, &d->e->own.sealing.case_id);
		if (d->case_at == NOWHERE)
			return state_why_not(d, "there is no such case");
	}
	if (!rule->makes_subject && !subject_exists(d))
		return false;
	return (rule->who == NULL || rule->who(d)) &&
	       (rule->check == NULL || rule->check(d));
}

/* Who may sign it, whatever its conditions. */
static bool
act_is_theirs(const struct doing *d)
{
	const struct rule *rule = &rules[d->action];

	if (!rule->makes_subject && !subject_exists(d))
		return false;
	return rule->who == NULL || rule->who(d);
}

static bool
takes_two(const struct doing *d)
{
	const struct state_vault *vault = &d->state->vault;
	uint8_t roles =
		d->member_at != NOWHERE ? MEMBERS(d->state)[d->member_at].roles : 0;

	switch (d->action) {
	case ACT_DISPOSE:
	case ACT_ERASE:
		return true;
	case ACT_HOLD:
		return !d->e->own.hold;
	case ACT_RESTORED:
		return vault->n_admins >= 2;
	case ACT_ENROL:
		return vault->two_person && (roles | d->e->own.enrol.roles) != 0;
	case ACT_REVOKE:
		return vault->two_person && (roles & (ROLE_ADMIN | ROLE_AUDITOR)) != 0;
	case ACT_ROLE:
	case ACT_POLICY:
	case ACT_FORMAT:
		return vault->two_person;
	default:
		return false;
	}
}

/* The open proposal that an approve names, decoded, and the act as the approver would
 * sign it. */
static bool
approve_open(struct doing *d, struct entry *inner, uint32_t *ret_at)
{
	uint32_t at = state_find_proposal(d->state, &d->e->own.approve.proposal);
	const struct state_proposal *proposal;
	struct amana_error err;

	if (at == NOWHERE || PROPOSALS(d->state)[at].status != PROPOSAL_OPEN)
		return state_why_not(d, "it names no open proposal");
	proposal = &PROPOSALS(d->state)[at];
	if (!subject_equal(&proposal->subject, &d->subject))
		return state_why_not(d, "the proposal is about something else");
	if (proposal->proposer_ == d->actor)
		return state_why_not(d, "%s proposed it: another has to approve",
				     MEMBERS(d->state)[d->actor].code.text);
	if (entry_decode((struct bytes){proposal->entry, proposal->entry_len}, inner,
			 &err) < 0)
		return state_why_not(d, "the proposal cannot be read");
	d->e = inner;
	d->action = proposal->action;
	d->slot = proposal->proposed_in;
	d->second = true;
	*ret_at = at;
	return true;
}

static bool
approve_is_allowed(struct doing *d)
{
	bool yes = d->e->own.approve.yes;
	struct doing proposer;
	struct entry inner;
	uint32_t at;

	if (!approve_open(d, &inner, &at))
		return false;
	if (!yes)
		return act_is_theirs(d);
	proposer = *d;
	proposer.actor = PROPOSALS(d->state)[at].proposer_;
	proposer.second = false;
	if (MEMBERS(d->state)[proposer.actor].revoked)
		return state_why_not(d, "who proposed it is revoked");
	return act_is_allowed(d) && act_is_theirs(&proposer);
}

static bool
propose_is_allowed(struct doing *d)
{
	d->action = d->e->proposed;
	return (takes_two(d) || state_why_not(d, "%s does not take two people now",
					      action_name(d->action))) &&
	       act_is_allowed(d);
}

bool
state_rules_allow(const struct state *state, const struct entry *e, uint64_t slot,
		  struct state_why *why)
{
	struct doing d;

	if (!doing_fill(&d, state, e, slot, why))
		return false;
	if (state->vault.format != 1)
		return state_why_not(&d, "the format is %llu by now",
				     (unsigned long long)state->vault.format);
	if (state->txn.open && state->txn.skipping && e->action != ACT_SKIP)
		return state_why_not(&d, "it is not a skip");
	if (e->action == ACT_PROPOSE)
		return propose_is_allowed(&d);
	if (e->action == ACT_APPROVE)
		return approve_is_allowed(&d);
	d.direct = true;
	if (takes_two(&d) && e->action != ACT_DISPOSE && e->action != ACT_ERASE)
		return state_why_not(
			&d, "it takes two people: one proposes, another approves");
	return act_is_allowed(&d);
}

bool
state_may(const struct state *state, const struct entry *entry, struct state_why *ret_why)
{
	return state_rules_allow(
		state, entry, state->txn.open ? state->txn.n : state->slot + 1, ret_why);
}

bool
state_takes_two(const struct state *state, const struct entry *entry)
{
	struct state_why why;
	struct doing d;

	(void)doing_fill(&d, state, entry, state->slot + 1,
			 &why); /* whoever the actor is */
	if (entry->action == ACT_PROPOSE)
		d.action = entry->proposed;
	return takes_two(&d);
}

static int
propose_apply(struct state *state, struct doing *d, struct bytes raw,
	      const struct hash *leaf, struct amana_error *err)
{
	struct state_member fresh = {.code = d->subject.member,
				     .keys_ = NOWHERE,
				     .grants_ = NOWHERE,
				     .past_ = NOWHERE};
	struct state_proposal row = {.leaf = *leaf,
				     .status = PROPOSAL_OPEN,
				     .action = d->e->proposed,
				     .subject = d->subject,
				     .proposed_in = d->slot,
				     .proposer_ = d->actor,
				     .approver_ = NOWHERE,
				     .entry_len = raw.len};
	CLEANUP(mem_freep) uint8_t *copy = NULL;

	/* A code that only proposals have named so far: its chain has to begin
	 * somewhere. */
	if (d->subject.kind == SUBJECT_MEMBER && d->member_at == NOWHERE &&
	    state_table_add(state, TABLE_MEMBERS, &fresh, NULL, err) < 0)
		return -1;
	copy = mem_new(raw.len, err);
	if (copy == NULL)
		return -1;
	memcpy(copy, raw.data, raw.len);
	row.entry = copy;
	if (state_table_add(state, TABLE_PROPOSALS, &row, NULL, err) < 0)
		return -1;
	TAKE(copy);
	return 0;
}

static int
approve_apply(struct state *state, struct doing *d, struct amana_error *err)
{
	bool yes = d->e->own.approve.yes;
	struct state_proposal *proposal;
	struct entry inner;
	uint32_t at;

	if (!approve_open(d, &inner, &at))
		return err_bug(err, "an approve that was allowed: %s", d->why->text);
	if (state_table_save(state, TABLE_PROPOSALS, at, err) < 0)
		return -1;
	proposal = &PROPOSALS(state)[at];
	proposal->approver_ = d->actor;
	if (yes && (d->action == ACT_DISPOSE || d->action == ACT_ERASE)) {
		proposal->status = PROPOSAL_APPROVED;
		return 0;
	}
	proposal->status = PROPOSAL_CLOSED;
	state->txn.n_closed++;
	return yes ? rules[d->action].apply(state, d, err) : 0;
}

int
state_rules_apply(struct state *state, struct bytes raw, const struct entry *e,
		  const struct hash *leaf, struct amana_error *err)
{
	struct state_why why;
	struct doing d;

	if (!doing_fill(&d, state, e, state->txn.n, &why))
		return err_bug(err, "an entry that was allowed: %s", why.text);
	if (e->action == ACT_PROPOSE)
		return propose_apply(state, &d, raw, leaf, err);
	if (e->action == ACT_APPROVE)
		return approve_apply(state, &d, err);
	d.direct = true;
	if (e->action == ACT_DEPOSIT)
		d.case_at = state_find_case(state, &e->own.sealing.case_id);
	return rules[e->action].apply != NULL ? rules[e->action].apply(state, &d, err)
					      : 0;
}
