/* SPDX-License-Identifier: Apache-2.0 */
#include "overview.h"

#include "cli.h"
#include "command.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "safe.h"
#include "tell.h"
#include "text.h"
#include "vault.h"

#include <stdlib.h>
#include <string.h>

/* `amana` alone: who you are, which vault, what next, the commands by role.  24 lines at
 * most, nothing is asked. */

/* Those of this login. */
struct identities {
	size_t n;
	char member[AMANA_MEMBER_MAX + 1]; /* of the first */
	bool unlocked;			   /* the first is */
};

static int
count_identity(void *ctx, const struct amana_identity_info *info)
{
	struct identities *mine = ctx;

	if (mine->n++ == 0) {
		snprintf(mine->member, sizeof mine->member, "%s", info->member);
		mine->unlocked = info->unlocked;
	}
	return 0;
}

/* The first steps of somebody who has no key, in the words that the manual has. */
static void
first_steps(struct cli *cli)
{
	CLEANUP(heap_freep)
	char *vault =
		cli->vault_path != NULL ? safe(cli->vault_path) : heap_dup("none chosen");

	tell(cli, "  You    no identity here      Vault  %s", vault);
	tell(cli, "  joining an office       amana id new");
	tell(cli, "  starting an office      amana id new, then amana -C FOLDER init");
	tell(cli,
	     "  checking a vault        amana -C FOLDER verify --bytes    (no key needed)");
}

/* Opens the vault without asking anything: if that cannot be done, what cannot be known
 * is left out. */
static int
open_quietly(struct cli *cli, struct amana_status *status, struct amana_error *err)
{
	cli->config.passphrase = NULL;
	cli->config.first_contact = NULL;
	cli->config.choose_identity = NULL;
	if (amana_open(&cli->config, &cli->vault, err) < 0)
		return -1;
	return amana_vault_status(cli->vault, status, err);
}

static void
tell_what_next(struct cli *cli, const struct identities *mine,
	       const struct amana_status *status)
{
	const char *me = status->member[0] != 0 ? status->member : mine->member;

	if (mine->n > 1 && cli->config.identity == NULL)
		tell(cli, "  Next   say who you are: amana --identity MEMBER ...");
	else if (status->revoked)
		tell(cli, "  Next   your membership here was ended; ask an admin");
	else if (!status->enrolled)
		tell(cli,
		     "  Next   give %s.card to an admin and read out its words (amana id show)",
		     me);
	else if (status->n_proposals > 0 && strcmp(status->roles, "-") != 0)
		tell(cli,
		     "  Next   amana approve list: an act waits for a second person");
	else if (status->n_cases == 0 && strstr(status->roles, "admin") != NULL)
		tell(cli,
		     "  Next   amana member add CARD, then amana case open CASE --lead MEMBER");
	else if (status->n_cases == 0)
		tell(cli, "  Next   ask a lead for a grant in your case");
	else if (!status->unlocked)
		tell(cli, "  Next   amana unlock, then amana deposit or amana list");
	else
		tell(cli,
		     "  Next   amana deposit or amana list; amana lock when you leave");
}

static void
tell_commands(struct cli *cli)
{
	static const char *const roles[ROLE_COUNT] = {"anyone", "depositor", "reader",
						      "lead",	"auditor",   "admin"};
	const struct command_table *table = cli->commands;

	for (int role = ROLE_ANYONE; role < ROLE_COUNT; role++) {
		CLEANUP(heap_freep) char *line = heap_fmt("  %-10s", roles[role]);
		const char *last = "";

		for (size_t i = 0; table->all[i] != NULL; i++) {
			const char *name = table->all[i]->name;
			size_t len = strcspn(name, " ");
			bool again = strncmp(last, name, len) == 0 && last[len] == ' ' &&
				     name[len] == ' ';
			char *longer;

			if ((int)table->all[i]->role != role &&
			    (role == ROLE_ANYONE || (int)table->all[i]->also != role))
				continue;
			/* becomes "id new|list|show" */
			longer = again ? heap_fmt("%s|%s", line, name + len + 1)
				       : heap_fmt("%s %s%s", line,
						  last[0] != 0 ? " " : "", name);
			last = name;
			if (text_columns(longer) > 79) {
				tell(cli, "%s%s", line, again ? "|" : "");
				free(longer);
				longer = again ? heap_fmt("%-13s %s", "", name + len + 1)
					       : heap_fmt("%-13s%s", "", name);
			}
			free(line);
			line = longer;
		}
		tell(cli, "%s", line);
	}
	tell(cli, "  more       amana COMMAND -h, man amana");
}

static void
tell_you_and_vault(struct cli *cli, const struct identities *mine,
		   const struct amana_status *status, const struct amana_error *err)
{
	CLEANUP(heap_freep)
	char *where =
		cli->vault_path != NULL ? safe(cli->vault_path) : heap_dup("none chosen");
	CLEANUP(heap_freep)
	char *named = cli->config.identity != NULL ? safe(cli->config.identity) : NULL;
	char count[48];

	if (named != NULL || mine->n == 1)
		tell(cli, "  You    %s%s", named != NULL ? named : mine->member,
		     mine->n == 1 && mine->unlocked ? " (unlocked)" : "");
	else
		tell(cli, "  You    one of %s on this login (amana id list)",
		     human_count(mine->n, "person", "people", count));
	tell(cli, "  Vault  %s", where);
	if (err->code != AMANA_OK) {
		CLEANUP(heap_freep) char *what = safe_again(err->msg);

		tell(cli, "         %s%s",
		     err->code == AMANA_E_TAMPERED ? "TAMPERED: " : "", what);
	} else if (status->words[0] != 0) {
		tell(cli, "         \"%s\"", status->words);
	}
}

static void
put_overview(struct cli *cli, const struct identities *mine,
	     const struct amana_status *status)
{
	const char *me = status->member[0] != 0 ? status->member
			 : mine->n == 1		? mine->member
						: NULL;

	json_put(cli->doc, "member", json_text(me));
	json_put(cli->doc, "identities", json_integer((json_int_t)mine->n));
	json_put(cli->doc, "vault", json_text(cli->vault_path));
	json_put(cli->doc, "words",
		 status->words[0] != 0 ? json_text(status->words) : json_null());
}

int
overview(struct cli *cli, struct amana_error *err)
{
	struct identities mine = {.n = 0};
	struct amana_status status = {.batch = 0};
	struct amana_error vault_err = AMANA_ERROR_INIT;

	if (vault_prepare(cli, err) < 0 ||
	    amana_identity_list(&cli->config, count_identity, &mine, err) < 0)
		return -1;
	tell(cli, "Amana keeps evidence sealed and records every act.");
	if (mine.n > 0 && cli->vault_path != NULL)
		(void)open_quietly(cli, &status, &vault_err);
	put_overview(cli, &mine, &status);
	if (mine.n == 0) {
		first_steps(cli);
		return 0;
	}
	tell_you_and_vault(cli, &mine, &status, &vault_err);
	if (cli->vault_path == NULL)
		tell(cli,
		     "  Next   amana -C VAULT join MEMBER.welcome, or amana -C FOLDER init");
	else if (vault_err.code == AMANA_OK)
		tell_what_next(cli, &mine, &status);
	else
		tell(cli, "  Next   amana status");
	tell_commands(cli);
	return vault_err.code == AMANA_E_TAMPERED ? 5 : 0;
}
