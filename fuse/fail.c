/* SPDX-License-Identifier: Apache-2.0 */
#include "fail.h"

#include "name.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
fail(struct amana_error *err, enum amana_code code, const char *fmt, ...)
{
	char raw[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(raw, sizeof raw, fmt, args);
	va_end(args);
	*err = (struct amana_error){.code = code, .file = "fuse"};
	name_for_message(raw, err->msg, sizeof err->msg);
	return -1;
}

int
fail_sys(struct amana_error *err, const char *fmt, ...)
{
	int sys_errno = errno;
	char raw[512], text[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(raw, sizeof raw, fmt, args);
	va_end(args);
	(void)fail(err, sys_errno == ENOMEM ? AMANA_E_NOMEM : AMANA_E_IO, "%s: %s", raw,
		   strerror_r(sys_errno, text, sizeof text));
	err->sys_errno = sys_errno;
	err->reason = amana_reason_of_errno(sys_errno);
	return -1;
}

int
fail_errno(enum amana_code code)
{
	switch (code) {
	case AMANA_E_DENIED:
	case AMANA_E_LOCKED:
		return EACCES;
	case AMANA_E_MISSING:
		return ENOENT;
	case AMANA_E_NOMEM:
		return ENOMEM;
	default:
		return EIO;
	}
}
