/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_RIGHTS_H
#define SESSION_RIGHTS_H

#include "session/act.h"

/* Who may read the evidence of a case, by this person's own clock (DESIGN.md rule 1). */
enum rights {
	RIGHTS_READ,  /* lead or reader, within the grant's date */
	RIGHTS_NONE,  /* no grant that reads */
	RIGHTS_ENDED, /* the grant's date has passed */
};
enum rights rights_of(const struct session *session, const struct custody_id *case_id,
		      const struct member_code *member);

/* AMANA_E_DENIED unless this person may read; then the refusal is recorded on `subject`
 * as an attempt at `what`.  `of` is what the message calls it: a case's code, CASE/7. */
int rights_to_read(struct session *session, const struct custody_id *case_id,
		   const struct subject *subject, const char *of, const char *what,
		   struct amana_error *err) MUST_CHECK;

#endif
