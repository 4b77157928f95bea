/* SPDX-License-Identifier: Apache-2.0 */
#include "tell.h"

#include "cli.h"
#include "heap.h"
#include "progress.h"
#include "text.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS 80     /* of a terminal that does not say */
#define COLUMNS_MIN 40 /* a narrower one is treated as this wide */
#define INDENT 2       /* of the later lines of an aside */

static size_t
width_of(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return COLUMNS;
	return size.ws_col < COLUMNS_MIN ? COLUMNS_MIN : size.ws_col;
}

size_t
tell_columns(void)
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
	print_wrapped(out, text, cli->stdout_taken ? 0 : tell_columns(), indent);
}

void
tell_aside(struct cli *cli, const char *fmt, ...)
{
	CLEANUP(heap_freep) char *text = NULL;
	va_list args;

	progress_clear(cli);
	fflush(stdout);
	va_start(args, fmt);
	text = heap_vfmt(fmt, args);
	va_end(args);
	print_wrapped(stderr, text, cli->stderr_is_tty ? width_of(STDERR_FILENO) : 0,
		      INDENT);
}

void
tell_next(struct cli *cli, const char *fmt, ...)
{
	CLEANUP(heap_freep) char *text = NULL;
	va_list args;

	if (cli->json)
		return;
	va_start(args, fmt);
	text = heap_vfmt(fmt, args);
	va_end(args);
	tell_aside(cli, "Next: %s", text);
}
