/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/sql.h"

#include <string.h>

int
catalog_own_put(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		const struct hash *mac, const uint8_t exhibit_id[CATALOG_ID_LEN],
		struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use_write(
		catalog, SQL_OWN_PUT,
		"REPLACE INTO own_deposits (case_id, mac, exhibit_id) VALUES (?, ?, ?)",
		&sql, err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, case_id, CATALOG_ID_LEN);
	sql_bind_blob(&sql, mac->bytes, HASH_LEN);
	sql_bind_blob(&sql, exhibit_id, CATALOG_ID_LEN);
	return sql_run(&sql, err);
}

int
catalog_own_find(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		 const struct hash *mac, uint8_t ret_exhibit_id[CATALOG_ID_LEN],
		 struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	uint8_t exhibit_id[CATALOG_ID_LEN];
	bool row = false;
	int r = sql_use(
		catalog, SQL_OWN_FIND,
		"SELECT exhibit_id FROM own_deposits WHERE case_id = ? AND mac = ?", &sql,
		err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, case_id, CATALOG_ID_LEN);
	sql_bind_blob(&sql, mac->bytes, HASH_LEN);
	r = sql_next(&sql, &row, err);
	if (r != 0)
		return r;
	if (!row)
		return CATALOG_NONE;
	sql_id(&sql, exhibit_id);
	if (sql.bad)
		return CATALOG_DAMAGED;
	memcpy(ret_exhibit_id, exhibit_id, CATALOG_ID_LEN);
	return 0;
}
