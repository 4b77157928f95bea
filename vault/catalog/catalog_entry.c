/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/sql.h"

int
catalog_entry_put(struct catalog *catalog, const struct catalog_entry *entry,
		  struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r;

	if (entry->subject.len > CATALOG_SUBJECT_MAX)
		return err_bug(err, "a subject of %zu bytes", entry->subject.len);
	r = sql_use_write(
		catalog, SQL_ENTRY_PUT,
		"REPLACE INTO entries (slot, idx, kind, subject, action, actor, at, event)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		&sql, err);
	if (r != 0)
		return r;
	sql_bind_u64(&sql, entry->slot);
	sql_bind_u64(&sql, entry->index);
	sql_bind_text(&sql, entry->subject_kind);
	sql_bind_blob(&sql, entry->subject.data, entry->subject.len);
	sql_bind_text(&sql, entry->action);
	sql_bind_text(&sql, entry->actor);
	sql_bind_i64(&sql, entry->at);
	sql_bind_u64(&sql, entry->event);
	return sql_run(&sql, err);
}

static int
read_entry(struct sql *sql, struct catalog_entry *ret_entry)
{
	struct catalog_entry entry;
	uint64_t index;

	entry.slot = sql_u64(sql);
	index = sql_u64(sql);
	entry.index = (uint32_t)index;
	entry.subject_kind = sql_text(sql);
	entry.subject = sql_bytes(sql);
	entry.action = sql_text(sql);
	entry.actor = sql_text(sql);
	entry.at = sql_i64(sql);
	entry.event = sql_u64(sql);
	if (sql->bad || index > UINT32_MAX || entry.subject.data == NULL)
		return CATALOG_DAMAGED;
	*ret_entry = entry;
	return 0;
}

int
catalog_entries_of(struct catalog *catalog, const char *subject_kind,
		   struct bytes subject, catalog_entry_fn *each, void *arg,
		   struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	struct catalog_entry entry;
	bool row = true;
	int r = sql_use(
		catalog, SQL_ENTRIES_OF,
		"SELECT slot, idx, kind, subject, action, actor, at, event FROM entries"
		" WHERE subject = ? AND kind = ? ORDER BY slot, idx",
		&sql, err);

	if (r == 0) {
		sql_bind_blob(&sql, subject.data, subject.len);
		sql_bind_text(&sql, subject_kind);
	}
	while (r == 0) {
		r = sql_next(&sql, &row, err);
		if (r != 0 || !row)
			break;
		r = read_entry(&sql, &entry);
		if (r == 0)
			r = each(&entry, arg, err);
	}
	return r;
}
