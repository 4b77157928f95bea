/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "ask.h"
#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "last_lead.h"
#include "operand.h"
#include "safe.h"
#include "table.h"
#include "tell.h"
#include "text_arg.h"
#include "time_arg.h"
#include "vault.h"

#include "amana/case.h"
#include "amana/member.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* amana case grant, confirm and revoke, and amana audit admit: who may do what, by whose
 * hand. */

static const char *const kinds[] = {"lead",    "reader",   "depositor",
				    "standby", "recovery", NULL};
static const char *const leads_only[] = {"lead", NULL};

struct grant_args {
	const char *as, *until, *fingerprint;
};
static const struct opt grant_opts[] = {
	{"as", 0, OPT_TEXT, "KIND", "lead, reader, depositor, standby or recovery",
	 offsetof(struct grant_args, as), kinds},
	{"until", 0, OPT_TEXT, "DATE|never",
	 "when it ends (default: the policy's days from now; leads: never)",
	 offsetof(struct grant_args, until), NULL},
	{"fingerprint", 0, OPT_HIDDEN, "WORDS|HEX|@FILE", "what the member read out",
	 offsetof(struct grant_args, fingerprint), NULL},
	OPT_END,
};

static int
grant_end(struct cli *cli, const char *text, int64_t *ret_until, struct amana_error *err)
{
	*ret_until = -1;
	if (text == NULL)
		return 0;
	if (strcmp(text, "never") == 0) {
		*ret_until = 0;
		return 0;
	}
	if (time_arg_date(cli, text, "--until", ret_until, err) < 0)
		return -1;
	if (*ret_until <= (int64_t)time(NULL))
		return fail_advise(cli, err, AMANA_E_USAGE,
				   "name a date to come, or: amana case revoke",
				   "--until: '%s' is past", text);
	return 0;
}

/* When the grant will end, in Unix seconds, if no date was given; 0: never. */
static int
default_end(struct cli *cli, const char *as, int64_t *ret_until, struct amana_error *err)
{
	struct amana_policy policy;

	*ret_until = 0;
	if (strcmp(as, "lead") == 0 || strcmp(as, "recovery") == 0)
		return 0;
	if (amana_policy_get(cli->vault, &policy, err) < 0)
		return -1;
	*ret_until = (int64_t)time(NULL) + (int64_t)policy.grant_days * 86400;
	return 0;
}

static int
confirm_grant(struct cli *cli, const char *name, const char *member, const char *as,
	      int64_t until, struct amana_error *err)
{
	CLEANUP(heap_freep) char *shown = safe(name);
	CLEANUP(heap_freep) char *question = NULL;
	char when[40];
	int r;

	if (cli->yes || !ask_possible(cli))
		return 0;
	if (until < 0 && default_end(cli, as, &until, err) < 0)
		return -1;
	question = heap_fmt("Grant %s: %s in %s, %s%s. Grant?", member, as, shown,
			    until > 0 ? "until " : "",
			    until > 0 ? human_time(until, when) : "without end");
	r = ask_yes(cli, question, false, err);
	if (r == 0)
		return fail_advise(cli, err, AMANA_E_CANCELLED,
				   "run it again when you are sure",
				   "nothing was granted");
	return r < 0 ? -1 : 0;
}

#define CASES_MAX 256 /* in one act */

/* The cases that an operand names, with commas between them. */
struct named_cases {
	char *names[CASES_MAX];
	size_t n;
};

static void
named_cases_done(struct named_cases *cases)
{
	for (size_t i = 0; i < cases->n; i++)
		heap_freep(&cases->names[i]);
}

static int
name_cases(struct cli *cli, const char *operand, struct named_cases *cases,
	   struct amana_error *err)
{
	if (operand == NULL || strchr(operand, ',') == NULL) {
		if (operand_case(cli, operand, leads_only, &cases->names[0], err) < 0)
			return -1;
		cases->n = 1;
		return 0;
	}
	for (const char *at = operand; *at != 0;) {
		size_t len = strcspn(at, ",");
		CLEANUP(heap_freep) char *one = heap_fmt("%.*s", (int)len, at);

		if (cases->n == CASES_MAX)
			return fail_advise(cli, err, AMANA_E_LIMIT, "grant in two runs",
					   "at most %d cases at once", CASES_MAX);
		if (operand_case(cli, one, leads_only, &cases->names[cases->n], err) < 0)
			return -1;
		cases->n++;
		at += len + (at[len] == ',');
	}
	return 0;
}

static void
report_grant(struct cli *cli, const struct named_cases *cases, const char *member,
	     const char *as, int64_t until)
{
	json_t *list = json_list(cli->doc, "cases");
	char when[40];

	for (size_t i = 0; i < cases->n; i++)
		(void)json_array_append_new(list, json_text(cases->names[i]));
	json_put(cli->doc, "case", json_text(cases->names[0]));
	json_put(cli->doc, "member", json_text(member));
	json_put(cli->doc, "as", json_text(as));
	json_put(cli->doc, "until", json_at(until));
	for (size_t i = 0; i < cases->n; i++)
		tell(cli, "Granted %s: %s in %s, %s%s.", member, as, cases->names[i],
		     until > 0 ? "until " : "",
		     until > 0 ? human_time(until, when) : "without end");
}

static int
run_grant(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct grant_args *given = args;
	CLEANUP(named_cases_done) struct named_cases cases = {.n = 0};
	CLEANUP(heap_freep) char *member = NULL;
	const char *as = given->as;
	int64_t until;
	int chosen;

	if (ask_need(cli, operands[0], "CASE", err) < 0 ||
	    ask_need(cli, n > 1 ? operands[1] : NULL, "MEMBER", err) < 0 ||
	    ask_need(cli, as, "--as", err) < 0)
		return -1;
	if (grant_end(cli, given->until, &until, err) < 0 || vault_open(cli, err) < 0 ||
	    name_cases(cli, operands[0], &cases, err) < 0 ||
	    operand_text(cli, n > 1 ? operands[1] : NULL, "Member: ", "MEMBER", &member,
			 err) < 0 ||
	    operand_check_member(cli, member, err) < 0)
		return -1;
	if (as == NULL) {
		chosen = ask_choice(cli, "As", kinds, ARRAY_LEN(kinds) - 1, "--as", err);
		if (chosen < 0)
			return -1;
		as = kinds[chosen];
	}
	cli->fingerprint = given->fingerprint;
	if (confirm_grant(cli, cases.n == 1 ? cases.names[0] : operands[0], member, as,
			  until, err) < 0 ||
	    amana_case_grant(
		    cli->vault,
		    &(struct amana_case_grant){.cases = (const char *const *)cases.names,
					       .n_cases = cases.n,
					       .member = member,
					       .as = as,
					       .until = until},
		    &until, err) < 0)
		return -1;
	report_grant(cli, &cases, member, as, until);
	return 0;
}

const struct command cmd_case_grant = {
	.name = "case grant",
	.operands = "CASE[,CASE...] MEMBER",
	.summary = "let a member lead, read or deposit",
	.details =
		"A lead can do what a reader can, a reader what a depositor can.  Before "
		"the first grant to somebody's keys the words of their card are "
		"compared.",
	.role = ROLE_LEAD,
	.n_max = 2,
	.args_size = sizeof(struct grant_args),
	.opts = grant_opts,
	.run = run_grant,
};

/* ---- confirm, admit ---- */

struct meet_args {
	const char *fingerprint;
};
static const struct opt meet_opts[] = {
	{"fingerprint", 0, OPT_HIDDEN, "WORDS|HEX|@FILE", "what the member read out",
	 offsetof(struct meet_args, fingerprint), NULL},
	OPT_END,
};

static int
run_confirm(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct meet_args *given = args;
	CLEANUP(heap_freep) char *name = NULL;
	CLEANUP(heap_freep) char *member = NULL;

	if (ask_need(cli, operands[0], "CASE", err) < 0 ||
	    ask_need(cli, n > 1 ? operands[1] : NULL, "MEMBER", err) < 0 ||
	    vault_open(cli, err) < 0 ||
	    operand_case(cli, operands[0], NULL, &name, err) < 0 ||
	    operand_text(cli, n > 1 ? operands[1] : NULL, "Member: ", "MEMBER", &member,
			 err) < 0 ||
	    operand_check_member(cli, member, err) < 0)
		return -1;
	cli->fingerprint = given->fingerprint;
	if (amana_case_confirm(cli->vault, name, member, err) < 0)
		return -1;
	json_put(cli->doc, "case", json_text(name));
	json_put(cli->doc, "member", json_text(member));
	tell(cli, "Confirmed %s as lead of %s.", member, name);
	return 0;
}

const struct command cmd_case_confirm = {
	.name = "case confirm",
	.operands = "CASE MEMBER",
	.summary = "confirm a lead whom an admin appointed",
	.details = "For who reads the case by a standing lead's grant, and stands behind "
		   "neither the appointed nor who appointed.",
	.role = ROLE_READER,
	.n_max = 2,
	.args_size = sizeof(struct meet_args),
	.opts = meet_opts,
	.run = run_confirm,
};

static int
run_admit(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct meet_args *given = args;
	CLEANUP(heap_freep) char *member = NULL;

	(void)n;
	if (operand_text(cli, operands[0], "Member: ", "MEMBER", &member, err) < 0 ||
	    operand_check_member(cli, member, err) < 0 || vault_open(cli, err) < 0)
		return -1;
	cli->fingerprint = given->fingerprint;
	if (amana_audit_admit(cli->vault, member, err) < 0)
		return -1;
	json_put(cli->doc, "member", json_text(member));
	tell(cli, "%s holds the audit ring now.", member);
	return 0;
}

const struct command cmd_audit_admit = {
	.name = "audit admit",
	.operands = "MEMBER",
	.summary = "give an auditor the keys of the audit ring",
	.details = "The role auditor opens nothing by itself.  For who holds the audit "
		   "ring; for an admin while nobody does.",
	.role = ROLE_AUDITOR,
	.also = ROLE_ADMIN,
	.n_max = 1,
	.args_size = sizeof(struct meet_args),
	.opts = meet_opts,
	.run = run_admit,
};

static int
run_accept(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct meet_args *given = args;

	(void)operands, (void)n;
	cli->fingerprint = given->fingerprint;
	if (vault_open(cli, err) < 0 || amana_audit_accept(cli->vault, err) < 0)
		return -1;
	tell(cli, "Accepted: your acts are open to the auditors again.");
	return 0;
}

const struct command cmd_audit_accept = {
	.name = "audit accept",
	.operands = "",
	.summary = "accept the auditor with whom an admin began the ring anew",
	.details = "For this login alone.  Until then what your acts say in a case is "
		   "sealed to the case alone.",
	.args_size = sizeof(struct meet_args),
	.opts = meet_opts,
	.run = run_accept,
};

/* ---- revoke ---- */

struct revoke_args {
	const char *reason;
	struct text_list last_lead;
};
static const struct opt revoke_opts[] = {
	{"last-lead", 0, OPT_LIST, "CASE", "CASE again, if it is its last lead",
	 offsetof(struct revoke_args, last_lead), NULL},
	{"reason", 0, OPT_SENSITIVE, "T", "why; sealed to auditors and the case",
	 offsetof(struct revoke_args, reason), NULL},
	OPT_END,
};
static const struct text_arg reason_arg = {
	.option = "--reason", .prompt = "Reason: ", .required = true};

struct openings {
	struct cli *cli;
	const struct revoke_args *args;
	const char *case_name;
	struct table *table;
	json_t *list;
	size_t n;
};

static bool
may_lose_lead(void *ctx)
{
	struct openings *out = ctx;
	bool by_id = strncmp(out->case_name, "id:", 3) == 0;

	return last_lead_agreed(out->cli, &out->args->last_lead,
				by_id ? "-" : out->case_name,
				by_id ? out->case_name + 3 : "");
}

static int
opened_row(void *ctx, const struct amana_opened *opened)
{
	struct openings *out = ctx;
	char when[40], batch[24];
	const char *const cells[] = {opened->exhibit, opened->event,
				     human_time(opened->at, when), batch};
	json_t *one = json_object();

	snprintf(batch, sizeof batch, "%" PRIu64, opened->batch);
	table_row(out->table, cells);
	json_put(one, "exhibit", json_text(opened->exhibit));
	json_put(one, "event",
		 opened->event == NULL || strcmp(opened->event, "-") == 0
			 ? json_null()
			 : json_text(opened->event));
	json_put(one, "time", json_at(opened->at));
	json_put(one, "batch", json_integer((json_int_t)opened->batch));
	(void)json_array_append_new(out->list, one);
	out->n++;
	return 0;
}

/* Nobody forgets what was read.  What the log knows of it is shown, so that the case's
 * people know what is known elsewhere. */
static void
tell_revoked(struct cli *cli, const char *name, const char *member,
	     enum amana_new_keys keys, struct openings *out)
{
	tell(cli, "Revoked %s in %s.", member, name);
	switch (keys) {
	case AMANA_KEYS_MADE:
		tell(cli, "What comes from now on has new keys.");
		break;
	case AMANA_KEYS_DUE:
		tell(cli, "New keys are DUE: the next command of a lead makes them.");
		break;
	case AMANA_KEYS_KEPT:
		tell(cli, "A depositor holds no keys of a case: those of before stay.");
		break;
	}
	if (out->n == 0) {
		tell(cli, "The log has no opening by %s in this case.", member);
		return;
	}
	tell(cli, "%s", "");
	tell(cli, "What %s did open, from the log; it stays known to them:", member);
	table_print(cli, out->table);
}

static int
run_revoke(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	static const char *const headings[] = {"EXHIBIT", "EVENT", "TIME", "BATCH"};
	const struct revoke_args *given = args;
	CLEANUP(heap_freep) char *name = NULL;
	CLEANUP(heap_freep) char *member = NULL;
	CLEANUP(heap_freep) char *reason = NULL;
	CLEANUP(heap_freep) char *question = NULL;
	CLEANUP(table_freep) struct table *table = table_new(4, headings, 0);
	struct openings out = {.cli = cli, .args = args, .table = table};
	enum amana_new_keys keys = AMANA_KEYS_KEPT;
	int r;

	if (ask_need(cli, operands[0], "CASE", err) < 0 ||
	    ask_need(cli, n > 1 ? operands[1] : NULL, "MEMBER", err) < 0 ||
	    ask_need(cli, given->reason, "--reason", err) < 0 ||
	    vault_open(cli, err) < 0 ||
	    operand_case(cli, operands[0], NULL, &name, err) < 0 ||
	    operand_text(cli, n > 1 ? operands[1] : NULL, "Member: ", "MEMBER", &member,
			 err) < 0 ||
	    operand_check_member(cli, member, err) < 0 ||
	    text_arg_read(cli, &reason_arg, given->reason, &reason, err) < 0)
		return -1;
	question = heap_fmt("Revoke %s in %s. What was read stays read. Revoke?", member,
			    name);
	r = ask_yes(cli, question, false, err);
	if (r == 0)
		return fail_advise(cli, err, AMANA_E_CANCELLED,
				   "run it again when you are sure",
				   "nothing was revoked");
	out.list = json_list(cli->doc, "opened");
	out.case_name = name;
	if (r < 0 ||
	    amana_case_revoke(cli->vault,
			      &(struct amana_case_revoke){.case_name = name,
							  .member = member,
							  .reason = reason,
							  .last_lead = may_lose_lead,
							  .opened = opened_row,
							  .ctx = &out},
			      &keys, err) < 0)
		return -1;
	json_put(cli->doc, "case", json_text(name));
	json_put(cli->doc, "member", json_text(member));
	json_put(cli->doc, "epoch_made", json_boolean(keys == AMANA_KEYS_MADE));
	json_put(cli->doc, "epoch_due", json_boolean(keys == AMANA_KEYS_DUE));
	tell_revoked(cli, name, member, keys, &out);
	return 0;
}

const struct command cmd_case_revoke = {
	.name = "case revoke",
	.operands = "CASE MEMBER",
	.summary = "end a grant; says what that person did open",
	.role = ROLE_LEAD,
	.also = ROLE_ADMIN,
	.n_max = 2,
	.args_size = sizeof(struct revoke_args),
	.opts = revoke_opts,
	.run = run_revoke,
};
