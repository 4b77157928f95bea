/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TEXT_ARG_H
#define CLI_TEXT_ARG_H

#include "attributes.h"

#include "amana/error.h"

#include <stdbool.h>

/* Text that should not stand in a shell's history: titles, notes, sources, reasons,
 * search words. */

struct cli;

struct text_arg {
	const char *option; /* that it is given with: "--reason" */
	const char *prompt; /* that it is asked for with; NULL: it is not asked for */
	bool required;	    /* without it the command cannot go on */
};

/* What `given` says: the text itself, @FILE (@-: standard input) for what a file holds,
 * or
 * @@x for the text "@x".  Where it was not given (NULL) it is asked for.  Line feeds at
 * its end are dropped.  *ret_text is NULL if there is none; owned by the caller.  Text
 * that is not UTF-8 is AMANA_E_FORMAT, more than 16384 bytes AMANA_E_LIMIT. */
int text_arg_read(struct cli *cli, const struct text_arg *arg, const char *given,
		  char **ret_text, struct amana_error *err) MUST_CHECK;
/* Says once in a run, on a terminal, that what was given with this option or operand
 * is in the shell's history now. */
void text_arg_warn(struct cli *cli, const char *option);

#endif
