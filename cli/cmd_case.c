/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "ask.h"
#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "new_file.h"
#include "operand.h"
#include "safe.h"
#include "table.h"
#include "tell.h"
#include "text_arg.h"
#include "vault.h"

#include "amana/case.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* amana case open, list, show, rekey and card; granting and revoking stand in
 * cmd_grant.c. */

static int
check_case(struct cli *cli, const char *text, struct amana_error *err)
{
	if (amana_is_case(text))
		return 0;
	return fail_advise(
		cli, err, AMANA_E_USAGE,
		"a case code is capitals, digits, dots and dashes, at most 32: HK-2025-0042",
		"'%s' is no case code (and a person's name never is one)", text);
}

/* ---- open ---- */

struct open_args {
	const char *lead, *title;
};
static const struct opt open_opts[] = {
	{"lead", 0, OPT_TEXT, "MEMBER", "who leads it (default: you)",
	 offsetof(struct open_args, lead), NULL},
	{"title", 0, OPT_SENSITIVE, "T", "a title, sealed to those with a grant",
	 offsetof(struct open_args, title), NULL},
	OPT_END,
};

/* Does the person who opens the case lead it?  So it is without --lead, and if --lead
 * names this person. */
static bool
leads_it(struct cli *cli, const char *lead)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	struct amana_status status;

	return lead == NULL || (amana_vault_status(cli->vault, &status, &ignored) == 0 &&
				strcmp(lead, status.member) == 0);
}

static void
tell_opened(struct cli *cli, const char *code, const char *lead)
{
	bool mine = leads_it(cli, lead);

	if (mine)
		tell(cli, "You lead it.");
	else
		tell(cli, "Led by %s; you keep no key of it.", lead);
	tell_next(cli, "%samana case grant %s MEMBER --as depositor",
		  mine ? "" : "the lead runs: ", code);
}

static int
run_open(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct open_args *given = args;
	CLEANUP(heap_freep) char *code = NULL;
	CLEANUP(heap_freep) char *title = NULL;
	char id[AMANA_ID_HEX + 1];
	/* Whoever types CASE means to answer no questions, so a title is asked for only
	 * where CASE was asked for. */
	const struct text_arg title_arg = {
		.option = "--title",
		.prompt = operands[0] == NULL ? "Title (Enter: none): " : NULL};

	(void)n;
	if (operand_text(cli, operands[0], "Case code (never a person's name): ", "CASE",
			 &code, err) < 0 ||
	    check_case(cli, code, err) < 0)
		return -1;
	if (given->lead != NULL && operand_check_member(cli, given->lead, err) < 0)
		return -1;
	if (text_arg_read(cli, &title_arg, given->title, &title, err) < 0 ||
	    vault_open(cli, err) < 0 ||
	    amana_case_open(cli->vault,
			    &(struct amana_case_open){
				    .code = code, .lead = given->lead, .title = title},
			    id, err) < 0)
		return -1;
	json_put(cli->doc, "case", json_text(code));
	json_put(cli->doc, "id", json_text(id));
	tell(cli, "Opened %s (id:%s).", code, id);
	tell_opened(cli, code, given->lead);
	return 0;
}

const struct command cmd_case_open = {
	.name = "case open",
	.operands = "CASE",
	.summary = "open a case",
	.details = "With --lead the opener keeps no key of it.",
	.role = ROLE_ADMIN,
	.n_max = 1,
	.args_size = sizeof(struct open_args),
	.opts = open_opts,
	.run = run_open,
};

/* ---- list, show ---- */

struct case_rows {
	struct cli *cli;
	struct table *table;
	json_t *list;
	size_t n;
};

static void
put_case(json_t *one, const struct amana_case *info)
{
	bool known = strcmp(info->code, "-") != 0;

	json_put(one, "case", known ? json_text(info->code) : json_null());
	json_put(one, "id", json_text(info->id));
	json_put(one, "title", json_text(info->title));
	json_put(one, "as", info->as[0] != 0 ? json_text(info->as) : json_null());
	json_put(one, "until", json_at(info->until));
	json_put(one, "exhibits", json_integer((json_int_t)info->n_exhibits));
	json_put(one, "epoch", json_integer((json_int_t)info->epoch));
	json_put(one, "epoch_due", json_boolean(info->epoch_due));
	json_put(one, "held", json_boolean(info->held));
	json_put(one, "closed", json_boolean(info->closed));
	json_put(one, "ambiguous", json_boolean(info->ambiguous));
}

static int
case_row(void *ctx, const struct amana_case *info)
{
	struct case_rows *out = ctx;
	char until[40], number[24];
	CLEANUP(heap_freep)
	char *code = info->ambiguous ? heap_fmt("%s (two: id:%.8s)", info->code, info->id)
				     : heap_dup(info->code);
	const char *const cells[] = {
		code, info->as, info->until != 0 ? human_day(info->until, until) : "-",
		number, info->title};
	json_t *one = json_object();

	snprintf(number, sizeof number, "%" PRIu64, info->n_exhibits);
	table_row(out->table, cells);
	put_case(one, info);
	(void)json_array_append_new(out->list, one);
	out->n++;
	return 0;
}

static int
run_list(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	static const char *const headings[] = {"CASE", "AS", "UNTIL", "EXHIBITS",
					       "TITLE"};
	CLEANUP(table_freep)
	struct table *table = table_new(5, headings, TABLE_ELASTIC(4));
	struct case_rows out = {
		.cli = cli, .table = table, .list = json_list(cli->doc, "cases")};

	(void)args, (void)operands, (void)n;
	if (vault_open(cli, err) < 0 ||
	    amana_case_list(cli->vault, case_row, &out, err) < 0)
		return -1;
	table_print(cli, table);
	if (out.n == 0)
		tell_next(
			cli,
			"you have no case here; a lead grants you one: amana case grant CASE MEMBER --as ...");
	return 0;
}

const struct command cmd_case_list = {
	.name = "case list",
	.operands = "",
	.summary = "your cases",
	.role = ROLE_DEPOSITOR,
	.args_size = 1,
	.run = run_list,
};

static int
show_info(void *ctx, const struct amana_case *info)
{
	struct case_rows *out = ctx;
	CLEANUP(heap_freep) char *title = safe(info->title);
	char until[40];

	put_case(out->cli->doc, info);
	tell(out->cli, "Case      %s", info->code);
	tell(out->cli, "Id        id:%s", info->id);
	tell(out->cli, "Title     %s", title);
	tell(out->cli, "You       %s%s%s", info->as[0] != 0 ? info->as : "no grant",
	     info->until != 0 ? " until " : "",
	     info->until != 0 ? human_time(info->until, until) : "");
	tell(out->cli, "Exhibits  %" PRIu64, info->n_exhibits);
	tell(out->cli, "Keys      epoch %" PRIu64 "%s", info->epoch,
	     info->epoch_due ? "; a new one is DUE, a lead's next command makes it" : "");
	if (info->held)
		tell(out->cli, "Hold      yes");
	if (info->closed)
		tell(out->cli, "Closed    yes: it takes no deposits");
	return 0;
}

/* Made lead by an admin or a card, or by such a lead, and confirmed by nobody. */
static bool
is_provisional(const struct amana_grant *grant)
{
	return strcmp(grant->as, "lead") == 0 && !grant->standing;
}

static int
grant_row(void *ctx, const struct amana_grant *grant)
{
	struct case_rows *out = ctx;
	char until[40];
	const char *const cells[] = {
		grant->member, grant->as,
		grant->until != 0 ? human_time(grant->until, until) : "never", grant->by,
		grant->past		? "past its date"
		: is_provisional(grant) ? "PROVISIONAL"
		: grant->rekeyed	? "keys replaced"
					: "in force"};
	json_t *one = json_object();

	table_row(out->table, cells);
	json_put(one, "by", json_text(grant->by));
	json_put(one, "standing", json_boolean(grant->standing));
	json_put(one, "keys_since", json_at(grant->keys_at));
	json_put(one, "keys_replaced", json_boolean(grant->rekeyed));
	json_put(one, "member", json_text(grant->member));
	json_put(one, "as", json_text(grant->as));
	json_put(one, "until", json_at(grant->until));
	json_put(one, "past", json_boolean(grant->past));
	(void)json_array_append_new(out->list, one);
	return 0;
}

static int
run_show(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	static const char *const headings[] = {"MEMBER", "AS", "UNTIL", "BY", "STATE"};
	CLEANUP(table_freep) struct table *table = table_new(5, headings, 0);
	CLEANUP(heap_freep) char *name = NULL;
	struct case_rows out = {.cli = cli, .table = table};

	(void)args, (void)n;
	if (ask_need(cli, operands[0], "CASE", err) < 0 || vault_open(cli, err) < 0 ||
	    operand_case(cli, operands[0], NULL, &name, err) < 0)
		return -1;
	out.list = json_array();
	if (amana_case_show(cli->vault, name, show_info, grant_row, &out, err) < 0) {
		json_decref(out.list);
		return -1;
	}
	json_put(cli->doc, "grants", out.list);
	tell(cli, "%s", "");
	table_print(cli, table);
	return 0;
}

const struct command cmd_case_show = {
	.name = "case show",
	.operands = "CASE",
	.summary = "a case and who has a grant in it",
	.role = ROLE_DEPOSITOR,
	.n_max = 1,
	.args_size = 1,
	.run = run_show,
};

/* ---- rekey, card ---- */

static const char *const leads_only[] = {"lead", NULL};

static int
run_rekey(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	CLEANUP(heap_freep) char *name = NULL;
	uint64_t epoch = 0;

	(void)args, (void)n;
	if (ask_need(cli, operands[0], "CASE", err) < 0 || vault_open(cli, err) < 0 ||
	    operand_case(cli, operands[0], leads_only, &name, err) < 0 ||
	    amana_case_rekey(cli->vault, name, &epoch, err) < 0)
		return -1;
	json_put(cli->doc, "case", json_text(name));
	json_put(cli->doc, "epoch", json_integer((json_int_t)epoch));
	tell(cli,
	     "%s has new keys (epoch %" PRIu64 ") for everything that comes from now on.",
	     name, epoch);
	return 0;
}

const struct command cmd_case_rekey = {
	.name = "case rekey",
	.operands = "CASE",
	.summary = "new keys for everything that comes from now on",
	.role = ROLE_LEAD,
	.n_max = 1,
	.args_size = 1,
	.run = run_rekey,
};

struct card_args {
	const char *out;
	bool with_code;
};
static const struct opt case_card_opts[] = {
	{"output", 'o', OPT_TEXT, "FILE", "where the card goes",
	 offsetof(struct card_args, out), NULL},
	{"with-code", 0, OPT_FLAG, NULL,
	 "name the case's code on it, for those who may know it",
	 offsetof(struct card_args, with_code), NULL},
	OPT_END,
};

static int
run_card(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct card_args *given = args;
	CLEANUP(heap_freep) char *name = NULL;
	CLEANUP(heap_freep) char *path = NULL;
	CLEANUP(heap_freep) char *checked = NULL;
	CLEANUP(heap_freep) char *shown = NULL;

	(void)n;
	if (ask_need(cli, operands[0], "CASE", err) < 0 ||
	    operand_text(cli, given->out, "File for the card: ", "-o", &path, err) < 0 ||
	    new_file_path(cli, path, NULL, &checked, err) < 0 ||
	    vault_open(cli, err) < 0 ||
	    operand_case(cli, operands[0], NULL, &name, err) < 0 ||
	    amana_case_card(cli->vault, name, path, given->with_code, err) < 0)
		return -1;
	json_put(cli->doc, "case", json_text(name));
	json_put(cli->doc, "card", json_text(path));
	shown = safe(path);
	tell(cli, "Made %s. With it a partner can seal packets for %s and read nothing.",
	     shown, name);
	return 0;
}

const struct command cmd_case_card = {
	.name = "case card",
	.operands = "CASE",
	.summary = "what a partner needs to seal packets for this case",
	.role = ROLE_LEAD,
	.n_max = 1,
	.args_size = sizeof(struct card_args),
	.opts = case_card_opts,
	.run = run_card,
};
