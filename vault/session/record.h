/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_RECORD_H
#define SESSION_RECORD_H

#include "session/act.h"

/*
 * `record` entries: what is about to be read, and what a check has found (DESIGN.md rules
 * 4 and 7).
 */

/* Custody events of a first reader's check.  Only the first says that the exhibit was
 * checked and is whole. */
#define EVENT_CHECK "check"
#define EVENT_CHECK_FAILED "check-failed"

/* One `record` for each of these exhibits of one case, RECORD_ENTRIES in an act at most.
 * n 0 does nothing. */
#define RECORD_ENTRIES 1000
int record_exhibits(struct session *session, const struct custody_id *case_id,
		    const struct custody_id *exhibits, size_t n, const char *event,
		    const char *reason, const json_t *details,
		    struct amana_error *err) MUST_CHECK;

/* A `record` of the event on the case, once per case, event and sitting (unlock to lock,
 * else one process); the catalogue remembers.  Whether this person may read is the
 * caller's affair. */
int record_sitting(struct session *session, const struct custody_id *case_id,
		   const char *event, struct amana_error *err) MUST_CHECK;

#endif
