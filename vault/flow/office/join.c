/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "crypto/words.h"
#include "flow/office/infile.h"
#include "flow/office/roster.h"
#include "keys/welcome.h"
#include "session/data_folder.h"
#include "session/session.h"

#include <stdio.h>
#include <string.h>

/* Joining: a welcome says which vault is the right one, and the vault's own history says
 * whether the writer of the welcome was somebody who may say so. */

static int
read_welcome(const char *path, struct welcome *ret_welcome, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);

	if (infile_read(path, "welcome", AMANA_REASON_NO_WELCOME, &file, err) < 0)
		return -1;
	return welcome_parse(BYTES_OF(file), ret_welcome, err) < 0
		       ? err_wrap(err, "'%s'", path)
		       : 0;
}

/* The welcome was written for this person. */
static int
check_newcomer(struct session *session, const struct welcome *welcome,
	       struct amana_error *err)
{
	if (session_who(session, err) < 0)
		return -1;
	if (session->who[0] == 0 && session_identity(session, err) < 0)
		return -1;
	if (strcmp(session->who, welcome->code) != 0)
		return err_set(err, AMANA_E_USAGE,
			       "this welcome is for %s, and you are %s", welcome->code,
			       session->who);
	return 0;
}

/* 0: the vault is pinned already; LOG_FIRST_CONTACT: it is not. */
static int
open_log(struct session *session, struct amana_error *err)
{
	struct log_options options = {.event = session_log_event, .arg = session};
	char vaults[PATH_MAX];

	options.base_dir = vaults;
	if (data_folder_vaults(&session->config, vaults, err) < 0 ||
	    store_open(session->config.vault, 0, &session->store, err) < 0)
		return -1;
	return log_open(session->store, &options, &session->log, err);
}

static int
check_vault(const struct session *session, const struct welcome *welcome,
	    struct amana_error *err)
{
	const struct hash *found = log_fingerprint(session->log);
	const char *told = session->config.vault_fingerprint;
	char found_words[WORDS_TEXT_MAX + 1], welcome_words[WORDS_TEXT_MAX + 1];

	words_of_hash(found, found_words);
	words_of_hash(&welcome->fingerprint, welcome_words);
	if (!hash_equal(found, &welcome->fingerprint) ||
	    strcmp(log_genesis(session->log)->origin, welcome->origin) != 0)
		return err_reason(
			err, AMANA_REASON_OTHER_VAULT, AMANA_E_TAMPERED,
			"'%s' is not the vault of this welcome: it is \"%s\", the welcome is for "
			"\"%s\"",
			store_location(session->store), found_words, welcome_words);
	if (told != NULL && !words_match(told, found))
		return err_reason(
			err, AMANA_REASON_OTHER_VAULT, AMANA_E_TAMPERED,
			"this is not the vault that was named: its words are \"%s\"",
			found_words);
	return 0;
}

/* After the slot that the welcome names, its signer was an admin, with the key that
 * signed it, and the newcomer was a member. */
static int
check_signer(struct session *session, const struct welcome *welcome,
	     struct amana_error *err)
{
	CLEANUP(roster_done) struct roster roster = ROSTER_INIT;
	const struct roster_member *signer, *newcomer;

	if (roster_build(session->log, welcome->slot, &roster, err) < 0)
		return -1;
	signer = roster_find(&roster, welcome->by.code);
	if (signer == NULL || (signer->roles & (ROLE_ADMIN | ROLE_RECOVERY)) == 0)
		return err_reason(
			err, AMANA_REASON_BAD_WELCOME, AMANA_E_TAMPERED,
			"the welcome is signed by %s, who was no admin at batch %" PRIu64,
			welcome->by.code, welcome->slot);
	if (!welcome_verify(welcome, &signer->key))
		return err_reason(
			err, AMANA_REASON_BAD_WELCOME, AMANA_E_TAMPERED,
			"the welcome is not well signed by %s: it was altered or made up",
			welcome->by.code);
	newcomer = roster_find(&roster, welcome->code);
	if (newcomer == NULL || newcomer->revoked)
		return err_reason(err, AMANA_REASON_BAD_WELCOME, AMANA_E_TAMPERED,
				  "%s was no member at batch %" PRIu64
				  ", which the welcome names",
				  welcome->code, welcome->slot);
	return 0;
}

int
flow_join(const struct amana_config *config, const char *welcome_path,
	  struct amana_join_result *ret_result, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *session = NULL;
	struct welcome welcome;
	int r;

	if (read_welcome(welcome_path, &welcome, err) < 0 ||
	    session_new(config, &session, err) < 0 ||
	    check_newcomer(session, &welcome, err) < 0)
		return -1;
	r = open_log(session, err);
	if (r < 0 || check_vault(session, &welcome, err) < 0)
		return -1;
	/* Everything is checked before anything is pinned: at first contact this sync
	 * keeps nothing. */
	if (log_expect(session->log, welcome.slot, &welcome.head, err) < 0 ||
	    log_sync(session->log, err) < 0 || check_signer(session, &welcome, err) < 0)
		return -1;
	if (r == LOG_FIRST_CONTACT &&
	    (log_expect(session->log, welcome.slot, &welcome.head, err) < 0 ||
	     log_accept(session->log, err) < 0))
		return -1;
	*ret_result = (struct amana_join_result){.words = ""};
	words_of_hash(log_fingerprint(session->log), ret_result->words);
	snprintf(ret_result->location, sizeof ret_result->location, "%s",
		 store_location(session->store));
	return 0;
}
