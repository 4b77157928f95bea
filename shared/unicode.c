/* SPDX-License-Identifier: Apache-2.0 */
#include "unicode.h"

size_t
unicode_decode(const unsigned char *at, size_t len, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = at[0] < 0x80	  ? 1
		   : at[0] < 0xc2 ? 0
		   : at[0] < 0xe0 ? 2
		   : at[0] < 0xf0 ? 3
		   : at[0] < 0xf5 ? 4
				  : 0;
	uint32_t c;

	if (n == 0 || n > len)
		return 0;
	c = n == 1 ? at[0] : at[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (at[i] & 0x3fu);
	}
	if (c < least[n] || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		return 0;
	*ret = c;
	return n;
}

bool
unicode_deceives(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	       c == 0x180e || c == 0x200b || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0xfeff || (c >= 0xfff0 && c <= 0xfffc) ||
	       (c >= 0xe0000 && c <= 0xe0fff) || (c & 0xfffe) == 0xfffe ||
	       (c >= 0xe000 && c <= 0xf8ff);
}

size_t
unicode_whole(const char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t start = len, need;

	while (start > 0 && len - start < 3 && (at[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return len;
	start--; /* where the last character begins, if it is longer than one byte */
	need = at[start] >= 0xf0 ? 4 : at[start] >= 0xe0 ? 3 : at[start] >= 0xc0 ? 2 : 1;
	return len - start < need ? start : len;
}
