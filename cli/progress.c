/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include "cli.h"
#include "clocks.h"
#include "heap.h"
#include "human.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Seconds. */
#define TTY_EVERY 0.1
#define JSON_EVERY 0.1
#define PLAIN_AFTER 5.0 /* a job that is shorter needs no line */
#define PLAIN_EVERY 10.0
#define RATE_AFTER 0.15 /* before that a rate or the time left would be a guess */
#define LEFT_AFTER 2.0

#define COLUMNS 80
#define BAR 20 /* characters between the brackets */

const char *const progress_kinds[] = {"tty", "plain", "json", "none", NULL};

struct progress_bar {
	char phase[24];
	double began, printed; /* by seconds_now; printed 0: nothing yet */
	bool shown;	       /* it stands on the terminal now */
};

void
progress_choose(struct cli *cli)
{
	const char *term = getenv("TERM");

	cli->progress = cli->stderr_is_tty && term != NULL && strcmp(term, "dumb") != 0
				? PROGRESS_TTY
				: PROGRESS_PLAIN;
	for (int kind = 0; progress_kinds[kind] != NULL; kind++)
		if (cli->progress_given != NULL &&
		    strcmp(cli->progress_given, progress_kinds[kind]) == 0)
			cli->progress = (enum progress_kind)kind;
}

/* Of a clock that only moves forward. */
static double
seconds_now(void)
{
	return (double)clocks_monotonic_ms() / 1000;
}

/* From 0 to 1, or a little more where there was more than expected; -1: not known. */
static double
share_of(const struct amana_progress *p)
{
	if (p->total_bytes > 0)
		return (double)p->done_bytes / (double)p->total_bytes;
	return p->total_items > 0 ? (double)p->done_items / (double)p->total_items : -1;
}

static void
time_left(double seconds, char out[24])
{
	unsigned int s = seconds > 359999 ? 359999 : (unsigned int)(seconds + 0.5);

	if (s >= 3600)
		snprintf(out, 24, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(out, 24, "%u:%02u", s / 60, s % 60);
}

/* What follows the phase or the bar: "46%  312 of 1000  48 MB  120 MB/s  0:12 left". */
static void
describe(const struct progress_bar *state, const struct amana_progress *p, double now,
	 char *out, size_t cap)
{
	double took = now - state->began, share = share_of(p);
	char size[16], rate[16], left[24];
	size_t n = 0;

#define ADD(...)                                                                         \
	(n += (size_t)snprintf(out + n, cap - n, __VA_ARGS__), n = n < cap ? n : cap - 1)
	if (share >= 0)
		ADD("%3.0f%%", (share > 1 ? 1 : share) * 100);
	if (p->total_items > 1)
		ADD("  %" PRIu64 " of %" PRIu64, p->done_items, p->total_items);
	else if (p->done_items > 0 && p->total_items == 0)
		ADD("  %" PRIu64, p->done_items);
	if (p->done_bytes > 0)
		ADD("  %s", human_size(p->done_bytes, size));
	if (took > RATE_AFTER && p->done_bytes > 0)
		ADD("  %s/s", human_size((uint64_t)((double)p->done_bytes / took), rate));
	if (took > LEFT_AFTER && share > 0.001 && share < 1) {
		time_left(took / share - took, left);
		ADD("  %s left", left);
	}
#undef ADD
}

static void
print_bar(struct progress_bar *state, const struct amana_progress *p, double now)
{
	char text[160] = "", bar[BAR + 1], line[256];
	double share = share_of(p);
	size_t width = COLUMNS,
	       full = share > 0 ? (size_t)((share > 1 ? 1 : share) * BAR) : 0;
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
	    size.ws_col < COLUMNS)
		width = size.ws_col;
	memset(bar, ' ', BAR);
	memset(bar, '#', full);
	bar[BAR] = 0;
	describe(state, p, now, text, sizeof text);
	if (share >= 0)
		snprintf(line, sizeof line, "%s [%s] %s", p->phase, bar, text);
	else
		snprintf(line, sizeof line, "%s %s", p->phase, text);
	/* The line is filled with spaces rather than erased by a code: a terminal that
	 * was forced with --progress tty may know no codes. */
	fprintf(stderr, "\r%-*.*s", (int)width - 1, (int)width - 1, line);
	fflush(stderr);
	state->shown = true;
}

static void
print_json(const struct amana_progress *p)
{
	fprintf(stderr,
		"{\"progress\":{\"phase\":\"%s\",\"done_items\":%" PRIu64
		",\"total_items\":%" PRIu64 ",\"done_bytes\":%" PRIu64
		",\"total_bytes\":%" PRIu64 "}}\n",
		p->phase, p->done_items, p->total_items, p->done_bytes, p->total_bytes);
	fflush(stderr);
}

static void
print_plain(const struct progress_bar *state, const struct amana_progress *p, double now)
{
	char text[160] = "";

	describe(state, p, now, text, sizeof text);
	fprintf(stderr, "%s %s\n", p->phase, text);
}

void
progress_callback(void *ctx, const struct amana_progress *p)
{
	struct cli *cli = ctx;
	struct progress_bar *state = cli->bar;
	double now = seconds_now();
	bool fresh;

	if (cli->progress == PROGRESS_NONE)
		return;
	if (state == NULL)
		state = cli->bar = heap_new(1, sizeof *state);
	fresh = strncmp(state->phase, p->phase, sizeof state->phase - 1) != 0;
	if (fresh) {
		progress_clear(cli);
		snprintf(state->phase, sizeof state->phase, "%s", p->phase);
		state->began = now;
		state->printed = 0;
	}
	switch (cli->progress) {
	case PROGRESS_TTY:
		if (now - state->printed < TTY_EVERY || now - state->began < TTY_EVERY)
			return;
		print_bar(state, p, now);
		break;
	case PROGRESS_JSON:
		if (now - state->printed < JSON_EVERY)
			return;
		print_json(p);
		break;
	default:
		if (now - state->began < PLAIN_AFTER ||
		    now - state->printed < PLAIN_EVERY)
			return;
		print_plain(state, p, now);
	}
	state->printed = now;
}

void
progress_clear(struct cli *cli)
{
	if (cli->bar == NULL || !cli->bar->shown)
		return;
	fprintf(stderr, "\r%*s\r", COLUMNS - 1, "");
	fflush(stderr);
	cli->bar->shown = false;
}

void
progress_done(struct cli *cli)
{
	progress_clear(cli);
	free(cli->bar);
	cli->bar = NULL;
}
