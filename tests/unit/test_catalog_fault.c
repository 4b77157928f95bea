/* SPDX-License-Identifier: Apache-2.0 */
#define TEST_NAME "test_catalog_fault"
#include "catalog_fixture.h"

#include "base/fault.h"
#include "catalog/sealed_page.h"
#include "catalog/pages.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

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
	n_blocks = (int)(st.st_size / (int)SEALED_PAGE_LEN);
	CHECK(n_blocks > 20);
	id_of(1, case_id);
	for (int page = 0; page < n_blocks; page++) {
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
		flip(fd,
		     (off_t)page * (int)SEALED_PAGE_LEN +
			     page * 61 % (int)SEALED_PAGE_LEN,
		     0x10);
		opened = catalog_open(PATH, &key, &vault, &catalog, &err);
		CHECK(opened == 0 || opened == 1);
		CHECK(!catalog_in_memory(catalog));
		listed = catalog_exhibits(catalog, case_id, check_row, &n, &err);
		CHECK(listed == CATALOG_DAMAGED ||
		      (listed == 0 && n == (opened == 0 ? 60U : 0U)));
		searched = catalog_search(catalog, text("needle"), NULL, check_match,
					  &found, &err);
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
	printf("  %d of %d damaged pages noticed by a list and a search\n", n_seen,
	       n_blocks);
	CHECK(n_seen * 2 > n_blocks);
}

static void
test_no_plaintext(void)
{
	struct catalog *catalog;

	wipe_scratch();
	catalog = open_at(PATH, 1);
	for (uint32_t i = 1; i < 30; i++)
		put_words(catalog, 1, i, "markerfilename.jpg", "photo", "markertitle",
			  "markernote");
	check_search(catalog, "markernote 0042", "");
	catalog_free(catalog);
	CHECK(system("grep -rqa -e marker -e 'SQLite format' -e exhibits " SCRATCH) != 0);
	/* One file, whatever happened. */
	CHECK(system("test \"$(find " SCRATCH " -type f | wc -l)\" = 1") == 0);
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
		CHECK_OK(catalog_exhibits(catalog, case_id, count_exhibit, &n, &err),
			 err);
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

/* Puts exhibit 4 beside 1 to 3 in a child that is killed at its n-th write.  True: it
 * was. */
static bool
killed_at(uint64_t nth)
{
	pid_t child;
	int status;

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
	return WIFSIGNALED(status);
}

static bool
hooks_are_in(void)
{
	bool fires;

	fault_arm(FAULT_WRITE, 1, EIO, false);
	fires = fault_fires(FAULT_WRITE);
	fault_disarm();
	return fires;
}

static uint32_t
count_exhibits(struct catalog *catalog)
{
	struct amana_error err = AMANA_ERROR_INIT;
	uint8_t case_id[CATALOG_ID_LEN];
	uint32_t n = 0;

	id_of(1, case_id);
	CHECK_OK(catalog_exhibits(catalog, case_id, count_exhibit, &n, &err), err);
	return n;
}

/* The next opening finds the state before or the state after, whole. */
static void
test_killed(void)
{
	int n_before = 0, n_after = 0;
	bool killed = hooks_are_in();

	for (uint64_t nth = 1; killed; nth++) {
		struct catalog *catalog;
		struct stat st;
		uint32_t n;

		killed = killed_at(nth);
		catalog = open_at(PATH, 0);
		n = count_exhibits(catalog);
		CHECK(n == 4 || (n == 3 && killed));
		n_before += n == 3;
		n_after += n == 4;
		/* The tail is gone, and writing goes on. */
		put_numbers(n + 1, 2);
		CHECK_INT(count_exhibits(catalog), n + 2);
		check_search(catalog, "straw",
			     n == 4 ? "1/1 1/2 1/3 1/4 1/5 1/6" : "1/1 1/2 1/3 1/4 1/5");
		catalog_free(catalog);
		CHECK(stat(PATH, &st) == 0 && st.st_size % (off_t)SEALED_PAGE_LEN == 0);
	}
	printf("  killed at each write: %d times as before, %d times as after\n",
	       n_before, n_after);
	if (hooks_are_in())
		CHECK(n_before > 1 && n_after > 2);
}

/* A page of the tail replaced by a good, but older one of the same number: not what was
 * promised. */
static void
check_mixed_tail(off_t tail_at, off_t size)
{
	CLEANUP(file_closep) int fd = open(PATH, O_RDWR | O_CLOEXEC);
	uint8_t foot[8], number[4], page[SEALED_PAGE_LEN];
	uint32_t n;
	struct catalog *catalog;

	CHECK(pread(fd, foot, 4, size - 96 + 16) == 4);
	n = bytes_u32be(foot);
	CHECK(n > 1 && tail_at + (off_t)n * 4100 + 96 <= size);
	CHECK(pread(fd, number, 4, size - 96 - 4 * (off_t)n) == 4);
	CHECK_INT(bytes_u32be(number), 1); /* page 1 changes in every commit */
	CHECK(pread(fd, page, sizeof page, (off_t)SEALED_PAGE_LEN) ==
	      (ssize_t)SEALED_PAGE_LEN);
	CHECK(pwrite(fd, page, sizeof page, size - 96 - 4100 * (off_t)n) ==
	      (ssize_t)SEALED_PAGE_LEN);
	catalog = open_at(PATH, 0);
	CHECK_INT(count_exhibits(catalog), 3);
	catalog_free(catalog);
}

/* Killed once the tail was whole; then the tail is tampered with, and counts for nothing.
 */
static void
test_damaged_tail(void)
{
	struct stat before, after;
	uint32_t n = 0;

	if (!hooks_are_in())
		return;
	wipe_scratch();
	catalog_free(open_at(PATH, 1));
	put_numbers(1, 3);
	CHECK(stat(PATH, &before) == 0);
	for (uint64_t nth = 1; n != 4; nth++) {
		struct catalog *catalog;

		CHECK(killed_at(nth));
		CHECK(system("cp " PATH " " PATH ".copy") == 0);
		catalog = open_at(PATH, 0);
		n = count_exhibits(catalog);
		catalog_free(catalog);
	}
	CHECK(stat(PATH ".copy", &after) == 0 && after.st_size > before.st_size);
	for (off_t at = before.st_size; at < after.st_size;
	     at += at < after.st_size - 700 ? 509 : 1) {
		CLEANUP(file_closep) int fd = open(PATH, O_RDWR | O_CLOEXEC);
		struct catalog *catalog;

		CHECK(system("cat " PATH ".copy > " PATH) == 0);
		flip(fd, at, 0x01);
		catalog = open_at(PATH, 0);
		CHECK_INT(count_exhibits(catalog), 3);
		catalog_free(catalog);
	}
	CHECK(system("cat " PATH ".copy > " PATH) == 0);
	check_mixed_tail(before.st_size, after.st_size);
}

/* Adds exhibits one by one, each with its number from the row before it, and says so
 * after each. */
static void
add_for_ever(int said)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog *catalog = open_at(PATH, 0);
	struct hash head = hash_fill(1);

	while (true) {
		struct catalog_exhibit x;
		uint64_t slot = 0;
		int r;

		CHECK_OK(catalog_begin(catalog, &err), err);
		r = catalog_synced(catalog, &slot, &head, &err);
		CHECK(r == 0 || r == CATALOG_NONE);
		x = exhibit_of(1, (uint32_t)slot + 1);
		x.title = text("straw");
		CHECK_OK(catalog_exhibit_put(catalog, &x, &err), err);
		CHECK_OK(catalog_synced_set(catalog, slot + 1, &head, &err), err);
		CHECK_OK(catalog_commit(catalog, &err), err);
		CHECK(write(said, "x", 1) == 1);
	}
}

static pid_t
start_adding(int said)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0)
		add_for_ever(said);
	return child;
}

/* Three writers, one killed every few milliseconds: every commit that was answered is
 * there, none is there twice, and nobody met anything odd. */
static void
test_killed_among_others(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog *catalog;
	struct hash head;
	pid_t children[3];
	char said_so[1024];
	uint64_t slot = 0;
	uint32_t n_said = 0, n;
	int said[2], status;

	wipe_scratch();
	catalog_free(open_at(PATH, 1));
	CHECK(pipe2(said, O_CLOEXEC | O_NONBLOCK) == 0);
	for (size_t i = 0; i < ARRAY_LEN(children); i++)
		children[i] = start_adding(said[1]);
	for (unsigned int i = 0; i < 60; i++) {
		pid_t *child = &children[i % ARRAY_LEN(children)];
		ssize_t len;

		usleep(20000 + i * 7919 % 20000);
		CHECK(kill(*child, SIGKILL) == 0);
		CHECK(waitpid(*child, &status, 0) == *child);
		CHECK(WIFSIGNALED(status)); /* not ended by a check of its own */
		while ((len = read(said[0], said_so, sizeof said_so)) > 0)
			n_said += (uint32_t)len;
		*child = start_adding(said[1]);
	}
	for (size_t i = 0; i < ARRAY_LEN(children); i++) {
		CHECK(kill(children[i], SIGKILL) == 0);
		CHECK(waitpid(children[i], &status, 0) == children[i]);
		CHECK(WIFSIGNALED(status));
	}
	catalog = open_at(PATH, 0);
	n = count_exhibits(catalog);
	CHECK_OK(catalog_synced(catalog, &slot, &head, &err), err);
	CHECK_INT(slot, n);
	printf("  63 kills: %u commits, %u of them answered before the last\n", n,
	       n_said);
	CHECK(n >= n_said && n_said > 0);
	catalog_free(catalog);
	close(said[0]);
	close(said[1]);
}

/* A commit that cannot be written fails, and the same catalogue goes on without a reset.
 */
static void
test_full_disk(void)
{
	static const enum fault_kind kinds[] = {FAULT_WRITE, FAULT_FSYNC};
	struct amana_error err = AMANA_ERROR_INIT;

	for (uint64_t i = 0; hooks_are_in() && i < 2 * 20; i++) {
		struct catalog_exhibit x = exhibit_of(1, 4);
		struct catalog *catalog;
		uint32_t n;
		int r;

		wipe_scratch();
		catalog_free(open_at(PATH, 1));
		put_numbers(1, 3);
		catalog = open_at(PATH, 0);
		CHECK_OK(catalog_begin(catalog, &err), err);
		CHECK_OK(catalog_exhibit_put(catalog, &x, &err), err);
		fault_arm(kinds[i % 2], i / 2 + 1, ENOSPC, false);
		r = catalog_commit(catalog, &err);
		fault_disarm();
		CHECK(r == 0 || (r < 0 && err.code == AMANA_E_IO));
		/* A commit that failed late may have been promised: then it is carried
		 * out. */
		n = count_exhibits(catalog);
		CHECK(n == 4 || (r < 0 && n == 3));
		CHECK(i >= 2 || (r < 0 && n == 3));
		x = exhibit_of(1, n + 1);
		put(catalog, &x);
		CHECK_INT(count_exhibits(catalog), n + 1);
		catalog_free(catalog);
		catalog = open_at(PATH, 0);
		CHECK_INT(count_exhibits(catalog), n + 1);
		catalog_free(catalog);
	}
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
		r = catalog_exhibit_by_id(catalog, x.id, &got, &err);
	*ret_fired = fault_passed() >= nth;
	fault_disarm();
	if (catalog != NULL && r != 0) {
		catalog_rollback(catalog);
		CHECK_OK(catalog_reset(catalog, &err), err);
		put(catalog, &x);
		CHECK_OK(catalog_exhibit_by_id(catalog, x.id, &got, &err), err);
		CHECK(!catalog_in_memory(catalog));
	} else {
		CHECK(catalog == NULL || got.number == 1);
	}
}

static void
test_faults(void)
{
	static const enum fault_kind kinds[] = {FAULT_ALLOC, FAULT_WRITE, FAULT_SHORT,
						FAULT_FSYNC, FAULT_LINK,  FAULT_OPEN,
						FAULT_READ};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		bool fired = true;
		int n = 0;

		for (uint64_t nth = 1; fired; nth++, n++)
			fault_once(kinds[i], nth, &fired);
		printf("  fault kind %d: %d points\n", (int)kinds[i], n - 1);
	}
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(test_damage);
	RUN(test_no_plaintext);
	RUN(test_two_processes);
	RUN(test_killed);
	RUN(test_damaged_tail);
	RUN(test_killed_among_others);
	RUN(test_full_disk);
	RUN(test_faults);
	wipe_scratch();
	return 0;
}
