/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_MEET_H
#define SESSION_MEET_H

#include "session/session.h"

/*
 * Keys pass by hand: before something is sealed to keys that this login has not sealed
 * to, a person compares the words of the card that has them (DESIGN.md section 3).
 */

/* The member's card as the log has it now: its fingerprint. */
int meet_fingerprint(const struct state_member *member, struct hash *ret_fingerprint,
		     struct amana_error *err) MUST_CHECK;
/* Before keys of the past are granted to the member; asks once for these keys.
 * AMANA_E_DENIED: the words were not compared, or are others. */
int meet_for_grant(struct session *session, const struct state_member *member,
		   struct amana_error *err) MUST_CHECK;
/* The member's words have just been compared: it is not asked again. */
int meet_keep(struct session *session, const struct state_member *member,
	      struct amana_error *err) MUST_CHECK;
/* Before evidence is sealed to the present epoch of the case: asks once for each lead who
 * may have made it.  AMANA_E_DENIED also: its first epoch was not made by its lead. */
int meet_leads(struct session *session, const struct custody_id *case_id,
	       struct amana_error *err) MUST_CHECK;

/* False while an admin has begun the audit ring anew, with an auditor whose words this
 * login has not compared; that is told, once in a session. */
bool meet_audit_is_accepted(struct session *session);
/* Compares the words of the auditor who began the ring anew, and accepts it.
 * AMANA_E_MISSING: nobody waits for that. */
int meet_audit(struct session *session, struct amana_error *err) MUST_CHECK;

#endif
