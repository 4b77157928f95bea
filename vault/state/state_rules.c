/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_rules.h"

#include "state/state_cases.h"
#include "state/state_exhibits.h"
#include "state/state_members.h"
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

	if (j->action ==
	    ACT_DEPOSIT) { /* its subject is new, so the case is the one that it names */
		j->case_row = state_find_case(j->state, &j->e->own.sealing.case_id);
		if (j->case_row == NO_ROW)
			return state_why_not(j, "there is no such case");
	}
	if (!rule->makes_subject && !subject_exists(j))
		return false;
	return (rule->who == NULL || rule->who(j)) &&
	       (rule->check == NULL || rule->check(j));
}

/* True if the actor may sign such an act, whatever else it demands. */
static bool
act_is_theirs(const struct judgement *j)
{
	const struct rule *rule = &rules[j->action];

	if (!rule->makes_subject && !subject_exists(j))
		return false;
	return rule->who == NULL || rule->who(j);
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
		return true;
	case ACT_HOLD:
		return !j->e->own.hold;
	case ACT_RESTORED:
		return vault->n_admins >= 2;
	case ACT_ENROL:
		return vault->two_person && (roles | j->e->own.enrol.roles) != 0;
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

/* Finds the open proposal that an approve names, decodes it into *inner, and turns *j
 * into the proposed act as if the approver had signed it.  False: why is filled. */
static bool
approve_open(struct judgement *j, struct entry *inner, uint32_t *ret_row)
{
	uint32_t row = state_find_proposal(j->state, &j->e->own.approve.proposal);
	const struct state_proposal *proposal;
	struct amana_error err;

	if (row == NO_ROW || PROPOSALS(j->state)[row].status != PROPOSAL_OPEN)
		return state_why_not(j, "it names no open proposal");
	proposal = &PROPOSALS(j->state)[row];
	if (!subject_equal(&proposal->subject, &j->subject))
		return state_why_not(j, "the proposal is about something else");
	if (proposal->proposer_ == j->actor)
		return state_why_not(j, "%s proposed it: another has to approve",
				     MEMBERS(j->state)[j->actor].code.text);
	if (entry_decode((struct bytes){proposal->entry, proposal->entry_len}, inner,
			 &err) < 0)
		return state_why_not(j, "the proposal cannot be read");
	j->e = inner;
	j->action = proposal->action;
	j->slot = proposal->proposed_in;
	j->second = true;
	*ret_row = row;
	return true;
}

static bool
approve_is_allowed(struct judgement *j)
{
	bool yes = j->e->own.approve.yes;
	struct judgement proposer;
	struct entry inner;
	uint32_t row;

	if (!approve_open(j, &inner, &row))
		return false;
	if (!yes)
		return act_is_theirs(j);
	proposer = *j;
	proposer.actor = PROPOSALS(j->state)[row].proposer_;
	proposer.second = false;
	if (MEMBERS(j->state)[proposer.actor].revoked)
		return state_why_not(j, "who proposed it is revoked");
	return act_is_allowed(j) && act_is_theirs(&proposer);
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
	if (e->action == ACT_PROPOSE)
		return propose_is_allowed(&j);
	if (e->action == ACT_APPROVE)
		return approve_is_allowed(&j);
	j.direct = true;
	if (takes_two(&j) && e->action != ACT_DISPOSE && e->action != ACT_ERASE)
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
	struct state_member member = {.code = j->subject.member,
				      .keys_ = NO_ROW,
				      .grants_ = NO_ROW,
				      .past_ = NO_ROW};
	struct state_proposal proposal = {.leaf = *leaf,
					  .status = PROPOSAL_OPEN,
					  .action = j->e->proposed,
					  .subject = j->subject,
					  .proposed_in = j->slot,
					  .proposer_ = j->actor,
					  .approver_ = NO_ROW,
					  .entry_len = raw.len};
	CLEANUP(mem_freep) uint8_t *copy = NULL;

	/* A proposal about a code that nothing has named so far: the code's chain of
	 * events begins with it, so it needs a row. */
	if (j->subject.kind == SUBJECT_MEMBER && j->member_row == NO_ROW &&
	    state_table_add(state, TABLE_MEMBERS, &member, NULL, err) < 0)
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

static int
approve_apply(struct state *state, struct judgement *j, struct amana_error *err)
{
	bool yes = j->e->own.approve.yes;
	struct state_proposal *proposal;
	struct entry inner;
	uint32_t row;

	if (!approve_open(j, &inner, &row))
		return err_bug(err, "an approve that was allowed: %s", j->why->text);
	if (state_table_save(state, TABLE_PROPOSALS, row, err) < 0)
		return -1;
	proposal = &PROPOSALS(state)[row];
	proposal->approver_ = j->actor;
	if (yes && (j->action == ACT_DISPOSE || j->action == ACT_ERASE)) {
		proposal->status = PROPOSAL_APPROVED;
		return 0;
	}
	proposal->status = PROPOSAL_CLOSED;
	state->txn.n_closed++;
	return yes ? rules[j->action].apply(state, j, err) : 0;
}

int
state_rules_apply(struct state *state, struct bytes raw, const struct entry *e,
		  const struct hash *leaf, struct amana_error *err)
{
	struct state_why why;
	struct judgement j;

	if (!state_judgement_fill(&j, state, e, state->txn.n, &why))
		return err_bug(err, "an entry that was allowed: %s", why.text);
	if (e->action == ACT_PROPOSE)
		return propose_apply(state, &j, raw, leaf, err);
	if (e->action == ACT_APPROVE)
		return approve_apply(state, &j, err);
	j.direct = true;
	if (e->action == ACT_DEPOSIT)
		j.case_row = state_find_case(state, &e->own.sealing.case_id);
	return rules[e->action].apply != NULL ? rules[e->action].apply(state, &j, err)
					      : 0;
}
