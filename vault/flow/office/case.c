/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "flow/office/outfile.h"
#include "flow/office/policy.h"
#include "keys/casecard.h"
#include "session/act_denied.h"
#include "session/epoch.h"
#include "session/names.h"
#include "session/rights_core.h"
#include "session/upkeep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opening, listing, granting and re-keying cases.  Revoking is case_revoke.c. */

/* ---- open ---- */

/* A case that is about to be opened. */
struct opening {
	struct session *session;
	struct custody_id id;
	struct ring *ring;
	struct member_code leads[ENTRY_LEADS_MAX];
	size_t n_leads;
};

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct member_code *)a)->text,
		      ((const struct member_code *)b)->text);
}

static int
take_leads(struct opening *opening, const struct amana_case_open *request,
	   const struct state_member *me, struct amana_error *err)
{
	const struct state_member *lead;

	if (request->n_leads > ENTRY_LEADS_MAX)
		return err_set(err, AMANA_E_LIMIT, "a case opens with at most %d leads",
			       ENTRY_LEADS_MAX);
	if (request->n_leads == 0)
		opening->leads[opening->n_leads++] = me->code;
	for (size_t i = 0; i < request->n_leads; i++) {
		if (names_member(opening->session, request->leads[i], &lead, err) < 0)
			return -1;
		for (size_t k = 0; k < opening->n_leads; k++)
			if (member_code_equal(&opening->leads[k], &lead->code))
				return err_set(err, AMANA_E_USAGE, "%s is named twice",
					       request->leads[i]);
		opening->leads[opening->n_leads++] = lead->code;
	}
	qsort(opening->leads, opening->n_leads, sizeof opening->leads[0], by_code);
	return 0;
}

/* Puts the first key file, for the first leads and for the recovery cards, which hold
 * every ring. */
static int
put_first_file(const struct opening *opening, const struct state *state,
	       struct hash *ret_object, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	CLEANUP(mem_freep)
	struct age_recipient *to = mem_array(AGE_RECIPIENTS_MAX, sizeof to[0], err);
	size_t n = 0;

	if (to == NULL)
		return -1;
	for (size_t i = 0; i < opening->n_leads; i++) {
		const struct state_member *lead = state_member(state, &opening->leads[i]);

		if (lead == NULL)
			return err_bug(err, "a lead who is no member");
		to[n++] = lead->recipient;
	}
	for (uint32_t i = 0; i < state_n_members(state) && n < AGE_RECIPIENTS_MAX; i++) {
		const struct state_member *member = state_member_at(state, i);

		if (member->enrolled && !member->revoked &&
		    (member->roles & ROLE_RECOVERY) != 0)
			to[n++] = member->recipient;
	}
	if (ring_seal(opening->ring, RING_WITH_KEYS, to, n, &file, err) < 0)
		return -1;
	return act_put_object(opening->session, BYTES_OF(file), ret_object, err);
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
	entry->own.open.n_leads = opening->n_leads;
	memcpy(entry->own.open.leads, opening->leads, sizeof opening->leads);
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
	const struct state_member *me;
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
	    refuse_known_code(session, request->code, err) < 0 ||
	    take_leads(&opening, request, me, err) < 0)
		return -1;
	custody_id_random(&opening.id);
	custody_id_hex(&opening.id, hex);
	if (ring_new_case(log_fingerprint(session->log), hex, request->code,
			  request->title, &ring, err) < 0 ||
	    ring_add_epoch(ring, 1, err) < 0)
		return -1;
	opening.ring = ring;
	spec.case_id = &opening.id;
	spec.case_recipient = &ring->recipients[0];
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
					.held = a_case->held};
	custody_id_hex(&a_case->id, ret_info->id);
	names_case_code(session, &a_case->id, ret_info->code);
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
		n++;
	}
	qsort(grants, n, sizeof grants[0], compare_grant);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = grant_row(ctx, &grants[i]);
	return r;
}

/* ---- grant ---- */

/* A grant that is about to be given. */
struct granting {
	struct session *session;
	struct custody_id case_id;
	struct member_code member;
	struct act_grant grant;
};

static int
prepare_grant(struct act *act, const struct state *state, void *arg,
	      struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	CLEANUP(ring_freep) struct ring *ring = NULL;
	struct granting *granting = arg;
	const struct state_member *member = state_member(state, &granting->member);
	struct subject subject = subject_grant(&granting->case_id, &granting->member);
	struct hash object;

	if (entry == NULL ||
	    epoch_ring_for_change(granting->session, &granting->case_id, &ring, err) < 0)
		return -1;
	if (member == NULL)
		return err_reason(err, AMANA_REASON_NO_MEMBER, AMANA_E_MISSING,
				  "%s is no member any more", granting->member.text);
	/* Whoever holds no keys of the ring can give none: the new lead then starts an
	 * epoch. */
	if (epoch_put_for_one(granting->session, ring,
			      granting->grant.kind == GRANT_DEPOSITOR ||
					      ring->n_epochs == 0
				      ? RING_WITHOUT_KEYS
				      : RING_WITH_KEYS,
			      &member->recipient, &object, err) < 0)
		return -1;
	granting->grant.epoch = state_ring_epoch(state, &granting->case_id);
	entry_init(entry, ACT_GRANT, &subject);
	entry->own.grant = granting->grant;
	if (entry_add_object(entry, &object) < 0)
		return err_bug(err, "an entry without room for its object");
	return act_add(act, entry, NULL, err);
}

static int
grant_kind_of(const char *as, enum grant_kind *ret_kind, struct amana_error *err)
{
	static const enum grant_kind kinds[] = {GRANT_LEAD, GRANT_READER, GRANT_DEPOSITOR,
						GRANT_STANDBY};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(as, grant_kind_name(kinds[i])) != 0)
			continue;
		*ret_kind = kinds[i];
		return 0;
	}
	return err_set(err, AMANA_E_USAGE,
		       "'%s' is no kind of grant: lead, reader, depositor or standby",
		       as);
}

static bool
has_lead(const struct state *state, const struct custody_id *case_id)
{
	const struct state_grant *grant = NULL;

	while ((grant = state_grant_next_of_case(state, case_id, grant)) != NULL)
		if (state_grant_means(grant) == GRANT_LEAD)
			return true;
	return false;
}

/* Who may grant: a lead, or while the case has none an admin or recovery card, who may
 * make one.  The log refuses others too, but only after keys have been sealed, and it
 * records no denial. */
static int
require_granter(struct session *session, const struct granting *granting,
		const char *name, struct amana_error *err)
{
	const struct state *state = session_state(session);
	struct subject subject = subject_case(&granting->case_id);
	const struct state_member *me;
	bool stands_in;

	if (session_member(session, &me, err) < 0)
		return -1;
	stands_in = (me->roles & (ROLE_ADMIN | ROLE_RECOVERY)) != 0 &&
		    !has_lead(state, &granting->case_id);
	if (rights_is_lead(session, &granting->case_id, &me->code) ||
	    (stands_in && granting->grant.kind == GRANT_LEAD))
		return 0;
	act_denied(session, &subject, &granting->case_id, "grant");
	return stands_in ? err_set(err, AMANA_E_DENIED,
				   "%s has no lead: it needs one first (--as lead)", name)
			 : err_reason(err, AMANA_REASON_NOT_LEAD, AMANA_E_DENIED,
				      "only a lead of %s may grant it", name);
}

/* When a grant ends of which nobody says it: leads stay until somebody ends it, others
 * for so many days. */
static int64_t
default_end(const struct session *session, enum grant_kind kind)
{
	return kind == GRANT_LEAD
		       ? 0
		       : session_now() +
				 (int64_t)policy_grant_days(session_state(session)) *
					 86400;
}

int
flow_case_grant(struct session *session, const struct amana_case_grant *request,
		int64_t *ret_until, struct amana_error *err)
{
	struct granting granting = {.session = session};
	struct act_spec spec = {
		.event = EVENT_GRANT, .prepare = prepare_grant, .arg = &granting};
	const struct state_member *who;
	const struct state_case *a_case;
	int64_t until = request->until;
	struct act_done done;

	if (grant_kind_of(request->as, &granting.grant.kind, err) < 0 ||
	    session_authority(session, err) < 0)
		return -1;
	upkeep_run(session);
	if (names_case(session, request->case_name, &a_case, err) < 0 ||
	    names_member(session, request->member, &who, err) < 0)
		return -1;
	if (until < 0)
		until = default_end(session, granting.grant.kind);
	if (until != 0 && until <= session_now())
		return err_set(err, AMANA_E_USAGE, "the date has passed already");
	granting.grant.has_until = until != 0;
	granting.grant.until_at = until;
	granting.case_id = a_case->id;
	granting.member = who->code;
	if (require_granter(session, &granting, request->case_name, err) < 0)
		return -1;
	spec.case_id = &granting.case_id;
	if (act_run(session, &spec, &done, err) < 0)
		return -1;
	*ret_until = until;
	return 0;
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
