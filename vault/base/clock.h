/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/*
 * Milliseconds of a clock that nobody sets and that only moves forward, for how long
 * something takes or lasts.  It begins anywhere, and stands still while the machine
 * sleeps.  The time of day is session_now (session/session.h).  Any thread.
 */
int64_t clock_ms(void);
/* The same as it was at the system's last tick, up to 10 ms ago: cheap enough to be asked
 * with every read. */
int64_t clock_coarse_ms(void);

#endif
