/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_RIGHTS_CORE_H
#define SESSION_RIGHTS_CORE_H

#include "session/session_core.h"

/*
 * Who may do what in a case, by the session's state and this machine's own clock
 * (DESIGN.md rule 1).  Nothing is written.
 */

/* Who may read the evidence of a case. */
enum rights {
	RIGHTS_READ,  /* a lead or a reader, and the grant's date has not passed */
	RIGHTS_NONE,  /* no grant that reads */
	RIGHTS_ENDED, /* a grant that read until its date passed */
};
enum rights rights_of(const struct session *session, const struct custody_id *case_id,
		      const struct member_code *member);
/* True for a lead, whatever the date of the grant. */
bool rights_is_lead(const struct session *session, const struct custody_id *case_id,
		    const struct member_code *member);
/* True for who holds the audit ring: an auditor with a grant in it. */
bool rights_holds_audit_ring(const struct session *session,
			     const struct member_code *member);
/* True if a grant of that kind reads: a lead's, a reader's or a recovery card's. */
bool rights_kind_reads(enum grant_kind kind);
/* True once the grant's date has passed, or that of its broken glass. */
bool rights_grant_ended(const struct state_grant *grant);

#endif
