/* SPDX-License-Identifier: Apache-2.0 */
#define TEST_NAME "test_catalog_life"
#include "catalog_fixture.h"

#include "catalog/sealed_page.h"
#include "catalog/vfs.h"

#include <sys/stat.h>

/* Opening a catalogue, making it anew when it cannot be used, and forgetting what was
 * destroyed. */

static void
test_open(void)
{
	CLEANUP(secret_done) struct secret other_key = key_of(2);
	CLEANUP(secret_done) struct secret key = key_of(1);
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash vault = hash_fill(1), other_vault = hash_fill(2), head = hash_fill(9),
		    got;
	struct catalog *catalog;
	struct stat st;
	uint64_t slot = 0;

	wipe_scratch();
	catalog = open_at(PATH, 1);
	CHECK(!catalog_in_memory(catalog));
	CHECK(stat(PATH, &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(stat(SCRATCH "/deep", &st) == 0 && (st.st_mode & 0777) == 0700);
	CHECK_INT(catalog_synced(catalog, &slot, &got, &err), CATALOG_NONE);
	CHECK_FAILS(catalog_synced_set(catalog, 5, &head, &err), err, AMANA_E_BUG);
	CHECK_OK(catalog_begin(catalog, &err), err);
	CHECK_OK(catalog_synced_set(catalog, UINT64_C(0x123456789a), &head, &err), err);
	CHECK_OK(catalog_commit(catalog, &err), err);
	catalog_free(catalog);

	catalog = open_at(PATH, 0);
	CHECK_OK(catalog_synced(catalog, &slot, &got, &err), err);
	CHECK(slot == UINT64_C(0x123456789a) && hash_equal(&head, &got));
	/* What is rolled back never was. */
	CHECK_OK(catalog_begin(catalog, &err), err);
	CHECK_OK(catalog_synced_set(catalog, 7, &head, &err), err);
	catalog_rollback(catalog);
	CHECK_OK(catalog_synced(catalog, &slot, &got, &err), err);
	CHECK(slot == UINT64_C(0x123456789a));
	CHECK_OK(catalog_reset(catalog, &err), err);
	CHECK_INT(catalog_synced(catalog, &slot, &got, &err), CATALOG_NONE);
	CHECK(!catalog_in_memory(catalog));
	catalog_free(catalog);

	/* Another vault, another key: emptied, not mixed. */
	catalog_free(open_at(PATH, 0));
	CHECK_INT(catalog_open(PATH, &key, &other_vault, &catalog, &err), 1);
	catalog_free(catalog);
	CHECK_INT(catalog_open(PATH, &other_key, &other_vault, &catalog, &err), 1);
	catalog_free(catalog);
	CHECK_INT(catalog_open(PATH, &other_key, &other_vault, &catalog, &err), 0);
	catalog_free(catalog);
	CHECK_INT(catalog_open(PATH, &key, &vault, &catalog, &err), 1);
	catalog_free(catalog);
}

static void
test_stale_schema(void)
{
	CLEANUP(secret_done) struct secret key = key_of(1);
	struct amana_error err = AMANA_ERROR_INIT;
	struct page_vfs *vfs;
	sqlite3 *db;

	wipe_scratch();
	catalog_free(open_at(PATH, 1));
	CHECK_OK(page_vfs_open(PATH, &key, &vfs, &db, &err), err);
	CHECK_INT(sqlite3_exec(db,
			       "PRAGMA journal_mode = MEMORY; PRAGMA user_version = 999",
			       NULL, NULL, NULL),
		  SQLITE_OK);
	page_vfs_close(vfs, db);
	catalog_free(open_at(PATH, 1));
	catalog_free(open_at(PATH, 0));
}

static void
test_memory(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_exhibit x = exhibit_of(1, 1), got;
	struct catalog *catalog = open_at(NULL, 1);

	CHECK(catalog_in_memory(catalog));
	put(catalog, &x);
	CHECK_OK(catalog_exhibit_by_id(catalog, x.id, &got, &err), err);
	CHECK_OK(catalog_reset(catalog, &err), err);
	CHECK_INT(catalog_exhibit_by_id(catalog, x.id, &got, &err), CATALOG_NONE);
	catalog_free(catalog);

	/* A folder that is a file can hold nothing, whoever asks. */
	catalog = open_at("/dev/null/catalogue", 1);
	CHECK(catalog_in_memory(catalog));
	put(catalog, &x);
	catalog_free(catalog);
}

static int
ignore_exhibit(const struct catalog_exhibit *x, void *arg, struct amana_error *err)
{
	(void)x;
	(void)arg;
	(void)err;
	return 0;
}

/* Pages that open, and rows that make no sense all the same. */
static void
test_nonsense(void)
{
	static const char *const changes[] = {
		"UPDATE exhibits SET object = x'00'",
		"UPDATE exhibits SET case_id = case_id, id = x'01'",
		"UPDATE exhibits SET number = 'x'",
		"UPDATE exhibits SET number = 4294967296",
		"UPDATE exhibits SET slot = -1",
		"UPDATE exhibits SET actor = 'a name longer than any code'",
		"UPDATE exhibits SET size = -1",
		"UPDATE exhibits SET size = NULL",
		"UPDATE exhibits SET sha256 = NULL",
		"UPDATE exhibits SET opened = 'yes'",
		"DROP TABLE exhibits",
	};
	CLEANUP(secret_done) struct secret key = key_of(1);
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_exhibit x = exhibit_of(1, 1);

	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct catalog *catalog;
		struct page_vfs *vfs;
		sqlite3 *db;

		wipe_scratch();
		catalog = open_at(PATH, 1);
		put(catalog, &x);
		CHECK_OK(catalog_exhibits(catalog, x.case_id, ignore_exhibit, NULL, &err),
			 err);
		CHECK_OK(page_vfs_open(PATH, &key, &vfs, &db, &err), err);
		CHECK_INT(sqlite3_exec(db, "PRAGMA journal_mode = MEMORY", NULL, NULL,
				       NULL),
			  SQLITE_OK);
		CHECK_INT(sqlite3_exec(db, changes[i], NULL, NULL, NULL), SQLITE_OK);
		page_vfs_close(vfs, db);
		CHECK_INT(
			catalog_exhibits(catalog, x.case_id, ignore_exhibit, NULL, &err),
			CATALOG_DAMAGED);
		CHECK_OK(catalog_reset(catalog, &err), err);
		put(catalog, &x);
		catalog_free(catalog);
	}
}

/* Counts the marker in every opened page, also where no live row is. */
static int
count_in_pages(const char *marker)
{
	CLEANUP(secret_done) struct secret key = key_of(1);
	struct amana_error err = AMANA_ERROR_INIT;
	struct page_vfs *vfs;
	sqlite3_stmt *stmt;
	sqlite3 *db;
	int n = 0;

	CHECK_OK(page_vfs_open(PATH, &key, &vfs, &db, &err), err);
	CHECK_INT(
		sqlite3_prepare_v2(db, "SELECT data FROM sqlite_dbpage", -1, &stmt, NULL),
		SQLITE_ERROR); /* not compiled in: read through the file object instead */
	CHECK_INT(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL,
			       NULL, NULL),
		  SQLITE_OK);
	{
		sqlite3_file *file = NULL;
		sqlite3_int64 size = 0;
		uint8_t page[SEALED_PAGE_LEN];

		sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
		CHECK_INT(file->pMethods->xFileSize(file, &size), SQLITE_OK);
		CHECK(size > 0);
		for (sqlite3_int64 at = 0; at < size; at += (int)SEALED_PAGE_LEN) {
			CHECK_INT(file->pMethods->xRead(file, page, sizeof page, at),
				  SQLITE_OK);
			if (memmem(page, sizeof page, marker, strlen(marker)) != NULL)
				n++;
		}
	}
	page_vfs_close(vfs, db);
	return n;
}

static void
test_forget(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_exhibit x = exhibit_of(1, 1), got;
	struct catalog_event event = {.slot = 4, .has_exhibit = true}, got_event;
	struct hash mac = hash_fill(3);
	struct catalog *catalog;
	uint8_t id[CATALOG_ID_LEN];

	wipe_scratch();
	catalog = open_at(PATH, 1);
	for (uint32_t i = 2; i < 40; i++)
		put_words(catalog, 1, i, "neighbour.jpg", "photo", "neighbour", NULL);
	x.name = text("zebrafilename.jpg");
	x.title = text("zebratitle");
	x.source = text("zebrasource");
	x.modified_at = 86400;
	x.media_type = text("image/zebramedia");
	put(catalog, &x);
	memcpy(event.exhibit_id, x.id, 16);
	memcpy(event.case_id, x.case_id, 16);
	event.reason = text("zebrareason");
	CHECK_OK(catalog_begin(catalog, &err), err);
	CHECK_OK(catalog_event_put(catalog, &event, &err), err);
	event.slot = 5;
	CHECK_OK(catalog_event_put(catalog, &event, &err), err);
	CHECK_OK(catalog_own_put(catalog, x.case_id, &mac, x.id, &err), err);
	CHECK_OK(catalog_commit(catalog, &err), err);
	CHECK(count_in_pages("zebra") > 0); /* the looking glass works */

	CHECK_OK(catalog_begin(catalog, &err), err);
	CHECK_OK(catalog_forget_line(catalog, x.id, CATALOG_LINE_ABOUT, &err), err);
	CHECK_OK(catalog_forget_slot(catalog, 5, &err), err);
	CHECK_OK(catalog_commit(catalog, &err), err);
	CHECK_OK(catalog_exhibit_by_id(catalog, x.id, &got, &err), err);
	CHECK(got.name.data == NULL && got.title.data == NULL && got.source.data != NULL);
	CHECK(got.has_content && got.opened && got.media_type.data != NULL);
	check_search(catalog, "zebratitle", "");
	check_search(catalog, "zebramedia", "1/1");
	CHECK_OK(catalog_event_at(catalog, 5, 0, &got_event, &err), err);
	CHECK(got_event.reason.data == NULL);
	CHECK_OK(catalog_event_at(catalog, 4, 0, &got_event, &err), err);
	CHECK(got_event.reason.data != NULL);
	CHECK_INT(count_in_pages("zebratitle"), 0);
	CHECK_INT(count_in_pages("zebrafilename"), 0);
	CHECK(count_in_pages("zebrasource") > 0);

	CHECK_OK(catalog_begin(catalog, &err), err);
	CHECK_OK(catalog_forget_exhibit(catalog, x.id, &err), err);
	id_of(777, id);
	CHECK_OK(catalog_forget_exhibit(catalog, id, &err), err); /* nothing there */
	CHECK_OK(catalog_commit(catalog, &err), err);
	CHECK_OK(catalog_exhibit_by_id(catalog, x.id, &got, &err), err);
	CHECK(got.source.data == NULL && got.modified_at == 0 && !got.has_content &&
	      !got.opened && got.number == 1);
	CHECK_INT(catalog_own_find(catalog, x.case_id, &mac, id, &err), CATALOG_NONE);
	check_search(catalog, "zebra*", "");
	check_search(catalog, "image zebramedia", "");
	CHECK_INT(count_in_pages("zebra"), 0);
	catalog_free(catalog);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(test_open);
	RUN(test_stale_schema);
	RUN(test_memory);
	RUN(test_nonsense);
	RUN(test_forget);
	wipe_scratch();
	return 0;
}
