/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_NEW_FILE_H
#define CLI_NEW_FILE_H

#include "attributes.h"

#include "amana/error.h"

/* Files that a command makes.  Nothing is ever overwritten: where there is something
 * already, it is AMANA_E_CONFLICT. */

struct cli;

/* Is there nothing at `path` yet?  For before the work; new_file_write() looks again. */
int new_file_check(struct cli *cli, const char *path, struct amana_error *err) MUST_CHECK;
/* The path that -o says (`given`), or where it was not given `by_default`, checked as
 * above.  -o - is refused.  *ret_path is owned by the caller. */
int new_file_path(struct cli *cli, const char *given, const char *by_default,
		  char **ret_path, struct amana_error *err) MUST_CHECK;
/* A file of mode 0600 with that text: whole and on the disk, or not there. */
int new_file_write(struct cli *cli, const char *path, const char *text,
		   struct amana_error *err) MUST_CHECK;

#endif
