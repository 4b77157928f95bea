/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include "heap.h"
#include "safe.h"
#include "tell.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* Lists for people: only titles and names are ever cut, and only to fit a terminal. */

#define GAP 2
#define ELASTIC_MIN 8

struct table {
	size_t n_columns, n_rows;
	unsigned int elastic;
	char **cells; /* made safe, row after row; row 0 has the headings */
};

static void
add_row(struct table *table, const char *const *cells)
{
	if (table->n_rows % 64 == 0)
		table->cells =
			heap_grow(table->cells, (table->n_rows + 64) * table->n_columns,
				  sizeof table->cells[0]);
	for (size_t i = 0; i < table->n_columns; i++)
		table->cells[table->n_rows * table->n_columns + i] = safe(cells[i]);
	table->n_rows++;
}

struct table *
table_new(size_t n_columns, const char *const *headings, unsigned int elastic)
{
	struct table *table = heap_new(1, sizeof *table);

	table->n_columns = n_columns;
	table->elastic = elastic;
	add_row(table, headings);
	return table;
}

void
table_row(struct table *table, const char *const *cells)
{
	add_row(table, cells);
}

static void
measure(const struct table *table, size_t *widths)
{
	for (size_t r = 0; r < table->n_rows; r++)
		for (size_t c = 0; c < table->n_columns; c++) {
			size_t n = text_columns(table->cells[r * table->n_columns + c]);

			if (n > widths[c])
				widths[c] = n;
		}
}

/* Narrows the widest elastic column again and again, until the lines fit or none can give
 * more. */
static void
squeeze(const struct table *table, size_t *widths, size_t room)
{
	size_t total = (table->n_columns - 1) * GAP;

	for (size_t c = 0; c < table->n_columns; c++)
		total += widths[c];
	while (total > room) {
		size_t widest = table->n_columns;

		for (size_t c = 0; c < table->n_columns; c++)
			if ((table->elastic & TABLE_ELASTIC(c)) != 0 &&
			    widths[c] > ELASTIC_MIN &&
			    (widest == table->n_columns || widths[c] > widths[widest]))
				widest = c;
		if (widest == table->n_columns)
			return;
		widths[widest]--;
		total--;
	}
}

static void
print_row(struct cli *cli, const struct table *table, size_t row, const size_t *widths)
{
	char *const *cells = table->cells + row * table->n_columns;
	size_t len = 0, most = 1;
	CLEANUP(heap_freep) char *line = NULL;

	for (size_t c = 0; c < table->n_columns; c++)
		most += strlen(cells[c]) + widths[c] + GAP;
	line = heap_new(most, 1);
	for (size_t c = 0; c < table->n_columns; c++) {
		CLEANUP(heap_freep) char *short_one = NULL;
		const char *shown = cells[c];
		size_t n = text_columns(shown), n_bytes;

		if (n > widths[c]) {
			shown = short_one = text_cut(shown, widths[c]);
			n = text_columns(shown);
		}
		n_bytes = strlen(shown);
		memcpy(line + len, shown, n_bytes);
		len += n_bytes;
		for (; n < widths[c] + GAP; n++)
			line[len++] = ' ';
	}
	while (len > 0 && line[len - 1] == ' ')
		len--;
	line[len] = 0;
	tell(cli, "%s", line);
}

void
table_print(struct cli *cli, const struct table *table)
{
	size_t *widths = heap_new(table->n_columns, sizeof widths[0]);
	size_t room = tell_columns();

	if (table->n_rows > 1) {
		measure(table, widths);
		if (room > 0)
			squeeze(table, widths, room);
		for (size_t r = 0; r < table->n_rows; r++)
			print_row(cli, table, r, widths);
	}
	free(widths);
}

void
table_freep(struct table **table)
{
	struct table *it = *table;

	*table = NULL;
	if (it == NULL)
		return;
	for (size_t i = 0; i < it->n_rows * it->n_columns; i++)
		free(it->cells[i]);
	free(it->cells);
	free(it);
}
