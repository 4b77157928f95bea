/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "crypto/words.h"
#include "session/authority.h"
#include "flow/office/office.h"

#include "crypto/words.h"
#include "keys/card.h"
#include "session/act_denied.h"
#include "session/authority.h"
#include "session/id_search.h"
#include "session/names.h"
#include "session/upkeep.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Acts that wait for a second person: told in words, signed, or refused. */

static void PRINTF_LIKE(2, 3) say(struct amana_proposal *row, const char *fmt, ...)
{
	size_t len = strlen(row->text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(row->text + len, sizeof row->text - len, fmt, args);
	va_end(args);
}

/* Says the words of the newcomer's card, which the second person should hear from the
 * newcomer before signing. */
static void
say_card(struct amana_proposal *row, const struct act_enrol *enrol, const char *code)
{
	struct identity public_part = {.recipient = enrol->recipient, .key = enrol->key};
	struct amana_error ignored = AMANA_ERROR_INIT;
	char words[WORDS_TEXT_MAX + 1];
	struct card card;

	snprintf(public_part.code, sizeof public_part.code, "%s", code);
	if (card_of(&public_part, &card, &ignored) < 0)
		return;
	words_of_hash(&card.fingerprint, words);
	say(row, "; the card's words are \"%s\"", words);
}

static void
say_enrol(struct session *session, struct amana_proposal *row, const struct entry *entry)
{
	const struct state_member *member =
		state_member(session_state(session), &entry->subject.member);
	const char *code = entry->subject.member.text;
	char roles[32];

	authority_roles_text(entry->own.enrol.roles, roles);
	if (member != NULL && member->enrolled)
		say(row, "replace the keys of %s", code);
	else
		say(row, "make %s a member", code);
	say(row, ", roles: %s", strcmp(roles, "-") == 0 ? "none" : roles);
	say_card(row, &entry->own.enrol, code);
}

static void
say_policy(struct amana_proposal *row, const struct act_policy *policy)
{
	switch (policy->key) {
	case POLICY_TWO_PERSON:
		say(row, "policy two-person on");
		break;
	case POLICY_GRANT_DAYS:
		say(row, "policy grant-days %" PRIu64, policy->value);
		break;
	case POLICY_DISCLOSURE:
		say(row, "policy disclosure two-person");
		break;
	case POLICY_BREAK_GLASS:
		say(row, "policy break-glass %s", policy->value == 1 ? "on" : "off");
		break;
	}
}

/* Says which exhibit or case it is about, by its name if this person knows it without
 * being asked for a passphrase. */
static void
say_subject(struct session *session, struct amana_proposal *row,
	    const struct subject *subject)
{
	char hex[CUSTODY_ID_HEX_LEN + 1], ref[NAMES_REF_MAX] = "-";
	const struct state_exhibit *exhibit;

	custody_id_hex(&subject->id, hex);
	if (session->has_identity && subject->kind == SUBJECT_CASE) {
		names_case_code(session, &subject->id, ref);
	} else if (session->has_identity && subject->kind == SUBJECT_EXHIBIT) {
		exhibit = state_exhibit(session_state(session), &subject->id);
		if (exhibit != NULL)
			names_exhibit_ref(session, exhibit, ref);
	}
	if (subject->kind == SUBJECT_VAULT)
		say(row, "the vault");
	else if (strcmp(ref, "-") == 0)
		say(row, "%s id:%s", subject->kind == SUBJECT_CASE ? "case" : "exhibit",
		    hex);
	else
		say(row, "%s", ref);
}

static void
say_act(struct session *session, struct amana_proposal *row, const struct entry *entry)
{
	char head[HASH_HEX_LEN + 1];

	switch (entry->proposed) {
	case ACT_ENROL:
		say_enrol(session, row, entry);
		break;
	case ACT_ROLE:
		say(row, "%s %s the role %s", entry->own.role.add ? "give" : "take from",
		    entry->subject.member.text,
		    entry->own.role.role == ROLE_ADMIN ? "admin" : "auditor");
		break;
	case ACT_REVOKE:
		say(row, "end the membership of %s", entry->subject.member.text);
		break;
	case ACT_POLICY:
		say_policy(row, &entry->own.policy);
		break;
	case ACT_FORMAT:
		say(row, "begin format %" PRIu64, entry->own.format);
		break;
	case ACT_HOLD:
		say(row, "release the hold on ");
		say_subject(session, row, &entry->subject);
		break;
	case ACT_DISPOSE:
		say(row, "dispose of ");
		say_subject(session, row, &entry->subject);
		break;
	case ACT_ERASE:
		say(row, "erase %s of ",
		    text_count(entry->own.destroy.n_strikes, "line", "lines").text);
		say_subject(session, row, &entry->subject);
		break;
	case ACT_RESTORED:
		hash_hex(&entry->own.restored.head, head);
		say(row,
		    "accept that the vault was restored from a backup; the lost history ended with "
		    "batch %" PRIu64 ", head %s",
		    entry->own.restored.slot, head);
		break;
	default:
		say(row, "%s", action_name(entry->proposed));
		break;
	}
}

static int
describe(struct session *session, const struct state_proposal *proposal,
	 struct entry *entry, struct amana_proposal *ret_row, struct amana_error *err)
{
	const struct state_member *by =
		state_proposal_by(session_state(session), proposal);

	if (entry_decode((struct bytes){proposal->entry, proposal->entry_len}, entry,
			 err) < 0)
		return err_bug(err, "a proposal that cannot be read");
	*ret_row =
		(struct amana_proposal){.at = entry->at, .batch = proposal->proposed_in};
	hash_hex(&proposal->leaf, ret_row->id);
	snprintf(ret_row->action, sizeof ret_row->action, "%s",
		 action_name(proposal->action));
	subject_text(&proposal->subject, ret_row->subject);
	snprintf(ret_row->by, sizeof ret_row->by, "%s", by != NULL ? by->code.text : "-");
	say_act(session, ret_row, entry);
	return 0;
}

int
flow_approve_list(struct session *session,
		  int (*row)(void *ctx, const struct amana_proposal *proposal), void *ctx,
		  struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct state *state = session_state(session);
	int r = 0;

	if (entry == NULL)
		return -1;
	for (uint32_t i = 0; r == 0 && i < state_n_proposals(state); i++) {
		const struct state_proposal *proposal = state_proposal_at(state, i);
		struct amana_proposal text;

		if (!state_proposal_is_open(state, proposal))
			continue;
		if (describe(session, proposal, entry, &text, err) < 0)
			return -1;
		r = row(ctx, &text);
	}
	return r;
}

/* ---- sign and refuse ---- */

/* The case to whose ring the act sheet is sealed, which is the subject's; NULL: none.  It
 * goes to `out`. */
static const struct custody_id *
case_of(const struct state *state, const struct subject *subject, struct custody_id *out)
{
	const struct state_exhibit *exhibit;

	if (subject->kind == SUBJECT_CASE) {
		*out = subject->id;
		return out;
	}
	if (subject->kind != SUBJECT_EXHIBIT)
		return NULL;
	exhibit = state_exhibit(state, &subject->id);
	if (exhibit == NULL)
		return NULL;
	*out = state_exhibit_case(state, exhibit)->id;
	return out;
}

/* The person may not sign it.  That is put on record on the exhibit or case, else on the
 * vault. */
static int
refuse(struct session *session, const struct subject *subject,
       const struct custody_id *case_id, const struct state_why *why,
       struct amana_error *err)
{
	bool of_case = subject->kind == SUBJECT_CASE || subject->kind == SUBJECT_EXHIBIT;
	const struct subject about = of_case ? *subject : subject_vault();

	act_denied(session, &about, of_case ? case_id : NULL, "approve");
	return err_reason(err, why->reason, AMANA_E_DENIED, "approve: %s", why->text);
}

static void
tell_newcomer(struct session *session, const struct member_code *code)
{
	char words[WORDS_TEXT_MAX + 1];

	words_of_hash(log_fingerprint(session->log), words);
	session_notice(
		session, AMANA_NOTICE_INFO,
		"%s is a member now. There is no welcome file for an approved member: give %s "
		"the vault's words, to compare at the first contact: %s",
		code->text, code->text, words);
}

int
flow_approve(struct session *session, const char *id, bool yes, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct act_spec spec = {.event = yes ? EVENT_APPROVE : EVENT_REFUSE,
				.entry = entry};
	const struct state_proposal *proposal;
	const struct custody_id *case_id;
	const struct state_member *me;
	struct custody_id case_room;
	struct subject subject;
	struct state_why why;
	struct act_done done;
	enum action action;

	if (entry == NULL || session_authority(session, err) < 0)
		return -1;
	upkeep_run(session);
	if (session_member(session, &me, err) < 0 ||
	    id_search_proposal(session_state(session), id, &proposal, err) < 0)
		return -1;
	subject = proposal->subject;
	action = proposal->action;
	case_id = case_of(session_state(session), &subject, &case_room);
	entry_init(entry, ACT_APPROVE, &subject);
	entry->actor = me->code;
	entry->at = session_now();
	entry->own.approve = (struct act_approve){.proposal = proposal->leaf, .yes = yes};
	if (!state_may(session_state(session), entry, &why))
		return refuse(session, &subject, case_id, &why, err);
	spec.case_id = case_id;
	if (act_run(session, &spec, &done, err) < 0)
		return -1;
	upkeep_run(session); /* keys for a new auditor, epochs that are due now */
	if (yes && action == ACT_ENROL)
		tell_newcomer(session, &subject.member);
	return 0;
}
