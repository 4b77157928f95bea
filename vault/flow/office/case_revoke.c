/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "session/act_denied.h"
#include "session/epoch.h"
#include "session/names.h"
#include "session/rights_core.h"
#include "session/sheets.h"
#include "session/upkeep.h"

#include <stdio.h>
#include <string.h>

/* Ending a grant: new keys for what comes next, and what that person did open, from the
 * log.  Nothing here pretends that the past is unread. */

struct revoking {
	struct session *session;
	const struct amana_case_revoke *request;
	struct custody_id case_id;
	struct member_code member;
	/* The ring with the new epoch first.  NULL: this person is no lead, so that the
	 * epoch becomes due. */
	struct ring *ring;
};

#define EPOCH_MOVED 2

static int
prepare_revoke(struct act *act, const struct state *state, void *arg,
	       struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct revoking *revoking = arg;
	struct subject subject = subject_grant(&revoking->case_id, &revoking->member);

	if (entry == NULL)
		return -1;
	if (revoking->ring != NULL &&
	    state_ring_epoch(state, &revoking->case_id) + 1 != revoking->ring->numbers[0])
		return EPOCH_MOVED;
	entry_init(entry, ACT_UNGRANT, &subject);
	if (act_add(act, entry, NULL, err) < 0)
		return -1;
	if (revoking->ring == NULL)
		return 0;
	/* In `state` the member has no grant any more, so that the new key file goes to
	 * those who stay. */
	return epoch_add_entry(act, revoking->session, state, &revoking->case_id,
			       revoking->ring, err);
}

static int
new_ring(struct session *session, const struct custody_id *case_id,
	 struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;

	if (epoch_ring_for_change(session, case_id, &ring, err) < 0 ||
	    ring_add_epoch(ring, state_ring_epoch(session_state(session), case_id) + 1,
			   err) < 0)
		return -1;
	*ret_ring = TAKE(ring);
	return 0;
}

#define REVOKE_TRIES 5

static int
run_revoke(struct revoking *revoking, bool with_epoch, struct amana_error *err)
{
	struct act_done done;
	int r = EPOCH_MOVED;

	for (int i = 0; r == EPOCH_MOVED && i < REVOKE_TRIES; i++) {
		CLEANUP(ring_freep) struct ring *ring = NULL;
		struct act_spec spec = {.case_id = &revoking->case_id,
					.event = EVENT_REVOKE,
					.reason = revoking->request->reason,
					.prepare = prepare_revoke,
					.arg = revoking};

		if (with_epoch) {
			if (new_ring(revoking->session, &revoking->case_id, &ring, err) <
			    0)
				return -1;
			/* The person who leaves must not read why with the old key. */
			spec.new_recipient = &ring->recipients[0];
		}
		revoking->ring = ring;
		r = act_run(revoking->session, &spec, &done, err);
		revoking->ring = NULL;
	}
	if (r == EPOCH_MOVED)
		return err_reason(err, AMANA_REASON_OUTRUN, AMANA_E_CONFLICT,
				  "others keep changing this case's keys; try again");
	return r;
}

/* ---- what that person opened ---- */

struct history {
	const struct revoking *revoking;
	struct sheets_slot slot;
};

static bool
is_in_case(const struct history *history, const struct entry *entry)
{
	return entry->own.sealing.in_case &&
	       custody_id_equal(&entry->own.sealing.case_id, &history->revoking->case_id);
}

/* Tells one opening.  event: its kind, from the sealed line, or "-". */
static void
tell(struct history *history, const struct log_seen_entry *seen, const char *event)
{
	const struct state *state = session_state(history->revoking->session);
	struct amana_opened opened = {
		.event = event, .at = seen->entry->at, .batch = seen->slot->n};
	const struct state_exhibit *exhibit =
		seen->entry->subject.kind == SUBJECT_EXHIBIT
			? state_exhibit(state, &seen->entry->subject.id)
			: NULL;

	if (exhibit != NULL)
		names_exhibit_ref(history->revoking->session, exhibit, opened.exhibit);
	else
		names_case_label(history->revoking->session, &history->revoking->case_id,
				 opened.exhibit);
	history->revoking->request->opened(history->revoking->request->ctx, &opened);
}

static int
look(void *arg, const struct log_seen_entry *seen, struct amana_error *err)
{
	CLEANUP(sheets_act_done) struct sheets_act act = SHEETS_ACT_INIT;
	struct history *history = arg;
	const struct entry *entry = seen->entry;
	struct amana_error ignored = AMANA_ERROR_INIT;
	const char *event = "-";
	const struct event_row *known;

	(void)err;
	if (entry->action != ACT_RECORD ||
	    !member_code_equal(&entry->actor, &history->revoking->member) ||
	    !is_in_case(history, entry))
		return 0;
	if (sheets_slot_load(history->revoking->session, seen->slot->n, &history->slot,
			     &ignored) == 0 &&
	    sheets_open_act(history->revoking->session, &history->slot, entry, &act,
			    &ignored) == 0 &&
	    act.has_custody)
		event = act.custody.event;
	known = event_row(event_parse(event));
	if (known != NULL && !known->reads)
		return 0;
	tell(history, seen, event);
	return 0;
}

static int
tell_history(const struct revoking *revoking, struct amana_error *err)
{
	struct history history = {.revoking = revoking, .slot = SHEETS_SLOT_INIT};
	const struct log_visitor visitor = {.entry = look, .arg = &history};
	int r;

	if (revoking->request->opened == NULL)
		return 0;
	r = log_each(revoking->session->log, 1, &visitor, err);
	sheets_slot_done(&history.slot);
	return r;
}

static int
refuse_revoke(struct session *session, const struct custody_id *case_id, const char *name,
	      struct amana_error *err)
{
	struct custody_id id = *case_id;
	struct subject subject = subject_case(&id);

	act_denied(session, &subject, &id, "revoke");
	return err_reason(err, AMANA_REASON_NOT_LEAD, AMANA_E_DENIED,
			  "only a lead of %s or an admin may end a grant in it", name);
}

int
flow_case_revoke(struct session *session, const struct amana_case_revoke *request,
		 enum amana_new_keys *ret_keys, struct amana_error *err)
{
	struct revoking revoking = {.session = session, .request = request};
	const struct state_member *me, *who;
	const struct state_case *a_case;
	const struct state_grant *grant;
	bool is_lead, is_self, had_keys, with_epoch;

	if (request->reason == NULL || request->reason[0] == 0)
		return err_set(err, AMANA_E_USAGE,
			       "a revocation needs a reason: --reason");
	if (session_authority(session, err) < 0)
		return -1;
	upkeep_run(session);
	if (names_case(session, request->case_name, &a_case, err) < 0 ||
	    names_member(session, request->member, &who, err) < 0 ||
	    session_member(session, &me, err) < 0)
		return -1;
	grant = state_grant(session_state(session), &a_case->id, &who->code);
	if (grant == NULL || grant->kind == GRANT_NONE)
		return err_set(err, AMANA_E_MISSING, "%s has no grant in %s",
			       request->member, request->case_name);
	is_lead = rights_is_lead(session, &a_case->id, &me->code);
	is_self = member_code_equal(&who->code, &me->code);
	had_keys = grant->kind != GRANT_DEPOSITOR;
	if (!is_lead && (me->roles & ROLE_ADMIN) == 0)
		return refuse_revoke(session, &a_case->id, request->case_name, err);
	if (state_grant_means(grant) == GRANT_LEAD && a_case->n_leads == 1 &&
	    (request->last_lead == NULL || !request->last_lead(request->ctx)))
		return err_reason(err, AMANA_REASON_LAST_LEAD, AMANA_E_CONFLICT,
				  "%s is the last lead of %s: nobody was revoked",
				  request->member, request->case_name);
	revoking.case_id = a_case->id;
	revoking.member = who->code;
	with_epoch = is_lead && !is_self && had_keys;
	if (run_revoke(&revoking, with_epoch, err) < 0)
		return -1;
	*ret_keys = state_ring_due(session_state(session), &revoking.case_id)
			    ? AMANA_KEYS_DUE
		    : with_epoch ? AMANA_KEYS_MADE
				 : AMANA_KEYS_KEPT;
	return tell_history(&revoking, err);
}
