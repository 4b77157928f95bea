/* SPDX-License-Identifier: Apache-2.0 */
#include "session/session.h"

#include "base/text.h"
#include "crypto/words.h"
#include "session/data_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* Opening and closing a session: store, own identity if it is unlocked, log. */

void
session_log_event(void *arg, const struct log_event *event)
{
	const struct session *session = arg;

	switch (event->kind) {
	case LOG_EVENT_VOID:
		session_notice(session, AMANA_NOTICE_VOID,
			       "batch %" PRIu64 " signed by %s counts for nothing: %s",
			       event->slot, event->signer.text, event->reason);
		break;
	case LOG_EVENT_REPAIRED:
		session_notice(session, AMANA_NOTICE_REPAIRED,
			       "batch %" PRIu64
			       " was damaged or missing in the vault; this "
			       "machine's own copy was put back",
			       event->slot);
		break;
	case LOG_EVENT_NOT_REPAIRED:
		session_notice(session, AMANA_NOTICE_REPAIRED,
			       "batch %" PRIu64
			       " is damaged in the vault and could not be put "
			       "back (%s); going on from this machine's own copy",
			       event->slot, event->reason);
		break;
	case LOG_EVENT_SKIPPED:
		session_notice(
			session, AMANA_NOTICE_SKIP, "%s %s passed over by %s",
			text_range(event->slot, event->last, "batch", "batches").text,
			event->slot == event->last ? "was" : "were", event->signer.text);
		break;
	case LOG_EVENT_SKIP_REFUSED:
		session_notice(
			session, AMANA_NOTICE_SKIP,
			"%s signed a skip over %s, of which this machine holds good bytes, "
			"and was no admin: it is not followed",
			event->signer.text,
			text_range(event->slot, event->last, "batch", "batches").text);
		break;
	case LOG_EVENT_RESTORED:
		session_notice(
			session, AMANA_NOTICE_RESTORED,
			"this vault was restored from a backup; acts up to batch %" PRIu64
			" were lost",
			event->slot);
		break;
	}
}

/* The key of the MAC under which the log client keeps the replayed state. */
static int
snapshot_key(const struct identity *identity, struct secret *ret_key,
	     struct amana_error *err)
{
	CLEANUP(secret_done) struct secret key = SECRET_INIT;

	if (secret_new(32, &key, err) < 0)
		return -1;
	hkdf_of(BYTES_OF(identity->age), (struct bytes){NULL, 0}, "amana snapshot 1",
		key.data, key.len);
	*ret_key = key;
	key = (struct secret)SECRET_INIT;
	return 0;
}

/* A vault that nothing on this machine vouches for yet. */
static int
first_contact(struct session *session, struct amana_error *err)
{
	const struct hash *fingerprint = log_fingerprint(session->log);
	char words[WORDS_TEXT_MAX + 1], hex[HASH_HEX_LEN + 1];
	const char *told = session->config.vault_fingerprint;

	words_of_hash(fingerprint, words);
	hash_hex(fingerprint, hex);
	if (told != NULL && !words_match(told, fingerprint))
		return err_reason(
			err, AMANA_REASON_OTHER_VAULT, AMANA_E_TAMPERED,
			"this is not the vault that was named: its words are \"%s\"",
			words);
	if (told == NULL && session->config.first_contact == NULL)
		return err_reason(
			err, AMANA_REASON_FIRST_CONTACT, AMANA_E_USAGE,
			"first contact with the vault \"%s\": compare the words, then give "
			"them with --vault-fingerprint, or join with a welcome file",
			words);
	if (told == NULL &&
	    !session->config.first_contact(session->config.ctx, words, hex))
		return err_set(err, AMANA_E_CANCELLED,
			       "the vault's words were not confirmed; nothing was done");
	return log_accept(session->log, err);
}

static int
open_log(struct session *session, unsigned int flags, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret key = SECRET_INIT;
	char vaults[PATH_MAX];
	struct log_options options = {
		.flags = flags, .event = session_log_event, .arg = session};
	int r;

	if ((flags & LOG_STRANGER) == 0) {
		if (data_folder_vaults(&session->config, vaults, err) < 0)
			return -1;
		options.base_dir = vaults;
	}
	if (session->has_identity) {
		if (snapshot_key(&session->identity, &key, err) < 0)
			return -1;
		options.snapshot_key = &key;
	}
	r = log_open(session->store, &options, &session->log, err);
	if (r < 0)
		return -1;
	if (r == LOG_FIRST_CONTACT && (flags & LOG_STRANGER) == 0) {
		if (first_contact(session, err) < 0)
			return -1;
	} else if (r == LOG_FIRST_CONTACT) {
		session_notice(session, AMANA_NOTICE_UNVERIFIED_VAULT,
			       "nothing here vouches for this vault yet");
	}
	return log_sync(session->log, err);
}

int
session_new(const struct amana_config *config, struct session **ret_session,
	    struct amana_error *err)
{
	CLEANUP(session_closep) struct session *session = NULL;

	if (config->vault == NULL || config->vault[0] == 0)
		return err_set(err, AMANA_E_USAGE,
			       "no vault was chosen: name it with -C FOLDER");
	session = mem_new(sizeof *session, err);
	if (session == NULL)
		return -1;
	session->config = *config;
	session->scratch = (struct buf)BUF_INIT((size_t)16 << 20);
	random_bytes(session->sitting, sizeof session->sitting);
	*ret_session = TAKE(session);
	return 0;
}

int
session_open(const struct amana_config *config, unsigned int log_flags,
	     struct session **ret_session, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *session = NULL;
	struct amana_error quiet = AMANA_ERROR_INIT;
	int who;

	if (session_new(config, &session, err) < 0 ||
	    store_open(config->vault, 0, &session->store, err) < 0)
		return -1;
	who = session_identity_quietly(session, &quiet);
	/* Somebody without any identity here is a stranger. */
	if (session->identity_file == NULL && who > 0)
		log_flags |= LOG_STRANGER;
	if (open_log(session, log_flags, err) < 0)
		return -1;
	*ret_session = TAKE(session);
	return 0;
}

void
session_tell_damage(struct session *session)
{
	struct log_damage damage;

	if (!log_damage(session->log, &damage))
		return;
	if (log_damage_is_far(&damage)) {
		session_notice(
			session, AMANA_NOTICE_TAMPERED,
			"batch %" PRIu64
			" is missing in the store, and '%s' is there, far behind it: "
			"nothing can go on record until whoever runs the store has "
			"taken that file away",
			damage.first, store_name_slot(damage.last).text);
		return;
	}
	session_notice(
		session, AMANA_NOTICE_TAMPERED,
		"batch %" PRIu64
		" is damaged in the store and no good copy is here (%s): nothing can "
		"go on record until somebody who has used this vault runs amana log "
		"repair, or an admin passes over it with amana log skip",
		damage.first, damage.reason);
}

void
session_close(struct session *session)
{
	if (session == NULL)
		return;
	session_ring_forget(session);
	catalog_free(session->catalog);
	log_free(session->log);
	store_free(session->store);
	identity_done(&session->identity);
	buf_done(&session->scratch);
	mem_free(session->identity_file);
	mem_free(session);
}
