/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "command.h"

/* The command line taken apart: global options anywhere, the command's own after it, "--"
 * ends both. */

/* Options of every command; OPT_END at the end. */
extern const struct opt options_global[];

struct options {
	const struct command *command; /* NULL: none named */
	const char *group;	       /* "case", when only a group was named */
	void *args;		       /* the command's options; owned */
	/* NULL behind the last one; owned, the strings are argv's or those below */
	char **operands;
	int n_operands;
	char **hidden; /* what is written over in argv; owned, and wiped at the end */
	size_t n_hidden;
};
/* Global options go into *cli.  *ret is to be released whatever this returns.  What is
 * wrong with the command line is AMANA_E_USAGE.
 *
 * Everybody on the machine can read the arguments of everybody's processes (ps, or
 * /proc/PID/cmdline).  So values of options that are hidden or sensitive, and operands of
 * commands that hide them, are copied and written over where they stand in argv. */
int options_parse(struct cli *cli, int argc, char **argv, struct options *ret,
		  struct amana_error *err) MUST_CHECK;
void options_done(struct options *options);

#endif
