/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TELL_H
#define CLI_TELL_H

#include "attributes.h"

#include <stddef.h>

/*
 * Everything that a person reads.  Results go to standard output; with --json nothing of
 * them is printed, since the document says it all.  What is said beside the result goes
 * to standard error.  Each call prints one line, which ends by itself, and first takes
 * the bar of progress off the terminal.  Text of files or other people must have been
 * made safe (safe.h).
 */

struct cli;

/* A line of the result.  While an exhibit goes to standard output, it goes to standard
 * error instead. */
void tell(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same, broken at spaces to fit the terminal; `indent` spaces before the lines after
 * the first. */
void tell_wrapped(struct cli *cli, size_t indent, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* On standard error, with --json too: a warning, a question's outcome, an advice. */
void tell_aside(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* "Next: ..." on standard error, for a person: not with --json. */
void tell_next(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* How many columns the terminal has that standard output is; 0: it is no terminal. */
size_t tell_columns(void);

#endif
