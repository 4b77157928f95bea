/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_READ_H
#define LOG_LOG_READ_H

#include "log/log.h"
#include "log/log_visit.h"

/*
 * Reading back what log_sync has taken in.  Everything is from the own copies or the
 * store, whichever the hash chain vouches for; AMANA_E_TAMPERED names a slot that neither
 * has as it was.  The thread that owns the log.
 */

/* Appends the bytes of slot n <= state_slot to buf (BUF_INIT(BATCH_BYTES_MAX)). */
int log_load_slot(struct log *log, uint64_t n, struct buf *buf,
		  struct amana_error *err) MUST_CHECK;
/* SHA-256 of slot n <= state_slot. */
int log_head_at(struct log *log, uint64_t n, struct hash *ret_head,
		struct amana_error *err) MUST_CHECK;
/* True if this login has verified the log up to slot n, this process or another. */
bool log_was_seen(const struct log *log, uint64_t n);
/* Shows the valid slots from `from` to state_slot in order, without judging them again:
 * for a catalogue.  Returns what the visitor does. */
int log_each(struct log *log, uint64_t from, const struct log_visitor *visitor,
	     struct amana_error *err) MUST_CHECK;

#endif
