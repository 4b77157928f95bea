/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_CORE_H
#define FLOW_VERIFY_VERIFY_CORE_H

#include "amana/custody.h"
#include "flow/verify/verify_ledger.h"
#include "session/session.h"

/*
 * What the parts of a verification share.  verify.c leads and calls the parts in turn:
 * verify_log.c, verify_receipts.c, verify_bytes.c (which calls verify_leftovers.c) and
 * verify_contents.c.  None of the parts calls verify.c.
 *
 * A finding is a check told with AMANA_FAIL, and never an error.  A function returns an
 * error (-1, with err filled) only when the verification cannot go on.
 *
 * Everything declared here is for the thread that called amana_verify_vault.
 */

/* Which of the stored bytes are looked at. */
enum verify_scope {
	SCOPE_ALL,
	SCOPE_CASE,   /* of the case scope_id */
	SCOPE_EXHIBIT /* of the exhibit scope_id */
};

struct verify_receipt; /* verify_receipts.h */

/* One verification, from its beginning to its end.  Made and taken down by verify.c. */
struct verify {
	const struct amana_verify *request;
	struct amana_verify_result *result;

	/* The store and the log, opened for the check alone: no person stands behind this
	   session, and it pins, syncs and repairs nothing.  Always there. */
	struct session *bare;
	/* The session of the person who verifies.  Opened by verify_session when a person
	   is needed (names, contents, a record); NULL until then. */
	struct session *session;

	/* What vouches for this being the right vault, in words; NULL while nothing does.
	 */
	const char *vouched_by;
	/* Something says that it is another vault; that was told. */
	bool refused;

	struct verify_receipt *receipts;  /* in the order given; owned */
	struct verify_receipt **by_batch; /* the same, by rising batch; owned */
	size_t n_receipts;

	struct ledger ledger;	 /* what the log names that must lie in the store */
	struct log_verified log; /* the replay's result, if has_log */
	bool has_log;

	enum verify_scope scope;
	struct custody_id scope_id;
};

/*
 * Tells one check through request->check.  `name` is what was checked; the detail is
 * printed from `fmt`, cut at 1 KiB, and made safe to show.  AMANA_FAIL makes the whole
 * result not ok; AMANA_FAIL and AMANA_NOT_CHECKED make it not complete.
 */
void verify_tell(struct verify *verify, const char *name, enum amana_result result,
		 const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Opens verify->session unless it is open.  Errors as session_open. */
int verify_session(struct verify *verify, struct amana_error *err) MUST_CHECK;

/* True for an error that ends the verification wherever it comes up: no memory, stopped
 * by the person, a mistake of ours.  Any other error is a finding about one thing. */
bool verify_must_stop(const struct amana_error *err);

/*
 * The SHA-256 of what the store holds as slot n, whether or not that is a good slot.
 * 0: *ret_head is filled.  1: the store has no such slot, or cannot read it.  -1: the
 * verification must stop (verify_must_stop).
 */
int verify_stored_head(struct verify *verify, uint64_t n, struct hash *ret_head,
		       struct amana_error *err) MUST_CHECK;

#endif
