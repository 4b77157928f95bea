/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_CATALOG_H
#define SESSION_CATALOG_H

#include "session/session.h"
#include "session/sheets.h"

/* The catalogue of this person and vault, with its public index brought up to the end of
 * the session's log, or further by another process: what lies behind state_slot is left
 * out by who reads it.  Borrowed from the session.  Opens the identity. */
int session_catalog(struct session *session, struct catalog **ret_catalog,
		    struct amana_error *err) MUST_CHECK;

/* Makes the catalogue's row of one exhibit from its deposit and, unless that is NULL, its
 * opened sheet.  The row's texts are borrowed from both. */
void session_catalog_row(const struct session *session,
			 const struct state_exhibit *exhibit, const struct entry *deposit,
			 const struct sheets_exhibit *opened,
			 struct catalog_exhibit *ret_row);

/* Makes an error of what a function of the catalogue returned if nothing can be done
 * about it (damaged again, busy).  Everything else is returned as it is. */
int session_catalog_outcome(int r, struct amana_error *err) MUST_CHECK;

#endif
