/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "amana/identity.h"
#include "amana/vault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <jansson.h>

/*
 * The command line.  One table per command parses, documents and completes it; the struct of a
 * command's options is defined in the command's own file.  Data goes to stdout, everything else to stderr.
 */

enum progress_mode { PROGRESS_AUTO, PROGRESS_TTY, PROGRESS_PLAIN, PROGRESS_JSON, PROGRESS_NONE };

/* What every command may use: global options, the terminal, the session. */
struct cli {
	const char *prog;
	const char *vault;	/* -C, or "" */
	const char *identity;
	const char *passphrase; /* SOURCE; NULL: tty */
	const char *new_passphrase;
	const char *vault_fingerprint;
	const char *progress_name;
	enum progress_mode progress;
	bool json, no_input, yes, help;

	char *config_path, *data_dir, *cache_dir; /* owned */
	char *vault_path;			  /* resolved; owned; NULL: none chosen */
	struct amana_config config;
	struct amana_vault *session;
	int tty; /* /dev/tty, -1 not opened yet, -2 there is none */
	bool stdout_is_tty, stderr_is_tty, colour;
	bool warned_history;
	struct progress_line *bar;
	json_t *doc; /* the one JSON document, printed at the end with --json */
	int worst;   /* the exit status that items which failed ask for; 5 outranks all */
};

enum opt_kind {
	OPT_FLAG,      /* bool */
	OPT_TEXT,      /* const char * */
	OPT_SENSITIVE, /* const char *, read through text_arg(): @FILE, @-, @@x */
	OPT_LIST,      /* struct text_list, may be given again */
};
struct text_list {
	const char **items;
	size_t n;
};
struct opt {
	const char *name; /* long name without dashes */
	char letter;	  /* 0: none */
	enum opt_kind kind;
	const char *meta; /* "FILE" */
	const char *help;
	size_t offset; /* into the command's options (or struct cli for global ones) */
};
#define OPT_END {.name = NULL}

enum command_role { ROLE_ANYONE, ROLE_DEPOSITOR, ROLE_READER, ROLE_LEAD, ROLE_AUDITOR, ROLE_ADMIN };
struct command {
	const char *name;     /* "deposit", "case open" */
	const char *operands; /* "[CASE [PATH...]]", for help */
	const char *summary;  /* one line */
	enum command_role role;
	int n_min, n_max; /* operands; n_max -1: any number */
	size_t args_size;
	const struct opt *opts;
	/* Exit status, or < 0 with err filled.  args: the options; operands follow. */
	int (*run)(struct cli *cli, void *args, char **operands, int n_operands,
		   struct amana_error *err);
};
extern const struct command *const commands[]; /* NULL at the end; commands.c */
extern const struct opt global_opts[];

/* options.c */
const struct command *command_find(int n_words, char **words, int *ret_n_used);
int options_parse(struct cli *cli, int argc, char **argv, const struct command **ret_command,
		  void **ret_args, char ***ret_operands, int *ret_n_operands,
		  struct amana_error *err);
const char *did_you_mean(const char *typed, const char *const *known, size_t n_known);
void help_command(const struct command *command, FILE *out);
void help_overview(struct cli *cli, FILE *out);

/* exit.c: the one table from error code to exit status and remedy. */
int exit_status(enum amana_code code);
const char *exit_remedy(enum amana_code code);
void report_error(struct cli *cli, const struct amana_error *err);
/* An item that failed while others go on: stderr line, and cli->worst. */
void report_item(struct cli *cli, const char *item, const struct amana_error *err);

/* prompt.c: everything asked of a person goes over /dev/tty. */
bool can_ask(struct cli *cli);
/* AMANA_E_USAGE naming `option` when nobody can be asked. *ret_text is owned by the caller (free). */
int ask_text(struct cli *cli, const char *prompt, const char *option, char **ret_text,
	     struct amana_error *err);
/* 1 yes, 0 no, < 0 error. --yes answers yes.  needs_yes: without a terminal --yes is demanded; otherwise go ahead. */
int ask_yes(struct cli *cli, const char *prompt, bool needs_yes, struct amana_error *err);
/* Index of the chosen item (typed as a number from 1), or < 0. */
int ask_choice(struct cli *cli, const char *prompt, const char *const *items, size_t n_items,
	       const char *option, struct amana_error *err);
int passphrase_callback(void *ctx, enum amana_why why, const char *code, char *buf, size_t *ret_len,
			struct amana_error *err);
/* Text of a sensitive option: literal, @FILE, @-, @@x; asked for when NULL and `prompt` is given (then NULL stays NULL
 * only if the person answers nothing).  Owned by the caller. */
int text_arg(struct cli *cli, const char *given, const char *option, const char *prompt,
	     char **ret_text, struct amana_error *err);
void tty_restore_on_signals(struct cli *cli);

/* output.c */
/* Bytes made safe for a terminal: control and invalid bytes as \xHH, at most `width` columns (0: no cut). Owned by the caller. */
char *safe_text(const char *bytes, size_t len, size_t width);
char *human_size(unsigned long long bytes, char buf[16]);
char *local_time(int64_t unix_seconds, char buf[40]); /* 2026-04-30 17:00 +0300; "-" for 0 */
/* A file that must not exist yet, mode 0600. */
int write_new_file(const char *path, const char *text, struct amana_error *err);
void say(struct cli *cli, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* stderr */
size_t terminal_width(void); /* of stdout; 0: not a terminal */

/* A table: columns are as wide as what is in them; the elastic column is cut on a terminal. */
struct table;
struct table *table_new(size_t n_columns, const char *const *headings, size_t elastic_column);
void table_row(struct table *table, const char *const *cells); /* cells are copied, made safe */
void table_print(struct table *table, FILE *out);
void table_free(struct table *table);

/* time_arg.c */
int parse_duration(const char *text, int64_t *ret_seconds); /* 5m 2h 14d */
/* 2026-04-30 (the end of that local day), RFC 3339, or +14d from now. -1: malformed. */
int parse_date(const char *text, int64_t now, int64_t *ret_at);

/* progress.c */
void progress_callback(void *ctx, const struct amana_progress *progress);
void progress_clear(struct cli *cli);

/* session.c */
int cli_open(struct cli *cli, struct amana_error *err); /* fills cli->session */
int cli_prepare(struct cli *cli, struct amana_error *err); /* paths, config, callbacks */
int cli_need_vault(struct cli *cli, struct amana_error *err);
extern atomic_bool cancelled; /* set by signals */

#endif
