/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_GENESIS_H
#define CUSTODY_GENESIS_H

#include "custody/batch.h"

/* Slot 0 (docs/FORMAT.md section 3): a note by the founder.  Pure functions; any thread.
 */
#define GENESIS_MAX ((size_t)4096) /* bytes; none in the grammar is longer */
#define GENESIS_KIND_MAX 16

struct genesis {
	char origin[ORIGIN_MAX + 1];
	int64_t at;
	struct member_code founder;
	struct age_recipient recipient;
	struct note_key key;		      /* its name is the founder's code */
	struct age_recipient audit_recipient; /* audit ring, epoch 1 */
	struct hash audit_file; /* its key file for the founder, under objects/ */
	char store_kind[GENESIS_KIND_MAX + 1];
	uint64_t writers; /* of the store check; its WINNERS is always 1 */
};

/* Signs and appends to the empty ret_bytes (BUF_INIT(GENESIS_MAX)).  AMANA_E_USAGE if a
 * field is out of its grammar or seed is not the secret of genesis->key. */
int genesis_sign(const struct genesis *genesis, const struct secret *seed,
		 struct buf *ret_bytes, struct amana_error *err) MUST_CHECK;
/* Exact grammar, exactly one signature line, good by the founder's key.  AMANA_E_TAMPERED
 * otherwise. *ret_fingerprint is the SHA-256 of the bytes: the caller compares it with
 * what it was told. */
int genesis_parse(struct bytes bytes, struct genesis *ret_genesis,
		  struct hash *ret_fingerprint, struct amana_error *err) MUST_CHECK;

#endif
