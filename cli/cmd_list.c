/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "heap.h"
#include "human.h"
#include "operand.h"
#include "rows.h"
#include "safe.h"
#include "table.h"
#include "tell.h"
#include "text_arg.h"
#include "vault.h"

#include "amana/exhibit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* amana list, show and search: exhibits, as far as this person may know them. */

struct listing {
	struct cli *cli;
	struct table *table;
	size_t n;
};

static void
put_exhibit(struct rows *rows, const struct amana_exhibit *exhibit)
{
	rows_text(rows, "exhibit", exhibit->ref);
	rows_text(rows, "id", exhibit->id);
	rows_integer(rows, "number", (int64_t)exhibit->number);
	rows_name(rows, "name", exhibit->known ? exhibit->name : NULL, exhibit->name_len);
	rows_text(rows, "type", exhibit->type);
	rows_text(rows, "title", exhibit->title);
	if (exhibit->known)
		rows_integer(rows, "size", (int64_t)exhibit->size);
	else
		rows_text(rows, "size", NULL);
	rows_text(rows, "sha256", exhibit->sha256[0] != 0 ? exhibit->sha256 : NULL);
	rows_at(rows, "deposited", exhibit->deposited_at);
	rows_text(rows, "by", exhibit->by);
	rows_boolean(rows, "disposed", exhibit->disposed);
	rows_boolean(rows, "held", exhibit->held);
}

static int
list_row(void *ctx, const struct amana_exhibit *exhibit)
{
	struct listing *out = ctx;
	struct rows *rows = &out->cli->rows;
	CLEANUP(heap_freep) char *name = NULL;
	char size[16], day[40];

	out->n++;
	if (out->cli->json) {
		rows_open(rows);
		put_exhibit(rows, exhibit);
		if (exhibit->match != NULL)
			rows_text(rows, "match", exhibit->match);
		rows_close(rows);
		return 0;
	}
	/* No file system has a name with a NUL in it; a name that somebody forged is
	 * shown up to there. */
	name = exhibit->name != NULL
		       ? heap_fmt("%.*s", (int)exhibit->name_len, exhibit->name)
		       : NULL;
	{
		const char *const cells[] = {
			exhibit->ref,
			name,
			exhibit->disposed ? "disposed" : exhibit->type,
			exhibit->known ? human_size(exhibit->size, size) : NULL,
			human_day(exhibit->deposited_at, day),
			exhibit->by,
			exhibit->match != NULL ? exhibit->match : exhibit->title};

		table_row(out->table, cells);
	}
	return 0;
}

static int
run_list(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	static const char *const headings[] = {"EXHIBIT",   "NAME", "TYPE", "SIZE",
					       "DEPOSITED", "BY",   "TITLE"};
	CLEANUP(table_freep)
	struct table *table = table_new(7, headings, TABLE_ELASTIC(1) | TABLE_ELASTIC(6));
	struct listing out = {.cli = cli, .table = table};

	(void)args, (void)n;
	rows_begin(cli, "exhibits");
	if (vault_open(cli, err) < 0 ||
	    amana_list(cli->vault, operands[0], list_row, &out, err) < 0)
		return -1;
	table_print(cli, table);
	if (out.n == 0)
		tell_next(
			cli,
			"nothing is here yet; amana deposit seals evidence into a case");
	return 0;
}

const struct command cmd_list = {
	.name = "list",
	.operands = "[CASE]",
	.summary = "the exhibits of your cases, or of one",
	.role = ROLE_READER,
	.n_max = 1,
	.args_size = 1,
	.run = run_list,
};

/* ---- search ---- */

struct search_args {
	const char *in_case;
};
static const struct opt search_opts[] = {
	{"case", 0, OPT_TEXT, "CASE", "only in this case",
	 offsetof(struct search_args, in_case), NULL},
	OPT_END,
};

static const struct text_arg words_arg = {
	.option = "WORDS", .prompt = "Words: ", .required = true};

/* The words that are looked for: the operands with spaces between them, or the text that
 * @FILE holds. */
static int
search_words(struct cli *cli, char **operands, int n, char **ret_words,
	     struct amana_error *err)
{
	CLEANUP(heap_freep) char *joined = NULL;

	if (n <= 1)
		return text_arg_read(cli, &words_arg, operands[0], ret_words, err);
	for (int i = 0; i < n; i++) {
		char *longer = heap_fmt("%s%s%s", i > 0 ? joined : "", i > 0 ? " " : "",
					operands[i]);

		free(joined);
		joined = longer;
	}
	return text_arg_read(cli, &words_arg, joined, ret_words, err);
}

static int
run_search(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	static const char *const headings[] = {"EXHIBIT",   "NAME", "TYPE", "SIZE",
					       "DEPOSITED", "BY",   "MATCH"};
	const struct search_args *given = args;
	CLEANUP(table_freep)
	struct table *table = table_new(7, headings, TABLE_ELASTIC(1) | TABLE_ELASTIC(6));
	CLEANUP(heap_freep) char *words = NULL;
	struct listing out = {.cli = cli, .table = table};

	rows_begin(cli, "exhibits");
	if (search_words(cli, operands, n, &words, err) < 0 || vault_open(cli, err) < 0 ||
	    amana_search(cli->vault, words, given->in_case, list_row, &out, err) < 0)
		return -1;
	table_print(cli, table);
	if (out.n == 0)
		tell_next(
			cli,
			"nothing matches all of these words; try fewer, or the beginning of one: wor*");
	return 0;
}

const struct command cmd_search = {
	.name = "search",
	.operands = "[@FILE|WORDS...]",
	.summary = "find exhibits by name, title, note and type",
	.details =
		"All words must match; \"a phrase\"; prefix*; nothing else is special.",
	.role = ROLE_READER,
	.n_max = -1,
	.args_size = sizeof(struct search_args),
	.opts = search_opts,
	.hides_operands = true,
	.run = run_search,
};

/* ---- show ---- */

static void
put_shown(struct rows *rows, const struct amana_exhibit *exhibit)
{
	rows_integer(rows, "batch", (int64_t)exhibit->batch);
	rows_text(rows, "object",
		  strcmp(exhibit->object, "-") == 0 ? NULL : exhibit->object);
	rows_boolean(rows, "known", exhibit->known);
	rows_text(rows, "media_type", exhibit->media_type);
	rows_text(rows, "note", exhibit->description);
	rows_text(rows, "source", exhibit->source);
	rows_at(rows, "received", exhibit->received);
	rows_at(rows, "modified", exhibit->modified);
	rows_json(rows, "facts",
		  exhibit->facts != NULL ? json_loads(exhibit->facts, 0, NULL)
					 : json_null());
	rows_json(rows, "derived_from",
		  exhibit->derived_from != NULL
			  ? json_loads(exhibit->derived_from, 0, NULL)
			  : json_null());
	rows_text(rows, "packet", exhibit->packet);
}

/* A line with a label, if there is something to tell; each further line of the text
 * stands below it without one. */
static void
field(struct cli *cli, const char *label, const char *text)
{
	const char *end;

	if (text == NULL || text[0] == 0)
		return;
	for (const char *at = text; at != NULL; at = end != NULL ? end + 1 : NULL) {
		CLEANUP(heap_freep) char *line = NULL;

		end = strchr(at, '\n');
		line = safe_text(at, end != NULL ? (size_t)(end - at) : strlen(at));
		tell(cli, "%-11s %s", at == text ? label : "", line);
	}
}

static void
tell_content(struct cli *cli, const struct amana_exhibit *exhibit)
{
	CLEANUP(heap_freep)
	char *name = exhibit->name != NULL ? safe_text(exhibit->name, exhibit->name_len)
					   : NULL;
	char size[16], count[48], when[40];

	if (!exhibit->known) {
		tell(cli, "%-11s %s", "Content", "sealed to others");
		return;
	}
	tell(cli, "%-11s %s", "Name", name != NULL ? name : "-");
	field(cli, "Title", exhibit->title);
	field(cli, "Type", exhibit->type);
	field(cli, "Media type", exhibit->media_type);
	human_count(exhibit->size, "byte", "bytes", count);
	if (exhibit->size < 1000)
		tell(cli, "%-11s %s", "Size", count);
	else
		tell(cli, "%-11s %s (%s)", "Size", human_size(exhibit->size, size),
		     count);
	field(cli, "SHA-256", exhibit->sha256);
	field(cli, "Note", exhibit->description);
	field(cli, "Source", exhibit->source);
	if (exhibit->received != 0)
		field(cli, "Received", human_time(exhibit->received, when));
	if (exhibit->modified != 0)
		field(cli, "Modified", human_time(exhibit->modified, when));
	field(cli, "Facts", exhibit->facts);
	field(cli, "Made from", exhibit->derived_from);
	field(cli, "Packet", exhibit->packet);
}

static int
show_row(void *ctx, const struct amana_exhibit *exhibit)
{
	struct listing *out = ctx;
	struct rows *rows = &out->cli->rows;
	char when[40];

	if (out->n++ > 0)
		tell(out->cli, "%s", "");
	if (out->cli->json) {
		rows_open(rows);
		put_exhibit(rows, exhibit);
		put_shown(rows, exhibit);
		rows_close(rows);
		return 0;
	}
	field(out->cli, "Exhibit", exhibit->ref);
	tell_content(out->cli, exhibit);
	tell(out->cli, "%-11s %s by %s, batch %" PRIu64, "Deposited",
	     human_time(exhibit->deposited_at, when), exhibit->by, exhibit->batch);
	tell(out->cli, "%-11s id:%s", "Id", exhibit->id);
	field(out->cli, "Object", exhibit->object);
	if (exhibit->held)
		tell(out->cli, "%-11s %s", "Hold", "yes: it cannot be disposed of");
	if (exhibit->disposed)
		tell(out->cli, "%-11s %s", "Disposed", "yes");
	return 0;
}

static int
run_show(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	struct listing out = {.cli = cli};
	CLEANUP(heap_freep) char *name = NULL;

	(void)args, (void)n;
	rows_begin(cli, "exhibits");
	if (operand_text(cli, operands[0], "Exhibit (CASE/7): ", "EXHIBIT", &name, err) <
		    0 ||
	    vault_open(cli, err) < 0 ||
	    amana_show(cli->vault, name, show_row, &out, err) < 0)
		return -1;
	return 0;
}

const struct command cmd_show = {
	.name = "show",
	.operands = "EXHIBIT",
	.summary = "all that you may know of an exhibit",
	.details = "EXHIBIT: CASE/7, CASE/EX-0007, several as CASE/7,9-12, or id:HEX.",
	.role = ROLE_READER,
	.n_max = 1,
	.args_size = 1,
	.run = run_show,
};
