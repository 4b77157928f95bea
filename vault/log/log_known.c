/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_known.h"

#include "base/file.h"
#include "base/text.h"
#include "log/log_core.h"

#include <stdio.h>
#include <string.h>

#define KNOWN_MAX ((size_t)4 << 20) /* bytes of the whole file */

/* Calls each with every line; what it returns other than 0 ends the walk. */
static int
walk(struct bytes text, int (*each)(void *arg, struct bytes line), void *arg)
{
	struct text_cursor cursor = {(const char *)text.data,
				     (const char *)text.data + text.len};
	struct bytes line;
	int r = 0;

	/* A last line without its end was cut by a power failure: it never counted. */
	while (r == 0 && cursor.at != cursor.end && text_line(&cursor, &line) == 0)
		r = each(arg, line);
	return r;
}

static int
is_same(void *arg, struct bytes line)
{
	return text_is(line, arg);
}

static int
load(int dirfd, struct buf *text, struct amana_error *err)
{
	return file_read(dirfd, "known", text, err) < 0 ? -1 : 0;
}

int
log_known_has(const struct log *log, const char *line, bool *ret_is,
	      struct amana_error *err)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(KNOWN_MAX);
	char wanted[LOG_KNOWN_LINE_MAX + 1];

	*ret_is = false;
	if (log->dirfd < 0)
		return 0;
	if (load(log->dirfd, &text, err) < 0)
		return -1;
	snprintf(wanted, sizeof wanted, "%s", line);
	*ret_is = walk(BYTES_OF(text), is_same, wanted) != 0;
	return 0;
}

int
log_known_add(const struct log *log, const char *line, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(KNOWN_MAX);
	CLEANUP(file_closep) int lock = -1;
	char wanted[LOG_KNOWN_LINE_MAX + 1];

	if (log->dirfd < 0)
		return 0;
	snprintf(wanted, sizeof wanted, "%s", line);
	if (file_lock(log->dirfd, "known.lock", &lock, err) < 0 ||
	    load(log->dirfd, &text, err) < 0)
		return -1;
	if (walk(BYTES_OF(text), is_same, wanted) != 0)
		return 0;
	while (text.len > 0 && text.data[text.len - 1] != '\n')
		text.len--;
	if (buf_add(&text, wanted, strlen(wanted), err) < 0 ||
	    buf_add_byte(&text, '\n', err) < 0)
		return -1;
	return file_replace(log->dirfd, ".", "known", 0600, BYTES_OF(text), err);
}

struct walking {
	const char *word;
	int (*each)(void *arg, const char *line);
	void *arg;
};

static int
tell_if_word(void *arg, struct bytes line)
{
	const struct walking *walking = arg;
	size_t len = strlen(walking->word);
	char text[LOG_KNOWN_LINE_MAX + 1];

	if (line.len > LOG_KNOWN_LINE_MAX || line.len <= len || line.data[len] != ' ' ||
	    memcmp(line.data, walking->word, len) != 0)
		return 0;
	memcpy(text, line.data, line.len);
	text[line.len] = 0;
	return walking->each(walking->arg, text);
}

int
log_known_each(const struct log *log, const char *word,
	       int (*each)(void *arg, const char *line), void *arg,
	       struct amana_error *err)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(KNOWN_MAX);
	struct walking walking = {.word = word, .each = each, .arg = arg};

	if (log->dirfd < 0)
		return 0;
	if (load(log->dirfd, &text, err) < 0)
		return -1;
	return walk(BYTES_OF(text), tell_if_word, &walking);
}
