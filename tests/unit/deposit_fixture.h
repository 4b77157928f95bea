/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DEPOSIT_FIXTURE_H
#define TESTS_DEPOSIT_FIXTURE_H

#include "flow_fixture.h"
#include "flow/deposit/deposit.h"
#include "flow/read/read.h"

/*
 * A vault with one case, its lead, a depositor and a reader; a folder of evidence; what a
 * deposit tells and what a retrieval gives.
 */

static struct office office;
static struct person lead, depositor, reader;

__attribute__((unused)) static void
write_file(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
}

__attribute__((unused)) static void
read_whole(const char *path, char *out, size_t cap)
{
	FILE *file = fopen(path, "r");
	size_t n;

	CHECK(file != NULL);
	n = fread(out, 1, cap - 1, file);
	out[n] = 0;
	fclose(file);
}

__attribute__((unused)) static void
grant(struct person *who, const char *as)
{
	CLEANUP(session_closep) struct session *vault = person_open(&lead);
	struct amana_error err = AMANA_ERROR_INIT;
	const char *const cases[] = {"HK-1"};
	int64_t until;

	CHECK_OK(flow_case_grant(vault,
				 &(struct amana_case_grant){.cases = cases,
							    .n_cases = 1,
							    .member = who->code,
							    .as = as,
							    .until = -1},
				 &until, &err),
		 err);
}

/* A vault with a case, its lead, a depositor and a reader; a folder of evidence. */
__attribute__((unused)) static void
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
	CHECK_OK(flow_case_open(
			 vault,
			 &(struct amana_case_open){.code = "HK-1", .title = "a title"},
			 id, &err),
		 err);
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

/* ---- what is told ---- */

struct told {
	size_t n_items, n_receipts, n_skipped, n_failed;
	char names[16][128], skipped[16][256], refs[16][64];
	enum amana_skip why[16];
	enum amana_code failed_code;
	uint64_t numbers[16];
	char receipt[2048];
	uint64_t batch;
	bool (*confirm)(void *ctx, const struct amana_deposit_plan *plan);
};

__attribute__((unused)) static void
on_item(void *ctx, const struct amana_deposited *item)
{
	struct told *told = ctx;

	CHECK(told->n_items < 16);
	snprintf(told->names[told->n_items], 128, "%.*s", (int)item->name_len,
		 item->name);
	told->numbers[told->n_items++] = item->number;
}

__attribute__((unused)) static void
on_receipt(void *ctx, const struct amana_receipt *receipt)
{
	struct told *told = ctx;

	snprintf(told->receipt, sizeof told->receipt, "%s", receipt->text);
	told->batch = receipt->batch;
	told->n_receipts++;
}

__attribute__((unused)) static void
on_skipped(void *ctx, const char *path, const char *exhibit, enum amana_skip why)
{
	struct told *told = ctx;

	CHECK(told->n_skipped < 16);
	snprintf(told->skipped[told->n_skipped], 256, "%s", path);
	snprintf(told->refs[told->n_skipped], 64, "%s", exhibit != NULL ? exhibit : "-");
	told->why[told->n_skipped++] = why;
}

__attribute__((unused)) static void
on_failed(void *ctx, const char *path, const struct amana_error *err)
{
	struct told *told = ctx;

	(void)path;
	told->failed_code = err->code;
	told->n_failed++;
}

__attribute__((unused)) static int
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

__attribute__((unused)) static uint64_t
events_of(struct person *person, uint32_t number)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct state *state = session_state(vault);
	const struct state_exhibit *exhibit =
		state_exhibit_numbered(state, &state_case_at(state, 0)->id, number);

	CHECK(exhibit != NULL);
	return exhibit->chain.event;
}

/* ---- what is taken out ---- */

struct got {
	size_t n;
	bool first[8];
	char path[8][300];
};

__attribute__((unused)) static void
on_got(void *ctx, const struct amana_retrieved *item)
{
	struct got *got = ctx;

	CHECK(got->n < 8);
	got->first[got->n] = item->first_reader;
	snprintf(got->path[got->n++], 300, "%s", item->path);
}

__attribute__((unused)) static int
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

__attribute__((unused)) static int
retrieve_as(struct person *person, const char *exhibit, const char *out,
	    struct amana_error *err)
{
	struct got got = {.n = 0};

	return retrieve_to(person, exhibit, out, &got, err);
}

#endif
