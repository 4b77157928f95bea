/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_SQL_H
#define CATALOG_SQL_H

#include "catalog/catalog.h"
#include "catalog/vfs.h"

/*
 * Private to vault/catalog: one connection, the statements that it keeps, and a cursor
 * over the one in use, which binds parameters and reads columns from left to right.
 *
 * Functions return what catalog.h says; one thread at a time.
 */
enum statement { /* each is kept once compiled; its text stands where it is used */
		 SQL_BEGIN,
		 SQL_COMMIT,
		 SQL_META_GET,
		 SQL_META_PUT,
		 SQL_ENTRY_PUT,
		 SQL_ENTRIES_OF,
		 SQL_EXHIBIT_ROW,
		 SQL_EXHIBIT_INSERT,
		 SQL_EXHIBIT_UPDATE,
		 SQL_EXHIBITS,
		 SQL_EXHIBIT_BY_ID,
		 SQL_EXHIBIT_BY_CONTENT,
		 SQL_TOTALS,
		 SQL_INDEX_ADD,
		 SQL_INDEX_DROP,
		 SQL_SEARCH,
		 SQL_SEARCH_CASE,
		 SQL_EVENT_PUT,
		 SQL_EVENT_AT,
		 SQL_OWN_PUT,
		 SQL_OWN_FIND,
		 SQL_SITTING_PUT,
		 SQL_SITTING_PRUNE,
		 SQL_SITTING_FIND,
		 SQL_FORGET_CONTENT,
		 SQL_FORGET_ABOUT,
		 SQL_FORGET_SOURCE,
		 SQL_FORGET_OPENED,
		 SQL_FORGET_OWN,
		 SQL_FORGET_EVENTS,
		 SQL_FORGET_SLOT,
		 SQL_N_STATEMENTS,
};

struct catalog {
	char *path; /* NULL: memory was asked for */
	struct secret key;
	struct hash vault;
	struct page_vfs *vfs; /* NULL: in memory */
	sqlite3 *db;
	sqlite3_stmt *kept[SQL_N_STATEMENTS];
	bool in_transaction;
	bool failed;	    /* something failed in this transaction */
	struct buf scratch; /* strings of the single row that was given out last */
	struct buf plain;   /* text on its way into the search index */
};
#define CATALOG_SCRATCH_MAX (16 * CATALOG_TEXT_MAX)

/* What a result code means: -1 with err filled, CATALOG_DAMAGED or CATALOG_BUSY. */
int sql_outcome(struct catalog *catalog, int rc, struct amana_error *err) MUST_CHECK;
/* Runs statements that return no row, and keeps none. */
int sql_exec(struct catalog *catalog, const char *text,
	     struct amana_error *err) MUST_CHECK;
/* Finalizes every kept statement. */
void sql_forget_statements(struct catalog *catalog);

struct sql {
	struct catalog *catalog;
	sqlite3_stmt *stmt;
	int param, column; /* the last one used; columns count from 0 */
	int rc;		   /* result of the first bind that failed */
	bool bad;	   /* a column is not as this program writes it */
};
#define SQL_INIT                                                                         \
	{                                                                                \
		.column = -1                                                             \
	}

/* Takes the kept statement; the first time it is compiled from `text`. */
int sql_use(struct catalog *catalog, enum statement which, const char *text,
	    struct sql *ret_sql, struct amana_error *err) MUST_CHECK;
/* The same, but refuses outside a transaction. */
int sql_use_write(struct catalog *catalog, enum statement which, const char *text,
		  struct sql *ret_sql, struct amana_error *err) MUST_CHECK;
/* Gives the statement back, reset and with nothing bound. */
void sql_done(struct sql *sql);

/* These bind the next parameter.  Memory that is bound must live until sql_done. */
void sql_bind_u64(struct sql *sql, uint64_t value);
void sql_bind_i64(struct sql *sql, int64_t value);
void sql_bind_text(struct sql *sql, const char *text); /* NULL: SQL NULL */
void sql_bind_blob(struct sql *sql, const void *bytes, size_t len);
void sql_bind_bytes(struct sql *sql,
		    struct bytes bytes); /* data NULL: SQL NULL; stored as a blob */

/* Moves to the next row.  *ret_row false: there is none. */
int sql_next(struct sql *sql, bool *ret_row, struct amana_error *err) MUST_CHECK;
/* Runs the statement to its end; it gives no row. */
int sql_run(struct sql *sql, struct amana_error *err) MUST_CHECK;

/* These read the next column, and what they return is borrowed until the next
 * sql_next.  A column of another type sets `bad`. */
uint64_t sql_u64(struct sql *sql);
int64_t sql_i64(struct sql *sql);
const char *sql_text(struct sql *sql);
struct bytes sql_bytes(struct sql *sql);
bool sql_fixed(struct sql *sql, void *out, size_t len);	   /* false: it is NULL */
void sql_id(struct sql *sql, uint8_t out[CATALOG_ID_LEN]); /* NULL sets `bad` */

/* Copies the fields into the catalogue's scratch buffer, in place of what is there,
 * and points them at the copies, which are good until the next call on this catalogue. */
int sql_keep(struct catalog *catalog, struct bytes *const fields[], size_t n_fields,
	     struct amana_error *err) MUST_CHECK;

#endif
