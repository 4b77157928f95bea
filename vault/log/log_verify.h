/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_VERIFY_H
#define LOG_LOG_VERIFY_H

#include "log/log.h"
#include "log/log_visit.h"

/*
 * The whole check of a log: everything is read and judged again, as if this machine had
 * never seen it.
 */
struct log_verified {
	uint64_t n_slots; /* without the genesis */
	uint64_t n_valid, n_void, n_damaged;
	uint64_t n_passed;   /* passed over by a skip; not counted in the three before */
	uint64_t n_entries;  /* of the valid slots */
	uint64_t n_repaired; /* of the damaged ones, put right in the store */
	bool complete; /* false: the replay stopped at damage, or at a newer format */
	bool is_newer; /* at a newer format: what was verified is good */

	bool was_pinned; /* there is a pin to compare with: the fields below */
	struct pin pin;
	bool pin_agrees; /* the store holds the pinned slot, or a `restored` covers it */
	bool pin_slot_missing; /* the replay did not come to a slot of that number */
	struct hash pin_found; /* otherwise the head of that slot in the store */

	struct state *state; /* at the end; owned */
};

/*
 * Replays the store's log from the genesis on, independently of own copies, snapshot and
 * state of `log`, and calls the visitor (may be NULL) for every slot, bad ones too, and
 * for every entry of the valid ones.  A damaged slot is read from the own copy if that is
 * good (and put right in the store unless LOG_NO_REPAIR); without a copy or a skip the
 * replay ends there. Needs no log_sync before, and pins nothing.  The thread that owns
 * the log.
 *
 * 0: done, whatever was found; the caller ends *ret_verified with log_verified_done.  >
 * 0: what the visitor returned.  -1: it could not be carried out.
 */
int log_verify(struct log *log, const struct log_visitor *visitor,
	       struct log_verified *ret_verified, struct amana_error *err) MUST_CHECK;
void log_verified_done(struct log_verified *verified);

#endif
