/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "ask.h"
#include "cli.h"
#include "deposit_receipt.h"
#include "deposit_report.h"
#include "exit.h"
#include "fail.h"
#include "heap.h"
#include "new_file.h"
#include "operand.h"
#include "safe.h"
#include "small_file.h"
#include "text_arg.h"
#include "time_arg.h"
#include "vault.h"

#include "amana/case.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* amana deposit: what is asked before, and what the library is asked to do.  What becomes
 * of it is told by deposit_report.c. */

#define FACTS_MAX 32768
#define LIST_MAX ((size_t)64 << 20)

static const char *const types[] = {"statement", "document", "photo", "audio",
				    "video",	 "device",   "other", NULL};

#define AT(field) offsetof(struct deposit_args, field)
static const struct opt opts[] = {
	{"type", 0, OPT_TEXT, "KIND", "what it is (default: by its content)", AT(type),
	 types},
	{"title", 0, OPT_SENSITIVE, "T", "a title for each of them", AT(title), NULL},
	{"note", 0, OPT_SENSITIVE, "T", "a description", AT(note), NULL},
	{"source", 0, OPT_SENSITIVE, "T", "from whom, by which way", AT(source), NULL},
	{"received", 0, OPT_TEXT, "DATE", "when it was received", AT(received), NULL},
	{"facts", 0, OPT_TEXT, "FILE", "a JSON object with more facts", AT(facts), NULL},
	{"files-from", 0, OPT_TEXT, "FILE", "paths, one a line (- is standard input)",
	 AT(files_from), NULL},
	{"null", '0', OPT_FLAG, NULL,
	 "the paths of --files-from end with NUL, not with LF", AT(nul), NULL},
	{"receipt", 0, OPT_TEXT, "FILE", "where the receipt goes (default: R-BATCH.txt)",
	 AT(receipt), NULL},
	{"again", 0, OPT_FLAG, NULL,
	 "a separate exhibit even of what the case holds already", AT(again), NULL},
	{"lead-fingerprint", 0, OPT_HIDDEN, "WORDS|HEX|@FILE",
	 "what the leads of the case read out", AT(lead_fingerprint), NULL},
	{"dry-run", 0, OPT_FLAG, NULL, "say what would be deposited, write nothing",
	 AT(dry_run), NULL},
	OPT_END,
};

static const struct text_arg title_arg = {.option = "--title"};
static const struct text_arg note_arg = {.option = "--note"};
static const struct text_arg source_arg = {.option = "--source", .prompt = "Source: "};

static void
add_path(struct deposit_run *run, const char *path, size_t len)
{
	char *copy = heap_new(len + 1, 1);

	memcpy(copy, path, len);
	run->paths = heap_grow(run->paths, run->n_paths + 1, sizeof run->paths[0]);
	run->paths[run->n_paths++] = copy;
}

static int
read_list(struct deposit_run *run, struct amana_error *err)
{
	CLEANUP(heap_freep) char *text = NULL;
	char end = run->args->nul ? 0 : '\n';
	size_t len;

	if (run->args->files_from == NULL)
		return run->args->nul ? fail(err, AMANA_E_USAGE,
					     "-0 means nothing without --files-from")
				      : 0;
	if (small_file_read(run->cli, run->args->files_from, LIST_MAX, &text, &len, err) <
	    0)
		return -1;
	for (const char *at = text; len > 0;) {
		const char *stop = memchr(at, end, len);
		size_t n = stop != NULL ? (size_t)(stop - at) : len;

		if (memchr(at, 0, n) != NULL)
			return fail(err, AMANA_E_FORMAT,
				    "'%s' contains a NUL; is -0 missing?",
				    run->args->files_from);
		if (n > 0)
			add_path(run, at, n);
		n += stop != NULL;
		at += n;
		len -= n;
	}
	if (run->n_paths == 0)
		return fail(err, AMANA_E_FORMAT, "'%s' names no path",
			    run->args->files_from);
	return 0;
}

static int
read_facts(struct deposit_run *run, struct amana_error *err)
{
	const char *path = run->args->facts;
	json_error_t where;
	json_t *facts;
	size_t len;

	if (path == NULL)
		return 0;
	if (small_file_read(run->cli, path, FACTS_MAX, &run->facts, &len, err) < 0)
		return -1;
	facts = json_loadb(run->facts, len, JSON_REJECT_DUPLICATES, &where);
	if (facts == NULL)
		return fail(err, AMANA_E_FORMAT, "'%s' is no JSON: line %d: %s", path,
			    where.line, where.text);
	if (!json_is_object(facts)) {
		json_decref(facts);
		return fail(err, AMANA_E_FORMAT, "'%s' is JSON but no object", path);
	}
	if (json_object_get(facts, "amana") != NULL) {
		json_decref(facts);
		return fail(err, AMANA_E_FORMAT,
			    "'%s' has a member \"amana\", which only the program writes: "
			    "name it otherwise",
			    path);
	}
	json_decref(facts);
	return 0;
}

/* A path as it is typed or pasted into a terminal: "'/media/usb/my phone' " in quotes, or
 * ~/phone for what is in the home folder. */
static char *
path_as_typed(const char *typed)
{
	size_t len = strlen(typed);
	const char *home = getenv("HOME");

	if (len >= 2 && (typed[0] == '\'' || typed[0] == '"') &&
	    typed[len - 1] == typed[0])
		return heap_fmt("%.*s", (int)len - 2, typed + 1);
	if (strncmp(typed, "~/", 2) == 0 && home != NULL)
		return heap_fmt("%s%s", home, typed + 1);
	return heap_dup(typed);
}

static int
ask_path(struct deposit_run *run, struct amana_error *err)
{
	for (int i = 0; i < 5; i++) {
		CLEANUP(heap_freep) char *typed = NULL;
		CLEANUP(heap_freep) char *path = NULL;
		CLEANUP(heap_freep) char *shown = NULL;
		struct stat st;

		if (ask_text(run->cli, "Folder or file: ", "PATH", &typed, err) < 0)
			return -1;
		path = path_as_typed(typed);
		if (path[0] != 0 && lstat(path, &st) == 0) {
			add_path(run, path, strlen(path));
			return 0;
		}
		shown = safe(path);
		ask_print(run->cli, "  %s: %s\n",
			  shown[0] != 0 ? shown : "nothing was typed",
			  shown[0] != 0 ? strerror(errno) : "type a path");
	}
	return fail(err, AMANA_E_CANCELLED, "no folder or file was named");
}

/* Looks at everything that needs no vault first, so that nobody types a passphrase for a
 * command that a slip of the pen has spoilt. */
static int
prepare(struct deposit_run *run, char **operands, int n, struct amana_error *err)
{
	const struct deposit_args *args = run->args;
	struct cli *cli = run->cli;

	if (args->received != NULL &&
	    time_arg_date(cli, args->received, "--received", &run->received, err) < 0)
		return -1;
	for (int i = 1; i < n; i++) {
		if (operands[i][0] == 0)
			return fail(err, AMANA_E_USAGE, "PATH is empty");
		add_path(run, operands[i], strlen(operands[i]));
	}
	if (n > 1)
		text_arg_warn(cli, "PATH");
	if (read_list(run, err) < 0 || read_facts(run, err) < 0)
		return -1;
	if (n == 0 && !ask_possible(cli))
		return ask_missing(cli, "CASE", err);
	if (run->n_paths == 0 && !ask_possible(cli))
		return ask_missing(cli, "PATH (or --files-from)", err);
	if (text_arg_read(cli, &title_arg, args->title, &run->title, err) < 0 ||
	    text_arg_read(cli, &note_arg, args->note, &run->note, err) < 0 ||
	    (args->source != NULL &&
	     text_arg_read(cli, &source_arg, args->source, &run->source, err) < 0))
		return -1;
	return args->receipt != NULL && !args->dry_run
		       ? new_file_check(cli, args->receipt, err)
		       : 0;
}

static int
note_role(void *ctx, const struct amana_case *info)
{
	struct deposit_run *run = ctx;

	bool same = strncmp(run->case_name, "id:", 3) == 0
			    ? strncmp(info->id, run->case_name + 3,
				      strlen(run->case_name + 3)) == 0
			    : strcmp(info->code, run->case_name) == 0;

	if (same)
		run->cannot_open = strcmp(info->as, "depositor") == 0;
	return 0;
}

static int
deposit(struct deposit_run *run, struct amana_error *err)
{
	const struct deposit_args *args = run->args;
	struct amana_deposit request = {
		.case_name = run->case_name,
		.paths = (const char *const *)run->paths,
		.n_paths = run->n_paths,
		.type = args->type,
		.title = run->title,
		.note = run->note,
		.source = run->source,
		.received = run->received,
		.facts = run->facts,
		.again = args->again,
		.dry_run = args->dry_run,
	};
	struct amana_deposit_result result = {.n_deposited = 0};
	struct amana_error ignored = AMANA_ERROR_INIT;
	int r;

	deposit_report_callbacks(run, &request);
	r = amana_deposit(run->cli->vault, &request, &result, err);
	deposit_report_counts(run, &result);
	if (r < 0 && result.n_deposited == 0)
		return -1;
	/* The last lines say whether this person can open what was sealed; nothing else
	 * depends on it. */
	(void)amana_case_list(run->cli->vault, note_role, run, &ignored);
	deposit_report_end(run, &result);
	if (r == AMANA_SOME_FAILED)
		exit_worst(run->cli, 1);
	return r < 0 ? -1 : 0;
}

static void
run_done(struct deposit_run *run)
{
	for (size_t i = 0; i < run->n_paths; i++)
		free(run->paths[i]);
	free(run->paths);
	free(run->case_name);
	free(run->title);
	free(run->note);
	free(run->source);
	free(run->facts);
	free(run->receipt_folder);
	free(run->first_receipt);
}

static int
dialogue(struct deposit_run *run, const char *case_name, struct amana_error *err)
{
	struct cli *cli = run->cli;

	cli->fingerprint = run->args->lead_fingerprint;
	if (vault_open(cli, err) < 0 ||
	    operand_case(cli, case_name, NULL, &run->case_name, err) < 0)
		return -1;
	if (run->n_paths == 0 && ask_path(run, err) < 0)
		return -1;
	/* Where something came from matters in court as much as what it is, so it is
	 * asked for, unless --yes says that no questions are wanted. */
	if (run->args->source == NULL && !cli->yes &&
	    text_arg_read(cli, &source_arg, NULL, &run->source, err) < 0)
		return -1;
	return deposit_receipt_place(run, err);
}

static int
run_deposit(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	struct deposit_run run = {.cli = cli, .args = args};
	int r;

	deposit_report_begin(&run);
	r = prepare(&run, operands, n, err);
	if (r == 0)
		r = dialogue(&run, operands[0], err);
	if (r == 0)
		r = deposit(&run, err);
	run_done(&run);
	return r;
}

const struct command cmd_deposit = {
	.name = "deposit",
	.operands = "[CASE [PATH...]]",
	.summary = "seal files and folders into a case, with a receipt",
	.details =
		"Symbolic links and special files are named and not followed. A deposit that was interrupted "
		"goes on where it stopped when it is run again. A receipt is never written among the originals.",
	.role = ROLE_DEPOSITOR,
	.n_max = -1,
	.args_size = sizeof(struct deposit_args),
	.opts = opts,
	.hides_operands = true,
	.run = run_deposit,
};
