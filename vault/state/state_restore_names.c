/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_restore_names.h"

#include "state/state_table.h"

void
state_restore_objects(struct state_in *in)
{
	struct state *state = in->state;

	for (uint32_t n = state_in_count(in, TABLE_OBJECTS, 32 + 13); n > 0 && !in->bad;
	     n--) {
		struct state_object fresh;

		state_in_bytes(in, &fresh.hash, HASH_LEN);
		fresh.n_exhibits = state_in_u32(in);
		fresh.n_disposed = state_in_u32(in);
		fresh.kept = state_in_u8(in, 1);
		fresh.exhibit_ = state_in_row(in, TABLE_EXHIBITS, true);
		in->bad |= state_find_object(state, &fresh.hash) != NO_ROW;
		state_in_add(in, TABLE_OBJECTS, &fresh);
	}
	for (uint32_t i = 0; i < state->tables[TABLE_EXHIBITS].n && !in->bad; i++)
		in->bad |= EXHIBITS(state)[i].has_object &&
			   state_find_object(state, &EXHIBITS(state)[i].object) == NO_ROW;
	for (uint32_t n = state_in_count(in, TABLE_NAMINGS, 8); n > 0 && !in->bad; n--) {
		struct state_naming fresh = {
			.object = state_in_row(in, TABLE_OBJECTS, false)};

		fresh.case_ = state_in_row(in, TABLE_CASES, true);
		in->bad |= state_find_naming(state, fresh.object, fresh.case_) != NO_ROW;
		state_in_add(in, TABLE_NAMINGS, &fresh);
	}
}

void
state_restore_bundles(struct state_in *in)
{
	struct state *state = in->state;

	for (uint32_t n = state_in_count(in, TABLE_BATCHES, 8 + 1); n > 0 && !in->bad;
	     n--) {
		struct state_batch fresh = {.slot = state_in_u64(in), .bundle = NO_ROW};

		fresh.rewritten = state_in_u8(in, 1);
		in->bad |= state_find_batch(state, fresh.slot) != NO_ROW;
		state_in_add(in, TABLE_BATCHES, &fresh);
	}
	for (uint32_t n = state_in_count(in, TABLE_BUNDLES, 32 + 5); n > 0 && !in->bad;
	     n--) {
		uint32_t row = state->tables[TABLE_BUNDLES].n, first;
		struct state_bundle fresh = {.newest = row, .older = NO_ROW};

		state_in_bytes(in, &fresh.name, HASH_LEN);
		fresh.batch = state_in_row(in, TABLE_BATCHES, false);
		fresh.was_old = state_in_u8(in, 1);
		first = in->bad ? NO_ROW : state_find_bundle(state, &fresh.name);
		fresh.first = first != NO_ROW ? first : row;
		if (first != NO_ROW)
			fresh.older = BUNDLES(state)[first].newest;
		state_in_add(in, TABLE_BUNDLES, &fresh);
		if (in->bad)
			return;
		if (first != NO_ROW)
			BUNDLES(state)[first].newest = row;
		BATCHES(state)[fresh.batch].bundle = row;
	}
	for (uint32_t i = 0; i < state->tables[TABLE_BATCHES].n; i++)
		in->bad |= BATCHES(state)[i].bundle == NO_ROW;
}

void
state_restore_sheets(struct state_in *in)
{
	struct state *state = in->state;
	uint32_t n;

	for (n = state_in_count(in, TABLE_SHEETS, 32 + 29); n > 0 && !in->bad; n--) {
		struct state_sheet fresh;
		uint8_t flags;

		state_in_bytes(in, &fresh.name, HASH_LEN);
		fresh.batch = state_in_row(in, TABLE_BATCHES, false);
		fresh.sheet = state_in_u32(in);
		fresh.present = state_in_u32(in);
		fresh.exhibit = state_in_row(in, TABLE_EXHIBITS, true);
		fresh.case_ = state_in_row(in, TABLE_CASES, true);
		fresh.n_entries = state_in_u32(in);
		flags = state_in_u8(in, 3);
		fresh.of_deposit = (flags & 1) != 0;
		fresh.is_private = (flags & 2) != 0;
		fresh.older = state_in_u32(in);
		/* Lists lead to rows before, so that none has a ring. */
		in->bad |= fresh.sheet > state->tables[TABLE_SHEETS].n ||
			   (fresh.older != NO_ROW &&
			    fresh.older >= state->tables[TABLE_SHEETS].n) ||
			   (!in->bad &&
			    state_find_sheet(state, fresh.batch, &fresh.name) != NO_ROW);
		state_in_add(in, TABLE_SHEETS, &fresh);
	}
	n = state->tables[TABLE_SHEETS].n;
	for (uint32_t i = 0; i < n && !in->bad; i++)
		state_in_check_row(in, TABLE_SHEETS, SHEETS(state)[i].present);
	for (uint32_t i = 0; i < state->tables[TABLE_EXHIBITS].n && !in->bad; i++)
		EXHIBITS(state)[i].sheets_ = state_in_row(in, TABLE_SHEETS, true);
	for (uint32_t i = 0; i < state->tables[TABLE_CASES].n && !in->bad; i++)
		CASES(state)[i].private_ = state_in_row(in, TABLE_SHEETS, true);
	for (n = state_in_count(in, TABLE_NAMED, 9); n > 0 && !in->bad; n--) {
		struct state_named fresh = {
			.batch = state_in_row(in, TABLE_BATCHES, false)};

		fresh.of = state_in_u32(in);
		fresh.exhibit = state_in_u8(in, 1);
		state_in_check_row(in, fresh.exhibit ? TABLE_EXHIBITS : TABLE_CASES,
				   fresh.of);
		state_in_add(in, TABLE_NAMED, &fresh);
	}
}
