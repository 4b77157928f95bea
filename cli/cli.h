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

/* An array of the document whose objects are text already: see rows.c below. */
struct rows {
	json_t *list; /* where they stand in the document: an empty array, borrowed; NULL:
			 nowhere */
	char *text;   /* objects with commas between them */
	size_t len, cap;
	int64_t time_at; /* of the day that `time` is of */
	char time[40];
};

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

/* ---- json.c ---- */

json_t *json_text(const char *text); /* null for NULL; what is not UTF-8 becomes U+FFFD */
json_t *json_at(int64_t at);	     /* RFC 3339 UTC; null for 0 */
/* RFC 3339 in UTC, "-" for a time that has no such form. */
char *json_utc(int64_t at, char buf[40]);
/* key and, where the bytes are not UTF-8, key_b64. */
void json_put_name(json_t *object, const char *key, const char *bytes, size_t len);
void json_put(json_t *object, const char *key, json_t *value); /* takes value */
json_t *json_list(json_t *doc, const char *key); /* a new array in it, borrowed */
json_t *json_roles(const char *roles);		 /* "admin,auditor" or "-" */
char *base64_of(const char *bytes, size_t len);	 /* owned by the caller */
/* As the document is printed: in ASCII, without spaces, members in the order in which
 * they were put. */
int json_write(const json_t *value, json_dump_callback_t write, void *ctx);
/* The document, a line. */
void doc_print(struct cli *cli, FILE *out);

/* ---- event_words.c ---- */

/* The details of a custody event as a person reads them; NULL: as they stand.  Owned by
 * the caller, not safe for a terminal. */
struct amana_event;
char *event_words(const struct amana_event *event);

/* ---- rows.c: what json.c would print, byte for byte, for the thousands of objects of a
 * list ---- */

/* Once in a run: an array of that name in the document, printed with the rows whatever
 * becomes of the command. */
void rows_begin(struct cli *cli, const char *key);
void rows_done(struct rows *rows);
void row_begin(struct rows *rows);
void row_end(struct rows *rows);
void row_text(struct rows *rows, const char *key, const char *text); /* as json_text */
void row_name(struct rows *rows, const char *key, const char *bytes, size_t len);
void row_integer(struct rows *rows, const char *key, int64_t value);
void row_boolean(struct rows *rows, const char *key, bool value);
void row_at(struct rows *rows, const char *key, int64_t at); /* as json_at */
/* Takes value; NULL: no member. */
void row_json(struct rows *rows, const char *key, json_t *value);

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
