/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "passphrase.h"
#include "progress.h"
#include "rows.h"

#include "amana/vault.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * One run of the program: what was given, where things are, what was found out.  main()
 * makes it, and every function of a command gets it.
 *
 * In all of cli/ functions return 0 done, < 0 failed with err filled, > 0 an outcome that
 * the function documents, unless it says otherwise.  There is one thread.  Results go to
 * standard output, everything else to standard error, questions to /dev/tty.
 */

#define CLI_TTY_NOT_TRIED (-1)
#define CLI_TTY_NONE (-2)

struct cli {
	/* Global options, as given: options.c puts them here.  NULL: not given. */
	const char *vault_given, *identity, *passphrase, *new_passphrase,
		*vault_fingerprint, *progress_given;
	bool json, no_input, yes, help, version;

	const struct command_table *commands; /* all there are */
	const struct command *command;	      /* this one; NULL: none, or not known yet */

	/* Since vault_prepare(); owned. */
	char *config_path, *data_dir, *cache_dir;
	char *vault_path;	/* NULL: no vault is meant */
	const char *vault_from; /* what says so: "-C", "$AMANA_VAULT" or config_path;
				   borrowed */
	struct amana_config config;
	struct amana_vault *vault; /* open; NULL: not yet */

	int tty; /* a descriptor of /dev/tty, or one of CLI_TTY_... */
	bool stdout_is_tty, stderr_is_tty;
	bool stdout_taken;   /* an exhibit goes there: results go to standard error */
	bool stdin_taken;    /* it was read, by @- or by - */
	bool warned_history; /* see text_arg_warn() */
	bool closed_pipe; /* nobody reads standard output any more: end without a word */

	/* Words, hex or @FILE that this command was given for keys it has to meet; NULL:
	 * none.  Borrowed from the arguments. */
	const char *fingerprint;

	struct passphrase passphrase_had, new_passphrase_had;

	enum progress_kind progress;
	struct progress_bar *bar; /* NULL: no job has told how far it is */

	json_t *doc;	  /* the one document, printed at the end with --json */
	struct rows rows; /* an array of it that may be long */

	/* What went wrong: exit.c. */
	int worst;	  /* the exit status that single items ask for; 5 outranks all */
	char remedy[240]; /* what to do next about the error that is about to be returned;
			     "": as its reason or its code has it */
};

#endif
