/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_IDENTITY_H
#define KEYS_IDENTITY_H

#include "base/text.h"
#include "crypto/age.h"
#include "crypto/note.h"

/*
 * A person's own keys (docs/FORMAT.md section 11): an age identity that reads and an
 * independent Ed25519 key that signs.  The plaintext of an identity file holds both and
 * is what the kernel keyring keeps (keyring.h) while the identity is unlocked.
 *
 * All functions may be called from any thread; a struct identity belongs to one thread at
 * a time, or may be read by several.
 */
#define IDENTITY_PLAIN_MAX 1024 /* bytes */
#define IDENTITY_FILE_MAX 4096	/* bytes of the sealed file */
#define IDENTITY_PASSPHRASE_MAX 1024

struct identity {
	char code[TEXT_MEMBER_MAX + 1];
	int64_t created_at; /* Unix seconds */
	struct secret age;  /* AGE_KEY_LEN bytes; age_open(&identity->age, 1, ...) opens
			       with it */
	struct secret seed; /* SIGN_SEED_LEN bytes; note_sign(text, identity->code,
			       &identity->seed) */
	struct age_recipient recipient; /* of `age` */
	struct note_key key;		/* of `seed`; its name is code */
};
#define IDENTITY_INIT                                                                    \
	{                                                                                \
		.created_at = 0                                                          \
	}

/* New keys for the staff code; AMANA_E_USAGE if it is none. */
int identity_new(const char *code, int64_t created_at, struct identity *ret_identity,
		 struct amana_error *err) MUST_CHECK;
/* An identity from a paper backup (backup.h): the given age identity, which is copied,
 * with a new signing key.  It cannot sign for a vault until its card is enrolled there
 * again. */
int identity_restore(const char *code, int64_t created_at, const struct secret *age,
		     struct identity *ret_identity, struct amana_error *err) MUST_CHECK;
/* Wipes; harmless when empty. */
void identity_done(struct identity *identity);

/* The plaintext, an age identities file, in locked memory. */
int identity_serialise(const struct identity *identity, struct secret *ret_plain,
		       struct amana_error *err) MUST_CHECK;
/* Exactly the grammar of section 11, all of it consumed; AMANA_E_FORMAT otherwise, also
 * when the signing key is not the member's own by name. */
int identity_parse(struct bytes plain, struct identity *ret_identity,
		   struct amana_error *err) MUST_CHECK;

/* The bytes of MEMBER.age, appended to ret_file.  log_n: AGE_SCRYPT_LOG_N but for tests.
 * AMANA_E_USAGE for an empty passphrase. */
int identity_seal(const struct identity *identity, const struct secret *passphrase,
		  int log_n, struct buf *ret_file, struct amana_error *err) MUST_CHECK;
/* 0; 1: wrong passphrase, or the file was altered where the cipher cannot tell (callers
 * say so as AMANA_E_DENIED); -1: AMANA_E_FORMAT no identity file, AMANA_E_TAMPERED
 * altered for certain. */
int identity_open(struct bytes file, const struct secret *passphrase,
		  struct identity *ret_identity, struct amana_error *err) MUST_CHECK;

#endif
