/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include "cli.h"
#include "fail.h"
#include "suggest.h"

#include <string.h>

bool
command_opts_end(const struct opt *opt)
{
	return opt == NULL || (opt->name == NULL && opt->letter == 0);
}

const char *
command_in_group(const struct command *command, const char *group)
{
	size_t len = strlen(group);

	return strncmp(command->name, group, len) == 0 && command->name[len] == ' '
		       ? command->name + len + 1
		       : NULL;
}

bool
command_is_group(const struct command_table *table, const char *word)
{
	for (size_t i = 0; table->all[i] != NULL; i++)
		if (command_in_group(table->all[i], word) != NULL)
			return true;
	return false;
}

const struct command *
command_find(const struct command_table *table, char **words, int n_words, int *ret_used)
{
	for (size_t i = 0; n_words > 0 && table->all[i] != NULL; i++) {
		const struct command *command = table->all[i];
		const char *second = command_in_group(command, words[0]);
		bool both =
			second != NULL && n_words > 1 && strcmp(second, words[1]) == 0;

		if (!both && strcmp(command->name, words[0]) != 0)
			continue;
		*ret_used = both ? 2 : 1;
		return command;
	}
	return NULL;
}

/* The words that could have been meant: the commands of the group, or without a group all
 * commands of one word and all groups.  Returns how many there are. */
static size_t
candidates(const struct command_table *table, const char *group, const char **names,
	   size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; table->all[i] != NULL && n < cap; i++) {
		const struct command *command = table->all[i];
		const char *name = group != NULL ? command_in_group(command, group)
				   : strchr(command->name, ' ') == NULL ? command->name
									: NULL;

		if (name != NULL)
			names[n++] = name;
	}
	for (size_t i = 0; group == NULL && table->groups[i] != NULL && n < cap; i++)
		names[n++] = table->groups[i];
	return n;
}

int
command_unknown(struct cli *cli, const char *group, const char *typed,
		struct amana_error *err)
{
	const char *names[64];
	size_t n = candidates(cli->commands, group, names, ARRAY_LEN(names));
	const char *near = suggest(typed, names, n);
	const char *remedy = group == NULL ? "the commands: amana help" : NULL;
	const char *before = group != NULL ? group : "",
		   *space = group != NULL ? " " : "";

	if (near != NULL)
		return fail_advise(
			cli, err, AMANA_E_USAGE, remedy,
			"there is no command '%s%s%s'; did you mean 'amana %s%s%s'?",
			before, space, typed, before, space, near);
	return fail_advise(cli, err, AMANA_E_USAGE, remedy,
			   "there is no command '%s%s%s'", before, space, typed);
}
