/* SPDX-License-Identifier: Apache-2.0 */
#include "ask.h"

#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "progress.h"
#include "signals.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

/* Questions to a person.  Standard input may be a pipe with evidence in it, so only
 * /dev/tty is asked. */

#define TRIES 5
#define PROMPT_COLUMNS 79
#define LINE_MAX_BYTES 4096

bool
ask_possible(struct cli *cli)
{
	if (cli->no_input)
		return false;
	if (cli->tty == CLI_TTY_NOT_TRIED) {
		cli->tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
		if (cli->tty < 0)
			cli->tty = CLI_TTY_NONE;
	}
	return cli->tty >= 0;
}

int
ask_missing(struct cli *cli, const char *option, struct amana_error *err)
{
	return fail(err, AMANA_E_USAGE, "%s is missing%s", option,
		    cli->no_input ? " and --no-input forbids asking"
				  : " and there is no terminal to ask at");
}

int
ask_need(struct cli *cli, const char *given, const char *option, struct amana_error *err)
{
	return given == NULL && !ask_possible(cli) ? ask_missing(cli, option, err) : 0;
}

static void
tty_write(struct cli *cli, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(cli->tty, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

void
ask_print(struct cli *cli, const char *fmt, ...)
{
	char text[4096];
	va_list args;

	if (!ask_possible(cli))
		return;
	progress_clear(cli);
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	tty_write(cli, text, strlen(text));
	explicit_bzero(text, sizeof text);
}

/* Waits until there is something to read.  1: the program was stopped and continued
 * meanwhile, so the question has to be asked again. */
static int
tty_wait(struct cli *cli, struct amana_error *err)
{
	for (;;) {
		struct pollfd one = {.fd = cli->tty, .events = POLLIN};
		int n = poll(&one, 1, 200);

		if (atomic_load(signals_cancelled()))
			return fail(err, AMANA_E_CANCELLED, "stopped");
		if (signals_echo_resumed())
			return 1;
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return fail_sys(err, "cannot wait for the terminal");
	}
}

/* A line as it is typed, without its LF. */
struct line {
	const char *prompt; /* shown again after the program was stopped and continued */
	bool hidden;	    /* the echo is off */
	char *buf;
	size_t cap, len;
};

static int
ask_again(struct cli *cli, struct line *line, struct amana_error *err)
{
	if (line->hidden && signals_hide_echo(cli->tty) < 0)
		return fail_sys(err, "cannot switch the terminal's echo off");
	tty_write(cli, line->prompt, strlen(line->prompt));
	line->len = 0;
	return 0;
}

static int
read_line(struct cli *cli, struct line *line, struct amana_error *err)
{
	for (;;) {
		int r = tty_wait(cli, err);
		ssize_t n;
		char c;

		if (r < 0)
			return -1;
		if (r > 0) {
			if (ask_again(cli, line, err) < 0)
				return -1;
			continue;
		}
		n = read(cli->tty, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_sys(err, "cannot read from the terminal");
		if (n == 0 && line->len == 0)
			return fail(err, AMANA_E_CANCELLED, "no answer was given");
		if (n == 0 || c == '\n')
			return 0;
		if (c == 0)
			return fail(err, AMANA_E_USAGE, "the answer contains a NUL");
		if (line->len == line->cap)
			return fail(err, AMANA_E_LIMIT,
				    "the answer is longer than %zu bytes", line->cap);
		line->buf[line->len++] = c;
	}
}

int
ask_text(struct cli *cli, const char *prompt, const char *option, char **ret_text,
	 struct amana_error *err)
{
	CLEANUP(heap_freep) char *lines = text_wrap(prompt, PROMPT_COLUMNS, 2);
	char buf[LINE_MAX_BYTES + 1];
	struct line line = {.prompt = lines, .buf = buf, .cap = LINE_MAX_BYTES};
	size_t start = 0;

	if (!ask_possible(cli))
		return ask_missing(cli, option, err);
	progress_clear(cli);
	tty_write(cli, lines, strlen(lines));
	if (read_line(cli, &line, err) < 0) {
		tty_write(cli, "\n", 1);
		return -1;
	}
	while (line.len > 0 && isspace((unsigned char)buf[line.len - 1]))
		line.len--;
	while (start < line.len && isspace((unsigned char)buf[start]))
		start++;
	buf[line.len] = 0;
	*ret_text = heap_dup(buf + start);
	explicit_bzero(buf, sizeof buf);
	return 0;
}

int
ask_hidden(struct cli *cli, struct ask_hidden *ask, struct amana_error *err)
{
	struct line line = {
		.prompt = ask->prompt, .hidden = true, .buf = ask->buf, .cap = ask->cap};
	int r;

	progress_clear(cli);
	if (signals_hide_echo(cli->tty) < 0)
		return fail_sys(err, "cannot switch the terminal's echo off");
	tty_write(cli, ask->prompt, strlen(ask->prompt));
	r = read_line(cli, &line, err);
	if (r < 0) /* the rest of it must not become the shell's next command */
		tcflush(cli->tty, TCIFLUSH);
	signals_show_echo();
	if (!ask->goes_on || r < 0)
		tty_write(cli, "\n", 1);
	ask->len = line.len;
	return r;
}

int
ask_person_yes(struct cli *cli, const char *question, struct amana_error *err)
{
	CLEANUP(heap_freep) char *prompt = heap_fmt("%s [y/N] ", question);

	for (int i = 0; i < TRIES; i++) {
		CLEANUP(heap_freep) char *answer = NULL;

		if (ask_text(cli, prompt, "--yes", &answer, err) < 0)
			return -1;
		if (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0)
			return 1;
		if (answer[0] == 0 || strcasecmp(answer, "n") == 0 ||
		    strcasecmp(answer, "no") == 0)
			return 0;
		ask_print(cli, "  Answer y or n; Enter means n.\n");
	}
	return 0;
}

int
ask_yes(struct cli *cli, const char *question, bool needs_yes, struct amana_error *err)
{
	if (cli->yes)
		return 1;
	if (ask_possible(cli))
		return ask_person_yes(cli, question, err);
	return needs_yes ? ask_missing(cli, "--yes", err) : 1;
}

/* The index of the item that was typed, by its number from 1 or by its first word; -1 if
 * it is neither. */
static int
chosen(const char *answer, const char *const *items, size_t n_items)
{
	size_t len = strlen(answer);
	char *end;
	unsigned long n;

	for (size_t i = 0; i < n_items; i++)
		if (len > 0 && strncasecmp(items[i], answer, len) == 0 &&
		    (items[i][len] == 0 || items[i][len] == ' '))
			return (int)i;
	errno = 0;
	n = strtoul(answer, &end, 10);
	if (len == 0 || !isdigit((unsigned char)answer[0]) || *end != 0 || errno != 0 ||
	    n < 1 || n > n_items)
		return -1;
	return (int)n - 1;
}

int
ask_choice(struct cli *cli, const char *label, const char *const *items, size_t n_items,
	   const char *option, struct amana_error *err)
{
	if (!ask_possible(cli))
		return ask_missing(cli, option, err);
	for (size_t i = 0; i < n_items; i++)
		ask_print(cli, "%-*s %2zu %s%s", (int)strlen(label), i == 0 ? label : "",
			  i + 1, items[i], i + 1 < n_items ? "\n" : "");
	for (int i = 0; i < TRIES; i++) {
		CLEANUP(heap_freep) char *answer = NULL;
		int n;

		if (ask_text(cli, " > ", option, &answer, err) < 0)
			return -1;
		n = chosen(answer, items, n_items);
		if (n >= 0)
			return n;
		ask_print(cli, "  Type a number from 1 to %zu.", n_items);
	}
	return fail(err, AMANA_E_CANCELLED, "nothing was chosen");
}
