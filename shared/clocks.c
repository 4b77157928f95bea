/* SPDX-License-Identifier: Apache-2.0 */
#include "clocks.h"

#include <time.h>

static int64_t
read_ms(clockid_t id)
{
	struct timespec now = {0};

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct clocks
clocks_now(void)
{
	return (struct clocks){.boot_ms = read_ms(CLOCK_BOOTTIME),
			       .monotonic_ms = read_ms(CLOCK_MONOTONIC)};
}

int64_t
clocks_monotonic_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}
