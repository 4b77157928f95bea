/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_LOG_KEY_H
#define KEYS_LOG_KEY_H

#include "crypto/hash.h"
#include "keys/signed.h"

/*
 * The text of a log key's object: what an admin or auditor gets of the key that signs the
 * log's checkpoints (docs/FORMAT.md section 8).  It is sealed as a key file is.  Pure
 * functions.
 */
#define LOG_KEY_PLAIN_MAX 1024 /* bytes: always exactly one step of padding */

struct log_key {
	struct hash fingerprint;	    /* of the vault */
	char origin[SIGNED_ORIGIN_MAX + 1]; /* the key's name */
	struct secret seed;		    /* owned */
};
#define LOG_KEY_INIT                                                                     \
	{                                                                                \
		.seed = SECRET_INIT                                                      \
	}
/* Wipes the seed. */
void log_key_done(struct log_key *key);

/* Writes the text.  AMANA_E_BUG: the origin or the seed is none. */
int log_key_serialise(const struct log_key *key, struct secret *ret_plain,
		      struct amana_error *err) MUST_CHECK;
/* Reads the text.  Whether vault and key are the right ones is for the caller to judge.
 * AMANA_E_FORMAT: it is no such text. */
int log_key_parse(struct bytes plain, struct log_key *ret_key,
		  struct amana_error *err) MUST_CHECK;

#endif
