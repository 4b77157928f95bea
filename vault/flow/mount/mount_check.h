/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_MOUNT_MOUNT_CHECK_H
#define FLOW_MOUNT_MOUNT_CHECK_H

#include "flow/mount/mount_core.h"

/*
 * The first reader's check (docs/DESIGN.md rule 7) of what a mount opened.  The whole of
 * an object has to be read for it, and nobody who opens a film at its middle should wait
 * for that.  So it is made beside the mount, by a thread of its own, while nobody reads.
 * What was not checked by the end stays unchecked, and is checked by whoever opens it
 * next.
 *
 * These functions are for the thread of the session.
 */

/* The check of a recorded exhibit is to be made some time. */
int mount_check_later(struct amana_mount *mount, uint64_t number, struct mount_item *item,
		      struct amana_error *err) MUST_CHECK;
/* From a poll: gives the thread work while nobody reads, and records what it has found.
 * What cannot be done now is told as a notice, and tried again at the next poll. */
void mount_check_turn(struct amana_mount *mount);
/* At the end, once the mount was stopped: cuts short what is being checked, records what
 * was found by then, and frees mount->checks.  Returns how many exhibits were found whole
 * in this mount and are on record as checked. */
uint64_t mount_check_end(struct amana_mount *mount);

#endif
