/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_WELCOME_H
#define KEYS_WELCOME_H

#include "crypto/hash.h"
#include "keys/identity.h"
#include "keys/signed.h"

/*
 * A welcome, MEMBER.welcome: a note by an admin that tells a newcomer which vault is the
 * right one (fingerprint) and how far its log has come (slot and head), to be pinned
 * before anything else is believed.  Pure functions.
 */
struct welcome {
	char origin[SIGNED_ORIGIN_MAX + 1];
	struct hash fingerprint; /* SHA-256 of slot 0 */
	uint64_t slot;
	struct hash head;		/* SHA-256 of that slot's bytes */
	char code[TEXT_MEMBER_MAX + 1]; /* the newcomer */
	struct signed_by by;		/* the admin; welcome_parse reads it */
};

/* Signs what `welcome` says, but for `by`, as `admin`, and appends the note to ret_file.
 */
int welcome_make(const struct welcome *welcome, const struct identity *admin,
		 struct buf *ret_file, struct amana_error *err) MUST_CHECK;
/* Reads a welcome.  Its signature is NOT judged: the key comes from the log to which
 * fingerprint and head lead, and then welcome_verify must be asked.  AMANA_E_FORMAT: it
 * is no welcome. */
int welcome_parse(struct bytes file, struct welcome *ret_welcome,
		  struct amana_error *err) MUST_CHECK;
/* True if the note is well signed by this key (the member welcome->by.code as of
 * welcome->slot). */
bool welcome_verify(const struct welcome *welcome, const struct note_key *key);

#endif
