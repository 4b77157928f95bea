/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "watch.h"

#include <sys/stat.h>
#include <unistd.h>

/* A mount ends by the clock that goes on while the machine sleeps, after sleeping, and
 * when the login's folder goes. */
int
main(void)
{
	const struct watch_clocks begin = {.boot_ms = 5000000, .monotonic_ms = 1000000};
	struct watch_clocks now = begin;
	struct watch watch;
	char folder[] = "/tmp/test_watch.XXXXXX";

	watch_start(&watch, now, 60, NULL);
	CHECK(watch_look(&watch, now) == NULL);
	CHECK_INT(watch_wait(&watch, now, 1000), 1000);
	now.boot_ms += 59500;
	now.monotonic_ms += 59500;
	CHECK(watch_look(&watch, now) == NULL);
	CHECK_INT(watch_wait(&watch, now, 1000), 500);
	now.boot_ms += 500;
	now.monotonic_ms += 500;
	CHECK_STR(watch_look(&watch, now), "time is over");
	CHECK_INT(watch_wait(&watch, now, 1000), 0);

	watch_start(&watch, begin, 0, NULL);
	now = begin;
	now.boot_ms += 86400000;
	now.monotonic_ms += 86400000;
	CHECK(watch_look(&watch, now) == NULL);
	CHECK_INT(watch_wait(&watch, now, 1000), 1000);
	now.boot_ms += WATCH_SLEPT_MS; /* the other clock stood still */
	CHECK_STR(watch_look(&watch, now), "the machine was suspended");

	CHECK(mkdtemp(folder) != NULL);
	watch_start(&watch, begin, 0, folder);
	CHECK(watch_look(&watch, begin) == NULL);
	CHECK_INT(rmdir(folder), 0);
	CHECK_STR(watch_look(&watch, begin), "logged out");
	/* Where there was no such folder its absence says nothing. */
	watch_start(&watch, begin, 0, folder);
	CHECK(watch_look(&watch, begin) == NULL);

	/* The real clocks agree with each other closely enough to be told from sleeping.
	 */
	watch_start(&watch, watch_clocks_now(), 0, NULL);
	CHECK(watch_look(&watch, watch_clocks_now()) == NULL);
	return 0;
}
