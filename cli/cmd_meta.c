/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "completion.h"
#include "fail.h"
#include "help.h"
#include "json.h"
#include "tell.h"

/* amana help, version and completions: about the program itself.  None of them opens a
 * vault. */

static int
run_help(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct command *command;
	int used = 0;

	(void)args;
	if (n == 0) {
		help_all(cli->commands, stdout);
		cli->help = true;
		return 0;
	}
	command = command_find(cli->commands, operands, n, &used);
	cli->help = command != NULL ||
		    (n == 1 && command_is_group(cli->commands, operands[0]));
	if (command != NULL)
		help_command(command, stdout);
	else if (cli->help)
		help_group(cli->commands, operands[0], stdout);
	else
		return command_unknown(
			cli,
			n > 1 && command_is_group(cli->commands, operands[0])
				? operands[0]
				: NULL,
			n > 1 && command_is_group(cli->commands, operands[0])
				? operands[1]
				: operands[0],
			err);
	return 0;
}

const struct command cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.summary = "how a command is used",
	.n_max = 2,
	.args_size = 1,
	.run = run_help,
};

#define VAULT_FORMAT 1

static int
run_version(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	(void)args, (void)operands, (void)n, (void)err;
	json_put(cli->doc, "version", json_text(amana_version()));
	json_put(cli->doc, "format", json_integer(VAULT_FORMAT));
	tell(cli, "amana %s (vault format %d)", amana_version(), VAULT_FORMAT);
	return 0;
}

const struct command cmd_version = {
	.name = "version",
	.operands = "",
	.summary = "the program's version",
	.args_size = 1,
	.run = run_version,
};

static int
run_completions(struct cli *cli, void *args, char **operands, int n,
		struct amana_error *err)
{
	(void)args;
	if (n == 0)
		return fail(err, AMANA_E_USAGE, "name a shell: bash, zsh or fish");
	if (completion_print(cli->commands, operands[0], stdout, err) < 0)
		return -1;
	cli->help = true; /* the script is all that is printed: no document follows it */
	return 0;
}

const struct command cmd_completions = {
	.name = "completions",
	.operands = "bash|zsh|fish",
	.summary = "a completion script for your shell",
	.details = "The script is static: completing never opens a vault.",
	.n_max = 1,
	.args_size = 1,
	.words = completion_shells,
	.run = run_completions,
};
