/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "flow/deposit/deposit.h"
#include "flow/office/office.h"
#include "flow/read/read.h"

#include "session/names.h"
#include "flow/read/retrieve_out.h"
#include "session/sync.h"
#include "flow/deposit/walk.h"
#include "keys/receipt.h"

#include <pthread.h>
#include <time.h>

/* Deposits and retrieves through the flows: who may, what is named, what is noticed, what
 * is on record. */

static struct office office;
static struct person lead, depositor, reader;

static void
write_file(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
}

static void
read_whole(const char *path, char *out, size_t cap)
{
	FILE *file = fopen(path, "r");
	size_t n;

	CHECK(file != NULL);
	n = fread(out, 1, cap - 1, file);
	out[n] = 0;
	fclose(file);
}

static void
grant(struct person *who, const char *as)
{
	CLEANUP(session_closep) struct session *vault = person_open(&lead);
	struct amana_error err = AMANA_ERROR_INIT;
	int64_t until;

	CHECK_OK(flow_case_grant(vault, "HK-1", who->code, as, -1, &until, &err), err);
}

/* A vault with a case, its lead, a depositor and a reader; a folder of evidence. */
static void
begin(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	char id[AMANA_ID_HEX + 1];

	office_new(&office);
	person_new(&office, "L-007", &lead);
	person_new(&office, "S-014", &depositor);
	person_new(&office, "L-009", &reader);
	office_init(&lead);
	office_add(&office, &lead, &depositor, NULL);
	office_add(&office, &lead, &reader, NULL);
	vault = person_open(&lead);
	CHECK_OK(flow_case_open(vault, "HK-1", NULL, 0, "a title", id, &err), err);
	grant(&depositor, "depositor");
	grant(&reader, "reader");
	CHECK(mkdir(office_path(&office, "ev"), 0700) == 0);
	CHECK(mkdir(office_path(&office, "ev/sub"), 0700) == 0);
	write_file(office_path(&office, "ev/b.txt"), "bee\n");
	write_file(office_path(&office, "ev/.hidden"), "hidden\n");
	write_file(office_path(&office, "ev/sub/a.txt"), "a statement\n");
	CHECK(symlink("/etc/passwd", office_path(&office, "ev/link")) == 0);
	CHECK(mkfifo(office_path(&office, "ev/pipe"), 0600) == 0);
}

/* ---- collecting what is told ---- */

struct told {
	size_t n_items, n_receipts, n_skipped, n_failed;
	char names[16][128], skipped[16][256], why[16][128], refs[16][64];
	enum amana_code failed_code;
	uint64_t numbers[16];
	char receipt[2048];
	uint64_t batch;
	bool (*confirm)(void *ctx, const struct amana_deposit_plan *plan);
};

static void
on_item(void *ctx, const struct amana_deposited *item)
{
	struct told *told = ctx;

	CHECK(told->n_items < 16);
	snprintf(told->names[told->n_items], 128, "%.*s", (int)item->name_len,
		 item->name);
	told->numbers[told->n_items++] = item->number;
}

static void
on_receipt(void *ctx, const struct amana_receipt *receipt)
{
	struct told *told = ctx;

	snprintf(told->receipt, sizeof told->receipt, "%s", receipt->text);
	told->batch = receipt->batch;
	told->n_receipts++;
}

static void
on_skipped(void *ctx, const char *path, const char *exhibit, const char *why)
{
	struct told *told = ctx;

	CHECK(told->n_skipped < 16);
	snprintf(told->skipped[told->n_skipped], 256, "%s", path);
	snprintf(told->refs[told->n_skipped], 64, "%s", exhibit != NULL ? exhibit : "-");
	snprintf(told->why[told->n_skipped++], 128, "%s", why);
}

static void
on_failed(void *ctx, const char *path, const struct amana_error *err)
{
	struct told *told = ctx;

	(void)path;
	told->failed_code = err->code;
	told->n_failed++;
}

static int
deposit_as(struct person *person, const char *path, const char *source, bool again,
	   struct told *told, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct amana_deposit_result result;
	const struct amana_deposit request = {
		.case_name = "HK-1",
		.paths = &path,
		.n_paths = 1,
		.source = source,
		.again = again,
		.ctx = told,
		.confirm = told->confirm,
		.item = on_item,
		.receipt = on_receipt,
		.skipped = on_skipped,
		.failed = on_failed,
	};

	return flow_deposit(vault, &request, &result, err);
}

static int retrieve_as(struct person *person, const char *exhibit, const char *out,
		       struct told *told, struct amana_error *err);

static uint64_t
events_of(struct person *person, uint32_t number)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct state *state = session_state(vault);
	const struct state_exhibit *exhibit =
		state_exhibit_numbered(state, &state_case_at(state, 0)->id, number);

	CHECK(exhibit != NULL);
	return exhibit->chain.event;
}

/* ---- deposits ---- */

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
	      strstr(told.why[0], "link") != NULL);
	CHECK(strstr(told.skipped[1], "ev/pipe") != NULL &&
	      strstr(told.why[1], "special") != NULL);
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
	CHECK_OK(retrieve_as(&reader, "HK-1/1", office_path(&office, "out"), &told, &err),
		 err);
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
	CHECK_OK(retrieve_as(&lead, "HK-1/1", office_path(&office, "out"), &told, &err),
		 err);
	read_whole(office_path(&office, "out"), text, sizeof text);
	CHECK_STR(text, "");
	office_done(&office);
}

/* ---- retrieves ---- */

struct got {
	size_t n;
	bool first[8];
	char path[8][300];
};

static void
on_got(void *ctx, const struct amana_retrieved *item)
{
	struct got *got = ctx;

	CHECK(got->n < 8);
	got->first[got->n] = item->first_reader;
	snprintf(got->path[got->n++], 300, "%s", item->path);
}

static int
retrieve_to(struct person *person, const char *exhibit, const char *out, struct got *got,
	    struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct amana_retrieve request = {.exhibits = &exhibit,
					       .n_exhibits = 1,
					       .out = out,
					       .reason = "a hearing",
					       .ctx = got,
					       .item = on_got};

	return flow_retrieve(vault, &request, err);
}

static int
retrieve_as(struct person *person, const char *exhibit, const char *out,
	    struct told *told, struct amana_error *err)
{
	struct got got = {.n = 0};

	(void)told;
	return retrieve_to(person, exhibit, out, &got, err);
}

static void
who_may_retrieve(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.n_items = 0};
	uint64_t before;

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone", false, &told,
			    &err),
		 err);
	before = events_of(&lead, 1);
	CHECK_FAILS(retrieve_as(&depositor, "HK-1/1", office_path(&office, "out"), &told,
				&err),
		    err, AMANA_E_DENIED);
	CHECK(access(office_path(&office, "out"), F_OK) < 0);
	CHECK_INT(events_of(&lead, 1), before + 1); /* the attempt is on record */
	CHECK_FAILS(retrieve_as(&depositor, "HK-1/1", office_path(&office, "out"), &told,
				&err),
		    err, AMANA_E_DENIED);
	CHECK_INT(events_of(&lead, 1), before + 1); /* once: coalesced */
	office_done(&office);
}

static void
grant_until(struct person *who, const char *as, int64_t until)
{
	CLEANUP(session_closep) struct session *vault = person_open(&lead);
	struct amana_error err = AMANA_ERROR_INIT;
	int64_t written;

	CHECK_OK(flow_case_grant(vault, "HK-1", who->code, as, until, &written, &err),
		 err);
}

static uint64_t
events_of_case(void)
{
	CLEANUP(session_closep) struct session *vault = person_open(&lead);

	return state_case_at(session_state(vault), 0)->chain.event;
}

/* Who comes after the date of the grant is refused, and that they came is on record. */
static void
a_date_that_has_passed(void)
{
	const struct timespec moment = {.tv_nsec = 100000000};
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.n_items = 0}, late = {.n_items = 0};
	uint64_t of_exhibit, of_case;
	int64_t until;

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone", false, &told,
			    &err),
		 err);
	until = session_now() + 2;
	grant_until(&depositor, "depositor", until);
	grant_until(&reader, "reader", until);
	while (session_now() <= until)
		nanosleep(&moment, NULL);
	of_exhibit = events_of(&lead, 1);
	of_case = events_of_case();
	CHECK_FAILS(
		retrieve_as(&reader, "HK-1/1", office_path(&office, "out"), &told, &err),
		err, AMANA_E_DENIED);
	CHECK(strstr(err.msg, "has ended") != NULL);
	CHECK_INT(events_of(&lead, 1), of_exhibit + 1);
	CHECK_FAILS(deposit_as(&depositor, office_path(&office, "ev"), "tablet", false,
			       &late, &err),
		    err, AMANA_E_DENIED);
	CHECK(strstr(err.msg, "has ended") != NULL);
	CHECK_INT(late.n_items, 0);
	CHECK_INT(events_of_case(), of_case + 1);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&reader);
		const struct state_case *a_case = state_case_at(session_state(vault), 0);

		CHECK_FAILS(sync_names_record(vault, a_case, &err), err, AMANA_E_DENIED);
		CHECK(strstr(err.msg, "has ended") != NULL);
	}
	CHECK_INT(events_of_case(), of_case + 2);
	office_done(&office);
}

static void
files_and_folders(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.n_items = 0};
	struct got got = {.n = 0}, again = {.n = 0}, all = {.n = 0};
	char text[64];

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone", false, &told,
			    &err),
		 err);
	CHECK_OK(retrieve_to(&reader, "HK-1/2", office_path(&office, "out"), &got, &err),
		 err);
	CHECK_INT(got.n, 1);
	CHECK(got.first[0]);
	CHECK_INT(events_of(&lead, 2), 3); /* deposit, retrieve, check */
	CHECK_FAILS(
		retrieve_to(&reader, "HK-1/2", office_path(&office, "out"), &again, &err),
		err, AMANA_E_CONFLICT);
	CHECK_INT(events_of(&lead, 2),
		  3); /* nothing was opened, so nothing is on record */
	CHECK_OK(retrieve_to(&lead, "HK-1/1-3", office_path(&office, "all"), &all, &err),
		 err);
	CHECK_INT(all.n, 3);
	CHECK(all.first[0] && !all.first[1] && all.first[2]);
	CHECK(strstr(all.path[2], "all/0003 a.txt") != NULL);
	read_whole(all.path[2], text, sizeof text);
	CHECK_STR(text, "a statement\n");
	CHECK_FAILS(retrieve_to(&lead, "HK-1/1-3", "-", &all, &err), err, AMANA_E_USAGE);
	CHECK_FAILS(retrieve_to(&lead, "HK-1/9", office_path(&office, "o"), &all, &err),
		    err, AMANA_E_MISSING);
	CHECK_FAILS(retrieve_to(&lead, "HK-1/0", office_path(&office, "o"), &all, &err),
		    err, AMANA_E_USAGE);
	CHECK_FAILS(retrieve_to(&lead, "EX-0001", office_path(&office, "o"), &all, &err),
		    err, AMANA_E_USAGE);
	office_done(&office);
}

/* One byte of the stored object is other than it was. */
static void
spoil_object(uint32_t number)
{
	CLEANUP(session_closep) struct session *vault = person_open(&lead);
	const struct state *state = session_state(vault);
	const struct state_exhibit *exhibit =
		state_exhibit_numbered(state, &state_case_at(state, 0)->id, number);
	struct store_name name = store_name_object(&exhibit->object);
	char path[OFFICE_PATH + 128];
	int fd;
	char byte;

	snprintf(path, sizeof path, "%s/%s", office.vault, name.text);
	CHECK(chmod(path, 0600) == 0);
	fd = open(path, O_RDWR);
	CHECK(fd >= 0 && pread(fd, &byte, 1, 1000) == 1);
	byte ^= 1;
	CHECK(pwrite(fd, &byte, 1, 1000) == 1);
	close(fd);
}

static void
a_spoilt_object(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.n_items = 0};
	struct got got = {.n = 0};

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone", false, &told,
			    &err),
		 err);
	spoil_object(2);
	CHECK_FAILS(
		retrieve_to(&reader, "HK-1/2", office_path(&office, "out"), &got, &err),
		err, AMANA_E_TAMPERED);
	CHECK(access(office_path(&office, "out"), F_OK) < 0);
	CHECK_INT(events_of(&lead, 2), 3); /* deposit, retrieve, check-failed */
	CHECK_INT(
		retrieve_to(&reader, "HK-1/1-3", office_path(&office, "all"), &got, &err),
		AMANA_SOME_FAILED);
	CHECK_INT(got.n, 2); /* the others are there */
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

/* ---- names on the way out ---- */

static void
check_out_name(const char *name, size_t len, const char *want)
{
	char out[256];

	out_name(NULL, 7, (struct bytes){(const uint8_t *)name, len}, out);
	CHECK_STR(out, want);
}

static void
safe_names(void)
{
	char longest[255], out[256];

	check_out_name("phone/DCIM/a.jpg", 16, "0007 a.jpg");
	check_out_name("a:b*c?.txt", 10, "0007 a_b_c_.txt");
	check_out_name("x\n\033[31m.txt", 11, "0007 x__[31m.txt");
	check_out_name("bad\xff.txt", 8, "0007 bad_.txt");
	check_out_name("..", 2, "0007");
	check_out_name("trailing. ", 10, "0007 trailing");
	check_out_name("", 0, "0007");
	memset(longest, 'n', sizeof longest);
	memcpy(longest + 251, ".pdf", 4);
	out_name("HK-1", 12345, (struct bytes){(const uint8_t *)longest, sizeof longest},
		 out);
	CHECK(strlen(out) < 240 && strcmp(out + strlen(out) - 4, ".pdf") == 0);
	CHECK(strncmp(out, "HK-1-12345 nnn", 14) == 0);
}

int
main(void)
{
	RUN(names_and_receipt);
	RUN(a_rerun_goes_on);
	RUN(presented_again);
	RUN(an_epoch_moves);
	RUN(nothing_without_consent);
	RUN(missing_and_empty);
	RUN(who_may_retrieve);
	RUN(a_date_that_has_passed);
	RUN(files_and_folders);
	RUN(a_spoilt_object);
	RUN(two_writers);
	RUN(safe_names);
	return 0;
}
