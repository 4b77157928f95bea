/* SPDX-License-Identifier: Apache-2.0 */
#include "session/upkeep.h"

#include "session/act.h"
#include "session/clock_check.h"
#include "session/epoch.h"
#include "session/names.h"
#include "session/rights.h"

#include <string.h>

/* What any client does that may (DESIGN.md sections 3 and 4): end grants whose date has
 * passed, start epochs that are due.  Never a grant: an older key passes by a person's
 * hand alone.  A problem here is told and does not stop the person's own command. */

static const struct state_member *
me(struct session *session)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	const struct state_member *member;

	return session_member(session, &member, &ignored) == 0 ? member : NULL;
}

/* ---- grants past their date ---- */

/* True if this member may end the grant now, which is past its date. */
static bool
may_expire(const struct state *state, const struct state_grant *grant,
	   const struct state_member *member)
{
	struct entry *entry;
	struct amana_error ignored = AMANA_ERROR_INIT;
	struct state_why why;
	struct subject subject;
	bool may;

	if (!rights_grant_ended(grant))
		return false;
	entry = mem_new(sizeof *entry, &ignored);
	if (entry == NULL)
		return false;
	subject = state_grant_case(state, grant) != NULL
			  ? subject_grant(&state_grant_case(state, grant)->id,
					  &state_grant_member(state, grant)->code)
			  : subject_audit_grant(&state_grant_member(state, grant)->code);
	entry_init(entry, ACT_EXPIRE, &subject);
	entry->actor = member->code;
	entry->at = session_now();
	may = state_may(state, entry, &why);
	mem_free(entry);
	return may;
}

struct expiring {
	struct session *session;
	const struct custody_id *case_id; /* NULL: the audit ring */
};

static int
prepare_expire(struct act *act, const struct state *state, void *arg,
	       struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct expiring *expiring = arg;
	const struct state_grant *grant = NULL;
	struct member_code past[64];
	size_t n = 0;

	if (entry == NULL)
		return -1;
	/* The list is made first, since adding an entry changes what is walked over. */
	while ((grant = state_grant_next_of_case(state, expiring->case_id, grant)) !=
	       NULL)
		if (n < ARRAY_LEN(past) &&
		    may_expire(state, grant, me(expiring->session)))
			past[n++] = state_grant_member(state, grant)->code;
	if (n == 0)
		return 1;
	for (size_t i = 0; i < n; i++) {
		struct subject subject =
			expiring->case_id != NULL
				? subject_grant(expiring->case_id, &past[i])
				: subject_audit_grant(&past[i]);

		entry_init(entry, ACT_EXPIRE, &subject);
		if (act_add(act, entry, NULL, err) < 0)
			return -1;
	}
	return 0;
}

static void
expire(struct session *session, const struct custody_id *case_id)
{
	const struct state *state = session_state(session);
	const struct state_member *member = me(session);
	struct expiring expiring = {.session = session, .case_id = case_id};
	struct act_spec spec = {.case_id = case_id,
				.event = EVENT_EXPIRE,
				.prepare = prepare_expire,
				.arg = &expiring};
	struct amana_error err = AMANA_ERROR_INIT;
	const struct state_grant *grant = NULL;
	struct act_done done;
	bool found = false;

	while (member != NULL && !found &&
	       (grant = state_grant_next_of_case(state, case_id, grant)) != NULL)
		found = may_expire(state, grant, member);
	/* A clock that the log contradicts ends nobody's grant. */
	if (!found || !clock_check_is_believed(session))
		return;
	if (act_run(session, &spec, &done, &err) < 0)
		session_notice(session, AMANA_NOTICE_INFO,
			       "an ended grant could not be closed: %s", err.msg);
}

/* ---- epochs ---- */

/* A new epoch is due, or this holder cannot open the present one: it was sealed past this
 * person. */
static bool
needs_epoch(struct session *session, const struct custody_id *case_id)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	const struct state *state = session_state(session);
	const struct ring *ring;
	int r;

	if (state_ring_due(state, case_id))
		return true;
	r = session_ring(session, case_id, &ring, &ignored);
	return r > 0 || (r == 0 && ring_find(ring, state_ring_epoch(state, case_id)) < 0);
}

static void
start_epoch(struct session *session, const struct custody_id *case_id)
{
	struct custody_id id =
		case_id != NULL ? *case_id : (struct custody_id){.bytes = {0}};
	struct amana_error err = AMANA_ERROR_INIT;
	char label[NAMES_REF_MAX] = "the audit ring";
	uint64_t epoch;

	if (case_id != NULL)
		names_case_label(session, &id, label);
	if (epoch_start(session, case_id != NULL ? &id : NULL, &epoch, &err) < 0)
		session_notice(session, AMANA_NOTICE_EPOCH_DUE,
			       "the new epoch of %s that is due could not be made: %s",
			       label, err.msg);
	else
		session_notice(session, AMANA_NOTICE_INFO,
			       "new keys for %s: epoch %" PRIu64, label, epoch);
}

static void
audit_ring(struct session *session)
{
	const struct state *state = session_state(session);
	const struct state_member *member = me(session);

	if (member == NULL)
		return;
	if (rights_holds_audit_ring(session, &member->code)) {
		if (needs_epoch(session, NULL))
			start_epoch(session, NULL);
	} else if ((member->roles & ROLE_ADMIN) != 0 && state_audit_holders(state) == 0) {
		session_notice(session, AMANA_NOTICE_EPOCH_DUE,
			       "nobody holds the audit ring: let an auditor in with: "
			       "amana audit admit MEMBER");
	}
	expire(session, NULL);
}

void
upkeep_run(struct session *session)
{
	const struct state_member *member = me(session);
	struct log_damage damage;

	if (member == NULL || log_damage(session->log, &damage))
		return;
	audit_ring(session);
	for (uint32_t i = 0; i < state_n_cases(session_state(session)); i++) {
		struct custody_id id = state_case_at(session_state(session), i)->id;

		expire(session, &id);
		member = me(session);
		if (member == NULL)
			return;
		if (rights_is_lead(session, &id, &member->code) &&
		    needs_epoch(session, &id))
			start_epoch(session, &id);
	}
}
