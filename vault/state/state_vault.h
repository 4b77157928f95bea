/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_VAULT_H
#define STATE_STATE_VAULT_H

#include "state/state_judgement.h"

/*
 * Private to vault/state: acts about the vault and its log (docs/FORMAT.md section 10):
 * what each demands beside the column "who" (false: not allowed, why is filled), and what
 * it does to the state (-1: no memory).
 */
bool state_check_policy(const struct judgement *j);
int state_apply_policy(struct state *state, const struct judgement *j,
		       struct amana_error *err);
bool state_check_format(const struct judgement *j);
int state_apply_format(struct state *state, const struct judgement *j,
		       struct amana_error *err);
bool state_check_log_key(const struct judgement *j);
int state_apply_log_key(struct state *state, const struct judgement *j,
			struct amana_error *err);
bool state_check_anchor(const struct judgement *j);
bool state_check_skip(const struct judgement *j);
int state_apply_skip(struct state *state, const struct judgement *j,
		     struct amana_error *err);
int state_apply_restored(struct state *state, const struct judgement *j,
			 struct amana_error *err);
bool state_check_acknowledge(const struct judgement *j);
int state_apply_acknowledge(struct state *state, const struct judgement *j,
			    struct amana_error *err);
/* Keeps an act that was carried out, if it is one that can be acknowledged. */
int state_remember_act(struct state *state, const struct judgement *j,
		       const struct hash *leaf, struct amana_error *err) MUST_CHECK;

#endif
