/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stddef.h>

/* A list for people: columns as wide as what is in them.  On a terminal that is too
 * narrow the elastic columns are shortened, no others. */

struct cli;
struct table;

/* Column number `column` is elastic; several are joined with |. */
#define TABLE_ELASTIC(column) (1u << (column))

/* Owned by the caller. */
struct table *table_new(size_t n_columns, const char *const *headings,
			unsigned int elastic);
/* One row of n_columns cells, which are copied and made safe; NULL becomes "-". */
void table_row(struct table *table, const char *const *cells);
/* Prints it with tell(); nothing if it has no row. */
void table_print(struct cli *cli, const struct table *table);
/* For CLEANUP(table_freep) struct table *table. */
void table_freep(struct table **table);

#endif
