/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_WAKEUP_H
#define FUSE_WAKEUP_H

#include "attributes.h"

/*
 * How one thread wakes another that waits with poll(2): an eventfd, which is readable
 * from wakeup_send until wakeup_clear.  Any thread may call these.
 */

/* The descriptor, which the caller closes; -1: errno says why there is none. */
int wakeup_new(void) MUST_CHECK;
/* Makes it readable.  Never waits and cannot fail in a way that matters: a counter that
 * is full is readable too. */
void wakeup_send(int fd);
/* Makes it unreadable until the next wakeup_send. */
void wakeup_clear(int fd);

#endif
