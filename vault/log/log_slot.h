/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_SLOT_H
#define LOG_LOG_SLOT_H

#include "log/log_core.h"

/*
 * Private to vault/log: slots as they stand in the store.  Nothing is judged here, and
 * the own copies (log_copy.h) are not looked at.
 */

/* Why log_slot_fetch has no bytes to give. */
enum log_slot_outcome {
	LOG_SLOT_MISSING = 1,
	LOG_SLOT_UNREADABLE, /* something stands there, but it is no plain file */
	LOG_SLOT_TOO_LONG,   /* it is larger than BATCH_BYTES_MAX */
};

/* The store's bytes of slot n, in place of what buf has (BUF_INIT(BATCH_BYTES_MAX)).  0;
 * above 0: an enum log_slot_outcome, and buf is empty; -1: the store failed. */
int log_slot_fetch(struct log *log, uint64_t n, struct buf *buf,
		   struct amana_error *err) MUST_CHECK;
/* The outcome as a clause about a slot that later ones follow; static. */
const char *log_slot_reason(int outcome);
/* The head of whatever stands for slot n in the store: of its first BATCH_BYTES_MAX + 1
 * bytes (docs/FORMAT.md section 4).  1: no plain file stands there. */
int log_slot_hash(struct log *log, uint64_t n, struct hash *ret_hash,
		  struct amana_error *err) MUST_CHECK;
/* Calls each for every slot after n that is there, ascending, as a listing has them; what
 * it returns other than 0 ends the walk and is returned. */
int log_slot_each_after(struct log *log, uint64_t n,
			int (*each)(void *arg, uint64_t slot, struct amana_error *err),
			void *arg, struct amana_error *err) MUST_CHECK;
/* The highest slot in the store; 0 if there is none but the genesis. */
int log_slot_last(struct log *log, uint64_t *ret_last,
		  struct amana_error *err) MUST_CHECK;

#endif
