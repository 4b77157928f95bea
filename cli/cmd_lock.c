/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "exit.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "mounts.h"
#include "safe.h"
#include "tell.h"
#include "time_arg.h"
#include "vault.h"

#include <limits.h>
#include <time.h>

/* amana unlock keeps the opened identity in the kernel's keyring; amana lock takes it out
 * of there and ends the mounts. */

#define UNLOCK_SECONDS 300

struct unlock_args {
	const char *duration;
};
static const struct opt unlock_opts[] = {
	{"for", 0, OPT_TEXT, "DURATION", "how long (default: 5m)",
	 offsetof(struct unlock_args, duration), NULL},
	OPT_END,
};

static int
run_unlock(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct unlock_args *given = args;
	int64_t seconds = UNLOCK_SECONDS, until;
	char member[AMANA_MEMBER_MAX + 1], when[40];

	(void)operands, (void)n;
	if (given->duration != NULL &&
	    time_arg_duration(cli, given->duration, "--for", &seconds, err) < 0)
		return -1;
	if (seconds > INT_MAX)
		return fail(err, AMANA_E_LIMIT, "--for: '%s' is too long",
			    given->duration);
	if (vault_prepare(cli, err) < 0 ||
	    amana_unlock(&cli->config, (unsigned int)seconds, member, err) < 0)
		return -1;
	until = (int64_t)time(NULL) + seconds;
	json_put(cli->doc, "member", json_text(member));
	json_put(cli->doc, "seconds", json_integer(seconds));
	json_put(cli->doc, "until", json_at(until));
	tell(cli, "%s is unlocked until %s. To end it: amana lock", member,
	     human_time(until, when));
	return 0;
}

const struct command cmd_unlock = {
	.name = "unlock",
	.operands = "",
	.summary = "keep your opened identity in the kernel for a while",
	.args_size = sizeof(struct unlock_args),
	.opts = unlock_opts,
	.run = run_unlock,
};

/* Ends every mount of this person, also where files are open.  One that does not end is
 * told, and the others are ended all the same. */
static void
end_mounts(struct cli *cli)
{
	struct amana_error err = AMANA_ERROR_INIT;
	json_t *ended = json_list(cli->doc, "unmounted");
	struct mounted_list list;

	if (mounts_list(&list, &err) < 0) {
		exit_report_item(cli, "mounts", &err);
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		CLEANUP(heap_freep) char *shown = safe(list.all[i].dir);

		if (mounts_end(cli, &list.all[i], true, &err) < 0) {
			err.names_item = true;
			exit_report_item(cli, list.all[i].dir, &err);
			continue;
		}
		(void)json_array_append_new(ended, json_text(list.all[i].dir));
		tell(cli, "Unmounted %s", shown);
	}
	mounts_free(&list);
}

static int
run_lock(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	size_t n_locked = 0;
	char text[48];

	(void)args, (void)operands, (void)n;
	if (vault_prepare(cli, err) < 0 || amana_lock(&cli->config, &n_locked, err) < 0)
		return -1;
	json_put(cli->doc, "locked", json_integer((json_int_t)n_locked));
	tell(cli, "Locked: %s",
	     n_locked == 0 ? "nobody was unlocked on this login"
			   : human_count(n_locked, "identity is forgotten",
					 "identities are forgotten", text));
	end_mounts(cli);
	return 0;
}

const struct command cmd_lock = {
	.name = "lock",
	.operands = "",
	.summary = "forget every opened identity of this login, end its mounts",
	.args_size = 1,
	.run = run_lock,
};
