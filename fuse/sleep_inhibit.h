/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_SLEEP_INHIBIT_H
#define FUSE_SLEEP_INHIBIT_H

#include "heap.h"

#include <poll.h>
#include <stdbool.h>

/*
 * The machine is about to sleep: systemd-logind says so, and waits (five seconds, unless
 * it was told another number) for whoever asked it to, so that nothing readable is left
 * in a laptop that is carried away asleep.  Where nobody says it, expiry.c sees on the
 * clocks that the machine has slept. One thread.  nap_logind.c, or nap_none.c in a build
 * without libsystemd.
 */
struct nap;

/* Waits for no answer.  NULL: nobody to ask here. */
struct nap *nap_open(void) MUST_CHECK;
/* What to poll for: a descriptor of -1 when there is nothing. */
struct pollfd nap_wants(const struct nap *nap);
/* Takes what has come in.  True: it is about to sleep. */
bool nap_look(struct nap *nap);
/* The machine may sleep.  NULL is fine. */
void nap_close(struct nap *nap);

#endif
