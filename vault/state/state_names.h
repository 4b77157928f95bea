/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_NAMES_H
#define STATE_STATE_NAMES_H

#include "state/state_judgement.h"

/*
 * Private to vault/state: what entries name in the store, and what stands for it now
 * (docs/FORMAT.md 10.7): bundles by batch, sheets within their batch, objects.
 */

/* May the entry name these sheets beside what its slot named before (FORMAT.md 10.2 rule
 * 5, section 10.7)?  False: why is filled. */
bool state_names_allow(const struct judgement *j);
/* Takes in what an entry names, after the act itself was applied.  -1: no memory. */
int state_names_take(struct state *state, const struct entry *e,
		     struct amana_error *err) MUST_CHECK;
/* The genesis' key file. */
int state_names_genesis(struct state *state, const struct hash *file,
			struct amana_error *err) MUST_CHECK;
/* The slot ends; bundle: line 8 of its note, or NULL.  1: that may not be, why is filled;
 * -1: no memory. */
int state_names_end(struct state *state, const struct hash *bundle,
		    struct state_why *ret_why, struct amana_error *err) MUST_CHECK;

/* Puts a name in the place of the batch's present one. */
int state_names_rewrite(struct state *state, uint32_t batch_row, const struct hash *name,
			struct amana_error *err) MUST_CHECK;
/* The sheet's row gets another present name; NULL: it is destroyed. */
int state_names_reseal(struct state *state, uint32_t sheet_row, const struct hash *name,
		       struct amana_error *err) MUST_CHECK;
/* The sheet of a batch whose present name this is, or NO_ROW. */
uint32_t state_names_present(const struct state *state, uint32_t batch_row,
			     const struct hash *name);
/* True if the name was replaced in some batch. */
bool state_names_was_old(const struct state *state, const struct hash *name);
/* True if the log names the hash for the subject of `lost` (FORMAT.md 10.6). */
bool state_names_has(const struct judgement *j, const struct hash *hash);

#endif
