/* SPDX-License-Identifier: Apache-2.0 */
#include "passphrase.h"

#include "ask.h"
#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "safe.h"
#include "signals.h"

#include "amana/identity.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where passphrases come from: a person, or SOURCE.  They stay in locked memory. */

#define CAP AMANA_PASSPHRASE_MAX
#define TRIES 3

/* Reads the bytes up to the first LF, one at a time: what follows them in a pipe is for
 * the next reader. */
static int
read_up_to_lf(int fd, const char *source, char *buf, size_t *ret_len,
	      struct amana_error *err)
{
	size_t len = 0;

	for (;;) {
		char c;
		ssize_t n = signals_read(fd, &c, 1);

		if (n < 0 && errno == EINTR)
			return fail(err, AMANA_E_CANCELLED, "stopped");
		if (n < 0)
			return fail_sys(err, "cannot read the passphrase from %s",
					source);
		if (n == 0 || c == '\n')
			break;
		if (c == 0)
			return fail(err, AMANA_E_USAGE,
				    "the passphrase from %s contains a NUL", source);
		if (len == CAP)
			return fail(err, AMANA_E_LIMIT,
				    "the passphrase from %s is longer than %d bytes",
				    source, CAP);
		buf[len++] = c;
	}
	if (len == 0)
		return fail(err, AMANA_E_USAGE, "the passphrase from %s is empty",
			    source);
	*ret_len = len;
	return 0;
}

static int
from_fd(const char *source, char *buf, size_t *ret_len, struct amana_error *err)
{
	char *end;
	long fd;

	errno = 0;
	fd = strtol(source + 3, &end, 10);
	if (!isdigit((unsigned char)source[3]) || *end != 0 || errno != 0 || fd > 1 << 20)
		return fail(err, AMANA_E_USAGE,
			    "'%s' is no passphrase source; fd:N wants a number", source);
	if (fcntl((int)fd, F_GETFD) < 0)
		return fail(err, AMANA_E_USAGE, "'%s': that descriptor is not open",
			    source);
	return read_up_to_lf((int)fd, source, buf, ret_len, err);
}

static int
from_file(const char *source, char *buf, size_t *ret_len, struct amana_error *err)
{
	/* O_NONBLOCK, since opening a pipe would wait for its writer and could not be
	 * stopped; read_up_to_lf() waits, and can be. */
	int fd = open(source + 5, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int r;

	if (fd < 0 && errno == ENOENT)
		return fail_reason(err, AMANA_REASON_NO_PATH, AMANA_E_MISSING,
				   "the passphrase file '%s' is not there", source + 5);
	if (fd < 0)
		return fail_sys(err, "cannot open the passphrase file '%s'", source + 5);
	r = read_up_to_lf(fd, source, buf, ret_len, err);
	close(fd);
	return r;
}

static int
from_env(const char *source, char *buf, size_t *ret_len, struct amana_error *err)
{
	const char *value = getenv(source + 4);
	size_t len;

	if (value == NULL)
		return fail(err, AMANA_E_USAGE, "the environment has no '%s' (%s)",
			    source + 4, source);
	len = strcspn(value, "\n");
	if (len == 0 || len > CAP)
		return fail(err, len == 0 ? AMANA_E_USAGE : AMANA_E_LIMIT,
			    "the passphrase from %s is %s", source,
			    len == 0 ? "empty" : "too long");
	memcpy(buf, value, len);
	*ret_len = len;
	return 0;
}

/* 1: it is to be asked for at the terminal. */
static int
from_source(const char *source, char *buf, size_t *ret_len, struct amana_error *err)
{
	if (source == NULL || strcmp(source, "tty") == 0)
		return 1;
	if (strncmp(source, "fd:", 3) == 0)
		return from_fd(source, buf, ret_len, err);
	if (strncmp(source, "file:", 5) == 0)
		return from_file(source, buf, ret_len, err);
	if (strncmp(source, "env:", 4) == 0)
		return from_env(source, buf, ret_len, err);
	/* This may be a passphrase that was typed in the wrong place, so it is not
	 * repeated. */
	return fail(
		err, AMANA_E_USAGE,
		"a passphrase source is tty, fd:N, file:PATH or env:NAME, never the passphrase itself");
}

static int
ask_open(struct cli *cli, const char *code, char *buf, size_t *ret_len,
	 struct amana_error *err)
{
	CLEANUP(heap_freep) char *who = safe(code);
	CLEANUP(heap_freep)
	char *prompt = heap_fmt("Passphrase%s%s: ", code[0] != 0 ? " for " : "",
				code[0] != 0 ? who : "");
	struct ask_hidden ask = {.prompt = prompt, .buf = buf, .cap = CAP};

	if (!ask_possible(cli))
		return ask_missing(cli, "--passphrase", err);
	if (ask_hidden(cli, &ask, err) < 0)
		return -1;
	if (ask.len == 0)
		return fail(err, AMANA_E_CANCELLED, "no passphrase was given");
	*ret_len = ask.len;
	return 0;
}

/* Makes generated words comparable: in lower case, one space between them, none at the
 * ends.  Returns the new length. */
static size_t
squeeze(char *words, size_t len)
{
	size_t out = 0;

	for (size_t i = 0; i < len; i++) {
		if (isspace((unsigned char)words[i]) &&
		    (out == 0 || words[out - 1] == ' '))
			continue;
		words[out++] = isspace((unsigned char)words[i])
				       ? ' '
				       : (char)tolower((unsigned char)words[i]);
	}
	while (out > 0 && words[out - 1] == ' ')
		out--;
	return out;
}

/* Asks for a new passphrase twice; if nothing is typed the first time, seven words are
 * made and shown, to be typed once.  1: the second was not the same, ask again. */
static int
ask_new_once(struct cli *cli, char *buf, char *again, size_t *ret_len,
	     struct amana_error *err)
{
	struct ask_hidden first = {
		.prompt = "Passphrase (Enter: seven words are made for you): ",
		.goes_on = true,
		.buf = buf,
		.cap = CAP};
	struct ask_hidden second = {.prompt = "   again: ", .buf = again, .cap = CAP};
	bool made;

	if (ask_hidden(cli, &first, err) < 0)
		return -1;
	made = first.len == 0;
	if (made) {
		if (amana_passphrase_words(buf, &first.len, err) < 0)
			return -1;
		ask_print(
			cli,
			"\nYour passphrase. Write it down; nobody can recover it:\n  %.*s\n",
			(int)first.len, buf);
		second.prompt = "Type it once to be sure: ";
	}
	if (ask_hidden(cli, &second, err) < 0)
		return -1;
	if (made)
		second.len = squeeze(again, second.len);
	if (first.len != second.len || memcmp(buf, again, first.len) != 0) {
		ask_print(cli, "  That was not the same.\n");
		return 1;
	}
	*ret_len = first.len;
	return 0;
}

static int
ask_new(struct cli *cli, char *buf, size_t *ret_len, struct amana_error *err)
{
	char *again;
	int r = 1;

	if (!ask_possible(cli))
		return ask_missing(cli, "--new-passphrase", err);
	again = amana_secret_alloc(CAP, err);
	if (again == NULL)
		return -1;
	for (int i = 0; i < TRIES && r == 1; i++)
		r = ask_new_once(cli, buf, again, ret_len, err);
	amana_secret_free(again);
	return r == 1 ? fail(err, AMANA_E_CANCELLED, "no passphrase was agreed on") : r;
}

/* Keeps it for the rest of this run: an act may need it twice. */
static int
keep(struct passphrase *kept, const char *buf, size_t len, struct amana_error *err)
{
	amana_secret_free(kept->bytes);
	kept->bytes = amana_secret_alloc(CAP, err);
	if (kept->bytes == NULL)
		return -1;
	memcpy(kept->bytes, buf, len);
	kept->len = len;
	return 0;
}

int
passphrase_callback(void *ctx, enum amana_why why, const char *code, char *buf,
		    size_t *ret_len, struct amana_error *err)
{
	struct cli *cli = ctx;
	bool is_new = why == AMANA_WHY_NEW;
	struct passphrase *kept =
		is_new ? &cli->new_passphrase_had : &cli->passphrase_had;
	int r;

	if (kept->bytes != NULL) {
		memcpy(buf, kept->bytes, kept->len);
		*ret_len = kept->len;
		return 0;
	}
	r = from_source(is_new ? cli->new_passphrase : cli->passphrase, buf, ret_len,
			err);
	if (r > 0)
		r = is_new ? ask_new(cli, buf, ret_len, err)
			   : ask_open(cli, code, buf, ret_len, err);
	if (r < 0)
		return -1;
	return keep(kept, buf, *ret_len, err);
}

void
passphrase_use_new(struct cli *cli)
{
	if (cli->new_passphrase_had.bytes == NULL)
		return;
	amana_secret_free(cli->passphrase_had.bytes);
	cli->passphrase_had = cli->new_passphrase_had;
	cli->new_passphrase_had = (struct passphrase){.bytes = NULL};
}

void
passphrase_wipe(struct cli *cli)
{
	amana_secret_free(cli->passphrase_had.bytes);
	amana_secret_free(cli->new_passphrase_had.bytes);
	cli->passphrase_had = cli->new_passphrase_had =
		(struct passphrase){.bytes = NULL};
}
