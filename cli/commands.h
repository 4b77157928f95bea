/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "command.h"

/* Every command of the program: for main(), which hands it out in struct cli. */
extern const struct command_table commands_table;

#endif
