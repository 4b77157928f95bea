/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "crypto/words.h"
#include "flow/office/infile.h"
#include "flow/office/outfile.h"
#include "flow/office/roster.h"
#include "keys/card.h"
#include "keys/welcome.h"
#include "session/authority.h"
#include "session/meet.h"
#include "session/names.h"
#include "session/rights_core.h"
#include "session/upkeep.h"

#include <stdio.h>
#include <string.h>

/* Members: listing them, adding them by their card, giving and taking roles, ending a
 * membership. */

/* ---- list ---- */

static void
describe(const struct roster_member *member, struct amana_member *ret_row)
{
	char key[NOTE_VKEY_MAX + 1];

	*ret_row = (struct amana_member){.revoked = member->revoked,
					 .enrolled_at = member->enrolled_at,
					 .revoked_at = member->revoked_at,
					 .keys_at = member->keys_at,
					 .rekeyed = member->rekeyed};
	snprintf(ret_row->keys_by, sizeof ret_row->keys_by, "%s", member->keys_by.text);
	snprintf(ret_row->member, sizeof ret_row->member, "%s", member->code.text);
	authority_roles_text(member->roles, ret_row->roles);
	age_recipient_text(&member->recipient, ret_row->recipient);
	note_key_text(&member->key, key); /* its name is a staff code, so it fits */
	snprintf(ret_row->key, sizeof ret_row->key, "%.*s", (int)sizeof ret_row->key - 1,
		 key);
}

/* The clocks of the log contradict each other around that time: what is listed is told
 * of both ends, with who signed the odd times. */
static void
tell_span(struct session *session, const struct roster_span *span)
{
	CLEANUP(buf_done) struct buf odd = BUF_INIT(1024);
	struct amana_error ignored = AMANA_ERROR_INIT;

	for (size_t i = 0; i < span->n_odd; i++)
		IGNORE(buf_add_fmt(&odd, &ignored, "%s%s", i > 0 ? ", " : "",
				   span->odd[i].text));
	session_notice(session, AMANA_NOTICE_CLOCK,
		       "clocks contradict each other there: that time lies between batch "
		       "%" PRIu64 " and batch %" PRIu64 "; later times are signed by %s",
		       span->first, span->last, buf_text(&odd));
}

static bool
is_same_then(const struct roster_member *a, const struct roster_member *b)
{
	return b != NULL && a->roles == b->roles && a->revoked == b->revoked &&
	       a->keys_at == b->keys_at;
}

static void
tell_difference(struct session *session, const struct roster *first,
		const struct roster *last)
{
	for (size_t i = 0; i < last->n; i++) {
		const struct roster_member *then =
			roster_find(first, last->members[i].code.text);

		if (!is_same_then(&last->members[i], then))
			session_notice(
				session, AMANA_NOTICE_CLOCK,
				"%s is not the same at both ends; the later one is "
				"listed",
				last->members[i].code.text);
	}
}

int
flow_member_list(struct session *session, int64_t at,
		 int (*row)(void *ctx, const struct amana_member *member), void *ctx,
		 struct amana_error *err)
{
	CLEANUP(roster_done) struct roster roster = ROSTER_INIT;
	CLEANUP(roster_done) struct roster first = ROSTER_INIT;
	struct roster_span span = {.last = state_slot(session_state(session))};
	int r = 0;

	span.first = span.last;
	if (at != 0 && roster_span_at(session->log, at, &span, err) < 0)
		return -1;
	if (span.before)
		return 0; /* there was no vault then */
	if (roster_build(session->log, span.last, &roster, err) < 0 ||
	    (span.first != span.last &&
	     roster_build(session->log, span.first, &first, err) < 0))
		return -1;
	if (span.first != span.last) {
		tell_span(session, &span);
		tell_difference(session, &first, &roster);
	}
	for (size_t i = 0; r == 0 && i < roster.n; i++) {
		struct amana_member member;

		describe(&roster.members[i], &member);
		r = row(ctx, &member);
	}
	return r;
}

/* ---- add ---- */

/* Reads the card, which must have that fingerprint unless it is NULL. */
static int
read_card(const char *path, const char *fingerprint, struct card *ret_card,
	  struct amana_error *err)
{
	char words[WORDS_TEXT_MAX + 1];

	if (infile_read_card(path, ret_card, err) < 0)
		return -1;
	if (fingerprint == NULL || words_match(fingerprint, &ret_card->fingerprint))
		return 0;
	words_of_hash(&ret_card->fingerprint, words);
	return err_reason(err, AMANA_REASON_BAD_CARD, AMANA_E_TAMPERED,
			  "this is not the card that was read out: its words are \"%s\"",
			  words);
}

/* Reads "admin", "auditor", "admin,auditor" or "recovery"; NULL is no role. */
static int
parse_roles(const char *text, uint8_t *ret_roles, struct amana_error *err)
{
	uint8_t roles = 0;
	const char *at = text;

	while (at != NULL && *at != 0) {
		size_t len = strcspn(at, ",");
		uint8_t role = 0;

		if (len == 5 && memcmp(at, "admin", 5) == 0)
			role = ROLE_ADMIN;
		else if (len == 7 && memcmp(at, "auditor", 7) == 0)
			role = ROLE_AUDITOR;
		else if (len == 8 && memcmp(at, "recovery", 8) == 0)
			role = ROLE_RECOVERY;
		if (role == 0 || (roles & role) != 0 ||
		    ((roles | role) != ROLE_RECOVERY &&
		     ((roles | role) & ROLE_RECOVERY) != 0) ||
		    (at[len] == ',' && at[len + 1] == 0))
			return err_set(
				err, AMANA_E_USAGE,
				"'%s' are no roles: admin, auditor, both with a comma, or "
				"recovery alone",
				text);
		roles |= role;
		at += len + (at[len] == ',');
	}
	*ret_roles = roles;
	return 0;
}

/* The roles that the log lets a member have whose keys are replaced: who adds the card
 * again does not choose them (docs/FORMAT.md 10.3). */
static uint8_t
roles_of_existing(struct session *session, const struct state_member *member)
{
	if (strcmp(session->who, member->code.text) == 0)
		return member->roles;
	if (member->card)
		return ROLE_RECOVERY;
	return (member->roles & ROLE_ADMIN) != 0 &&
			       state_admins(session_state(session)) == 1
		       ? ROLE_ADMIN
		       : 0;
}

static void
tell_what_ends(struct session *session, const struct state_member *member)
{
	const struct state *state = session_state(session);
	const struct state_grant *grant = NULL;
	char code[NAMES_REF_MAX];

	if (strcmp(session->who, member->code.text) == 0) {
		session_notice(session, AMANA_NOTICE_INFO,
			       "these become your keys; what you hold is sealed anew by "
			       "those who hold it with you");
		return;
	}
	session_notice(session, AMANA_NOTICE_INFO,
		       "%s is a member already: this replaces the keys and ends every "
		       "role and grant of before",
		       member->code.text);
	while ((grant = state_grant_next_of_member(state, &member->code, grant)) !=
	       NULL) {
		const struct state_case *a_case = state_grant_case(state, grant);

		if (grant->kind == GRANT_NONE)
			continue;
		if (a_case != NULL)
			names_case_label(session, &a_case->id, code);
		session_notice(
			session, AMANA_NOTICE_INFO,
			"%s was %s of %s: whoever gave that compares the new words "
			"and gives it again",
			member->code.text, grant_kind_name(grant->kind),
			a_case != NULL ? code : "the audit ring");
	}
}

/* Somebody with this code may be a member already.  Then the card replaces that one's
 * keys. */
static int
settle_existing(struct session *session, const struct card *card, const char *roles_text,
		uint8_t *roles, struct amana_error *err)
{
	const struct state_member *member;
	struct member_code code;
	char text[32];

	if (member_code_parse(card->code, strlen(card->code), &code) < 0)
		return err_bug(err, "a card without a staff code");
	member = state_member(session_state(session), &code);
	if (member == NULL || !member->enrolled)
		return 0;
	if (member->revoked)
		return err_reason(
			err, AMANA_REASON_CODE_USED, AMANA_E_CONFLICT,
			"%s was revoked, and a code is never used again: make a card with a "
			"new one",
			code.text);
	if (age_recipient_equal(&member->recipient, &card->recipient) &&
	    memcmp(member->pub, card->key.pub, sizeof member->pub) == 0)
		return err_reason(
			err, AMANA_REASON_ALREADY, AMANA_E_CONFLICT,
			roles_text == NULL || *roles == member->roles
				? "%s is a member already, with this card"
				: "%s is a member already, with this card; roles change "
				  "with: amana member role",
			code.text);
	if (roles_text != NULL && *roles != roles_of_existing(session, member)) {
		authority_roles_text(roles_of_existing(session, member), text);
		return err_set(err, AMANA_E_USAGE,
			       "%s is a member already: new keys come with the roles %s, "
			       "and others are given afterwards (amana member role)",
			       code.text, text);
	}
	*roles = roles_of_existing(session, member);
	tell_what_ends(session, member);
	return 0;
}

static int
write_welcome(struct session *session, const char *code, const struct act_done *done,
	      const char *path, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct welcome welcome = {.fingerprint = *log_fingerprint(session->log),
				  .slot = done->batch,
				  .head = done->head};

	snprintf(welcome.origin, sizeof welcome.origin, "%s",
		 state_origin(session_state(session)));
	snprintf(welcome.code, sizeof welcome.code, "%s", code);
	if (welcome_make(&welcome, &session->identity, &file, err) < 0 ||
	    outfile_write_new(path, BYTES_OF(file), err) < 0)
		return err_wrap(err, "%s is a member now, but has no welcome", code);
	return 0;
}

/* Where the words of a new member have just been compared, nobody asks for them again,
 * and a new auditor gets the audit ring at once if this person holds it. */
static int
hand_audit_ring(struct session *session, const struct member_code *code, uint8_t roles,
		bool compared, struct amana_error *err)
{
	const struct state_member *member = state_member(session_state(session), code);
	const struct state_member *me;

	if (member == NULL || (compared && meet_keep(session, member, err) < 0))
		return -1;
	/* Whoever has other keys now signs nothing more in this session. */
	if ((roles & ROLE_AUDITOR) == 0 || strcmp(session->who, code->text) == 0)
		return 0;
	if (session_member(session, &me, err) < 0)
		return -1;
	if (compared && rights_holds_audit_ring(session, &me->code))
		return flow_audit_admit(session, code->text, err);
	session_notice(
		session, AMANA_NOTICE_INFO,
		"%s reads nothing yet: who holds the audit ring lets the new auditor "
		"in with: amana audit admit %s",
		code->text, code->text);
	return 0;
}

int
flow_member_add(struct session *session, const struct amana_member_add *request,
		char *ret_proposal, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct authority_act what = {.entry = entry, .event = EVENT_ENROL};
	struct member_code code;
	struct subject subject;
	struct act_done done;
	struct card card;
	uint8_t roles = 0;
	int r;

	if (entry == NULL ||
	    read_card(request->card_path, request->fingerprint, &card, err) < 0 ||
	    parse_roles(request->roles, &roles, err) < 0 ||
	    (request->welcome_path != NULL &&
	     outfile_check(request->welcome_path, err) < 0) ||
	    authority_begin(session, ROLE_ADMIN | ROLE_RECOVERY, "member add", err) < 0 ||
	    settle_existing(session, &card, request->roles, &roles, err) < 0)
		return -1;
	if (member_code_parse(card.code, strlen(card.code), &code) < 0)
		return err_bug(err, "a card without a staff code");
	subject = subject_member(&code);
	entry_init(entry, ACT_ENROL, &subject);
	entry->own.enrol = (struct act_enrol){
		.recipient = card.recipient, .key = card.key, .roles = roles};
	r = authority_run(session, &what, ret_proposal, &done, err);
	if (r != 0)
		return r;
	if (request->welcome_path != NULL &&
	    write_welcome(session, card.code, &done, request->welcome_path, err) < 0)
		return -1;
	return hand_audit_ring(session, &code, roles, request->fingerprint != NULL, err);
}

/* ---- role ---- */

int
flow_member_role(struct session *session, const char *name, const char *role, bool add,
		 char *ret_proposal, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct authority_act what = {.entry = entry, .event = EVENT_ROLE};
	const struct state_member *member;
	struct subject subject;
	struct act_done done;
	uint8_t roles = 0;
	int r;

	if (entry == NULL || parse_roles(role, &roles, err) < 0)
		return -1;
	if (roles != ROLE_ADMIN && roles != ROLE_AUDITOR)
		return err_set(err, AMANA_E_USAGE, "'%s' is no role: admin or auditor",
			       role);
	if (authority_begin(session, ROLE_ADMIN, "member role", err) < 0 ||
	    names_member(session, name, &member, err) < 0)
		return -1;
	if (!member->revoked && ((member->roles & roles) != 0) == add)
		return err_set(err, AMANA_E_CONFLICT,
			       add ? "%s has the role %s already"
				   : "%s has not the role %s",
			       name, role);
	subject = subject_member(&member->code);
	entry_init(entry, ACT_ROLE, &subject);
	entry->own.role = (struct act_role){.role = roles, .add = add};
	r = authority_run(session, &what, ret_proposal, &done, err);
	if (r != 0)
		return r;
	upkeep_run(session);
	if (add && roles == ROLE_AUDITOR)
		session_notice(
			session, AMANA_NOTICE_INFO,
			"%s reads nothing yet: who holds the audit ring lets the new "
			"auditor in with: amana audit admit %s",
			name, name);
	return 0;
}

/* ---- revoke ---- */

/* The cases of which a member holds keys: new epochs of them are due once the member is
 * gone. */
struct held_cases {
	struct custody_id *ids;
	size_t n;
};

static void
held_cases_done(struct held_cases *held)
{
	mem_free(held->ids);
}

static int
find_held(const struct state *state, const struct member_code *code,
	  struct held_cases *held, struct amana_error *err)
{
	const struct state_grant *grant = NULL;

	held->ids = mem_array((size_t)state_n_cases(state) + 1, sizeof held->ids[0], err);
	if (held->ids == NULL)
		return -1;
	while ((grant = state_grant_next_of_member(state, code, grant)) != NULL) {
		const struct state_case *a_case = state_grant_case(state, grant);

		if (a_case != NULL && grant->kind != GRANT_NONE &&
		    grant->kind != GRANT_DEPOSITOR)
			held->ids[held->n++] = a_case->id;
	}
	return 0;
}

static void
tell_due(struct session *session, const struct held_cases *held,
	 const struct amana_member_revoke *request)
{
	for (size_t i = 0; request->due != NULL && i < held->n; i++) {
		char code[TEXT_CASE_MAX + 1], hex[CUSTODY_ID_HEX_LEN + 1];

		if (!state_ring_due(session_state(session), &held->ids[i]))
			continue; /* this person leads it, and the upkeep has made one */
		names_case_code(session, &held->ids[i], code);
		custody_id_hex(&held->ids[i], hex);
		request->due(request->ctx, code, hex);
	}
}

/* Nobody leaves a case without its last lead by the way. */
static int
ask_last_leads(struct session *session, const struct state_member *member,
	       const struct amana_member_revoke *request, struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_grant *grant = NULL;

	while ((grant = state_grant_next_of_member(state, &member->code, grant)) !=
	       NULL) {
		const struct state_case *a_case = state_grant_case(state, grant);
		char code[TEXT_CASE_MAX + 1], hex[CUSTODY_ID_HEX_LEN + 1];

		if (a_case == NULL || grant->kind != GRANT_LEAD || a_case->n_leads != 1)
			continue;
		names_case_code(session, &a_case->id, code);
		custody_id_hex(&a_case->id, hex);
		if (request->last_lead == NULL)
			session_notice(
				session, AMANA_NOTICE_INFO,
				"%s is the last lead of case id:%.8s, which takes no "
				"deposits from now on",
				member->code.text, hex);
		else if (!request->last_lead(request->ctx, code, hex))
			return err_reason(
				err, AMANA_REASON_LAST_LEAD, AMANA_E_CONFLICT,
				"%s is the last lead of a case: nobody was revoked",
				member->code.text);
	}
	return 0;
}

/* What the member handed out stays: an accomplice among them is one until a lead ends
 * that grant. */
static void
tell_granted(struct session *session, const struct member_code *code,
	     const struct amana_member_revoke *request)
{
	const struct state *state = session_state(session);

	for (uint32_t i = 0; request->granted != NULL && i < state_n_cases(state); i++) {
		const struct state_case *a_case = state_case_at(state, i);
		const struct state_grant *grant = NULL;
		char name[TEXT_CASE_MAX + 1], hex[CUSTODY_ID_HEX_LEN + 1];

		while ((grant = state_grant_next_of_case(state, &a_case->id, grant)) !=
		       NULL) {
			const struct state_member *by = state_grant_signer(state, grant);

			if (grant->kind == GRANT_NONE || by == NULL ||
			    !member_code_equal(&by->code, code))
				continue;
			names_case_code(session, &a_case->id, name);
			custody_id_hex(&a_case->id, hex);
			request->granted(request->ctx, name, hex,
					 state_grant_member(state, grant)->code.text,
					 grant_kind_name(grant->kind));
		}
	}
}

int
flow_member_revoke(struct session *session, const struct amana_member_revoke *request,
		   char *ret_proposal, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	CLEANUP(held_cases_done) struct held_cases held = {.n = 0};
	const struct authority_act what = {
		.entry = entry, .event = EVENT_REVOKE, .reason = request->reason};
	const struct state_member *member;
	struct subject subject;
	struct act_done done;
	int r;

	if (entry == NULL)
		return -1;
	if (request->reason[0] == 0)
		return err_set(err, AMANA_E_USAGE, "ending a membership needs a reason");
	if (authority_begin(session, ROLE_ADMIN, "member revoke", err) < 0 ||
	    names_member(session, request->member, &member, err) < 0)
		return -1;
	if (member->revoked)
		return err_reason(err, AMANA_REASON_ALREADY, AMANA_E_CONFLICT,
				  "%s was revoked already", request->member);
	if (find_held(session_state(session), &member->code, &held, err) < 0)
		return -1;
	if (ask_last_leads(session, member, request, err) < 0)
		return -1;
	subject = subject_member(&member->code);
	entry_init(entry, ACT_REVOKE, &subject);
	r = authority_run(session, &what, ret_proposal, &done, err);
	if (r != 0)
		return r;
	tell_granted(session, &subject.member, request);
	upkeep_run(session);
	tell_due(session, &held, request);
	return 0;
}
