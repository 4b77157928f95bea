/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_SEARCH_INDEX_H
#define CATALOG_SEARCH_INDEX_H

#include "catalog/sql.h"

/*
 * Private to vault/catalog: the full-text index, the table `words`.  Its rows have the
 * row numbers of the exhibits, and an exhibit without any text has none.  The index keeps
 * no texts, so to take an exhibit's words out needs the very texts that were put in.
 *
 * All return as sql_run does.
 */
int search_index_add(struct catalog *catalog, int64_t row,
		     const struct catalog_exhibit *exhibit,
		     struct amana_error *err) MUST_CHECK;
int search_index_drop(struct catalog *catalog, int64_t row,
		      const struct catalog_exhibit *exhibit,
		      struct amana_error *err) MUST_CHECK;
/* Rewrites the index, so that nothing of dropped words is left in it. */
int search_index_compact(struct catalog *catalog, struct amana_error *err) MUST_CHECK;

#endif
