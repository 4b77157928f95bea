/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "ask.h"
#include "attributes.h"
#include "command.h"
#include "completion.h"
#include "help.h"
#include "options.h"
#include "overview.h"
#include "commands.h"
#include "suggest.h"
#include "exit.h"
#include "heap.h"
#include "human.h"
#include "event_words.h"
#include "json.h"
#include "rows.h"
#include "new_file.h"
#include "passphrase.h"
#include "progress.h"
#include "small_file.h"
#include "table.h"
#include "tell.h"
#include "safe.h"
#include "signals.h"
#include "text.h"
#include "text_arg.h"
#include "time_arg.h"

#include "amana/identity.h"
#include "amana/vault.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <termios.h>

/*
 * The command line.  One table per command parses, documents and completes it; the struct
 * of a command's options is defined in the command's own file.  Data goes to stdout,
 * everything else to stderr, questions to /dev/tty.
 *
 * Functions return 0 done, < 0 failed with err filled, > 0 an outcome that the one
 * function documents. One thread; the only mutable globals are those that signal handlers
 * ask_need (signals.c).
 */

/* What every command may use: global options, the terminal, the session. */
struct cli {
	/* Global options as given. */
	const char *vault, *identity, *passphrase, *new_passphrase, *vault_fingerprint,
		*progress_given;
	bool json, no_input, yes, help, version;

	/* cli_prepare() fills these; owned. */
	char *config_path, *data_dir, *cache_dir;
	char *vault_path;	/* NULL: none chosen */
	const char *vault_from; /* "-C", "$AMANA_VAULT" or the config file */
	struct amana_config config;
	struct amana_vault *session;

	int tty; /* /dev/tty; TTY_NOT_TRIED, TTY_NONE */
	bool stdout_is_tty, stderr_is_tty, colour;
	bool stdout_taken; /* an exhibit goes there: what a person reads goes to stderr */
	bool stdin_taken;  /* by @- or - */
	bool warned_history;
	bool closed_pipe; /* nobody reads stdout any more: end without a word */
	struct passphrase passphrase_had, new_passphrase_had;

	enum progress_kind progress;
	struct progress_bar *bar;
	const struct command_table *commands;
	const struct command *command;
	json_t *doc; /* the one JSON document, printed at the end with --json */
	struct rows rows;
	int worst; /* the exit status that single items ask for; 5 outranks all */
	char told[sizeof((struct amana_error *)NULL)->msg]; /* why the first item failed:
							       said already */
	char remedy[240]; /* what to do next about the error that is about to be returned;
			     "" by its code */
};
#define TTY_NOT_TRIED (-1)
#define TTY_NONE (-2)

/* ---- session.c, config.c ---- */

int cli_prepare(struct cli *cli,
		struct amana_error *err) MUST_CHECK; /* folders, config, callbacks */
int cli_need_vault(struct cli *cli, struct amana_error *err) MUST_CHECK;
int cli_open(struct cli *cli,
	     struct amana_error *err) MUST_CHECK; /* fills cli->session */
/* Whose identity is meant, without opening it: --identity, $AMANA_IDENTITY, the only one,
 * or asked. */
int cli_member(struct cli *cli, char ret_member[AMANA_MEMBER_MAX + 1],
	       struct amana_error *err) MUST_CHECK;
/* The operand, or the person's choice among own cases (numbered). as_any: of "lead",
 * "reader", "depositor" those that will do, or NULL for all.  *ret_case is owned by the
 * caller. */
int case_operand(struct cli *cli, const char *given, const char *const *as_any,
		 char **ret_case, struct amana_error *err) MUST_CHECK;
/* An operand that is asked for when ask_missing. Owned by the caller. */
int operand(struct cli *cli, const char *given, const char *prompt, const char *name,
	    char **ret_text, struct amana_error *err) MUST_CHECK;
int config_read(struct cli *cli, char **ret_vault, struct amana_error *err) MUST_CHECK;
/* Writes `vault = path` where no vault is set yet.  1: one is set already. */
int config_set_vault(struct cli *cli, const char *path,
		     struct amana_error *err) MUST_CHECK;
void cli_done(struct cli *cli);

#endif
