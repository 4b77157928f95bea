/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_line.h"

#define IN_LINE 1u
#define ALONE 2u /* by an enrol that it signed alone */

/*
 * Fills marks, one byte for each member.  Enrolments are looked at from the newest to the
 * oldest: whoever is found to have signed one counts with what was before that, so one
 * pass is enough.
 */
static int
mark_line(const struct state *state, uint32_t member, uint8_t *marks,
	  struct amana_error *err)
{
	uint32_t n = state->tables[TABLE_MEMBERS].n;
	CLEANUP(mem_freep) uint64_t *until = mem_array(n, sizeof *until, err);

	if (until == NULL)
		return -1;
	until[member] = UINT64_MAX;
	for (uint32_t i = state->tables[TABLE_ENROLS].n; i-- > 0;) {
		const struct state_enrol *enrol = &ENROLS(state)[i];
		bool alone = enrol->signers[1] == NO_ROW;

		if (enrol->entry >= until[enrol->member])
			continue;
		for (int k = 0; k < 2; k++) {
			uint32_t signer = enrol->signers[k];

			if (signer == NO_ROW)
				continue;
			marks[signer] |= (uint8_t)(alone ? IN_LINE | ALONE : IN_LINE);
			if (until[signer] < enrol->entry)
				until[signer] = enrol->entry;
		}
	}
	return 0;
}

int
state_line_has(const struct state *state, uint32_t member, uint32_t who, bool *ret_is,
	       struct amana_error *err)
{
	CLEANUP(mem_freep)
	uint8_t *marks = mem_array(state->tables[TABLE_MEMBERS].n, 1, err);

	if (marks == NULL || mark_line(state, member, marks, err) < 0)
		return -1;
	*ret_is = (marks[who] & IN_LINE) != 0;
	return 0;
}

int
state_line_one_card(const struct state *state, uint32_t a, uint32_t b, bool *ret_is,
		    struct amana_error *err)
{
	uint32_t n = state->tables[TABLE_MEMBERS].n;
	CLEANUP(mem_freep) uint8_t *of_a = mem_array(n, 1, err);
	CLEANUP(mem_freep) uint8_t *of_b = mem_array(n, 1, err);

	if (of_a == NULL || of_b == NULL || mark_line(state, a, of_a, err) < 0 ||
	    mark_line(state, b, of_b, err) < 0)
		return -1;
	of_a[a] |= ALONE;
	of_b[b] |= ALONE;
	*ret_is = false;
	for (uint32_t i = 0; i < n; i++)
		*ret_is |= MEMBERS(state)[i].card && (of_a[i] & of_b[i] & ALONE) != 0;
	return 0;
}
