/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_SESSION_WHO_H
#define SESSION_SESSION_WHO_H

#include "session/session_core.h"

/*
 * Who the person is, and opening that one's identity: from the keyring if it is unlocked,
 * else by the passphrase.  Each step is done once in a session and then remembered.
 *
 * AMANA_E_MISSING: there is no identity on this login, or not the one that was named.
 * AMANA_E_USAGE: there are several and none was named.  AMANA_E_DENIED: wrong passphrase,
 * or the identity file was altered.  AMANA_E_LOCKED: nobody can be asked for it.
 */

/* Finds the identity file that the config means, without opening it. */
int session_who(struct session *session, struct amana_error *err) MUST_CHECK;
/* The identity, opened. */
int session_identity(struct session *session, struct amana_error *err) MUST_CHECK;
/* As session_identity, if no passphrase has to be asked for.  1: one would, or there is
 * no identity at all and none was named. */
int session_identity_quietly(struct session *session, struct amana_error *err) MUST_CHECK;
/* For acts of authority: the passphrase is asked for even when the identity is unlocked,
 * once in a session. */
int session_authority(struct session *session, struct amana_error *err) MUST_CHECK;
/* As session_authority, but the passphrase is asked for even if it was typed before, and
 * the identity is the one that the file has, whatever was opened until then.  For whoever
 * seals another file with that passphrase. */
int session_prove(struct session *session, struct secret *ret_passphrase,
		  struct amana_error *err) MUST_CHECK;
/* From here on the person has these keys, which are taken over: *identity is empty then.
 * The catalogue, whose key follows from them, is closed; rings are the caller's to
 * forget. */
void session_change_keys(struct session *session, struct identity *identity);
/* The person as the log has that one now, borrowed from the state; opens the identity.
 * AMANA_E_DENIED also: not a member of this vault, revoked, or enrolled with other
 * keys; then a change of keys may have begun on this login (AMANA_REASON_REKEY_BEGUN). */
int session_member(struct session *session, const struct state_member **ret_member,
		   struct amana_error *err) MUST_CHECK;

/* ---- outside any vault ---- */

/* An identity that was opened. */
struct session_opened {
	struct identity identity;
	char *file; /* its canonical path; owned */
};
#define SESSION_OPENED_INIT                                                              \
	{                                                                                \
		.file = NULL                                                             \
	}
/* Opens the identity that config->identity means, by the keyring if it is to be used,
 * else by the passphrase, which is asked for with `why`.  Of the config it also uses
 * data_dir and the callbacks. */
int session_open_identity(const struct amana_config *config, enum amana_why why,
			  bool use_keyring, struct session_opened *ret_opened,
			  struct amana_error *err) MUST_CHECK;
/* Wipes it.  Harmless when empty. */
void session_opened_done(struct session_opened *opened);
/* Asks for a passphrase by the config's callback, into locked memory.  code: the staff
 * code that it is for, "" where that is not known.  AMANA_E_USAGE: an empty passphrase.
 */
int session_ask_passphrase(const struct amana_config *config, enum amana_why why,
			   const char *code, struct secret *ret_passphrase,
			   struct amana_error *err) MUST_CHECK;

#endif
