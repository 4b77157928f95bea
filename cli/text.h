/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * UTF-8 text, and how wide it is.  A column is a cell of a terminal: a character takes
 * one, or two (as most of Chinese does), or none (an accent that goes onto the character
 * before it).  Strings that are returned belong to the caller.
 */

/* How many columns a string takes; a byte that is not UTF-8 takes one. */
size_t text_columns(const char *utf8);
/* The text with line feeds put in place of spaces, so that no line has more than `width`
 * columns (0: no limit); every line but the first begins with `indent` spaces.  A word
 * that is wider stands on a line of its own. */
char *text_wrap(const char *text, size_t width, size_t indent);
/* Text that is safe for a terminal already, shortened to at most `width` columns; it ends
 * in "..". */
char *text_cut(const char *text, size_t width);

/* Are these bytes UTF-8, from the first to the last? */
bool text_is_utf8(const char *bytes, size_t len);
/* The number of bytes of the first character, which goes into *ret; 0: the bytes are not
 * UTF-8.  `len` is at least 1. */
size_t text_first(const char *bytes, size_t len, uint32_t *ret);
/* Takes the bytes of a character off the end of a string that was cut in its middle. */
void text_trim(char *text);

#endif
