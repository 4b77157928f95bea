/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"
#include "commands.h"
#include "exit.h"
#include "fail.h"
#include "help.h"
#include "json.h"
#include "options.h"
#include "overview.h"
#include "passphrase.h"
#include "progress.h"
#include "rows.h"
#include "signals.h"
#include "vault.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Keys pass through this process: it leaves no core dump, no other process may look into
 * it, and what it makes is for nobody else to read. */
static void
harden(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	umask(077);
}

/* Opens those of descriptors 0, 1 and 2 that are closed.  The next file to be opened
 * would get that number, and messages would be written into it. */
static void
fill_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static void
look_around(struct cli *cli)
{
	cli->stdout_is_tty = isatty(STDOUT_FILENO) == 1;
	cli->stderr_is_tty = isatty(STDERR_FILENO) == 1;
	/* Only for knowing how wide characters are; numbers and messages are the same
	 * everywhere. */
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		setlocale(LC_CTYPE, "");
}

/* Returns the exit status, or < 0 with err filled. */
static int
run(struct cli *cli, int argc, char **argv, struct options *parsed,
    struct amana_error *err)
{
	char version[] = "version", *words[] = {version};
	int r, used;

	if (options_parse(cli, argc, argv, parsed, err) < 0)
		return -1;
	if (cli->version && parsed->command == NULL) {
		return command_find(cli->commands, words, 1, &used)
			->run(cli, NULL, NULL, 0, err);
	}
	if (cli->help) {
		if (parsed->command != NULL)
			help_command(parsed->command, stdout);
		else if (parsed->group != NULL)
			help_group(cli->commands, parsed->group, stdout);
		else
			help_all(cli->commands, stdout);
		return 0;
	}
	if (parsed->group != NULL) {
		help_group(cli->commands, parsed->group, stderr);
		fail_next(cli, "amana %s -h", parsed->group);
		return fail(err, AMANA_E_USAGE,
			    "amana %s needs one of these words after it", parsed->group);
	}
	if (amana_startup(err) < 0)
		return -1;
	if (parsed->command == NULL)
		return overview(cli, err);
	r = parsed->command->run(cli, parsed->args, parsed->operands, parsed->n_operands,
				 err);
	if (r == 0 || (r > 0 && cli->worst == 5))
		r = cli->worst;
	return r;
}

/* Prints the document, and makes sure that all output has left.  A result that cannot be
 * written is a failure of the command. */
static int
finish_output(struct cli *cli, int status)
{
	struct amana_error err = AMANA_ERROR_INIT;
	int sys_errno;

	if (cli->closed_pipe)
		return status;
	errno = 0;
	if (cli->json && !cli->help)
		json_print(cli, stdout);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	sys_errno = errno;
	if (sys_errno == EPIPE)
		return status == 0 ? 130 : status;
	cli->json = false;
	cli->remedy[0] = 0;
	errno = sys_errno;
	(void)fail_sys(&err, "cannot write to standard output");
	return exit_report(cli, &err) == 5 || status == 5 ? 5 : exit_status(err.code);
}

static void
release(struct cli *cli)
{
	progress_done(cli);
	vault_close(cli);
	passphrase_wipe(cli);
	free(cli->config_path);
	free(cli->data_dir);
	free(cli->cache_dir);
	free(cli->vault_path);
	if (cli->tty >= 0)
		close(cli->tty);
	rows_done(&cli->rows);
	json_decref(cli->doc);
}

int
main(int argc, char **argv)
{
	struct cli cli = {.commands = &commands_table, .tty = CLI_TTY_NOT_TRIED};
	struct amana_error err = AMANA_ERROR_INIT;
	struct options parsed = {.command = NULL};
	int status;

	harden();
	fill_standard_descriptors();
	look_around(&cli);
	signals_install();
	cli.doc = json_pack("{s:i}", "schema", 1);
	status = run(&cli, argc, argv, &parsed, &err);
	progress_done(&cli);
	if (status < 0)
		status = exit_report(&cli, &err);
	status = finish_output(&cli, status);
	options_done(&parsed);
	release(&cli);
	return status;
}
