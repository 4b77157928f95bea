/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SMALL_FILE_H
#define CLI_SMALL_FILE_H

#include "attributes.h"

#include "amana/error.h"

#include <stddef.h>

struct cli;

/* All of a file ("-": standard input, which can be read once in a run), at most `max`
 * bytes: more are AMANA_E_LIMIT.  Waits for the writer of a pipe, until the program is
 * asked to stop (AMANA_E_CANCELLED).  A NUL follows the *ret_len bytes of *ret_text,
 * which is owned by the caller. */
int small_file_read(struct cli *cli, const char *path, size_t max, char **ret_text,
		    size_t *ret_len, struct amana_error *err) MUST_CHECK;

#endif
