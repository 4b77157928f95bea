/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_EXIT_H
#define CLI_EXIT_H

#include "amana/error.h"

/*
 * What went wrong, said to the person and to the shell.  exit.c has the one table from
 * reason, else code, to what can be done about it, and to the exit status.
 */

struct cli;

/* The exit status of an error code (docs/CLI.md). */
int exit_status(enum amana_code code);
/* What can be done about it: by the reason, else by the code.  Static; NULL: the
 * command's own help tells. */
const char *exit_remedy(enum amana_reason reason, enum amana_code code);

/* Says what was refused, why and what to do next, on standard error and with --json in
 * the document too.  Returns the exit status. */
int exit_report(struct cli *cli, const struct amana_error *err);
/* One of several items failed while others go on: a line on standard error, and the exit
 * status of the command as exit_worst() has it.  Where that is in the end the command's
 * own error (err->told), exit_report() does not say it again. */
void exit_report_item(struct cli *cli, const char *item, const struct amana_error *err);
/* The command does its work, and ends with this exit status.  5, tampered, outranks every
 * other; 0 changes nothing. */
void exit_worst(struct cli *cli, int status);

#endif
