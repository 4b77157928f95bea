/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_MOUNTS_H
#define CLI_MOUNTS_H

#include "attributes.h"

#include "amana/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The mounts of this person that stand in this system, from /proc/self/mountinfo, and how
 * one is ended. */

struct cli;

struct mounted {
	char *dir;    /* an absolute path */
	pid_t pid;    /* of its amana-mount, as the mount's source says; 0: it does not */
	bool answers; /* that program runs */
	unsigned int connection; /* of the kernel with it: /sys/fs/fuse/connections/N; 0:
				    not known */
};
struct mounted_list {
	struct mounted *all;
	size_t n;
};
/* *ret is to be released with mounts_free(). */
int mounts_list(struct mounted_list *ret, struct amana_error *err) MUST_CHECK;
void mounts_free(struct mounted_list *list);

/* Ends one, and waits until its end is on record; what is left of a mount whose program
 * has ended is cleared.  now: although files are open, which then fail; else open files
 * are AMANA_E_CONFLICT.  May take up to 90 seconds; AMANA_E_IO where even that is not
 * enough. */
int mounts_end(struct cli *cli, const struct mounted *one, bool now,
	       struct amana_error *err) MUST_CHECK;

/* An absolute path without links, also where its last part cannot be looked at (a mount
 * whose program has ended).  Owned by the caller. */
char *mounts_path(const char *dir);

#endif
