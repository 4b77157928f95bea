/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_EXHIBITS_H
#define STATE_STATE_EXHIBITS_H

#include "state/state_judgement.h"

/*
 * Private to vault/state: acts on evidence (docs/FORMAT.md section 10): what each demands
 * beside the column "who" (false: not allowed, why is filled), and what it does to the
 * state (-1: no memory).  "sealing" is what record and denied have in common.
 */
bool state_check_deposit(const struct judgement *j);
int state_apply_deposit(struct state *state, const struct judgement *j,
			struct amana_error *err);
bool state_check_sealing(const struct judgement *j);
bool state_check_hold(const struct judgement *j);
int state_apply_hold(struct state *state, const struct judgement *j,
		     struct amana_error *err);
bool state_check_record(const struct judgement *j);

#endif
