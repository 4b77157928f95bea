/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_vault.h"

#include "state/state_table.h"

#include <string.h>

bool
state_check_policy(const struct judgement *j)
{
	return j->e->own.policy.key != POLICY_TWO_PERSON ||
	       j->state->vault.n_admins >= 2 ||
	       state_why_not(j, "two-person needs two admins");
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
	}
	return 0;
}

bool
state_check_format(const struct judgement *j)
{
	return j->e->own.format > j->state->vault.format ||
	       state_why_not(j, "the format is %llu already",
			     (unsigned long long)j->state->vault.format);
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
		memcmp(&skip->head, &txn->prev, sizeof skip->head) == 0) ||
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
	struct state_restored fresh = {.from = j->slot,
				       .slot = j->e->own.restored.slot,
				       .head = j->e->own.restored.head};

	return state_table_add(state, TABLE_RESTORED, &fresh, NULL, err);
}
