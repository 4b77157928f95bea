/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "deposit_fixture.h"
#include "flow/office/office.h"
#include "flow/read/retrieve_out.h"

#include "session/sync.h"

/* Retrievals through the flow: who may, what goes on record, where it goes and under
 * which name. */

/* ---- who may ---- */

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
	CHECK_FAILS(retrieve_as(&depositor, "HK-1/1", office_path(&office, "out"), &err),
		    err, AMANA_E_DENIED);
	CHECK(access(office_path(&office, "out"), F_OK) < 0);
	CHECK_INT(events_of(&lead, 1), before + 1); /* the attempt is on record */
	CHECK_FAILS(retrieve_as(&depositor, "HK-1/1", office_path(&office, "out"), &err),
		    err, AMANA_E_DENIED);
	CHECK_INT(events_of(&lead, 1), before + 1); /* once: coalesced */
	office_done(&office);
}

static void
grant_until(struct person *who, const char *as, int64_t until)
{
	CLEANUP(session_closep) struct session *vault = person_open(&lead);
	struct amana_error err = AMANA_ERROR_INIT;
	const char *const cases[] = {"HK-1"};
	int64_t written;

	CHECK_OK(flow_case_grant(vault,
				 &(struct amana_case_grant){.cases = cases,
							    .n_cases = 1,
							    .member = who->code,
							    .as = as,
							    .until = until},
				 &written, &err),
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
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.n_items = 0}, late = {.n_items = 0};
	uint64_t of_exhibit, of_case;
	int64_t until;

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone", false, &told,
			    &err),
		 err);
	until = session_now() + 5;
	grant_until(&depositor, "depositor", until);
	grant_until(&reader, "reader", until);
	wait_past(until);
	of_exhibit = events_of(&lead, 1);
	of_case = events_of_case();
	CHECK_FAILS(retrieve_as(&reader, "HK-1/1", office_path(&office, "out"), &err),
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

/* ---- what comes out ---- */

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

/* What a retrieve that was killed has left in the folder, where no file system has files
 * without a name; the next one into that folder takes it away and says so. */
static void
rests_are_taken_away(void)
{
	static const char name[] = FILE_REST_PREFIX "0123456789abcdef";
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.n_items = 0};
	struct got got = {.n = 0};
	char rest[OFFICE_PATH + 64];
	FILE *file;

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone", false, &told,
			    &err),
		 err);
	CHECK_INT(mkdir(office_path(&office, "all"), 0700), 0);
	snprintf(rest, sizeof rest, "%s/%s", office_path(&office, "all"), name);
	file = fopen(rest, "w");
	CHECK(file != NULL && fputs("half a statement", file) >= 0 && fclose(file) == 0);
	CHECK_OK(retrieve_to(&lead, "HK-1/1-3", office_path(&office, "all"), &got, &err),
		 err);
	CHECK_INT(got.n, 3);
	CHECK(access(rest, F_OK) < 0);
	CHECK(strstr(lead.notice[AMANA_NOTICE_INFO], "1 file that it left") != NULL);
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

/* What was not read when the person stopped it was checked by nobody, and no record says
 * that it was. */
static void
stopped_before_it_was_read(void)
{
	atomic_bool cancelled = true;
	struct amana_error err = AMANA_ERROR_INIT;
	struct told told = {.n_items = 0};
	struct got got = {.n = 0};

	begin();
	CHECK_OK(deposit_as(&depositor, office_path(&office, "ev"), "phone", false, &told,
			    &err),
		 err);
	reader.config.cancelled = &cancelled;
	CHECK_FAILS(
		retrieve_to(&reader, "HK-1/1-3", office_path(&office, "all"), &got, &err),
		err, AMANA_E_CANCELLED);
	CHECK_INT(events_of(&lead, 3), 2); /* deposit, retrieve */
	reader.config.cancelled = NULL;
	CHECK_OK(retrieve_to(&lead, "HK-1/3", office_path(&office, "out"), &got, &err),
		 err);
	CHECK(got.first[got.n - 1]); /* and so the next reader is asked for it */
	CHECK_INT(events_of(&lead, 3), 4);
	office_done(&office);
}

/* ---- names on the way out ---- */

static void
check_out_name(const char *name, size_t len, const char *want)
{
	char out[256];

	retrieve_out_name(NULL, 7, (struct bytes){(const uint8_t *)name, len}, out);
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
	retrieve_out_name("HK-1", 12345,
			  (struct bytes){(const uint8_t *)longest, sizeof longest}, out);
	CHECK(strlen(out) < 240 && strcmp(out + strlen(out) - 4, ".pdf") == 0);
	CHECK(strncmp(out, "HK-1-12345 nnn", 14) == 0);
}

int
main(void)
{
	RUN(who_may_retrieve);
	RUN(a_date_that_has_passed);
	RUN(files_and_folders);
	RUN(rests_are_taken_away);
	RUN(a_spoilt_object);
	RUN(stopped_before_it_was_read);
	RUN(safe_names);
	return 0;
}
