/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_REFRESH_H
#define FUSE_REFRESH_H

#include "attributes.h"
#include "tree.h"

#include "amana/mount.h"

#include <fuse_lowlevel.h>

/*
 * The case's list as it is now, into the tree.  Of the folders whose contents changed,
 * and of the files that went, the kernel is told to forget what it remembers; `session`
 * is NULL before there is a kernel to tell.
 *
 * 0, or < 0 with err filled: the list could not be read, or memory ran out
 * (AMANA_E_NOMEM) and some exhibits are missing.  It can be called again.  The vault's
 * thread.
 */
int refresh_tree(struct tree *tree, struct amana_mount *mount,
		 struct fuse_session *session, struct amana_error *err) MUST_CHECK;

#endif
