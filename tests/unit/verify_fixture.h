/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_VERIFY_FIXTURE_H
#define TESTS_VERIFY_FIXTURE_H

#include "flow_fixture.h"
#include "flow/deposit/deposit.h"
#include "flow/office/office.h"
#include "flow/verify/verify.h"

#include <stdarg.h>

/*
 * A vault with evidence in it: a founder (admin and auditor), a lead, a reader and a
 * depositor of one case, and some small exhibits; and what verify says of it.
 */
#define CASE "HK-2026-0001"

struct evidence {
	struct office office;
	struct person founder, lead, reader, depositor;
	char receipt[OFFICE_PATH]; /* of the last deposit */
	uint64_t receipt_batch;
	char receipt_short[96]; /* BATCH:HEAD */
};

__attribute__((unused)) static void
write_file(const char *path, const void *bytes, size_t len)
{
	int fd;

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	CHECK(fd >= 0);
	CHECK_INT(write(fd, bytes, len), (long long)len);
	close(fd);
}

static void
keep_receipt(void *ctx, const struct amana_receipt *receipt)
{
	struct evidence *evidence = ctx;

	write_file(evidence->receipt, receipt->text, strlen(receipt->text));
	evidence->receipt_batch = receipt->batch;
	snprintf(evidence->receipt_short, sizeof evidence->receipt_short, "%llu:%s",
		 (unsigned long long)receipt->batch, receipt->head);
}

/* One file with this name and content. */
__attribute__((unused)) static void
deposit_bytes(struct evidence *evidence, struct person *person, const char *name,
	      const void *bytes, size_t len)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	char path[2 * OFFICE_PATH];
	const char *paths[] = {path};
	const struct amana_deposit request = {.case_name = CASE,
					      .paths = paths,
					      .n_paths = 1,
					      .source = "handed in",
					      .ctx = evidence,
					      .receipt = keep_receipt};
	struct amana_deposit_result result;
	struct amana_error err = AMANA_ERROR_INIT;

	snprintf(path, sizeof path, "%s/%s", evidence->office.root, name);
	write_file(path, bytes, len);
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	CHECK_INT(result.n_deposited, 1);
}

__attribute__((unused)) static void
deposit_text(struct evidence *evidence, struct person *person, const char *name,
	     const char *text)
{
	deposit_bytes(evidence, person, name, text, strlen(text));
}

__attribute__((unused)) static void
grant_to(struct person *lead, const char *member, const char *as, int64_t until)
{
	CLEANUP(session_closep) struct session *vault = person_open(lead);
	static const char *const cases[] = {CASE};
	struct amana_error err = AMANA_ERROR_INIT;
	int64_t written;

	CHECK_OK(flow_case_grant(vault,
				 &(struct amana_case_grant){.cases = cases,
							    .n_cases = 1,
							    .member = member,
							    .as = as,
							    .until = until},
				 &written, &err),
		 err);
}

__attribute__((unused)) static void
open_case(struct person *admin, const char *code, const char *lead)
{
	CLEANUP(session_closep) struct session *vault = person_open(admin);
	struct amana_error err = AMANA_ERROR_INIT;
	char id[AMANA_ID_HEX + 1];

	CHECK_OK(flow_case_open(vault,
				&(struct amana_case_open){.code = code,
							  .lead = lead,
							  .title = "The matter"},
				id, &err),
		 err);
}

/* n_exhibits: at most three, each of its own batch. */
__attribute__((unused)) static void
evidence_new(struct evidence *evidence, int n_exhibits)
{
	static const char *const texts[] = {"first statement", "second statement",
					    "a third one"};
	static const char *const names[] = {"one.txt", "two.txt", "three.txt"};

	office_new(&evidence->office);
	snprintf(evidence->receipt, sizeof evidence->receipt, "%s/receipt",
		 evidence->office.root);
	person_new(&evidence->office, "S-001", &evidence->founder);
	person_new(&evidence->office, "L-002", &evidence->lead);
	person_new(&evidence->office, "R-003", &evidence->reader);
	person_new(&evidence->office, "D-004", &evidence->depositor);
	office_init(&evidence->founder);
	office_add(&evidence->office, &evidence->founder, &evidence->lead, NULL);
	office_add(&evidence->office, &evidence->founder, &evidence->reader, NULL);
	office_add(&evidence->office, &evidence->founder, &evidence->depositor, NULL);
	open_case(&evidence->founder, CASE, "L-002");
	grant_to(&evidence->lead, "R-003", "reader", 0);
	grant_to(&evidence->lead, "D-004", "depositor", 0);
	for (int i = 0; i < n_exhibits; i++)
		deposit_text(evidence, &evidence->depositor, names[i], texts[i]);
}

/* ---- what verify says ---- */

#define LINES_MAX 64
struct verdict_line {
	char name[64];
	enum amana_result result;
	char detail[1100];
};
struct findings {
	struct verdict_line lines[LINES_MAX];
	size_t n;
	struct amana_verify_result result;
};

static void
take_check(void *ctx, const struct amana_check *check)
{
	struct findings *findings = ctx;
	struct verdict_line *line = &findings->lines[findings->n];

	if (findings->n == LINES_MAX)
		return;
	findings->n++;
	snprintf(line->name, sizeof line->name, "%s", check->name);
	line->result = check->result;
	snprintf(line->detail, sizeof line->detail, "%s", check->detail);
}

__attribute__((unused)) static void
print_findings(const struct findings *findings)
{
	static const char *const words[] = {"PASS", "FAIL", "VOID", "NOT CHECKED"};

	for (size_t i = 0; i < findings->n; i++)
		fprintf(stderr, "  %-11s %s: %s\n", words[findings->lines[i].result],
			findings->lines[i].name, findings->lines[i].detail);
}

__attribute__((unused)) static int
try_verify(const struct amana_config *config, struct amana_verify request,
	   struct findings *findings, struct amana_error *err)
{
	findings->n = 0;
	request.ctx = findings;
	request.check = take_check;
	return flow_verify(config, &request, &findings->result, err);
}

__attribute__((unused)) static void
verify(const struct amana_config *config, struct amana_verify request,
       struct findings *findings)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(try_verify(config, request, findings, &err), err);
}

/* A line of this name with this result whose detail has `part`. */
__attribute__((unused)) static bool
has(const struct findings *findings, const char *name, enum amana_result result,
    const char *part)
{
	for (size_t i = 0; i < findings->n; i++)
		if (strcmp(findings->lines[i].name, name) == 0 &&
		    findings->lines[i].result == result &&
		    strstr(findings->lines[i].detail, part) != NULL)
			return true;
	return false;
}

#define CHECK_HAS(findings, name, result, part)                                          \
	do {                                                                             \
		if (!has(findings, name, result, part)) {                                \
			fprintf(stderr, "%s:%d: no %s %s with \"%s\" in:\n", __FILE__,   \
				__LINE__, #result, name, part);                          \
			print_findings(findings);                                        \
			exit(1);                                                         \
		}                                                                        \
	} while (0)

__attribute__((unused)) static size_t
count_of(const struct findings *findings, enum amana_result result)
{
	size_t n = 0;

	for (size_t i = 0; i < findings->n; i++)
		n += findings->lines[i].result == result;
	return n;
}

/* Nobody, on a machine that never saw the vault. */
__attribute__((unused)) static void
stranger_config(struct evidence *evidence, struct person *stranger)
{
	person_config(&evidence->office, "stranger", stranger);
}

/* ---- spoiling ---- */

/* Paths of the files below a folder of the vault, "" for all of it. */
#define FILES_MAX 256
struct files {
	char paths[FILES_MAX][2 * OFFICE_PATH];
	size_t n;
};

static struct files *listing;
static int
add_file(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (kind != FTW_F)
		return 0;
	CHECK(listing->n < FILES_MAX);
	snprintf(listing->paths[listing->n++], 2 * OFFICE_PATH, "%s", path);
	return 0;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(a, b);
}

__attribute__((unused)) static void
list_files(const struct evidence *evidence, const char *folder, struct files *files)
{
	char path[2 * OFFICE_PATH];

	files->n = 0;
	listing = files;
	snprintf(path, sizeof path, "%s/%s", evidence->office.vault, folder);
	CHECK_INT(nftw(path, add_file, 16, FTW_PHYS), 0);
	qsort(files->paths, files->n, sizeof files->paths[0], by_path);
}

__attribute__((unused)) static void
load_file(const char *path, struct buf *bytes)
{
	struct amana_error err = AMANA_ERROR_INIT;

	buf_clear(bytes);
	CHECK_OK(file_read(AT_FDCWD, path, bytes, &err), err);
}

/* Puts other bytes in place, as a vandal would. */
__attribute__((unused)) static void
replace_file(const char *path, const void *bytes, size_t len)
{
	write_file(path, bytes, len);
	CHECK_INT(chmod(path, 0444), 0);
}

__attribute__((unused)) static void
flip_byte(const char *path, size_t at)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT((size_t)1 << 24);

	load_file(path, &bytes);
	CHECK(at < bytes.len);
	bytes.data[at] ^= 0xff;
	replace_file(path, bytes.data, bytes.len);
}

__attribute__((unused)) static void
slot_path(const struct evidence *evidence, uint64_t n, char out[2 * OFFICE_PATH])
{
	snprintf(out, 2 * OFFICE_PATH, "%s/%s", evidence->office.vault,
		 store_name_slot(n).text);
}

#endif
