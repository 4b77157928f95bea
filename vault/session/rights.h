/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_RIGHTS_H
#define SESSION_RIGHTS_H

#include "session/session.h"

/*
 * Who may do what in a case, by the session's state and this machine's own clock
 * (DESIGN.md rule 1).
 */

/* Who may read the evidence of a case. */
enum rights {
	RIGHTS_READ,  /* lead or reader, within the grant's date */
	RIGHTS_NONE,  /* no grant that reads */
	RIGHTS_ENDED, /* the grant's date has passed */
};
enum rights rights_of(const struct session *session, const struct custody_id *case_id,
		      const struct member_code *member);
/* True for a lead, whatever the date of the grant. */
bool rights_is_lead(const struct session *session, const struct custody_id *case_id,
		    const struct member_code *member);
/* True if such a grant reads: a lead's or a reader's. */
bool rights_kind_reads(enum grant_kind kind);
/* True once the grant's date has passed. */
bool rights_grant_ended(const struct state_grant *grant);

/* AMANA_E_DENIED unless this person may read; then the refusal is recorded on `subject`
 * as an attempt at `what`.  `of` is what the message calls it: a case's code, CASE/7. */
int rights_to_read(struct session *session, const struct custody_id *case_id,
		   const struct subject *subject, const char *of, const char *what,
		   struct amana_error *err) MUST_CHECK;

#endif
