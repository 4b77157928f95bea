/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_PLACE_H
#define FUSE_PLACE_H

#include "amana/error.h"
#include "block.h"

/*
 * The folder to mount at: there, empty, the person's own, and not a mount already; and
 * what is needed to mount at all. *ret_remedy: what to do next (static).
 */
int place_check(const char *dir, const char **ret_remedy,
		struct amana_error *err) MUST_CHECK;

#endif
