/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/sql.h"

static int
check_token(struct bytes token, struct amana_error *err)
{
	if (token.len == 0 || token.len > CATALOG_TOKEN_MAX)
		return err_bug(err, "a sitting token of %zu bytes", token.len);
	return 0;
}

static int
prune(struct catalog *catalog, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use_write(
		catalog, SQL_SITTING_PRUNE,
		"DELETE FROM sittings WHERE rowid <= (SELECT max(rowid) FROM sittings)"
		" - 64",
		&sql, err);

	return r == 0 ? sql_run(&sql, err) : r;
}

int
catalog_sitting_put(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		    struct bytes token, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = check_token(token, err);

	if (r == 0)
		r = sql_use_write(catalog, SQL_SITTING_PUT,
				  "REPLACE INTO sittings (case_id, token) VALUES (?, ?)",
				  &sql, err);
	if (r != 0)
		return r;
	sql_bind_blob(&sql, case_id, CATALOG_ID_LEN);
	sql_bind_blob(&sql, token.data, token.len);
	r = sql_run(&sql, err);
	return r == 0 ? prune(catalog, err) : r;
}

int
catalog_sitting_find(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		     struct bytes token, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	bool row = false;
	int r = check_token(token, err);

	if (r == 0)
		r = sql_use(catalog, SQL_SITTING_FIND,
			    "SELECT 1 FROM sittings WHERE case_id = ? AND token = ?",
			    &sql, err);
	if (r != 0)
		return r;
	sql_bind_blob(&sql, case_id, CATALOG_ID_LEN);
	sql_bind_blob(&sql, token.data, token.len);
	r = sql_next(&sql, &row, err);
	return r != 0 ? r : row ? 0 : CATALOG_NONE;
}
