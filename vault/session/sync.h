/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_SYNC_H
#define SESSION_SYNC_H

#include "session/session.h"
#include "session/sheets.h"

/*
 * Keeping the catalogue up to date: first the public index (session_catalog does it),
 * then, for one case at a time and on record, what its sheets say.
 */

/* Records, once per case and sitting, that this person read the names of the case
 * (DESIGN.md rule 4), as a `record` with event "list".  1: this person's grant does not
 * read (a depositor's). AMANA_E_DENIED: no grant; it is recorded. */
int sync_names_record(struct session *session, const struct state_case *a_case,
		      struct amana_error *err) MUST_CHECK;

/* sync_names_record, then opens the sheets of the case's exhibits that the catalogue does
 * not have yet.  1: as there.  A sheet that fails its check becomes a notice
 * AMANA_NOTICE_TAMPERED, its exhibit stays unopened. */
int sync_case(struct session *session, const struct state_case *a_case,
	      struct amana_error *err) MUST_CHECK;

#endif
