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

/* Whether something keeps the time of day in step with other clocks (NTP, mostly), as the
 * kernel has been told.  1: yes.  0: no, or not for so long that the kernel has given it
 * up.  -1: the kernel does not say.  Nobody needs a privilege to ask.  Any thread. */
int clock_is_synced(void);

#endif
