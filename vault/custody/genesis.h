/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_GENESIS_H
#define CUSTODY_GENESIS_H

#include "custody/batch.h"

/* The genesis, which is slot 0: a note signed by the founder (docs/FORMAT.md section
 * 3).  Pure functions; any thread. */
#define GENESIS_MAX                                                                      \
	((size_t)4096) /* in bytes; the grammar allows none that is longer               \
			*/
#define GENESIS_KIND_MAX 16

struct genesis {
	char origin[ORIGIN_MAX + 1];
	int64_t at;
	struct member_code founder;
	struct age_recipient recipient;
	struct note_key key;		      /* its name is the founder's code */
	struct age_recipient audit_recipient; /* of the audit ring's epoch 1 */
	struct hash
		audit_file; /* that epoch's key file for the founder, under objects/ */
	char store_kind[GENESIS_KIND_MAX + 1];
	uint64_t writers; /* how many wrote at once when the store was checked; one of
			     them won */
};

/* Signs the genesis and appends it to the empty ret_bytes (BUF_INIT(GENESIS_MAX)).
 * AMANA_E_USAGE if a field is out of its grammar, or if seed is not the secret of
 * genesis->key. */
int genesis_sign(const struct genesis *genesis, const struct secret *seed,
		 struct buf *ret_bytes, struct amana_error *err) MUST_CHECK;
/* AMANA_E_TAMPERED unless the bytes are exactly one genesis, with one signature by the
 * founder's key.  *ret_fingerprint is the SHA-256 of the bytes; the caller compares it
 * with what it was told. */
int genesis_parse(struct bytes bytes, struct genesis *ret_genesis,
		  struct hash *ret_fingerprint, struct amana_error *err) MUST_CHECK;

#endif
