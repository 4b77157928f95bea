/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_CORE_H
#define FLOW_VERIFY_VERIFY_CORE_H

#include "amana/custody.h"
#include "session/session.h"
#include "flow/verify/verify_named.h"
#include "keys/receipt_given.h"

/*
 * Inside verify: verify.c leads; verify_log.c the log, its pin and what it passed over;
 * verify_named.c what the log names; verify_bytes.c every stored byte; verify_leftovers.c
 * what nobody needs; verify_contents.c what only a reader can check; verify_receipts.c
 * receipts.
 *
 * A finding is a check with AMANA_FAIL and never an error: errors are for what could not
 * be carried out.
 */
struct verify_receipt {
	char name[96]; /* "receipt R-117" */
	struct receipt_given given;

	/* what the log has */
	bool seen, passed_over;
	enum verdict verdict;
	struct hash found;
};

/* What of the stored bytes is looked at: all of it, one case, or one exhibit. */
enum verify_scope { SCOPE_ALL, SCOPE_CASE, SCOPE_EXHIBIT };

struct verify {
	const struct amana_verify *request;
	struct amana_verify_result *result;
	struct session *bare; /* store and log of the check alone: nothing is pinned,
				      synced or repaired */
	struct session *
		session; /* a real one, opened when a person is needed; NULL until then */

	const char *vouched_by; /* who says that this is the right vault; NULL: nobody so
				   far */
	bool refused;		/* something says that it is another */
	struct verify_receipt *receipts;
	size_t n_receipts;
	struct named named;
	struct log_verified log;
	bool has_log;

	enum verify_scope scope;
	struct custody_id scope_id;
};

/* Tells one result; FAIL and NOT CHECKED are counted in. */
void verify_tell(struct verify *verify, const char *name, enum amana_result result,
		 const char *fmt, ...) PRINTF_LIKE(4, 5);
/* The session of the person at work, opened on first use. */
int verify_session(struct verify *verify, struct amana_error *err) MUST_CHECK;
/* Errors that end the whole check wherever they come up; all others are findings about
 * one thing. */
bool verify_must_stop(const struct amana_error *err);

int verify_log(struct verify *verify, struct amana_error *err) MUST_CHECK;
/* The head of slot n as the store has it, whatever it is worth.  1: there is nothing. */
int verify_stored_head(struct verify *verify, uint64_t n, struct hash *ret_head,
		       struct amana_error *err) MUST_CHECK;

/* Reads what was given as receipts.  AMANA_E_FORMAT, AMANA_E_MISSING: the file is none,
 * or is not there. */
int verify_receipts_read(struct verify *verify, struct amana_error *err) MUST_CHECK;
/* A slot of the log goes by. */
void verify_receipts_slot(struct verify *verify, const struct log_slot *slot);
int verify_receipts_tell(struct verify *verify, struct amana_error *err) MUST_CHECK;
void verify_receipts_done(struct verify *verify);

int verify_bytes(struct verify *verify, struct amana_error *err) MUST_CHECK;
/* What the log destroyed and is still there, and what no batch names. */
int verify_leftovers(struct verify *verify, struct amana_error *err) MUST_CHECK;
int verify_contents(struct verify *verify, struct amana_error *err) MUST_CHECK;

#endif
