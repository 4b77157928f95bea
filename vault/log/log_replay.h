/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_REPLAY_H
#define LOG_LOG_REPLAY_H

#include "log/log_core.h"

/*
 * Private to vault/log: building the state.
 */

/* Brings the state to slot `until`, which is not after the pin: from a snapshot if there
 * is one, then from the own copies, and from the store where a copy is missing or bad
 * (such a copy is written again).  1: neither leads there, or to the pinned head if
 * `until` is the pinned slot; the state is then anywhere. */
int log_replay_to(struct log *log, uint64_t until, struct amana_error *err) MUST_CHECK;
/* Takes in what the store has after the state's slot until there is no more, or until
 * damage to stop at.  The pin moves on now and then, but not to the end: log_keep does
 * that. */
int log_replay_rest(struct log *log, struct amana_error *err) MUST_CHECK;

#endif
