/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_rules.h"

#include "state/state_cases.h"
#include "state/state_destroy.h"
#include "state/state_exhibits.h"
#include "state/state_line.h"
#include "state/state_members.h"
#include "state/state_names.h"
#include "state/state_ring.h"
#include "state/state_table.h"
#include "state/state_vault.h"
#include "state/state_who.h"

#include <string.h>

/* The table of docs/FORMAT.md section 10. propose and approve are not in it: they
 * judge another act. */
#define BOTH(name) .check = state_check_##name, .apply = state_apply_##name

struct rule {
	bool (*who)(const struct judgement *j); /* the column "who"; NULL: any member */
	bool (*check)(const struct judgement
			      *j); /* the column "and"; NULL: nothing more is demanded */
	int (*apply)(struct state *state, const struct judgement *j,
		     struct amana_error *err); /* NULL: it changes nothing */
	bool makes_subject;		       /* the subject need not exist before */
};

/* Set by a lead; released by two of leads and admins. */
static bool
who_hold(const struct judgement *j)
{
	return j->e->own.hold ? state_who_lead(j) : state_who_destroy(j);
}

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
	[ACT_EXPIRE] = {.who = state_who_ungrant, BOTH(expire)},
	[ACT_BREAK_GLASS] = {.who = state_who_break_glass, BOTH(break_glass)},
	[ACT_CLOSE] = {.who = state_who_lead, BOTH(close)},
	[ACT_REOPEN] = {.who = state_who_lead, BOTH(reopen)},
	[ACT_DEPOSIT] = {.who = state_who_deposit, BOTH(deposit), .makes_subject = true},
	[ACT_RECORD] = {.who = state_who_record, .check = state_check_record},
	[ACT_DENIED] = {.check = state_check_sealing},
	[ACT_HOLD] = {.who = who_hold, BOTH(hold)},
	[ACT_DISPOSE] = {.who = state_who_destroy, BOTH(dispose)},
	[ACT_ERASE] = {.who = state_who_destroy, BOTH(erase)},
	[ACT_LOST] = {.who = state_who_lost, BOTH(lost)},
	[ACT_ACKNOWLEDGE] = {.who = state_who_acknowledge, BOTH(acknowledge)},
	[ACT_PUBLISH] = {.who = state_who_admin_or_auditor},
	[ACT_ANCHOR] = {.who = state_who_admin_or_auditor, .check = state_check_anchor},
	[ACT_SKIP] = {.who = state_who_admin, BOTH(skip)},
	[ACT_RESTORED] = {.who = state_who_admin, .apply = state_apply_restored},
};

static bool
subject_exists(const struct judgement *j)
{
	bool member =
		j->member_row != NO_ROW && MEMBERS(j->state)[j->member_row].enrolled;

	switch (j->subject.kind) {
	case SUBJECT_EXHIBIT:
		return j->exhibit_row != NO_ROW ||
		       state_why_not(j, "there is no such exhibit");
	case SUBJECT_CASE:
		return j->case_row != NO_ROW || state_why_not(j, "there is no such case");
	case SUBJECT_GRANT:
		if (!j->subject.audit && j->case_row == NO_ROW)
			return state_why_not(j, "there is no such case");
		return member ||
		       state_why_not(j, "%s is not enrolled", j->subject.member.text);
	case SUBJECT_MEMBER:
		return member ||
		       state_why_not(j, "%s is not enrolled", j->subject.member.text);
	case SUBJECT_VAULT:
		break;
	}
	return true;
}

/* True if the act itself is allowed: its subject exists, and its row's "who" and "and"
 * say yes. */
static bool
act_is_allowed(struct judgement *j)
{
	const struct rule *rule = &rules[j->action];

	if (j->action == ACT_DEPOSIT && j->case_row == NO_ROW)
		return state_why_not(j, "there is no such case");
	if (!rule->makes_subject && !subject_exists(j))
		return false;
	return (rule->who == NULL || rule->who(j)) &&
	       (rule->check == NULL || rule->check(j));
}

/* An enrol by another that gives, takes or replaces the keys of somebody with a role. */
static bool
enrol_takes_two(const struct judgement *j)
{
	const struct state_member *actor =
		j->actor != NO_ROW ? &MEMBERS(j->state)[j->actor] : NULL;
	uint8_t roles = j->e->own.enrol.roles;

	if (j->member_row != NO_ROW) {
		if (j->member_row == j->actor)
			return false;
		roles |= MEMBERS(j->state)[j->member_row].roles;
	}
	if (actor != NULL && (actor->roles & ROLE_RECOVERY) != 0 &&
	    actor->enrollers_[1] != NO_ROW && j->e->own.enrol.roles == ROLE_ADMIN)
		return false;
	return j->state->vault.two_person && roles != 0;
}

static bool
takes_two(const struct judgement *j)
{
	const struct state_vault *vault = &j->state->vault;
	uint8_t roles =
		j->member_row != NO_ROW ? MEMBERS(j->state)[j->member_row].roles : 0;

	switch (j->action) {
	case ACT_DISPOSE:
	case ACT_ERASE:
	case ACT_FORMAT:
		return true;
	case ACT_HOLD:
		return !j->e->own.hold;
	case ACT_LOST:
		return j->subject.kind != SUBJECT_VAULT || j->actor == NO_ROW ||
		       !state_is_sole_officer(j);
	case ACT_RESTORED:
		return vault->n_admins >= 2;
	case ACT_ENROL:
		return enrol_takes_two(j);
	case ACT_REVOKE:
		return vault->two_person && (roles & (ROLE_ADMIN | ROLE_AUDITOR)) != 0;
	case ACT_ROLE:
	case ACT_POLICY:
		return vault->two_person;
	default:
		return false;
	}
}

/* dispose, erase and lost are permitted by two and then signed by one. */
static bool
is_permitted_first(enum action action)
{
	return action == ACT_DISPOSE || action == ACT_ERASE || action == ACT_LOST;
}

/* The act that a proposal is about, as its proposer would sign it now; `inner` holds the
 * proposing entry. */
static bool
fill_proposed(struct judgement *j, const struct state *state,
	      const struct state_proposal *proposal, struct entry *inner,
	      struct state_why *why)
{
	struct amana_error err;

	if (entry_decode((struct bytes){proposal->entry, proposal->entry_len}, inner,
			 &err) < 0)
		return false;
	(void)state_judgement_fill(j, state, inner, proposal->proposed_in, why);
	j->action = proposal->action;
	return true;
}

/* Nothing by which it was proposed is newer than it. */
static bool
has_not_lapsed(const struct judgement *j, const struct state_proposal *proposal)
{
	const struct state_member *by = &MEMBERS(j->state)[proposal->proposer_];
	const struct state_member *about =
		j->member_row != NO_ROW ? &MEMBERS(j->state)[j->member_row] : NULL;
	bool of_keys = proposal->action == ACT_ENROL ||
		       (proposal->action == ACT_ROLE && j->e->own.role.add);

	if (by->revoked || by->keys_entry >= proposal->proposed_entry_ ||
	    !state_who_has(j, proposal->proposer_, state_who_proposes(j),
			   proposal->proposed_entry_))
		return state_why_not(j,
				     "the proposal has lapsed: what let %s make it has "
				     "changed",
				     by->code.text);
	if (of_keys && about != NULL &&
	    (about->enrolled != proposal->subject_enrolled_ ||
	     (about->enrolled && about->keys_entry >= proposal->proposed_entry_)))
		return state_why_not(j, "the proposal has lapsed: %s has other keys",
				     about->code.text);
	return true;
}

bool
state_proposal_is_open(const struct state *state, const struct state_proposal *proposal)
{
	struct state_why why;
	struct judgement j;
	struct entry inner;

	return proposal->status == PROPOSAL_OPEN &&
	       fill_proposed(&j, state, proposal, &inner, &why) &&
	       has_not_lapsed(&j, proposal);
}

/* One of the two is a standing lead of the case, where something of it is destroyed or
 * released. */
static bool
one_is_standing(const struct judgement *j)
{
	bool needed = j->action == ACT_HOLD ||
		      (is_permitted_first(j->action) && j->subject.kind != SUBJECT_VAULT);

	return !needed || state_is_standing(j->state, j->actor, j->case_row) ||
	       state_is_standing(j->state, j->second, j->case_row) ||
	       state_why_not(j, "neither of the two is a standing lead of the case");
}

static bool
not_one_card(const struct judgement *j)
{
	struct amana_error err;
	bool one = false;

	if (state_line_one_card(j->state, j->actor, j->second, &one, &err) < 0)
		return state_why_no_memory(j);
	return !one || state_why_not(j, "one recovery card stands behind both");
}

/* What an approve is about: j becomes the act, judged as the proposer's. */
static bool
approve_fill(struct judgement *j, struct entry *inner, uint32_t *ret_row)
{
	const struct judgement approve = *j;
	uint32_t row = state_find_proposal(j->state, &j->e->own.approve.proposal);
	const struct state_proposal *proposal;

	if (row == NO_ROW || PROPOSALS(j->state)[row].status != PROPOSAL_OPEN)
		return state_why_not(j, "it names no open proposal");
	proposal = &PROPOSALS(j->state)[row];
	if (!subject_equal(&proposal->subject, &j->subject))
		return state_why_not(j, "the proposal is about something else");
	if (!fill_proposed(j, approve.state, proposal, inner, approve.why))
		return state_why_not(&approve, "the proposal cannot be read");
	j->second = approve.actor;
	*ret_row = row;
	return true;
}

static bool
approve_is_allowed(struct judgement *j)
{
	bool yes = j->e->own.approve.yes;
	const struct state_proposal *proposal;
	const struct state_member *second;
	struct entry inner;
	uint32_t row = NO_ROW; /* gcc -O3 cannot see that it is filled */

	if (!approve_fill(j, &inner, &row))
		return false;
	proposal = &PROPOSALS(j->state)[row];
	second = &MEMBERS(j->state)[j->second];
	if (!has_not_lapsed(j, proposal))
		return false;
	if (j->second == j->actor)
		return state_why_not(j, "%s proposed it: another has to approve",
				     second->code.text);
	if (j->subject.kind == SUBJECT_MEMBER && j->second == j->member_row)
		return state_why_not(j, "it is about %s, who answers nothing",
				     second->code.text);
	if (!state_who_has(j, j->second, state_who_approves(j), UINT64_MAX))
		return state_why_not(j, "%s may not answer it", second->code.text);
	if (!yes)
		return true;
	if (second->keys_entry >= proposal->proposed_entry_ ||
	    !state_who_has(j, j->second, state_who_approves(j),
			   proposal->proposed_entry_))
		return state_why_not(j,
				     "what lets %s approve it is newer than the proposal",
				     second->code.text);
	return act_is_allowed(j) && one_is_standing(j) && not_one_card(j);
}

static bool
propose_is_allowed(struct judgement *j)
{
	j->action = j->e->proposed;
	return (takes_two(j) || state_why_not(j, "%s does not take two people now",
					      action_name(j->action))) &&
	       act_is_allowed(j);
}

bool
state_rules_allow(const struct state *state, const struct entry *e, uint64_t slot,
		  struct state_why *why)
{
	struct judgement j;

	if (!state_judgement_fill(&j, state, e, slot, why))
		return false;
	if (state->vault.format != 1)
		return state_why_not(&j, "the format is %llu by now",
				     (unsigned long long)state->vault.format);
	if (state->txn.open && state->txn.skipping && e->action != ACT_SKIP)
		return state_why_not(&j, "it is not a skip");
	if (e->action ==
	    ACT_DEPOSIT) /* its subject is new: the case is the one it names */
		j.case_row = state_find_case(state, &e->own.sealing.case_id);
	if (!state_names_allow(&j))
		return false;
	if (e->action == ACT_PROPOSE)
		return propose_is_allowed(&j);
	if (e->action == ACT_APPROVE)
		return approve_is_allowed(&j);
	j.direct = true;
	if (takes_two(&j) && !is_permitted_first(e->action))
		return state_why_not(
			&j, "it takes two people: one proposes, another approves");
	return act_is_allowed(&j);
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
	struct judgement j;

	(void)state_judgement_fill(&j, state, entry, state->slot + 1,
				   &why); /* the actor need not be a member here */
	if (entry->action == ACT_PROPOSE)
		j.action = entry->proposed;
	return takes_two(&j);
}

static int
propose_apply(struct state *state, struct judgement *j, struct bytes raw,
	      const struct hash *leaf, struct amana_error *err)
{
	const struct state_member member = STATE_MEMBER_INIT(j->subject.member);
	struct state_proposal proposal = {.leaf = *leaf,
					  .status = PROPOSAL_OPEN,
					  .action = j->e->proposed,
					  .subject = j->subject,
					  .proposed_in = j->slot,
					  .proposed_entry_ = state_entry_number(state),
					  .subject_enrolled_ =
						  j->member_row != NO_ROW &&
						  MEMBERS(state)[j->member_row].enrolled,
					  .proposer_ = j->actor,
					  .approver_ = NO_ROW,
					  .entry_len = raw.len};
	CLEANUP(mem_freep) uint8_t *copy = NULL;

	/* A proposal about a code that nothing has named so far: the code's chain of
	 * events begins with it, so it needs a row. */
	if (j->subject.kind == SUBJECT_MEMBER && j->member_row == NO_ROW &&
	    state_table_add(state, TABLE_MEMBERS, &member, NULL, err) < 0)
		return -1;
	if ((proposal.action == ACT_DISPOSE || proposal.action == ACT_ERASE) &&
	    state_destroy_proposed(state, j, err) < 0)
		return -1;
	copy = mem_new(raw.len, err);
	if (copy == NULL)
		return -1;
	memcpy(copy, raw.data, raw.len);
	proposal.entry = copy;
	if (state_table_add(state, TABLE_PROPOSALS, &proposal, NULL, err) < 0)
		return -1;
	TAKE(copy);
	return 0;
}

/* `no` does not close what takes somebody out: it is only shown. */
static bool
no_closes(const struct judgement *j)
{
	return j->action != ACT_REVOKE && (j->action != ACT_ROLE || j->e->own.role.add);
}

static int
approve_apply(struct state *state, struct judgement *j, const struct hash *leaf,
	      struct amana_error *err)
{
	bool yes = j->e->own.approve.yes;
	struct state_proposal *proposal;
	struct entry inner;
	uint32_t row;

	if (!approve_fill(j, &inner, &row))
		return err_bug(err, "an approve that was allowed: %s", j->why->text);
	if (!yes && !no_closes(j))
		return 0;
	if (state_table_save(state, TABLE_PROPOSALS, row, err) < 0)
		return -1;
	proposal = &PROPOSALS(state)[row];
	proposal->approver_ = j->second;
	if (yes && is_permitted_first(j->action)) {
		proposal->status = PROPOSAL_APPROVED;
		return 0;
	}
	proposal->status = PROPOSAL_CLOSED;
	state->txn.n_closed++;
	if (!yes)
		return 0;
	j->slot = state->txn.n;
	if (rules[j->action].apply(state, j, err) < 0)
		return -1;
	return state_remember_act(state, j, leaf, err);
}

int
state_rules_apply(struct state *state, struct bytes raw, const struct entry *e,
		  const struct hash *leaf, struct amana_error *err)
{
	struct state_why why = {.no_memory = false};
	struct judgement j;

	if (!state_judgement_fill(&j, state, e, state->txn.n, &why))
		return err_bug(err, "an entry that was allowed: %s", why.text);
	if (e->action == ACT_PROPOSE)
		return propose_apply(state, &j, raw, leaf, err);
	if (e->action == ACT_APPROVE)
		return approve_apply(state, &j, leaf, err);
	j.direct = true;
	if (e->action == ACT_DEPOSIT)
		j.case_row = state_find_case(state, &e->own.sealing.case_id);
	if (rules[e->action].apply != NULL && rules[e->action].apply(state, &j, err) < 0)
		return -1;
	return state_remember_act(state, &j, leaf, err);
}
