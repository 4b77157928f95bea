/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/deposit/deposit.h"

#include "session/sheets.h"
#include "object/object_open.h"

#include <sys/wait.h>
#include <time.h>

/*
 * Every single byte of a small vault inverted in turn, and every file of it cut, removed
 * and put in the place of another: a stranger's verify finds each one, and what a reader
 * gets is right or nothing.  Several processes share the bytes of copies of one vault.
 */

static struct evidence evidence;
static struct person stranger, reader;
static struct findings findings;
static struct amana_error err;
static char vault_folder[2 * OFFICE_PATH];

static const struct amana_verify log_only = {.name = NULL}, with_bytes = {.bytes = true};
static const char *const contents[] = {"first statement", "second statement",
				       "third statement"};

/* Three exhibits in one act, and a few acts before. */
static void
build(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char folder[2 * OFFICE_PATH], path[3 * OFFICE_PATH];
	const char *paths[] = {folder};
	const struct amana_deposit request = {.case_name = CASE,
					      .paths = paths,
					      .n_paths = 1,
					      .title = "Statements",
					      .source = "by hand"};
	struct amana_deposit_result result;

	office_new(&evidence.office);
	person_new(&evidence.office, "S-001", &evidence.founder);
	person_new(&evidence.office, "R-003", &evidence.reader);
	office_init(&evidence.founder);
	office_add(&evidence.office, &evidence.founder, &evidence.reader, NULL);
	open_case(&evidence.founder, CASE, "S-001");
	grant_to(&evidence.founder, "R-003", "reader", 0);
	snprintf(folder, sizeof folder, "%s/in", evidence.office.root);
	CHECK_INT(mkdir(folder, 0700), 0);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%d.txt", folder, i + 1);
		write_file(path, contents[i], strlen(contents[i]));
	}
	vault = person_open(&evidence.founder);
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	CHECK_INT(result.n_deposited, 3);
}

/* ---- what a reader gets ---- */

struct got {
	uint8_t bytes[64];
	size_t len;
};

static int
take(void *arg, const uint8_t *bytes, size_t len, struct amana_error *e)
{
	struct got *got = arg;

	(void)e;
	CHECK(got->len + len <= sizeof got->bytes);
	memcpy(got->bytes + got->len, bytes, len);
	got->len += len;
	return 0;
}

/* Exhibit i, right or not at all.  True: right. */
static bool
read_exhibit(struct session *vault, uint32_t i, struct entry *entry)
{
	CLEANUP(sheets_slot_done) struct sheets_slot slot = SHEETS_SLOT_INIT;
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	const struct state_exhibit *exhibit = state_exhibit_at(session_state(vault), i);
	struct subject subject = subject_exhibit(&exhibit->id);
	struct object_expect expect = {.object = exhibit->object};
	struct got got = {.len = 0};
	const struct object_sink sink = {.write = take, .arg = &got};
	uint32_t index;

	if (sheets_slot_load(vault, exhibit->deposited_in, &slot, &err) < 0 ||
	    sheets_slot_find(&slot, &subject, 1, entry, &index, &err) != 0 ||
	    sheets_open_exhibit(vault, &slot, entry, &opened, &err) != 0)
		return false;
	expect.size = opened.content.size;
	expect.sha256 = opened.content.sha256;
	if (object_retrieve(&(struct object_retrieval){.store = vault->store,
						       .identity = &opened.sheet.identity,
						       .expect = &expect,
						       .check = OBJECT_CHECK_PLAIN,
						       .sink = &sink},
			    &err) < 0)
		return false;
	CHECK_INT(got.len, strlen(contents[i]));
	CHECK(memcmp(got.bytes, contents[i], got.len) == 0);
	return true;
}

/* How many of the exhibits could be read. */
static int
read_all(struct session *vault)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	int n = 0;

	for (uint32_t i = 0; i < 3; i++)
		n += read_exhibit(vault, i, entry);
	return n;
}

/* ---- sharing the work ---- */

#define PROCESSES_MAX 8
static int n_processes, process;
static size_t stride = 1; /* in bytes */

static void
copy_folder(const char *from, const char *to)
{
	char command[8 * OFFICE_PATH];

	snprintf(command, sizeof command, "rm -rf '%s' && cp -a '%s' '%s'", to, from, to);
	CHECK_INT(system(command), 0);
}

/* Each process has a vault of its own, all with the same bytes. */
static void
take_copy(void)
{
	char data[2 * OFFICE_PATH];

	snprintf(vault_folder, sizeof vault_folder, "%s.%d", evidence.office.vault,
		 process);
	copy_folder(evidence.office.vault, vault_folder);
	snprintf(data, sizeof data, "%s.%d", evidence.reader.data_dir, process);
	copy_folder(evidence.reader.data_dir, data);
	person_config(&evidence.office, "R-003", &reader);
	snprintf(reader.data_dir, sizeof reader.data_dir, "%.250s", data);
	snprintf(reader.cache_dir + strlen(reader.cache_dir), 8, ".%d", process);
	reader.config.vault = vault_folder;
	stranger_config(&evidence, &stranger);
	stranger.config.vault = vault_folder;
	snprintf(evidence.office.vault, sizeof evidence.office.vault, "%.250s",
		 vault_folder);
}

static void
run_shared(void (*test)(void))
{
	pid_t children[PROCESSES_MAX];
	int status;

	for (int i = 0; i < n_processes; i++) {
		children[i] = fork();
		CHECK(children[i] >= 0);
		if (children[i] == 0) {
			process = i;
			take_copy();
			test();
			exit(0);
		}
	}
	for (int i = 0; i < n_processes; i++) {
		CHECK(waitpid(children[i], &status, 0) == children[i]);
		CHECK(WIFEXITED(status));
		CHECK_INT(WEXITSTATUS(status), 0);
	}
}

static bool
is_slot(const char *path)
{
	return strstr(path, "/objects/") == NULL && strstr(path, "/lines/") == NULL;
}

/* What is damaged is found, whoever looks and however the rest of the file is. */
static void
check_found(const char *path, size_t at)
{
	verify(&stranger.config, is_slot(path) ? log_only : with_bytes, &findings);
	if (findings.result.ok || count_of(&findings, AMANA_FAIL) == 0) {
		fprintf(stderr, "%s at %zu:\n", path, at);
		print_findings(&findings);
	}
	CHECK(!findings.result.ok && count_of(&findings, AMANA_FAIL) > 0);
}

/* ---- the tests ---- */

/* Where the log itself is damaged a reader's client either puts it right from its own
 * copy or stops. */
static void
check_reader_of_damaged_log(const uint8_t *good, size_t len, const char *path)
{
	struct session *vault = NULL;

	if (session_open(&reader.config, 0, &vault, &err) == 0) {
		CHECK_INT(read_all(vault), 3);
		session_close(vault);
	}
	replace_file(path, good, len); /* in case it was not repaired */
}

static void
invert_file(const char *path, struct session *session)
{
	CLEANUP(buf_done) struct buf good = BUF_INIT((size_t)1 << 20);
	int fd;

	load_file(path, &good);
	CHECK_INT(chmod(path, 0644), 0);
	for (size_t at = (size_t)process * stride; at < good.len;
	     at += (size_t)n_processes * stride) {
		const uint8_t bad = good.data[at] ^ 0xff;

		fd = open(path, O_WRONLY);
		CHECK(fd >= 0 && pwrite(fd, &bad, 1, (off_t)at) == 1);
		check_found(path, at);
		if (is_slot(path)) {
			if (at / stride % 64 == (size_t)process)
				check_reader_of_damaged_log(good.data, good.len, path);
		} else {
			CHECK(read_all(session) <= 3);
		}
		close(fd);
		fd = open(path, O_WRONLY);
		if (fd < 0) { /* replaced, and read-only again */
			CHECK_INT(chmod(path, 0644), 0);
			fd = open(path, O_WRONLY);
		}
		CHECK(fd >= 0 && pwrite(fd, &good.data[at], 1, (off_t)at) == 1);
		close(fd);
	}
}

static void
test_every_byte(void)
{
	CLEANUP(session_closep) struct session *session = person_open(&reader);
	static struct files files;
	struct timespec a, b;
	size_t total = 0;

	CHECK_OK(session_identity(session, &err), err);
	CHECK_INT(read_all(session), 3);
	list_files(&evidence, "", &files);
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (size_t i = 0; i < files.n; i++) {
		struct stat st;

		CHECK_INT(stat(files.paths[i], &st), 0);
		total += (size_t)st.st_size;
		invert_file(files.paths[i], session);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	if (process == 0)
		printf("  %zu files, %zu bytes, one in %zu, %.1f s\n", files.n, total,
		       stride,
		       (double)(b.tv_sec - a.tv_sec) +
			       (double)(b.tv_nsec - a.tv_nsec) / 1e9);
	verify(&stranger.config, with_bytes, &findings);
	CHECK(findings.result.ok);
	CHECK_INT(read_all(session), 3);
}

/* Cut to nothing, by one, to half; removed; each in the place of every other. */
static void
test_every_file(void)
{
	CLEANUP(session_closep) struct session *session = person_open(&reader);
	CLEANUP(buf_done) struct buf good = BUF_INIT((size_t)1 << 20);
	CLEANUP(buf_done) struct buf other = BUF_INIT((size_t)1 << 20);
	static struct files files;

	CHECK_OK(session_identity(session, &err), err);
	list_files(&evidence, "", &files);
	for (size_t i = (size_t)process; i < files.n; i += (size_t)n_processes) {
		const char *path = files.paths[i];
		size_t lens[3];

		load_file(path, &good);
		lens[0] = 0;
		lens[1] = good.len / 2;
		lens[2] = good.len - 1;
		for (size_t k = 0; k < 3; k++) {
			replace_file(path, good.data, lens[k]);
			/* the log's last slot cut to nothing is not the log without it */
			check_found(path, lens[k]);
			CHECK(read_all(session) <= 3);
		}
		for (size_t k = 0; k < files.n; k++) {
			if (k == i)
				continue;
			load_file(files.paths[k], &other);
			replace_file(path, other.data, other.len);
			check_found(path, k);
			CHECK(read_all(session) <= 3);
		}
		CHECK_INT(unlink(path), 0);
		verify(&reader.config, with_bytes,
		       &findings); /* the pin knows of a lost end */
		if (findings.result.ok) {
			fprintf(stderr, "%s removed:\n", path);
			print_findings(&findings);
		}
		CHECK(!findings.result.ok);
		CHECK(read_all(session) <= 3);
		replace_file(path, good.data, good.len);
	}
	verify(&stranger.config, with_bytes, &findings);
	CHECK(findings.result.ok);
}

/* test_invert [STRIDE]: one byte in so many; the build without sanitizers does every one.
 */
int
main(int argc, char **argv)
{
	if (argc > 1)
		stride = (size_t)atoi(argv[1]);
	CHECK(stride > 0);
	n_processes = (int)sysconf(_SC_NPROCESSORS_ONLN);
	if (n_processes < 1 || n_processes > PROCESSES_MAX)
		n_processes = n_processes < 1 ? 1 : PROCESSES_MAX;
	build();
	run_shared(test_every_file);
	printf("ok test_every_file\n");
	fflush(stdout);
	run_shared(test_every_byte);
	printf("ok test_every_byte\n");
	office_done(&evidence.office);
	return 0;
}
