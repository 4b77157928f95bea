/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_BACKUP_H
#define KEYS_BACKUP_H

#include "keys/identity.h"

/*
 * The paper backup: the member's age identity on one line.  It restores reading, never
 * signing.
 */
#define BACKUP_LINE_MAX AGE_IDENTITY_LEN
#define BACKUP_TYPED_MAX 4096 /* bytes of what somebody typed or scanned */

/* Makes the line, with its NUL, in locked memory of AGE_IDENTITY_LEN + 1 bytes. */
int backup_line(const struct identity *identity, struct secret *ret_line,
		struct amana_error *err) MUST_CHECK;
/*
 * Reads what was typed from the page, and gives the age identity in locked memory.  Case,
 * white space, dashes between groups, lines that begin with '#' and the usual misreadings
 * (O for 0, I or 1 for L, B for 8) do not matter.  AMANA_E_FORMAT: the message says how
 * many characters are missing or too many, which character cannot stand there, or where a
 * single wrong one explains it, its place.
 */
int backup_parse(struct bytes typed, struct secret *ret_age,
		 struct amana_error *err) MUST_CHECK;

#endif
