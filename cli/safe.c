/* SPDX-License-Identifier: Apache-2.0 */
#include "safe.h"

#include "heap.h"

#include "unicode.h"

#include <stdio.h>
#include <string.h>

/* File names, titles and reasons were written by other people, some of them hostile: a
 * terminal sees none of their control characters, and no reader is deceived by text that
 * runs backwards or hides. */

#define LONGEST                                                                          \
	10 /* one byte becomes at most so many: a character that deceives has two bytes  \
	      or more, and \u{10ffff} has ten */

/* Writes the character, or the one byte that is none, as it will be shown.  Returns how
 * many bytes it was. */
static size_t
show_one(const unsigned char *at, size_t len, bool double_backslash, char out[16])
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
	}
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
make_safe(const char *bytes, size_t len, bool double_backslash)
{
	const unsigned char *at = (const unsigned char *)bytes;
	char *out, one[16];
	size_t n_out = 0;

	if (is_plain(at, len)) {
		out = heap_new(len + 1, 1);
		memcpy(out, bytes, len);
		return out;
	}
	out = heap_new(len + 1, LONGEST);
	for (size_t i = 0; i < len;) {
		i += show_one(at + i, len - i, double_backslash, one);
		memcpy(out + n_out, one, strlen(one) + 1);
		n_out += strlen(one);
	}
	return out;
}

char *
safe_text(const char *bytes, size_t len)
{
	return make_safe(bytes, len, true);
}

char *
safe(const char *text)
{
	return text == NULL ? heap_dup("-") : safe_text(text, strlen(text));
}

char *
safe_again(const char *text)
{
	return make_safe(text, strlen(text), false);
}
