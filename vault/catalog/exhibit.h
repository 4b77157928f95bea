/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_EXHIBIT_H
#define CATALOG_EXHIBIT_H

#include "catalog/sql.h"

/* A row of `exhibits e` as a struct, for whoever selects EXHIBIT_COLUMNS. */
#define EXHIBIT_COLUMNS                                                                           \
	"e.id, e.case_id, e.number, e.slot, e.actor, e.deposited_at, e.object, e.opened, e.own, " \
	"e.size, e.sha256, e.name, e.type, e.media_type, e.title, e.note, e.source, "             \
	"e.received, e.modified_at"

/* Strings are borrowed until the statement moves on.  CATALOG_DAMAGED when a column makes
 * no sense. */
int exhibit_read(struct sql *sql, struct catalog_exhibit *ret_exhibit) MUST_CHECK;
/* Takes the words of the exhibit out of the search index, or puts them in, as its row has
 * them now. *ret_row: its row number, 0 when there is no such exhibit (and nothing was
 * done). */
int exhibit_drop_words(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
		       int64_t *ret_row, struct amana_error *err) MUST_CHECK;
int exhibit_add_words(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
		      int64_t *ret_row, struct amana_error *err) MUST_CHECK;

/* The search index: rows are known by the exhibit's row number.  Taking words out needs
 * the very texts that were put in.  Exhibits without any text have no row. */
int words_add(struct catalog *catalog, int64_t row, const struct catalog_exhibit *exhibit,
	      struct amana_error *err) MUST_CHECK;
int words_drop(struct catalog *catalog, int64_t row,
	       const struct catalog_exhibit *exhibit, struct amana_error *err) MUST_CHECK;
/* Rewrites the index, so that nothing of dropped words is left in it. */
int words_compact(struct catalog *catalog, struct amana_error *err) MUST_CHECK;

#endif
