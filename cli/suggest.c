/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <string.h>

/* Which command was meant. */

#define WORD_MAX 40

/* Optimal string alignment: insertions, removals, replacements and swapped neighbours. */
static unsigned int
distance(const char *a, const char *b)
{
	unsigned int rows[3][WORD_MAX + 1];
	size_t n_a = strlen(a), n_b = strlen(b);

	if (n_a > WORD_MAX || n_b > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= n_b; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= n_a; i++) {
		unsigned int *now = rows[i % 3], *last = rows[(i + 2) % 3],
			     *before = rows[(i + 1) % 3];

		now[0] = (unsigned int)i;
		for (size_t j = 1; j <= n_b; j++) {
			unsigned int best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return rows[n_a % 3][n_b];
}

const char *
did_you_mean(const char *typed, const char *const *known, size_t n_known)
{
	size_t len = strlen(typed);
	unsigned int best = len < 4 ? 2 : len < 8 ? 3 : 4; /* one less is near enough */
	const char *nearest = NULL;

	for (size_t i = 0; i < n_known; i++) {
		unsigned int apart = distance(typed, known[i]);

		/* What was cut short is meant too, but never taken for it. */
		if (len >= 2 && strncmp(known[i], typed, len) == 0 && apart > 1)
			apart = 1;
		if (apart < best) {
			best = apart;
			nearest = known[i];
		}
	}
	return nearest;
}

static bool
group_of(const char *name, const char *word)
{
	size_t len = strlen(word);

	return strncmp(name, word, len) == 0 && name[len] == ' ';
}

bool
command_is_group(const char *word)
{
	for (size_t i = 0; commands[i] != NULL; i++)
		if (group_of(commands[i]->name, word))
			return true;
	return false;
}

const struct command *
command_find(char **words, int n_words, int *ret_used)
{
	for (size_t i = 0; n_words > 0 && commands[i] != NULL; i++) {
		const char *name = commands[i]->name, *space = strchr(name, ' ');

		if (space == NULL ? strcmp(name, words[0]) != 0
				  : n_words < 2 || !group_of(name, words[0]) ||
					    strcmp(space + 1, words[1]) != 0)
			continue;
		*ret_used = space == NULL ? 1 : 2;
		return commands[i];
	}
	return NULL;
}

int
command_unknown(struct cli *cli, const char *group, const char *typed,
		struct amana_error *err)
{
	const char *names[64];
	const char *near;
	size_t n = 0;

	for (size_t i = 0; commands[i] != NULL && n < ARRAY_LEN(names); i++) {
		const char *space = strchr(commands[i]->name, ' ');

		if (group == NULL ? space == NULL : group_of(commands[i]->name, group))
			names[n++] = group == NULL ? commands[i]->name : space + 1;
	}
	for (size_t i = 0; group == NULL && command_groups[i] != NULL; i++)
		names[n++] = command_groups[i];
	near = did_you_mean(typed, names, n);
	if (near != NULL)
		return refuse(
			cli, err, AMANA_E_USAGE,
			group == NULL ? "the commands: amana help" : NULL,
			"there is no command '%s%s%s'; did you mean 'amana %s%s%s'?",
			group != NULL ? group : "", group != NULL ? " " : "", typed,
			group != NULL ? group : "", group != NULL ? " " : "", near);
	return refuse(cli, err, AMANA_E_USAGE,
		      group == NULL ? "the commands: amana help" : NULL,
		      "there is no command '%s%s%s'", group != NULL ? group : "",
		      group != NULL ? " " : "", typed);
}
