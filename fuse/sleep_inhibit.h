/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_SLEEP_INHIBIT_H
#define FUSE_SLEEP_INHIBIT_H

#include "attributes.h"

#include <poll.h>
#include <stdbool.h>

/*
 * Hearing that the machine is about to sleep, so that nothing readable is left in a
 * laptop that is carried away asleep.
 *
 * systemd-logind tells whoever asks on the system's bus, and with an inhibitor it waits
 * (five seconds, unless it was configured otherwise) until the mount has ended.  Where
 * nobody tells it, expiry.c sees afterwards that the machine has slept.
 *
 * sleep_inhibit_logind.c does this; sleep_inhibit_none.c stands in for it in a build
 * without libsystemd and never hears anything.  One thread.
 */
struct sleep_inhibit;

/* Asks to be told and for an inhibitor; the answers come in later, by
 * sleep_inhibit_look.  NULL: there is nobody to ask here, or no memory.  Ended by
 * sleep_inhibit_close. */
struct sleep_inhibit *sleep_inhibit_open(void) MUST_CHECK;
/* What to wait for with poll(2) before the next sleep_inhibit_look; its descriptor is -1
 * when there is nothing to wait for.  It may be another one after each look. */
struct pollfd sleep_inhibit_pollfd(const struct sleep_inhibit *sleep_inhibit);
/* Takes in what has come, without waiting.  True, from then on: the machine is about to
 * sleep.  NULL: false. */
bool sleep_inhibit_look(struct sleep_inhibit *sleep_inhibit);
/* Gives the inhibitor back, so that the machine may sleep, and frees it; NULL is fine. */
void sleep_inhibit_close(struct sleep_inhibit *sleep_inhibit);

#endif
