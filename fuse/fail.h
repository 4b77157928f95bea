/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_FAIL_H
#define FUSE_FAIL_H

#include "amana/error.h"
#include "attributes.h"

#include <stdbool.h>

/* Errors of amana-mount's own, and what it says to people.  Any thread. */

/* Fill err, return -1; fail_sys appends what errno means. */
int fail(struct amana_error *err, enum amana_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
int fail_sys(struct amana_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * One line to whoever looks after the mount: standard error while it runs in the
 * foreground, the system's journal otherwise. What was written by other people (names of
 * files, of cases) has no place in it: others read the journal.
 */
struct speaker {
	bool journal;
};
void speaker_open(struct speaker *speaker, bool journal);
void speaker_say(const struct speaker *speaker, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
