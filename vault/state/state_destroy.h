/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_DESTROY_H
#define STATE_STATE_DESTROY_H

#include "state/state_judgement.h"

/*
 * Private to vault/state: dispose, erase and lost, which take two people and name exactly
 * what they are about (docs/FORMAT.md 10.6, 10.7).  check: false, why is filled; apply:
 * -1, no memory.
 */
bool state_check_dispose(const struct judgement *j);
int state_apply_dispose(struct state *state, const struct judgement *j,
			struct amana_error *err) MUST_CHECK;
bool state_check_erase(const struct judgement *j);
int state_apply_erase(struct state *state, const struct judgement *j,
		      struct amana_error *err) MUST_CHECK;
bool state_check_lost(const struct judgement *j);
int state_apply_lost(struct state *state, const struct judgement *j,
		     struct amana_error *err) MUST_CHECK;
/* A proposal of one of these was made: nothing new may join it in this slot. */
int state_destroy_proposed(struct state *state, const struct judgement *j,
			   struct amana_error *err) MUST_CHECK;
/* True if whoever signs it is the only officer: a `lost` of the vault then takes nobody
 * else. */
bool state_is_sole_officer(const struct judgement *j);

#endif
