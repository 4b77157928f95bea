/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_RANGES_H
#define FUSE_RANGES_H

#include "attributes.h"
#include "opening.h"

#include "amana/mount.h"

#include <stddef.h>

/*
 * What programs got to read of each exhibit, as ranges of bytes for the record of the
 * end. Bytes are given out by whole chunks, so that is what the ranges are made of.  Of
 * one exhibit there are at most RANGES_MAX; where there would be more, those that lie
 * closest together are told as one.
 */
#define RANGES_MAX ((size_t)32)

/* The ranges of these openings, in their order, and by offset within an exhibit.  *ret is
 * the caller's (heap_free), and NULL where nothing was read.  0, or -1: no memory.  No
 * other thread may give bytes out meanwhile, or the answer is of some moment between. */
int ranges_of(struct opening *const *openings, size_t n_openings,
	      struct amana_mount_range **ret, size_t *ret_n) MUST_CHECK;

#endif
