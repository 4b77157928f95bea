/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FAIL_H
#define CLI_FAIL_H

#include "attributes.h"

#include "amana/error.h"

/*
 * Errors that the command line itself finds.  The functions that return int fill *err
 * with a message, which is made safe for a terminal, and return -1.  The message says
 * what was refused and why; what to do next follows from code and reason (exit.c), unless
 * it is said here.
 */

struct cli;

/* With the code alone. */
int fail(struct amana_error *err, enum amana_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* With the reason that decides what can be done about it. */
int fail_reason(struct amana_error *err, enum amana_reason reason, enum amana_code code,
		const char *fmt, ...) PRINTF_LIKE(4, 5);
/* With what errno says: AMANA_E_NOMEM for ENOMEM, else AMANA_E_IO. */
int fail_sys(struct amana_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* With what to do next; NULL: that follows from the code. */
int fail_advise(struct cli *cli, struct amana_error *err, enum amana_code code,
		const char *remedy, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* What to do next about an error that is about to be returned. */
void fail_next(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
