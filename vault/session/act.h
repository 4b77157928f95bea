/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_ACT_H
#define SESSION_ACT_H

#include "custody/event.h"
#include "session/session.h"

#include <jansson.h>

/*
 * One act: a batch of entries with one custody line, at most one reason line, and their
 * sheet, written to the log.
 *
 * When another writer takes the slot, everything that depends on it is made again: the
 * act sheet (the epochs may have moved), and the entries, by calling `prepare` once more.
 *
 * All of this belongs to the session's thread.
 */
struct act;

/* What an act is.  Everything is borrowed until act_run returns. */
struct act_spec {
	/* NULL: outside any case.  Of several the first (act_for_case). */
	const struct custody_id *case_id;
	/* Of a ring epoch that this very act makes (a new case, a revocation, new keys of
	 * the auditors): the act sheet is sealed to it instead of the present one of that
	 * ring, the case's or outside any case the auditors'.  NULL otherwise. */
	const struct age_recipient *new_recipient;
	enum event event;
	const char *reason;    /* NULL: none */
	const json_t *details; /* an object, or NULL */

	/* Of the two, one is given.  `entry` is the act's only entry, the commonest act:
	 * each try takes a copy of it and calls act_add. */
	const struct entry *entry;
	/* Adds the entries, by act_add, for the state as it is now.  Called again when
	 * the slot was lost, then from the start.  0; < 0 ends act_run as failed; > 0
	 * ends it with that value, and nothing is written. */
	int (*prepare)(struct act *act, const struct state *state, void *arg,
		       struct amana_error *err);
	void *arg;
};

struct act_done {
	uint64_t batch;
	struct hash head;
	int64_t at; /* of each of its entries */
	struct custody_id nonce;
};

/*
 * Runs it, opening the identity.  0: durable in the log; > 0: what prepare returned.
 * AMANA_E_DENIED when the state does not allow an entry (the text says why), or the event
 * is not this person's to record.
 */
int act_run(struct session *session, const struct act_spec *spec,
	    struct act_done *ret_done, struct amana_error *err) MUST_CHECK;

/* Begins a `deposit`, `record` or `denied`, the entries that say themselves to which
 * rings their sheets are sealed: the case's and the audit ring, or with case_id NULL the
 * audit ring alone.  act_add fills in the epochs. */
void act_entry_init(struct entry *entry, enum action action,
		    const struct subject *subject, const struct custody_id *case_id);

/* For prepare, in an act about several cases: the entries added from here on are of this
 * case, and get an act sheet of their own. */
int act_for_case(struct act *act, const struct custody_id *case_id,
		 struct amana_error *err) MUST_CHECK;

struct act_sheet {
	struct bytes file; /* age */
	struct hash hash;  /* SHA-256 of it, as sheet_seal gave it */
};

/*
 * For prepare.  Adds one entry: action, subject, own lines and objects are the caller's;
 * the epochs of deposit, record and denied are filled in here, and so are time, chain,
 * the act's lines and its sheet.  `sheet`: what belongs to this entry besides, or NULL:
 * an exhibit's sheet of a deposit, the private sheet of a record; its bytes must live
 * until act_run returns.
 */
int act_add(struct act *act, struct entry *entry, const struct act_sheet *sheet,
	    struct amana_error *err) MUST_CHECK;

/* Puts bytes under objects/ (undurably: the log's barrier comes before the batch) and
 * tells their hash. */
int act_put_object(struct session *session, struct bytes bytes, struct hash *ret_object,
		   struct amana_error *err) MUST_CHECK;

#endif
