/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include "heap.h"

#include "unicode.h"

#include <string.h>
#include <wchar.h>

static size_t
columns_of(uint32_t character)
{
	int n;

	if (character >= 0x20 && character < 0x7f)
		return 1;
	n = wcwidth((wchar_t)character);
	return n < 0 ? 1 : (size_t)n;
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

/* Writes the word behind what `out` holds, with spaces before it.  Returns the new
 * length. */
static size_t
append(char *out, size_t n_out, size_t n_spaces, const char *word)
{
	memset(out + n_out, ' ', n_spaces);
	memcpy(out + n_out + n_spaces, word, strlen(word) + 1);
	return n_out + n_spaces + strlen(word);
}

char *
text_wrap(const char *text, size_t width, size_t indent)
{
	char *out = heap_new(strlen(text) * (indent + 2) + 1, 1);
	size_t used = 0, n_out = 0;
	bool first = true;

	while (*text != 0) {
		size_t n_spaces = strspn(text, " "), n = strcspn(text + n_spaces, " ");
		CLEANUP(heap_freep)
		char *word = heap_fmt("%.*s", (int)n, text + n_spaces);
		size_t columns = text_columns(word);

		if (width > indent && !first && n > 0 &&
		    used + n_spaces + columns > width) {
			out[n_out++] = '\n';
			n_out = append(out, n_out, indent, word);
			used = indent + columns;
		} else {
			n_out = append(out, n_out, n_spaces, word);
			used += n_spaces + columns;
		}
		first = first && n == 0;
		text += n_spaces + n;
	}
	return out;
}

char *
text_cut(const char *text, size_t width)
{
	size_t n = 0, used = 0;

	while (text[n] != 0) {
		size_t step = 1;
		char one[8] = "";

		while (((unsigned char)text[n + step] & 0xc0) == 0x80)
			step++;
		memcpy(one, text + n, step < 5 ? step : 4);
		if (used + text_columns(one) + 2 > width)
			break;
		used += text_columns(one);
		n += step;
	}
	return heap_fmt("%.*s..", (int)n, text);
}

bool
text_is_utf8(const char *bytes, size_t len)
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

size_t
text_first(const char *bytes, size_t len, uint32_t *ret)
{
	return unicode_decode((const unsigned char *)bytes, len, ret);
}

void
text_trim(char *text)
{
	text[unicode_whole(text, strlen(text))] = 0;
}
