/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_vault.h"

#include "state/state_table.h"

#include <string.h>

bool
state_check_policy(const struct judgement *j)
{
	const struct state_vault *vault = &j->state->vault;

	return j->e->own.policy.key != POLICY_TWO_PERSON ||
	       (vault->n_admins >= 2 && vault->n_cards >= 1) ||
	       state_why_not(j, "two-person needs two admins and a recovery card");
}

int
state_apply_policy(struct state *state, const struct judgement *j,
		   struct amana_error *err)
{
	const struct act_policy *policy = &j->e->own.policy;

	if (state_table_save(state, TABLE_VAULT, 0, err) < 0)
		return -1;
	switch (policy->key) {
	case POLICY_TWO_PERSON:
		state->vault.two_person = true;
		break;
	case POLICY_GRANT_DAYS:
		state->vault.grant_days = policy->value;
		break;
	case POLICY_BREAK_GLASS:
		state->vault.no_break_glass = policy->value == 0;
		break;
	case POLICY_DISCLOSURE:
		state->vault.disclosure_two = true;
		break;
	}
	return 0;
}

bool
state_check_format(const struct judgement *j)
{
	if (j->e->own.format != j->state->vault.format + 1)
		return state_why_not(j, "the next format is %llu",
				     (unsigned long long)j->state->vault.format + 1);
	return j->state->vault.n_admins >= 2 ||
	       state_why_not(j, "it takes two admins to end a format");
}

int
state_apply_format(struct state *state, const struct judgement *j,
		   struct amana_error *err)
{
	if (state_table_save(state, TABLE_VAULT, 0, err) < 0)
		return -1;
	state->vault.format = j->e->own.format;
	return 0;
}

bool
state_check_log_key(const struct judgement *j)
{
	return strcmp(j->e->own.log_key.name, j->state->origin) == 0 ||
	       state_why_not(j, "the key's name is not the vault's origin");
}

int
state_apply_log_key(struct state *state, const struct judgement *j,
		    struct amana_error *err)
{
	return state_table_add(state, TABLE_LOG_KEYS, &j->e->own.log_key, NULL, err);
}

bool
state_check_anchor(const struct judgement *j)
{
	return j->e->own.anchor.batch < j->slot ||
	       state_why_not(j, "the batch is not an earlier one");
}

bool
state_check_skip(const struct judgement *j)
{
	const struct state_txn *txn = &j->state->txn;
	const struct act_skip *skip = &j->e->own.skip;

	if (!txn->open || !txn->skipping)
		return state_why_not(j, "it is no way past a damaged slot here");
	return (skip->first == txn->skip_first && skip->last + 1 == txn->n &&
		memcmp(&skip->head, &txn->prev, sizeof skip->head) == 0 &&
		memcmp(&skip->before, &j->state->head, sizeof skip->before) == 0) ||
	       state_why_not(j, "it names other slots");
}

int
state_apply_skip(struct state *state, const struct judgement *j, struct amana_error *err)
{
	const struct act_skip *skip = &j->e->own.skip;
	struct state_skip fresh = {.first = skip->first,
				   .last = skip->last,
				   .in = j->slot,
				   .head = skip->head,
				   .by = MEMBERS(state)[j->actor].code};

	return state_table_add(state, TABLE_SKIPS, &fresh, NULL, err);
}

int
state_apply_restored(struct state *state, const struct judgement *j,
		     struct amana_error *err)
{
	struct state_restored fresh = {.by = MEMBERS(state)[j->actor].code,
				       .from = j->slot,
				       .slot = j->e->own.restored.slot,
				       .head = j->e->own.restored.head};

	memcpy(fresh.by_pub, MEMBERS(state)[j->actor].pub, SIGN_PUB_LEN);
	if (j->second != NO_ROW) {
		fresh.proposed_by = fresh.by;
		memcpy(fresh.proposed_pub, fresh.by_pub, SIGN_PUB_LEN);
		fresh.by = MEMBERS(state)[j->second].code;
		memcpy(fresh.by_pub, MEMBERS(state)[j->second].pub, SIGN_PUB_LEN);
	}
	return state_table_add(state, TABLE_RESTORED, &fresh, NULL, err);
}

bool
state_check_acknowledge(const struct judgement *j)
{
	uint32_t row = state_find_act(j->state, &j->e->own.acknowledge);
	const struct state_act *act = &ACTS(j->state)[row];
	bool same = false;

	switch (j->subject.kind) {
	case SUBJECT_MEMBER:
		same = act->action == ACT_ENROL && act->member_ == j->member_row;
		break;
	case SUBJECT_GRANT:
		same = (act->action == ACT_GRANT || act->action == ACT_BREAK_GLASS) &&
		       act->member_ == j->member_row && act->case_ == j->case_row;
		break;
	default:
		same = act->action == ACT_SKIP || act->action == ACT_RESTORED;
		break;
	}
	if (!same)
		return state_why_not(j, "what it names is about something else");
	if (act->signer_ == j->actor || act->proposer_ == j->actor)
		return state_why_not(j, "nobody acknowledges what they signed");
	if (act->action != ACT_SKIP && act->action != ACT_RESTORED &&
	    act->member_ == j->actor)
		return state_why_not(j, "nobody acknowledges what is about themselves");
	return state_find_ack(j->state, row, j->actor) == NO_ROW ||
	       state_why_not(j, "%s acknowledged it before",
			     MEMBERS(j->state)[j->actor].code.text);
}

int
state_apply_acknowledge(struct state *state, const struct judgement *j,
			struct amana_error *err)
{
	struct state_ack fresh = {.act = state_find_act(state, &j->e->own.acknowledge),
				  .member = j->actor};

	return state_table_add(state, TABLE_ACKS, &fresh, NULL, err);
}

int
state_remember_act(struct state *state, const struct judgement *j,
		   const struct hash *leaf, struct amana_error *err)
{
	struct state_act fresh = {.leaf = *leaf,
				  .action = j->action,
				  .slot = state->txn.n,
				  .entry_ = state_entry_number(state),
				  .case_ = j->case_row,
				  .member_ = j->member_row,
				  .signer_ = j->second != NO_ROW ? j->second : j->actor,
				  .proposer_ = j->second != NO_ROW ? j->actor : NO_ROW};

	switch (j->action) {
	case ACT_ENROL:
		/* It may have been new with this entry. */
		fresh.member_ = state_find_member(state, &j->subject.member);
		break;
	case ACT_GRANT:
	case ACT_BREAK_GLASS:
	case ACT_SKIP:
	case ACT_RESTORED:
		break;
	default:
		return 0;
	}
	return state_table_add(state, TABLE_ACTS, &fresh, NULL, err);
}
