/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_EXPIRY_H
#define FUSE_EXPIRY_H

#include "clocks.h"

#include <limits.h>
#include <stdbool.h>

/*
 * What ends a mount though nobody asked: its time is over, the machine has slept, or the
 * person has logged out.
 *
 * The time is counted on the clock that goes on while the machine sleeps, so that neither
 * setting the clock nor closing the lid makes a mount last longer.  The machine has slept
 * when the two clocks have moved apart; the person has logged out when the folder that
 * the login was given ($XDG_RUNTIME_DIR) is gone.
 *
 * One thread at a time.  Owns nothing.
 */
struct expiry {
	int64_t ends_ms;      /* on the clock that goes on during sleep; 0: no end */
	int64_t apart_ms;     /* how far the clocks were apart at the beginning */
	char login[PATH_MAX]; /* the login's folder; "": there was none */
};
/* So long a sleep ends a mount: the clocks are not read at quite the same moment. */
#define EXPIRY_SLEPT_MS 3000

/* From `now` on, for so many seconds (0: until something else ends it).  `login` is the
 * login's folder or NULL; one that is not there already is not looked at again. */
void expiry_start(struct expiry *expiry, struct clocks now, int64_t seconds,
		  const char *login);
/* Why the mount has to end now, one line for the record (static); NULL: it goes on. */
const char *expiry_reason(const struct expiry *expiry, struct clocks now);
/* Milliseconds until the time is over, at most `most`, never less than 0. */
int expiry_wait_ms(const struct expiry *expiry, struct clocks now, int most);

#endif
