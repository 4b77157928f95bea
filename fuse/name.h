/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_NAME_H
#define FUSE_NAME_H

#include <stddef.h>
#include <stdint.h>

/*
 * The names of exhibits, cases and days as files and folders.
 *
 * Whoever named the evidence may be hostile, and whoever reads the folder may do so from
 * Windows.  So a name is valid UTF-8 of at most 255 bytes, without characters that
 * control, turn the direction of writing or cannot be seen, without any of <>:"/\|?*, and
 * without a dot or space at its end.  A byte or character that may not be there becomes
 * '_'.
 *
 * Pure functions; any thread; no errors.
 */
#define NAME_CAP 256 /* bytes, with the NUL */

/* "0007 statement of V-003.pdf": the exhibit's number, and the last part of the name that
 * the depositor's file had (`len` bytes, any bytes).  A long name is cut before its
 * extension. */
void name_of_exhibit(uint64_t number, const char *bytes, size_t len, char ret[NAME_CAP]);
/* The number at the beginning of such a name; 0: there is none. */
uint64_t name_number(const char *name);
/* The case's code, or "case CODE" where Windows or another folder of the mount has that
 * name already. */
void name_of_case(const char *code, char ret[NAME_CAP]);
/* "2026-04-30" of a day counted from 1970-01-01. */
void name_of_day(uint32_t day, char ret[NAME_CAP]);
/* The day of such a name, counted from 1970-01-01, plus 1; 0: it is no day's name. */
uint32_t name_day(const char *name);
/* Text made safe for a terminal and a log: what may not be shown becomes '?'.  Cut to at
 * most cap - 1 bytes, at a whole character. */
void name_for_message(const char *text, char *ret, size_t cap);

#endif
