/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_RING_H
#define KEYS_RING_H

#include "crypto/age.h"
#include "crypto/hash.h"
#include "keys/signed.h"

/*
 * A ring: the age identities of a case, or of the audit ring, one for each epoch; and the
 * key file that carries them to their holders (docs/FORMAT.md section 8).
 *
 * The identities stand newest first in an array that age_open takes as it is:
 * age_open(ring->identities, ring->n_epochs, ...).  A struct ring belongs to one thread
 * at a time, or may be read by several.
 */
#define RING_PLAIN_MAX 262144 /* bytes */
#define RING_FILE_MAX (RING_PLAIN_MAX + (int)AGE_HEADER_MAX + 128)
#define RING_TITLE_MAX 256 /* bytes */
#define RING_EPOCHS_MAX 2048

struct ring {
	struct hash fingerprint; /* of the vault */
	bool is_audit;
	char case_id[SIGNED_ID_LEN + 1]; /* "" for the audit ring */
	/* "-": the granter did not know it; "" for the audit ring. */
	char case_code[TEXT_CASE_MAX + 1];
	char title[RING_TITLE_MAX + 1];	  /* "": none */
	size_t n_epochs;		  /* 0 in what a depositor holds */
	uint64_t *numbers;		  /* of the epochs, descending; owned */
	struct secret *identities;	  /* owned */
	struct age_recipient *recipients; /* derived from identities; owned */
};

/* Makes a ring without epochs, of a case or the audit ring.  code may be "-"; title NULL
 * or
 * "" is none.  AMANA_E_USAGE: code or title has not the form that FORMAT.md asks for. */
int ring_new_case(const struct hash *fingerprint, const char *case_id, const char *code,
		  const char *title, struct ring **ret_ring,
		  struct amana_error *err) MUST_CHECK;
int ring_new_audit(const struct hash *fingerprint, struct ring **ret_ring,
		   struct amana_error *err) MUST_CHECK;
void ring_free(struct ring *ring);
DEFINE_FREEP(struct ring, ring_free);
/* Adds epoch `number`, newer than all there are, with a new random identity.  It becomes
 * index 0. */
int ring_add_epoch(struct ring *ring, uint64_t number,
		   struct amana_error *err) MUST_CHECK;

/*
 * Completes a ring by another key file of the same vault and case (or audit ring): the
 * code and title if it does not know the code and, if with_keys, the epochs that it
 * lacks, the newest first as far as RING_EPOCHS_MAX allows.  ring_check must have been
 * asked of both.  The identities move: `older` is only good for ring_free from then on.
 * *ret_n_new: how many epochs it brought.
 */
int ring_complete(struct ring *ring, struct ring *older, bool with_keys,
		  size_t *ret_n_new, struct amana_error *err) MUST_CHECK;

/* The index of an epoch, or -1 if the ring has it not. */
int ring_find(const struct ring *ring, uint64_t number);

enum ring_content {
	RING_WITH_KEYS,	   /* for whom its maker granted it to */
	RING_NEWEST,	   /* the newest epoch alone: what a `case` or `epoch` makes */
	RING_WITHOUT_KEYS, /* for depositors: code and title only */
};
/* Appends the key file to ret_file, sealed to the recipients (1 to AGE_RECIPIENTS_MAX).
 */
int ring_seal(const struct ring *ring, enum ring_content content,
	      const struct age_recipient *recipients, size_t n_recipients,
	      struct buf *ret_file, struct amana_error *err) MUST_CHECK;
/* Opens a key file.  1: it is sealed to none of these identities.  AMANA_E_TAMPERED: it
 * was altered; AMANA_E_FORMAT: it is no key file.  ring_check must be asked before any of
 * the ring's identities is used for sealing or believed. */
int ring_open(const struct secret *identities, size_t n_identities, struct bytes file,
	      struct ring **ret_ring, struct amana_error *err) MUST_CHECK;

/* What the log says of an epoch. */
struct ring_epoch {
	uint64_t number;
	struct age_recipient recipient;
};
/* Checks that the ring is of this vault and case (case_id NULL: of the audit ring), and
 * that each identity in it derives the recipient that the log has for its epoch.
 * AMANA_E_TAMPERED: it is not, or does not. */
int ring_check(const struct ring *ring, const struct hash *fingerprint,
	       const char *case_id, const struct ring_epoch *epochs, size_t n_epochs,
	       struct amana_error *err) MUST_CHECK;

/* Writes and reads the plaintext of a key file, as ring_seal and ring_open do. */
int ring_serialise(const struct ring *ring, enum ring_content content,
		   struct secret *ret_plain, struct amana_error *err) MUST_CHECK;
int ring_parse(struct bytes plain, struct ring **ret_ring,
	       struct amana_error *err) MUST_CHECK;

#endif
