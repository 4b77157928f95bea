/* SPDX-License-Identifier: Apache-2.0 */
#include "fail.h"

#include "cli.h"
#include "heap.h"
#include "safe.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

PRINTF_LIKE(3, 0)
static void
fill(struct amana_error *err, enum amana_code code, const char *fmt, va_list args)
{
	char raw[1024];
	CLEANUP(heap_freep) char *clean = NULL;

	vsnprintf(raw, sizeof raw, fmt, args);
	clean = safe_again(raw);
	*err = (struct amana_error){.code = code, .file = "cli"};
	snprintf(err->msg, sizeof err->msg, "%s", clean);
	text_trim(err->msg);
}

int
fail(struct amana_error *err, enum amana_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, fmt, args);
	va_end(args);
	return -1;
}

int
fail_reason(struct amana_error *err, enum amana_reason reason, enum amana_code code,
	    const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, fmt, args);
	va_end(args);
	err->reason = reason;
	return -1;
}

int
fail_sys(struct amana_error *err, const char *fmt, ...)
{
	int sys_errno = errno;
	va_list args;
	size_t len;

	va_start(args, fmt);
	fill(err, sys_errno == ENOMEM ? AMANA_E_NOMEM : AMANA_E_IO, fmt, args);
	va_end(args);
	err->reason = amana_reason_of_errno(sys_errno);
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof err->msg - len, ": %s", strerror(sys_errno));
	text_trim(err->msg);
	err->sys_errno = sys_errno;
	return -1;
}

void
fail_next(struct cli *cli, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(cli->remedy, sizeof cli->remedy, fmt, args);
	va_end(args);
}

int
fail_advise(struct cli *cli, struct amana_error *err, enum amana_code code,
	    const char *remedy, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, fmt, args);
	va_end(args);
	if (remedy != NULL)
		fail_next(cli, "%s", remedy);
	return -1;
}
