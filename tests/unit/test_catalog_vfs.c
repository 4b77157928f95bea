/* SPDX-License-Identifier: Apache-2.0 */
#define TEST_NAME "test_catalog_vfs"
#include "catalog_fixture.h"

#include "catalog/sealed_page.h"
#include "catalog/vfs.h"

#include <sys/stat.h>

#define FILE_PATH SCRATCH "/pages"
#define OTHER_PATH SCRATCH "/other"

struct base {
	struct page_vfs *vfs;
	sqlite3 *db;
};

static struct base
open_base(const char *path, uint8_t fill)
{
	CLEANUP(secret_done) struct secret key = key_of(fill);
	struct amana_error err = AMANA_ERROR_INIT;
	struct base base = {.db = NULL};

	CHECK_OK(page_vfs_open(path, &key, &base.vfs, &base.db, &err), err);
	return base;
}

static void
close_base(struct base base)
{
	page_vfs_close(base.vfs, base.db);
}

static int
run(struct base base, const char *sql)
{
	return sqlite3_exec(base.db, sql, NULL, NULL, NULL);
}

/* A table of long rows over 50 pages and more. */
static void
make_base(const char *path)
{
	CLEANUP(secret_done) struct secret key = key_of(1);
	struct amana_error err = AMANA_ERROR_INIT;
	struct base base;

	CHECK_OK(page_vfs_create(path, &key, false, &err), err);
	base = open_base(path, 1);
	CHECK_INT(
		run(base,
		    "PRAGMA journal_mode = MEMORY; PRAGMA auto_vacuum = FULL;"
		    "PRAGMA synchronous = OFF; PRAGMA secure_delete = ON;"
		    "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);"
		    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
		    " WHERE i < 100)"
		    "INSERT INTO t SELECT i, 'markertext' || hex(zeroblob(1000)) FROM n"),
		SQLITE_OK);
	close_base(base);
}

/* Every page as SQLite would read it; false when the lock or the page fails with damage.
 */
static bool
read_page(struct base base, uint32_t page_no, uint8_t page[SEALED_PAGE_LEN])
{
	sqlite3_file *file = NULL;
	int rc;

	sqlite3_file_control(base.db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	rc = file->pMethods->xLock(file, SQLITE_LOCK_SHARED);
	if (rc == SQLITE_OK) {
		rc = file->pMethods->xRead(file, page, (int)SEALED_PAGE_LEN,
					   (sqlite3_int64)(page_no - 1) *
						   (sqlite3_int64)SEALED_PAGE_LEN);
		CHECK_INT(file->pMethods->xUnlock(file, SQLITE_LOCK_NONE), SQLITE_OK);
	}
	CHECK(rc == SQLITE_OK || page_vfs_is_damage(rc));
	return rc == SQLITE_OK;
}

static off_t
size_of(const char *path)
{
	struct stat st;

	CHECK(stat(path, &st) == 0);
	return st.st_size;
}

static void
copy_block(const char *from, off_t from_no, const char *to, off_t to_no)
{
	CLEANUP(file_closep) int in = open(from, O_RDONLY | O_CLOEXEC);
	CLEANUP(file_closep) int out = open(to, O_WRONLY | O_CLOEXEC);
	uint8_t sealed[SEALED_PAGE_LEN];

	CHECK(in >= 0 && out >= 0);
	CHECK(pread(in, sealed, sizeof sealed, from_no * (off_t)SEALED_PAGE_LEN) ==
	      (ssize_t)SEALED_PAGE_LEN);
	CHECK(pwrite(out, sealed, sizeof sealed, to_no * (off_t)SEALED_PAGE_LEN) ==
	      (ssize_t)SEALED_PAGE_LEN);
}

static void
fresh(void)
{
	wipe_scratch();
	CHECK(mkdir(SCRATCH, 0700) == 0);
	make_base(FILE_PATH);
}

static void
test_round_trip(void)
{
	struct base base;
	sqlite3_stmt *stmt;
	uint8_t page[SEALED_PAGE_LEN];
	off_t size;

	fresh();
	size = size_of(FILE_PATH);
	CHECK(size % (off_t)SEALED_PAGE_LEN == 0 && size > 50 * (off_t)SEALED_PAGE_LEN);
	base = open_base(FILE_PATH, 1);
	CHECK_INT(sqlite3_prepare_v2(base.db, "SELECT count(*), sum(length(b)) FROM t",
				     -1, &stmt, NULL),
		  SQLITE_OK);
	CHECK_INT(sqlite3_step(stmt), SQLITE_ROW);
	CHECK_INT(sqlite3_column_int(stmt, 0), 100);
	CHECK_INT(sqlite3_column_int(stmt, 1), 100 * 2010);
	sqlite3_finalize(stmt);
	CHECK_INT(sqlite3_prepare_v2(base.db, "PRAGMA integrity_check", -1, &stmt, NULL),
		  SQLITE_OK);
	CHECK_INT(sqlite3_step(stmt), SQLITE_ROW);
	CHECK_STR((const char *)sqlite3_column_text(stmt, 0), "ok");
	sqlite3_finalize(stmt);
	/* SQLite's own header is inside the sealed page 1, and leaves the room that the
	 * tag needs. */
	CHECK(read_page(base, 1, page));
	CHECK(memcmp(page, "SQLite format 3", 16) == 0 && page[20] == 40);
	for (size_t i = SEALED_PAGE_SEALED_LEN; i < SEALED_PAGE_LEN; i++)
		CHECK_INT(page[i], 0);
	close_base(base);
	CHECK(system("grep -qa -e 'SQLite format' -e markertext -e CREATE " FILE_PATH) !=
	      0);
}

static void
test_shrinks_and_grows(void)
{
	struct base base;
	off_t size;

	fresh();
	size = size_of(FILE_PATH);
	base = open_base(FILE_PATH, 1);
	CHECK_INT(run(base, "PRAGMA journal_mode = MEMORY; DELETE FROM t WHERE a > 3"),
		  SQLITE_OK);
	CHECK(size_of(FILE_PATH) < size / 4);
	CHECK_INT(run(base, "INSERT INTO t SELECT a + 10, hex(zeroblob(40000)) FROM t"),
		  SQLITE_OK);
	CHECK(size_of(FILE_PATH) > size / 2);
	CHECK_INT(run(base, "BEGIN; DELETE FROM t; ROLLBACK; PRAGMA integrity_check"),
		  SQLITE_OK);
	close_base(base);
	base = open_base(FILE_PATH, 1);
	CHECK_INT(run(base, "PRAGMA journal_mode = MEMORY;"
			    "CREATE TABLE six AS SELECT 1 / (count(*) = 6) AS ok FROM t"),
		  SQLITE_OK);
	close_base(base);
	CHECK(size_of(FILE_PATH) % (off_t)SEALED_PAGE_LEN == 0);
}

static void
test_wrong_key(void)
{
	struct base base;

	fresh();
	base = open_base(FILE_PATH, 2);
	CHECK(page_vfs_is_damage(run(base, "SELECT * FROM t")));
	close_base(base);
}

/* One byte of one sealed: that sealed fails, the others open; sealed 0 stands for all of
 * them. */
static void
test_every_block_flipped(void)
{
	static const off_t places[] = {0, 16, 24, 40, 2000, 4055, 4056, 4079, 4080, 4095};
	CLEANUP(file_closep) int fd = -1;
	uint8_t page[SEALED_PAGE_LEN], byte;
	uint32_t n_blocks;

	fresh();
	n_blocks = (uint32_t)(size_of(FILE_PATH) / (off_t)SEALED_PAGE_LEN);
	fd = open(FILE_PATH, O_RDWR | O_CLOEXEC);
	for (uint32_t sealed = 0; sealed < n_blocks; sealed++) {
		for (size_t i = 0; i < ARRAY_LEN(places); i++) {
			off_t at = (off_t)sealed * (off_t)SEALED_PAGE_LEN + places[i];
			uint32_t other = sealed == 1 ? 2 : 1;
			struct base base;

			CHECK(pread(fd, &byte, 1, at) == 1);
			byte ^= 0x80;
			CHECK(pwrite(fd, &byte, 1, at) == 1);
			base = open_base(FILE_PATH, 1);
			CHECK(!read_page(base, sealed == 0 ? 1 : sealed, page));
			CHECK(read_page(base, other, page) == (sealed != 0));
			byte ^= 0x80;
			CHECK(pwrite(fd, &byte, 1, at) == 1);
			CHECK(read_page(base, other, page));
			close_base(base);
		}
	}
}

static void
test_swapped(void)
{
	struct base base;
	uint8_t page[SEALED_PAGE_LEN];

	fresh();
	make_base(OTHER_PATH);
	/* Another page of this file. */
	copy_block(FILE_PATH, 3, FILE_PATH, 4);
	base = open_base(FILE_PATH, 1);
	CHECK(read_page(base, 3, page));
	CHECK(!read_page(base, 4, page));
	close_base(base);
	/* The same page of another file under the same key; its sealed 0; then both
	 * files' roles. */
	fresh();
	make_base(OTHER_PATH);
	copy_block(OTHER_PATH, 5, FILE_PATH, 5);
	base = open_base(FILE_PATH, 1);
	CHECK(!read_page(base, 5, page));
	CHECK(read_page(base, 6, page));
	close_base(base);
	copy_block(OTHER_PATH, 0, FILE_PATH, 0);
	base = open_base(FILE_PATH, 1);
	CHECK(read_page(base, 5, page));
	CHECK(!read_page(base, 6, page));
	CHECK(page_vfs_is_damage(run(base, "SELECT * FROM t")));
	close_base(base);
}

/* Cut short anywhere, also to nothing: damage, never fewer rows.  Longer: what is behind
 * is ignored. */
static void
test_length(void)
{
	struct base base;
	off_t size, settled;

	fresh();
	settled = size_of(FILE_PATH);
	CHECK(system("cp " FILE_PATH " " FILE_PATH ".copy") == 0);
	for (size = settled - 1; size >= 0; size -= size > 8192 ? 4096 + 511 : 1021) {
		CHECK(truncate(FILE_PATH, size) == 0);
		base = open_base(FILE_PATH, 1);
		CHECK(page_vfs_is_damage(run(base, "SELECT count(*) FROM t")));
		close_base(base);
		CHECK(system("cat " FILE_PATH ".copy > " FILE_PATH) == 0);
	}
	CHECK(truncate(FILE_PATH, settled + 5000) == 0);
	base = open_base(FILE_PATH, 1);
	CHECK_INT(run(base, "SELECT count(*) FROM t"), SQLITE_OK);
	close_base(base);
	CHECK_INT(size_of(FILE_PATH), settled);
}

/* More changed pages than the cache holds stay in memory until the commit, and can be
 * read. */
static void
test_large_transaction(void)
{
	struct base base;
	off_t size;

	fresh();
	size = size_of(FILE_PATH);
	base = open_base(FILE_PATH, 1);
	CHECK_INT(run(base, "PRAGMA journal_mode = MEMORY; PRAGMA cache_size = 10; BEGIN;"
			    "INSERT INTO t SELECT a + 1000, b FROM t;"
			    "INSERT INTO t SELECT a + 2000, b FROM t;"
			    "UPDATE t SET b = b || 'x'; SELECT sum(length(b)) FROM t"),
		  SQLITE_OK);
	CHECK_INT(size_of(FILE_PATH), size);
	CHECK_INT(run(base, "COMMIT; PRAGMA integrity_check"), SQLITE_OK);
	CHECK(size_of(FILE_PATH) > 3 * size);
	close_base(base);
}

/* What SQLite never asks for is refused, not guessed at. */
static void
test_odd_requests(void)
{
	struct base base;
	sqlite3_file *file = NULL;
	uint8_t page[SEALED_PAGE_LEN + 1] = {0};
	int len = (int)SEALED_PAGE_LEN;

	fresh();
	base = open_base(FILE_PATH, 1);
	sqlite3_file_control(base.db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	/* A page 1 that reserves nothing would let SQLite write where the tags go. */
	CHECK_INT(file->pMethods->xWrite(file, page, len, 0), SQLITE_IOERR_WRITE);
	CHECK_INT(file->pMethods->xWrite(file, page, 512, 4096), SQLITE_IOERR_WRITE);
	CHECK_INT(file->pMethods->xWrite(file, page, len, 4097), SQLITE_IOERR_WRITE);
	CHECK_INT(file->pMethods->xWrite(file, page, len, -4096), SQLITE_IOERR_WRITE);
	CHECK_INT(file->pMethods->xTruncate(file, 4097), SQLITE_IOERR_TRUNCATE);
	CHECK_INT(file->pMethods->xLock(file, SQLITE_LOCK_SHARED), SQLITE_OK);
	CHECK_INT(file->pMethods->xRead(file, page, len, 1), SQLITE_IOERR_READ);
	CHECK_INT(file->pMethods->xRead(file, page, 16, 24), SQLITE_OK);
	CHECK_INT(file->pMethods->xRead(file, page, len, (sqlite3_int64)1 << 40),
		  SQLITE_IOERR_DATA);
	CHECK_INT(file->pMethods->xUnlock(file, SQLITE_LOCK_NONE), SQLITE_OK);
	/* Without a lock nothing is learnt. */
	page[0] = 'x';
	CHECK_INT(file->pMethods->xRead(file, page, 100, 0), SQLITE_IOERR_SHORT_READ);
	CHECK_INT(page[0], 0);
	close_base(base);
}

static void
test_no_other_files(void)
{
	struct base base;

	fresh();
	base = open_base(FILE_PATH, 1);
	/* Without journal_mode = MEMORY writing fails rather than leave a journal. */
	CHECK_INT(run(base, "DELETE FROM t") & 0xff, SQLITE_CANTOPEN);
	CHECK_INT(run(base, "PRAGMA journal_mode = WAL; PRAGMA journal_mode = MEMORY;"),
		  SQLITE_OK);
	CHECK_INT(run(base,
		      "PRAGMA temp_store = FILE; CREATE TEMP TABLE x AS SELECT * FROM t;"
		      "CREATE TEMP TABLE y AS SELECT * FROM x ORDER BY b") &
			  0xff,
		  SQLITE_OK); /* small enough to stay in memory */
	/* Neither this file system nor another: the connection has its one file. */
	CHECK_INT(run(base, "ATTACH '" SCRATCH "/more' AS more"), SQLITE_ERROR);
	close_base(base);
	CHECK(system("test \"$(ls " SCRATCH ")\" = pages") == 0);
}

static void
test_create(void)
{
	CLEANUP(secret_done) struct secret key = key_of(1), small = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct page_vfs *vfs;
	sqlite3 *db;

	fresh();
	CHECK_INT(page_vfs_create(FILE_PATH, &key, false, &err), 1);
	CHECK(size_of(FILE_PATH) > (off_t)SEALED_PAGE_LEN);
	CHECK_OK(page_vfs_create(FILE_PATH, &key, true, &err), err);
	CHECK_INT(size_of(FILE_PATH), SEALED_PAGE_LEN);
	CHECK_INT(page_vfs_open(SCRATCH "/nothing", &key, &vfs, &db, &err), 1);
	CHECK_OK(secret_new(31, &small, &err), err);
	CHECK_FAILS(page_vfs_open(FILE_PATH, &small, &vfs, &db, &err), err, AMANA_E_BUG);
	CHECK_FAILS(page_vfs_create(SCRATCH "/none/x", &key, false, &err), err,
		    AMANA_E_IO);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(test_round_trip);
	RUN(test_shrinks_and_grows);
	RUN(test_wrong_key);
	RUN(test_every_block_flipped);
	RUN(test_swapped);
	RUN(test_length);
	RUN(test_large_transaction);
	RUN(test_odd_requests);
	RUN(test_no_other_files);
	RUN(test_create);
	wipe_scratch();
	return 0;
}
