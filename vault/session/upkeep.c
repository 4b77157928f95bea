/* SPDX-License-Identifier: Apache-2.0 */
#include "session/upkeep.h"

#include "session/epoch.h"
#include "session/names.h"
#include "session/rights.h"

#include <string.h>

/* What any client does that may (DESIGN.md sections 3 and 4): end grants whose date has
 * passed, start epochs that are due, hand the audit ring to new auditors.  A problem here
 * is told and does not stop the person's own command. */

static const struct state_member *
me(struct session *session)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	const struct state_member *member;

	return session_member(session, &member, &ignored) == 0 ? member : NULL;
}

/* ---- grants past their date ---- */

static int
prepare_expire(struct act *act, const struct state *state, void *arg,
	       struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct custody_id *case_id = arg;
	const struct state_grant *grant = NULL;
	struct member_code past[64];
	size_t n = 0;

	if (entry == NULL)
		return -1;
	/* The list is made first, since adding an entry changes what is walked over. */
	while ((grant = state_grant_next_of_case(state, case_id, grant)) != NULL)
		if (grant->kind != GRANT_NONE && grant->has_until &&
		    grant->until_at <= session_now() && n < ARRAY_LEN(past))
			past[n++] = state_grant_member(state, grant)->code;
	if (n == 0)
		return 1;
	for (size_t i = 0; i < n; i++) {
		struct subject subject = subject_grant(case_id, &past[i]);

		entry_init(entry, ACT_EXPIRE, &subject);
		if (act_add(act, entry, NULL, err) < 0)
			return -1;
	}
	return 0;
}

static bool
has_past_grants(const struct state *state, const struct custody_id *case_id)
{
	const struct state_grant *grant = NULL;

	while ((grant = state_grant_next_of_case(state, case_id, grant)) != NULL)
		if (grant->kind != GRANT_NONE && grant->has_until &&
		    grant->until_at <= session_now())
			return true;
	return false;
}

static void
expire(struct session *session, const struct custody_id *case_id)
{
	struct custody_id id = *case_id;
	struct act_spec spec = {.case_id = &id,
				.event = EVENT_EXPIRE,
				.prepare = prepare_expire,
				.arg = &id};
	struct amana_error err = AMANA_ERROR_INIT;
	struct act_done done;

	if (act_run(session, &spec, &done, &err) < 0)
		session_notice(session, AMANA_NOTICE_INFO,
			       "an ended grant could not be closed: %s", err.msg);
}

/* ---- epochs ---- */

/* A new epoch is due, or this lead holds no key of the present one, having been granted
 * by somebody without keys. */
static bool
needs_epoch(struct session *session, const struct custody_id *case_id)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	const struct state *state = session_state(session);
	const struct ring *ring;

	if (state_ring_due(state, case_id))
		return true;
	return session_ring(session, case_id, &ring, &ignored) == 0 &&
	       ring_find(ring, state_ring_epoch(state, case_id)) < 0;
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

/* ---- the audit ring's new holders ---- */

int
upkeep_audit_grants(struct act *act, const struct state *state, void *arg,
		    struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct session *session = arg;
	struct member_code missing[64];
	const struct ring *ring;
	struct hash object;
	size_t n = 0;
	int r = session_ring(session, NULL, &ring, err);

	if (entry == NULL || r < 0)
		return -1;
	for (uint32_t i = 0;
	     r == 0 && i < state_n_members(state) && n < ARRAY_LEN(missing); i++) {
		const struct state_member *member = state_member_at(state, i);

		if (member->enrolled && !member->revoked &&
		    (member->roles & ROLE_AUDITOR) != 0 &&
		    state_ring_file(state, NULL, &member->code, &object) != 0)
			missing[n++] = member->code;
	}
	if (n == 0)
		return 1;
	for (size_t i = 0; i < n; i++) {
		struct subject subject = subject_audit_grant(&missing[i]);

		entry_init(entry, ACT_GRANT, &subject);
		entry->own.grant.kind = GRANT_AUDITOR;
		entry->own.grant.epoch = state_ring_epoch(state, NULL);
		if (epoch_put_for_one(session, ring, RING_WITH_KEYS,
				      &state_member(state, &missing[i])->recipient,
				      &object, err) < 0)
			return -1;
		if (entry_add_object(entry, &object) < 0)
			return err_bug(err, "an entry without room for its object");
		if (act_add(act, entry, NULL, err) < 0)
			return -1;
	}
	return 0;
}

static bool
auditor_without_ring(const struct state *state)
{
	struct hash object;

	for (uint32_t i = 0; i < state_n_members(state); i++) {
		const struct state_member *member = state_member_at(state, i);

		if (member->enrolled && !member->revoked &&
		    (member->roles & ROLE_AUDITOR) != 0 &&
		    state_ring_file(state, NULL, &member->code, &object) != 0)
			return true;
	}
	return false;
}

/* True if some auditor holds the ring.  None does when all of them were made auditors
 * after the last one who held it had left. */
static bool
audit_ring_is_held(const struct state *state)
{
	struct hash object;

	for (uint32_t i = 0; i < state_n_members(state); i++) {
		const struct state_member *member = state_member_at(state, i);

		if (state_has_role(state, &member->code, ROLE_AUDITOR) &&
		    state_ring_file(state, NULL, &member->code, &object) == 0)
			return true;
	}
	return false;
}

static void
audit_ring(struct session *session)
{
	struct act_spec spec = {.event = EVENT_AUDIT_GRANT,
				.prepare = upkeep_audit_grants,
				.arg = session};
	struct amana_error err = AMANA_ERROR_INIT;
	const struct state_member *member = me(session);
	const struct ring *ring;
	struct act_done done;
	bool is_auditor = member != NULL && (member->roles & ROLE_AUDITOR) != 0;
	bool is_only_admin = member != NULL && (member->roles & ROLE_ADMIN) != 0 &&
			     state_auditors(session_state(session)) == 0;
	int r = is_auditor ? session_ring(session, NULL, &ring, &err) : 1;

	if (r > 0 && is_auditor &&
	    (state_auditors(session_state(session)) == 1 ||
	     !audit_ring_is_held(session_state(session)))) {
		/* Nobody is left who could hand over the older keys. */
		start_epoch(session, NULL);
	} else if (r == 0) {
		if (needs_epoch(session, NULL))
			start_epoch(session, NULL);
		if (auditor_without_ring(session_state(session)) &&
		    act_run(session, &spec, &done, &err) < 0)
			session_notice(
				session, AMANA_NOTICE_INFO,
				"a new auditor could not be given the audit ring: %s",
				err.msg);
	} else if (is_only_admin && state_ring_due(session_state(session), NULL)) {
		/* An auditor would have to make it, and there is none to seal it to: it
		 * waits for one. */
		session_notice(
			session, AMANA_NOTICE_EPOCH_DUE,
			"the audit ring has no auditor; add one with: amana member role MEMBER "
			"--add auditor");
	}
}

void
upkeep_run(struct session *session)
{
	const struct state_member *member = me(session);
	bool may_everywhere;

	if (member == NULL)
		return;
	may_everywhere = (member->roles & (ROLE_ADMIN | ROLE_AUDITOR)) != 0;
	audit_ring(session);
	for (uint32_t i = 0; i < state_n_cases(session_state(session)); i++) {
		struct custody_id id = state_case_at(session_state(session), i)->id;
		bool is_lead;

		member = me(session);
		if (member == NULL)
			return;
		is_lead = rights_is_lead(session, &id, &member->code);
		if ((is_lead || may_everywhere) &&
		    has_past_grants(session_state(session), &id))
			expire(session, &id);
		if (is_lead && needs_epoch(session, &id))
			start_epoch(session, &id);
	}
}
