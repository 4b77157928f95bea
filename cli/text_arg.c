/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Text that should not stand in a shell's history: titles, notes, sources, reasons,
 * search words. */

#define TEXT_BYTES_MAX 16384

void
warn_history(struct cli *cli, const char *option)
{
	if (!cli->stderr_is_tty || cli->warned_history)
		return;
	cli->warned_history = true;
	tell_aside(cli,
		   "amana: %s is now in the shell's history; left out, it is asked for%s",
		   option, strncmp(option, "--", 2) == 0 ? " (or give @FILE)" : "");
}

static int
open_to_read(struct cli *cli, const char *path, struct amana_error *err)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0) {
		if (cli->stdin_taken)
			return fail(err, AMANA_E_USAGE,
				    "standard input can be read only once");
		cli->stdin_taken = true;
		return STDIN_FILENO;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
				O_NONBLOCK); /* a pipe is waited for below */
	if (fd < 0 && errno == ENOENT)
		return refuse(cli, err, AMANA_E_MISSING,
			      "check the path; @@x means the text @x",
			      "the file '%s' is not there", path);
	if (fd < 0)
		return fail_sys(err, "cannot open '%s'", path);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return fail_sys(err, "cannot read '%s'", path);
	}
	return fd;
}

int
read_small_file(struct cli *cli, const char *path, size_t max, char **ret_text,
		size_t *ret_len, struct amana_error *err)
{
	CLEANUP(heap_freep) char *text = NULL;
	size_t len = 0, cap = 0;
	int fd = open_to_read(cli, path, err), r = 0;

	if (fd < 0)
		return -1;
	for (;;) {
		ssize_t n;

		if (cap - len < 4096) {
			cap = cap * 2 + 8192;
			text = heap_grow(text, cap, 1);
		}
		n = signals_read(fd, text + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			r = fail(err, AMANA_E_CANCELLED, "stopped");
		else if (n < 0)
			r = fail_sys(err, "cannot read '%s'", path);
		else if ((len += (size_t)n) > max)
			r = fail(err, AMANA_E_LIMIT, "'%s' is larger than %zu bytes",
				 path, max);
		if (r < 0 || n == 0)
			break;
	}
	if (fd != STDIN_FILENO)
		close(fd);
	if (r < 0)
		return -1;
	text[len] = 0;
	*ret_text = text;
	*ret_len = len;
	text = NULL;
	return 0;
}

/* Text is UTF-8 without NUL; line feeds at its end are not part of it. */
static int
check_text(const char *option, char *text, size_t len, bool required, char **ret_text,
	   struct amana_error *err)
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		text[--len] = 0;
	if (strspn(text, " \t\r\n") == len)
		len = 0; /* nothing but white space says nothing */
	if (len > 0 && (strlen(text) != len || !text_is_utf8(text, len)))
		return fail(err, AMANA_E_FORMAT, "the text for %s is not UTF-8", option);
	if (len > TEXT_BYTES_MAX)
		return fail(err, AMANA_E_LIMIT, "the text for %s is longer than %d bytes",
			    option, TEXT_BYTES_MAX);
	if (len == 0 && required)
		return fail(err, AMANA_E_USAGE, "the text for %s is empty", option);
	*ret_text = len > 0 ? heap_dup(text) : NULL;
	return 0;
}

int
text_arg(struct cli *cli, const char *given, const char *option, const char *prompt,
	 bool required, char **ret_text, struct amana_error *err)
{
	CLEANUP(heap_freep) char *text = NULL;
	size_t len;

	*ret_text = NULL;
	if (given == NULL && !required && (prompt == NULL || !ask_possible(cli)))
		return 0;
	if (given == NULL) {
		if (ask_text(cli, prompt, option, &text, err) < 0)
			return -1;
	} else if (given[0] == '@' && given[1] != '@') {
		if (given[1] == 0)
			return fail(err, AMANA_E_USAGE,
				    "%s: @ needs a file name, or - for standard input",
				    option);
		if (read_small_file(cli, given + 1, TEXT_BYTES_MAX, &text, &len, err) < 0)
			return -1;
		return check_text(option, text, len, required, ret_text, err);
	} else {
		warn_history(cli, option);
		text = heap_dup(given[0] == '@' ? given + 1 : given);
	}
	return check_text(option, text, strlen(text), required, ret_text, err);
}
