/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "json.h"
#include "mounts.h"
#include "operand.h"
#include "safe.h"
#include "tell.h"

#include <string.h>

/* amana unmount ends a mount, and clears away what is left of one whose program has
 * ended. */

struct unmount_args {
	bool now;
};
static const struct opt opts[] = {
	{"now", 0, OPT_FLAG, NULL, "although files are open; their programs are cut off",
	 offsetof(struct unmount_args, now), NULL},
	OPT_END,
};

static int
end_at(struct cli *cli, const struct mounted_list *list, const char *dir, bool now,
       struct amana_error *err)
{
	CLEANUP(heap_freep) char *shown = safe(dir);

	for (size_t i = 0; i < list->n; i++) {
		const struct mounted *one = &list->all[i];

		if (strcmp(one->dir, dir) != 0)
			continue;
		if (mounts_end(cli, one, now, err) < 0)
			return -1;
		json_put(cli->doc, "dir", json_text(dir));
		json_put(cli->doc, "crashed", json_boolean(!one->answers));
		if (one->answers)
			tell(cli, "Unmounted %s", shown);
		else
			tell(cli,
			     "Cleared %s: the program behind it had ended without unmounting, so the end of the mount is not on record",
			     shown);
		return 0;
	}
	return fail_advise(cli, err, AMANA_E_MISSING, "amana status lists your mounts",
			   "no mount of yours is at '%s'", shown);
}

static int
run_unmount(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct unmount_args *given = args;
	CLEANUP(heap_freep) char *typed = NULL;
	CLEANUP(heap_freep) char *dir = NULL;
	struct mounted_list list;
	int r;

	if (mounts_list(&list, err) < 0)
		return -1;
	if (n == 0 && list.n == 1)
		dir = heap_dup(list.all[0].dir);
	else if (operand_text(cli, n > 0 ? operands[0] : NULL,
			      "Folder to unmount: ", "DIR", &typed, err) == 0)
		dir = mounts_path(typed);
	r = dir != NULL ? end_at(cli, &list, dir, given->now, err) : -1;
	mounts_free(&list);
	return r;
}

const struct command cmd_unmount = {
	.name = "unmount",
	.operands = "[DIR]",
	.summary = "end a mount",
	.details = "Without DIR: the only mount there is.",
	.role = ROLE_READER,
	.n_max = 1,
	.args_size = sizeof(struct unmount_args),
	.opts = opts,
	.run = run_unmount,
};
