/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "unicode.h"

/* The character at the beginning of `text`, which has to be of `len` bytes; 0: none. */
static uint32_t
decoded(const char *text, size_t room, size_t len)
{
	uint32_t c = 0;

	CHECK_INT(unicode_decode((const unsigned char *)text, room, &c), len);
	return c;
}

static void
decoding(void)
{
	CHECK_INT(decoded("a", 1, 1), 'a');
	CHECK_INT(decoded("\xc3\xa9t", 3, 2), 0xe9);
	CHECK_INT(decoded("\xe2\x82\xac", 3, 3), 0x20ac);
	CHECK_INT(decoded("\xf4\x8f\xbf\xbf", 4, 4), 0x10ffff);
	CHECK_INT(decoded("\xe2\x82\xac", 2, 0), 0);	 /* cut */
	CHECK_INT(decoded("\xa9", 1, 0), 0);		 /* the end of another */
	CHECK_INT(decoded("\xc0\xaf", 2, 0), 0);	 /* longer than needed */
	CHECK_INT(decoded("\xe0\x80\xaf", 3, 0), 0);	 /* the same in three */
	CHECK_INT(decoded("\xed\xa0\x80", 3, 0), 0);	 /* a surrogate */
	CHECK_INT(decoded("\xf4\x90\x80\x80", 4, 0), 0); /* above the last one */
	CHECK_INT(decoded("\xe2\x28\xa1", 3, 0), 0);
}

static void
deceiving(void)
{
	static const uint32_t bad[] = {0,      0x1b,   0x7f,	0x9b,	0x202e, 0x200b,
				       0x2066, 0xfeff, 0xe0041, 0xfffe, 0xe000, 0x1ffff};
	static const uint32_t good[] = {' ', '~', 0xa0, 0xe9, 0x20ac, 0x4e00, 0x1f600};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK(unicode_deceives(bad[i]));
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		CHECK(!unicode_deceives(good[i]));
}

static void
cutting(void)
{
	const char *text = "a\xe2\x82\xac\xf0\x9f\x98\x80z"; /* of 1, 3, 4 and 1 bytes */
	static const size_t whole[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 9};

	for (size_t len = 0; len < sizeof whole / sizeof whole[0]; len++)
		CHECK_INT(unicode_whole(text, len), whole[len]);
	CHECK_INT(unicode_whole("\x80\x80\x80\x80\x80", 5), 5); /* no character at all */
}

int
main(void)
{
	decoding();
	deceiving();
	cutting();
	return 0;
}
