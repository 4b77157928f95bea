/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_TABLE_H
#define STATE_STATE_TABLE_H

#include "state/state_core.h"

/*
 * Private to vault/state: the tables, the hash tables over them, and the journal of the
 * open transaction.  -1 is for lack of memory, or AMANA_E_LIMIT over 2^30 rows in a
 * table.
 */

/* Appends a copy of *item as a row and enters it in its hash tables; its number goes to
 * *ret_row (may be NULL).  On failure what the item owns stays the caller's. */
int state_table_add(struct state *state, enum table table, const void *item,
		    uint32_t *ret_row, struct amana_error *err) MUST_CHECK;
/* Copies a row (TABLE_VAULT: the vault's own values, as row 0) into the journal.  Called
 * before anything is changed that is older than the transaction; costs nothing for newer
 * rows. */
int state_table_save(struct state *state, enum table table, uint32_t row,
		     struct amana_error *err) MUST_CHECK;
/* Puts everything back as it was at the beginning of the transaction. */
void state_table_undo(struct state *state);
void state_tables_free(struct state *state);
/* Room for n rows, so that a restore does not grow step by step. */
int state_table_reserve(struct state *state, enum table table, uint32_t n,
			struct amana_error *err) MUST_CHECK;

/* Look-ups by key: NO_ROW if there is none. */
uint32_t state_find_member(const struct state *state, const struct member_code *code);
uint32_t state_find_key(const struct state *state, const uint8_t pub[SIGN_PUB_LEN]);
uint32_t state_find_case(const struct state *state, const struct custody_id *id);
uint32_t state_find_ring(const struct state *state,
			 const struct age_recipient *recipient);
uint32_t state_find_grant(const struct state *state, uint32_t case_row,
			  uint32_t member_row);
uint32_t state_find_exhibit(const struct state *state, const struct custody_id *id);
uint32_t state_find_object(const struct state *state, const struct hash *object);
uint32_t state_find_naming(const struct state *state, uint32_t object_row,
			   uint32_t case_row);
uint32_t state_find_number(const struct state *state, uint32_t case_row, uint32_t number);
uint32_t state_find_batch(const struct state *state, uint64_t slot);
/* The first row with this name. */
uint32_t state_find_bundle(const struct state *state, const struct hash *name);
uint32_t state_find_sheet(const struct state *state, uint32_t batch_row,
			  const struct hash *name);
uint32_t state_find_named(const struct state *state, uint32_t batch_row, bool exhibit,
			  uint32_t of);
uint32_t state_find_proposal(const struct state *state, const struct hash *leaf);
uint32_t state_find_act(const struct state *state, const struct hash *leaf);
uint32_t state_find_ack(const struct state *state, uint32_t act_row, uint32_t member_row);

#endif
