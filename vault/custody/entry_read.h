/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ENTRY_READ_H
#define CUSTODY_ENTRY_READ_H

#include "custody/entry.h"

/*
 * Private to entry*.c: taking values off the lines of an entry.  A function whose name
 * has "as" looks at a text that was taken already; the others take the next line.  -1
 * with AMANA_E_FORMAT "line N: what is wrong".
 */
struct entry_reader {
	struct text_cursor cursor;
	unsigned int line; /* number of the last line taken, from 1 */
	struct amana_error *err;
};

/* The next line without its LF. */
int entry_read_line(struct entry_reader *r, struct bytes *ret_line);
/* What follows "WORD " in the next line. */
int entry_read_after(struct entry_reader *r, const char *word, struct bytes *ret_rest);
/* Fills "line N: WHAT" and is -1. */
int entry_read_bad(struct entry_reader *r, const char *what);
/* True if the next line begins with "WORD "; nothing is taken. */
bool entry_read_comes(const struct entry_reader *r, const char *word);
/* A number from min to max. */
int entry_read_as_number(struct entry_reader *r, struct bytes text, uint64_t min,
			 uint64_t max, uint64_t *ret_value);
int entry_read_number(struct entry_reader *r, const char *word, uint64_t min,
		      uint64_t max, uint64_t *ret_value);
int entry_read_as_hash(struct entry_reader *r, struct bytes text, struct hash *ret_hash);
int entry_read_hash(struct entry_reader *r, const char *word, struct hash *ret_hash);
/* "WORD HASH SECOND". */
int entry_read_hash_and(struct entry_reader *r, const char *word, struct hash *ret_hash,
			struct bytes *ret_second);
int entry_read_as_time(struct entry_reader *r, struct bytes text, int64_t *ret_at);
/* "WORD age1..." and "key VKEY". */
int entry_read_recipient(struct entry_reader *r, const char *word,
			 struct age_recipient *ret_recipient);
int entry_read_key(struct entry_reader *r, struct note_key *ret_key);

#endif
