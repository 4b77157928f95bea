/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *
amana_code_name(enum amana_code code)
{
	switch (code) {
	case AMANA_OK:
		return "ok";
	case AMANA_E_USAGE:
		return "usage";
	case AMANA_E_NOMEM:
		return "nomem";
	case AMANA_E_IO:
		return "io";
	case AMANA_E_REMOTE:
		return "remote";
	case AMANA_E_LIMIT:
		return "limit";
	case AMANA_E_LOCKED:
		return "locked";
	case AMANA_E_DENIED:
		return "denied";
	case AMANA_E_TAMPERED:
		return "tampered";
	case AMANA_E_FORMAT:
		return "format";
	case AMANA_E_MISSING:
		return "missing";
	case AMANA_E_CONFLICT:
		return "conflict";
	case AMANA_E_CANCELLED:
		return "cancelled";
	case AMANA_E_BUG:
		break;
	}
	return "bug";
}

PRINTF_LIKE(6, 0)
static void
fill(struct amana_error *err, enum amana_code code, int sys_errno, const char *file,
     int line, const char *fmt, va_list args)
{
	err->code = code;
	err->sys_errno = sys_errno;
	err->file = file;
	err->line = line;
	vsnprintf(err->msg, sizeof err->msg, fmt, args);
	text_make_safe(err->msg);
}

int
err_fill_(struct amana_error *err, enum amana_code code, int sys_errno, const char *file,
	  int line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, sys_errno, file, line, fmt, args);
	va_end(args);
	return -1;
}

int
err_sys_(struct amana_error *err, const char *file, int line, const char *fmt, ...)
{
	int sys_errno = errno;
	va_list args;
	char reason[64];
	size_t len;

	va_start(args, fmt);
	fill(err, sys_errno == ENOMEM ? AMANA_E_NOMEM : AMANA_E_IO, sys_errno, file, line,
	     fmt, args);
	va_end(args);
	len = strlen(err->msg);
	/* The GNU strerror_r may return a static string instead of filling the buffer. */
	snprintf(err->msg + len, sizeof err->msg - len, ": %s",
		 strerror_r(sys_errno, reason, sizeof reason));
	return -1;
}

int
err_wrap_(struct amana_error *err, const char *fmt, ...)
{
	char inner[sizeof err->msg];
	va_list args;
	size_t len;

	memcpy(inner, err->msg, sizeof inner);
	va_start(args, fmt);
	vsnprintf(err->msg, sizeof err->msg, fmt, args);
	va_end(args);
	text_make_safe(err->msg);
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof err->msg - len, ": %s", inner);
	text_make_safe(err->msg); /* the cut may have split a character */
	return -1;
}
