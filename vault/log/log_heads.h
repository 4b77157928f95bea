/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_HEADS_H
#define LOG_LOG_HEADS_H

#include "log/log_core.h"

/*
 * Private to vault/log: the head of each slot as replay had it, so that nothing is read
 * out of a slot that replay did not accept.  Those of this process are in log->heads;
 * those of the pinned history in the file `heads` beside the pin:
 *
 *	for each slot, ascending: u64 big-endian its number, 32 bytes its head
 *
 * The file only grows, but for a pin that is set back.  A record that a power failure cut
 * is dropped.
 */

/* The slot that the state is at has been taken in. */
int log_heads_note(struct log *log, struct amana_error *err) MUST_CHECK;
/* The head of slot n as replay had it.  1: it is not known. */
int log_heads_get(const struct log *log, uint64_t n, struct hash *ret_head,
		  struct amana_error *err) MUST_CHECK;
/* Adds what was noted up to slot n to the file, and drops what it has of later ones.  The
 * caller holds the pin's lock. */
int log_heads_save(struct log *log, uint64_t n, struct amana_error *err) MUST_CHECK;

#endif
