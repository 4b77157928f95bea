/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHARED_UNICODE_H
#define SHARED_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text that other people wrote, in UTF-8: which bytes are characters, and which
 * characters may deceive whoever looks at them on a terminal or in a folder.  Pure
 * functions; any thread.
 */

/* Decodes the character at the beginning of `at`, which holds `len` > 0 bytes, as RFC
 * 3629 says: no surrogates, nothing longer than needed.  Returns how many bytes it takes,
 * 1 to 4, and its number in *ret; or 0, with *ret untouched, where these bytes are no
 * character. */
size_t unicode_decode(const unsigned char *at, size_t len, uint32_t *ret);
/* Whether a character controls a terminal, turns the direction of writing, is invisible,
 * or cannot be shown by any font (unassigned for ever, or for private use). */
bool unicode_deceives(uint32_t c);
/* How many of the `len` bytes of `text` to keep so that no character is cut in two at the
 * end: len, or up to three less.  Says nothing about the bytes before. */
size_t unicode_whole(const char *text, size_t len);

#endif
