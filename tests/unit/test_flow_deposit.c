/* SPDX-License-Identifier: Apache-2.0 */
#include "deposit_fixture.h"
#include "flow/office/office.h"

#include "base/fault.h"
#include "keys/receipt.h"

#include <errno.h>
#include <pthread.h>

/* Deposits through the flow: what is named, what is noticed, what a receipt says, and
 * that several at once do not harm each other. */

static void
names_and_receipt(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct receipt_range ranges[RECEIPT_RANGES_MAX];
	struct receipt receipt;
	struct told told = {.n_items = 0};

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone of V-003",
			    false, &told, &err),
		 err);
	CHECK_INT(told.n_items, 3);
	CHECK_STR(told.names[0], "ev/.hidden");
	CHECK_STR(told.names[1], "ev/b.txt");
	CHECK_STR(told.names[2], "ev/sub/a.txt");
	CHECK_INT(told.numbers[0], 1);
	CHECK_INT(told.numbers[2], 3);
	CHECK_INT(told.n_skipped,
		  2); /* the link and the pipe: named, not followed, not opened */
	CHECK(strstr(told.skipped[0], "ev/link") != NULL &&
	      told.why[0] == AMANA_SKIP_SYMLINK);
	CHECK(strstr(told.skipped[1], "ev/pipe") != NULL &&
	      told.why[1] == AMANA_SKIP_FIFO);
	CHECK_INT(told.n_receipts, 1);
	CHECK_OK(receipt_parse(BYTES_STR(told.receipt), ranges, &receipt, &err), err);
	CHECK_INT(receipt.n_ranges, 1);
	CHECK_INT(receipt.ranges[0].first, 1);
	CHECK_INT(receipt.ranges[0].last, 3);
	CHECK(strstr(told.receipt, "HK-1") == NULL &&
	      strstr(told.receipt, "b.txt") == NULL);
	office_done(&office);
}

static void
a_rerun_goes_on(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct told first = {.n_items = 0}, second = {.n_items = 0},
		    third = {.n_items = 0}, fourth = {.n_items = 0};

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone", false,
			    &first, &err),
		 err);
	write_file(office_path(&office, "ev/c.txt"), "new\n");
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone", false,
			    &second, &err),
		 err);
	CHECK_INT(second.n_items, 1);
	CHECK_STR(second.names[0], "ev/c.txt");
	CHECK_INT(second.n_skipped, 5);
	CHECK_STR(second.refs[2], "HK-1/1");
	CHECK_INT(second.why[2], AMANA_SKIP_DEPOSITED);
	/* another source is another fact; so is --again */
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev/b.txt"), "witness",
			    false, &third, &err),
		 err);
	CHECK_INT(third.n_items, 1);
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev/b.txt"), "witness", true,
			    &fourth, &err),
		 err);
	CHECK_INT(fourth.n_items, 1);
	CHECK_INT(fourth.numbers[0], 6);
	office_done(&office);
}

static int
ignore_row(void *ctx, const struct amana_exhibit *exhibit)
{
	(void)ctx;
	(void)exhibit;
	return 0;
}

static void
presented_again(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	CLEANUP(session_closep) struct session *vault = NULL;
	struct told first = {.n_items = 0}, second = {.n_items = 0},
		    twins = {.n_items = 0};
	uint64_t before;

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev/b.txt"), "phone", false,
			    &first, &err),
		 err);
	before = events_of(&lead, 1);
	/* A reader's client knows the content only after it has read the case's names. */
	vault = person_open(&lead);
	CHECK_OK(flow_list(vault, "HK-1", ignore_row, NULL, &err), err);
	CHECK_OK(deposit_as(&lead, office_path(&office, "ev/b.txt"), "handed over", false,
			    &second, &err),
		 err);
	CHECK_INT(second.n_items, 0);
	CHECK_INT(second.n_skipped, 1);
	CHECK_STR(second.refs[0], "HK-1/1");
	CHECK_INT(second.why[0], AMANA_SKIP_HERE);
	CHECK_INT(events_of(&lead, 1), before + 1);
	/* Two equal files of one deposit stay two exhibits. */
	CHECK(mkdir(office_path(&office, "twins"), 0700) == 0);
	write_file(office_path(&office, "twins/x"), "same\n");
	write_file(office_path(&office, "twins/y"), "same\n");
	CHECK_OK(deposit_as(&lead, office_path(&office, "twins"), "phone", false, &twins,
			    &err),
		 err);
	CHECK_INT(twins.n_items, 2);
	office_done(&office);
}

/* The lead changes the keys while the person thinks about the question: the sheets
 * follow. */
static bool
rekey_meanwhile(void *ctx, const struct amana_deposit_plan *plan)
{
	CLEANUP(session_closep) struct session *vault = person_open(&lead);
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t epoch;

	(void)ctx;
	CHECK_INT(plan->n_files, 1);
	CHECK_STR(plan->case_code, "HK-1");
	CHECK(strstr(plan->people, "L-007 (lead)") != NULL &&
	      strstr(plan->people, "S-014") == NULL);
	CHECK_OK(flow_case_rekey(vault, "HK-1", &epoch, &err), err);
	CHECK_INT(epoch, 2);
	return true;
}

static void
an_epoch_moves(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.confirm = rekey_meanwhile};
	char text[64];

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev/b.txt"), "phone", false,
			    &told, &err),
		 err);
	CHECK_INT(told.n_items, 1);
	CHECK_OK(retrieve_as(&reader, "HK-1/1", office_path(&office, "out"), &err), err);
	read_whole(office_path(&office, "out"), text, sizeof text);
	CHECK_STR(text, "bee\n");
	office_done(&office);
}

static bool
refuse(void *ctx, const struct amana_deposit_plan *plan)
{
	(void)ctx;
	(void)plan;
	return false;
}

static void
nothing_without_consent(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.confirm = refuse};
	CLEANUP(session_closep) struct session *vault = NULL;
	uint64_t before;

	begin();
	vault = person_open(&lead);
	before = state_slot(session_state(vault));
	CHECK_FAILS(deposit_as(&depositor, office_path(&office, "ev"), "phone", false,
			       &told, &err),
		    err, AMANA_E_CANCELLED);
	CHECK_OK(log_sync(vault->log, &err), err);
	CHECK_INT(state_slot(session_state(vault)), before);
	office_done(&office);
}

static void
missing_and_empty(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.n_items = 0}, empty = {.n_items = 0};
	char text[8] = "x";

	begin();
	CHECK_FAILS(deposit_as(&depositor, office_path(&office, "nowhere"), "phone",
			       false, &told, &err),
		    err, AMANA_E_MISSING);
	CHECK_INT(told.n_failed, 1);
	CHECK_INT(told.failed_code, AMANA_E_MISSING);
	write_file(office_path(&office, "empty"), "");
	CHECK_OK(deposit_as(&depositor, office_path(&office, "empty"), "phone", false,
			    &empty, &err),
		 err);
	CHECK_OK(retrieve_as(&lead, "HK-1/1", office_path(&office, "out"), &err), err);
	read_whole(office_path(&office, "out"), text, sizeof text);
	CHECK_STR(text, "");
	office_done(&office);
}

/* How many calls of the store it takes to present n files again that were deposited
 * together.  Only a build with fault points counts them. */
static uint64_t
calls_to_present_again(int n)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_deposit_result result;
	char folder[OFFICE_PATH], file[2 * OFFICE_PATH], text[16];
	const char *path = folder;
	struct amana_deposit request = {
		.case_name = "HK-1", .paths = &path, .n_paths = 1, .source = "phone"};
	uint64_t n_calls;

	begin();
	snprintf(folder, sizeof folder, "%s/many", office.root);
	CHECK(mkdir(folder, 0700) == 0);
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof file, "%s/%04d", folder, i);
		snprintf(text, sizeof text, "%d", i);
		write_file(file, text);
	}
	vault = person_open(&depositor);
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	session_close(vault);
	vault = person_open(&lead);
	CHECK_OK(flow_list(vault, "HK-1", ignore_row, NULL, &err), err);
	request.source = "handed over";
	fault_arm(FAULT_STORE, UINT64_MAX, EIO, false);
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	n_calls = fault_passed();
	fault_disarm();
	CHECK_INT(result.n_skipped, n);
	office_done(&office);
	return n_calls;
}

/* The object of each is opened, since the log's word for it is nobody's but the
 * depositor's; the slot and the bundle of the exhibits are read once, not for each. */
#define CALLS_TO_OPEN 3 /* an object: open, its beginning, the rest */
static void
presented_again_at_once(void)
{
	uint64_t few = calls_to_present_again(4), many = calls_to_present_again(40);

	printf("  4 files: %d calls, 40 files: %d\n", (int)few, (int)many);
	CHECK(many <= few + 36 * CALLS_TO_OPEN);
}

/* ---- a machine that cannot keep its catalogue ---- */

#define FILES 1001 /* one more than a group has */
static size_t n_unnoted;

static void
count_unnoted(void *ctx, enum amana_notice kind, const char *text)
{
	(void)ctx;
	n_unnoted +=
		kind == AMANA_NOTICE_INFO && strstr(text, "cannot note what it") != NULL;
}

/* What is deposited is not remembered there: the person is told so, once. */
static void
told_once_of_an_unwritable_catalogue(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	const char *path;
	const struct amana_deposit request = {
		.case_name = "HK-1", .paths = &path, .n_paths = 1};
	struct amana_deposit_result result;
	struct amana_error err = AMANA_ERROR_INIT;
	char file[2 * OFFICE_PATH], text[16];

	begin();
	path = office_path(&office, "many");
	CHECK(mkdir(path, 0700) == 0);
	for (int i = 0; i < FILES; i++) {
		snprintf(file, sizeof file, "%s/%04d", path, i);
		snprintf(text, sizeof text, "%d", i);
		write_file(file, text);
	}
	depositor.config.cache_dir = "/dev/null/no-folder";
	depositor.config.notice = count_unnoted;
	n_unnoted = 0;
	vault = person_open(&depositor);
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	CHECK_INT(result.n_deposited, FILES);
	CHECK_INT(n_unnoted, 1);
	office_done(&office);
}

/* ---- several at once ---- */

static void *
deposit_thread(void *arg)
{
	struct person *person = arg;
	struct amana_error err = AMANA_ERROR_INIT;
	char source[32], ev[OFFICE_PATH];

	snprintf(ev, sizeof ev, "%s/ev",
		 office.root); /* office_path is not for two threads */
	for (int i = 0; i < 5; i++) {
		struct told told = {.n_items = 0};

		snprintf(source, sizeof source, "%s round %d", person->code, i);
		CHECK_OK(deposit_as(person, ev, source, true, &told, &err), err);
		CHECK_INT(told.n_items, 3);
	}
	return NULL;
}

static void
two_writers(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	pthread_t threads[2];

	begin();
	CHECK(pthread_create(&threads[0], NULL, deposit_thread, &depositor) == 0);
	CHECK(pthread_create(&threads[1], NULL, deposit_thread, &reader) == 0);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	vault = person_open(&lead);
	CHECK_INT(state_case_at(session_state(vault), 0)->n_exhibits, 30);
	CHECK_INT(log_n_voids(vault->log), 0);
	office_done(&office);
}

int
main(void)
{
	RUN(names_and_receipt);
	RUN(a_rerun_goes_on);
	RUN(presented_again);
	RUN(presented_again_at_once);
	RUN(an_epoch_moves);
	RUN(nothing_without_consent);
	RUN(missing_and_empty);
	RUN(told_once_of_an_unwritable_catalogue);
	RUN(two_writers);
	return 0;
}
