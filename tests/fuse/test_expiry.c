/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "expiry.h"

#include <sys/stat.h>
#include <unistd.h>

/* A mount ends by the clock that goes on while the machine sleeps, after sleeping, and
 * when the login's folder goes. */
int
main(void)
{
	const struct clocks begin = {.boot_ms = 5000000, .monotonic_ms = 1000000};
	struct clocks now = begin;
	struct expiry expiry;
	char folder[] = "/tmp/test_expiry.XXXXXX";

	expiry_start(&expiry, now, 60, NULL);
	CHECK(expiry_reason(&expiry, now) == NULL);
	CHECK_INT(expiry_wait_ms(&expiry, now, 1000), 1000);
	now.boot_ms += 59500;
	now.monotonic_ms += 59500;
	CHECK(expiry_reason(&expiry, now) == NULL);
	CHECK_INT(expiry_wait_ms(&expiry, now, 1000), 500);
	now.boot_ms += 500;
	now.monotonic_ms += 500;
	CHECK_STR(expiry_reason(&expiry, now), "time is over");
	CHECK_INT(expiry_wait_ms(&expiry, now, 1000), 0);

	expiry_start(&expiry, begin, 0, NULL);
	now = begin;
	now.boot_ms += 86400000;
	now.monotonic_ms += 86400000;
	CHECK(expiry_reason(&expiry, now) == NULL);
	CHECK_INT(expiry_wait_ms(&expiry, now, 1000), 1000);
	now.boot_ms += EXPIRY_SLEPT_MS; /* the other clock stood still */
	CHECK_STR(expiry_reason(&expiry, now), "the machine was suspended");

	CHECK(mkdtemp(folder) != NULL);
	expiry_start(&expiry, begin, 0, folder);
	CHECK(expiry_reason(&expiry, begin) == NULL);
	CHECK_INT(rmdir(folder), 0);
	CHECK_STR(expiry_reason(&expiry, begin), "logged out");
	/* Where there was no such folder its absence says nothing. */
	expiry_start(&expiry, begin, 0, folder);
	CHECK(expiry_reason(&expiry, begin) == NULL);

	/* The real clocks agree with each other closely enough to be told from sleeping.
	 */
	expiry_start(&expiry, clocks_now(), 0, NULL);
	CHECK(expiry_reason(&expiry, clocks_now()) == NULL);
	return 0;
}
