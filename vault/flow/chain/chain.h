/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_CHAIN_H
#define FLOW_CHAIN_CHAIN_H

#include "amana/custody.h"
#include "session/sheets.h"

/*
 * Inside custody: custody.c decides who may see what and tells it; chain.c finds a
 * subject's events; chain_lines.c opens what is sealed about them and keeps it in the
 * catalogue; chain_source.c opens where from a thing was presented again.
 */

struct chain_event {
	uint64_t slot;
	uint32_t index;	 /* in its batch */
	uint64_t event;	 /* the subject's own number */
	bool is_sealed;	 /* tried: to others, or destroyed */
	bool is_missing; /* tried: its sheet is not there or fails its check */
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
	struct session *session;
	struct custody_id case_id;
	struct custody_id exhibit;
	bool is_exhibit; /* one exhibit's events; else all of the case */
	bool is_public;	 /* nothing sealed is opened */
	bool only_own;	 /* of a case: the exhibits that `who` deposited, and nothing else
			  */
	struct member_code who;

	struct catalog *catalog; /* borrowed from the session once gathered */
	struct chain_events events;
	struct chain_grant *grants; /* in order */
	size_t n_grants;

	/* reading: one slot at a time */
	struct sheets_slot slot;
	uint64_t slot_n;	/* loaded; 0: none */
	bool has_bundle;	/* ... with its bundle */
	bool bad_bundle;	/* ... or that was tried and fails */
	struct bytes rest, raw; /* where in it */
	uint32_t next_index;
	struct entry *entry; /* the one last read */

	/* of the event being told: line texts, each ended by a NUL */
	struct buf texts;

	/* what chain_source.c has open */
	struct sheets_act again; /* the act sheet of this slot by this name */
	struct hash again_name;
	uint64_t again_slot; /* 0: none */
	struct sheets_slot
		deposited;    /* the slot that deposited what the event is about */
	uint64_t deposited_n; /* 0: none */
};
#define CHAIN_INIT(a_vault)                                                              \
	{                                                                                \
		.session = (a_vault), .slot = SHEETS_SLOT_INIT,                          \
		.again = SHEETS_ACT_INIT, .deposited = SHEETS_SLOT_INIT,                 \
		.texts = BUF_INIT((size_t)1 << 20)                                       \
	}

/* Every event, oldest first, and the case's grants.  The catalogue only says where they
 * are: that none is missing is checked against the state. */
int chain_gather(struct chain *chain, struct amana_error *err) MUST_CHECK;
/* Reads entry `index` of a slot into chain->entry and chain->raw. */
int chain_read(struct chain *chain, uint64_t slot, uint32_t index,
	       struct amana_error *err) MUST_CHECK;
void chain_done(struct chain *chain);

/* Opens the lines of all events that the catalogue does not have, and keeps them there.
 */
int chain_open(struct chain *chain, struct amana_error *err) MUST_CHECK;
/* The act sheet of the entry just read.  1: there is nothing for this person, and `event`
 * says why. */
int chain_open_act(struct chain *chain, struct chain_event *event,
		   struct sheets_act *ret_act, struct amana_error *err) MUST_CHECK;
/* Does what could not be read concern this one sheet, so that the others go on? */
bool chain_is_finding(const struct amana_error *err);
/* Adds to chain->texts.  *ret_at: where it will be once all texts are in, since the
 * buffer may move; 0: none. */
int chain_add_text(struct chain *chain, struct bytes text, size_t *ret_at,
		   struct amana_error *err) MUST_CHECK;

/* The source line of the entry just read, if it tells that its exhibit was presented
 * again. */
struct chain_source {
	size_t source, facts; /* as chain_add_text gave them */
	int64_t received_at;
};
int chain_source(struct chain *chain, struct chain_event *event,
		 struct chain_source *ret_source, struct amana_error *err) MUST_CHECK;

/* Texts of the event whose entry was just read, into ret_event; borrowed from
 * chain->texts. */
int chain_texts(struct chain *chain, struct chain_event *event,
		struct amana_event *ret_event, struct amana_error *err) MUST_CHECK;

#endif
