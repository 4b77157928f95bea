/* SPDX-License-Identifier: Apache-2.0 */
#define TEST_NAME "test_catalog"
#include "catalog_fixture.h"

#include <time.h>

/* What the catalogue keeps: exhibits, entries, events, own deposits, sittings. */

static int
stop_at_two(const struct catalog_exhibit *x, void *arg, struct amana_error *err)
{
	(void)arg;
	(void)err;
	return x->number == 2 ? 77 : 0;
}

static void
test_exhibits(void)
{
	static const uint8_t large[CATALOG_TEXT_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_exhibit x, got;
	struct catalog_totals totals;
	struct catalog *catalog;
	struct hash absent = hash_fill(200);
	uint32_t n = 0;

	wipe_scratch();
	catalog = open_at(PATH, 1);
	CHECK_OK(catalog_begin(catalog, &err), err);
	for (uint32_t i = 3; i >= 1; i--) {
		x = exhibit_of(1, i);
		x.name = (struct bytes){(const uint8_t *)"a\xff\nb", 4};
		x.title = text("");
		x.own = i == 2;
		x.modified_at = i == 2 ? -86400 : 0;
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
	n = 1; /* as if 1 had been counted */
	CHECK_OK(catalog_exhibits_after(catalog, x.case_id, 1, count_exhibit, &n, &err),
		 err);
	CHECK_INT(n, 3);
	CHECK_OK(catalog_exhibits_after(catalog, x.case_id, 3, count_exhibit, &n, &err),
		 err);
	CHECK_INT(n, 3);
	CHECK_OK(catalog_exhibit_by_id(catalog, x.id, &got, &err), err);
	CHECK(memcmp(got.id, x.id, 16) == 0 && memcmp(got.case_id, x.case_id, 16) == 0);
	CHECK(got.number == 2 && got.slot == 102 && got.deposited_at == 1700000002);
	CHECK_STR(got.actor, "S-014");
	CHECK(got.has_object && hash_equal(&got.object, &x.object));
	CHECK(got.opened && got.own && got.has_content && got.size == 1002);
	CHECK(hash_equal(&got.sha256, &x.sha256));
	CHECK(got.name.len == 4 && memcmp(got.name.data, "a\xff\nb", 4) == 0);
	CHECK(got.title.data != NULL && got.title.len == 0);
	CHECK(got.note.data == NULL && got.source.data == NULL &&
	      got.received.data == NULL);
	CHECK_INT(got.modified_at, -86400);
	CHECK_INT(catalog_exhibit_by_id(catalog, exhibit_of(1, 4).id, &got, &err),
		  CATALOG_NONE);

	CHECK_OK(catalog_exhibit_by_content(catalog, x.case_id, &x.sha256, &got, &err),
		 err);
	CHECK_INT(got.number, 2);
	CHECK_INT(catalog_exhibit_by_content(catalog, x.case_id, &absent, &got, &err),
		  CATALOG_NONE);
	x = exhibit_of(2, 1);
	CHECK_INT(catalog_exhibit_by_content(catalog, x.case_id, &x.sha256, &got, &err),
		  CATALOG_NONE);
	CHECK_OK(catalog_exhibit_by_id(catalog, x.id, &got, &err), err);
	CHECK(!got.opened && !got.has_content && !got.has_object &&
	      got.name.data == NULL);

	x.id[15] ^= 1;
	x.number = 2;
	put(catalog, &x);
	CHECK_OK(catalog_exhibit_by_id(catalog, x.id, &got, &err), err);
	CHECK_INT(got.number, 2);

	x = exhibit_of(1, 2);
	CHECK_OK(catalog_totals(catalog, x.case_id, &totals, &err), err);
	CHECK(totals.n_exhibits == 3 && totals.last_number == 3 && totals.n_opened == 3);
	x = exhibit_of(2, 1);
	CHECK_OK(catalog_totals(catalog, x.case_id, &totals, &err), err);
	CHECK(totals.n_exhibits == 2 && totals.last_number == 2 && totals.n_opened == 1);
	put(catalog, &x); /* this time opened */
	CHECK_OK(catalog_totals(catalog, x.case_id, &totals, &err), err);
	CHECK(totals.n_exhibits == 2 && totals.n_opened == 2);
	x = exhibit_of(9, 1);
	CHECK_OK(catalog_totals(catalog, x.case_id, &totals, &err), err);
	CHECK(totals.n_exhibits == 0 && totals.last_number == 0 && totals.n_opened == 0);
	x = exhibit_of(1, 2);

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
	CHECK_OK(catalog_begin(catalog, &err), err);
	x.size = 1;
	x.source = (struct bytes){large, sizeof large};
	CHECK_FAILS(catalog_exhibit_put(catalog, &x, &err), err, AMANA_E_LIMIT);
	catalog_rollback(catalog);
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
	CHECK_OK(catalog_exhibit_by_id(catalog, x.id, &got, &err), err);
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
	sprintf(list + strlen(list), "%d.%d %s %d %d;", (int)entry->slot,
		(int)entry->index, entry->action, (int)entry->event, (int)entry->at);
	return 0;
}

static void
test_entries(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_entry entry = {
		.subject_kind = "exhibit",
		.subject = {(const uint8_t *)"ab\0", 3},
		.actor = "S-014",
	};
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
	CHECK_OK(catalog_commit(catalog, &err), err);

	CHECK_OK(catalog_entries_of(catalog, "exhibit",
				    (struct bytes){(const uint8_t *)"ab\0", 3}, add_entry,
				    list, &err),
		 err);
	CHECK_STR(list, "9.1 deposit 4 1001;9.2 deposit 3 1002;10.0 record 5 1000;");
	catalog_free(catalog);
}

static void
test_events_own_sittings(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog_event event = {.slot = 4, .has_exhibit = true}, got;
	struct hash mac = hash_fill(3), other = hash_fill(4);
	struct catalog *catalog;
	uint8_t id[CATALOG_ID_LEN];

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
	CHECK_OK(catalog_own_put(catalog, event.case_id, &mac, event.exhibit_id, &err),
		 err);
	for (int i = 0; i < 70; i++) {
		char token[20];

		snprintf(token, sizeof token, "token %d", i);
		CHECK_OK(catalog_sitting_put(catalog, event.case_id, text(token), &err),
			 err);
	}
	CHECK_OK(catalog_commit(catalog, &err), err);

	CHECK_OK(catalog_event_at(catalog, 3, 0, &got, &err), err);
	CHECK(got.kind.len == 8 && memcmp(got.kind.data, "retrieve", 8) == 0);
	CHECK(!got.has_exhibit && got.reason.data == NULL);
	CHECK_OK(catalog_event_at(catalog, 4, 0, &got, &err), err);
	CHECK(got.has_exhibit && memcmp(got.exhibit_id, event.exhibit_id, 16) == 0);
	CHECK(got.kind.len == 8 && memcmp(got.kind.data, "retrieve", 8) == 0);
	CHECK(got.reason.len == 7 && memcmp(got.reason.data, "hearing", 7) == 0);
	CHECK(got.details.len == 2 && memcmp(got.details.data, "{}", 2) == 0);
	CHECK_INT(catalog_event_at(catalog, 4, 1, &got, &err), CATALOG_NONE);

	CHECK_OK(catalog_own_find(catalog, event.case_id, &mac, id, &err), err);
	CHECK(memcmp(id, event.exhibit_id, 16) == 0);
	CHECK_INT(catalog_own_find(catalog, event.case_id, &other, id, &err),
		  CATALOG_NONE);
	CHECK_INT(catalog_own_find(catalog, event.exhibit_id, &mac, id, &err),
		  CATALOG_NONE);
	CHECK_OK(catalog_sitting_find(catalog, event.case_id, text("token 69"), &err),
		 err);
	CHECK_OK(catalog_sitting_find(catalog, event.case_id, text("token 6"), &err),
		 err);
	CHECK_INT(catalog_sitting_find(catalog, event.case_id, text("token 5"), &err),
		  CATALOG_NONE);
	CHECK_INT(catalog_sitting_find(catalog, event.exhibit_id, text("token 69"), &err),
		  CATALOG_NONE);
	CHECK_FAILS(catalog_sitting_find(catalog, event.case_id, text(""), &err), err,
		    AMANA_E_BUG);
	catalog_free(catalog);
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

		snprintf(name, sizeof name, "DCIM/Camera/IMG_%08u_%x.jpg", i,
			 i * 2654435761U);
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
	CHECK_OK(catalog_search(catalog, text("room 42"), NULL, count_match, &n_found,
				&err),
		 err);
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
	RUN(test_exhibits);
	RUN(test_search_follows_changes);
	RUN(test_entries);
	RUN(test_events_own_sittings);
	RUN(test_ten_thousand);
	wipe_scratch();
	return 0;
}
