/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_SEARCH_H
#define CATALOG_SEARCH_H

#include "base/buf.h"

#include <sqlite3.h>

/*
 * Private to vault/catalog: what people search for, and what SQLite is asked for.
 */

/*
 * Turns what a person typed into an FTS5 expression.  Every word and phrase becomes a
 * string literal of FTS5, and a word's final star becomes FTS5's mark of a prefix.  FTS5
 * reads the literals as joined by AND, and leaves out those without a letter or digit. So
 * no operator, column filter or bracket in the text can mean anything.
 *
 *	word    = run of bytes without white space; `*` at its end: a prefix
 *	phrase  = `"` at the start of a word, up to the next `"` or the end of the text
 *
 * 0: *ret_match has the expression.  1: there is no word.  AMANA_E_LIMIT: over
 * CATALOG_QUERY_MAX bytes or CATALOG_QUERY_WORDS_MAX words.
 */
int search_translate(struct bytes words, struct buf *ret_match,
		     struct amana_error *err) MUST_CHECK;

/* Makes a text plain, as it goes into the index and is looked for: control characters
 * and what is not UTF-8 become '?', which separates words. */
void search_make_plain(char *text);

/* Adds the SQL function matched(words) to a connection: the sum of 1 << column over
 * the columns of the index that have a hit in the current row. */
int search_install(sqlite3 *db, struct amana_error *err) MUST_CHECK;

#endif
