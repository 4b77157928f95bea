/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OVERVIEW_H
#define CLI_OVERVIEW_H

#include "attributes.h"

#include "amana/error.h"

struct cli;

/* `amana` alone: who you are, which vault, what to do next, the commands by role.  At
 * most 24 lines; nothing is asked, no passphrase is needed.  Returns the exit status, or
 * < 0. */
int overview(struct cli *cli, struct amana_error *err) MUST_CHECK;

#endif
