/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "exit.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "operand.h"
#include "safe.h"
#include "tell.h"
#include "text.h"
#include "text_arg.h"
#include "vault.h"

#include "amana/exhibit.h"

#include <string.h>

/* amana retrieve: evidence leaves the vault, and that goes on record. */

struct retrieve_args {
	const char *out, *reason;
};
static const struct opt opts[] = {
	{"output", 'o', OPT_TEXT, "FILE|DIR|-",
	 "a new file, a folder that is there, or - (one exhibit)",
	 offsetof(struct retrieve_args, out), NULL},
	{"reason", 0, OPT_SENSITIVE, "T", "why; it goes on record",
	 offsetof(struct retrieve_args, reason), NULL},
	OPT_END,
};

#define INDENT 2 /* spaces before the later lines of one that is wrapped */

static const struct text_arg reason_arg = {
	.option = "--reason", .prompt = "Reason (goes on record): ", .required = true};

struct retrieved {
	struct cli *cli;
	json_t *items, *failed;
	size_t n;
	bool to_stdout;
};

/* A path as it is shown.  Lines are broken at spaces; a word that is too long for a line
 * of the terminal is shortened, as names in lists are. */
static char *
shown_path(const char *path)
{
	CLEANUP(heap_freep) char *shown = safe(path);
	size_t room = tell_columns(), n;

	for (const char *word = shown; room > 0 && *word != 0;
	     word += n + strspn(word + n, " ")) {
		CLEANUP(heap_freep) char *one = NULL;

		n = strcspn(word, " ");
		one = heap_fmt("%.*s", (int)n, word);
		if (text_columns(one) > room - INDENT)
			return text_cut(shown, room - INDENT);
	}
	return heap_dup(shown);
}

static void
on_item(void *ctx, const struct amana_retrieved *item)
{
	struct retrieved *out = ctx;
	CLEANUP(heap_freep) char *path = shown_path(item->path);
	json_t *one = json_object();
	char size[16];

	out->n++;
	json_put(one, "exhibit", json_text(item->ref));
	json_put_name(one, "path", item->path, strlen(item->path));
	json_put(one, "size", json_integer((json_int_t)item->size));
	json_put(one, "sha256", json_text(item->sha256));
	json_put(one, "first_reader", json_boolean(item->first_reader));
	(void)json_array_append_new(out->items, one);
	tell_wrapped(out->cli, INDENT, "%s  %s  %s%s%s", item->ref,
		     human_size(item->size, size), out->to_stdout ? "verified" : path,
		     out->to_stdout ? "" : "  verified",
		     item->first_reader ? "; first opening, on record" : "");
}

static void
on_failed(void *ctx, const char *exhibit, const struct amana_error *err)
{
	struct retrieved *out = ctx;
	json_t *one = json_object();

	json_put(one, "exhibit", json_text(exhibit));
	json_put(one, "error", json_text(err->msg));
	json_put(one, "code", json_text(amana_code_name(err->code)));
	(void)json_array_append_new(out->failed, one);
	exit_report_item(out->cli, exhibit, err);
}

/* Does it name more than one exhibit?  CASE/7 and CASE/EX-0007 name one, CASE/7,9 and
 * CASE/7-9 several. */
static bool
is_several(const char *name)
{
	const char *slash = strchr(name, '/'), *dash;

	if (slash == NULL)
		return false;
	dash = strchr(slash, '-');
	if (dash != NULL && dash - slash == 3 && strncmp(slash + 1, "EX", 2) == 0)
		dash = strchr(dash + 1, '-');
	return strchr(slash, ',') != NULL || dash != NULL;
}

static int
check_stdout(struct cli *cli, char **operands, int n, struct amana_error *err)
{
	if (cli->json)
		return fail_advise(cli, err, AMANA_E_USAGE, "write to a file: -o FILE",
				   "-o - and --json both want standard output");
	if (n > 1 || (n == 1 && is_several(operands[0])))
		return fail_advise(cli, err, AMANA_E_USAGE,
				   "write them into a folder: -o DIR",
				   "-o - takes one exhibit");
	if (cli->stdout_is_tty)
		return fail_advise(cli, err, AMANA_E_USAGE,
				   "send it to a program or name a file: -o FILE",
				   "evidence is not written to a terminal");
	cli->stdout_taken = true;
	return 0;
}

static void
tell_end(struct retrieved *out, const char *where)
{
	CLEANUP(heap_freep) char *shown = safe(where);

	if (out->n == 0)
		return;
	if (out->to_stdout)
		tell(out->cli, "PLAINTEXT at standard output");
	else
		tell_wrapped(out->cli, INDENT, "PLAINTEXT at %s", shown);
}

static int
retrieve(struct cli *cli, const char *const *exhibits, size_t n, const char *where,
	 const char *reason, struct amana_error *err)
{
	struct retrieved out = {.cli = cli,
				.items = json_list(cli->doc, "items"),
				.failed = json_list(cli->doc, "failed"),
				.to_stdout = strcmp(where, "-") == 0};
	struct amana_retrieve request = {.exhibits = exhibits,
					 .n_exhibits = n,
					 .out = where,
					 .reason = reason,
					 .ctx = &out,
					 .item = on_item,
					 .failed = on_failed};
	int r;

	if (vault_open(cli, err) < 0)
		return -1;
	r = amana_retrieve(cli->vault, &request, err);
	tell_end(&out, where);
	if (r == AMANA_SOME_FAILED)
		exit_worst(cli, 1);
	return r < 0 ? -1 : 0;
}

static int
run_retrieve(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct retrieve_args *given = args;
	CLEANUP(heap_freep) char *asked = NULL;
	CLEANUP(heap_freep) char *where = NULL;
	CLEANUP(heap_freep) char *reason = NULL;

	if (given->out != NULL && strcmp(given->out, "-") == 0 &&
	    check_stdout(cli, operands, n, err) < 0)
		return -1;
	if (n == 0 &&
	    operand_text(cli, NULL, "Exhibit (CASE/7): ", "EXHIBIT", &asked, err) < 0)
		return -1;
	if (operand_text(cli, given->out, "Write to (a new file, or a folder): ", "-o",
			 &where, err) < 0 ||
	    text_arg_read(cli, &reason_arg, given->reason, &reason, err) < 0)
		return -1;
	return retrieve(
		cli, n == 0 ? (const char *const *)&asked : (const char *const *)operands,
		n == 0 ? 1 : (size_t)n, where, reason, err);
}

const struct command cmd_retrieve = {
	.name = "retrieve",
	.operands = "EXHIBIT...",
	.summary = "take exhibits out, verified and on record",
	.details = "EXHIBIT: CASE/7, CASE/EX-0007, several as CASE/7,9-12, or id:HEX.",
	.role = ROLE_READER,
	.n_max = -1,
	.args_size = sizeof(struct retrieve_args),
	.opts = opts,
	.run = run_retrieve,
};
