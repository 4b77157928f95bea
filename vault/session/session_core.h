/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_SESSION_CORE_H
#define SESSION_SESSION_CORE_H

#include "amana/vault.h"
#include "base/file.h"
#include "catalog/catalog.h"
#include "keys/identity.h"
#include "keys/keyring.h"
#include "keys/ring.h"
#include "log/log_append.h"
#include "log/log_read.h"
#include "log/log_verify.h"
#include "store/store.h"

#include <inttypes.h>

/*
 * What the flows of one session share: the vault's store and log, the person, the rings
 * that were opened, the catalogue.
 *
 * A session and everything that takes one belongs to one thread, unless a function says
 * otherwise.  Functions return as STYLE.md "Errors" says: 0 done, -1 failed
 * with err filled, above 0 what the function documents.
 *
 * What is borrowed from the state (cases, exhibits, members, grants, proposals) is good
 * until the state changes, which every act and every sync of the log does: whoever goes
 * on afterwards keeps the id and looks it up again.
 */

/* A ring as this person holds it, kept from the first time it was wanted. */
struct session_ring {
	bool audit; /* the audit ring; case_id is then zero */
	struct custody_id case_id;
	struct hash file;  /* the newest key file: it changes whenever there is another */
	struct ring *ring; /* owned; NULL: none opens with this person's keys */
};

struct session {
	struct amana_config config; /* a copy; its strings are the caller's */
	struct store *store; /* its location is what pins and messages call the vault */
	struct log *log;

	/* The person's staff code; "" until it is known, which for an identity file of
	 * another name is when it is opened. */
	char who[TEXT_MEMBER_MAX + 1];
	char *identity_file;	  /* its canonical path; owned; NULL until session_who */
	struct identity identity; /* empty until session_identity */
	bool has_identity;	  /* it is opened */
	bool from_keyring;	  /* it came from the keyring */
	bool authority;		  /* the passphrase was typed in this session */
	bool clock_told;	  /* the person knows that the clock is wrong */
	bool audit_told;	  /* and that the audit ring was begun anew */
	/* Names the sitting, from unlock to lock.  Without an unlock it is this process's
	 * own. */
	uint8_t sitting[KEYRING_SITTING_LEN];

	struct session_ring *rings; /* owned */
	size_t n_rings;
	struct catalog *catalog; /* owned; NULL until session_catalog */
	struct buf scratch;	 /* of amana_vault_status, which lends its results */
};

/* The state after the session's last act or sync; borrowed from the log. */
const struct state *session_state(const struct session *session);

/* Reads an object whole and checks its hash.  AMANA_E_TAMPERED, with its name: it is
 * missing or has other bytes. */
int session_object(struct session *session, const struct hash *object,
		   struct buf *ret_bytes, struct amana_error *err) MUST_CHECK;
/* The same for the present bundle of slot n, which has one. */
/* A bundle of that name, if the store has it whole. */
int session_bundle_named(struct session *session, const struct hash *name,
			 struct buf *ret_bytes, struct amana_error *err) MUST_CHECK;
int session_bundle(struct session *session, uint64_t n, struct buf *ret_bytes,
		   struct amana_error *err) MUST_CHECK;

/* Tells the person something by the way, by the caller's callback if there is one; the
 * text is made by the format. */
void session_notice(const struct session *session, enum amana_notice kind,
		    const char *fmt, ...) PRINTF_LIKE(3, 4);
/* True once the caller of the library has asked it to stop. */
bool session_cancelled(const struct session *session);
/* The time of day by this machine's clock, in Unix seconds.  Any thread. */
int64_t session_now(void);

#endif
