/* SPDX-License-Identifier: Apache-2.0 */
#include "small_file.h"

#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
				O_NONBLOCK); /* a pipe's writer is waited for below, where
						the program can be stopped */
	if (fd < 0 && errno == ENOENT)
		return fail_advise(cli, err, AMANA_E_MISSING,
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
small_file_read(struct cli *cli, const char *path, size_t max, char **ret_text,
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
