/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/sql.h"

#include <string.h>

int
sql_outcome(struct catalog *catalog, int rc, struct amana_error *err)
{
	if (catalog->in_transaction)
		catalog->failed = true;
	if (page_vfs_is_damage(rc))
		return CATALOG_DAMAGED;
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return CATALOG_BUSY;
	case SQLITE_CONSTRAINT: /* rows that contradict each other */
	case SQLITE_ERROR:	/* a table is missing */
		return CATALOG_DAMAGED;
	case SQLITE_NOMEM:
		return err_nomem(err);
	case SQLITE_TOOBIG:
		return err_set(err, AMANA_E_LIMIT,
			       "a value is too large for the catalogue");
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(err, AMANA_E_IO, "the catalogue '%s': %s",
			       catalog->path != NULL ? catalog->path : "in memory",
			       sqlite3_errstr(rc));
	default:
		return err_bug(err, "the catalogue: %s", sqlite3_errstr(rc));
	}
}

int
sql_exec(struct catalog *catalog, const char *text, struct amana_error *err)
{
	int rc = sqlite3_exec(catalog->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : sql_outcome(catalog, rc, err);
}

void
sql_forget_statements(struct catalog *catalog)
{
	for (size_t i = 0; i < SQL_N_STATEMENTS; i++) {
		sqlite3_finalize(catalog->kept[i]);
		catalog->kept[i] = NULL;
	}
}

int
sql_use(struct catalog *catalog, enum statement which, const char *text,
	struct sql *ret_sql, struct amana_error *err)
{
	sqlite3_stmt **kept = &catalog->kept[which];

	if (catalog->db == NULL) /* catalog_reset ran out of memory */
		return CATALOG_DAMAGED;
	if (*kept == NULL) {
		int rc = sqlite3_prepare_v3(catalog->db, text, -1,
					    SQLITE_PREPARE_PERSISTENT, kept, NULL);

		if (rc != SQLITE_OK)
			return sql_outcome(catalog, rc, err);
	}
	*ret_sql = (struct sql){.catalog = catalog, .stmt = *kept, .column = -1};
	return 0;
}

int
sql_use_write(struct catalog *catalog, enum statement which, const char *text,
	      struct sql *ret_sql, struct amana_error *err)
{
	if (!catalog->in_transaction)
		return err_bug(err, "writing to the catalogue outside a transaction");
	return sql_use(catalog, which, text, ret_sql, err);
}

void
sql_done(struct sql *sql)
{
	if (sql->stmt == NULL)
		return;
	sqlite3_reset(sql->stmt);
	sqlite3_clear_bindings(sql->stmt);
	sql->stmt = NULL;
}

static void
note_rc(struct sql *sql, int rc)
{
	if (sql->rc == SQLITE_OK)
		sql->rc = rc;
}

void
sql_bind_u64(struct sql *sql, uint64_t value)
{
	if (value > INT64_MAX)
		note_rc(sql, SQLITE_TOOBIG);
	note_rc(sql, sqlite3_bind_int64(sql->stmt, ++sql->param, (sqlite3_int64)value));
}

void
sql_bind_i64(struct sql *sql, int64_t value)
{
	note_rc(sql, sqlite3_bind_int64(sql->stmt, ++sql->param, value));
}

void
sql_bind_text(struct sql *sql, const char *text)
{
	if (text != NULL && strlen(text) > CATALOG_TEXT_MAX)
		note_rc(sql, SQLITE_TOOBIG);
	note_rc(sql, sqlite3_bind_text(sql->stmt, ++sql->param, text, -1, SQLITE_STATIC));
}

void
sql_bind_blob(struct sql *sql, const void *bytes, size_t len)
{
	if (len > CATALOG_TEXT_MAX)
		note_rc(sql, SQLITE_TOOBIG);
	/* A NULL pointer would be stored as SQL NULL. */
	note_rc(sql, sqlite3_bind_blob64(sql->stmt, ++sql->param,
					 bytes != NULL ? bytes : "", len, SQLITE_STATIC));
}

void
sql_bind_bytes(struct sql *sql, struct bytes bytes)
{
	if (bytes.data == NULL)
		note_rc(sql, sqlite3_bind_null(sql->stmt, ++sql->param));
	else
		sql_bind_blob(sql, bytes.data, bytes.len);
}

int
sql_next(struct sql *sql, bool *ret_row, struct amana_error *err)
{
	int rc = sql->rc;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(sql->stmt);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sql_outcome(sql->catalog, rc, err);
	sql->column = -1;
	*ret_row = rc == SQLITE_ROW;
	return 0;
}

int
sql_run(struct sql *sql, struct amana_error *err)
{
	bool row = false;
	int r = sql_next(sql, &row, err);

	if (r == 0 && row)
		return err_bug(err, "a catalogue statement returned a row");
	return r;
}

int64_t
sql_i64(struct sql *sql)
{
	sql->column++;
	if (sqlite3_column_type(sql->stmt, sql->column) != SQLITE_INTEGER)
		sql->bad = true;
	return sqlite3_column_int64(sql->stmt, sql->column);
}

uint64_t
sql_u64(struct sql *sql)
{
	int64_t value = sql_i64(sql);

	if (value < 0)
		sql->bad = true;
	return (uint64_t)value;
}

const char *
sql_text(struct sql *sql)
{
	const unsigned char *text = sqlite3_column_text(sql->stmt, ++sql->column);

	if (text == NULL)
		sql->bad = true;
	return text != NULL ? (const char *)text : "";
}

struct bytes
sql_bytes(struct sql *sql)
{
	const void *data;

	if (sqlite3_column_type(sql->stmt, ++sql->column) == SQLITE_NULL)
		return (struct bytes){NULL, 0};
	data = sqlite3_column_blob(sql->stmt, sql->column);
	/* SQLite gives NULL for an empty blob. */
	return (struct bytes){data != NULL ? data : (const void *)"",
			      (size_t)sqlite3_column_bytes(sql->stmt, sql->column)};
}

bool
sql_fixed(struct sql *sql, void *out, size_t len)
{
	struct bytes bytes = sql_bytes(sql);

	if (bytes.data != NULL && bytes.len == len) {
		memcpy(out, bytes.data, len);
		return true;
	}
	if (bytes.data != NULL)
		sql->bad = true;
	memset(out, 0, len);
	return false;
}

void
sql_id(struct sql *sql, uint8_t out[CATALOG_ID_LEN])
{
	if (!sql_fixed(sql, out, CATALOG_ID_LEN))
		sql->bad = true;
}

int
sql_keep(struct catalog *catalog, struct bytes *const fields[], size_t n_fields,
	 struct amana_error *err)
{
	struct buf *scratch = &catalog->scratch;
	size_t total = 0, at = 0;

	for (size_t i = 0; i < n_fields; i++)
		total += fields[i]->len;
	buf_clear(scratch);
	if (buf_reserve(scratch, total, err) == NULL)
		return -1;
	for (size_t i = 0; i < n_fields; i++) {
		struct bytes *field = fields[i];

		if (field->data == NULL)
			continue;
		memcpy(scratch->data + at, field->data, field->len);
		field->data = scratch->data + at;
		at += field->len;
	}
	return 0;
}
