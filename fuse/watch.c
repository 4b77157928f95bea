/* SPDX-License-Identifier: Apache-2.0 */
#include "watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static int64_t
clock_ms(clockid_t id)
{
	struct timespec now = {0};

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct watch_clocks
watch_clocks_now(void)
{
	return (struct watch_clocks){.boot_ms = clock_ms(CLOCK_BOOTTIME),
				     .monotonic_ms = clock_ms(CLOCK_MONOTONIC)};
}

static bool
is_gone(const char *folder)
{
	struct stat st;

	return folder[0] != 0 && stat(folder, &st) < 0 &&
	       (errno == ENOENT || errno == ENOTDIR);
}

void
watch_start(struct watch *watch, struct watch_clocks now, int64_t seconds,
	    const char *login)
{
	*watch = (struct watch){.ends_ms = seconds > 0 ? now.boot_ms + seconds * 1000 : 0,
				.asleep_ms = now.boot_ms - now.monotonic_ms};
	if (login != NULL && login[0] == '/' && strlen(login) < sizeof watch->login &&
	    !is_gone(login))
		snprintf(watch->login, sizeof watch->login, "%s", login);
}

const char *
watch_look(struct watch *watch, struct watch_clocks now)
{
	int64_t asleep = now.boot_ms - now.monotonic_ms;

	if (watch->ends_ms > 0 && now.boot_ms >= watch->ends_ms)
		return "time is over";
	if (asleep - watch->asleep_ms >= WATCH_SLEPT_MS)
		return "the machine was suspended";
	if (is_gone(watch->login))
		return "logged out";
	return NULL;
}

int
watch_wait(const struct watch *watch, struct watch_clocks now, int most)
{
	int64_t left = watch->ends_ms - now.boot_ms;

	if (watch->ends_ms == 0 || left >= most)
		return most;
	return left > 0 ? (int)left : 0;
}
