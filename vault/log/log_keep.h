/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_KEEP_H
#define LOG_LOG_KEEP_H

#include "log/log_core.h"

/*
 * Private to vault/log: this machine's pin of the vault.  A pin is written only after the
 * copies that it vouches for are on disk, and under the lock of the vault's folder.
 */

/* Reads the pin anew: another process may have moved it.  AMANA_E_MISSING if it was
 * removed, AMANA_E_TAMPERED if it is that of another vault. */
int log_keep_read_pin(struct log *log, struct amana_error *err) MUST_CHECK;
/* Makes the copies durable, then moves the pin forward to the state's slot.  If another
 * process has moved it further, that stays, but its history must contain our slot:
 * AMANA_E_TAMPERED otherwise. */
int log_keep(struct log *log, struct amana_error *err) MUST_CHECK;
/* Makes the copies durable, then sets the pin to slot n with this head and tree size (in
 * leaves), backwards too: only for the first contact and after a `restored`. */
int log_keep_set_pin(struct log *log, uint64_t n, const struct hash *head, uint64_t size,
		     struct amana_error *err) MUST_CHECK;

#endif
