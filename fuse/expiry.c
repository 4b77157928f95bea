/* SPDX-License-Identifier: Apache-2.0 */
#include "expiry.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool
is_gone(const char *folder)
{
	struct stat st;

	return folder[0] != 0 && stat(folder, &st) < 0 &&
	       (errno == ENOENT || errno == ENOTDIR);
}

void
expiry_start(struct expiry *expiry, struct clocks now, int64_t seconds, const char *login)
{
	*expiry =
		(struct expiry){.ends_ms = seconds > 0 ? now.boot_ms + seconds * 1000 : 0,
				.apart_ms = now.boot_ms - now.monotonic_ms};
	if (login != NULL && login[0] == '/' && strlen(login) < sizeof expiry->login &&
	    !is_gone(login))
		snprintf(expiry->login, sizeof expiry->login, "%s", login);
}

const char *
expiry_reason(const struct expiry *expiry, struct clocks now)
{
	int64_t apart = now.boot_ms - now.monotonic_ms;

	if (expiry->ends_ms > 0 && now.boot_ms >= expiry->ends_ms)
		return "time is over";
	if (apart - expiry->apart_ms >= EXPIRY_SLEPT_MS)
		return "the machine was suspended";
	if (is_gone(expiry->login))
		return "logged out";
	return NULL;
}

int
expiry_wait_ms(const struct expiry *expiry, struct clocks now, int most)
{
	int64_t left = expiry->ends_ms - now.boot_ms;

	if (expiry->ends_ms == 0 || left >= most)
		return most;
	return left > 0 ? (int)left : 0;
}
