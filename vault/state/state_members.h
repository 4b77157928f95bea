/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_MEMBERS_H
#define STATE_STATE_MEMBERS_H

#include "state/state_judgement.h"

/*
 * Private to vault/state: acts about members (docs/FORMAT.md section 10): what each
 * demands beside the column "who" (false: not allowed, why is filled), and what it does
 * to the state
 * (-1: no memory).
 */
bool state_check_enrol(const struct judgement *j);
int state_apply_enrol(struct state *state, const struct judgement *j,
		      struct amana_error *err);
bool state_check_role(const struct judgement *j);
int state_apply_role(struct state *state, const struct judgement *j,
		     struct amana_error *err);
bool state_check_revoke(const struct judgement *j);
int state_apply_revoke(struct state *state, const struct judgement *j,
		       struct amana_error *err);

#endif
