/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "amana/vault.h"
#include "base/file.h"
#include "catalog/catalog.h"
#include "log/log_append.h"
#include "log/log_read.h"
#include "log/log_verify.h"
#include "keys/identity.h"
#include "keys/keyring.h"
#include "keys/ring.h"
#include "store/store.h"

#include <inttypes.h>

/*
 * What the flows of one session share: the vault's store and log, the person, the rings
 * that were opened, the catalogue.  One thread.  Everything here returns as DESIGN.md's
 * error rules say; "who" is the person, not yet necessarily opened.
 */
struct session_ring {
	bool audit;
	struct custody_id case_id;
	struct hash file;  /* the newest key file: it changes whenever there is another */
	struct ring *ring; /* NULL: none opens with this person's keys */
};

struct session {
	struct amana_config config; /* as given; strings are the caller's */
	struct store *store; /* its location is what pins and messages call the vault */
	struct log *log;

	char who[TEXT_MEMBER_MAX + 1]; /* "" until session_who */
	char *identity_file;	       /* canonical; owned */
	struct identity identity;      /* empty until session_identity */
	bool has_identity, from_keyring;
	bool authority; /* the passphrase was typed in this session */
	uint8_t sitting[KEYRING_SITTING_LEN]; /* the keyring's; without unlock this
						 process's own */

	struct session_ring *rings;
	size_t n_rings;
	struct catalog *catalog; /* NULL until session_catalog */
	struct buf scratch;	 /* of amana_vault_status and others that lend results */
};

/* Opens store and log (log_flags: enum log_flag of log/log.h).  Without any identity on
 * this login the session is a stranger's: it pins nothing. */
int session_open(const struct amana_config *config, unsigned int log_flags,
		 struct session **ret_session, struct amana_error *err) MUST_CHECK;
/* Only the struct: config, sitting.  For init and verify, which open store and log
 * their own way. */
int session_new(const struct amana_config *config, struct session **ret_session,
		struct amana_error *err) MUST_CHECK;
void session_close(struct session *session);
DEFINE_FREEP(struct session, session_close);
/* What log.h calls back: becomes notices. */
void session_log_event(void *arg, const struct log_event *event);
/* The key of the log client's snapshot. */
int session_snapshot_key(const struct identity *identity, struct secret *ret_key,
			 struct amana_error *err) MUST_CHECK;
void session_forget_rings(struct session *session);

/* The session's state after its last sync. */
const struct state *session_state(const struct session *session);

/* Who is using this session, without opening anything.  AMANA_E_MISSING: no identity
 * here; AMANA_E_USAGE: several and none named. */
int session_who(struct session *session, struct amana_error *err) MUST_CHECK;
/* As session_who, for commands that also work without: 1 when there is no identity at
 * all. */
int session_who_if_any(struct session *session, struct amana_error *err) MUST_CHECK;
/* The opened identity: from the keyring, else by the passphrase.  AMANA_E_DENIED: wrong
 * passphrase. */
int session_identity(struct session *session, struct amana_error *err) MUST_CHECK;
/* As session_identity, only if no passphrase has to be asked for: 1 when it would. */
int session_identity_quietly(struct session *session, struct amana_error *err) MUST_CHECK;
/* For acts of authority: the passphrase is asked for again even when the keyring has the
 * identity. */
int session_authority(struct session *session, struct amana_error *err) MUST_CHECK;
/* The person as the log has him now; the identity is opened.  AMANA_E_DENIED: not
 * enrolled here, revoked, or enrolled with other keys. */
int session_member(struct session *session, const struct state_member **ret_member,
		   struct amana_error *err) MUST_CHECK;
/* An identity that was opened outside any vault. */
struct session_opened {
	struct identity identity;
	char *file; /* its canonical path; owned */
};
#define SESSION_OPENED_INIT                                                              \
	{                                                                                \
		.file = NULL                                                             \
	}
/* Opens the identity that config->identity means, by the keyring if it is to be used,
 * else by the passphrase, which is asked for with `why`.  Also uses data_dir and the
 * callbacks. */
int session_open_identity(const struct amana_config *config, enum amana_why why,
			  bool use_keyring, struct session_opened *ret_opened,
			  struct amana_error *err) MUST_CHECK;
/* Wipes it.  Harmless when empty. */
void session_opened_done(struct session_opened *opened);
/* A passphrase by the callback, into locked memory. */
int session_ask_passphrase(const struct amana_config *config, enum amana_why why,
			   const char *code, struct secret *ret_passphrase,
			   struct amana_error *err) MUST_CHECK;

/*
 * The ring of a case (case_id NULL: the audit ring) as this person holds it, checked
 * against the log; borrowed from the session: the newest key file and, where that lacks
 * epochs that the log has, what older files that were sealed to this person hold of them.
 * 1: this person holds none.  A depositor's has no epochs.
 */
int session_ring(struct session *session, const struct custody_id *case_id,
		 const struct ring **ret_ring, struct amana_error *err) MUST_CHECK;

/* An object's bytes with its hash checked: AMANA_E_TAMPERED naming it when missing or
 * different. */
int session_object(struct session *session, const struct hash *object,
		   struct buf *ret_bytes, struct amana_error *err) MUST_CHECK;
/* The bundle that the note of an act named, as it stands now, hash checked. */
int session_bundle(struct session *session, const struct hash *named,
		   struct buf *ret_bytes, struct amana_error *err) MUST_CHECK;

/* Tells the person something by the way; the text is made by the format. */
void session_notice(const struct session *session, enum amana_notice kind,
		    const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Has whoever called the library asked it to stop? */
bool session_cancelled(const struct session *session);
int64_t session_now(void); /* Unix seconds */

#endif
