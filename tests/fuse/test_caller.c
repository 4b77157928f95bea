/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "caller.h"

#include <sys/prctl.h>
#include <unistd.h>

static void
callers(void)
{
	struct caller caller;
	char name[CALLER_NAME_CAP];

	caller_look(5, getpid(), true, &caller);
	CHECK_STR(caller.thread, "test_caller");
	CHECK_STR(caller.program, "test_caller");
	CHECK(strstr(caller.command, "test_caller") != NULL);
	caller_name(&caller, name);
	CHECK_STR(name, "test_caller");
	/* What a program calls itself is told beside what runs. */
	prctl(PR_SET_NAME, "viewer.py");
	caller_look(5, getpid(), false, &caller);
	caller_name(&caller, name);
	CHECK_STR(name, "viewer.py (test_caller)");
	CHECK(!caller_is_still(
		&(struct caller){.pid = caller.pid, .thread = "test_caller"}));
	CHECK(caller_is_still(&caller));
	caller_look(5, 0, true, &caller);
	caller_name(&caller, name);
	CHECK_STR(name, "(not visible)");
}

int
main(void)
{
	callers();
	return 0;
}
