/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_JUDGEMENT_H
#define STATE_STATE_JUDGEMENT_H

#include "state/state_core.h"

/*
 * Private to vault/state: one act under judgement, which the functions of the table in
 * state_rules.c are asked about.
 */
struct judgement {
	const struct state *state;
	const struct entry *e; /* own lines, time, and for direct acts everything */
	enum action action;    /* the act itself, also when proposed or approved */
	struct subject subject;
	uint64_t slot; /* that it is in, or would be in */
	bool direct;   /* signed by itself, not proposed or approved */
	bool by_card;  /* the actor is a recovery card */
	/* Row of the member who signs it; for what was proposed, who proposed it, and
	 * `second` who approves it (otherwise NO_ROW). */
	uint32_t actor, second;
	/* Rows of what the subject names, or NO_ROW. */
	uint32_t case_row;
	uint32_t exhibit_row;
	uint32_t member_row; /* of a grant or a member */
	uint32_t grant_row;
	struct state_why *why; /* filled when something is not allowed */
};

/* Finds the entry's subject and actor.  False, with why filled: the actor is no member or
 * is revoked; everything else is filled even then. */
bool state_judgement_fill(struct judgement *j, const struct state *state,
			  const struct entry *e, uint64_t slot, struct state_why *why);
/* Notes that the question could not be answered, and is false. */
bool state_why_no_memory(const struct judgement *j);
/* Fills why and is false, for `return state_why_not(j, "...")`. */
bool state_why_not(const struct judgement *j, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same with the reason that a command gives a remedy by. */
bool state_why_for(const struct judgement *j, enum amana_reason reason, const char *fmt,
		   ...) PRINTF_LIKE(3, 4);

#endif
