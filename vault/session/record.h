/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_RECORD_H
#define SESSION_RECORD_H

#include "session/act.h"

/*
 * `record` entries: what is about to be read, and what a check has found (DESIGN.md rules
 * 4 and 7).
 */

/* One `record` for each of these exhibits of one case, RECORD_ENTRIES in an act at most.
 * n 0 does nothing. */
#define RECORD_ENTRIES 1000
int record_exhibits(struct session *session, const struct custody_id *case_id,
		    const struct custody_id *exhibits, size_t n, enum event event,
		    const char *reason, const json_t *details,
		    struct amana_error *err) MUST_CHECK;

/* A `record` of the event on the case, once per case, event and sitting (unlock to lock,
 * else one process); the catalogue remembers.  Whether this person may read is the
 * caller's affair. */
int record_sitting(struct session *session, const struct custody_id *case_id,
		   enum event event, struct amana_error *err) MUST_CHECK;

#endif
