/* SPDX-License-Identifier: Apache-2.0 */
#include "human.h"

#include "attributes.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

char *
human_size(uint64_t bytes, char buf[16])
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double n = (double)bytes;
	size_t unit = 0;

	while (unit + 1 < ARRAY_LEN(units) && n >= (unit == 0 ? 1000 : 999.5)) {
		n /= 1000;
		unit++;
	}
	if (unit == 0)
		snprintf(buf, 16, "%" PRIu64 " B", bytes);
	else
		snprintf(buf, 16, "%.*f %s", n < 9.95 ? 1 : 0, n, units[unit]);
	return buf;
}

char *
human_count(uint64_t n, const char *one, const char *many, char buf[48])
{
	snprintf(buf, 48, "%" PRIu64 " %s", n, n == 1 ? one : many);
	return buf;
}

char *
human_range(uint64_t first, uint64_t last, const char *one, const char *many,
	    char buf[64])
{
	if (first == last)
		snprintf(buf, 64, "%s %" PRIu64, one, first);
	else
		snprintf(buf, 64, "%s %" PRIu64 " to %" PRIu64, many, first, last);
	return buf;
}

static bool
local_parts(int64_t at, struct tm *ret)
{
	time_t seconds = (time_t)at;

	return at != 0 && localtime_r(&seconds, ret) != NULL;
}

char *
human_time(int64_t at, char buf[40])
{
	struct tm tm;

	if (!local_parts(at, &tm) || strftime(buf, 40, "%Y-%m-%d %H:%M %z", &tm) == 0)
		snprintf(buf, 40, "-");
	return buf;
}

char *
human_day(int64_t at, char buf[40])
{
	struct tm tm;

	if (!local_parts(at, &tm) || strftime(buf, 40, "%Y-%m-%d", &tm) == 0)
		snprintf(buf, 40, "-");
	return buf;
}

char *
human_short_day(int64_t at, char buf[40])
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct tm tm, tm_now;

	if (!local_parts(at, &tm) || !local_parts((int64_t)time(NULL), &tm_now))
		snprintf(buf, 40, "-");
	else if (tm.tm_year == tm_now.tm_year)
		snprintf(buf, 40, "%d %s", tm.tm_mday, months[tm.tm_mon % 12]);
	else
		snprintf(buf, 40, "%d %s %d", tm.tm_mday, months[tm.tm_mon % 12],
			 tm.tm_year + 1900);
	return buf;
}
