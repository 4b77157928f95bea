/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_RULES_H
#define STATE_STATE_RULES_H

#include "state/state_core.h"

/*
 * Private to vault/state: the table of docs/FORMAT.md section 10, and acts that take two
 * people.  What every entry has, whatever its action (that it continues its subject's
 * chain, and so on), is state.c's.
 */

/* May this entry stand in this slot?  False: why is filled. */
bool state_rules_allow(const struct state *state, const struct entry *e, uint64_t slot,
		       struct state_why *why);
/* Carries out an entry that was allowed; `raw`: its bytes, `leaf`: its leaf hash.  -1: no
 * memory. */
int state_rules_apply(struct state *state, struct bytes raw, const struct entry *e,
		      const struct hash *leaf, struct amana_error *err) MUST_CHECK;

#endif
