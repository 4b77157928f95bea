/* SPDX-License-Identifier: Apache-2.0 */
#include "wakeup.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int
wakeup_new(void)
{
	return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void
wakeup_send(int fd)
{
	const uint64_t one = 1;

	IGNORE(write(fd, &one, sizeof one));
}

void
wakeup_clear(int fd)
{
	uint64_t count;

	IGNORE(read(fd, &count, sizeof count));
}
