/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include "check.h"

#include <errno.h>

/* Errors as values: what fills, keeps and drops the reason. */

static struct amana_error err;

/* As somebody who used err before leaves it. */
static void
leave_traces(void)
{
	(void)err_item(&err, AMANA_REASON_DISPOSED, AMANA_E_MISSING, "HK-1/7 is gone");
	err.told = true;
	err.sys_errno = EIO;
}

static void
test_a_code_alone_has_no_reason(void)
{
	leave_traces();
	CHECK_INT(err_set(&err, AMANA_E_DENIED, "no"), -1);
	CHECK_INT(err.code, AMANA_E_DENIED);
	CHECK_INT(err.reason, AMANA_REASON_NONE);
	CHECK_INT(err.sys_errno, 0);
	CHECK(!err.names_item && !err.told);
}

static void
test_a_reason(void)
{
	leave_traces();
	CHECK_INT(err_reason(&err, AMANA_REASON_NO_VAULT, AMANA_E_MISSING, "none at '%s'",
			     "/x"),
		  -1);
	CHECK_INT(err.code, AMANA_E_MISSING);
	CHECK_INT(err.reason, AMANA_REASON_NO_VAULT);
	CHECK_STR(err.msg, "none at '/x'");
	CHECK(!err.names_item && !err.told);
	leave_traces();
	CHECK(err.names_item);
}

static void
test_more_context_keeps_it(void)
{
	leave_traces();
	CHECK_INT(err_wrap(&err, "batch %d", 3), -1);
	CHECK_STR(err.msg, "batch 3: HK-1/7 is gone");
	CHECK_INT(err.code, AMANA_E_MISSING);
	CHECK_INT(err.reason, AMANA_REASON_DISPOSED);
	CHECK(err.names_item && err.told);
}

static void
test_another_code_drops_it(void)
{
	leave_traces();
	err_recode(&err, AMANA_E_TAMPERED);
	CHECK_INT(err.code, AMANA_E_TAMPERED);
	CHECK_INT(err.reason, AMANA_REASON_NONE);
	CHECK_STR(err.msg, "HK-1/7 is gone");
}

static void
test_what_the_system_says(void)
{
	static const struct {
		int sys_errno;
		enum amana_code code;
		enum amana_reason reason;
	} cases[] = {
		{ENOENT, AMANA_E_IO, AMANA_REASON_NO_PATH},
		{ENOTDIR, AMANA_E_IO, AMANA_REASON_NO_PATH},
		{EEXIST, AMANA_E_IO, AMANA_REASON_EXISTS},
		{EISDIR, AMANA_E_IO, AMANA_REASON_IS_FOLDER},
		{EACCES, AMANA_E_IO, AMANA_REASON_NOT_PERMITTED},
		{EPERM, AMANA_E_IO, AMANA_REASON_NOT_PERMITTED},
		{EROFS, AMANA_E_IO, AMANA_REASON_READ_ONLY},
		{ENOSPC, AMANA_E_IO, AMANA_REASON_DISK_FULL},
		{EDQUOT, AMANA_E_IO, AMANA_REASON_DISK_FULL},
		{EMFILE, AMANA_E_IO, AMANA_REASON_TOO_MANY_OPEN},
		{EIO, AMANA_E_IO, AMANA_REASON_NONE},
		{ENOMEM, AMANA_E_NOMEM, AMANA_REASON_NONE},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		leave_traces();
		errno = cases[i].sys_errno;
		CHECK_INT(err_sys(&err, "cannot"), -1);
		CHECK_INT(err.code, cases[i].code);
		CHECK_INT(err.reason, cases[i].reason);
		CHECK_INT(err.sys_errno, cases[i].sys_errno);
		CHECK(!err.names_item && !err.told);
	}
}

static void
test_every_reason_has_a_name_of_its_own(void)
{
	const char *none = amana_reason_name(AMANA_REASON_NONE);

	CHECK_STR(none, "none");
	CHECK_STR(amana_reason_name(AMANA_REASON_WRONG_PASSPHRASE), "wrong-passphrase");
	CHECK_STR(amana_reason_name(AMANA_REASON_MOUNT_ENDED), "mount-ended");
	for (int i = 0; i < AMANA_REASONS; i++) {
		const char *name = amana_reason_name((enum amana_reason)i);

		CHECK(name != NULL && strlen(name) > 0);
		CHECK_INT(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
		for (int j = 0; j < i; j++)
			CHECK(strcmp(name, amana_reason_name((enum amana_reason)j)) != 0);
	}
	CHECK_STR(amana_reason_name((enum amana_reason)AMANA_REASONS), none);
	CHECK_STR(amana_reason_name((enum amana_reason) - 1), none);
}

int
main(void)
{
	RUN(test_a_code_alone_has_no_reason);
	RUN(test_a_reason);
	RUN(test_more_context_keeps_it);
	RUN(test_another_code_drops_it);
	RUN(test_what_the_system_says);
	RUN(test_every_reason_has_a_name_of_its_own);
	return 0;
}
