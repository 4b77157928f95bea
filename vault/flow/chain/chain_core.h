/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_CHAIN_CORE_H
#define FLOW_CHAIN_CHAIN_CORE_H

#include "amana/custody.h"
#include "flow/chain/chain_grants.h"
#include "session/exhibit_key.h"
#include "session/sheets.h"

/*
 * A chain of custody while it is read, and what its parts need of each other.  custody.c
 * decides who may see what and tells it; chain_gather.c finds the events; chain_grants.c
 * knows the dates of the grants; chain_lines.c opens what is sealed about the events and
 * keeps it in the catalogue; chain_private.c opens what only the case's readers are told.
 *
 * All of it belongs to the thread of the session.
 */

struct chain_event {
	uint64_t slot;
	uint32_t index;	 /* of its entry in the batch, from 0 */
	uint64_t event;	 /* the number that its subject gave it, from 1 */
	bool is_sealed;	 /* its sheet was tried: it is sealed to others, or destroyed */
	bool is_missing; /* its sheet was tried: it is not there, or fails its check */
};

struct chain_events {
	struct chain_event *items; /* once gathered: by slot, then index */
	size_t n, cap;
};

struct chain {
	struct session *session;
	struct custody_id case_id;
	struct custody_id exhibit;
	bool is_exhibit; /* the events of this exhibit; else those of the whole case */
	bool is_public;	 /* nothing sealed is opened */
	bool only_own;	 /* of a case: only the exhibits that `who` deposited */
	struct member_code who;

	/* Once gathered. */
	struct catalog *catalog; /* borrowed from the session */
	struct chain_events events;
	struct chain_grants grants;

	/* The slot that is being read, and how far. */
	struct sheets_slot slot;
	uint64_t slot_n;   /* loaded; 0: none */
	bool has_bundle;   /* with its bundle */
	bool bad_bundle;   /* its bundle was tried, and fails its check */
	struct bytes rest; /* the entries from next_index on */
	uint32_t next_index;
	struct bytes raw;    /* the entry that was read last */
	struct entry *entry; /* the same, decoded */

	/* Texts of the event that is being told, each ended by a NUL. */
	struct buf texts;

	struct exhibit_slot
		deposited; /* where the exhibits of the events were deposited */
};
#define CHAIN_INIT(a_session)                                                            \
	{                                                                                \
		.session = (a_session), .slot = SHEETS_SLOT_INIT,                        \
		.deposited = EXHIBIT_SLOT_INIT, .texts = BUF_INIT((size_t)1 << 20)       \
	}
/* Releases all that the chain holds; the session is the caller's. */
void chain_done(struct chain *chain);

/* Reads entry `index` of a slot into chain->raw and chain->entry.  Cheapest in the order
 * of the log. */
int chain_read(struct chain *chain, uint64_t slot, uint32_t index,
	       struct amana_error *err) MUST_CHECK;
/* Opens the act sheet of the entry that was read last, which is that of `event`.  1:
 * there is nothing for this person; event->is_sealed or is_missing says why, and what
 * fails its check was told as a notice. */
int chain_open_act(struct chain *chain, struct chain_event *event,
		   struct sheets_act *ret_act, struct amana_error *err) MUST_CHECK;
/* The same for the private sheet of a record, whose lines name the exhibit's `recipient`
 * (NULL: not known).  1: there is none, or nothing for this person. */
int chain_open_private(struct chain *chain, struct chain_event *event,
		       const struct age_recipient *recipient,
		       struct sheets_private *ret_private,
		       struct amana_error *err) MUST_CHECK;
/* True if an error says that one sheet cannot be read, so that the others go on. */
bool chain_is_finding(const struct amana_error *err);

/* Adds a text to chain->texts.  *ret_at is a handle for chain_text_at, since the buffer
 * may move while texts are added; 0: text.data is NULL. */
int chain_add_text(struct chain *chain, struct bytes text, size_t *ret_at,
		   struct amana_error *err) MUST_CHECK;
/* The text of that handle, borrowed from chain->texts until the next is added; NULL for
 * handle 0. */
const char *chain_text_at(const struct chain *chain, size_t at);

#endif
