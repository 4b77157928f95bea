/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/mount/mount.h"

#include "session/sync.h"

/*
 * An outcome is told by what a call returns, and never by what an earlier call left in
 * the error.  Here sync_case answers, to the mount alone, that this person may not read
 * the case: which it says with 1, and without touching the error.
 */
static int
sync_nothing(struct session *session, const struct state_case *a_case,
	     struct amana_error *err)
{
	(void)session;
	(void)a_case;
	(void)err;
	return 1;
}

#define sync_case sync_nothing
#include "flow/mount/mount.c"
#undef sync_case

static struct evidence evidence;

static void
test_error_of_before(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	const struct amana_mount_request request = {
		.case_name = CASE, .reason = "hearing", .dir = "/x"};
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_mount *mount = NULL;

	evidence_new(&evidence, 1);
	vault = person_open(&evidence.reader);
	err_set(&err, AMANA_E_IO, "the disk was full an hour ago");
	CHECK_FAILS(flow_mount_open(vault, &request, &mount, &err), err, AMANA_E_BUG);
	CHECK(mount == NULL);
	office_done(&evidence.office);
}

int
main(void)
{
	RUN(test_error_of_before);
	return 0;
}
