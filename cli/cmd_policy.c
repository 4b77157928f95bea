/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "operand.h"
#include "proposal.h"
#include "safe.h"
#include "suggest.h"
#include "tell.h"
#include "vault.h"

#include "amana/member.h"

#include <inttypes.h>
#include <string.h>

/* amana policy and amana approve: the vault's rules, and acts that wait for a second
 * person. */

static const char *const keys[] = {"two-person", "disclosure", "grant-days",
				   "break-glass", NULL};

static int
show_policy(struct cli *cli, struct amana_error *err)
{
	struct amana_policy policy;
	json_t *object = json_object();

	json_put(cli->doc, "policy", object);
	if (amana_policy_get(cli->vault, &policy, err) < 0)
		return -1;
	json_put(object, "two-person", json_boolean(policy.two_person));
	json_put(object, "disclosure",
		 json_text(policy.disclosure_two_person ? "two-person" : NULL));
	json_put(object, "grant-days", json_integer(policy.grant_days));
	json_put(object, "break-glass", json_boolean(policy.break_glass));
	tell(cli, "two-person   %s", policy.two_person ? "on" : "off");
	tell(cli, "disclosure   %s", policy.disclosure_two_person ? "two-person" : "off");
	tell(cli, "grant-days   %" PRIu32, policy.grant_days);
	tell(cli, "break-glass  %s", policy.break_glass ? "on" : "off");
	return 0;
}

static int
run_policy(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	char proposal[AMANA_PROPOSAL_MAX + 1] = "";
	const char *near;
	bool known = false;
	int r;

	(void)args;
	for (size_t i = 0; n > 0 && keys[i] != NULL; i++)
		known = known || strcmp(keys[i], operands[0]) == 0;
	if (n > 0 && !known) {
		near = suggest(operands[0], keys, ARRAY_LEN(keys) - 1);
		return fail_advise(cli, err, AMANA_E_USAGE,
				   "the rules are two-person, disclosure, grant-days "
				   "and break-glass",
				   "there is no rule '%s'%s%s%s", operands[0],
				   near != NULL ? "; did you mean " : "",
				   near != NULL ? near : "", near != NULL ? "?" : "");
	}
	if (n == 1)
		return fail(err, AMANA_E_USAGE, "VALUE is missing: amana policy %s VALUE",
			    operands[0]);
	if (vault_open(cli, err) < 0)
		return -1;
	if (n == 0)
		return show_policy(cli, err);
	r = amana_policy_set(cli->vault, operands[0], operands[1], proposal, err);
	if (r < 0)
		return -1;
	if (r == AMANA_PROPOSED)
		return proposal_tell(cli, proposal, PROPOSAL_SIGN);
	return show_policy(cli, err);
}

const struct command cmd_policy = {
	.name = "policy",
	.operands = "[KEY VALUE]",
	.summary = "show the vault's rules, or change one",
	.details =
		"KEY VALUE: two-person on, disclosure two-person (which then stay), grant-days N,\n"
		"break-glass on|off.",
	.role = ROLE_ADMIN,
	.n_max = 2,
	.args_size = 1,
	.words = keys,
	.run = run_policy,
};

/* ---- approve ---- */

struct proposals {
	struct cli *cli;
	json_t *list;
	const char *only; /* the beginning of the id that is looked for; NULL: all are
			     listed */
	struct amana_proposal found;
	size_t n;
};

static void
tell_proposal(struct cli *cli, const struct amana_proposal *one)
{
	CLEANUP(heap_freep) char *text = safe(one->text);
	CLEANUP(heap_freep) char *subject = safe(one->subject);
	char when[40];

	tell(cli, "%.16s  %s  %s  %s", one->id, human_time(one->at, when), one->by,
	     one->action);
	tell(cli, "  %s", subject);
	if (one->text[0] != 0)
		tell(cli, "  %s", text);
}

static int
proposal_row(void *ctx, const struct amana_proposal *one)
{
	struct proposals *out = ctx;
	json_t *object;

	if (out->only != NULL && strncmp(one->id, out->only, strlen(out->only)) != 0)
		return 0;
	out->found = *one;
	out->n++;
	if (out->only != NULL)
		return 0;
	tell_proposal(out->cli, one);
	object = json_object();
	json_put(object, "id", json_text(one->id));
	json_put(object, "action", json_text(one->action));
	json_put(object, "subject", json_text(one->subject));
	json_put(object, "text", json_text(one->text));
	json_put(object, "by", json_text(one->by));
	json_put(object, "at", json_at(one->at));
	json_put(object, "batch", json_integer((json_int_t)one->batch));
	(void)json_array_append_new(out->list, object);
	return 0;
}

static int
run_list(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	struct proposals out = {.cli = cli, .list = json_list(cli->doc, "proposals")};

	(void)args, (void)operands, (void)n;
	if (vault_open(cli, err) < 0 ||
	    amana_approve_list(cli->vault, proposal_row, &out, err) < 0)
		return -1;
	if (out.n == 0)
		tell(cli, "Nothing waits for a second person.");
	return 0;
}

const struct command cmd_approve_list = {
	.name = "approve list",
	.operands = "",
	.summary = "acts that wait for a second person",
	.args_size = 1,
	.run = run_list,
};

static int
decide(struct cli *cli, const char *id, bool yes, struct amana_error *err)
{
	struct proposals look = {.cli = cli, .only = id};

	if (strlen(id) < 8 || strlen(id) > AMANA_HASH_HEX ||
	    strspn(id, "0123456789abcdef") != strlen(id))
		return fail_advise(
			cli, err, AMANA_E_USAGE, "amana approve list shows them",
			"'%s' is no proposal: it is named by at least 8 of its digits",
			id);
	if (vault_open(cli, err) < 0 ||
	    amana_approve_list(cli->vault, proposal_row, &look, err) < 0)
		return -1;
	/* Whoever signs sees what it is before the passphrase is asked for. */
	if (look.n == 1)
		tell_proposal(cli, &look.found);
	if (amana_approve(cli->vault, look.n == 1 ? look.found.id : id, yes, err) < 0)
		return -1;
	json_put(cli->doc, "id", json_text(look.n == 1 ? look.found.id : id));
	json_put(cli->doc, "approved", json_boolean(yes));
	tell(cli, "%s %.16s.", yes ? "Approved" : "Refused", id);
	return 0;
}

static int
run_sign(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	CLEANUP(heap_freep) char *id = NULL;

	(void)args, (void)n;
	return operand_text(cli, operands[0], "Proposal: ", "ID", &id, err) < 0
		       ? -1
		       : decide(cli, id, true, err);
}

static int
run_refuse(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	CLEANUP(heap_freep) char *id = NULL;

	(void)args, (void)n;
	return operand_text(cli, operands[0], "Proposal: ", "ID", &id, err) < 0
		       ? -1
		       : decide(cli, id, false, err);
}

const struct command cmd_approve_sign = {
	.name = "approve sign",
	.operands = "ID",
	.summary = "carry out an act that another proposed",
	.details = "ID: at least 8 digits, as amana approve list shows them.",
	.role = ROLE_ADMIN,
	.n_max = 1,
	.args_size = 1,
	.run = run_sign,
};
const struct command cmd_approve_refuse = {
	.name = "approve refuse",
	.operands = "ID",
	.summary = "refuse an act that another proposed",
	.role = ROLE_ADMIN,
	.n_max = 1,
	.args_size = 1,
	.run = run_refuse,
};
