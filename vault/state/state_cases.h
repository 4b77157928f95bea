/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_CASES_H
#define STATE_STATE_CASES_H

#include "state/state_judgement.h"

/*
 * Private to vault/state: acts about cases, rings and grants (docs/FORMAT.md section 10):
 * what each demands beside the column "who" (false: not allowed, why is filled), and what
 * it does to the state (-1: no memory).
 */
bool state_check_case(const struct judgement *j);
int state_apply_case(struct state *state, const struct judgement *j,
		     struct amana_error *err);
bool state_check_epoch(const struct judgement *j);
int state_apply_epoch(struct state *state, const struct judgement *j,
		      struct amana_error *err);
bool state_check_grant(const struct judgement *j);
int state_apply_grant(struct state *state, const struct judgement *j,
		      struct amana_error *err);
bool state_check_ungrant(const struct judgement *j);
int state_apply_ungrant(struct state *state, const struct judgement *j,
			struct amana_error *err);
bool state_check_expire(const struct judgement *j);
int state_apply_expire(struct state *state, const struct judgement *j,
		       struct amana_error *err);
bool state_check_break_glass(const struct judgement *j);
int state_apply_break_glass(struct state *state, const struct judgement *j,
			    struct amana_error *err);
bool state_check_close(const struct judgement *j);
int state_apply_close(struct state *state, const struct judgement *j,
		      struct amana_error *err) MUST_CHECK;
bool state_check_reopen(const struct judgement *j);
int state_apply_reopen(struct state *state, const struct judgement *j,
		       struct amana_error *err) MUST_CHECK;

#endif
