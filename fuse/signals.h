/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_SIGNALS_H
#define FUSE_SIGNALS_H

#include "attributes.h"

#include "amana/error.h"

#include <pthread.h>
#include <stdatomic.h>

/*
 * Signals that ask the program to end: SIGTERM, SIGINT and SIGHUP.
 *
 * They are blocked in every thread, and a thread of their own reads them, so that they
 * reach the vault's thread wherever it is: while it waits, by the wakeup; while it is in
 * the library, by `cancelled`, at which the library looks (amana_config.cancelled).  No
 * handler runs, and so nothing has to stand in a global.
 */
struct signals {
	atomic_bool asked;     /* one has come */
	atomic_bool cancelled; /* one has come; whoever has seen it may set it back, so
				  that the next one is seen too */
	/* signals.c's */
	int wakeup, signal_fd, stop_wakeup;
	pthread_t thread;
};

/* From now on signals set both flags and wake `wakeup` (wakeup.h), which is borrowed.  To
 * be called before any other thread is started, so that all have the signals blocked.
 * SIGPIPE is ignored from now on too.  *signals must not move until signals_stop. */
int signals_start(struct signals *signals, int wakeup,
		  struct amana_error *err) MUST_CHECK;
/* Ends the thread.  Signals stay blocked. */
void signals_stop(struct signals *signals);

#endif
