/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SAFE_H
#define CLI_SAFE_H

#include <stddef.h>

/*
 * Text that came from files or from other people, made safe for a terminal: control
 * characters, bytes that are not UTF-8 and characters that deceive the eye become \n,
 * \xHH or \u{HEX}.  What is returned belongs to the caller.
 */

/* A whole string, its backslashes doubled; "-" for NULL. */
char *safe(const char *text);
/* The same for `len` bytes, which may contain NUL. */
char *safe_text(const char *bytes, size_t len);
/* A message in which the dangerous parts are safe already: unlike safe() it leaves
 * backslashes single, since they may be those of an earlier safe(). */
char *safe_again(const char *text);

#endif
