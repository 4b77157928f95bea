/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_LOOP_H
#define FUSE_LOOP_H

#include "attributes.h"

#include <fuse_lowlevel.h>
#include <stdbool.h>

/*
 * The threads that answer the kernel: each takes one request at a time and has it
 * answered by the functions that the session was made with (ops.c).
 *
 * A thread that waits for a request is woken, to end, by SIGUSR1, which does nothing but
 * interrupt the waiting.  So no other part of the program may use that signal.
 */
struct loop;

/* Starts the threads; fewer than wanted are enough.  Borrows the session, which is
 * mounted already.  When the kernel has ended the mount, `wakeup` (wakeup.h) is told.
 * NULL: no memory, or not one thread.  Ended by loop_stop. */
struct loop *loop_start(struct fuse_session *session, int wakeup) MUST_CHECK;
/* Whether the kernel has ended the mount.  Any thread, until loop_stop; NULL: no. */
bool loop_is_over(const struct loop *loop);
/* Waits until the threads have answered what they have begun, and ends them.  What the
 * kernel asks from then on is not answered.  NULL is fine. */
void loop_stop(struct loop *loop);

#endif
