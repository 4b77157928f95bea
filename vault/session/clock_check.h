/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_CLOCK_CHECK_H
#define SESSION_CLOCK_CHECK_H

#include "session/session_core.h"

/*
 * This machine's clock against the log's newest time (state_newest_at).  Time decides
 * nothing by itself: a clock that the log contradicts is told with both times, and signs
 * no `expire` unasked.
 */

/* False if the clock is behind the log by more than a minute, or ahead of it by more than
 * 35 days. */
bool clock_check_is_believed(struct session *session);
/* Tells what is wrong with the clock, and asks once a session whether to go on.
 * AMANA_E_CANCELLED: the person does not want to. */
int clock_check(struct session *session, struct amana_error *err) MUST_CHECK;

#endif
