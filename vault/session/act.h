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
 */
struct act;

struct act_line { /* further lines for the act sheet, built by the caller (a `source` of a
		     thing presented again) */
	struct bytes json;
	enum line_kind kind;
	struct hash hash;
};

struct act_spec {
	const struct custody_id *case_id; /* NULL: outside any case */
	/* Of a ring epoch that this very act makes (a new case, a revocation): the act
	 * sheet is sealed to it instead of the case's current one.  NULL otherwise. */
	const struct age_recipient *case_recipient;
	enum event event;
	const char *reason;    /* NULL: none */
	const json_t *details; /* an object, or NULL */
	const struct act_line *lines;
	size_t n_lines;
	/* Adds the entries, by act_add, for the state as it is now. Called again when the
	 * slot was lost, then from the start.  Returns as functions do; 1: there is
	 * nothing left to do, the act is dropped. */
	int (*prepare)(struct act *act, const struct state *state, void *arg,
		       struct amana_error *err);
	void *arg;
};

struct act_done {
	uint64_t batch;
	struct hash head;
	struct custody_id nonce;
};

/*
 * Runs it: 0 durable in the log; 1 prepare had nothing to do.  AMANA_E_DENIED when the
 * state does not allow an entry (the text says why), or the event is not this person's to
 * record.  The identity is opened.
 */
int act_run(struct session *session, const struct act_spec *spec,
	    struct act_done *ret_done, struct amana_error *err) MUST_CHECK;

struct act_sheet {
	struct bytes file; /* age */
	struct hash hash;  /* SHA-256 of it, as sheet_seal gave it */
};

/*
 * For prepare.  Adds one entry: action, subject, own lines and objects are the caller's;
 * sealing.epoch and sealing.audit_epoch of deposit, record and denied are filled in here,
 * and so are time, chain, the act's lines and its sheet.  `sheet`: an exhibit's sheet
 * that belongs to this entry, or NULL; its bytes must live until act_run returns.
 */
int act_add(struct act *act, struct entry *entry, const struct act_sheet *sheet,
	    struct amana_error *err) MUST_CHECK;

/* One entry about one subject, the commonest act.  entry->own is used as it is on each
 * try. */
int act_simple(struct session *session, const struct custody_id *case_id,
	       enum event event, const char *reason, const json_t *details,
	       const struct entry *entry, struct act_done *ret_done,
	       struct amana_error *err) MUST_CHECK;

/* Puts bytes under objects/ (undurably: the log's barrier comes before the batch) and
 * tells their hash. */
int act_put_object(struct session *session, struct bytes bytes, struct hash *ret_object,
		   struct amana_error *err) MUST_CHECK;

/* Records that this person was refused something: `denied` on the subject, coalesced with
 * an equal one of the last ten minutes. Never fails loudly: err of the refusal is what
 * matters, so problems become notices. */
void act_denied(struct session *session, const struct subject *subject,
		const struct custody_id *case_id, const char *what);

#endif
