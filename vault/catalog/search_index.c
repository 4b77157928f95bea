/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/search_index.h"

#include "catalog/search.h"

#include <string.h>

enum { /* columns of the index, in the order of CATALOG_MATCH_* */
       COLUMN_NAME,
       COLUMN_TYPE,
       COLUMN_TITLE,
       COLUMN_NOTE,
       N_COLUMNS,
};

/* Appends the plain form of a text; its zero bytes become spaces. */
static int
add_plain(struct buf *buf, struct bytes text, struct amana_error *err)
{
	uint8_t *at = buf_reserve(buf, text.len, err);

	if (at == NULL)
		return -1;
	for (size_t i = 0; i < text.len; i++)
		at[i] = text.data[i] != 0 ? text.data[i] : ' ';
	at[text.len] = 0;
	search_make_plain((char *)at);
	buf->len += text.len;
	return 0;
}

static bool
has_words(const struct catalog_exhibit *exhibit)
{
	return exhibit->name.data != NULL || exhibit->type.data != NULL ||
	       exhibit->media_type.data != NULL || exhibit->title.data != NULL ||
	       exhibit->note.data != NULL;
}

static int
write_words(struct catalog *catalog, enum statement which, const char *text, int64_t row,
	    const struct catalog_exhibit *exhibit, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	struct buf *plain = &catalog->plain;
	const struct bytes parts[][2] = {
		[COLUMN_NAME] = {exhibit->name, {NULL, 0}},
		[COLUMN_TYPE] = {exhibit->type, exhibit->media_type},
		[COLUMN_TITLE] = {exhibit->title, {NULL, 0}},
		[COLUMN_NOTE] = {exhibit->note, {NULL, 0}},
	};
	size_t ends[N_COLUMNS], start = 0;
	int r;

	if (!has_words(exhibit))
		return 0;
	buf_clear(plain);
	for (size_t i = 0; i < N_COLUMNS; i++) {
		if (add_plain(plain, parts[i][0], err) < 0 ||
		    buf_add_byte(plain, ' ', err) < 0 ||
		    add_plain(plain, parts[i][1], err) < 0 ||
		    buf_add_byte(plain, 0, err) < 0)
			return -1;
		ends[i] = plain->len;
	}
	r = sql_use_write(catalog, which, text, &sql, err);
	if (r != 0)
		return r;
	sql_bind_i64(&sql, row);
	for (size_t i = 0; i < N_COLUMNS; i++) {
		sql_bind_text(&sql, (const char *)plain->data + start);
		start = ends[i];
	}
	return sql_run(&sql, err);
}

int
search_index_add(struct catalog *catalog, int64_t row,
		 const struct catalog_exhibit *exhibit, struct amana_error *err)
{
	return write_words(catalog, SQL_INDEX_ADD,
			   "INSERT INTO words (rowid, name, type, title, note)"
			   " VALUES (?, ?, ?, ?, ?)",
			   row, exhibit, err);
}

int
search_index_drop(struct catalog *catalog, int64_t row,
		  const struct catalog_exhibit *exhibit, struct amana_error *err)
{
	return write_words(catalog, SQL_INDEX_DROP,
			   "INSERT INTO words (words, rowid, name, type, title, note)"
			   " VALUES ('delete', ?, ?, ?, ?, ?)",
			   row, exhibit, err);
}

int
search_index_compact(struct catalog *catalog, struct amana_error *err)
{
	return sql_exec(catalog, "INSERT INTO words (words) VALUES ('optimize')", err);
}
