/* SPDX-License-Identifier: Apache-2.0 */
#include "operand.h"

#include "ask.h"
#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "human.h"

#include "amana/case.h"
#include "amana/identity.h"

#include <stdlib.h>
#include <string.h>

int
operand_check_member(struct cli *cli, const char *text, struct amana_error *err)
{
	if (amana_is_member(text))
		return 0;
	return fail_advise(
		cli, err, AMANA_E_USAGE,
		"a staff code is one to five capitals, a dash and digits: S-014",
		"'%s' looks like a name; staff codes are public for ever, so a code looks like S-014",
		text);
}

int
operand_text(struct cli *cli, const char *given, const char *prompt, const char *name,
	     char **ret_text, struct amana_error *err)
{
	if (given != NULL) {
		if (given[0] == 0)
			return fail(err, AMANA_E_USAGE, "%s is empty", name);
		*ret_text = heap_dup(given);
		return 0;
	}
	if (ask_text(cli, prompt, name, ret_text, err) < 0)
		return -1;
	if ((*ret_text)[0] != 0)
		return 0;
	free(*ret_text);
	*ret_text = NULL;
	return fail(err, AMANA_E_CANCELLED, "no answer was given");
}

/* ---- the person's own cases, numbered ---- */

struct own_cases {
	const char *const *as_any;
	char **codes, **lines;
	size_t n;
};

static int
collect_case(void *ctx, const struct amana_case *info)
{
	struct own_cases *own = ctx;
	char day[40];
	bool wanted = own->as_any == NULL;

	for (size_t i = 0; !wanted && own->as_any[i] != NULL; i++)
		wanted = strcmp(own->as_any[i], info->as) == 0;
	if (!wanted || info->code[0] == 0 || strcmp(info->code, "-") == 0)
		return 0;
	own->codes = heap_grow(own->codes, own->n + 1, sizeof own->codes[0]);
	own->lines = heap_grow(own->lines, own->n + 1, sizeof own->lines[0]);
	own->codes[own->n] = heap_dup(info->code);
	own->lines[own->n++] = info->until != 0
				       ? heap_fmt("%s (until %s)", info->code,
						  human_short_day(info->until, day))
				       : heap_dup(info->code);
	return 0;
}

int
operand_case(struct cli *cli, const char *given, const char *const *as_any,
	     char **ret_case, struct amana_error *err)
{
	struct own_cases own = {.as_any = as_any};
	int r, chosen = 0;

	if (given != NULL) {
		*ret_case = heap_dup(given);
		return 0;
	}
	if (!ask_possible(cli))
		return ask_missing(cli, "CASE", err);
	r = amana_case_list(cli->vault, collect_case, &own, err);
	if (r == 0 && own.n == 0)
		r = fail_advise(
			cli, err, AMANA_E_MISSING,
			"a lead grants you one: amana case grant CASE MEMBER --as ...",
			"you have no case here");
	if (r == 0)
		r = chosen = ask_choice(cli, "Case", (const char *const *)own.lines,
					own.n, "CASE", err);
	if (r >= 0)
		*ret_case = heap_dup(own.codes[chosen]);
	for (size_t i = 0; i < own.n; i++) {
		free(own.codes[i]);
		free(own.lines[i]);
	}
	free(own.codes);
	free(own.lines);
	return r < 0 ? -1 : 0;
}
