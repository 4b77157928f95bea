/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_WATCH_H
#define FUSE_WATCH_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What ends a mount though nobody asked: its time is over, the machine slept, the person
 * logged out.  Time is CLOCK_BOOTTIME, so that neither setting the clock nor closing the
 * lid makes it longer.
 */
struct watch {
	int64_t ends_ms; /* on the clock that goes on while the machine sleeps; 0: no end
			  */
	int64_t asleep_ms;    /* between that clock and the other, so far */
	char login[PATH_MAX]; /* the login's folder; "": there was none */
};
struct watch_clocks {
	int64_t boot_ms, monotonic_ms;
};
#define WATCH_SLEPT_MS 3000

struct watch_clocks watch_clocks_now(void);
/* login: $XDG_RUNTIME_DIR or NULL. */
void watch_start(struct watch *watch, struct watch_clocks now, int64_t seconds,
		 const char *login);
/* Why it has to end, or NULL. */
const char *watch_look(struct watch *watch, struct watch_clocks now);
/* Milliseconds until the end, at most `most`. */
int watch_wait(const struct watch *watch, struct watch_clocks now, int most);

#endif
