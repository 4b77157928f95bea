/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where passphrases come from: a person, or SOURCE.  They stay in locked memory. */

#define CAP AMANA_PASSPHRASE_MAX
#define TRIES 3

/* The bytes up to the first LF, one at a time so that what follows stays for the next
 * reader of a pipe. */
static int
read_up_to_lf(int fd, const char *source, char *buf, size_t *ret_len,
	      struct amana_error *err)
{
	size_t len = 0;

	for (;;) {
		char c;
		ssize_t n = read_or_stop(fd, &c, 1);

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
	/* Not to wait here for the writer of a pipe: that is done where it can be
	 * stopped. */
	int fd = open(source + 5, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int r;

	if (fd < 0 && errno == ENOENT)
		return fail(err, AMANA_E_MISSING, "the passphrase file '%s' is not there",
			    source + 5);
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

/* > 0: it is to be asked for at the terminal. */
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
	/* What stands here may be a passphrase typed in the wrong place: it is not
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

	if (!can_ask(cli))
		return missing(cli, "--passphrase", err);
	if (ask_hidden(cli, prompt, true, buf, CAP, ret_len, err) < 0)
		return -1;
	if (*ret_len == 0)
		return fail(err, AMANA_E_CANCELLED, "no passphrase was given");
	return 0;
}

/* Words match however they are spaced and whatever their case. */
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

/* A new passphrase: typed twice, or seven generated words shown and typed once.  1: not
 * the same, again. */
static int
ask_new_once(struct cli *cli, char *buf, char *again, size_t *ret_len,
	     struct amana_error *err)
{
	size_t len, len_again;
	bool made = false;

	if (ask_hidden(cli, "Passphrase (Enter: seven words are made for you): ", false,
		       buf, CAP, &len, err) < 0)
		return -1;
	if (len == 0) {
		made = true;
		if (amana_passphrase_words(buf, &len, err) < 0)
			return -1;
		tty_print(
			cli,
			"\nYour passphrase. Write it down; nobody can recover it:\n  %.*s\n",
			(int)len, buf);
	}
	if (ask_hidden(cli, made ? "Type it once to be sure: " : "   again: ", true,
		       again, CAP, &len_again, err) < 0)
		return -1;
	if (made)
		len_again = squeeze(again, len_again);
	if (len != len_again || memcmp(buf, again, len) != 0) {
		tty_print(cli, "  That was not the same.\n");
		return 1;
	}
	*ret_len = len;
	return 0;
}

static int
ask_new(struct cli *cli, char *buf, size_t *ret_len, struct amana_error *err)
{
	char *again;
	int r = 1;

	if (!can_ask(cli))
		return missing(cli, "--new-passphrase", err);
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
keep(char **kept, size_t *kept_len, const char *buf, size_t len, struct amana_error *err)
{
	amana_secret_free(*kept);
	*kept = amana_secret_alloc(CAP, err);
	if (*kept == NULL)
		return -1;
	memcpy(*kept, buf, len);
	*kept_len = len;
	return 0;
}

int
passphrase_callback(void *ctx, enum amana_why why, const char *code, char *buf,
		    size_t *ret_len, struct amana_error *err)
{
	struct cli *cli = ctx;
	bool is_new = why == AMANA_WHY_NEW;
	char **kept = is_new ? &cli->new_secret : &cli->secret;
	size_t *kept_len = is_new ? &cli->new_secret_len : &cli->secret_len;
	int r;

	if (*kept != NULL) {
		memcpy(buf, *kept, *kept_len);
		*ret_len = *kept_len;
		return 0;
	}
	r = from_source(is_new ? cli->new_passphrase : cli->passphrase, buf, ret_len,
			err);
	if (r > 0)
		r = is_new ? ask_new(cli, buf, ret_len, err)
			   : ask_open(cli, code, buf, ret_len, err);
	if (r < 0)
		return -1;
	return keep(kept, kept_len, buf, *ret_len, err);
}

void
passphrases_wipe(struct cli *cli)
{
	amana_secret_free(cli->secret);
	amana_secret_free(cli->new_secret);
	cli->secret = cli->new_secret = NULL;
}
