/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_in.h"

#include "state/state_table.h"

#include "base/text.h"

#include <string.h>

void
state_in_bytes(struct state_in *in, void *bytes, size_t len)
{
	memset(bytes, 0, len);
	if (in->bad || (size_t)(in->end - in->at) < len) {
		in->bad = true;
		return;
	}
	memcpy(bytes, in->at, len);
	in->at += len;
}

uint8_t
state_in_u8(struct state_in *in, uint8_t max)
{
	uint8_t value;

	state_in_bytes(in, &value, 1);
	in->bad |= value > max;
	return value;
}

uint32_t
state_in_u32(struct state_in *in)
{
	uint8_t b[4];

	state_in_bytes(in, b, sizeof b);
	return bytes_u32be(b);
}

uint64_t
state_in_u64(struct state_in *in)
{
	uint64_t high = state_in_u32(in);

	return high << 32 | state_in_u32(in);
}

uint32_t
state_in_row(struct state_in *in, enum table table, bool or_none)
{
	uint32_t row = state_in_u32(in);

	in->bad |= row >= in->state->tables[table].n && !(or_none && row == NO_ROW);
	return in->bad ? 0 : row;
}

void
state_in_check_row(struct state_in *in, enum table table, uint32_t row)
{
	in->bad |= row != NO_ROW && row >= in->state->tables[table].n;
}

void
state_in_chain(struct state_in *in, struct state_chain *chain)
{
	chain->event = state_in_u64(in);
	state_in_bytes(in, &chain->leaf, HASH_LEN);
}

void
state_in_code(struct state_in *in, struct member_code *code)
{
	struct member_code parsed;

	state_in_bytes(in, code, sizeof *code);
	in->bad |= code->text[TEXT_MEMBER_MAX] != 0 ||
		   member_code_parse(code->text, strlen(code->text), &parsed) < 0 ||
		   !member_code_equal(code, &parsed);
}

void
state_in_code_or_none(struct state_in *in, struct member_code *code)
{
	static const struct member_code none;

	if (!in->bad && (size_t)(in->end - in->at) >= sizeof none &&
	    memcmp(in->at, &none, sizeof none) == 0)
		state_in_bytes(in, code, sizeof *code);
	else
		state_in_code(in, code);
}

uint32_t
state_in_count(struct state_in *in, enum table table, size_t row_len)
{
	uint32_t n = state_in_u32(in);

	in->bad |= n > (size_t)(in->end - in->at) / row_len;
	if (!in->bad && state_table_reserve(in->state, table, n, in->err) < 0)
		in->bad = true;
	return in->bad ? 0 : n;
}

int64_t
state_in_time(struct state_in *in)
{
	uint64_t at = state_in_u64(in);

	in->bad |= at > (uint64_t)TEXT_TIME_MAX;
	return in->bad ? 0 : (int64_t)at;
}

void
state_in_add(struct state_in *in, enum table table, const void *fresh)
{
	if (!in->bad && state_table_add(in->state, table, fresh, NULL, in->err) < 0)
		in->bad = true;
}
