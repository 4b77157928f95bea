/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_IN_H
#define STATE_STATE_IN_H

#include "state/state_core.h"

/*
 * Private to vault/state: reading a snapshot.  Nothing is returned that says how it went:
 * once something was missing or wrong, `bad` is true and only zeros are read.
 */
struct state_in {
	const uint8_t *at, *end; /* what is left of the snapshot */
	struct state *state;	 /* being filled */
	struct amana_error *err; /* set for lack of memory only */
	bool bad;
};

/* The next bytes as they are. */
void state_in_bytes(struct state_in *in, void *bytes, size_t len);
/* Bad above max. */
uint8_t state_in_u8(struct state_in *in, uint8_t max);
uint32_t state_in_u32(struct state_in *in);
uint64_t state_in_u64(struct state_in *in);
/* A time that has a spelling. */
int64_t state_in_time(struct state_in *in);
void state_in_chain(struct state_in *in, struct state_chain *chain);
void state_in_code(struct state_in *in, struct member_code *code);
/* The same, or all zeros for nobody. */
void state_in_code_or_none(struct state_in *in, struct member_code *code);
/* The number of a row that was read before. or_none: NO_ROW may stand for none. */
uint32_t state_in_row(struct state_in *in, enum table table, bool or_none);
/* The number of a row that must be there by now, or NO_ROW. */
void state_in_check_row(struct state_in *in, enum table table, uint32_t row);
/* How many rows follow, each of at least row_len bytes: so a false number cannot ask for
 * much memory. */
uint32_t state_in_count(struct state_in *in, enum table table, size_t row_len);
/* Adds a row, unless something was bad. */
void state_in_add(struct state_in *in, enum table table, const void *fresh);

#endif
