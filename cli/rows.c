/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "cli.h"
#include "heap.h"
#include "json.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define DAY 86400
#define TIME_LEN 20 /* 2026-04-30T14:00:00Z */

static char *
room(struct rows *rows, size_t n)
{
	if (rows->cap - rows->len < n) {
		rows->cap = (rows->len + n) * 2 + 4096;
		rows->text = heap_grow(rows->text, rows->cap, 1);
	}
	return rows->text + rows->len;
}

static void
add(struct rows *rows, const char *text, size_t len)
{
	memcpy(room(rows, len), text, len);
	rows->len += len;
}

/* Writes a character as \u00E9, or as two of those past U+FFFF.  Returns the number of
 * bytes. */
static size_t
put_escape(uint32_t c, char out[12])
{
	static const char digits[] = "0123456789ABCDEF";
	static const char del[] = "\\u007f";
	size_t n = 0;

	if (c >= 0x10000) {
		n = put_escape(0xd800 + ((c - 0x10000) >> 10), out);
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	if (c == 0x7f) { /* in lower case, as json.c has it */
		memcpy(out, del, 6);
		return 6;
	}
	out[n++] = '\\';
	out[n++] = 'u';
	for (int shift = 12; shift >= 0; shift -= 4)
		out[n++] = digits[c >> shift & 15];
	return n;
}

static size_t
put_character(uint32_t c, char out[12])
{
	static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *form = short_forms; *form != 0; form += 2)
		if (c == (unsigned char)form[0]) {
			out[0] = '\\';
			out[1] = form[1];
			return 2;
		}
	return put_escape(c, out);
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Adds a string between quotes, in ASCII; each byte that is not UTF-8 becomes U+FFFD. */
static void
add_string(struct rows *rows, const char *bytes, size_t len)
{
	char *out = room(rows, 6 * len + 2), *at = out;

	*at++ = '"';
	for (size_t i = 0; i < len;) {
		size_t n;
		uint32_t c;

		if (is_plain((unsigned char)bytes[i])) {
			*at++ = bytes[i++];
			continue;
		}
		n = text_first(bytes + i, len - i, &c);
		at += put_character(n > 0 ? c : 0xfffd, at);
		i += n > 0 ? n : 1;
	}
	*at++ = '"';
	rows->len += (size_t)(at - out);
}

static void
add_key(struct rows *rows, const char *key)
{
	size_t len = strlen(key);
	char *at = room(rows, len + 4);
	size_t n = 0;

	if (rows->text[rows->len - 1] != '{')
		at[n++] = ',';
	at[n++] = '"';
	memcpy(at + n, key, len);
	n += len;
	at[n++] = '"';
	at[n++] = ':';
	rows->len += n;
}

void
rows_begin(struct cli *cli, const char *key)
{
	cli->rows.list = json_list(cli->doc, key);
}

void
rows_done(struct rows *rows)
{
	free(rows->text);
	*rows = (struct rows){.list = NULL};
}

void
rows_open(struct rows *rows)
{
	if (rows->len > 0)
		add(rows, ",", 1);
	add(rows, "{", 1);
}

void
rows_close(struct rows *rows)
{
	add(rows, "}", 1);
}

void
rows_text(struct rows *rows, const char *key, const char *text)
{
	add_key(rows, key);
	if (text != NULL)
		add_string(rows, text, strlen(text));
	else
		add(rows, "null", 4);
}

void
rows_name(struct rows *rows, const char *key, const char *bytes, size_t len)
{
	CLEANUP(heap_freep) char *b64 = NULL, *b64_key = NULL;

	if (bytes == NULL) {
		rows_text(rows, key, NULL);
		return;
	}
	add_key(rows, key);
	add_string(rows, bytes, len);
	if (text_is_utf8(bytes, len) && memchr(bytes, 0, len) == NULL)
		return;
	b64 = json_base64(bytes, len);
	b64_key = heap_fmt("%s_b64", key);
	rows_text(rows, b64_key, b64);
}

void
rows_integer(struct rows *rows, const char *key, int64_t value)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0)
		digits[--at] = '-';
	add_key(rows, key);
	add(rows, digits + at, sizeof digits - at);
}

void
rows_boolean(struct rows *rows, const char *key, bool value)
{
	add_key(rows, key);
	add(rows, value ? "true" : "false", value ? 4 : 5);
}

static void
put_two(char *out, int64_t value)
{
	out[0] = (char)('0' + value / 10);
	out[1] = (char)('0' + value % 10);
}

/* Most rows are of the same day as the row before, so only hours, minutes and seconds are
 * written anew. */
static const char *
time_text(struct rows *rows, int64_t at)
{
	char *clock = rows->time + TIME_LEN - 9;

	if (at <= 0 || rows->time_at <= 0 || at / DAY != rows->time_at / DAY ||
	    strlen(rows->time) != TIME_LEN) {
		rows->time_at = at;
		return json_utc(at, rows->time);
	}
	put_two(clock, at % DAY / 3600);
	put_two(clock + 3, at % 3600 / 60);
	put_two(clock + 6, at % 60);
	return rows->time;
}

void
rows_at(struct rows *rows, const char *key, int64_t at)
{
	rows_text(rows, key, at == 0 ? NULL : time_text(rows, at));
}

static int
add_dumped(const char *bytes, size_t len, void *ctx)
{
	add(ctx, bytes, len);
	return 0;
}

void
rows_json(struct rows *rows, const char *key, json_t *value)
{
	if (value == NULL)
		return;
	add_key(rows, key);
	(void)json_write(value, add_dumped, rows);
	json_decref(value);
}
