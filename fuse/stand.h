/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_STAND_H
#define FUSE_STAND_H

#include "program.h"

/*
 * What the vault's thread does while the mount stands: it records first openings, looks
 * for news of the vault every second, listens to the person, and wipes what lies idle.
 * Returns when the mount has to end, with the reason in one line, for the record; the
 * line is static or program->why.
 */
const char *stand_until_over(struct program *program) MUST_CHECK;

#endif
