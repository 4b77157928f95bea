/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Fault injection, compiled in by -Dfault_hooks=true and absent otherwise (fault_off.c).
 *
 * A test arms one kind; the n-th passage of a point of that kind fails, once or from then
 * on. Points stand in base/mem.c (allocations), base/file.c (each write, fsync, link,
 * ...) and in the store seam.  Counters are atomic; any thread may pass a point. The
 * environment arms it for a whole program: AMANA_FAULT=KIND:N[:ERRNO], for instance
 * "write:3:28" (28 = ENOSPC); "short:3" makes the third write a short one.
 */
enum fault_kind {
	FAULT_NONE,
	FAULT_ALLOC,
	FAULT_WRITE, /* write fails with the armed errno, nothing written */
	FAULT_SHORT, /* write stores half, then fails with the armed errno at the next
			write */
	FAULT_FSYNC,
	FAULT_LINK, /* linkat, renameat2, unlinkat, mkdirat */
	FAULT_OPEN,
	FAULT_READ,
	FAULT_STORE, /* one call over the store seam */
	FAULT_KILL,  /* the process ends at once, as by kill -9, at the n-th write, fsync
			or link */
};

/* The nth passage (from 1) of a point of this kind fails with sys_errno, and all after
 * it if `forever`. */
void fault_arm(enum fault_kind kind, uint64_t nth, int sys_errno, bool forever);
/* No point fires any more. */
void fault_disarm(void);
/* How many points of the armed kind have been passed since fault_arm. */
uint64_t fault_passed(void);
/* True when this passage must fail; sets errno to the armed value. */
bool fault_fires(enum fault_kind kind);

#endif
