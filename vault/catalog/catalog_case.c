/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/sql.h"

int
catalog_case_put(struct catalog *catalog, const struct catalog_case *item,
		 struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use_write(catalog, SQL_CASE_PUT,
			      "INSERT INTO cases (id, code, title) VALUES (?1, ?2, ?3)"
			      " ON CONFLICT (id) DO UPDATE SET code = ?2, title = ?3",
			      &sql, err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, item->id, CATALOG_ID_LEN);
	sql_bind_blob(&sql, item->code.data, item->code.len);
	sql_bind_bytes(&sql, item->title);
	return sql_run(&sql, err);
}

/* CATALOG_NONE: no row. */
static int
next_case(struct sql *sql, struct catalog_case *ret_case, struct amana_error *err)
{
	struct catalog_case item;
	bool row = false;
	int r = sql_next(sql, &row, err);

	if (r != 0)
		return r;
	if (!row)
		return CATALOG_NONE;
	sql_id(sql, item.id);
	item.code = sql_bytes(sql);
	item.title = sql_bytes(sql);
	if (sql->bad || item.code.data == NULL)
		return CATALOG_DAMAGED;
	*ret_case = item;
	return 0;
}

static int
take_case(struct sql *sql, struct catalog_case *ret_case, struct amana_error *err)
{
	struct catalog_case item;
	struct bytes *const strings[] = {&item.code, &item.title};
	int r = next_case(sql, &item, err);

	if (r == 0)
		r = sql_keep(sql->catalog, strings, ARRAY_LEN(strings), err);
	if (r == 0)
		*ret_case = item;
	return r;
}

int
catalog_case_by_code(struct catalog *catalog, struct bytes code,
		     struct catalog_case *ret_case, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use(catalog, SQL_CASE_BY_CODE,
			"SELECT id, code, title FROM cases WHERE code = ?", &sql, err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, code.data, code.len);
	return take_case(&sql, ret_case, err);
}

int
catalog_case_by_id(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
		   struct catalog_case *ret_case, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use(catalog, SQL_CASE_BY_ID,
			"SELECT id, code, title FROM cases WHERE id = ?", &sql, err);

	if (r != 0)
		return r;
	sql_bind_blob(&sql, id, CATALOG_ID_LEN);
	return take_case(&sql, ret_case, err);
}

int
catalog_cases(struct catalog *catalog, catalog_case_fn *each, void *arg,
	      struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	struct catalog_case item;
	int r = sql_use(catalog, SQL_CASES,
			"SELECT id, code, title FROM cases ORDER BY code", &sql, err);

	if (r != 0)
		return r;
	while (true) {
		r = next_case(&sql, &item, err);
		if (r != 0)
			return r == CATALOG_NONE ? 0 : r;
		r = each(&item, arg, err);
		if (r != 0)
			return r;
	}
}
