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

static void
describe_case(struct session *session, const struct state_case *a_case,
	      const struct state_grant *grant, struct amana_status_case *ret_case)
{
	enum grant_kind means = state_grant_means(grant);

	*ret_case = (struct amana_status_case){.code = "-",
					       .until = grant->has_until ? grant->until_at
									 : 0,
					       .n_exhibits = a_case->n_exhibits,
					       .epoch_due = a_case->due};
	custody_id_hex(&a_case->id, ret_case->id);
	snprintf(ret_case->as, sizeof ret_case->as, "%s",
		 grant_kind_name(means != GRANT_NONE ? means : grant->kind));
	ret_case->n_leads = state_case_leads(session_state(session), a_case);
	if (session->has_identity) /* else the passphrase would be asked for */
		names_case_code(session, &a_case->id, ret_case->code);
}

static int
by_code(const void *a, const void *b)
{
	const struct amana_status_case *x = a, *y = b;
	int by = strcmp(x->code, y->code);

	return by != 0 ? by : strcmp(x->id, y->id);
}

/* Lists the person's cases in the session's scratch, where they live until the next call
 * of the library with this session. */
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
	cases = (void *)session->scratch.data;
	if (status->n_cases > 1)
		qsort(cases, status->n_cases, sizeof cases[0], by_code);
	status->cases = cases;
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
			state_proposal_at(state, i)->status == PROPOSAL_OPEN;
	for (uint32_t i = 0; i < state_n_cases(state); i++)
		status->n_single_lead +=
			state_case_leads(state, state_case_at(state, i)) == 1;
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
