/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/sql.h"

#define EVENT_COLUMNS                                                                    \
	"slot, idx, case_id, exhibit_id, kind, reason, details, tool, device"

int
catalog_event_put(struct catalog *catalog, const struct catalog_event *event,
		  struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use_write(catalog, SQL_EVENT_PUT,
			      "REPLACE INTO events (" EVENT_COLUMNS
			      ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			      &sql, err);

	if (r != 0)
		return r;
	sql_bind_u64(&sql, event->slot);
	sql_bind_u64(&sql, event->index);
	sql_bind_blob(&sql, event->case_id, CATALOG_ID_LEN);
	sql_bind_bytes(&sql, event->has_exhibit
				     ? (struct bytes){event->exhibit_id, CATALOG_ID_LEN}
				     : (struct bytes){NULL, 0});
	sql_bind_bytes(&sql, event->kind);
	sql_bind_bytes(&sql, event->reason);
	sql_bind_bytes(&sql, event->details);
	sql_bind_bytes(&sql, event->tool);
	sql_bind_bytes(&sql, event->device);
	return sql_run(&sql, err);
}

/* The statement's next row.  CATALOG_NONE: there is none. */
static int
next_event(struct sql *sql, struct catalog_event *ret_event, struct amana_error *err)
{
	struct catalog_event event;
	uint64_t index;
	bool row = false;
	int r = sql_next(sql, &row, err);

	if (r != 0)
		return r;
	if (!row)
		return CATALOG_NONE;
	event.slot = sql_u64(sql);
	index = sql_u64(sql);
	event.index = (uint32_t)index;
	sql_id(sql, event.case_id);
	event.has_exhibit = sql_fixed(sql, event.exhibit_id, CATALOG_ID_LEN);
	event.kind = sql_bytes(sql);
	event.reason = sql_bytes(sql);
	event.details = sql_bytes(sql);
	event.tool = sql_bytes(sql);
	event.device = sql_bytes(sql);
	if (sql->bad || index > UINT32_MAX)
		return CATALOG_DAMAGED;
	*ret_event = event;
	return 0;
}

int
catalog_event_at(struct catalog *catalog, uint64_t slot, uint32_t index,
		 struct catalog_event *ret_event, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	struct catalog_event event;
	struct bytes *const strings[] = {&event.kind, &event.reason, &event.details,
					 &event.tool, &event.device};
	int r = sql_use(catalog, SQL_EVENT_AT,
			"SELECT " EVENT_COLUMNS " FROM events WHERE slot = ? AND idx = ?",
			&sql, err);

	if (r != 0)
		return r;
	sql_bind_u64(&sql, slot);
	sql_bind_u64(&sql, index);
	r = next_event(&sql, &event, err);
	if (r == 0)
		r = sql_keep(catalog, strings, ARRAY_LEN(strings), err);
	if (r == 0)
		*ret_event = event;
	return r;
}
