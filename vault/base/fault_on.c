/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one mutable static of the library, present in test builds only: faults are a
 * property of the whole process, as the failures that they imitate are. */
static struct {
	_Atomic int kind;
	_Atomic uint64_t nth, passed;
	_Atomic int sys_errno;
	_Atomic bool forever;
} armed;

static const struct {
	const char *name;
	enum fault_kind kind;
} names[] = {
	{"alloc", FAULT_ALLOC}, {"write", FAULT_WRITE}, {"short", FAULT_SHORT},
	{"fsync", FAULT_FSYNC}, {"link", FAULT_LINK},	{"open", FAULT_OPEN},
	{"read", FAULT_READ},	{"store", FAULT_STORE}, {"kill", FAULT_KILL},
};

void
fault_arm(enum fault_kind kind, uint64_t nth, int sys_errno, bool forever)
{
	armed.passed = 0;
	armed.nth = nth;
	armed.sys_errno = sys_errno;
	armed.forever = forever;
	armed.kind = kind;
}

void
fault_disarm(void)
{
	armed.kind = FAULT_NONE;
}

uint64_t
fault_passed(void)
{
	return armed.passed;
}

__attribute__((constructor)) static void
arm_from_environment(void)
{
	const char *spec = getenv("AMANA_FAULT");
	char name[16];
	unsigned long long nth;
	int sys_errno = EIO;

	if (spec == NULL || sscanf(spec, "%15[a-z]:%llu:%d", name, &nth, &sys_errno) < 2)
		return;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i].name, name) == 0)
			fault_arm(names[i].kind, nth, sys_errno, false);
}

static bool
is_disk_change(enum fault_kind kind)
{
	return kind == FAULT_WRITE || kind == FAULT_FSYNC || kind == FAULT_LINK;
}

bool
fault_fires(enum fault_kind kind)
{
	int wanted = armed.kind;
	uint64_t passed;

	if (wanted == FAULT_KILL && is_disk_change(kind)) {
		if (atomic_fetch_add(&armed.passed, 1) + 1 == armed.nth)
			kill(getpid(), SIGKILL);
		return false;
	}
	if (wanted != (int)kind)
		return false;
	passed = atomic_fetch_add(&armed.passed, 1) + 1;
	if (passed != armed.nth && !(armed.forever && passed > armed.nth))
		return false;
	errno = kind == FAULT_ALLOC ? ENOMEM : armed.sys_errno;
	return true;
}
