/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * Loaded before libc by 27-sleep.sh: what a program sees of a machine that has slept.  Once the file $AMANA_TEST_SLEPT is there, the clock
 * that goes on during sleep is an hour ahead of the one that stands still; in real sleep, too, nothing else changes.
 */
int clock_gettime(clockid_t id, struct timespec *ret);

__attribute__((visibility("default"))) int
clock_gettime(clockid_t id, struct timespec *ret)
{
	const char *file = getenv("AMANA_TEST_SLEPT");
	int r = (int)syscall(SYS_clock_gettime, id, ret);

	if (r == 0 && id == CLOCK_BOOTTIME && file != NULL && access(file, F_OK) == 0)
		ret->tv_sec += 3600;
	return r;
}
