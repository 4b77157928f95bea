/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "amana/error.h"

#include <stddef.h>

/*
 * Filling struct amana_error.  Each macro fills *err and evaluates to -1, so that the
 * usual line is
 *
 *	return err_sys(err, "cannot open '%s'", path);
 *
 * Fill once where it happens; above, only err_wrap() with new context.  Text from files
 * or other people that goes into a message is made safe for a terminal here: control
 * characters and invalid UTF-8 come out as '?'.
 */
#define err_set(err, code, ...) err_fill_(err, code, 0, __FILE__, __LINE__, __VA_ARGS__)
/* The same with the reason that decides what can be done about it. */
#define err_reason(err, reason, code, ...)                                               \
	err_reason_(err, reason, code, __FILE__, __LINE__, __VA_ARGS__)
/* The same of one item among several (an exhibit, a path) that the message names. */
#define err_item(err, reason, code, ...)                                                 \
	err_item_(err, reason, code, __FILE__, __LINE__, __VA_ARGS__)
/* AMANA_E_IO with errno (ENOMEM becomes AMANA_E_NOMEM), its reason and its text appended.
 */
#define err_sys(err, ...) err_sys_(err, __FILE__, __LINE__, __VA_ARGS__)
/* Puts "context: " in front of the message that is there; all else stays. */
#define err_wrap(err, ...) err_wrap_(err, __VA_ARGS__)
#define err_nomem(err) err_set(err, AMANA_E_NOMEM, "out of memory")
#define err_bug(err, ...) err_set(err, AMANA_E_BUG, __VA_ARGS__)

#define MUST_CHECK __attribute__((warn_unused_result))
/* The one way to drop a MUST_CHECK result: where failing makes no difference that anybody
 * could act on, which a comment beside it says unless it is plain. */
#define IGNORE(call) ((void)!(call))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* What was found, seen from here, is another code.  The reason belonged to the old one
 * and is dropped; the message stays. */
void err_recode(struct amana_error *err, enum amana_code code);

/* Behind the macros.  sys_errno 0: none; else the reason is that of the errno. */
int err_fill_(struct amana_error *err, enum amana_code code, int sys_errno,
	      const char *file, int line, const char *fmt, ...) PRINTF_LIKE(6, 7);
int err_reason_(struct amana_error *err, enum amana_reason reason, enum amana_code code,
		const char *file, int line, const char *fmt, ...) PRINTF_LIKE(6, 7);
int err_item_(struct amana_error *err, enum amana_reason reason, enum amana_code code,
	      const char *file, int line, const char *fmt, ...) PRINTF_LIKE(6, 7);
int err_sys_(struct amana_error *err, const char *file, int line, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
int err_wrap_(struct amana_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
