/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/search.h"
#include "catalog/sql.h"

#include "base/file.h"
#include "crypto/aead.h"

#include <fcntl.h>
#include <string.h>

#define SCHEMA_VERSION 5

static const char schema[] =
	"CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE entries (slot INTEGER NOT NULL, idx INTEGER NOT NULL, kind TEXT NOT NULL,"
	" subject BLOB NOT NULL, action TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,"
	" event INTEGER NOT NULL, PRIMARY KEY (slot, idx)) WITHOUT ROWID;"
	"CREATE INDEX entries_subject ON entries (subject, kind, slot, idx);"
	"CREATE TABLE exhibits (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL, case_id BLOB NOT NULL,"
	" number INTEGER NOT NULL, slot INTEGER NOT NULL, actor TEXT NOT NULL,"
	" deposited_at INTEGER NOT NULL, object BLOB, opened INTEGER NOT NULL,"
	" own INTEGER NOT NULL, size INTEGER, sha256 BLOB, name BLOB, type BLOB, media_type BLOB,"
	" title BLOB, note BLOB, source BLOB, received BLOB,"
	" modified_at INTEGER NOT NULL);"
	"CREATE UNIQUE INDEX exhibits_id ON exhibits (id);"
	"CREATE UNIQUE INDEX exhibits_number ON exhibits (case_id, number);"
	/* Before each listing it is asked whether any exhibit is not opened yet.
	 * Nearly always there is none. */
	"CREATE INDEX exhibits_closed ON exhibits (case_id) WHERE opened = 0;"
	"CREATE INDEX exhibits_sha256 ON exhibits (sha256) WHERE sha256 IS NOT NULL;"
	"CREATE TABLE events (slot INTEGER NOT NULL, idx INTEGER NOT NULL, case_id BLOB NOT NULL,"
	" exhibit_id BLOB, kind BLOB, reason BLOB, details BLOB, tool BLOB, device BLOB,"
	" PRIMARY KEY (slot, idx)) WITHOUT ROWID;"
	"CREATE INDEX events_exhibit ON events (exhibit_id, slot, idx)"
	" WHERE exhibit_id IS NOT NULL;"
	"CREATE TABLE own_deposits (case_id BLOB NOT NULL, mac BLOB NOT NULL,"
	" exhibit_id BLOB NOT NULL, PRIMARY KEY (case_id, mac)) WITHOUT ROWID;"
	"CREATE INDEX own_deposits_exhibit ON own_deposits (exhibit_id);"
	"CREATE TABLE sittings (rowid INTEGER PRIMARY KEY, case_id BLOB NOT NULL,"
	" token BLOB NOT NULL, UNIQUE (case_id, token));"
	/* This table is an index without content; the texts stand in `exhibits`. */
	"CREATE VIRTUAL TABLE words USING fts5 (name, type, title, note, content='',"
	" columnsize=0, prefix='2 3', tokenize='unicode61 remove_diacritics 2');";

static void
close_db(struct catalog *catalog)
{
	sql_forget_statements(catalog);
	page_vfs_close(catalog->vfs,
		       catalog->db); /* vfs is NULL for a database in memory */
	catalog->vfs = NULL;
	catalog->db = NULL;
	catalog->in_transaction = false;
	catalog->failed = false;
}

void
catalog_free(struct catalog *catalog)
{
	if (catalog == NULL)
		return;
	close_db(catalog);
	secret_done(&catalog->key);
	buf_done(&catalog->scratch);
	buf_done(&catalog->plain);
	mem_free(catalog->path);
	mem_free(catalog);
}

bool
catalog_in_memory(const struct catalog *catalog)
{
	return catalog->vfs == NULL;
}

static int
user_version(struct catalog *catalog, int64_t *ret_version, struct amana_error *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(catalog->db, "PRAGMA user_version", -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*ret_version = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : sql_outcome(catalog, rc, err);
}

static int
meta_get(struct catalog *catalog, const char *key, void *out, size_t len,
	 struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	bool row = false;
	int r = sql_use(catalog, SQL_META_GET, "SELECT value FROM meta WHERE key = ?",
			&sql, err);

	if (r != 0)
		return r;
	sql_bind_text(&sql, key);
	r = sql_next(&sql, &row, err);
	if (r != 0)
		return r;
	if (!row)
		return CATALOG_NONE;
	return sql_fixed(&sql, out, len) ? 0 : CATALOG_DAMAGED;
}

static int
meta_put(struct catalog *catalog, const char *key, const void *value, size_t len,
	 struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r = sql_use_write(catalog, SQL_META_PUT, "REPLACE INTO meta VALUES (?, ?)",
			      &sql, err);

	if (r != 0)
		return r;
	sql_bind_text(&sql, key);
	sql_bind_blob(&sql, value, len);
	return sql_run(&sql, err);
}

/* Makes the tables of an empty database, unless another process has made them in the
 * meantime. */
static int
make_schema(struct catalog *catalog, struct amana_error *err)
{
	int64_t version = 0;
	int r = catalog_begin(catalog, err);

	if (r == 0)
		r = user_version(catalog, &version, err);
	if (r == 0 && version == 0) {
		r = sql_exec(catalog, schema, err);
		if (r == 0)
			r = sql_exec(catalog, "PRAGMA user_version = 5", err);
		if (r == 0)
			r = meta_put(catalog, "vault", catalog->vault.bytes, HASH_LEN,
				     err);
	}
	if (r == 0)
		return catalog_commit(catalog, err);
	catalog_rollback(catalog);
	return r;
}

_Static_assert(SCHEMA_VERSION == 5, "make_schema writes the number as text");

/* Sets up a new connection and looks at the database.  0: it is of this schema and
 * vault.  1: it was empty and has its tables now.  CATALOG_DAMAGED: it cannot be used. */
static int
prepare_db(struct catalog *catalog, struct amana_error *err)
{
	struct hash vault;
	int64_t version = 0;
	bool was_empty;
	int r;

	sqlite3_busy_timeout(catalog->db, CATALOG_WAIT_MS);
	r = sql_exec(catalog,
		     "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
		     "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;"
		     "PRAGMA cache_size = -8192; PRAGMA trusted_schema = OFF;",
		     err);
	if (r == 0)
		r = search_install(catalog->db, err);
	if (r == 0)
		r = user_version(catalog, &version, err);
	if (r != 0)
		return r;
	was_empty = version == 0;
	if (was_empty)
		r = make_schema(catalog, err);
	else if (version != SCHEMA_VERSION)
		return CATALOG_DAMAGED;
	if (r == 0)
		r = meta_get(catalog, "vault", vault.bytes, HASH_LEN, err);
	if (r == CATALOG_NONE || (r == 0 && !hash_equal(&vault, &catalog->vault)))
		return CATALOG_DAMAGED;
	return r == 0 && was_empty ? 1 : r;
}

static int
make_folder(const char *path, struct amana_error *err)
{
	CLEANUP(mem_freep) char *folder = mem_dup(path, err);
	char *slash = folder != NULL ? strrchr(folder, '/') : NULL;

	if (folder == NULL)
		return -1;
	if (slash == NULL || slash == folder)
		return 0;
	*slash = 0;
	return file_mkdirs(AT_FDCWD, folder, 0700, err);
}

static int
open_file(struct catalog *catalog, struct amana_error *err)
{
	int r = page_vfs_open(catalog->path, &catalog->key, &catalog->vfs, &catalog->db,
			      err);

	if (r == 1) {
		if (make_folder(catalog->path, err) < 0 ||
		    page_vfs_create(catalog->path, &catalog->key, false, err) < 0)
			return -1;
		r = page_vfs_open(catalog->path, &catalog->key, &catalog->vfs,
				  &catalog->db, err);
		if (r == 1)
			return err_set(err, AMANA_E_IO, "'%s' went away", catalog->path);
	}
	return r == 0 ? prepare_db(catalog, err) : r;
}

static int
open_memory(struct catalog *catalog, struct amana_error *err)
{
	int rc, r;

	close_db(catalog);
	rc = sqlite3_open_v2(":memory:", &catalog->db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY |
				     SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			     NULL);
	r = rc == SQLITE_OK ? prepare_db(catalog, err) : sql_outcome(catalog, rc, err);
	if (r > 1)
		return err_bug(err, "a catalogue in memory is unusable (%d)", r);
	return r;
}

/* Puts an empty file in place of whatever is there, and opens it. */
static int
replace_file(struct catalog *catalog, struct amana_error *err)
{
	close_db(catalog);
	if (page_vfs_create(catalog->path, &catalog->key, true, err) < 0)
		return -1;
	return open_file(catalog, err);
}

/* `r` is what opening the file returned.  A file that cannot be used is replaced, and
 * if that does not help, the catalogue lives in memory. */
static int
settle_open(struct catalog *catalog, int r, struct amana_error *err)
{
	bool replaced = false;

	if (r == CATALOG_DAMAGED) {
		r = replace_file(catalog, err);
		replaced = true;
	}
	if (r == 0 || r == 1)
		return replaced ? 1 : r;
	if (r < 0 && err->code == AMANA_E_NOMEM)
		return -1;
	return open_memory(catalog, err);
}

int
catalog_open(const char *path, const struct secret *key, const struct hash *vault,
	     struct catalog **ret_catalog, struct amana_error *err)
{
	CLEANUP(catalog_freep) struct catalog *catalog = mem_new(sizeof *catalog, err);
	int r;

	if (catalog == NULL)
		return -1;
	catalog->scratch.max = catalog->plain.max = CATALOG_SCRATCH_MAX;
	catalog->vault = *vault;
	if (path == NULL) {
		r = open_memory(catalog, err);
	} else {
		if (key->len != AEAD_KEY_LEN)
			return err_bug(err, "a catalogue key of %zu bytes", key->len);
		catalog->path = mem_dup(path, err);
		if (catalog->path == NULL ||
		    secret_from(key->data, key->len, &catalog->key, err) < 0)
			return -1;
		r = settle_open(catalog, open_file(catalog, err), err);
	}
	if (r < 0)
		return -1;
	*ret_catalog = TAKE(catalog);
	return r;
}

int
catalog_reset(struct catalog *catalog, struct amana_error *err)
{
	int r = catalog_in_memory(catalog)
			? open_memory(catalog, err)
			: settle_open(catalog, replace_file(catalog, err), err);

	return r < 0 ? -1 : 0;
}

int
catalog_begin(struct catalog *catalog, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r;

	if (catalog->in_transaction)
		return err_bug(err, "a catalogue transaction inside another");
	r = sql_use(catalog, SQL_BEGIN, "BEGIN IMMEDIATE", &sql, err);
	if (r == 0)
		r = sql_run(&sql, err);
	if (r != 0)
		return r;
	catalog->in_transaction = true;
	catalog->failed = false;
	return 0;
}

int
catalog_commit(struct catalog *catalog, struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	int r;

	if (!catalog->in_transaction)
		return err_bug(err, "a catalogue commit without a transaction");
	if (catalog->failed) {
		catalog_rollback(catalog);
		return err_bug(err, "a catalogue commit after a failure");
	}
	r = sql_use(catalog, SQL_COMMIT, "COMMIT", &sql, err);
	if (r == 0)
		r = sql_run(&sql, err);
	if (r != 0) {
		sql_done(&sql);
		catalog_rollback(catalog);
		return r;
	}
	catalog->in_transaction = false;
	return 0;
}

void
catalog_rollback(struct catalog *catalog)
{
	if (!catalog->in_transaction)
		return;
	catalog->in_transaction = false;
	catalog->failed = false;
	/* The failure that led here may have rolled it back already. */
	if (sqlite3_get_autocommit(catalog->db) == 0)
		(void)sqlite3_exec(catalog->db, "ROLLBACK", NULL, NULL, NULL);
}

#define SYNCED_LEN (8 + HASH_LEN)

int
catalog_synced(struct catalog *catalog, uint64_t *ret_slot, struct hash *ret_head,
	       struct amana_error *err)
{
	uint8_t value[SYNCED_LEN];
	int r = meta_get(catalog, "synced", value, sizeof value, err);

	if (r != 0)
		return r;
	*ret_slot = (uint64_t)bytes_u32be(value) << 32 | bytes_u32be(value + 4);
	memcpy(ret_head->bytes, value + 8, HASH_LEN);
	return 0;
}

int
catalog_synced_set(struct catalog *catalog, uint64_t slot, const struct hash *head,
		   struct amana_error *err)
{
	uint8_t value[SYNCED_LEN];

	for (int i = 0; i < 8; i++)
		value[i] = (uint8_t)(slot >> (56 - 8 * i));
	memcpy(value + 8, head->bytes, HASH_LEN);
	return meta_put(catalog, "synced", value, sizeof value, err);
}
