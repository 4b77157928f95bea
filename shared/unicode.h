/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHARED_UNICODE_H
#define SHARED_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the text of other people may do to whoever looks at it: on a terminal, and in a
 * folder.  Any thread; no state. */

/* RFC 3629.  The number of bytes of the character at `at`, or 0 where the bytes are none.
 */
size_t glyph_decode(const unsigned char *at, size_t len, uint32_t *ret);
/* Controls, direction overrides and marks, invisible characters, tags, and what no font
 * can show. */
bool glyph_deceives(uint32_t c);

#endif
