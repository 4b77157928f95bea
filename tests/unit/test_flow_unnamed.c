/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/mount/mount.h"
#include "flow/office/office.h"
#include "flow/read/read.h"

#include "session/session_catalog.h"

/*
 * People who do not know the code of a case: an admin without a grant, and a lead whom
 * that admin appointed after the last one who knew the code had left.  Whatever they are
 * told names the case and its exhibits by what they typed or by id:HEX, never by "-".
 */

static struct evidence evidence;
static struct person newcomer;
static struct amana_error err;
static char case_name[48]; /* id:HEX */

static void
name_case(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);

	memcpy(case_name, "id:", 3);
	custody_id_hex(&state_case_at(session_state(vault), 0)->id, case_name + 3);
}

/* The only lead is gone, and the admin has appointed the newcomer, who can read none of
 * the exhibits that there are. */
static void
begin(int n_exhibits)
{
	char proposal[AMANA_PROPOSAL_MAX + 1];
	int64_t until;

	evidence_new(&evidence, n_exhibits);
	name_case(&evidence.founder);
	person_new(&evidence.office, "L-011", &newcomer);
	office_add(&evidence.office, &evidence.founder, &newcomer, NULL);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);

		CHECK_OK(flow_member_revoke(vault,
					    &(struct amana_member_revoke){
						    .member = "L-002", .reason = "left"},
					    proposal, &err),
			 err);
		CHECK_OK(
			flow_case_grant(vault,
					&(struct amana_case_grant){
						.cases = (const char *const[]){case_name},
						.n_cases = 1,
						.member = "L-011",
						.as = "lead",
						.until = 0},
					&until, &err),
			err);
	}
}

/* Every exhibit is called by its id. */
static int
check_row(void *ctx, const struct amana_exhibit *exhibit)
{
	size_t *n = ctx;

	CHECK(strncmp(exhibit->ref, "id:", 3) == 0);
	CHECK_STR(exhibit->ref + 3, exhibit->id);
	++*n;
	return 0;
}

/* ---- deposits ---- */

struct told {
	char ref[AMANA_EXHIBIT_REF_MAX], skipped[AMANA_EXHIBIT_REF_MAX], failed[256];
};

static void
on_item(void *ctx, const struct amana_deposited *item)
{
	struct told *told = ctx;

	snprintf(told->ref, sizeof told->ref, "%s", item->ref);
}

static void
on_skipped(void *ctx, const char *path, const char *exhibit, enum amana_skip why)
{
	struct told *told = ctx;

	(void)path;
	(void)why;
	snprintf(told->skipped, sizeof told->skipped, "%s", exhibit);
}

static void
on_failed(void *ctx, const char *path, const struct amana_error *why)
{
	struct told *told = ctx;

	(void)path;
	snprintf(told->failed, sizeof told->failed, "%s", why->msg);
}

static int
deposit(struct person *person, const char *name, struct told *told)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	char path[2 * OFFICE_PATH];
	const char *paths[] = {path};
	const struct amana_deposit request = {.case_name = name,
					      .paths = paths,
					      .n_paths = 1,
					      .source = "handed in",
					      .ctx = told,
					      .item = on_item,
					      .skipped = on_skipped,
					      .failed = on_failed};
	struct amana_deposit_result result;

	snprintf(path, sizeof path, "%s/note.txt", evidence.office.root);
	if (access(path, F_OK) < 0)
		write_file(path, "a note", 6);
	return flow_deposit(vault, &request, &result, &err);
}

static void
test_refused_deposit(void)
{
	char prefix[16];

	evidence_new(&evidence, 0);
	name_case(&evidence.founder);
	snprintf(prefix, sizeof prefix, "%.12s", case_name);
	CHECK_FAILS(deposit(&evidence.founder, prefix, NULL), err, AMANA_E_DENIED);
	CHECK(strstr(err.msg, " into -") == NULL && strstr(err.msg, prefix) != NULL);
	office_done(&evidence.office);
}

/* The names that the newcomer is told can be used again. */
static void
test_deposit(void)
{
	struct told told = {.ref = ""};
	const struct state_exhibit *exhibit;
	char ref[48] = "id:";
	size_t n = 0;

	begin(0);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&newcomer);

		CHECK_OK(flow_list(vault, case_name, check_row, &n, &err), err);
	}
	CHECK(strstr(newcomer.notice[AMANA_NOTICE_INFO], case_name) != NULL);
	CHECK_OK(deposit(&newcomer, case_name, &told), err);
	CHECK_OK(deposit(&newcomer, case_name, &told), err);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&newcomer);

		exhibit = state_exhibit_at(session_state(vault), 0);
		custody_id_hex(&exhibit->id, ref + 3);
	}
	CHECK_STR(told.ref, ref);
	CHECK_STR(told.skipped, ref);
	office_done(&evidence.office);
}

/* The newcomer's catalogue, as if it were from a time when the newcomer could open
 * exhibit 1. */
static void
know_first_exhibit(void)
{
	CLEANUP(session_closep) struct session *vault = person_open(&newcomer);
	const struct state_exhibit *exhibit = state_exhibit_at(session_state(vault), 0);
	struct catalog_exhibit row = {.number = 1,
				      .slot = exhibit->deposited_in,
				      .opened = true,
				      .has_object = true,
				      .object = exhibit->object,
				      .has_content = true,
				      .size = strlen("first statement")};
	struct catalog *catalog;
	const struct custody_id *case_id =
		&state_exhibit_case(session_state(vault), exhibit)->id;

	memcpy(row.id, exhibit->id.bytes, sizeof row.id);
	memcpy(row.case_id, case_id->bytes, sizeof row.case_id);
	hash_of("first statement", strlen("first statement"), &row.sha256);
	CHECK_OK(session_catalog(vault, &catalog, &err), err);
	CHECK_OK(catalog_begin(catalog, &err), err);
	CHECK_OK(catalog_exhibit_put(catalog, &row, &err), err);
	CHECK_OK(catalog_commit(catalog, &err), err);
}

/* What the catalogue takes for held, but in an exhibit that the newcomer cannot open, is
 * nobody's to believe: it is sealed anew. */
static void
test_known_and_closed(void)
{
	struct told told = {.ref = ""};
	char path[2 * OFFICE_PATH];

	begin(1);
	know_first_exhibit();
	snprintf(path, sizeof path, "%s/note.txt", evidence.office.root);
	write_file(path, "first statement", strlen("first statement"));
	CHECK_OK(deposit(&newcomer, case_name, &told), err);
	CHECK_STR(told.skipped, "");
	CHECK_STR(told.failed, "");
	CHECK(strncmp(told.ref, "id:", 3) == 0);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&newcomer);

		CHECK_INT(state_n_exhibits(session_state(vault)), 2);
	}
	office_done(&evidence.office);
}

/* ---- another takes over ---- */

/* The newcomer makes another a lead, who knows no more of the case, and ends the
 * newcomer's grant. */
static void
replace_newcomer(int (*opened)(void *ctx, const struct amana_opened *opened), void *ctx)
{
	enum amana_new_keys keys;
	struct person another;
	int64_t until;

	person_new(&evidence.office, "L-012", &another);
	office_add(&evidence.office, &evidence.founder, &another, NULL);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&newcomer);

		CHECK_OK(
			flow_case_grant(vault,
					&(struct amana_case_grant){
						.cases = (const char *const[]){case_name},
						.n_cases = 1,
						.member = "L-012",
						.as = "lead",
						.until = 0},
					&until, &err),
			err);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&another);

		CHECK_OK(flow_case_revoke(
				 vault,
				 &(struct amana_case_revoke){.case_name = case_name,
							     .member = "L-011",
							     .reason = "left",
							     .opened = opened,
							     .ctx = ctx},
				 &keys, &err),
			 err);
	}
}

/* ---- lists and mounts ---- */

static void
test_list_and_mount(void)
{
	struct amana_mount_request request = {
		.case_name = case_name, .reason = "hearing", .dir = "/x"};
	const struct amana_mount_end end = {.why = "unmounted"};
	struct told told = {.ref = ""};
	struct amana_mount *mount = NULL;
	struct amana_mount_news news;
	struct session *vault;
	size_t n = 0;

	begin(0);
	CHECK_OK(deposit(&newcomer, case_name, &told), err);
	vault = person_open(&newcomer);
	CHECK_OK(flow_list(vault, case_name, check_row, &n, &err), err);
	CHECK_OK(flow_mount_open(vault, &request, &mount, &err), err);
	CHECK_OK(flow_mount_list(mount, 0, check_row, &n, &err), err);
	CHECK_INT(n, 2);
	CHECK_FAILS(flow_mount_damaged(mount, 7, &err), err, AMANA_E_MISSING);
	CHECK(strstr(err.msg, case_name) != NULL);
	replace_newcomer(NULL, NULL);
	CHECK_OK(flow_mount_poll(mount, &news, &err), err);
	CHECK(news.must_end && strstr(news.why, case_name) != NULL);
	CHECK_FAILS(flow_mount_list(mount, 0, check_row, &n, &err), err, AMANA_E_LOCKED);
	CHECK(strstr(err.msg, "mount of id:") != NULL);
	CHECK_FAILS(flow_mount_close(mount, &end, &err), err, AMANA_E_DENIED);
	session_close(vault);
	office_done(&evidence.office);
}

/* ---- what a lead who left had opened ---- */

static int
on_opened(void *ctx, const struct amana_opened *opened)
{
	size_t *n = ctx;

	CHECK(strncmp(opened->exhibit, "id:", 3) == 0);
	++*n;
	return 0;
}

static void
test_opened(void)
{
	struct told told = {.ref = ""};
	size_t n_rows = 0, n = 0;

	begin(0);
	CHECK_OK(deposit(&newcomer, case_name, &told), err);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&newcomer);

		CHECK_OK(flow_list(vault, case_name, check_row, &n_rows, &err), err);
		CHECK_INT(n_rows, 1);
	}
	replace_newcomer(on_opened, &n);
	CHECK(n > 0);
	office_done(&evidence.office);
}

int
main(void)
{
	RUN(test_refused_deposit);
	RUN(test_deposit);
	RUN(test_known_and_closed);
	RUN(test_list_and_mount);
	RUN(test_opened);
	return 0;
}
