/* SPDX-License-Identifier: Apache-2.0 */
#include "time_arg.h"

#include "fail.h"

#include <stddef.h>
#include <time.h>

/* There is one spelling of each form, and nothing is guessed. */

static int
digits(const char **at, size_t n_min, size_t n_max, int64_t *ret)
{
	size_t n = 0;
	int64_t value = 0;

	for (; n < n_max && **at >= '0' && **at <= '9'; n++, (*at)++)
		value = value * 10 + (**at - '0');
	if (n < n_min)
		return -1;
	*ret = value;
	return 0;
}

static int
literal(const char **at, char c)
{
	if (**at != c)
		return -1;
	(*at)++;
	return 0;
}

static int
parse_duration(const char *text, int64_t *ret_seconds)
{
	int64_t n, unit;

	if (digits(&text, 1, 6, &n) < 0 || n == 0)
		return -1;
	switch (*text) {
	case 'm':
		unit = 60;
		break;
	case 'h':
		unit = 3600;
		break;
	case 'd':
		unit = 86400;
		break;
	default:
		return -1;
	}
	if (text[1] != 0)
		return -1;
	*ret_seconds = n * unit;
	return 0;
}

/* timegm() makes 2 March of 30 February; a date that it has to change is none. */
static bool
same_day(const struct tm *a, const struct tm *b)
{
	return a->tm_year == b->tm_year && a->tm_mon == b->tm_mon &&
	       a->tm_mday == b->tm_mday;
}

static int
parse_day(const char **at, struct tm *ret)
{
	int64_t year, month, day;
	struct tm check;

	if (digits(at, 4, 4, &year) < 0 || literal(at, '-') < 0 ||
	    digits(at, 2, 2, &month) < 0 || literal(at, '-') < 0 ||
	    digits(at, 2, 2, &day) < 0)
		return -1;
	if (year < 1970 || month < 1 || month > 12 || day < 1)
		return -1;
	*ret = (struct tm){.tm_year = (int)year - 1900,
			   .tm_mon = (int)month - 1,
			   .tm_mday = (int)day};
	check = *ret;
	return timegm(&check) < 0 || !same_day(&check, ret) ? -1 : 0;
}

/* The offset of a time zone, in seconds east of UTC. */
static int
parse_offset(const char **at, int64_t *ret)
{
	int64_t hours, minutes, sign = **at == '-' ? -1 : 1;

	if (**at == 'Z' || **at == 'z') {
		(*at)++;
		*ret = 0;
		return 0;
	}
	if (**at != '+' && **at != '-')
		return -1;
	(*at)++;
	if (digits(at, 2, 2, &hours) < 0 || literal(at, ':') < 0 ||
	    digits(at, 2, 2, &minutes) < 0 || hours > 23 || minutes > 59)
		return -1;
	*ret = sign * (hours * 3600 + minutes * 60);
	return 0;
}

/* What follows the day in a time of RFC 3339; fractions of a second are dropped. */
static int
parse_clock(const char *at, struct tm day, int64_t *ret_at)
{
	int64_t hour, minute, second, offset, fraction;

	if (digits(&at, 2, 2, &hour) < 0 || literal(&at, ':') < 0 ||
	    digits(&at, 2, 2, &minute) < 0 || literal(&at, ':') < 0 ||
	    digits(&at, 2, 2, &second) < 0 || hour > 23 || minute > 59 || second > 60)
		return -1;
	if (*at == '.') {
		at++;
		if (digits(&at, 1, 9, &fraction) < 0)
			return -1;
	}
	if (parse_offset(&at, &offset) < 0 || *at != 0)
		return -1;
	day.tm_hour = (int)hour;
	day.tm_min = (int)minute;
	day.tm_sec = (int)second;
	*ret_at = (int64_t)timegm(&day) - offset;
	return *ret_at > 0 ? 0 : -1;
}

static int
parse_date(const char *text, int64_t now, int64_t *ret_at)
{
	struct tm day, local;
	int64_t seconds;

	if (text[0] == '+') {
		if (parse_duration(text + 1, &seconds) < 0)
			return -1;
		*ret_at = now + seconds;
		return 0;
	}
	if (parse_day(&text, &day) < 0)
		return -1;
	if (*text == 'T' || *text == 't' || *text == ' ')
		return parse_clock(text + 1, day, ret_at);
	if (*text != 0)
		return -1;
	local = day;
	local.tm_hour = 23;
	local.tm_min = local.tm_sec = 59;
	local.tm_isdst = -1;
	*ret_at = (int64_t)mktime(&local);
	return *ret_at > 0 && same_day(&local, &day) ? 0 : -1;
}

int
time_arg_duration(struct cli *cli, const char *text, const char *option,
		  int64_t *ret_seconds, struct amana_error *err)
{
	if (parse_duration(text, ret_seconds) < 0)
		return fail_advise(cli, err, AMANA_E_USAGE, "a duration is 5m, 2h or 14d",
				   "%s: '%s' is no duration", option, text);
	return 0;
}

int
time_arg_date(struct cli *cli, const char *text, const char *option, int64_t *ret_at,
	      struct amana_error *err)
{
	if (parse_date(text, (int64_t)time(NULL), ret_at) < 0)
		return fail_advise(
			cli, err, AMANA_E_USAGE,
			"a date is 2026-04-30 (the end of that day), 2026-04-30T17:00:00+03:00, or +14d",
			"%s: '%s' is no date", option, text);
	return 0;
}
