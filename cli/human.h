/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HUMAN_H
#define CLI_HUMAN_H

#include <stdint.h>

/*
 * Numbers and times as a person reads them.  Every function writes into `buf` and returns
 * it.  Times are Unix seconds, shown in the time zone of this machine; 0, and a time that
 * cannot be shown, are "-".
 */

/* "24 B", "1.2 kB", "48 MB": powers of 1000, two digits at least. */
char *human_size(uint64_t bytes, char buf[16]);
/* A number and what is counted: "1 file", "2 files". */
char *human_count(uint64_t n, const char *one, const char *many, char buf[48]);
/* "slot 7" where both are the same, "slots 7 to 9". */
char *human_range(uint64_t first, uint64_t last, const char *one, const char *many,
		  char buf[64]);

char *human_time(int64_t at, char buf[40]);	 /* 2026-04-30 17:00 +0300 */
char *human_day(int64_t at, char buf[40]);	 /* 2026-04-30 */
char *human_short_day(int64_t at, char buf[40]); /* 30 Apr; 30 Apr 2027 in another year */

#endif
