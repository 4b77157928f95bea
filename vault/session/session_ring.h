/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_SESSION_RING_H
#define SESSION_SESSION_RING_H

#include "session/session_core.h"

/*
 * The ring of a case (case_id NULL: the audit ring) as this person holds it, with every
 * key checked against the log: that of the newest key file and, where that lacks epochs
 * which the log has, what older files that were sealed to this person hold of them.
 *
 * 0: *ret_ring is borrowed from the session, until the ring is asked for again after it
 * has changed.  1: this person holds none.  A depositor's ring has the case's code and no
 * keys. Opens the identity.  AMANA_E_TAMPERED: the newest key file is missing, altered,
 * or not what the log says.
 */
int session_ring(struct session *session, const struct custody_id *case_id,
		 const struct ring **ret_ring, struct amana_error *err) MUST_CHECK;
/* Wipes all rings of the session. */
void session_ring_forget(struct session *session);

#endif
