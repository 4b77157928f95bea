/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog.h"

#include "base/fault.h"
#include "base/file.h"
#include "catalog/vfs.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SCRATCH "test-catalog.tmp"
#define PATH SCRATCH "/deep/er/catalogue"

static struct secret
key_of(uint8_t fill)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct secret key = SECRET_INIT;

	CHECK_OK(secret_new(32, &key, &err), err);
	memset(key.data, fill, 32);
	return key;
}

static struct hash
hash_fill(uint8_t fill)
{
	struct hash hash;

	memset(hash.bytes, fill, sizeof hash.bytes);
	return hash;
}

static void
wipe_scratch(void)
{
	CHECK(system("chmod -R u+rwx " SCRATCH " 2>/dev/null; rm -rf " SCRATCH) == 0);
}

/* Opens with key 1 and vault 1; `want` is the outcome. */
static struct catalog *
open_at(const char *path, int want)
{
	CLEANUP(secret_done) struct secret key = key_of(1);
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash vault = hash_fill(1);
	struct catalog *catalog = NULL;
	int r = catalog_open(path, &key, &vault, &catalog, &err);

	if (r < 0)
		fprintf(stderr, "%s\n", err.msg);
	CHECK_INT(r, want);
	return catalog;
}

static struct bytes
text(const char *s)
{
	return BYTES_STR(s);
}

static void
id_of(uint32_t n, uint8_t id[CATALOG_ID_LEN])
{
	memset(id, 0, CATALOG_ID_LEN);
	id[0] = (uint8_t)(n * 37);
	for (int i = 0; i < 4; i++)
		id[12 + i] = (uint8_t)(n >> (24 - 8 * i));
}

static struct catalog_exhibit
exhibit_of(uint32_t case_no, uint32_t number)
{
	struct catalog_exhibit x = {
		.number = number,
		.slot = 100 + number,
		.actor = "S-014",
		.deposited_at = 1700000000 + number,
		.has_object = true,
		.object = hash_fill((uint8_t)number),
		.opened = true,
		.has_content = true,
		.size = 1000 + number,
		.sha256 = hash_fill((uint8_t)(number + 1)),
	};

	id_of(case_no * 100000 + number, x.id);
	id_of(case_no, x.case_id);
	return x;
}

static void
put(struct catalog *catalog, const struct catalog_exhibit *x)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(catalog_begin(catalog, &err), err);
	CHECK_OK(catalog_exhibit_put(catalog, x, &err), err);
	CHECK_OK(catalog_commit(catalog, &err), err);
}

static int
count_exhibit(const struct catalog_exhibit *x, void *arg, struct amana_error *err)
{
	uint32_t *n = arg;

	(void)err;
	CHECK_INT(x->number, ++*n);
	return 0;
}

static int
stop_at_two(const struct catalog_exhibit *x, void *arg, struct amana_error *err)
{
	(void)arg;
	(void)err;
	return x->number == 2 ? 77 : 0;
}

static void
test_open(void)
{
	CLEANUP(secret_done) struct secret other_key = key_of(2);
	CLEANUP(secret_done) struct secret key = key_of(1);
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash vault = hash_fill(1), other_vault = hash_fill(2), head = hash_fill(9), got;
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
	CHECK_INT(sqlite3_exec(db, "PRAGMA journal_mode = MEMORY; PRAGMA user_version = 999", NULL,
			       NULL, NULL),
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

static void
test_exhibits(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_exhibit x, got;
	struct catalog_totals totals;
	struct catalog *catalog;
	struct hash absent = hash_fill(200);
	char hex[33];
	uint32_t n = 0;

	wipe_scratch();
	catalog = open_at(PATH, 1);
	CHECK_OK(catalog_begin(catalog, &err), err);
	for (uint32_t i = 3; i >= 1; i--) {
		x = exhibit_of(1, i);
		x.name = (struct bytes){(const uint8_t *)"a\xff\nb", 4};
		x.title = text("");
		x.own = i == 2;
		CHECK_OK(catalog_exhibit_put(catalog, &x, &err), err);
	}
	x = exhibit_of(2, 1);
	x.has_content = x.opened = x.has_object = false;
	CHECK_OK(catalog_exhibit_put(catalog, &x, &err), err);
	CHECK_OK(catalog_commit(catalog, &err), err);

	x = exhibit_of(1, 2);
	CHECK_OK(catalog_exhibits(catalog, x.case_id, count_exhibit, &n, &err), err);
	CHECK_INT(n, 3);
	CHECK_INT(catalog_exhibits(catalog, x.case_id, stop_at_two, NULL, &err), 77);
	CHECK_OK(catalog_exhibit_by_number(catalog, x.case_id, 2, &got, &err), err);
	CHECK(memcmp(got.id, x.id, 16) == 0 && memcmp(got.case_id, x.case_id, 16) == 0);
	CHECK(got.number == 2 && got.slot == 102 && got.deposited_at == 1700000002);
	CHECK_STR(got.actor, "S-014");
	CHECK(got.has_object && hash_equal(&got.object, &x.object));
	CHECK(got.opened && got.own && got.has_content && got.size == 1002);
	CHECK(hash_equal(&got.sha256, &x.sha256));
	CHECK(got.name.len == 4 && memcmp(got.name.data, "a\xff\nb", 4) == 0);
	CHECK(got.title.data != NULL && got.title.len == 0);
	CHECK(got.note.data == NULL && got.source.data == NULL && got.received.data == NULL);
	CHECK_INT(catalog_exhibit_by_number(catalog, x.case_id, 4, &got, &err), CATALOG_NONE);

	CHECK_OK(catalog_exhibit_by_content(catalog, x.case_id, &x.sha256, &got, &err), err);
	CHECK_INT(got.number, 2);
	CHECK_INT(catalog_exhibit_by_content(catalog, x.case_id, &absent, &got, &err), CATALOG_NONE);
	x = exhibit_of(2, 1);
	CHECK_INT(catalog_exhibit_by_content(catalog, x.case_id, &x.sha256, &got, &err),
		  CATALOG_NONE);
	CHECK_OK(catalog_exhibit_by_id(catalog, x.id, &got, &err), err);
	CHECK(!got.opened && !got.has_content && !got.has_object && got.name.data == NULL);

	for (int i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", x.id[i]);
	CHECK_OK(catalog_exhibit_by_prefix(catalog, hex, 32, &got, &err), err);
	CHECK_OK(catalog_exhibit_by_prefix(catalog, hex, 31, &got, &err), err);
	CHECK_OK(catalog_exhibit_by_prefix(catalog, hex, 9, &got, &err), err);
	CHECK(memcmp(got.id, x.id, 16) == 0);
	CHECK_INT(catalog_exhibit_by_prefix(catalog, hex, 7, &got, &err), CATALOG_NONE);
	CHECK_INT(catalog_exhibit_by_prefix(catalog, "0123456g", 8, &got, &err), CATALOG_NONE);
	x.id[15] ^= 1;
	x.number = 2;
	put(catalog, &x);
	CHECK_INT(catalog_exhibit_by_prefix(catalog, hex, 31, &got, &err), CATALOG_SEVERAL);
	CHECK_OK(catalog_exhibit_by_prefix(catalog, hex, 32, &got, &err), err);

	x = exhibit_of(1, 2);
	CHECK_OK(catalog_totals(catalog, x.case_id, &totals, &err), err);
	CHECK(totals.n_exhibits == 3 && totals.last_number == 3 && totals.n_opened == 3);
	CHECK(totals.bytes == 3006);

	/* Two exhibits with one number contradict each other: the caller rebuilds. */
	x.id[15] ^= 1;
	CHECK_OK(catalog_begin(catalog, &err), err);
	CHECK_INT(catalog_exhibit_put(catalog, &x, &err), CATALOG_DAMAGED);
	CHECK_FAILS(catalog_commit(catalog, &err), err, AMANA_E_BUG);
	CHECK_INT(catalog_exhibit_by_id(catalog, x.id, &got, &err), CATALOG_NONE);
	/* Larger than the catalogue takes. */
	CHECK_OK(catalog_begin(catalog, &err), err);
	x = exhibit_of(3, 1);
	x.size = UINT64_MAX;
	CHECK_FAILS(catalog_exhibit_put(catalog, &x, &err), err, AMANA_E_LIMIT);
	catalog_rollback(catalog);
	catalog_free(catalog);
}

struct found {
	char list[400];
	unsigned int matched;
};

static int
add_found(const struct catalog_exhibit *x, unsigned int matched, void *arg, struct amana_error *err)
{
	struct found *found = arg;
	size_t len = strlen(found->list);

	(void)err;
	snprintf(found->list + len, sizeof found->list - len, "%s%d/%d", len > 0 ? " " : "",
		 x->case_id[15], (int)x->number);
	found->matched |= matched;
	return 0;
}

static unsigned int
check_search(struct catalog *catalog, const char *words, const char *want)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct found found = {.matched = 0};

	CHECK_OK(catalog_search(catalog, text(words), NULL, add_found, &found, &err), err);
	if (strcmp(found.list, want) != 0)
		fprintf(stderr, "search for: %s\n", words);
	CHECK_STR(found.list, want);
	return found.matched;
}

static void
put_words(struct catalog *catalog, uint32_t case_no, uint32_t number, const char *name,
	  const char *type, const char *title, const char *note)
{
	struct catalog_exhibit x = exhibit_of(case_no, number);

	x.name = text(name);
	x.type = text(type);
	x.media_type = text("image/jpeg");
	if (title != NULL)
		x.title = text(title);
	if (note != NULL)
		x.note = text(note);
	put(catalog, &x);
}

static struct catalog *
searchable(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog *catalog = open_at(PATH, 1);
	struct catalog_case item = {.title = {NULL, 0}};

	CHECK_OK(catalog_begin(catalog, &err), err);
	for (uint8_t i = 1; i <= 2; i++) { /* case 2 comes before case 1 */
		id_of(i, item.id);
		item.code = i == 1 ? text("ZZ-1") : text("AA-2");
		CHECK_OK(catalog_case_put(catalog, &item, &err), err);
	}
	CHECK_OK(catalog_commit(catalog, &err), err);
	put_words(catalog, 1, 1, "DCIM/IMG_0042.jpg", "photo", "Harbour gate", "the red door is open");
	put_words(catalog, 1, 2, "b\xc3\xa9ton.pdf", "document", "AND OR NOT", NULL);
	put_words(catalog, 1, 3, "statement.txt", "statement", "door red", "harbours");
	put_words(catalog, 2, 1, "e\xcc\x81tude.wav", "audio", "NEAR(gate)", "50% \"said\" title:x");
	put_words(catalog, 2, 2, "bad\xff" "byte\nline.bin", "other", NULL, NULL);
	return catalog;
}

static void
test_search(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct found found = {.matched = 0};
	struct catalog *catalog;
	uint8_t case_id[CATALOG_ID_LEN];

	wipe_scratch();
	catalog = searchable();
	CHECK_INT(check_search(catalog, "harbour", "1/1"), CATALOG_MATCH_TITLE);
	CHECK_INT(check_search(catalog, "HARBOUR door", "1/1"),
		  CATALOG_MATCH_TITLE | CATALOG_MATCH_NOTE);
	CHECK_INT(check_search(catalog, "harbour*", "1/1 1/3"),
		  CATALOG_MATCH_TITLE | CATALOG_MATCH_NOTE);
	CHECK_INT(check_search(catalog, "img 42", ""), 0);
	CHECK_INT(check_search(catalog, "img_0042.JPG", "1/1"), CATALOG_MATCH_NAME);
	CHECK_INT(check_search(catalog, "0042*", "1/1"), CATALOG_MATCH_NAME);
	check_search(catalog, "red door", "1/1 1/3");
	check_search(catalog, "\"red door\"", "1/1");
	check_search(catalog, "\"red door", "1/1");
	check_search(catalog, "red \"harbour gate\"", "1/1");
	check_search(catalog, "\"red door\"harbour", "1/1");
	/* One search reaches across the cases, in the order of their codes. */
	check_search(catalog, "gate", "2/1 1/1");
	/* Accents, composed or not. */
	check_search(catalog, "beton", "1/2");
	check_search(catalog, "\xc3\xa9tude", "2/1");
	check_search(catalog, "BE\xcc\x81TON", "1/2");
	CHECK_INT(check_search(catalog, "photo", "1/1"), CATALOG_MATCH_TYPE);
	CHECK_INT(check_search(catalog, "image/jpeg audio", "2/1"), CATALOG_MATCH_TYPE);
	/* A phrase ends with its column. */
	check_search(catalog, "\"gate the\"", "");
	CHECK_INT(check_search(catalog, "line bad byte", "2/2"), CATALOG_MATCH_NAME);
	check_search(catalog, "bad\xff" "byte", "2/2");

	id_of(1, case_id);
	CHECK_OK(catalog_search(catalog, text("gate"), case_id, add_found, &found, &err), err);
	CHECK_STR(found.list, "1/1");
	CHECK_INT(catalog_search(catalog, text(" \t\n"), NULL, add_found, &found, &err),
		  CATALOG_NONE);
	catalog_free(catalog);
}

/* FTS5's own language has no power here: each of these is just words. */
static void
test_search_is_plain(void)
{
	static const char *const syntax[] = {
		"red OR photo", "red AND photo", "red NOT photo", "NEAR(red door)",
		"title:harbour", "{title note}:red", "-title:red", "^red", "red + door", "(red)",
		"red)", "(((", "\"", "\"\"", "\"\"\"", "*", "**", "red**", "\"red\"*", "'", "red';--",
		"red\"door", "a\"b\"c", "\\", "%", "_", "?1", ":a", "@b", "$c", "NULL", "red*door",
	};
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog *catalog;
	struct found found;
	char many[CATALOG_QUERY_MAX + 2] = "";

	wipe_scratch();
	catalog = searchable();
	check_search(catalog, "and or not", "1/2");
	check_search(catalog, "harbour OR beton", "");
	check_search(catalog, "harbour NOT gate", "");
	check_search(catalog, "NEAR(gate)", "2/1");
	check_search(catalog, "title:harbour", "");
	check_search(catalog, "title:x", "2/1");
	check_search(catalog, "^red", "1/1 1/3");
	check_search(catalog, "(red)", "1/1 1/3");
	check_search(catalog, "- red", "1/1 1/3");
	check_search(catalog, "50% \"said\"", "2/1");
	check_search(catalog, "*", "");
	for (size_t i = 0; i < ARRAY_LEN(syntax); i++) {
		memset(&found, 0, sizeof found);
		CHECK_OK(catalog_search(catalog, text(syntax[i]), NULL, add_found, &found, &err),
			 err);
	}
	CHECK_OK(catalog_search(catalog, (struct bytes){(const uint8_t *)"red\0door", 8}, NULL,
				add_found, &found, &err),
		 err);
	for (int i = 0; i < CATALOG_QUERY_WORDS_MAX; i++)
		strcat(many, "a ");
	CHECK_OK(catalog_search(catalog, text(many), NULL, add_found, &found, &err), err);
	strcat(many, "a");
	CHECK_FAILS(catalog_search(catalog, text(many), NULL, add_found, &found, &err), err,
		    AMANA_E_LIMIT);
	memset(many, 'a', CATALOG_QUERY_MAX); /* every quote inside a word is doubled */
	memset(many + 1, '"', CATALOG_QUERY_MAX - 1);
	many[CATALOG_QUERY_MAX] = 0;
	CHECK_OK(catalog_search(catalog, text(many), NULL, add_found, &found, &err), err);
	memset(many, 'a', CATALOG_QUERY_MAX + 1);
	CHECK_FAILS(catalog_search(catalog, text(many), NULL, add_found, &found, &err), err,
		    AMANA_E_LIMIT);
	many[CATALOG_QUERY_MAX] = 0;
	CHECK_OK(catalog_search(catalog, text(many), NULL, add_found, &found, &err), err);
	catalog_free(catalog);
}

static void
test_search_follows_changes(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_exhibit x = exhibit_of(1, 1), got;
	struct catalog *catalog;

	wipe_scratch();
	catalog = open_at(PATH, 1);
	x.opened = false;
	put(catalog, &x); /* known to exist, not yet read */
	check_search(catalog, "kite", "");
	x.opened = true;
	x.name = text("kite.jpg");
	put(catalog, &x);
	check_search(catalog, "kite", "1/1");
	x.name = text("boat.jpg");
	put(catalog, &x);
	check_search(catalog, "kite", "");
	check_search(catalog, "boat", "1/1");
	CHECK_OK(catalog_exhibit_by_number(catalog, x.case_id, 1, &got, &err), err);
	CHECK(got.name.len == 8 && memcmp(got.name.data, "boat.jpg", 8) == 0);
	catalog_free(catalog);
}

static int
add_entry(const struct catalog_entry *entry, void *arg, struct amana_error *err)
{
	char *list = arg;

	(void)err;
	CHECK_STR(entry->subject_kind, "exhibit");
	CHECK(entry->subject.len == 3 && memcmp(entry->subject.data, "ab\0", 3) == 0);
	CHECK_STR(entry->actor, "S-014");
	sprintf(list + strlen(list), "%d.%d %s %d %d;", (int)entry->slot, (int)entry->index,
		entry->action, (int)entry->event, (int)entry->at);
	return 0;
}

static int
add_case(const struct catalog_case *item, void *arg, struct amana_error *err)
{
	char *list = arg;

	(void)err;
	sprintf(list + strlen(list), "%.*s=%.*s;", (int)item->code.len,
		(const char *)item->code.data, (int)item->title.len,
		item->title.data != NULL ? (const char *)item->title.data : "");
	return 0;
}

static void
test_entries_and_cases(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_entry entry = {
		.subject_kind = "exhibit",
		.subject = {(const uint8_t *)"ab\0", 3},
		.actor = "S-014",
	};
	struct catalog_case item = {.title = {NULL, 0}}, got;
	struct catalog *catalog;
	char list[300] = "";

	wipe_scratch();
	catalog = open_at(PATH, 1);
	CHECK_OK(catalog_begin(catalog, &err), err);
	for (uint32_t i = 0; i < 3; i++) {
		entry.slot = i == 0 ? 10 : 9;
		entry.index = i;
		entry.event = 5 - i;
		entry.at = 1000 + i;
		entry.action = i == 0 ? "record" : "deposit";
		CHECK_OK(catalog_entry_put(catalog, &entry, &err), err);
	}
	entry.subject_kind = "case"; /* the same id, another kind */
	entry.index = 9;
	CHECK_OK(catalog_entry_put(catalog, &entry, &err), err);
	id_of(1, item.id);
	item.code = text("HK-2025-0042");
	CHECK_OK(catalog_case_put(catalog, &item, &err), err);
	id_of(2, item.id);
	item.code = text("AB-1");
	item.title = text("Old");
	CHECK_OK(catalog_case_put(catalog, &item, &err), err);
	item.title = text("The harbour");
	CHECK_OK(catalog_case_put(catalog, &item, &err), err);
	CHECK_OK(catalog_commit(catalog, &err), err);

	CHECK_OK(catalog_entries_of(catalog, "exhibit", (struct bytes){(const uint8_t *)"ab\0", 3},
				    add_entry, list, &err),
		 err);
	CHECK_STR(list, "9.1 deposit 4 1001;9.2 deposit 3 1002;10.0 record 5 1000;");
	list[0] = 0;
	CHECK_OK(catalog_cases(catalog, add_case, list, &err), err);
	CHECK_STR(list, "AB-1=The harbour;HK-2025-0042=;");
	CHECK_OK(catalog_case_by_code(catalog, text("AB-1"), &got, &err), err);
	CHECK(memcmp(got.id, item.id, 16) == 0 && got.title.len == 11);
	CHECK_INT(catalog_case_by_code(catalog, text("AB-2"), &got, &err), CATALOG_NONE);
	id_of(1, item.id);
	CHECK_OK(catalog_case_by_id(catalog, item.id, &got, &err), err);
	CHECK(got.title.data == NULL);
	CHECK(got.code.len == 12 && memcmp(got.code.data, "HK-2025-0042", 12) == 0);
	catalog_free(catalog);
}

static int
add_event(const struct catalog_event *event, void *arg, struct amana_error *err)
{
	char *list = arg;

	(void)err;
	sprintf(list + strlen(list), "%d.%d %.*s %.*s;", (int)event->slot, (int)event->index,
		(int)event->kind.len, event->kind.data != NULL ? (const char *)event->kind.data : "",
		(int)event->reason.len,
		event->reason.data != NULL ? (const char *)event->reason.data : "");
	return 0;
}

static void
test_events_own_sittings(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_event event = {.slot = 4, .has_exhibit = true}, got;
	struct hash mac = hash_fill(3), other = hash_fill(4);
	struct catalog *catalog;
	uint8_t id[CATALOG_ID_LEN];
	char list[300] = "";

	wipe_scratch();
	catalog = open_at(PATH, 1);
	id_of(1, event.case_id);
	id_of(7, event.exhibit_id);
	CHECK_OK(catalog_begin(catalog, &err), err);
	event.kind = text("retrieve");
	event.reason = text("hearing");
	event.details = text("{}");
	CHECK_OK(catalog_event_put(catalog, &event, &err), err);
	event.slot = 3;
	event.has_exhibit = false;
	event.reason = (struct bytes){NULL, 0};
	CHECK_OK(catalog_event_put(catalog, &event, &err), err);
	CHECK_OK(catalog_own_put(catalog, event.case_id, &mac, event.exhibit_id, &err), err);
	for (int i = 0; i < 70; i++) {
		char token[20];

		snprintf(token, sizeof token, "token %d", i);
		CHECK_OK(catalog_sitting_put(catalog, event.case_id, text(token), &err), err);
	}
	CHECK_OK(catalog_commit(catalog, &err), err);

	CHECK_OK(catalog_events_of_case(catalog, event.case_id, add_event, list, &err), err);
	CHECK_STR(list, "3.0 retrieve ;4.0 retrieve hearing;");
	list[0] = 0;
	CHECK_OK(catalog_events_of_exhibit(catalog, event.exhibit_id, add_event, list, &err), err);
	CHECK_STR(list, "4.0 retrieve hearing;");
	CHECK_OK(catalog_event_at(catalog, 4, 0, &got, &err), err);
	CHECK(got.has_exhibit && memcmp(got.exhibit_id, event.exhibit_id, 16) == 0);
	CHECK(got.details.len == 2 && memcmp(got.details.data, "{}", 2) == 0);
	CHECK_INT(catalog_event_at(catalog, 4, 1, &got, &err), CATALOG_NONE);

	CHECK_OK(catalog_own_find(catalog, event.case_id, &mac, id, &err), err);
	CHECK(memcmp(id, event.exhibit_id, 16) == 0);
	CHECK_INT(catalog_own_find(catalog, event.case_id, &other, id, &err), CATALOG_NONE);
	CHECK_INT(catalog_own_find(catalog, event.exhibit_id, &mac, id, &err), CATALOG_NONE);
	CHECK_OK(catalog_sitting_find(catalog, event.case_id, text("token 69"), &err), err);
	CHECK_OK(catalog_sitting_find(catalog, event.case_id, text("token 6"), &err), err);
	CHECK_INT(catalog_sitting_find(catalog, event.case_id, text("token 5"), &err), CATALOG_NONE);
	CHECK_INT(catalog_sitting_find(catalog, event.exhibit_id, text("token 69"), &err),
		  CATALOG_NONE);
	CHECK_FAILS(catalog_sitting_find(catalog, event.case_id, text(""), &err), err, AMANA_E_BUG);
	catalog_free(catalog);
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
	CHECK_INT(sqlite3_prepare_v2(db, "SELECT data FROM sqlite_dbpage", -1, &stmt, NULL),
		  SQLITE_ERROR); /* not compiled in: read through the file object instead */
	CHECK_INT(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL),
		  SQLITE_OK);
	{
		sqlite3_file *file = NULL;
		sqlite3_int64 size = 0;
		uint8_t page[PAGE_VFS_BLOCK];

		sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
		CHECK_INT(file->pMethods->xFileSize(file, &size), SQLITE_OK);
		CHECK(size > 0);
		for (sqlite3_int64 at = 0; at < size; at += PAGE_VFS_BLOCK) {
			CHECK_INT(file->pMethods->xRead(file, page, sizeof page, at), SQLITE_OK);
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
	CHECK_OK(catalog_forget_event(catalog, 5, 0, &err), err);
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
	CHECK(got.source.data == NULL && !got.has_content && !got.opened && got.number == 1);
	CHECK_INT(catalog_own_find(catalog, x.case_id, &mac, id, &err), CATALOG_NONE);
	check_search(catalog, "zebra*", "");
	check_search(catalog, "image zebramedia", "");
	CHECK_INT(count_in_pages("zebra"), 0);
	catalog_free(catalog);
}

/* Every page damaged in turn: an outcome or the right rows, never other rows. */
static int
check_row(const struct catalog_exhibit *x, void *arg, struct amana_error *err)
{
	struct catalog_exhibit want = exhibit_of(1, x->number);
	uint32_t *n = arg;

	(void)err;
	CHECK_INT(x->number, ++*n);
	CHECK(memcmp(x->id, want.id, 16) == 0 && x->size == want.size);
	CHECK(x->note.len == 700);
	for (size_t i = 0; i < x->note.len; i++)
		CHECK(x->note.data[i] == 'a' + (int)(x->number % 26));
	return 0;
}

static int
check_match(const struct catalog_exhibit *x, unsigned int matched, void *arg,
	    struct amana_error *err)
{
	struct catalog_exhibit want = exhibit_of(1, 5);
	bool *found = arg;

	(void)err;
	CHECK(memcmp(x->id, want.id, 16) == 0 && matched == CATALOG_MATCH_TITLE);
	*found = true;
	return 0;
}

static void
make_filled(uint32_t n_exhibits)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog *catalog;
	char note[700];

	wipe_scratch();
	catalog = open_at(PATH, 1);
	CHECK_OK(catalog_begin(catalog, &err), err);
	for (uint32_t i = 1; i <= n_exhibits; i++) {
		struct catalog_exhibit x = exhibit_of(1, i);

		memset(note, 'a' + (int)(i % 26), sizeof note);
		x.note = (struct bytes){(const uint8_t *)note, sizeof note};
		x.title = i == 5 ? text("needle") : text("straw");
		CHECK_OK(catalog_exhibit_put(catalog, &x, &err), err);
	}
	CHECK_OK(catalog_commit(catalog, &err), err);
	catalog_free(catalog);
}

static void
flip(int fd, off_t at, uint8_t mask)
{
	uint8_t byte;

	CHECK(pread(fd, &byte, 1, at) == 1);
	byte ^= mask;
	CHECK(pwrite(fd, &byte, 1, at) == 1);
}

static void
test_damage(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	uint8_t case_id[CATALOG_ID_LEN];
	char pristine[] = PATH ".copy";
	int n_seen = 0, n_blocks;
	struct stat st;

	make_filled(60);
	CHECK(system("cp " PATH " " PATH ".copy") == 0);
	CHECK(stat(pristine, &st) == 0);
	n_blocks = (int)(st.st_size / PAGE_VFS_BLOCK);
	CHECK(n_blocks > 20);
	id_of(1, case_id);
	for (int block = 0; block < n_blocks; block++) {
		CLEANUP(file_closep) int fd = -1;
		struct catalog *catalog;
		CLEANUP(secret_done) struct secret key = key_of(1);
		struct hash vault = hash_fill(1);
		uint32_t n = 0;
		bool found = false;
		int opened, listed, searched;

		CHECK(system("cp " PATH ".copy " PATH) == 0);
		fd = open(PATH, O_RDWR | O_CLOEXEC);
		CHECK(fd >= 0);
		flip(fd, (off_t)block * PAGE_VFS_BLOCK + block * 61 % PAGE_VFS_BLOCK, 0x10);
		opened = catalog_open(PATH, &key, &vault, &catalog, &err);
		CHECK(opened == 0 || opened == 1);
		CHECK(!catalog_in_memory(catalog));
		listed = catalog_exhibits(catalog, case_id, check_row, &n, &err);
		CHECK(listed == CATALOG_DAMAGED || (listed == 0 && n == (opened == 0 ? 60U : 0U)));
		searched = catalog_search(catalog, text("needle"), NULL, check_match, &found, &err);
		CHECK(searched == CATALOG_DAMAGED ||
		      (searched == 0 && found == (opened == 0)));
		if (opened == 1 || listed != 0 || searched != 0)
			n_seen++;
		CHECK_OK(catalog_reset(catalog, &err), err);
		n = 0;
		CHECK_OK(catalog_exhibits(catalog, case_id, check_row, &n, &err), err);
		CHECK_INT(n, 0);
		catalog_free(catalog);
	}
	/* The rest are pages of indexes that these two questions do not read. */
	printf("  %d of %d damaged blocks noticed by a list and a search\n", n_seen, n_blocks);
	CHECK(n_seen * 2 > n_blocks);
}

static void
test_no_plaintext(void)
{
	struct catalog *catalog;

	wipe_scratch();
	catalog = open_at(PATH, 1);
	for (uint32_t i = 1; i < 30; i++)
		put_words(catalog, 1, i, "markerfilename.jpg", "photo", "markertitle", "markernote");
	check_search(catalog, "markernote 0042", "");
	catalog_free(catalog);
	CHECK(system("grep -rqa -e marker -e 'SQLite format' -e exhibits " SCRATCH) != 0);
	/* One file, whatever happened. */
	CHECK(system("test \"$(find " SCRATCH " -type f | wc -l)\" = 1") == 0);
}

static void
put_numbers(uint32_t from, uint32_t n)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog *catalog = open_at(PATH, 0);

	for (uint32_t i = from; i < from + n; i++) {
		struct catalog_exhibit x = exhibit_of(1, i);

		x.title = text("straw");
		put(catalog, &x);
	}
	catalog_free(catalog);
	(void)err;
}

static void
test_two_processes(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog *catalog;
	uint8_t case_id[CATALOG_ID_LEN];
	uint32_t n = 0, last = 0;
	pid_t child;
	int status;

	wipe_scratch();
	catalog_free(open_at(PATH, 1));
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		put_numbers(1, 100);
		_exit(0);
	}
	/* Reads beside the writer: always a whole state, never less than before. */
	catalog = open_at(PATH, 0);
	id_of(1, case_id);
	while (waitpid(child, &status, WNOHANG) == 0) {
		n = 0;
		CHECK_OK(catalog_exhibits(catalog, case_id, count_exhibit, &n, &err), err);
		CHECK(n >= last);
		last = n;
	}
	CHECK_INT(status, 0);
	catalog_free(catalog);

	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		put_numbers(101, 100);
		_exit(0);
	}
	put_numbers(201, 100);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_INT(status, 0);
	catalog = open_at(PATH, 0);
	n = 0;
	CHECK_OK(catalog_exhibits(catalog, case_id, count_exhibit, &n, &err), err);
	CHECK_INT(n, 300);

	/* Both want to write: the second is told, and nothing is lost. */
	CHECK_OK(catalog_begin(catalog, &err), err);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		struct catalog *other = open_at(PATH, 0);
		int r = catalog_begin(other, &err);

		_exit(r);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), CATALOG_BUSY);
	CHECK_OK(catalog_commit(catalog, &err), err);
	catalog_free(catalog);
}

/* Killed at any write: the next opening finds the state before, the state after, or starts anew. */
static void
test_killed(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	uint8_t case_id[CATALOG_ID_LEN];
	int n_before = 0, n_after = 0, n_new = 0;

	id_of(1, case_id);
	for (uint64_t nth = 1;; nth++) {
		struct catalog *catalog;
		CLEANUP(secret_done) struct secret key = key_of(1);
		struct hash vault = hash_fill(1);
		uint32_t n = 0;
		pid_t child;
		int status, r;

		wipe_scratch();
		catalog_free(open_at(PATH, 1));
		put_numbers(1, 3);
		child = fork();
		CHECK(child >= 0);
		if (child == 0) {
			fault_arm(FAULT_KILL, nth, 0, false);
			put_numbers(4, 1);
			_exit(0);
		}
		CHECK(waitpid(child, &status, 0) == child);
		r = catalog_open(PATH, &key, &vault, &catalog, &err);
		CHECK(r == 0 || r == 1);
		CHECK_OK(catalog_exhibits(catalog, case_id, count_exhibit, &n, &err), err);
		CHECK(r == 1 ? n == 0 : n == 3 || n == 4);
		n_new += r == 1;
		n_before += r == 0 && n == 3;
		n_after += r == 0 && n == 4;
		catalog_free(catalog);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
			CHECK_INT(n, 4);
			break;
		}
	}
	printf("  killed at each write: %d times as before, %d times as after, %d times anew\n",
	       n_before, n_after, n_new);
	CHECK(n_new > 0 && n_after > 0);
}

/* Each write, flush, read and allocation failing in turn. */
static void
fault_once(enum fault_kind kind, uint64_t nth, bool *ret_fired)
{
	CLEANUP(secret_done) struct secret key = key_of(1);
	CLEANUP(catalog_freep) struct catalog *catalog = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash vault = hash_fill(1);
	struct catalog_exhibit x = exhibit_of(1, 1), got;
	int r;

	wipe_scratch();
	x.title = text("straw");
	fault_arm(kind, nth, ENOSPC, false);
	r = catalog_open(PATH, &key, &vault, &catalog, &err);
	if (r >= 0)
		r = catalog_begin(catalog, &err);
	if (r == 0)
		r = catalog_exhibit_put(catalog, &x, &err);
	if (r == 0)
		r = catalog_commit(catalog, &err);
	if (r == 0)
		r = catalog_exhibit_by_number(catalog, x.case_id, 1, &got, &err);
	*ret_fired = fault_passed() >= nth;
	fault_disarm();
	if (catalog != NULL && r != 0) {
		catalog_rollback(catalog);
		CHECK_OK(catalog_reset(catalog, &err), err);
		put(catalog, &x);
		CHECK_OK(catalog_exhibit_by_number(catalog, x.case_id, 1, &got, &err), err);
		CHECK(!catalog_in_memory(catalog));
	} else {
		CHECK(catalog == NULL || got.number == 1);
	}
}

static void
test_faults(void)
{
	static const enum fault_kind kinds[] = {FAULT_ALLOC, FAULT_WRITE, FAULT_SHORT, FAULT_FSYNC,
						FAULT_LINK,  FAULT_OPEN,  FAULT_READ};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		bool fired = true;
		int n = 0;

		for (uint64_t nth = 1; fired; nth++, n++)
			fault_once(kinds[i], nth, &fired);
		printf("  fault kind %d: %d points\n", (int)kinds[i], n - 1);
	}
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
sum_sizes(const struct catalog_exhibit *x, void *arg, struct amana_error *err)
{
	(void)err;
	*(uint64_t *)arg += x->size + x->name.len;
	return 0;
}

static int
count_match(const struct catalog_exhibit *x, unsigned int matched, void *arg,
	    struct amana_error *err)
{
	(void)x;
	(void)matched;
	(void)err;
	(*(int *)arg)++;
	return 0;
}

static void
test_ten_thousand(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog *catalog;
	uint8_t case_id[CATALOG_ID_LEN];
	uint64_t sum = 0;
	double t0, t1, t2, t3, t4, t5;
	int n_found = 0;

	wipe_scratch();
	catalog = open_at(PATH, 1);
	id_of(1, case_id);
	t0 = now_ms();
	CHECK_OK(catalog_begin(catalog, &err), err);
	for (uint32_t i = 1; i <= 10000; i++) {
		struct catalog_exhibit x = exhibit_of(1, i);
		char name[80], title[80];

		snprintf(name, sizeof name, "DCIM/Camera/IMG_%08u_%x.jpg", i, i * 2654435761U);
		snprintf(title, sizeof title, "Photograph %u of room %u", i, i % 97);
		hash_of(name, strlen(name), &x.sha256);
		memcpy(x.id, x.sha256.bytes, 16);
		x.name = text(name);
		x.type = text("photo");
		x.media_type = text("image/jpeg");
		x.title = text(title);
		x.source = text("phone of V-003, by cable");
		CHECK_OK(catalog_exhibit_put(catalog, &x, &err), err);
	}
	CHECK_OK(catalog_commit(catalog, &err), err);
	t1 = now_ms();
	catalog_free(catalog);
	t2 = now_ms();
	catalog = open_at(PATH, 0);
	t3 = now_ms();
	CHECK_OK(catalog_exhibits(catalog, case_id, sum_sizes, &sum, &err), err);
	t4 = now_ms();
	CHECK_OK(catalog_search(catalog, text("room 42"), NULL, count_match, &n_found, &err), err);
	t5 = now_ms();
	CHECK(sum > 10000 * 1000);
	CHECK_INT(n_found, 103);
	catalog_free(catalog);
	printf("  10,000 exhibits: put %.0f ms, open %.2f ms, list %.1f ms, search %.2f ms\n",
	       t1 - t0, t3 - t2, t4 - t3, t5 - t4);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(test_open);
	RUN(test_stale_schema);
	RUN(test_memory);
	RUN(test_exhibits);
	RUN(test_search);
	RUN(test_search_is_plain);
	RUN(test_search_follows_changes);
	RUN(test_entries_and_cases);
	RUN(test_events_own_sittings);
	RUN(test_forget);
	RUN(test_damage);
	RUN(test_no_plaintext);
	RUN(test_two_processes);
	RUN(test_killed);
	RUN(test_faults);
	RUN(test_ten_thousand);
	wipe_scratch();
	return 0;
}
