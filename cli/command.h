/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "attributes.h"

#include "amana/error.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What a command is.  One table parses, documents and completes it: a command's own file
 * defines it together with the struct of its options, and nothing else in the program
 * knows it.
 */

struct cli;

enum opt_kind {
	OPT_FLAG,      /* bool */
	OPT_TEXT,      /* const char * */
	OPT_HIDDEN,    /* const char *, which the list of processes does not show */
	OPT_SENSITIVE, /* the same, to be read with text_arg_read() */
	OPT_LIST,      /* struct text_list; may be given again */
};
struct text_list {
	const char **items; /* owned by whoever parsed; the strings are argv's */
	size_t n;
};
struct opt {
	const char *name; /* long name without dashes; NULL: the letter alone */
	char letter;	  /* 0: none */
	enum opt_kind kind;
	const char *meta; /* "FILE" */
	const char *help;
	size_t offset; /* of the value in the struct of the command's options; of a global
			  option in struct cli */
	const char *const *choices; /* the only values there are, NULL at the end; NULL:
				       any */
};
#define OPT_END                                                                          \
	{                                                                                \
		.name = NULL                                                             \
	}

enum command_role {
	ROLE_ANYONE,
	ROLE_DEPOSITOR,
	ROLE_READER,
	ROLE_LEAD,
	ROLE_AUDITOR,
	ROLE_ADMIN,
	ROLE_COUNT
};
struct command {
	const char *name;	      /* "deposit", "case open" */
	const char *operands;	      /* "[CASE [PATH...]]" */
	const char *summary;	      /* one line without a full stop */
	const char *details;	      /* more lines for -h, or NULL */
	enum command_role role, also; /* who uses it; also ROLE_ANYONE: nobody else */
	int n_max;		      /* operands at most; -1: any number */
	size_t args_size;	      /* of the struct that the options are put into */
	const struct opt *opts;	      /* OPT_END at the end; NULL: none */
	bool hides_operands;	      /* the list of processes does not show them */
	const char *const *words;     /* what the first operand can be, for completion,
					 NULL at the end; NULL: anything */
	/* Does it.  `operands` has `n` strings and a NULL behind them.  Returns the exit
	 * status (0: what single items have asked for), or < 0 with err filled. */
	int (*run)(struct cli *cli, void *args, char **operands, int n,
		   struct amana_error *err);
};

/* Every command there is.  main() hands it out in struct cli: commands themselves are
 * below it, and those that show it (help, completions) have it from there. */
struct command_table {
	const struct command *const *all; /* in the order that help shows; NULL at the
					     end */
	const char *const *groups; /* "id", "case": first words of commands of two words;
				      NULL at the end */
};

/* Is this the end of a table of options?  True for NULL, too. */
bool command_opts_end(const struct opt *opt);
/* The command that is named words[0], or words[0] and words[1]; *ret_used says which: 1
 * or 2.  NULL: there is none. */
const struct command *command_find(const struct command_table *table, char **words,
				   int n_words, int *ret_used);
/* Is it a command of that group?  Its second word, or NULL. */
const char *command_in_group(const struct command *command, const char *group);
bool command_is_group(const struct command_table *table, const char *word);
/* The error about an unknown command (of `group`, or NULL), which names the nearest one;
 * returns -1. */
int command_unknown(struct cli *cli, const char *group, const char *typed,
		    struct amana_error *err);

#endif
