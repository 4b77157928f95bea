/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog_exhibit.h"

#include "catalog/search_index.h"

#include <string.h>

static void
read_actor(struct sql *sql, char out[sizeof((struct catalog_exhibit *)NULL)->actor])
{
	const char *actor = sql_text(sql);
	size_t len = strlen(actor);

	if (len < sizeof((struct catalog_exhibit *)NULL)->actor)
		memcpy(out, actor, len + 1);
	else
		sql->bad = true;
}

int
catalog_exhibit_read(struct sql *sql, struct catalog_exhibit *ret_exhibit)
{
	struct catalog_exhibit x = {.number = 0};
	uint64_t number;
	bool has_sha256;

	sql_id(sql, x.id);
	sql_id(sql, x.case_id);
	number = sql_u64(sql);
	x.number = (uint32_t)number;
	x.slot = sql_u64(sql);
	read_actor(sql, x.actor);
	x.deposited_at = sql_i64(sql);
	x.has_object = sql_fixed(sql, x.object.bytes, HASH_LEN);
	x.opened = sql_i64(sql) != 0;
	x.own = sql_i64(sql) != 0;
	x.has_content = sqlite3_column_type(sql->stmt, sql->column + 1) != SQLITE_NULL;
	if (x.has_content)
		x.size = sql_u64(sql);
	else
		sql->column++;
	has_sha256 = sql_fixed(sql, x.sha256.bytes, HASH_LEN);
	x.name = sql_bytes(sql);
	x.type = sql_bytes(sql);
	x.media_type = sql_bytes(sql);
	x.title = sql_bytes(sql);
	x.note = sql_bytes(sql);
	x.source = sql_bytes(sql);
	x.received = sql_bytes(sql);
	x.modified_at = sql_i64(sql);
	if (sql->bad || number > UINT32_MAX || has_sha256 != x.has_content)
		return CATALOG_DAMAGED;
	*ret_exhibit = x;
	return 0;
}

/* Binds every column, in the order of EXHIBIT_COLUMNS. */
static void
bind_exhibit(struct sql *sql, const struct catalog_exhibit *x)
{
	const struct bytes none = {NULL, 0};

	sql_bind_blob(sql, x->id, CATALOG_ID_LEN);
	sql_bind_blob(sql, x->case_id, CATALOG_ID_LEN);
	sql_bind_u64(sql, x->number);
	sql_bind_u64(sql, x->slot);
	sql_bind_text(sql, x->actor);
	sql_bind_i64(sql, x->deposited_at);
	sql_bind_bytes(sql,
		       x->has_object ? (struct bytes){x->object.bytes, HASH_LEN} : none);
	sql_bind_i64(sql, x->opened);
	sql_bind_i64(sql, x->own);
	if (x->has_content)
		sql_bind_u64(sql, x->size);
	else
		sql_bind_bytes(sql, none);
	sql_bind_bytes(sql,
		       x->has_content ? (struct bytes){x->sha256.bytes, HASH_LEN} : none);
	sql_bind_bytes(sql, x->name);
	sql_bind_bytes(sql, x->type);
	sql_bind_bytes(sql, x->media_type);
	sql_bind_bytes(sql, x->title);
	sql_bind_bytes(sql, x->note);
	sql_bind_bytes(sql, x->source);
	sql_bind_bytes(sql, x->received);
	sql_bind_i64(sql, x->modified_at);
}

typedef int words_fn(struct catalog *catalog, int64_t row,
		     const struct catalog_exhibit *exhibit, struct amana_error *err);

static int
with_words(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN], words_fn *change,
	   int64_t *ret_row, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	struct catalog_exhibit x = {.number = 0};
	int64_t row_no;
	bool row = false;
	int r = sql_use(catalog, SQL_EXHIBIT_ROW,
			"SELECT rowid, name, type, media_type, title, note FROM exhibits"
			" WHERE id = ?",
			&sql, err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, id, CATALOG_ID_LEN);
	r = sql_next(&sql, &row, err);
	if (r != 0)
		return r;
	*ret_row = 0;
	if (!row)
		return 0;
	row_no = sql_i64(&sql);
	x.name = sql_bytes(&sql);
	x.type = sql_bytes(&sql);
	x.media_type = sql_bytes(&sql);
	x.title = sql_bytes(&sql);
	x.note = sql_bytes(&sql);
	if (sql.bad || row_no <= 0)
		return CATALOG_DAMAGED;
	*ret_row = row_no;
	return change(catalog, row_no, &x, err);
}

int
catalog_exhibit_drop_words(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
			   int64_t *ret_row, struct amana_error *err)
{
	return with_words(catalog, id, search_index_drop, ret_row, err);
}

int
catalog_exhibit_add_words(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
			  int64_t *ret_row, struct amana_error *err)
{
	return with_words(catalog, id, search_index_add, ret_row, err);
}

int
catalog_exhibit_put(struct catalog *catalog, const struct catalog_exhibit *exhibit,
		    struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int64_t row = 0;
	int r = catalog_exhibit_drop_words(catalog, exhibit->id, &row, err);

	if (r != 0)
		return r;
	if (row == 0)
		r = sql_use_write(
			catalog, SQL_EXHIBIT_INSERT,
			"INSERT INTO exhibits (id, case_id, number, slot, actor,"
			" deposited_at, object, opened, own, size, sha256, name, type,"
			" media_type, title, note, source, received, modified_at)"
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			&sql, err);
	else
		r = sql_use_write(
			catalog, SQL_EXHIBIT_UPDATE,
			"UPDATE exhibits SET (id, case_id, number, slot, actor,"
			" deposited_at, object, opened, own, size, sha256, name, type,"
			" media_type, title, note, source, received, modified_at)"
			" = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
			" WHERE rowid = ?",
			&sql, err);
	if (r != 0)
		return r;
	bind_exhibit(&sql, exhibit);
	if (row != 0)
		sql_bind_i64(&sql, row);
	r = sql_run(&sql, err);
	if (r != 0)
		return r;
	if (row == 0)
		row = sqlite3_last_insert_rowid(catalog->db);
	return search_index_add(catalog, row, exhibit, err);
}

int
catalog_exhibits_after(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		       uint32_t after, catalog_exhibit_fn *each, void *arg,
		       struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	struct catalog_exhibit exhibit;
	bool row = true;
	int r = sql_use(catalog, SQL_EXHIBITS,
			"SELECT " EXHIBIT_COLUMNS " FROM exhibits e WHERE case_id = ?"
			" AND number > ? ORDER BY number",
			&sql, err);

	if (r == 0) {
		sql_bind_blob(&sql, case_id, CATALOG_ID_LEN);
		sql_bind_u64(&sql, after);
	}
	while (r == 0) {
		r = sql_next(&sql, &row, err);
		if (r != 0 || !row)
			break;
		r = catalog_exhibit_read(&sql, &exhibit);
		if (r == 0)
			r = each(&exhibit, arg, err);
	}
	return r;
}

int
catalog_exhibits(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		 catalog_exhibit_fn *each, void *arg, struct amana_error *err)
{
	return catalog_exhibits_after(catalog, case_id, 0, each, arg, err);
}

/* The first row of a statement whose parameters are bound, with strings that outlive it.
 * CATALOG_NONE: there is no row. */
static int
take_one(struct sql *sql, struct catalog_exhibit *ret_exhibit, struct amana_error *err)
{
	struct catalog_exhibit x;
	struct bytes *const strings[] = {&x.name, &x.type,   &x.media_type, &x.title,
					 &x.note, &x.source, &x.received};
	bool row = false;
	int r = sql_next(sql, &row, err);

	if (r != 0)
		return r;
	if (!row)
		return CATALOG_NONE;
	r = catalog_exhibit_read(sql, &x);
	if (r == 0)
		r = sql_keep(sql->catalog, strings, ARRAY_LEN(strings), err);
	if (r == 0)
		*ret_exhibit = x;
	return r;
}

int
catalog_exhibit_by_id(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
		      struct catalog_exhibit *ret_exhibit, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use(catalog, SQL_EXHIBIT_BY_ID,
			"SELECT " EXHIBIT_COLUMNS " FROM exhibits e WHERE id = ?", &sql,
			err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, id, CATALOG_ID_LEN);
	return take_one(&sql, ret_exhibit, err);
}

int
catalog_exhibit_by_content(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
			   const struct hash *sha256, struct catalog_exhibit *ret_exhibit,
			   struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use(
		catalog, SQL_EXHIBIT_BY_CONTENT,
		"SELECT " EXHIBIT_COLUMNS
		" FROM exhibits e WHERE sha256 = ? AND case_id = ? ORDER BY number LIMIT 1",
		&sql, err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, sha256->bytes, HASH_LEN);
	sql_bind_blob(&sql, case_id, CATALOG_ID_LEN);
	return take_one(&sql, ret_exhibit, err);
}

int
catalog_totals(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
	       struct catalog_totals *ret_totals, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	struct catalog_totals totals;
	uint64_t n_closed;
	bool row = false;
	/* An index alone answers each of these. */
	int r = sql_use(
		catalog, SQL_TOTALS,
		"SELECT (SELECT count(*) FROM exhibits WHERE case_id = ?1),"
		" (SELECT coalesce(max(number), 0) FROM exhibits WHERE case_id = ?1),"
		" (SELECT count(*) FROM exhibits WHERE case_id = ?1 AND opened = 0)",
		&sql, err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, case_id, CATALOG_ID_LEN);
	r = sql_next(&sql, &row, err);
	if (r != 0)
		return r;
	totals.n_exhibits = sql_u64(&sql);
	totals.last_number = (uint32_t)sql_u64(&sql);
	n_closed = sql_u64(&sql);
	if (!row || sql.bad || n_closed > totals.n_exhibits)
		return CATALOG_DAMAGED;
	totals.n_opened = totals.n_exhibits - n_closed;
	*ret_totals = totals;
	return 0;
}
