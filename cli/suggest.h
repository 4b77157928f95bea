/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <stddef.h>

/* Which of the known words was meant by what was typed; NULL: none is near.  Borrowed
 * from `known`. */
const char *suggest(const char *typed, const char *const *known, size_t n_known);

#endif
