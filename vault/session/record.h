/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_RECORD_H
#define SESSION_RECORD_H

#include "session/act.h"

/*
 * `record` entries: what is about to be read, and what a check has found (DESIGN.md rules
 * 4 and 7).  They are durable when these functions return.  Whether this person may read
 * is the caller's affair.
 */

/* What such an act says, beside what it is about. */
struct record {
	const struct custody_id *case_id; /* never NULL */
	enum event event;
	const char *reason;    /* NULL: none */
	const json_t *details; /* an object, or NULL */
};

/* One `record` for each of these n exhibits of the case, RECORD_ENTRIES in an act at
 * most. n 0 does nothing. */
#define RECORD_ENTRIES 1000
int record_exhibits(struct session *session, const struct record *record,
		    const struct custody_id *exhibits, size_t n,
		    struct amana_error *err) MUST_CHECK;

/* One `record` on the case itself. */
int record_case(struct session *session, const struct record *record,
		struct act_done *ret_done, struct amana_error *err) MUST_CHECK;

/* A `record` of the event on the case, once per case, event and sitting (unlock to lock,
 * else one process); the catalogue remembers. */
int record_sitting(struct session *session, const struct custody_id *case_id,
		   enum event event, struct amana_error *err) MUST_CHECK;

#endif
