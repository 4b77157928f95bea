/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog_exhibit.h"
#include "catalog/search_index.h"

/* Runs a statement whose only parameter is an exhibit's id. */
static int
run_on(struct catalog *catalog, enum statement which, const char *text,
       const uint8_t exhibit_id[CATALOG_ID_LEN], struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use_write(catalog, which, text, &sql, err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, exhibit_id, CATALOG_ID_LEN);
	return sql_run(&sql, err);
}

static int
blank_line(struct catalog *catalog, const uint8_t exhibit_id[CATALOG_ID_LEN],
	   enum catalog_line line, struct amana_error *err)
{
	switch (line) {
	case CATALOG_LINE_CONTENT:
		return run_on(
			catalog, SQL_FORGET_CONTENT,
			"UPDATE exhibits SET size = NULL, sha256 = NULL, media_type = NULL"
			" WHERE id = ?",
			exhibit_id, err);
	case CATALOG_LINE_ABOUT:
		return run_on(
			catalog, SQL_FORGET_ABOUT,
			"UPDATE exhibits SET name = NULL, type = NULL, title = NULL,"
			" note = NULL WHERE id = ?",
			exhibit_id, err);
	case CATALOG_LINE_SOURCE:
		return run_on(
			catalog, SQL_FORGET_SOURCE,
			"UPDATE exhibits SET source = NULL, received = NULL, modified_at = 0"
			" WHERE id = ?",
			exhibit_id, err);
	}
	return err_bug(err, "no line %d", (int)line);
}

/* Takes the exhibit's words out of the index, blanks these lines, and puts the words
 * of what is left in again. */
static int
blank_lines(struct catalog *catalog, const uint8_t exhibit_id[CATALOG_ID_LEN],
	    const enum catalog_line *lines, size_t n_lines, struct amana_error *err)
{
	int64_t row = 0;
	int r = catalog_exhibit_drop_words(catalog, exhibit_id, &row, err);

	for (size_t i = 0; r == 0 && i < n_lines; i++)
		r = blank_line(catalog, exhibit_id, lines[i], err);
	if (r == 0)
		r = catalog_exhibit_add_words(catalog, exhibit_id, &row, err);
	return r == 0 ? search_index_compact(catalog, err) : r;
}

int
catalog_forget_line(struct catalog *catalog, const uint8_t exhibit_id[CATALOG_ID_LEN],
		    enum catalog_line line, struct amana_error *err)
{
	return blank_lines(catalog, exhibit_id, &line, 1, err);
}

int
catalog_forget_exhibit(struct catalog *catalog, const uint8_t exhibit_id[CATALOG_ID_LEN],
		       struct amana_error *err)
{
	static const enum catalog_line all[] = {CATALOG_LINE_CONTENT, CATALOG_LINE_ABOUT,
						CATALOG_LINE_SOURCE};
	int r = blank_lines(catalog, exhibit_id, all, ARRAY_LEN(all), err);

	if (r == 0)
		r = run_on(catalog, SQL_FORGET_OPENED,
			   "UPDATE exhibits SET opened = 0 WHERE id = ?", exhibit_id,
			   err);
	if (r == 0)
		r = run_on(catalog, SQL_FORGET_OWN,
			   "DELETE FROM own_deposits WHERE exhibit_id = ?", exhibit_id,
			   err);
	if (r == 0)
		r = run_on(catalog, SQL_FORGET_EVENTS,
			   "UPDATE events SET kind = NULL, reason = NULL, details = NULL,"
			   " tool = NULL, device = NULL"
			   " WHERE exhibit_id = ?",
			   exhibit_id, err);
	return r;
}

int
catalog_forget_slot(struct catalog *catalog, uint64_t slot, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use_write(
		catalog, SQL_FORGET_SLOT,
		"UPDATE events SET kind = NULL, reason = NULL, details = NULL,"
		" tool = NULL, device = NULL"
		" WHERE slot = ?",
		&sql, err);

	if (r != 0)
		return r;
	sql_bind_u64(&sql, slot);
	return sql_run(&sql, err);
}
