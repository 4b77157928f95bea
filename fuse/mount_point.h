/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_MOUNT_POINT_H
#define FUSE_MOUNT_POINT_H

#include "attributes.h"

#include "amana/error.h"

/*
 * Before anything is mounted: is `dir` a folder to mount at, and can this machine mount
 * at all?  The folder has to be there, empty, the person's own, open to writing, and not
 * a mount already.  The machine needs /dev/fuse, and fusermount3 for everybody but root.
 *
 * 0: yes.  -1: no, err says what is wrong (AMANA_E_MISSING, AMANA_E_USAGE,
 * AMANA_E_CONFLICT, AMANA_E_DENIED, AMANA_E_IO), and *ret_remedy what to do about it, a
 * static string that means nothing when the answer was yes.  Any thread; what is found
 * may of course change before it is mounted.
 */
int mount_point_check(const char *dir, const char **ret_remedy,
		      struct amana_error *err) MUST_CHECK;

#endif
