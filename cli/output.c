/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What a person reads. */

static size_t
width_of(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col < 40 ? 40 : size.ws_col;
}

size_t
terminal_width(void)
{
	return isatty(STDOUT_FILENO) ? width_of(STDOUT_FILENO) : 0;
}

void
tell(struct cli *cli, const char *fmt, ...)
{
	FILE *out = cli->stdout_taken ? stderr : stdout;
	va_list args;

	if (cli->json)
		return;
	progress_clear(cli);
	va_start(args, fmt);
	vfprintf(out, fmt, args);
	va_end(args);
	fputc('\n', out);
}

static void
print_wrapped(FILE *out, const char *text, size_t width, size_t indent)
{
	CLEANUP(heap_freep) char *lines = text_wrap(text, width, indent);

	fprintf(out, "%s\n", lines);
}

void
tell_wrapped(struct cli *cli, size_t indent, const char *fmt, ...)
{
	FILE *out = cli->stdout_taken ? stderr : stdout;
	CLEANUP(heap_freep) char *text = NULL;
	va_list args;

	if (cli->json)
		return;
	progress_clear(cli);
	va_start(args, fmt);
	text = heap_vfmt(fmt, args);
	va_end(args);
	print_wrapped(out, text, cli->stdout_taken ? 0 : terminal_width(), indent);
}

void
say(struct cli *cli, const char *fmt, ...)
{
	CLEANUP(heap_freep) char *text = NULL;
	va_list args;

	progress_clear(cli);
	fflush(stdout);
	va_start(args, fmt);
	text = heap_vfmt(fmt, args);
	va_end(args);
	print_wrapped(stderr, text, cli->stderr_is_tty ? width_of(STDERR_FILENO) : 0, 2);
}

void
next_step(struct cli *cli, const char *fmt, ...)
{
	CLEANUP(heap_freep) char *text = NULL;
	va_list args;

	if (cli->json)
		return;
	va_start(args, fmt);
	text = heap_vfmt(fmt, args);
	va_end(args);
	say(cli, "Next: %s", text);
}

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

static bool
local_parts(int64_t at, struct tm *ret)
{
	time_t seconds = (time_t)at;

	return at != 0 && localtime_r(&seconds, ret) != NULL;
}

char *
local_time(int64_t at, char buf[40])
{
	struct tm tm;

	if (!local_parts(at, &tm) || strftime(buf, 40, "%Y-%m-%d %H:%M %z", &tm) == 0)
		snprintf(buf, 40, "-");
	return buf;
}

char *
local_day(int64_t at, char buf[40])
{
	struct tm tm;

	if (!local_parts(at, &tm) || strftime(buf, 40, "%Y-%m-%d", &tm) == 0)
		snprintf(buf, 40, "-");
	return buf;
}

char *
short_day(int64_t at, char buf[40])
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

char *
utc_time(int64_t at, char buf[40])
{
	time_t seconds = (time_t)at;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(buf, 40, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(buf, 40, "-");
	return buf;
}
