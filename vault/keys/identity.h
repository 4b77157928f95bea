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

/* How many age identities of before a file carries besides the present one. */
#define IDENTITY_OLDER_MAX 4

struct identity {
	char code[TEXT_MEMBER_MAX + 1];
	int64_t created_at; /* Unix seconds */
	/* AGE_KEY_LEN bytes: age_open(&identity->age, 1, ...) opens with it. */
	struct secret age;
	/* SIGN_SEED_LEN bytes: note_sign(text, identity->code, &identity->seed) signs. */
	struct secret seed;
	/* The age identities that were this member's before, the newest first: what was
	 * sealed to them still opens.  Nothing is sealed to them any more. */
	struct secret older[IDENTITY_OLDER_MAX];
	size_t n_older;
	struct age_recipient recipient; /* of `age` */
	struct note_key key;		/* of `seed`; its name is code */
};
#define IDENTITY_INIT                                                                    \
	{                                                                                \
		.created_at = 0                                                          \
	}

/* Makes new keys for a staff code.  AMANA_E_USAGE: it is none. */
int identity_new(const char *code, int64_t created_at, struct identity *ret_identity,
		 struct amana_error *err) MUST_CHECK;
/* Makes an identity of a paper backup (backup.h): the given age identity, which is
 * copied, with a new signing key.  It cannot sign for a vault until its card is enrolled
 * there again. */
int identity_restore(const char *code, int64_t created_at, const struct secret *age,
		     struct identity *ret_identity, struct amana_error *err) MUST_CHECK;
/* Makes new keys for whom `old` is: the new identity has old's age identity as its newest
 * older one, and then old's own older ones.  1: there were IDENTITY_OLDER_MAX of those
 * already, so that the oldest was left out. */
int identity_renew(const struct identity *old, int64_t created_at,
		   struct identity *ret_identity, struct amana_error *err) MUST_CHECK;
/* The age identities of this person, for age_open and ring_open: the present one, then
 * the older ones.  They are borrowed from `identity` and not to be released.  Returns how
 * many. */
#define IDENTITY_AGES_MAX (1 + IDENTITY_OLDER_MAX)
size_t identity_ages(const struct identity *identity,
		     struct secret ret_ages[IDENTITY_AGES_MAX]);
/* Wipes; harmless when empty. */
void identity_done(struct identity *identity);

/* Writes the plaintext, an age identities file, in locked memory. */
int identity_serialise(const struct identity *identity, struct secret *ret_plain,
		       struct amana_error *err) MUST_CHECK;
/* Reads such a plaintext.  AMANA_E_FORMAT: it is not exactly the grammar of section 11,
 * the signing key has another name than the member, or an age identity is there twice. */
int identity_parse(struct bytes plain, struct identity *ret_identity,
		   struct amana_error *err) MUST_CHECK;

/* Seals it under the passphrase: the bytes of MEMBER.age are appended to ret_file.  log_n
 * is AGE_SCRYPT_LOG_N but in tests.  AMANA_E_USAGE: the passphrase is empty. */
int identity_seal(const struct identity *identity, const struct secret *passphrase,
		  int log_n, struct buf *ret_file, struct amana_error *err) MUST_CHECK;
/* Opens MEMBER.age.  1: the passphrase is wrong, or the file was altered where the cipher
 * cannot tell the two apart (callers say so, as AMANA_E_DENIED).  AMANA_E_FORMAT: it is
 * no identity file; AMANA_E_TAMPERED: it was altered for certain. */
int identity_open(struct bytes file, const struct secret *passphrase,
		  struct identity *ret_identity, struct amana_error *err) MUST_CHECK;

#endif
