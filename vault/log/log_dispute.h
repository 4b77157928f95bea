/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_DISPUTE_H
#define LOG_LOG_DISPUTE_H

#include "log/log_core.h"

/*
 * Private to vault/log: the store's history against the pinned one.
 */

#define LOG_DISPUTE_MOVED 2

/* The person accepted a skip over slot `first`, of which good bytes are here: they are
 * set aside and the pin is set back before it, so that the next sync follows the skip. */
int log_dispute_follow_skip(struct log *log, uint64_t first,
			    struct amana_error *err) MUST_CHECK;

/*
 * The pinned slot is missing in the store, or another one stands there.
 *
 * 0: it was damage and is put right; the state is that of the pin.  1: the pinned history
 * is lost, and LOG_FOLLOW_LOST says to go on with the store's, which is not kept.
 * LOG_DISPUTE_MOVED: the store's history holds a `restored` that covers the pin, so the
 * pin was set back to where the two part: begin again.  -1: AMANA_E_TAMPERED with both
 * sides, or a failure.
 */
int log_dispute(struct log *log, struct amana_error *err) MUST_CHECK;
/* The first slot, up to the pinned one, that the store does not have as the own copies
 * have it, found from the pin backwards; the pinned slot + 1 if all are the same. */
int log_dispute_first(struct log *log, uint64_t *ret_first,
		      struct amana_error *err) MUST_CHECK;
/* True if a `restored` in `state` names a lost history that the pin was in, and its
 * signers were admins, by the same keys, at the end of what this machine had verified
 * (log->admins), and as many as that history asks for.  `first`: the slot at which the
 * two histories part; a `restored` before it speaks of an older loss. */
bool log_dispute_is_restored(const struct log *log, const struct state *state,
			     uint64_t first);

#endif
