/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_MOUNT_MOUNT_KEYS_H
#define FLOW_MOUNT_MOUNT_KEYS_H

#include "flow/mount/mount_core.h"

/*
 * Opens the sheets of the exhibits that are about to be opened and were not opened yet.
 * Afterwards each item has its key, or why_not says why it has none; a number that there
 * is not has no item.  A sheet that fails its check is told as a notice.  Uses a second
 * thread for many.
 */
int mount_keys_open(struct amana_mount *mount, const struct amana_opening *openings,
		    size_t n, struct amana_error *err) MUST_CHECK;
/* What the object of an exhibit must be, whose item has its key.  The digests of its
 * spans are read again from its sheet where they were not kept: those of large exhibits,
 * and all once there are MOUNT_BLOCKS_MAX bytes of them.  The caller ends *ret_expect
 * with object_expect_done. */
#define MOUNT_BLOCKS_MAX ((size_t)16 << 20)
int mount_keys_expect(struct amana_mount *mount, uint64_t number,
		      struct object_expect *ret_expect,
		      struct amana_error *err) MUST_CHECK;

#endif
