/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_SNAPSHOT_H
#define LOG_LOG_SNAPSHOT_H

#include "log/log_core.h"

/*
 * Private to vault/log: the file FINGERPRINT/state, the replayed state under a MAC with
 * the caller's snapshot key.  It is a cache: whatever is wrong with it, it counts as
 * none, and the log is replayed instead.
 */

#define LOG_SNAPSHOT_SLOTS 64 /* replaying no more slots is cheaper than a snapshot */

/* The state and the void slots as the file has them.  0: loaded; 1: there is none that
 * can be used, or no key, and the state is then untouched or NULL. */
int log_snapshot_load(struct log *log, struct amana_error *err) MUST_CHECK;
/* Writes the file if enough has happened since the last one.  A failure is not told. */
void log_snapshot_save(struct log *log);

#endif
