/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "refused_programs.h"

#include <sys/stat.h>
#include <unistd.h>

static struct caller
called(const char *thread, const char *leader, const char *program, const char *command)
{
	struct caller caller = {.pid = 1};

	snprintf(caller.thread, sizeof caller.thread, "%s", thread);
	snprintf(caller.leader, sizeof caller.leader, "%s", leader);
	snprintf(caller.program, sizeof caller.program, "%s", program);
	snprintf(caller.command, sizeof caller.command, "%s", command);
	return caller;
}

/* As if a person had written that list of his own. */
static int
load(const char *text, struct refused_programs **ret_list, struct amana_error *err)
{
	const char *const none[] = {NULL};
	char folder[] = "/tmp/test_refused.XXXXXX", path[64];
	FILE *file;
	int r;

	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/refused-programs", folder);
	file = fopen(path, "w");
	CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
	r = refused_programs_load(folder, none, ret_list, err);
	CHECK(unlink(path) == 0 && rmdir(folder) == 0);
	return r;
}

static void
refusing(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct refused_programs *list;
	struct caller caller;

	CHECK_OK(load("# a comment\n\ntumblerd # why\n  *-thumbnailer\n"
		      "kioworker thumbnail\nlocalsearch-extractor-3\n",
		      &list, &err),
		 err);
	CHECK(refused_programs_need_command(list));
	caller = called("cat", "cat", "cat", "");
	CHECK(refused_programs_match(list, &caller) == NULL);
	caller = called("", "", "", "");
	CHECK(refused_programs_match(list, &caller) == NULL);
	caller = called("tumblerd", "x", "y", "");
	CHECK_STR(refused_programs_match(list, &caller), "tumblerd");
	caller = called("x", "tumblerd", "y", "");
	CHECK(refused_programs_match(list, &caller) != NULL);
	caller = called("x", "y", "tumblerd", "");
	CHECK(refused_programs_match(list, &caller) != NULL);
	caller = called("x", "y", "evince-thumbnailer", "");
	CHECK_STR(refused_programs_match(list, &caller), "*-thumbnailer");
	caller = called("tumblerdx", "tumbler", "tumblerd2", "");
	CHECK(refused_programs_match(list, &caller) == NULL);
	/* The system cuts names at 15 bytes. */
	caller = called("localsearch-ext", "x", "y", "");
	CHECK(refused_programs_match(list, &caller) != NULL);
	caller = called("localsearch-ex", "x", "y", "");
	CHECK(refused_programs_match(list, &caller) == NULL);
	/* A second word must be in the command line. */
	caller = called("kioworker", "kioworker", "kioworker", "kioworker file.so");
	CHECK(refused_programs_match(list, &caller) == NULL);
	caller = called("kioworker", "kioworker", "kioworker", "kioworker thumbnail.so");
	CHECK_STR(refused_programs_match(list, &caller), "kioworker");
	refused_programs_free(list);
}

static void
lists(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct refused_programs *list;
	struct caller caller = called("tumblerd", "tumblerd", "tumblerd", "");
	const char *const nowhere[] = {"/nonexistent", NULL};
	char *many = calloc(1024 * 8 + 16, 1);

	CHECK_OK(load("", &list, &err), err);
	CHECK(refused_programs_match(list, &caller) == NULL);
	refused_programs_free(list);
	CHECK_FAILS(load("a\nb c d\n", &list, &err), err, AMANA_E_FORMAT);
	CHECK(strstr(err.msg, "line 2") != NULL);
	for (size_t i = 0; i < 1025; i++)
		memcpy(many + i * 2, "a\n", 2);
	CHECK_FAILS(load(many, &list, &err), err, AMANA_E_LIMIT);
	memset(many, 'a', 100);
	many[100] = 0;
	CHECK_FAILS(load(many, &list, &err), err, AMANA_E_FORMAT);
	/* Without a list nothing is mounted: it is not taken for an empty one. */
	CHECK_FAILS(refused_programs_load("", nowhere, &list, &err), err,
		    AMANA_E_MISSING);
	free(many);
}

static void
shipped(void)
{
	static const char *const refused[] = {
		"tumblerd",   "tracker-extract-3", "tracker-miner-fs-3",
		"baloo_file", "updatedb",	   "clamd",
		"clamscan"};
	static const char *const welcome[] = {
		"evince", "vlc",  "mpv",      "soffice.bin", "cp",	   "tar",
		"rsync",  "bash", "nautilus", "thunar",	     "python3.11", "evince-x"};
	const char *const folders[] = {FUSE_FOLDER, NULL};
	struct amana_error err = AMANA_ERROR_INIT;
	struct refused_programs *list;
	struct caller caller;

	CHECK_OK(refused_programs_load("/nonexistent", folders, &list, &err), err);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		caller = called(refused[i], refused[i], refused[i], "");
		CHECK(refused_programs_match(list, &caller) != NULL);
	}
	for (size_t i = 0; i < ARRAY_LEN(welcome); i++) {
		caller = called(welcome[i], welcome[i], welcome[i], "");
		CHECK(refused_programs_match(list, &caller) == NULL);
	}
	refused_programs_free(list);
}

int
main(void)
{
	refusing();
	lists();
	shipped();
	return 0;
}
