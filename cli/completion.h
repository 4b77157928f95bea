/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "command.h"

#include <stdio.h>

/* The shells that there are scripts for; NULL at the end. */
extern const char *const completion_shells[];

/* Prints the completion script of a shell.  AMANA_E_USAGE: there is none for that one. */
int completion_print(const struct command_table *table, const char *shell, FILE *out,
		     struct amana_error *err) MUST_CHECK;

#endif
