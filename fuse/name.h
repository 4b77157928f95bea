/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_NAME_H
#define FUSE_NAME_H

#include <stdint.h>
#include <stddef.h>

/*
 * The names of exhibits and cases as files and folders.  Whoever named the evidence may
 * be hostile and whoever reads the folder may do so from Windows: no control, direction
 * or invisible characters, nothing of <>:"/\|?*, no dot or space at the end, valid UTF-8,
 * at most 255 bytes.  Pure functions; any thread.
 */
#define NAME_CAP 256

/* "0007 statement of V-003.pdf": the number, then the last part of the name, cut so that
 * its extension stays. */
void name_of_exhibit(uint64_t number, const char *bytes, size_t len, char ret[NAME_CAP]);
/* The number at the beginning of such a name; 0 where there is none. */
uint64_t name_number(const char *name);
/* The code itself, or "case CODE" where Windows keeps the word for itself or another
 * folder has it. */
void name_of_case(const char *code, char ret[NAME_CAP]);
/* "2026-04-30" of so many days after 1970-01-01. */
void name_of_day(uint32_t day, char ret[NAME_CAP]);
/* The day of that name + 1; 0: it is none. */
uint32_t name_day(const char *name);
/* Text made safe for a terminal and a log; cut to cap, always terminated. */
void name_for_message(const char *text, char *ret, size_t cap);

#endif
