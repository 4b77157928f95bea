/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * An array of the document that may have very many objects, one for each row of a list:
 * they are written as text at once, byte for byte as json.c would print them, and need a
 * small part of the time and the memory.  There is one such array in a document.
 */

struct cli;

struct rows {
	json_t *list; /* marks in the document where they stand: an empty array, borrowed;
			 NULL: nowhere */
	char *text;   /* objects with commas between them */
	size_t len, cap;
	int64_t time_at; /* a time of the day that `time` is of */
	char time[40];
};

/* The array, under that key; it is printed with the rows that it has, whatever becomes of
 * the command. */
void rows_begin(struct cli *cli, const char *key);
void rows_done(struct rows *rows);

/* One object: rows_open(), its members in their order, rows_close(). */
void rows_open(struct rows *rows);
void rows_close(struct rows *rows);
/* Members, as the functions of json.h that have these names. */
void rows_text(struct rows *rows, const char *key, const char *text);
void rows_name(struct rows *rows, const char *key, const char *bytes, size_t len);
void rows_at(struct rows *rows, const char *key, int64_t at);
void rows_integer(struct rows *rows, const char *key, int64_t value);
void rows_boolean(struct rows *rows, const char *key, bool value);
/* Takes value; NULL: no member. */
void rows_json(struct rows *rows, const char *key, json_t *value);

#endif
