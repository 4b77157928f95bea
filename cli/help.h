/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "command.h"

#include <stdio.h>

/* Help, printed from the tables that parse. */

/* How one command is used, with its options and details. */
void help_command(const struct command *command, FILE *out);
/* The commands of a group, each with its summary. */
void help_group(const struct command_table *table, const char *group, FILE *out);
/* All commands and the global options. */
void help_all(const struct command_table *table, FILE *out);

#endif
