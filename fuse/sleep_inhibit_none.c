/* SPDX-License-Identifier: Apache-2.0 */
#include "sleep_inhibit.h"

#include <stddef.h>

struct sleep_inhibit *
sleep_inhibit_open(void)
{
	return NULL;
}

struct pollfd
sleep_inhibit_pollfd(const struct sleep_inhibit *sleep_inhibit)
{
	(void)sleep_inhibit;
	return (struct pollfd){.fd = -1};
}

bool
sleep_inhibit_look(struct sleep_inhibit *sleep_inhibit)
{
	(void)sleep_inhibit;
	return false;
}

void
sleep_inhibit_close(struct sleep_inhibit *sleep_inhibit)
{
	(void)sleep_inhibit;
}
