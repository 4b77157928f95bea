/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "admission.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The list refuses "thumbs" and "scan*", the latter twice. */
static struct refused_programs *
some_list(void)
{
	const char *const none[] = {NULL};
	struct amana_error err = AMANA_ERROR_INIT;
	struct refused_programs *list;
	char folder[] = "/tmp/test_admission.XXXXXX", path[64];
	FILE *file;

	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/refused-programs", folder);
	file = fopen(path, "w");
	CHECK(file != NULL && fputs("scan* nowhere\nthumbs\nscan*\n", file) >= 0 &&
	      fclose(file) == 0);
	CHECK_OK(refused_programs_load(folder, none, &list, &err), err);
	CHECK(unlink(path) == 0 && rmdir(folder) == 0);
	return list;
}

static bool
ask(struct admission *admission, const char *name, const char *thread)
{
	struct caller caller;
	bool yes;

	prctl(PR_SET_NAME, name);
	yes = admission_ask(admission, 7, getpid(), &caller);
	CHECK_STR(caller.thread, thread);
	CHECK_INT(caller.uid, 7);
	return yes;
}

int
main(void)
{
	struct refused_programs *list = some_list();
	struct admission *admission = admission_new(list);
	struct amana_mount_refusal refusals[ADMISSION_REFUSALS_MAX];
	struct caller caller;

	CHECK(admission != NULL);
	CHECK_INT(admission_refusals(admission, refusals), 0);
	/* Asked often, and each time as what it is by then. */
	for (int i = 0; i < 3; i++)
		CHECK(ask(admission, "viewer", "viewer"));
	for (int i = 0; i < 3; i++)
		CHECK(!ask(admission, "thumbs", "thumbs"));
	CHECK(!ask(admission, "scanner", "scanner"));
	CHECK(!ask(admission, "scan", "scan"));
	CHECK(ask(admission, "viewer", "viewer"));
	usleep(60000); /* what is remembered has passed */
	CHECK(ask(admission, "viewer", "viewer"));
	/* Nobody that can be seen from here. */
	CHECK(admission_ask(admission, 7, 0, &caller));
	CHECK_STR(caller.thread, "");
	CHECK_INT(admission_refusals(admission, refusals), 2);
	CHECK_STR(refusals[0].program, "thumbs");
	CHECK_INT(refusals[0].count, 3);
	CHECK_STR(refusals[1].program, "scan*");
	CHECK_INT(refusals[1].count, 2);
	admission_free(admission);
	admission_free(NULL);
	refused_programs_free(list);
	return 0;
}
