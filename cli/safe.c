/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"
#include "unicode.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* File names, titles and reasons were written by other people, some of them hostile: a
 * terminal sees none of their control characters, and no reader is deceived by text that
 * runs backwards or hides. */

static size_t
columns_of(uint32_t c)
{
	int n;

	if (c >= 0x20 && c < 0x7f)
		return 1;
	n = wcwidth((wchar_t)c);
	return n < 0 ? 1 : (size_t)n;
}

/* One character or invalid byte as it will be shown; *ret_columns wide.  Returns the
 * bytes taken. */
static size_t
show_one(const unsigned char *at, size_t len, bool double_backslash, char out[16],
	 size_t *ret_columns)
{
	uint32_t c = 0;
	size_t n = unicode_decode(at, len, &c);

	if (n == 0)
		snprintf(out, 16, "\\x%02x", at[0]);
	else if (c == '\n' || c == '\t' || c == '\r')
		snprintf(out, 16, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
	else if (c == '\\' && double_backslash)
		snprintf(out, 16, "\\\\");
	else if (unicode_deceives(c) && c < 0x80)
		snprintf(out, 16, "\\x%02x", (unsigned int)c);
	else if (unicode_deceives(c))
		snprintf(out, 16, "\\u{%x}", (unsigned int)c);
	else {
		memcpy(out, at, n);
		out[n] = 0;
		*ret_columns = columns_of(c);
		return n;
	}
	*ret_columns = strlen(out);
	return n > 0 ? n : 1;
}

/* Printable ASCII without a backslash stands for itself. */
static bool
is_plain(const unsigned char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] < 0x20 || at[i] >= 0x7f || at[i] == '\\')
			return false;
	return true;
}

static char *
make_safe(const char *bytes, size_t len, size_t width, bool double_backslash)
{
	const unsigned char *at = (const unsigned char *)bytes;
	char *out;
	size_t n_out = 0, used = 0,
	       keep = 0; /* keep: how much of `out` leaves room for the dots */
	char one[16];

	if ((width == 0 || len <= width) && is_plain(at, len)) {
		out = heap_new(len + 1, 1);
		memcpy(out, bytes, len);
		return out;
	}
	out = heap_new(len + 1, 10);
	for (size_t i = 0; i < len;) {
		size_t columns,
			n = show_one(at + i, len - i, double_backslash, one, &columns);

		if (width > 0 && used + columns > width) {
			snprintf(out + keep, 3, "%.*s", width < 2 ? (int)width : 2, "..");
			return out;
		}
		memcpy(out + n_out, one, strlen(one) + 1);
		n_out += strlen(one);
		used += columns;
		if (width > 0 && used + 2 <= width)
			keep = n_out;
		i += n;
	}
	return out;
}

char *
safe_text(const char *bytes, size_t len, size_t width)
{
	return make_safe(bytes, len, width, true);
}

char *
safe(const char *text)
{
	return text == NULL ? heap_dup("-") : safe_text(text, strlen(text), 0);
}

char *
safe_again(const char *text)
{
	return make_safe(text, strlen(text), 0, false);
}

void
trim_utf8(char *text)
{
	text[unicode_whole(text, strlen(text))] = 0;
}

size_t
utf8_first(const char *bytes, size_t len, uint32_t *ret)
{
	return unicode_decode((const unsigned char *)bytes, len, ret);
}

size_t
text_columns(const char *utf8)
{
	const unsigned char *at = (const unsigned char *)utf8;
	size_t len = strlen(utf8), n = 0, step;
	uint32_t c;

	for (; len > 0; at += step, len -= step) {
		step = unicode_decode(at, len, &c);
		n += step > 0 ? columns_of(c) : 1;
		if (step == 0)
			step = 1;
	}
	return n;
}

bool
utf8_valid(const char *bytes, size_t len)
{
	const unsigned char *at = (const unsigned char *)bytes;
	uint32_t c;

	while (len > 0) {
		size_t step = unicode_decode(at, len, &c);

		if (step == 0)
			return false;
		at += step;
		len -= step;
	}
	return true;
}
