/* SPDX-License-Identifier: Apache-2.0 */
#include "who.h"

#include "ask.h"
#include "cli.h"
#include "fail.h"
#include "heap.h"

#include "amana/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct only_member {
	char member[AMANA_MEMBER_MAX + 1];
	char **codes;
	size_t n;
};

static int
collect_member(void *ctx, const struct amana_identity_info *info)
{
	struct only_member *found = ctx;

	found->codes = heap_grow(found->codes, found->n + 1, sizeof found->codes[0]);
	found->codes[found->n++] = heap_dup(info->member);
	return 0;
}

/* The staff code in the name of an identity file, MEMBER.age. */
static int
member_of_file(const char *path, char ret_member[AMANA_MEMBER_MAX + 1],
	       struct amana_error *err)
{
	const char *base = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
	CLEANUP(heap_freep) char *code = heap_fmt("%.*s", (int)strcspn(base, "."), base);

	if (!amana_is_member(code))
		return fail(
			err, AMANA_E_USAGE,
			"the file '%s' does not say whose identity it is: name the member",
			path);
	snprintf(ret_member, AMANA_MEMBER_MAX + 1, "%s", code);
	return 0;
}

int
who_member(struct cli *cli, char ret_member[AMANA_MEMBER_MAX + 1],
	   struct amana_error *err)
{
	struct only_member found = {.n = 0};
	int r = 0, chosen = 0;

	if (cli->config.identity != NULL && amana_is_member(cli->config.identity)) {
		snprintf(ret_member, AMANA_MEMBER_MAX + 1, "%s", cli->config.identity);
		return 0;
	}
	if (cli->config.identity != NULL)
		return member_of_file(cli->config.identity, ret_member, err);
	r = amana_identity_list(&cli->config, collect_member, &found, err);
	if (r == 0 && found.n == 0)
		r = fail_advise(cli, err, AMANA_E_MISSING, "make one: amana id new",
				"there is no identity on this login");
	if (r == 0 && found.n > 1)
		r = chosen = ask_choice(cli, "You", (const char *const *)found.codes,
					found.n, "--identity", err);
	if (r >= 0)
		snprintf(ret_member, AMANA_MEMBER_MAX + 1, "%s", found.codes[chosen]);
	for (size_t i = 0; i < found.n; i++)
		free(found.codes[i]);
	free(found.codes);
	return r < 0 ? -1 : 0;
}
