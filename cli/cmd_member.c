/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "ask.h"
#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "last_lead.h"
#include "meet.h"
#include "new_file.h"
#include "operand.h"
#include "proposal.h"
#include "safe.h"
#include "table.h"
#include "tell.h"
#include "text_arg.h"
#include "time_arg.h"
#include "vault.h"

#include "amana/member.h"

#include <string.h>

/* amana member: who belongs to the vault, and with which roles. */

static const char *const roles[] = {"admin", "auditor", NULL};
static const char *const new_roles[] = {"admin", "auditor", "recovery", NULL};

/* ---- member add ---- */

struct add_args {
	struct text_list roles;
	const char *fingerprint, *out;
};
static const struct opt add_opts[] = {
	{"role", 0, OPT_LIST, "ROLE",
	 "admin or auditor, or both; recovery for a recovery card",
	 offsetof(struct add_args, roles), new_roles},
	{"fingerprint", 0, OPT_HIDDEN, "WORDS|HEX", "what the person read out",
	 offsetof(struct add_args, fingerprint), NULL},
	{"output", 'o', OPT_TEXT, "FILE",
	 "where the welcome goes (default: MEMBER.welcome)",
	 offsetof(struct add_args, out), NULL},
	OPT_END,
};

/* The eight words of the card, as the admin hears them from the person and types them. */
static int
heard_words(struct cli *cli, const struct amana_card_info *card, const char *given,
	    char **ret_words, struct amana_error *err)
{
	int r;

	if (given != NULL) {
		*ret_words = heap_dup(given);
		return 0;
	}
	if (!ask_possible(cli)) { /* --yes vouches for the card, but says that nobody has
				     compared it */
		tell_aside(
			cli,
			"amana: WARNING: nobody compared the words of %s's card with the person: %s",
			card->member, card->words);
		*ret_words = NULL;
		return 0;
	}
	r = meet_type_words(cli, card->member, card->words, card->fingerprint,
			    "--fingerprint", err);
	if (r < 0)
		return -1;
	if (r == 0) {
		*ret_words = heap_dup(card->words);
		return 0;
	}
	return fail_advise(
		cli, err, AMANA_E_TAMPERED,
		"get the card again, from the person's own hands; somebody may have exchanged it",
		"the words did not match the card of %s: nobody was added", card->member);
}

/* Roles as the library has them: "admin,auditor" in this order, each once; NULL for none.
 * Owned by the caller. */
static char *
joined_roles(const struct text_list *given)
{
	char text[64] = "";

	for (size_t k = 0; new_roles[k] != NULL; k++)
		for (size_t i = 0; i < given->n; i++)
			if (strcmp(given->items[i], new_roles[k]) == 0) {
				snprintf(text + strlen(text), sizeof text - strlen(text),
					 "%s%s", text[0] != 0 ? "," : "", new_roles[k]);
				break;
			}
	return text[0] != 0 ? heap_dup(text) : NULL;
}

static int
confirm_add(struct cli *cli, const struct amana_card_info *card, const char *with,
	    struct amana_error *err)
{
	CLEANUP(heap_freep) char *where = safe(cli->vault_path);
	CLEANUP(heap_freep)
	char *question = heap_fmt(
		"Add %s (%s) to the vault at %s. The code is public for ever. Add?",
		card->member, with != NULL ? with : "no role", where);
	int r = ask_yes(cli, question, true, err);

	if (r == 0)
		return fail_advise(cli, err, AMANA_E_CANCELLED,
				   "run it again when you are sure", "nobody was added");
	return r < 0 ? -1 : 0;
}

static int
tell_added(struct cli *cli, const struct amana_card_info *card, const char *welcome)
{
	CLEANUP(heap_freep) char *shown = safe(welcome);

	json_put_card(cli->doc, card);
	json_put(cli->doc, "welcome", json_text(welcome));
	tell_wrapped(
		cli, 2,
		"Added %s. Give them %s: it tells them which vault is the right one.",
		card->member, shown);
	tell_next(
		cli,
		"they run: amana -C VAULT join %s; a lead runs: amana case grant CASE %s --as ...",
		shown, card->member);
	return 0;
}

static int
run_add(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct add_args *given = args;
	CLEANUP(heap_freep) char *path = NULL;
	CLEANUP(heap_freep) char *words = NULL;
	CLEANUP(heap_freep) char *by_default = NULL;
	CLEANUP(heap_freep) char *welcome = NULL;
	CLEANUP(heap_freep) char *with = joined_roles(&given->roles);
	char proposal[AMANA_PROPOSAL_MAX + 1] = "";
	struct amana_card_info card;
	int r;

	(void)n;
	if (operand_text(cli, operands[0], "Card (file): ", "CARD", &path, err) < 0 ||
	    vault_need(cli, err) < 0 || amana_card_read(path, &card, err) < 0)
		return -1;
	by_default = heap_fmt("%s.welcome", card.member);
	if (new_file_path(cli, given->out, by_default, &welcome, err) < 0)
		return -1;
	if (!ask_possible(cli) && !cli->yes)
		return ask_missing(cli, "--yes", err);
	if (vault_open(cli, err) < 0 ||
	    heard_words(cli, &card, given->fingerprint, &words, err) < 0 ||
	    confirm_add(cli, &card, with, err) < 0)
		return -1;
	r = amana_member_add(cli->vault,
			     &(struct amana_member_add){.card_path = path,
							.roles = with,
							.fingerprint = words,
							.welcome_path = welcome},
			     proposal, err);
	if (r < 0)
		return -1;
	json_put(cli->doc, "roles", json_roles(with != NULL ? with : "-"));
	if (r == AMANA_PROPOSED) {
		json_put_card(cli->doc, &card);
		return proposal_tell(cli, proposal, PROPOSAL_SIGN);
	}
	return tell_added(cli, &card, welcome);
}

const struct command cmd_member_add = {
	.name = "member add",
	.operands = "CARD",
	.summary = "enrol the person whose card this is",
	.details =
		"At a terminal you type the eight words that the person reads out. Unattended --yes is needed, "
		"and --fingerprint should be given. Writes MEMBER.welcome.",
	.role = ROLE_ADMIN,
	.n_max = 1,
	.args_size = sizeof(struct add_args),
	.opts = add_opts,
	.run = run_add,
};

/* ---- member role ---- */

struct role_args {
	const char *add, *remove;
};
static const struct opt role_opts[] = {
	{"add", 0, OPT_TEXT, "ROLE", "admin or auditor", offsetof(struct role_args, add),
	 roles},
	{"remove", 0, OPT_TEXT, "ROLE", "admin or auditor",
	 offsetof(struct role_args, remove), roles},
	OPT_END,
};

static int
run_role(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct role_args *given = args;
	const char *role = given->add != NULL ? given->add : given->remove;
	CLEANUP(heap_freep) char *member = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1] = "";
	int r;

	(void)n;
	if ((given->add != NULL) == (given->remove != NULL))
		return fail(err, AMANA_E_USAGE,
			    "give either --add ROLE or --remove ROLE");
	if (operand_text(cli, operands[0], "Member: ", "MEMBER", &member, err) < 0 ||
	    operand_check_member(cli, member, err) < 0 || vault_open(cli, err) < 0)
		return -1;
	r = amana_member_role(cli->vault, member, role, given->add != NULL, proposal,
			      err);
	if (r < 0)
		return -1;
	json_put(cli->doc, "member", json_text(member));
	json_put(cli->doc, "role", json_text(role));
	json_put(cli->doc, "added", json_boolean(given->add != NULL));
	if (r == AMANA_PROPOSED)
		return proposal_tell(cli, proposal, PROPOSAL_SIGN);
	tell(cli, "%s is %s %s.", member, given->add != NULL ? "now" : "no longer", role);
	return 0;
}

const struct command cmd_member_role = {
	.name = "member role",
	.operands = "MEMBER",
	.summary = "give a role to a member, or take it away",
	.role = ROLE_ADMIN,
	.n_max = 1,
	.args_size = sizeof(struct role_args),
	.opts = role_opts,
	.run = run_role,
};

/* ---- member list ---- */

struct list_args {
	const char *at;
};
static const struct opt list_opts[] = {
	{"at", 0, OPT_TEXT, "DATE", "as it was then", offsetof(struct list_args, at),
	 NULL},
	OPT_END,
};
struct member_rows {
	struct table *table;
	json_t *list;
};

static int
member_row(void *ctx, const struct amana_member *member)
{
	struct member_rows *out = ctx;
	char since[40], until[40];
	const char *const cells[] = {
		member->member, member->roles, member->revoked ? "revoked" : "member",
		human_time(member->keys_at, since),
		member->revoked	  ? human_time(member->revoked_at, until)
		: member->rekeyed ? "keys replaced"
				  : "-"};
	json_t *one = json_object();

	table_row(out->table, cells);
	json_put(one, "member", json_text(member->member));
	json_put(one, "roles", json_roles(member->roles));
	json_put(one, "revoked", json_boolean(member->revoked));
	json_put(one, "enrolled_at", json_at(member->enrolled_at));
	json_put(one, "revoked_at", json_at(member->revoked_at));
	json_put(one, "keys_since", json_at(member->keys_at));
	json_put(one, "keys_by", json_text(member->keys_by));
	json_put(one, "keys_replaced", json_boolean(member->rekeyed));
	json_put(one, "recipient", json_text(member->recipient));
	json_put(one, "key", json_text(member->key));
	(void)json_array_append_new(out->list, one);
	return 0;
}

static int
run_list(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	static const char *const headings[] = {"MEMBER", "ROLES", "STATE", "SINCE",
					       "NOTE"};
	const struct list_args *given = args;
	CLEANUP(table_freep) struct table *table = table_new(5, headings, 0);
	struct member_rows out = {.table = table, .list = json_list(cli->doc, "members")};
	int64_t at = 0;

	(void)operands, (void)n;
	if ((given->at != NULL && time_arg_date(cli, given->at, "--at", &at, err) < 0) ||
	    vault_open(cli, err) < 0 ||
	    amana_member_list(cli->vault, at, member_row, &out, err) < 0)
		return -1;
	table_print(cli, table);
	return 0;
}

const struct command cmd_member_list = {
	.name = "member list",
	.operands = "",
	.summary = "everybody who is or was a member, with roles and keys",
	.args_size = sizeof(struct list_args),
	.opts = list_opts,
	.run = run_list,
};

/* ---- member revoke ---- */

struct revoke_args {
	const char *reason;
	struct text_list last_lead;
};
static const struct opt revoke_opts[] = {
	{"reason", 0, OPT_SENSITIVE, "T", "why; sealed to the auditors",
	 offsetof(struct revoke_args, reason), NULL},
	{"last-lead", 0, OPT_LIST, "CASE", "a case that may lose its last lead by it",
	 offsetof(struct revoke_args, last_lead), NULL},
	OPT_END,
};
static const struct text_arg reason_arg = {
	.option = "--reason", .prompt = "Reason: ", .required = true};

struct due_cases {
	struct cli *cli;
	const struct revoke_args *args;
	json_t *list, *granted;
	size_t n, n_granted;
};

static bool
case_may_lose_lead(void *ctx, const char *case_code, const char *case_id)
{
	struct due_cases *out = ctx;

	return last_lead_agreed(out->cli, &out->args->last_lead, case_code, case_id);
}

static void
granted_case(void *ctx, const char *case_code, const char *case_id, const char *member,
	     const char *as)
{
	struct due_cases *out = ctx;
	CLEANUP(heap_freep)
	char *name = strcmp(case_code, "-") != 0 ? safe(case_code)
						 : heap_fmt("id:%.8s", case_id);
	json_t *one = json_object();

	json_put(one, "case",
		 strcmp(case_code, "-") == 0 ? json_null() : json_text(case_code));
	json_put(one, "id", json_text(case_id));
	json_put(one, "member", json_text(member));
	json_put(one, "as", json_text(as));
	(void)json_array_append_new(out->granted, one);
	if (out->n_granted++ == 0)
		tell(out->cli,
		     "Granted by them, and still in force until a lead ends it:");
	tell(out->cli, "  %s, %s of %s", member, as, name);
}

static void
due_case(void *ctx, const char *case_code, const char *case_id)
{
	struct due_cases *out = ctx;
	json_t *one = json_object();

	json_put(one, "case",
		 strcmp(case_code, "-") == 0 ? json_null() : json_text(case_code));
	json_put(one, "id", json_text(case_id));
	(void)json_array_append_new(out->list, one);
	if (out->n++ == 0)
		tell(out->cli,
		     "New keys are due in these cases; the next lead's command makes them:");
	if (strcmp(case_code, "-") == 0)
		tell(out->cli, "  id:%s", case_id);
	else
		tell(out->cli, "  %s", case_code);
}

static int
run_revoke(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct revoke_args *given = args;
	CLEANUP(heap_freep) char *member = NULL;
	CLEANUP(heap_freep) char *reason = NULL;
	CLEANUP(heap_freep) char *question = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1] = "";
	struct due_cases due = {.cli = cli, .args = args};
	int r;

	(void)n;
	if (operand_text(cli, operands[0], "Member: ", "MEMBER", &member, err) < 0 ||
	    operand_check_member(cli, member, err) < 0 ||
	    text_arg_read(cli, &reason_arg, given->reason, &reason, err) < 0 ||
	    vault_open(cli, err) < 0)
		return -1;
	question = heap_fmt(
		"Revoke %s: every role and every grant ends. What was read stays read. Revoke?",
		member);
	r = ask_yes(cli, question, false, err);
	if (r == 0)
		return fail_advise(cli, err, AMANA_E_CANCELLED,
				   "run it again when you are sure",
				   "nobody was revoked");
	due.list = json_list(cli->doc, "due");
	due.granted = json_list(cli->doc, "granted");
	if (r > 0)
		r = amana_member_revoke(
			cli->vault,
			&(struct amana_member_revoke){.member = member,
						      .reason = reason,
						      .due = due_case,
						      .granted = granted_case,
						      .last_lead = case_may_lose_lead,
						      .ctx = &due},
			proposal, err);
	if (r < 0)
		return -1;
	json_put(cli->doc, "member", json_text(member));
	if (r == AMANA_PROPOSED)
		return proposal_tell(cli, proposal, PROPOSAL_SIGN);
	tell(cli, "Revoked %s.", member);
	return 0;
}

const struct command cmd_member_revoke = {
	.name = "member revoke",
	.operands = "MEMBER",
	.summary = "end a membership; lists the cases whose new keys are due",
	.role = ROLE_ADMIN,
	.n_max = 1,
	.args_size = sizeof(struct revoke_args),
	.opts = revoke_opts,
	.run = run_revoke,
};
