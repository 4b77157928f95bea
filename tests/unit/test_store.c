/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of a store, over every backend. */
#include "store_fixture.h"

#include "base/queue.h"

#include <stdatomic.h>

#define HEX62 "00000000000000000000000000000000000000000000000000000000000000"

/* A store of each backend, fresh. */
struct backend {
	const char *kind;
	unsigned flags;
};
static const struct backend backends[] = {
	{"mem", 0}, {"dir", 0}, {"dir", STORE_NAMED_TMP}};

static struct store *
open_store(const struct backend *backend)
{
	struct store *store = NULL;

	folder[0] = 0;
	if (strcmp(backend->kind, "mem") == 0)
		CHECK_OK(store_open("mem:", STORE_IN_MEMORY, &store, &err), err);
	else
		store = create(backend->flags);
	CHECK_STR(store_kind(store), backend->kind);
	return store;
}

static struct store_name
lines_of(const char *text)
{
	struct hash hash;

	hash_of(text, strlen(text), &hash);
	return store_name_lines(&hash);
}

static void
check_content(struct store *store, const char *name, const char *want)
{
	CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 20);

	CHECK_OK(store_get(store, name, &got, &err), err);
	CHECK_STR(buf_text(&got), want);
	CHECK_INT(got.len, strlen(want));
}

/* No operation lets a name outside the grammar through to the backend. */
static void
contract_refuses_names(struct store *store)
{
	static const char *const bad[] = {"../etc/passwd", "log/000/000/000/../001",
					  "objects/ab", ("objects/ab/.." HEX62)};
	CLEANUP(buf_done) struct buf buf = BUF_INIT(64);
	struct store_reader *reader = NULL;
	struct store_writer *writer = NULL;
	struct hash hash = {{0}};
	uint64_t size;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char *name = bad[i];

		CHECK_FAILS(store_put(store, name, str("x"), true, &err), err,
			    AMANA_E_BUG);
		CHECK_FAILS(store_put_sure(store, name, str("x"), &err), err,
			    AMANA_E_BUG);
		CHECK_FAILS(store_settle(store, name, &err), err, AMANA_E_BUG);
		CHECK_FAILS(store_get(store, name, &buf, &err), err, AMANA_E_BUG);
		CHECK_FAILS(store_reader_open(store, name, &reader, &err), err,
			    AMANA_E_BUG);
		CHECK_FAILS(store_stat(store, name, &size, &err), err, AMANA_E_BUG);
		CHECK_FAILS(store_remove(store, name, &err), err, AMANA_E_BUG);
		CHECK_FAILS(store_replace(store, name, str("x"), &hash, &err), err,
			    AMANA_E_BUG);
	}
	CHECK_FAILS(store_put_begin(store, "log", &writer, &err), err, AMANA_E_BUG);
	CHECK_FAILS(store_put_begin(store, "../x", &writer, &err), err, AMANA_E_BUG);
	CHECK_OK(store_put_begin(store, "objects", &writer, &err), err);
	CHECK_FAILS(store_writer_commit(writer, lines_of("x").text, false, &err), err,
		    AMANA_E_BUG);
	CHECK_FAILS(store_writer_commit(writer, "objects/ab", false, &err), err,
		    AMANA_E_BUG);
	store_writer_free(writer);
}

/* Put and get. */

static void
contract_put_if_absent(struct store *store)
{
	const char *const names[] = {"vault", "log/000/000/000/001",
				     "log/000/001/000/000"};
	uint64_t size;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CHECK_OK(store_put(store, names[i], str("first"), true, &err), err);
		CHECK_INT(store_put(store, names[i], str("second"), true, &err), 1);
		CHECK_INT(store_put(store, names[i], str("second"), false, &err), 1);
		check_content(store, names[i], "first");
		CHECK_OK(store_stat(store, names[i], &size, &err), err);
		CHECK_INT(size, 5);
		CHECK_OK(store_settle(store, names[i], &err), err);
	}
	CHECK_OK(store_put(store, object_of("").text, str(""), false, &err), err);
	check_content(store, object_of("").text, "");
	CHECK_OK(store_barrier(store, &err), err);
}

static void
contract_put_sure(struct store *store)
{
	const char *name = "log/000/000/000/001";

	CHECK_INT(store_put_sure(store, name, str("ours"), &err), 0);
	CHECK_INT(store_put_sure(store, name, str("ours"), &err), 0);
	CHECK_INT(store_put_sure(store, name, str("longer"), &err), 1);
	CHECK_INT(store_put_sure(store, name, str("our"), &err), 1);
	CHECK_INT(store_put_sure(store, name, str(""), &err), 1);
	CHECK_INT(store_put_sure(store, name, str("them"), &err), 1);
	check_content(store, name, "ours");
}

static void
contract_missing(struct store *store)
{
	CLEANUP(buf_done) struct buf buf = BUF_INIT(64);
	const struct store_name names[] = {
		{"vault"}, {"log/000/000/000/009"}, object_of("none")};
	struct store_reader *reader = NULL;
	uint64_t size;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CHECK_INT(store_get(store, names[i].text, &buf, &err), 1);
		CHECK_INT(store_reader_open(store, names[i].text, &reader, &err), 1);
		CHECK_INT(store_stat(store, names[i].text, &size, &err), 1);
		CHECK_INT(store_settle(store, names[i].text, &err), 1);
	}
	CHECK(reader == NULL);
	CHECK_INT(store_remove(store, object_of("none").text, &err), 1);
}

static void
contract_bounded_get(struct store *store)
{
	CLEANUP(buf_done) struct buf buf = BUF_INIT(10);
	CLEANUP(buf_done) struct buf exact = BUF_INIT(11);
	const struct store_name name = object_of("eleven long");

	CHECK_OK(store_put(store, name.text, str("eleven long"), false, &err), err);
	CHECK_FAILS(store_get(store, name.text, &buf, &err), err, AMANA_E_LIMIT);
	CHECK_INT(buf.len, 0);
	CHECK_OK(store_get(store, name.text, &exact, &err), err);
	CHECK_INT(exact.len, 11);
	/* It appends: what is there counts. */
	CHECK_FAILS(store_get(store, name.text, &exact, &err), err, AMANA_E_LIMIT);
}

static void
contract_ranges(struct store *store)
{
	const struct store_name name = object_of("0123456789");
	struct store_reader *reader = NULL;
	char got[16];
	size_t len;

	CHECK_OK(store_put(store, name.text, str("0123456789"), false, &err), err);
	CHECK_OK(store_reader_open(store, name.text, &reader, &err), err);
	CHECK_INT(store_reader_size(reader), 10);
	CHECK_OK(store_reader_pread(reader, got, 4, 3, &len, &err), err);
	CHECK(len == 4 && memcmp(got, "3456", 4) == 0);
	CHECK_OK(store_reader_pread(reader, got, 16, 0, &len, &err), err);
	CHECK(len == 10 && memcmp(got, "0123456789", 10) == 0);
	CHECK_OK(store_reader_pread(reader, got, 16, 8, &len, &err), err);
	CHECK(len == 2 && memcmp(got, "89", 2) == 0);
	CHECK_OK(store_reader_pread(reader, got, 16, 10, &len, &err), err);
	CHECK_INT(len, 0);
	CHECK_OK(store_reader_pread(reader, got, 16, UINT64_MAX - 3, &len, &err), err);
	CHECK_INT(len, 0);
	CHECK_OK(store_reader_pread(reader, got, 16, INT64_MAX, &len, &err), err);
	CHECK_INT(len, 0);
	/* It stays readable after its name is gone. */
	CHECK_OK(store_remove(store, name.text, &err), err);
	CHECK_OK(store_reader_pread(reader, got, 16, 8, &len, &err), err);
	CHECK(len == 2 && memcmp(got, "89", 2) == 0);
	store_reader_free(reader);
}

static void
contract_writer(struct store *store)
{
	CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 20);
	const struct store_name name = object_of("streamed"),
				dropped = object_of("dropped");
	struct store_writer *writer = NULL;
	char chunk[1000];
	uint64_t size;

	memset(chunk, 'c', sizeof chunk);
	CHECK_OK(store_put_begin(store, "objects", &writer, &err), err);
	for (int i = 0; i < 300; i++)
		CHECK_OK(store_writer_write(writer, chunk, sizeof chunk, &err), err);
	CHECK_INT(store_stat(store, name.text, &size, &err), 1);
	CHECK_OK(store_writer_commit(writer, name.text, true, &err), err);
	CHECK_FAILS(store_writer_write(writer, chunk, 1, &err), err, AMANA_E_BUG);
	CHECK_FAILS(store_writer_commit(writer, dropped.text, false, &err), err,
		    AMANA_E_BUG);
	store_writer_free(writer);
	CHECK_OK(store_get(store, name.text, &got, &err), err);
	CHECK_INT(got.len, 300000);
	CHECK(got.data[0] == 'c' && got.data[299999] == 'c');

	CHECK_OK(store_put_begin(store, "objects", &writer, &err), err);
	CHECK_OK(store_writer_write(writer, "other", 5, &err), err);
	CHECK_INT(store_writer_commit(writer, name.text, false, &err), 1);
	store_writer_free(writer);
	CHECK_OK(store_stat(store, name.text, &size, &err), err);
	CHECK_INT(size, 300000);

	CHECK_OK(store_put_begin(store, "objects", &writer, &err), err);
	CHECK_OK(store_writer_write(writer, "gone", 4, &err), err);
	store_writer_free(writer);
	CHECK_INT(store_stat(store, dropped.text, &size, &err), 1);
	store_writer_free(NULL);
}

/* List, remove, replace. */

static int
note_name(void *arg, const char *name, struct amana_error *ret_err)
{
	struct buf *all = arg;

	if (buf_add_str(all, name, ret_err) < 0)
		return -1;
	return buf_add_byte(all, '\n', ret_err);
}

static int
stop_at_second(void *arg, const char *name, struct amana_error *ret_err)
{
	(void)name;
	(void)ret_err;
	return ++*(int *)arg == 2 ? 42 : 0;
}

static void
check_list(struct store *store, const char *below, const char *want)
{
	CLEANUP(buf_done) struct buf all = BUF_INIT(4096);

	CHECK_OK(store_list(store, below, note_name, &all, &err), err);
	CHECK_STR(buf_text(&all), want);
}

static void
contract_list(struct store *store)
{
	static const char *const names[] = {"vault",
					    ("objects/ff/ff" HEX62),
					    ("objects/0a/0a" HEX62),
					    "log/000/000/000/010",
					    "log/000/000/000/002",
					    ("lines/ab/ab" HEX62),
					    "log/000/001/000/000",
					    "log/001/000/000/000",
					    "log/000/000/001/000"};
	static const char *const bad[] = {"log/",
					  "logs",
					  "log/00",
					  "log/000/",
					  "objects/a",
					  "../log",
					  "objects/AB",
					  "log/000/000/000/001",
					  ("objects/ab/ab" HEX62),
					  "vault",
					  "objects/..",
					  "log/0000",
					  "lines/ab/"};
	int n = 0;

	check_list(store, "", "");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		CHECK_OK(store_put(store, names[i], str("x"), false, &err), err);
	check_list(store, "",
		   "lines/ab/ab" HEX62 "\nlog/000/000/000/002\nlog/000/000/000/010\n"
		   "log/000/000/001/000\nlog/000/001/000/000\nlog/001/000/000/000\n"
		   "objects/0a/0a" HEX62 "\nobjects/ff/ff" HEX62 "\nvault\n");
	check_list(store, "objects", "objects/0a/0a" HEX62 "\nobjects/ff/ff" HEX62 "\n");
	check_list(store, "objects/ff", "objects/ff/ff" HEX62 "\n");
	check_list(store, "objects/aa", "");
	check_list(store, "log/000",
		   "log/000/000/000/002\nlog/000/000/000/010\n"
		   "log/000/000/001/000\nlog/000/001/000/000\n");
	check_list(store, "log/000/000/001", "log/000/000/001/000\n");
	CHECK_INT(store_list(store, "log", stop_at_second, &n, &err), 42);
	CHECK_INT(n, 2);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAILS(store_list(store, bad[i], stop_at_second, &n, &err), err,
			    AMANA_E_BUG);
}

static int
remove_listed(void *arg, const char *name, struct amana_error *ret_err)
{
	return store_remove(arg, name, ret_err);
}

static void
contract_remove(struct store *store)
{
	const struct store_name name = lines_of("a"), other = lines_of("b");

	CHECK_OK(store_put(store, name.text, str("a"), true, &err), err);
	CHECK_OK(store_put(store, other.text, str("b"), true, &err), err);
	CHECK_OK(store_put(store, "log/000/000/000/001", str("x"), true, &err), err);
	CHECK_OK(store_put(store, "vault", str("x"), true, &err), err);
	CHECK_OK(store_remove(store, name.text, &err), err);
	CHECK_INT(store_remove(store, name.text, &err), 1);
	CHECK_OK(store_put(store, name.text, str("a2"), true, &err), err);
	check_content(store, name.text, "a2");
	CHECK_FAILS(store_remove(store, "log/000/000/000/001", &err), err, AMANA_E_BUG);
	CHECK_FAILS(store_remove(store, "vault", &err), err, AMANA_E_BUG);
	CHECK_OK(store_list(store, "lines", remove_listed, store, &err), err);
	check_list(store, "", "log/000/000/000/001\nvault\n");
}

static void
contract_replace(struct store *store)
{
	const struct store_name name = object_of("right");
	struct hash right, wrong;

	hash_of("right", 5, &right);
	hash_of("wrong", 5, &wrong);
	CHECK_OK(store_put(store, name.text, str("rotten"), true, &err), err);
	CHECK_FAILS(store_replace(store, name.text, str("wrong"), &right, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_FAILS(store_replace(store, name.text, str("wrong"), &wrong, &err), err,
		    AMANA_E_BUG);
	check_content(store, name.text, "rotten");
	CHECK_OK(store_replace(store, name.text, str("right"), &right, &err), err);
	check_content(store, name.text, "right");

	CHECK_OK(store_put(store, "log/000/000/000/001", str("rotten"), true, &err), err);
	CHECK_FAILS(
		store_replace(store, "log/000/000/000/001", str("wrong"), &right, &err),
		err, AMANA_E_TAMPERED);
	check_content(store, "log/000/000/000/001", "rotten");
	CHECK_OK(store_replace(store, "log/000/000/000/001", str("right"), &right, &err),
		 err);
	check_content(store, "log/000/000/000/001", "right");
	CHECK_OK(store_replace(store, "log/000/000/000/002", str("right"), &right, &err),
		 err);
	check_content(store, "log/000/000/000/002", "right");

	check_list(store, "log", "log/000/000/000/001\nlog/000/000/000/002\n");
}

/* Threads. */

#define N_RACERS 16
#define N_NAMES 20

struct race {
	struct store *store;
	_Atomic int n_started;
	_Atomic int n_won[N_NAMES];
	_Atomic int winner[N_NAMES];
};

static void
racer(void *arg)
{
	struct race *race = arg;
	int own = atomic_fetch_add(&race->n_started, 1);
	struct amana_error own_err;
	char bytes[5000];

	memset(bytes, 'A' + own, sizeof bytes);
	for (unsigned i = 0; i < N_NAMES; i++) {
		int r = store_put(race->store, store_name_slot(i + 1).text,
				  (struct bytes){(uint8_t *)bytes, sizeof bytes},
				  i % 2 == 0, &own_err);

		CHECK(r >= 0);
		if (r == 0) {
			race->n_won[i]++;
			race->winner[i] = own;
		}
	}
}

static void
contract_race(struct store *store)
{
	struct race race = {.store = store};
	struct workers *workers;

	CHECK_OK(workers_start(N_RACERS, racer, &race, &workers, &err), err);
	workers_join(workers);
	CHECK_INT(race.n_started, N_RACERS);
	for (unsigned i = 0; i < N_NAMES; i++) {
		CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 20);

		CHECK_INT(race.n_won[i], 1);
		CHECK_OK(store_get(store, store_name_slot(i + 1).text, &got, &err), err);
		CHECK_INT(got.len, 5000);
		for (size_t at = 0; at < got.len; at++)
			CHECK_INT(got.data[at], 'A' + race.winner[i]);
	}
}

struct crowd {
	struct store *store;
	struct store_reader *reader;
	_Atomic int n_started;
};

/* Each thread streams objects of its own and reads a shared one meanwhile. */
static void
crowd_member(void *arg)
{
	struct crowd *crowd = arg;
	int own = atomic_fetch_add(&crowd->n_started, 1);
	struct amana_error own_err;
	char text[32], got[4];
	size_t len;

	for (int i = 0; i < 20; i++) {
		CLEANUP(store_writer_freep) struct store_writer *writer = NULL;
		CLEANUP(buf_done) struct buf back = BUF_INIT(64);

		snprintf(text, sizeof text, "object %d of %d", i, own);
		CHECK_OK(store_put_begin(crowd->store, "objects", &writer, &own_err),
			 own_err);
		CHECK_OK(store_writer_write(writer, text, strlen(text), &own_err),
			 own_err);
		CHECK_OK(store_writer_commit(writer, object_of(text).text, false,
					     &own_err),
			 own_err);
		CHECK_OK(store_get(crowd->store, object_of(text).text, &back, &own_err),
			 own_err);
		CHECK_STR(buf_text(&back), text);
		CHECK_OK(store_reader_pread(crowd->reader, got, 3, (uint64_t)(i % 4),
					    &len, &own_err),
			 own_err);
		CHECK(len == 3 && memcmp(got, &"shared"[i % 4], 3) == 0);
	}
	CHECK_OK(store_barrier(crowd->store, &own_err), own_err);
}

static void
contract_crowd(struct store *store)
{
	struct crowd crowd = {.store = store};
	struct workers *workers;
	int n = 0;

	CHECK_OK(store_put(store, object_of("shared").text, str("shared"), false, &err),
		 err);
	CHECK_OK(store_reader_open(store, object_of("shared").text, &crowd.reader, &err),
		 err);
	CHECK_OK(workers_start(8, crowd_member, &crowd, &workers, &err), err);
	workers_join(workers);
	store_reader_free(crowd.reader);
	CHECK_OK(store_list(store, "objects", count_names, &n, &err), err);
	CHECK_INT(n, 8 * 20 + 1);
}

static void
contract_probe(struct store *store)
{
	struct store_probe probe;

	CHECK_OK(store_probe(store, &probe, &err), err);
	CHECK_STR(probe.kind, store_kind(store));
	CHECK_INT(probe.n_writers, 16);
	CHECK_INT(probe.n_winners, 1);
	check_list(store, "", "");
}

/* Every call over the seam can fail. */
static void
contract_fault_points(struct store *store)
{
	CLEANUP(buf_done) struct buf buf = BUF_INIT(64);
	const struct store_name name = object_of("x");
	struct store_reader *reader = NULL;
	struct store_writer *writer = NULL;
	uint64_t size;

	fault_arm(FAULT_STORE, 1, EIO, true);
	if (!fault_fires(FAULT_STORE)) /* built without fault hooks */
		return;
	CHECK_FAILS(store_put(store, name.text, str("x"), false, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_get(store, name.text, &buf, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_reader_open(store, name.text, &reader, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_stat(store, name.text, &size, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_settle(store, name.text, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_barrier(store, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_remove(store, name.text, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_list(store, "", count_names, NULL, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_put_begin(store, "objects", &writer, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_put_sure(store, name.text, str("x"), &err), err,
		    AMANA_E_REMOTE);
	CHECK_INT(err.sys_errno, EIO);
	fault_disarm();
	CHECK_INT(store_stat(store, name.text, &size, &err), 1);
}

static void
over_backends(void (*contract)(struct store *store))
{
	for (size_t i = 0; i < ARRAY_LEN(backends); i++) {
		struct store *store = open_store(&backends[i]);

		contract(store);
		destroy(store);
	}
}

static void
test_contract(void)
{
	static const struct {
		const char *name;
		void (*contract)(struct store *store);
	} contracts[] = {
		{"refuses_names", contract_refuses_names},
		{"put_if_absent", contract_put_if_absent},
		{"put_sure", contract_put_sure},
		{"missing", contract_missing},
		{"bounded_get", contract_bounded_get},
		{"ranges", contract_ranges},
		{"writer", contract_writer},
		{"list", contract_list},
		{"remove", contract_remove},
		{"replace", contract_replace},
		{"race", contract_race},
		{"crowd", contract_crowd},
		{"probe", contract_probe},
		{"fault_points", contract_fault_points},
	};

	for (size_t i = 0; i < ARRAY_LEN(contracts); i++) {
		over_backends(contracts[i].contract);
		printf("ok contract %s\n", contracts[i].name);
	}
}

int
main(void)
{
	test_contract();
	return 0;
}
