/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_REPAIR_H
#define LOG_LOG_REPAIR_H

#include "log/log_core.h"

/*
 * Private to vault/log: putting this machine's good copy of a slot back into the store.
 *
 * A slot that is put right makes a `skip` over it void, and with it every act that was
 * built on that skip.  So a client that holds good bytes of a slot that an admin has
 * passed over neither follows the skip nor repairs the slot: it stops with
 * AMANA_E_TAMPERED and both sides until its person accepts the skip, and then follows it.
 * A skip whose signer was no admin, by the same key, at the end of the history that this
 * machine had verified is not followed: the slots are put back, and the signer is named
 * (docs/FORMAT.md section 9, rule 10).
 */

/* Replaces slot n in the store by the good bytes, unless a later slot is an admin's skip
 * over it: then -1, and log->accepted_over is set if it was accepted.  0: repaired; 1:
 * the store refused, or LOG_NO_REPAIR forbids it.  0 and 1 are told as events. */
int log_repair(struct log *log, uint64_t n, struct bytes good,
	       struct amana_error *err) MUST_CHECK;
/* The same without looking for a skip: for the genesis, which none passes over.  True: it
 * was replaced. */
bool log_repair_put(struct log *log, uint64_t n, struct bytes good);
/* `slot` is slot n and was judged void.  -1 if it is an admin's skip over a slot that is
 * damaged in the store and good here; 0 for everything else. */
int log_repair_check_skip(struct log *log, uint64_t n, struct bytes slot,
			  struct amana_error *err) MUST_CHECK;

#endif
