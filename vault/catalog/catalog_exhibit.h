/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_CATALOG_EXHIBIT_H
#define CATALOG_CATALOG_EXHIBIT_H

#include "catalog/sql.h"

/* Private to vault/catalog: rows of the table `exhibits`, which is named e in a
 * statement that selects EXHIBIT_COLUMNS. */
#define EXHIBIT_COLUMNS                                                                           \
	"e.id, e.case_id, e.number, e.slot, e.actor, e.deposited_at, e.object, e.opened, e.own, " \
	"e.size, e.sha256, e.name, e.type, e.media_type, e.title, e.note, e.source, "             \
	"e.received, e.modified_at"

/* Reads the statement's current row.  Strings are borrowed until it moves on.
 * CATALOG_DAMAGED if a column makes no sense. */
int catalog_exhibit_read(struct sql *sql, struct catalog_exhibit *ret_exhibit) MUST_CHECK;
/* These take the words of the exhibit's row out of the search index, or put them in.
 * *ret_row is the row's number; 0: there is no such exhibit, and nothing was done. */
int catalog_exhibit_drop_words(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
			       int64_t *ret_row, struct amana_error *err) MUST_CHECK;
int catalog_exhibit_add_words(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
			      int64_t *ret_row, struct amana_error *err) MUST_CHECK;

#endif
