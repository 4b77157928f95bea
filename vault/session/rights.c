/* SPDX-License-Identifier: Apache-2.0 */
#include "session/rights.h"

#include "session/act_denied.h"
#include "session/session_who.h"

int
rights_to_read(struct session *session, const struct custody_id *case_id,
	       const struct subject *subject, const char *of, const char *what,
	       struct amana_error *err)
{
	const struct state_member *me;
	enum rights rights;

	if (session_member(session, &me, err) < 0)
		return -1;
	rights = rights_of(session, case_id, &me->code);
	if (rights == RIGHTS_READ)
		return 0;
	act_denied(session, subject, case_id, what);
	if (rights == RIGHTS_ENDED)
		return err_reason(err, AMANA_REASON_GRANT_ENDED, AMANA_E_DENIED,
				  "your grant for %s has ended; a lead can renew it", of);
	return err_reason(
		err, AMANA_REASON_NO_GRANT, AMANA_E_DENIED,
		"%s may not open %s; a lead of the case can grant it with --as reader",
		session->who, of);
}
