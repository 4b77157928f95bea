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
	char **operands; /* NULL behind the last one; owned, the strings are argv's */
	int n_operands;
};
/* Global options go into *cli.  *ret is to be released whatever this returns.  What is
 * wrong with the command line is AMANA_E_USAGE. */
int options_parse(struct cli *cli, int argc, char **argv, struct options *ret,
		  struct amana_error *err) MUST_CHECK;
void options_done(struct options *options);

#endif
