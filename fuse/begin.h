/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_BEGIN_H
#define FUSE_BEGIN_H

#include "program.h"

/*
 * Mounts what program->start asks for: checks the mount point, opens the vault, puts the
 * mounting on record, makes all the parts, mounts, and tells the person that it stands.
 *
 * 0, or < 0 with err filled, and program->remedy where there is something to do about it.
 * Whatever was made by then is taken down by end_mount, either way.  The vault's thread.
 */
int begin_mount(struct program *program, struct amana_error *err) MUST_CHECK;

#endif
