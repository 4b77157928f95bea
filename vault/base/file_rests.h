/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_RESTS_H
#define BASE_FILE_RESTS_H

#include "base/err.h"

#include <stddef.h>

/*
 * What processes that were killed have left in a folder that they wrote plaintext into,
 * by file_new_open_plain.  Each such file of this user that no living process holds is
 * written over with zeros, as far as a file system lets anybody do that, and removed. One
 * that was finished and has a name of its own as well only loses the name of the rest.
 *
 * `dirfd` is the folder.  What cannot be looked at is passed over: it is another user's,
 * or no file.  *ret_n counts the files that were removed.  AMANA_E_IO: one was found and
 * could not be removed; the others were all the same.
 */
int file_rests_wipe(int dirfd, size_t *ret_n, struct amana_error *err) MUST_CHECK;

#endif
