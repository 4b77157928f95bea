/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "policy.h"

#include <sys/prctl.h>
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

static void
refusing(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct policy *policy;
	struct caller caller;

	CHECK_OK(policy_parse("# a comment\n\ntumblerd # why\n  *-thumbnailer\n"
			      "kioworker thumbnail\nlocalsearch-extractor-3\n",
			      "list", &policy, &err),
		 err);
	CHECK(policy_needs_command(policy));
	caller = called("cat", "cat", "cat", "");
	CHECK(policy_refuses(policy, &caller) == NULL);
	caller = called("", "", "", "");
	CHECK(policy_refuses(policy, &caller) == NULL);
	caller = called("tumblerd", "x", "y", "");
	CHECK_STR(policy_refuses(policy, &caller), "tumblerd");
	caller = called("x", "tumblerd", "y", "");
	CHECK(policy_refuses(policy, &caller) != NULL);
	caller = called("x", "y", "tumblerd", "");
	CHECK(policy_refuses(policy, &caller) != NULL);
	caller = called("x", "y", "evince-thumbnailer", "");
	CHECK_STR(policy_refuses(policy, &caller), "*-thumbnailer");
	caller = called("tumblerdx", "tumbler", "tumblerd2", "");
	CHECK(policy_refuses(policy, &caller) == NULL);
	/* The system cuts names at 15 bytes. */
	caller = called("localsearch-ext", "x", "y", "");
	CHECK(policy_refuses(policy, &caller) != NULL);
	caller = called("localsearch-ex", "x", "y", "");
	CHECK(policy_refuses(policy, &caller) == NULL);
	/* A second word must be in the command line. */
	caller = called("kioworker", "kioworker", "kioworker", "kioworker file.so");
	CHECK(policy_refuses(policy, &caller) == NULL);
	caller = called("kioworker", "kioworker", "kioworker", "kioworker thumbnail.so");
	CHECK_STR(policy_refuses(policy, &caller), "kioworker");
	policy_free(policy);
}

static void
lists(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct policy *policy;
	struct caller caller = called("tumblerd", "tumblerd", "tumblerd", "");
	const char *const nowhere[] = {"/nonexistent", NULL};
	char *many = calloc(1024 * 8 + 16, 1);

	CHECK_OK(policy_parse("", "list", &policy, &err), err);
	CHECK(policy_refuses(policy, &caller) == NULL);
	policy_free(policy);
	CHECK_FAILS(policy_parse("a\nb c d\n", "list", &policy, &err), err,
		    AMANA_E_FORMAT);
	CHECK(strstr(err.msg, "line 2") != NULL);
	for (size_t i = 0; i < 1025; i++)
		memcpy(many + i * 2, "a\n", 2);
	CHECK_FAILS(policy_parse(many, "list", &policy, &err), err, AMANA_E_LIMIT);
	memset(many, 'a', 100);
	many[100] = 0;
	CHECK_FAILS(policy_parse(many, "list", &policy, &err), err, AMANA_E_FORMAT);
	/* Without a list nothing is mounted: it is not taken for an empty one. */
	CHECK_FAILS(policy_load("", nowhere, &policy, &err), err, AMANA_E_MISSING);
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
	struct policy *policy;
	struct caller caller;

	CHECK_OK(policy_load("/nonexistent", folders, &policy, &err), err);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		caller = called(refused[i], refused[i], refused[i], "");
		CHECK(policy_refuses(policy, &caller) != NULL);
	}
	for (size_t i = 0; i < ARRAY_LEN(welcome); i++) {
		caller = called(welcome[i], welcome[i], welcome[i], "");
		CHECK(policy_refuses(policy, &caller) == NULL);
	}
	policy_free(policy);
}

static void
callers(void)
{
	struct caller caller;
	char name[POLICY_NAME_CAP + 24];

	caller_look(5, getpid(), true, &caller);
	CHECK_STR(caller.thread, "test_policy");
	CHECK_STR(caller.program, "test_policy");
	CHECK(strstr(caller.command, "test_policy") != NULL);
	caller_name(&caller, name);
	CHECK_STR(name, "test_policy");
	/* What a program calls itself is told beside what runs. */
	prctl(PR_SET_NAME, "viewer.py");
	caller_look(5, getpid(), false, &caller);
	caller_name(&caller, name);
	CHECK_STR(name, "viewer.py (test_policy)");
	caller_look(5, 0, true, &caller);
	caller_name(&caller, name);
	CHECK_STR(name, "(not visible)");
}

int
main(void)
{
	refusing();
	lists();
	shipped();
	callers();
	return 0;
}
