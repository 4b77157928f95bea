/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_MOUNTS_H
#define CLI_MOUNTS_H

#include "cli.h"

#include <sys/types.h>

/* The mounts of this person that stand in this system, from /proc/self/mountinfo, and how
 * one is ended. */
struct mounted {
	char *dir;
	pid_t pid;    /* of its amana-mount, as the mount's source says; 0: it does not */
	bool answers; /* that program runs */
	unsigned int connection; /* of the kernel with it: /sys/fs/fuse/connections/N */
};
struct mounted_list {
	struct mounted *all;
	size_t n;
};
int mounts_list(struct mounted_list *ret, struct amana_error *err) MUST_CHECK;
void mounts_free(struct mounted_list *list);

/*
 * Ends one and waits until its end is on record.  What is left of a mount whose program
 * has ended is cleared. now: although files are open, which then fail.  AMANA_E_CONFLICT:
 * files are open.
 */
int mounts_end(struct cli *cli, const struct mounted *one, bool now,
	       struct amana_error *err) MUST_CHECK;

/* An absolute path without links, also where the last part cannot be looked at (a dead
 * mount).  Owned by the caller. */
char *mounts_path(const char *dir);

#endif
