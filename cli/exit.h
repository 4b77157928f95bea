/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_EXIT_H
#define CLI_EXIT_H

#include "attributes.h"

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
int report_error(struct cli *cli, const struct amana_error *err);
/* One of several items failed while others go on: a line on standard error, and the exit
 * status of the command as worst_of() has it.  Where that is in the end the command's
 * own error (err->told), report_error() does not say it again. */
void report_item(struct cli *cli, const char *item, const struct amana_error *err);
/* The command does its work, and ends with this exit status.  5, tampered, outranks every
 * other; 0 changes nothing. */
void worst_of(struct cli *cli, int status);

/* These fill *err with a message that is made safe for a terminal, and return -1. */
int fail(struct amana_error *err, enum amana_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* With the reason that decides what can be done about it. */
int fail_reason(struct amana_error *err, enum amana_reason reason, enum amana_code code,
		const char *fmt, ...) PRINTF_LIKE(4, 5);
/* With the reason that errno has: AMANA_E_IO, or AMANA_E_NOMEM. */
int fail_sys(struct amana_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* With what to do next, where the code's own remedy is not the right one (NULL: it is).
 */
int refuse(struct cli *cli, struct amana_error *err, enum amana_code code,
	   const char *remedy, const char *fmt, ...) PRINTF_LIKE(5, 6);

#endif
