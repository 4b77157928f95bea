/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "config.h"
#include "fail.h"
#include "heap.h"
#include "json.h"
#include "operand.h"
#include "safe.h"
#include "tell.h"
#include "vault.h"

/* amana init makes a vault; amana join tells a newcomer's machine which vault is the
 * right one. */

struct init_args {
	const char *origin;
};
static const struct opt init_opts[] = {
	{"origin", 0, OPT_TEXT, "NAME",
	 "the first part of the vault's public name (default: amana)",
	 offsetof(struct init_args, origin), NULL},
	OPT_END,
};

static int
run_init(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct init_args *given = args;
	struct amana_init_result made;
	CLEANUP(heap_freep) char *shown = NULL;

	(void)operands, (void)n;
	if (vault_prepare(cli, err) < 0)
		return -1;
	if (cli->vault_path == NULL)
		return fail_advise(cli, err, AMANA_E_USAGE, "amana -C FOLDER init",
				   "-C is missing: say which folder becomes the vault");
	if (amana_init(&cli->config, given->origin, &made, err) < 0)
		return -1;
	shown = safe(made.location);
	json_put(cli->doc, "vault", json_text(made.location));
	json_put(cli->doc, "origin", json_text(made.origin));
	json_put(cli->doc, "fingerprint", json_text(made.fingerprint));
	json_put(cli->doc, "words", json_text(made.words));
	json_put(cli->doc, "founder", json_text(made.founder));
	tell(cli, "Made the vault %s", shown);
	tell_wrapped(cli, 2, "Its eight words, for every form and every wall: %s",
		     made.words);
	tell(cli, "%s is its first admin and auditor.", made.founder);
	tell_next(cli, "print the words; then amana member add CARD for each colleague");
	return 0;
}

const struct command cmd_init = {
	.name = "init",
	.operands = "",
	.summary = "make the vault at -C; you become its admin and auditor",
	.role = ROLE_ADMIN,
	.args_size = sizeof(struct init_args),
	.opts = init_opts,
	.run = run_init,
};

static int
run_join(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	CLEANUP(heap_freep) char *welcome = NULL;
	CLEANUP(heap_freep) char *shown = NULL;
	struct amana_error config_err = AMANA_ERROR_INIT;
	struct amana_join_result joined;
	int r;

	(void)args, (void)n;
	if (vault_prepare(cli, err) < 0)
		return -1;
	if (cli->vault_path == NULL)
		return fail_advise(
			cli, err, AMANA_E_USAGE, "amana -C VAULT join MEMBER.welcome",
			"-C is missing: say where the vault is that the welcome is for");
	if (operand_text(cli, operands[0], "The welcome file (MEMBER.welcome): ",
			 "WELCOME", &welcome, err) < 0 ||
	    amana_join(&cli->config, welcome, &joined, err) < 0)
		return -1;
	shown = safe(joined.location);
	json_put(cli->doc, "vault", json_text(joined.location));
	json_put(cli->doc, "words", json_text(joined.words));
	r = config_set_vault(cli, joined.location, &config_err);
	json_put(cli->doc, "default", json_boolean(r == 0));
	tell(cli, "Joined the vault \"%s\" at %s", joined.words, shown);
	if (r == 0)
		tell(cli, "It is your default vault now (%s)", cli->config_path);
	else if (r < 0)
		tell_aside(cli, "amana: it could not be made your default: %s",
			   config_err.msg);
	tell_next(cli, "amana status");
	return 0;
}

const struct command cmd_join = {
	.name = "join",
	.operands = "WELCOME",
	.summary = "trust the vault that your welcome file vouches for",
	.details =
		"Pins the vault's fingerprint and head, and makes it your default where there is none.",
	.n_max = 1,
	.args_size = 1,
	.run = run_join,
};
