/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_APPEND_H
#define LOG_LOG_APPEND_H

#include "log/log.h"

/*
 * Writing: one act becomes one batch.  The caller gives a function that drafts the act's
 * entries upon the state as it is; when another writer takes the slot first, the log
 * syncs and calls it again.  The thread that owns the log.
 */
struct attempt;
struct log_draft {
	const struct state *state; /* as it stands, with what was drafted so far */
	uint64_t n;		   /* the slot that this will be */
	/* The act's id, for `act` of lines; the same in every attempt. */
	struct custody_id nonce;
	unsigned attempt; /* from 0 */
	/* For the builder to fill in: the act's bundle, or nothing.  Borrowed until
	 * log_append returns.  Objects that the entries name are the builder's to put
	 * (not durably). */
	struct bytes bundle;

	struct attempt *attempt_;
};

/* Adds an entry to the draft.  The caller has filled in action, subject, at, own lines,
 * objects, lines and sheets (entry_init and so on); prev, actor, event and before are
 * filled in here.  AMANA_E_DENIED with the reason if the state does not allow it. */
int log_draft_add(struct log_draft *draft, struct entry *entry,
		  struct amana_error *err) MUST_CHECK;

/* 0: drafted.  > 0: there is nothing left to do, since another did it: log_append returns
 * that value.  Must not keep anything of an attempt but what the next one can use again.
 */
typedef int log_build_fn(void *arg, struct log_draft *draft, struct amana_error *err);

struct log_act {
	bool skips; /* it is a skip, which alone can be written behind damage */
	struct member_code actor;
	const struct secret *seed; /* the actor's signing key */
	struct custody_id nonce;   /* custody_id_random, once for each act */
	log_build_fn *build;
	void *arg;
};

struct log_receipt {
	uint64_t n;
	struct hash head;
	uint64_t before, after; /* tree sizes, in leaves */
};

/*
 * Carries out one act: syncs, has it built, makes objects and bundle durable, puts the
 * batch, pins it.
 *
 * 0: in the store, durably; *ret_receipt.  > 0: what build returned; nothing was written.
 * AMANA_E_DENIED: not allowed; nothing was written.  AMANA_E_REMOTE, "outcome unknown":
 * it may or may not have been stored; log_sync and look for the nonce.  AMANA_E_CONFLICT:
 * LOG_TRIES other writers were faster.  Whatever fails after the batch was put (the own
 * copy or the pin could not be written) leaves *ret_receipt filled; ret_receipt->n is 0
 * after any other failure.
 */
#define LOG_TRIES 100
int log_append(struct log *log, const struct log_act *act,
	       struct log_receipt *ret_receipt, struct amana_error *err) MUST_CHECK;

#endif
