/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_CATALOG_H
#define SESSION_CATALOG_H

#include "session/session.h"
#include "session/sheets.h"

/* The catalogue of this person and vault, its public index up to the session's head.
 * Opens the identity. */
int session_catalog(struct session *session, struct catalog **ret_catalog,
		    struct amana_error *err) MUST_CHECK;

/* The row of one exhibit from its opened sheet: texts are borrowed from both. */
void session_catalog_row(const struct session *session,
			 const struct state_exhibit *exhibit, const struct entry *deposit,
			 const struct sheets_exhibit *opened,
			 struct catalog_exhibit *ret_row);

/* Turns a catalogue's outcome that cannot be helped into an error; 0 stays 0. */
int session_catalog_outcome(int r, struct amana_error *err) MUST_CHECK;

#endif
