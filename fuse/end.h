/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_END_H
#define FUSE_END_H

#include "program.h"

/*
 * Ends a mount, however far begin_mount came: gives nothing out any more, leaves nothing
 * of what was given out behind, unmounts, puts the end on record with `why` (one line),
 * lets the machine sleep, and frees everything that begin_mount made.
 *
 * 0, or < 0 with err filled: the end could not be put on record; the rest is done.  A
 * signal that comes meanwhile cuts it short.  The vault's thread.
 */
int end_mount(struct program *program, const char *why,
	      struct amana_error *err) MUST_CHECK;

#endif
