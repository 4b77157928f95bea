/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_H
#define FLOW_CHAIN_H

#include "amana/custody.h"
#include "flow/sheets.h"

/*
 * Inside custody: custody.c decides who may see what and tells it; chain.c finds a subject's events; chain_lines.c opens what
 * is sealed about them and keeps it in the catalogue.
 */

struct chain_event {
	uint64_t slot;
	uint32_t index; /* in its batch */
	uint64_t event; /* the subject's own number */
	bool is_sealed;	  /* tried: to others, or destroyed */
	bool is_missing;  /* tried: its sheet is not there or fails its check */
};

struct chain_events { /* by slot and index once gathered */
	struct chain_event *items;
	size_t n, cap;
};

/* What a grant of the case said, from there on. */
struct chain_grant {
	uint64_t slot;
	uint32_t index;
	struct member_code member;
	bool has_until;
	int64_t until_at;
};

struct chain {
	struct amana_vault *vault;
	struct custody_id case_id;
	struct custody_id exhibit;
	bool is_exhibit; /* one exhibit's events; else all of the case */
	bool is_public;	 /* nothing sealed is opened */
	bool only_own;	 /* of a case: the exhibits that `who` deposited, and nothing else */
	struct member_code who;

	struct catalog *catalog; /* borrowed from the session once gathered */
	struct chain_events events;
	struct chain_grant *grants; /* in order */
	size_t n_grants;

	/* reading: one slot at a time */
	struct sheets_slot slot;
	uint64_t slot_n; /* loaded; 0: none */
	bool has_bundle; /* ... with its bundle */
	bool bad_bundle; /* ... or that was tried and fails */
	struct bytes rest, raw; /* where in it */
	uint32_t next_index;
	struct entry *entry; /* the one last read */

	/* of the event being told: line texts, each ended by a NUL */
	struct buf texts;
};

/* Every event, oldest first, and the case's grants.  The catalogue only says where they are: that none is missing is checked
 * against the state. */
int chain_gather(struct chain *chain, struct amana_error *err) MUST_CHECK;
/* Reads entry `index` of a slot into chain->entry and chain->raw. */
int chain_read(struct chain *chain, uint64_t slot, uint32_t index, struct amana_error *err) MUST_CHECK;
void chain_done(struct chain *chain);

/* Opens the lines of all events that the catalogue does not have, and keeps them there. */
int chain_open(struct chain *chain, struct amana_error *err) MUST_CHECK;
/* Texts of the event whose entry was just read, into ret_event; borrowed from chain->texts. */
int chain_texts(struct chain *chain, struct chain_event *event, struct amana_event *ret_event,
		struct amana_error *err) MUST_CHECK;

#endif
