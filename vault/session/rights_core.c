/* SPDX-License-Identifier: Apache-2.0 */
#include "session/rights_core.h"

bool
rights_kind_reads(enum grant_kind kind)
{
	return kind == GRANT_LEAD || kind == GRANT_READER || kind == GRANT_RECOVERY;
}

bool
rights_grant_ended(const struct state_grant *grant)
{
	int64_t now = session_now();

	return grant->kind != GRANT_NONE &&
	       ((grant->has_until && grant->until_at < now) ||
		(grant->broken && grant->broken_until_at < now));
}

bool
rights_is_lead(const struct session *session, const struct custody_id *case_id,
	       const struct member_code *member)
{
	const struct state_grant *grant =
		state_grant(session_state(session), case_id, member);

	return grant != NULL && state_grant_means(grant) == GRANT_LEAD;
}

bool
rights_holds_audit_ring(const struct session *session, const struct member_code *member)
{
	const struct state_grant *grant =
		state_grant(session_state(session), NULL, member);

	return grant != NULL && grant->kind == GRANT_AUDITOR;
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
