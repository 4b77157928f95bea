/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_RIGHTS_H
#define SESSION_RIGHTS_H

#include "session/rights_core.h"

/*
 * 0: this person may read the evidence of the case, now.  AMANA_E_DENIED: may not, and
 * the attempt at `what` is put on record, on `subject`.  `of` is what the message calls
 * the thing that was wanted: a case's code, CASE/7.  Opens the identity.
 */
int rights_to_read(struct session *session, const struct custody_id *case_id,
		   const struct subject *subject, const char *of, const char *what,
		   struct amana_error *err) MUST_CHECK;

#endif
