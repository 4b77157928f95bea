/* SPDX-License-Identifier: Apache-2.0 */
#include "session/rights.h"

#include "session/act_denied.h"

bool
rights_kind_reads(enum grant_kind kind)
{
	return kind == GRANT_LEAD || kind == GRANT_READER;
}

bool
rights_grant_ended(const struct state_grant *grant)
{
	return grant->has_until && grant->until_at < session_now();
}

bool
rights_is_lead(const struct session *session, const struct custody_id *case_id,
	       const struct member_code *member)
{
	const struct state_grant *grant =
		state_grant(session_state(session), case_id, member);

	return grant != NULL && state_grant_means(grant) == GRANT_LEAD;
}

enum rights
rights_of(const struct session *session, const struct custody_id *case_id,
	  const struct member_code *member)
{
	const struct state_grant *grant =
		state_grant(session_state(session), case_id, member);

	if (grant == NULL || !rights_kind_reads(state_grant_means(grant)))
		return RIGHTS_NONE;
	return rights_grant_ended(grant) ? RIGHTS_ENDED : RIGHTS_READ;
}

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
