/* SPDX-License-Identifier: Apache-2.0 */
#include "sleep_inhibit.h"

#include <stddef.h>

struct nap *
nap_open(void)
{
	return NULL;
}

struct pollfd
nap_wants(const struct nap *nap)
{
	(void)nap;
	return (struct pollfd){.fd = -1};
}

bool
nap_look(struct nap *nap)
{
	(void)nap;
	return false;
}

void
nap_close(struct nap *nap)
{
	(void)nap;
}
