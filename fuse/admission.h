/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_ADMISSION_H
#define FUSE_ADMISSION_H

#include "attributes.h"
#include "caller.h"
#include "refused_programs.h"

#include "amana/mount.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Which programs may open what is mounted: all but the refused ones, and how often those
 * were refused, for the record of the end.  Of whoever asked last the answer is
 * remembered for a moment, since asking the system for everything again, at each of a
 * thousand files that one program opens in a row, costs more than the opening; only the
 * name is looked at each time.
 */
struct admission;
#define ADMISSION_REFUSALS_MAX ((size_t)64)

/* Borrows the list.  NULL: no memory. */
struct admission *admission_new(const struct refused_programs *list) MUST_CHECK;
/* NULL is fine. */
void admission_free(struct admission *admission);
/* Whether the thread `pid` of that user may open something; *ret_caller is who it is.
 * False was counted.  Any thread. */
bool admission_ask(struct admission *admission, uint32_t uid, pid_t pid,
		   struct caller *ret_caller) MUST_CHECK;
/* How often each name in the list refused somebody, the first that did so first; after
 * ADMISSION_REFUSALS_MAX names no others are counted.  The names are borrowed from the
 * list.  Returns how many.  Any thread. */
size_t admission_refusals(struct admission *admission,
			  struct amana_mount_refusal ret[ADMISSION_REFUSALS_MAX]);

#endif
