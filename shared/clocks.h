/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHARED_CLOCKS_H
#define SHARED_CLOCKS_H

#include <stdint.h>

/*
 * The two clocks that nobody can set, in milliseconds since the machine was started: one
 * goes on while the machine sleeps, the other stands still.  Any thread; no errors.
 */
struct clocks {
	int64_t boot_ms;      /* goes on */
	int64_t monotonic_ms; /* stands still */
};

/* Both at once. */
struct clocks clocks_now(void);
/* The one that stands still, for how long something takes or lasts. */
int64_t clocks_monotonic_ms(void);

#endif
