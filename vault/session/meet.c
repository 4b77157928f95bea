/* SPDX-License-Identifier: Apache-2.0 */
#include "session/meet.h"

#include "crypto/words.h"
#include "keys/card.h"
#include "log/log_known.h"
#include "session/names.h"

#include <stdio.h>
#include <string.h>

int
meet_fingerprint(const struct state_member *member, struct hash *ret_fingerprint,
		 struct amana_error *err)
{
	struct identity identity = {.recipient = member->recipient};
	struct card card;

	snprintf(identity.code, sizeof identity.code, "%s", member->code.text);
	if (note_key_make(member->code.text, member->pub, &identity.key) < 0)
		return err_bug(err, "%s has a key that is none", member->code.text);
	if (card_of(&identity, &card, err) < 0)
		return -1;
	*ret_fingerprint = card.fingerprint;
	return 0;
}

static void
copy_code(const struct state_member *member, char out[AMANA_MEMBER_MAX + 1])
{
	snprintf(out, AMANA_MEMBER_MAX + 1, "%s",
		 member != NULL ? member->code.text : "");
}

static int
describe(struct session *session, const struct state_member *member,
	 struct amana_keys *ret_keys, struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_member *by = state_enroller(state, member, 0);
	struct hash fingerprint;

	if (meet_fingerprint(member, &fingerprint, err) < 0)
		return -1;
	*ret_keys =
		(struct amana_keys){.since = member->keys_at,
				    .replaced = state_member_was_rekeyed(state, member)};
	copy_code(member, ret_keys->member);
	copy_code(by, ret_keys->enrolled_by);
	copy_code(state_enroller(state, member, 1), ret_keys->approved_by);
	hash_hex(&fingerprint, ret_keys->fingerprint);
	words_of_hash(&fingerprint, ret_keys->words);
	return 0;
}

/* Asks unless `line` is known, which it is afterwards. */
static int
ask_once(struct session *session, const struct amana_keys *keys, const char *line,
	 struct amana_error *err)
{
	bool is;

	if (log_known_has(session->log, line, &is, err) < 0)
		return -1;
	if (is)
		return 0;
	if (session->config.meet == NULL)
		return err_reason(err, AMANA_REASON_NOT_MET, AMANA_E_LOCKED,
				  "the words of %s have to be compared first, and nobody "
				  "can be asked",
				  keys->member);
	if (session->config.meet(session->config.ctx, keys, err) < 0)
		return -1;
	return log_known_add(session->log, line, err);
}

static void
keys_line(const struct amana_keys *keys, char out[LOG_KNOWN_LINE_MAX + 1])
{
	snprintf(out, LOG_KNOWN_LINE_MAX + 1, "keys %s %s", keys->member,
		 keys->fingerprint);
}

/* One's own keys need no meeting. */
static bool
is_me(const struct session *session, const struct state_member *member)
{
	return strcmp(session->who, member->code.text) == 0;
}

int
meet_for_grant(struct session *session, const struct state_member *member,
	       struct amana_error *err)
{
	char line[LOG_KNOWN_LINE_MAX + 1];
	struct amana_keys keys;

	if (is_me(session, member))
		return 0;
	if (describe(session, member, &keys, err) < 0)
		return -1;
	keys.what = AMANA_KEYS_FOR_GRANT;
	keys_line(&keys, line);
	return ask_once(session, &keys, line, err);
}

int
meet_keep(struct session *session, const struct state_member *member,
	  struct amana_error *err)
{
	char line[LOG_KNOWN_LINE_MAX + 1];
	struct amana_keys keys;

	if (describe(session, member, &keys, err) < 0)
		return -1;
	keys_line(&keys, line);
	return log_known_add(session->log, line, err);
}

static int
meet_lead(struct session *session, const struct custody_id *case_id,
	  const struct state_grant *grant, struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_member *lead = state_grant_member(state, grant);
	char line[LOG_KNOWN_LINE_MAX + 1], hex[CUSTODY_ID_HEX_LEN + 1];
	struct amana_keys keys;

	if (is_me(session, lead))
		return 0;
	if (describe(session, lead, &keys, err) < 0)
		return -1;
	keys.what = AMANA_KEYS_FOR_LEAD;
	keys.standing = grant->firm;
	names_case_code(session, case_id, keys.case_code);
	copy_code(state_grant_signer(state, grant), keys.made_lead_by);
	custody_id_hex(case_id, hex);
	snprintf(line, sizeof line, "lead %s %s %s", hex, keys.member, keys.fingerprint);
	return ask_once(session, &keys, line, err);
}

int
meet_leads(struct session *session, const struct custody_id *case_id,
	   struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_case *a_case = state_case(state, case_id);
	const struct state_grant *grant = NULL;

	if (a_case == NULL)
		return err_bug(err, "a case that the state does not have");
	if (a_case->opener_due)
		return err_reason(
			err, AMANA_REASON_NO_LEAD, AMANA_E_DENIED,
			"whoever opened the case leads it not, and made its keys: it takes "
			"deposits once its lead has run a command, which makes new ones");
	if (a_case->n_leads == 0)
		return err_reason(
			err, AMANA_REASON_NO_LEAD, AMANA_E_DENIED,
			"the case has no lead, so that it takes no deposits: an "
			"admin appoints one");
	while ((grant = state_grant_next_of_case(state, case_id, grant)) != NULL)
		if (grant->kind == GRANT_LEAD &&
		    meet_lead(session, case_id, grant, err) < 0)
			return -1;
	return 0;
}

/* ---- the audit ring's new beginning ---- */

/* 0: somebody began it anew, and *ret_keys and `line` are theirs.  1: nobody else than
 * this person did. */
static int
begun_by(struct session *session, struct amana_keys *ret_keys,
	 char line[LOG_KNOWN_LINE_MAX + 1], struct amana_error *err)
{
	const struct state_member *member = state_audit_begun(session_state(session));

	if (member == NULL || is_me(session, member))
		return 1;
	if (describe(session, member, ret_keys, err) < 0)
		return -1;
	ret_keys->what = AMANA_KEYS_FOR_AUDIT;
	snprintf(line, LOG_KNOWN_LINE_MAX + 1, "audit %s %s", ret_keys->member,
		 ret_keys->fingerprint);
	return 0;
}

bool
meet_audit_is_accepted(struct session *session)
{
	struct amana_error err = AMANA_ERROR_INIT;
	char line[LOG_KNOWN_LINE_MAX + 1];
	struct amana_keys keys;
	bool is = false;
	int r = begun_by(session, &keys, line, &err);

	if (r == 0)
		r = log_known_has(session->log, line, &is, &err);
	if (r > 0 || is)
		return true;
	if (!session->audit_told)
		session_notice(
			session, AMANA_NOTICE_INFO,
			"an admin has begun the audit ring anew, with %s (\"%s\"): "
			"until you accept that (amana audit accept), what your acts "
			"say in a case is sealed to the case alone",
			keys.member, keys.words);
	session->audit_told = true;
	return false;
}

int
meet_audit(struct session *session, struct amana_error *err)
{
	char line[LOG_KNOWN_LINE_MAX + 1];
	struct amana_keys keys;
	int r = begun_by(session, &keys, line, err);

	if (r > 0)
		return err_set(err, AMANA_E_MISSING,
			       "nobody has begun the audit ring anew");
	return r < 0 ? -1 : ask_once(session, &keys, line, err);
}
