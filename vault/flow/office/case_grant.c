/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "flow/office/policy.h"
#include "session/act_denied.h"
#include "session/epoch.h"
#include "session/meet.h"
#include "session/names.h"
#include "session/rights_core.h"
#include "session/upkeep.h"

#include <string.h>

/* Granting: in one case or in several at once, as an appointment, as a confirmation, and
 * in the audit ring.  Keys of the past pass here and nowhere else, to keys whose words a
 * person has compared. */

/* A grant that is about to be given. */
struct granting {
	struct session *session;
	struct custody_id *case_ids; /* owned; NULL: the audit ring */
	size_t n_cases;
	struct member_code member;
	struct age_recipient to; /* the member's, when the words were compared */
	struct act_grant grant;
};

static void
granting_done(struct granting *granting)
{
	mem_free(granting->case_ids);
}

/* The i-th ring; NULL is the audit ring. */
static const struct custody_id *
ring_at(const struct granting *granting, size_t i)
{
	return granting->case_ids != NULL ? &granting->case_ids[i] : NULL;
}

static struct subject
subject_at(const struct granting *granting, size_t i)
{
	const struct custody_id *id = ring_at(granting, i);

	return id != NULL ? subject_grant(id, &granting->member)
			  : subject_audit_grant(&granting->member);
}

/* An admin lets an auditor in where nobody holds the ring: there are no keys to give. */
static bool
gives_no_file(const struct granting *granting, const struct state *state)
{
	return granting->case_ids == NULL && state_audit_holders(state) == 0;
}

static void
fill_entry(const struct granting *granting, const struct state *state, size_t i,
	   struct entry *entry)
{
	struct subject subject = subject_at(granting, i);

	entry_init(entry, ACT_GRANT, &subject);
	entry->own.grant = granting->grant;
	entry->own.grant.to = granting->to;
	entry->own.grant.epoch = state_ring_epoch(state, ring_at(granting, i));
}

static int
put_file(struct granting *granting, const struct custody_id *case_id,
	 struct hash *ret_object, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	enum ring_content content;

	if (epoch_ring_for_change(granting->session, case_id, &ring, err) < 0)
		return -1;
	/* Whoever holds no keys of the ring can give none: the new lead then starts an
	 * epoch. */
	content = granting->grant.kind == GRANT_DEPOSITOR || ring->n_epochs == 0
			  ? RING_WITHOUT_KEYS
			  : RING_WITH_KEYS;
	return epoch_put_for_one(granting->session, ring, content, &granting->to,
				 ret_object, err);
}

static int
prepare_grant(struct act *act, const struct state *state, void *arg,
	      struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct granting *granting = arg;
	const struct state_member *member = state_member(state, &granting->member);
	struct hash object;

	if (entry == NULL)
		return -1;
	if (member == NULL)
		return err_reason(err, AMANA_REASON_NO_MEMBER, AMANA_E_MISSING,
				  "%s is no member any more", granting->member.text);
	/* The words that were compared are those of other keys than the member has now.
	 */
	if (!age_recipient_equal(&member->recipient, &granting->to))
		return err_reason(err, AMANA_REASON_OUTRUN, AMANA_E_CONFLICT,
				  "%s has been given other keys meanwhile: compare the "
				  "words again",
				  granting->member.text);
	for (size_t i = 0; i < granting->n_cases; i++) {
		const struct custody_id *case_id = ring_at(granting, i);

		if (case_id != NULL && act_for_case(act, case_id, err) < 0)
			return -1;
		fill_entry(granting, state, i, entry);
		if (!gives_no_file(granting, state)) {
			if (put_file(granting, case_id, &object, err) < 0)
				return -1;
			if (entry_add_object(entry, &object) < 0)
				return err_bug(err,
					       "an entry without room for its object");
		}
		if (act_add(act, entry, NULL, err) < 0)
			return -1;
	}
	return 0;
}

/* The log's rules are asked before anything is sealed, and a refusal goes on record. */
static int
require_granter(struct granting *granting, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct session *session = granting->session;
	const struct state *state = session_state(session);
	const struct state_member *me;
	static const struct hash some_file;
	struct subject subject;
	struct state_why why;

	if (entry == NULL || session_member(session, &me, err) < 0)
		return -1;
	for (size_t i = 0; i < granting->n_cases; i++) {
		fill_entry(granting, state, i, entry);
		entry->actor = me->code;
		entry->at = session_now();
		if (!gives_no_file(granting, state) &&
		    entry_add_object(entry, &some_file) < 0)
			return err_bug(err, "an entry without room for its object");
		if (state_may(state, entry, &why))
			continue;
		subject = granting->case_ids != NULL ? subject_case(ring_at(granting, i))
						     : subject_vault();
		act_denied(session, &subject, ring_at(granting, i), "grant");
		return err_reason(err, why.reason, AMANA_E_DENIED, "%s", why.text);
	}
	return 0;
}

static int
run(struct granting *granting, enum event event, struct amana_error *err)
{
	const struct act_spec spec = {.case_id = ring_at(granting, 0),
				      .event = event,
				      .prepare = prepare_grant,
				      .arg = granting};
	const struct state_member *member;
	struct act_done done;

	/* Asked of the state as it is now: a refusal above may have changed it. */
	member = state_member(session_state(granting->session), &granting->member);
	if (member == NULL)
		return err_bug(err, "a member that the state does not have");
	granting->to = member->recipient;
	if (require_granter(granting, err) < 0)
		return -1;
	member = state_member(session_state(granting->session), &granting->member);
	/* A depositor gets no keys, but what follows is sealed by his hand to the case:
	 * the words are compared all the same. */
	return member == NULL || meet_for_grant(granting->session, member, err) < 0 ||
			       act_run(granting->session, &spec, &done, err) < 0
		       ? -1
		       : 0;
}

static int
grant_kind_of(const char *as, enum grant_kind *ret_kind, struct amana_error *err)
{
	static const enum grant_kind kinds[] = {GRANT_LEAD, GRANT_READER, GRANT_DEPOSITOR,
						GRANT_STANDBY, GRANT_RECOVERY};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(as, grant_kind_name(kinds[i])) != 0)
			continue;
		*ret_kind = kinds[i];
		return 0;
	}
	return err_set(err, AMANA_E_USAGE,
		       "'%s' is no kind of grant: lead, reader, depositor, standby or "
		       "recovery",
		       as);
}

/* When a grant ends of which nobody says it: leads and recovery cards stay until somebody
 * ends it, others for so many days. */
static int64_t
default_end(const struct session *session, enum grant_kind kind)
{
	return kind == GRANT_LEAD || kind == GRANT_RECOVERY
		       ? 0
		       : session_now() +
				 (int64_t)policy_grant_days(session_state(session)) *
					 86400;
}

static int
take_cases(struct granting *granting, const struct amana_case_grant *request,
	   struct amana_error *err)
{
	const struct state_case *a_case;

	granting->case_ids =
		mem_array(request->n_cases, sizeof granting->case_ids[0], err);
	if (granting->case_ids == NULL)
		return -1;
	for (size_t i = 0; i < request->n_cases; i++) {
		if (names_case(granting->session, request->cases[i], &a_case, err) < 0)
			return -1;
		for (size_t k = 0; k < i; k++)
			if (custody_id_equal(&granting->case_ids[k], &a_case->id))
				return err_set(err, AMANA_E_USAGE, "%s is named twice",
					       request->cases[i]);
		granting->case_ids[granting->n_cases++] = a_case->id;
	}
	return 0;
}

#define CASES_MAX 256 /* in one act */

int
flow_case_grant(struct session *session, const struct amana_case_grant *request,
		int64_t *ret_until, struct amana_error *err)
{
	CLEANUP(granting_done) struct granting granting = {.session = session};
	const struct state_member *who;
	int64_t until = request->until;

	if (request->n_cases == 0 || request->n_cases > CASES_MAX)
		return err_set(
			err, AMANA_E_USAGE,
			"a grant is for at most %d cases at once, and one at least",
			CASES_MAX);
	if (grant_kind_of(request->as, &granting.grant.kind, err) < 0 ||
	    session_authority(session, err) < 0)
		return -1;
	upkeep_run(session);
	if (take_cases(&granting, request, err) < 0 ||
	    names_member(session, request->member, &who, err) < 0)
		return -1;
	if (until < 0)
		until = default_end(session, granting.grant.kind);
	if (until != 0 && until <= session_now())
		return err_set(err, AMANA_E_USAGE, "the date has passed already");
	granting.grant.has_until = until != 0;
	granting.grant.until_at = until;
	granting.member = who->code;
	if (run(&granting, EVENT_GRANT, err) < 0)
		return -1;
	*ret_until = until;
	return 0;
}

/* ---- confirming a provisional lead ---- */

int
flow_case_confirm(struct session *session, const char *case_name, const char *member,
		  struct amana_error *err)
{
	CLEANUP(granting_done) struct granting granting = {.session = session};
	const struct amana_case_grant request = {.cases = &case_name, .n_cases = 1};
	const struct state_grant *grant;
	const struct state_member *who, *me;

	if (session_authority(session, err) < 0)
		return -1;
	upkeep_run(session);
	if (take_cases(&granting, &request, err) < 0 ||
	    names_member(session, member, &who, err) < 0)
		return -1;
	grant = state_grant(session_state(session), &granting.case_ids[0], &who->code);
	if (grant == NULL || grant->kind != GRANT_LEAD || !grant->appointment)
		return err_set(err, AMANA_E_USAGE,
			       "%s is no lead of %s whom an admin appointed", member,
			       case_name);
	/* A lead's grant is judged as that lead's, which only a standing one's makes
	 * firm. */
	if (session_member(session, &me, err) < 0)
		return -1;
	if (rights_is_lead(session, &granting.case_ids[0], &me->code) &&
	    !state_is_standing_lead(
		    session_state(session),
		    state_case(session_state(session), &granting.case_ids[0]), &me->code))
		return err_set(
			err, AMANA_E_DENIED,
			"%s is a provisional lead of %s, and confirms nobody there",
			me->code.text, case_name);
	granting.grant = (struct act_grant){.kind = GRANT_LEAD,
					    .has_until = grant->has_until,
					    .until_at = grant->until_at};
	granting.member = who->code;
	return run(&granting, EVENT_CONFIRM, err);
}

/* ---- the audit ring ---- */

int
flow_audit_admit(struct session *session, const char *member, struct amana_error *err)
{
	CLEANUP(granting_done)
	struct granting granting = {.session = session, .n_cases = 1};
	const struct state_grant *grant;
	const struct state_member *who;

	if (session_authority(session, err) < 0)
		return -1;
	upkeep_run(session);
	if (names_member(session, member, &who, err) < 0)
		return -1;
	grant = state_grant(session_state(session), NULL, &who->code);
	if (grant != NULL && grant->kind == GRANT_AUDITOR &&
	    state_grant_fits_keys(session_state(session), grant))
		return err_reason(err, AMANA_REASON_ALREADY, AMANA_E_CONFLICT,
				  "%s holds the audit ring already", member);
	granting.grant.kind = GRANT_AUDITOR;
	granting.member = who->code;
	return run(&granting, EVENT_AUDIT_GRANT, err);
}

int
flow_audit_accept(struct session *session, struct amana_error *err)
{
	return session_authority(session, err) < 0 ? -1 : meet_audit(session, err);
}
