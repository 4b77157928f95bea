/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "crypto/words.h"
#include "session/authority.h"
#include "session/last_check.h"
#include "session/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a person should know at a glance.  Nothing is written and no passphrase is asked
 * for: what is sealed shows only while the identity is unlocked. */

/* ---- the person's cases ---- */

static uint32_t
provisional_leads(const struct state *state, const struct state_case *a_case)
{
	const struct state_grant *grant = NULL;
	uint32_t n = 0;

	while ((grant = state_grant_next_of_case(state, &a_case->id, grant)) != NULL)
		n += grant->kind == GRANT_LEAD && !grant->firm;
	return n;
}

static void
describe_case(struct session *session, const struct state_case *a_case,
	      const struct state_grant *grant, struct amana_status_case *ret_case)
{
	enum grant_kind means = state_grant_means(grant);

	*ret_case = (struct amana_status_case){.code = "-",
					       .until = grant->has_until ? grant->until_at
									 : 0,
					       .n_exhibits = a_case->n_exhibits,
					       .epoch_due = a_case->due,
					       .closed = a_case->closed};
	custody_id_hex(&a_case->id, ret_case->id);
	snprintf(ret_case->as, sizeof ret_case->as, "%s",
		 grant_kind_name(means != GRANT_NONE ? means : grant->kind));
	ret_case->n_leads = a_case->n_leads;
	ret_case->n_provisional = provisional_leads(session_state(session), a_case);
	if (session->has_identity) /* else the passphrase would be asked for */
		names_case_code(session, &a_case->id, ret_case->code);
	ret_case->ambiguous = names_code_is_shared(session, &a_case->id, ret_case->code);
}

static int
by_code(const void *a, const void *b)
{
	const struct amana_status_case *x = a, *y = b;
	int by = strcmp(x->code, y->code);

	return by != 0 ? by : strcmp(x->id, y->id);
}

/* ---- replaced keys ---- */

/* The newest enrolment of the member, if it replaced keys. */
static const struct state_act *
replacing_act(const struct state *state, const struct state_member *member)
{
	const struct state_act *newest = NULL;

	if (!state_member_was_rekeyed(state, member))
		return NULL;
	for (uint32_t i = 0; i < state_n_acts(state); i++) {
		const struct state_act *act = state_act_at(state, i);

		if (act->action == ACT_ENROL && act->slot == member->keys_in &&
		    state_act_member(state, act) == member)
			newest = act;
	}
	return newest;
}

static bool
is_acknowledged(const struct state *state, const struct state_case *a_case,
		const struct state_act *act)
{
	const struct state_grant *grant = NULL;

	while ((grant = state_grant_next_of_case(state, &a_case->id, grant)) != NULL) {
		const struct state_member *lead = state_grant_member(state, grant);

		if (grant->kind == GRANT_LEAD && grant->firm &&
		    state_is_acknowledged(state, act, &lead->code))
			return true;
	}
	return false;
}

static int
list_replaced_in(struct session *session, const struct state_case *a_case,
		 struct amana_status *status, struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_grant *grant = NULL;

	while ((grant = state_grant_next_of_case(state, &a_case->id, grant)) != NULL) {
		const struct state_member *member = state_grant_member(state, grant);
		const struct state_act *act = replacing_act(state, member);
		const struct state_member *by = state_enroller(state, member, 0);
		struct amana_status_keys row = {.case_code = "-",
						.since = member->keys_at,
						.batch = member->keys_in};

		if (act == NULL || is_acknowledged(state, a_case, act))
			continue;
		snprintf(row.member, sizeof row.member, "%s", member->code.text);
		snprintf(row.enrolled_by, sizeof row.enrolled_by, "%s",
			 by != NULL ? by->code.text : "");
		custody_id_hex(&a_case->id, row.case_id);
		if (session->has_identity)
			names_case_code(session, &a_case->id, row.case_code);
		if (buf_add(&session->scratch, &row, sizeof row, err) < 0)
			return -1;
		status->n_replaced++;
	}
	return 0;
}

/* Lists them in the session's scratch, behind the cases. */
static int
list_replaced(struct session *session, const struct member_code *code,
	      struct amana_status *status, struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_grant *grant = NULL;

	while ((grant = state_grant_next_of_member(state, code, grant)) != NULL) {
		const struct state_case *a_case = state_grant_case(state, grant);

		if (a_case != NULL && grant->kind != GRANT_NONE &&
		    list_replaced_in(session, a_case, status, err) < 0)
			return -1;
	}
	return 0;
}

/* Lists the person's cases, and then the replaced keys, in the session's scratch, where
 * they live until the next call of the library with this session. */
static int
list_cases(struct session *session, const struct member_code *code,
	   struct amana_status *status, struct amana_error *err)
{
	const struct state_grant *grant = NULL;
	struct amana_status_case *cases;

	buf_clear(&session->scratch);
	while ((grant = state_grant_next_of_member(session_state(session), code,
						   grant)) != NULL) {
		const struct state_case *a_case =
			state_grant_case(session_state(session), grant);
		struct amana_status_case row;

		if (a_case == NULL || grant->kind == GRANT_NONE)
			continue;
		describe_case(session, a_case, grant, &row);
		if (buf_add(&session->scratch, &row, sizeof row, err) < 0)
			return -1;
		status->n_cases++;
	}
	if (list_replaced(session, code, status, err) < 0)
		return -1;
	cases = (void *)session->scratch.data;
	if (status->n_cases > 1)
		qsort(cases, status->n_cases, sizeof cases[0], by_code);
	status->cases = cases;
	if (status->n_replaced > 0)
		status->replaced = (void *)(session->scratch.data +
					    status->n_cases * sizeof cases[0]);
	return 0;
}

static int
tell_person(struct session *session, struct amana_status *status, struct amana_error *err)
{
	const struct state_member *member;
	struct member_code code;

	snprintf(status->roles, sizeof status->roles, "-");
	if (session->identity_file == NULL)
		return 0;
	status->unlocked = keyring_has(session->who, session->identity_file);
	if (member_code_parse(session->who, strlen(session->who), &code) < 0)
		return 0; /* the file has another name and is locked: whose it is, is not
			     known */
	snprintf(status->member, sizeof status->member, "%s", code.text);
	member = state_member(session_state(session), &code);
	if (member == NULL || !member->enrolled)
		return 0;
	status->enrolled = true;
	status->revoked = member->revoked;
	authority_roles_text(member->roles, status->roles);
	return list_cases(session, &code, status, err);
}

/* ---- the vault ---- */

static void
tell_vault(const struct session *session, struct amana_status *status)
{
	const struct state *state = session_state(session);
	const struct hash *fingerprint = log_fingerprint(session->log);

	snprintf(status->origin, sizeof status->origin, "%s", state_origin(state));
	hash_hex(fingerprint, status->fingerprint);
	words_of_hash(fingerprint, status->words);
	status->batch = state_slot(state);
	hash_hex(state_head(state), status->head);
	status->n_entries = state_size(state);
	status->last_act_at = state_size(state) > 0 ? state_last_act_at(state)
						    : log_genesis(session->log)->at;
	status->last_anchor_at = state_last_anchor_at(state);
	status->two_person = state_two_person(state);
	status->restored = state_n_restored(state) > 0;
	status->audit_epoch_due = state_ring_due(state, NULL);
	status->n_void = log_n_voids(session->log);
	for (uint32_t i = 0; i < state_n_skips(state); i++) {
		const struct state_skip *skip = state_skip_at(state, i);

		status->n_skipped += skip->last - skip->first + 1;
	}
	for (uint32_t i = 0; i < state_n_proposals(state); i++)
		status->n_proposals +=
			state_proposal_is_open(state, state_proposal_at(state, i));
	for (uint32_t i = 0; i < state_n_cases(state); i++) {
		const struct state_case *a_case = state_case_at(state, i);

		status->n_single_lead += a_case->n_leads == 1;
		status->n_no_lead += a_case->n_leads == 0;
		status->n_provisional += provisional_leads(state, a_case);
	}
	status->n_lost = state_n_lost(state);
	status->n_admins = state_admins(state);
	status->n_cards = state_cards(state);
	status->n_audit_holders = state_audit_holders(state);
}

int
flow_status(struct session *session, struct amana_status *ret_status,
	    struct amana_error *err)
{
	struct amana_status status = {.batch = 0};

	tell_vault(session, &status);
	if (tell_person(session, &status, err) < 0 ||
	    last_check_read(&session->config, log_fingerprint(session->log),
			    &status.last_check_at, err) < 0)
		return -1;
	*ret_status = status;
	return 0;
}
