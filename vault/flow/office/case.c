/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "flow/office/outfile.h"
#include "keys/casecard.h"
#include "session/act_denied.h"
#include "session/epoch.h"
#include "session/names.h"
#include "session/rights_core.h"
#include "session/upkeep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opening, listing and re-keying cases.  Granting is case_grant.c, revoking
 * case_revoke.c. */

/* ---- open ---- */

/* A case that is about to be opened. */
struct opening {
	struct session *session;
	struct custody_id id;
	struct ring *ring;
	struct member_code lead;
};

/* Puts the first key file, for the lead alone: who opens the case for another keeps no
 * key. */
static int
put_first_file(const struct opening *opening, const struct state *state,
	       struct hash *ret_object, struct amana_error *err)
{
	const struct state_member *lead = state_member(state, &opening->lead);

	if (lead == NULL)
		return err_bug(err, "a lead who is no member");
	return epoch_put_for_one(opening->session, opening->ring, RING_NEWEST,
				 &lead->recipient, ret_object, err);
}

static int
prepare_open(struct act *act, const struct state *state, void *arg,
	     struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct opening *opening = arg;
	struct subject subject = subject_case(&opening->id);
	struct hash object;

	if (entry == NULL || put_first_file(opening, state, &object, err) < 0)
		return -1;
	entry_init(entry, ACT_CASE, &subject);
	entry->own.open.recipient = opening->ring->recipients[0];
	entry->own.open.lead = opening->lead;
	if (entry_add_object(entry, &object) < 0)
		return err_bug(err, "an entry without room for its object");
	return act_add(act, entry, NULL, err);
}

static int
refuse_known_code(struct session *session, const char *code, struct amana_error *err)
{
	const struct state_case *existing;

	if (names_case(session, code, &existing, err) == 0)
		return err_reason(err, AMANA_REASON_ALREADY, AMANA_E_CONFLICT,
				  "you have a case %s already", code);
	return err->code == AMANA_E_MISSING ? 0 : -1;
}

int
flow_case_open(struct session *session, const struct amana_case_open *request,
	       char *ret_id, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	struct opening opening = {.session = session};
	struct act_spec spec = {
		.event = EVENT_CASE_OPEN, .prepare = prepare_open, .arg = &opening};
	char hex[CUSTODY_ID_HEX_LEN + 1];
	const struct state_member *me, *lead;
	struct act_done done;

	if (!text_is_case(request->code, strlen(request->code)))
		return err_set(
			err, AMANA_E_USAGE,
			"'%s' is no case code: capital letters, digits, dots and dashes, at "
			"most 32, and never a person's name",
			request->code);
	if (session_member(session, &me, err) < 0)
		return -1;
	upkeep_run(session);
	if (session_member(session, &me, err) < 0 ||
	    refuse_known_code(session, request->code, err) < 0)
		return -1;
	lead = me;
	if (request->lead != NULL && names_member(session, request->lead, &lead, err) < 0)
		return -1;
	opening.lead = lead->code;
	custody_id_random(&opening.id);
	custody_id_hex(&opening.id, hex);
	if (ring_new_case(log_fingerprint(session->log), hex, request->code,
			  request->title, &ring, err) < 0 ||
	    ring_add_epoch(ring, 1, err) < 0)
		return -1;
	opening.ring = ring;
	spec.case_id = &opening.id;
	spec.new_recipient = &ring->recipients[0];
	if (act_run(session, &spec, &done, err) < 0)
		return -1;
	memcpy(ret_id, hex, sizeof hex);
	return 0;
}

/* ---- list and show ---- */

static void
describe(struct session *session, const struct state_case *a_case,
	 struct amana_case *ret_info)
{
	const struct state_grant *grant = NULL;
	struct member_code code;

	*ret_info = (struct amana_case){.n_exhibits = a_case->n_exhibits,
					.epoch = a_case->epoch,
					.epoch_due = a_case->due,
					.held = a_case->held,
					.closed = a_case->closed};
	custody_id_hex(&a_case->id, ret_info->id);
	names_case_code(session, &a_case->id, ret_info->code);
	ret_info->ambiguous = names_code_is_shared(session, &a_case->id, ret_info->code);
	ret_info->title = names_case_title(session, &a_case->id);
	if (ret_info->title[0] == 0)
		ret_info->title = NULL;
	if (member_code_parse(session->who, strlen(session->who), &code) == 0)
		grant = state_grant(session_state(session), &a_case->id, &code);
	if (grant == NULL || grant->kind == GRANT_NONE)
		return;
	snprintf(ret_info->as, sizeof ret_info->as, "%s",
		 grant_kind_name(state_grant_means(grant)));
	if (state_grant_means(grant) == GRANT_NONE)
		snprintf(ret_info->as, sizeof ret_info->as, "%s",
			 grant_kind_name(grant->kind));
	ret_info->until = grant->has_until ? grant->until_at : 0;
}

static int
compare_info(const void *a, const void *b)
{
	const struct amana_case *x = a, *y = b;
	int by = strcmp(x->code, y->code);

	return by != 0 ? by : strcmp(x->id, y->id);
}

int
flow_case_list(struct session *session,
	       int (*row)(void *ctx, const struct amana_case *info), void *ctx,
	       struct amana_error *err)
{
	CLEANUP(mem_freep) struct amana_case *infos = NULL;
	const struct state_grant *grant = NULL;
	const struct state_member *me;
	size_t n = 0;
	int r = 0;

	if (session_member(session, &me, err) < 0)
		return -1;
	upkeep_run(session);
	if (session_member(session, &me, err) < 0)
		return -1;
	infos = mem_array((size_t)state_n_cases(session_state(session)) + 1,
			  sizeof infos[0], err);
	if (infos == NULL)
		return -1;
	while ((grant = state_grant_next_of_member(session_state(session), &me->code,
						   grant)) != NULL) {
		const struct state_case *a_case =
			state_grant_case(session_state(session), grant);

		if (a_case != NULL && grant->kind != GRANT_NONE)
			describe(session, a_case, &infos[n++]);
	}
	qsort(infos, n, sizeof infos[0], compare_info);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = row(ctx, &infos[i]);
	return r;
}

static void
describe_grant(const struct state *state, const struct state_grant *grant,
	       struct amana_grant *ret_info)
{
	const struct state_member *member = state_grant_member(state, grant);
	const struct state_member *by = state_grant_signer(state, grant);

	ret_info->standing = grant->firm;
	ret_info->glass = grant->broken;
	ret_info->keys_at = member->keys_at;
	ret_info->rekeyed = state_member_was_rekeyed(state, member);
	snprintf(ret_info->by, sizeof ret_info->by, "%s",
		 by != NULL ? by->code.text : "");
}

static int
compare_grant(const void *a, const void *b)
{
	return strcmp(((const struct amana_grant *)a)->member,
		      ((const struct amana_grant *)b)->member);
}

int
flow_case_show(struct session *session, const char *name,
	       int (*info)(void *ctx, const struct amana_case *info),
	       int (*grant_row)(void *ctx, const struct amana_grant *grant), void *ctx,
	       struct amana_error *err)
{
	CLEANUP(mem_freep) struct amana_grant *grants = NULL;
	const struct state_grant *grant = NULL;
	const struct state *state;
	const struct state_case *a_case;
	struct amana_case about;
	size_t n = 0;
	int r;

	upkeep_run(session);
	if (names_case(session, name, &a_case, err) < 0)
		return -1;
	state = session_state(session);
	describe(session, a_case, &about);
	r = info(ctx, &about);
	grants = mem_array((size_t)state_n_members(state) + 1, sizeof grants[0], err);
	if (grants == NULL)
		return -1;
	while ((grant = state_grant_next_of_case(state, &a_case->id, grant)) != NULL) {
		enum grant_kind means = state_grant_means(grant);

		if (grant->kind == GRANT_NONE)
			continue;
		snprintf(grants[n].member, sizeof grants[n].member, "%s",
			 state_grant_member(state, grant)->code.text);
		snprintf(grants[n].as, sizeof grants[n].as, "%s",
			 grant_kind_name(means != GRANT_NONE ? means : grant->kind));
		grants[n].until = grant->has_until ? grant->until_at : 0;
		grants[n].past = rights_grant_ended(grant);
		describe_grant(state, grant, &grants[n]);
		n++;
	}
	qsort(grants, n, sizeof grants[0], compare_grant);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = grant_row(ctx, &grants[i]);
	return r;
}

/* ---- rekey and card ---- */

static int
require_lead(struct session *session, const struct state_case *a_case, const char *name,
	     const char *what, struct amana_error *err)
{
	const struct state_member *me;
	struct custody_id id = a_case->id;
	struct subject subject = subject_case(&id);

	if (session_member(session, &me, err) < 0)
		return -1;
	if (rights_is_lead(session, &id, &me->code))
		return 0;
	act_denied(session, &subject, &id, what);
	return err_reason(err, AMANA_REASON_NOT_LEAD, AMANA_E_DENIED,
			  "only a lead of %s may do that", name);
}

int
flow_case_rekey(struct session *session, const char *name, uint64_t *ret_epoch,
		struct amana_error *err)
{
	const struct state_case *a_case;
	struct custody_id id;

	if (session_authority(session, err) < 0 ||
	    names_case(session, name, &a_case, err) < 0 ||
	    require_lead(session, a_case, name, "rekey", err) < 0)
		return -1;
	/* Who was refused has been recorded, which changes the state: the case is looked
	 * up again. */
	if (names_case(session, name, &a_case, err) < 0)
		return -1;
	id = a_case->id;
	return epoch_start(session, &id, ret_epoch, err);
}

int
flow_case_card(struct session *session, const char *name, const char *path,
	       bool with_code, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	const struct state_case *a_case;
	struct casecard card = {.epoch = 0};

	if (outfile_check(path, err) < 0 || session_identity(session, err) < 0)
		return -1;
	upkeep_run(session);
	if (names_case(session, name, &a_case, err) < 0 ||
	    require_lead(session, a_case, name, "case card", err) < 0 ||
	    names_case(session, name, &a_case, err) < 0)
		return -1;
	snprintf(card.origin, sizeof card.origin, "%s",
		 state_origin(session_state(session)));
	card.fingerprint = *log_fingerprint(session->log);
	card.at = session_now();
	custody_id_hex(&a_case->id, card.case_id);
	card.epoch = a_case->epoch;
	card.recipient = a_case->recipient;
	snprintf(card.case_code, sizeof card.case_code, "-");
	if (with_code)
		names_case_code(session, &a_case->id, card.case_code);
	if (casecard_make(&card, &session->identity, &file, err) < 0)
		return -1;
	return outfile_write_new(path, BYTES_OF(file), err);
}
