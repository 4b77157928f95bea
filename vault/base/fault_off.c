/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"

/* The build without fault hooks: nothing ever fires. */

void
fault_arm(enum fault_kind kind, uint64_t nth, int sys_errno, bool forever)
{
	(void)kind;
	(void)nth;
	(void)sys_errno;
	(void)forever;
}

void
fault_disarm(void)
{
}

uint64_t
fault_passed(void)
{
	return 0;
}

bool
fault_fires(enum fault_kind kind)
{
	(void)kind;
	return false;
}
