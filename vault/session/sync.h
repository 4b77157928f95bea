/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_SYNC_H
#define SESSION_SYNC_H

#include "session/session.h"
#include "session/sheets.h"

/*
 * Bringing the catalogue up to date.  Its public index is session_catalog's; this is for
 * one case at a time and on record: what the sheets of its exhibits say.
 *
 * 1: this person is a depositor in the case, who does not read its names. AMANA_E_DENIED:
 * may not read it, and the attempt is put on record.
 */

/* Records, once per case and sitting, that this person reads the names of the case
 * (DESIGN.md rule 4), as a `record` of the event `list`. */
int sync_names_record(struct session *session, const struct state_case *a_case,
		      struct amana_error *err) MUST_CHECK;

/* sync_names_record, and then opens the sheets of those of the case's exhibits that the
 * catalogue does not have yet.  A sheet that fails its check becomes a notice
 * (AMANA_NOTICE_TAMPERED), and its exhibit stays without names. */
int sync_case(struct session *session, const struct state_case *a_case,
	      struct amana_error *err) MUST_CHECK;

#endif
