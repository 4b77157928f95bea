/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_FAIL_H
#define FUSE_FAIL_H

#include "attributes.h"

#include "amana/error.h"

/* The errors of amana-mount's own.  Any thread. */

/* Fills err with one line, made safe for a terminal, and returns -1. */
int fail(struct amana_error *err, enum amana_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* The same for a call of the system that failed: AMANA_E_IO or AMANA_E_NOMEM, and what
 * errno means is added to the line. */
int fail_sys(struct amana_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The errno value that programs get to see for such an error. */
int fail_errno(enum amana_code code);

#endif
