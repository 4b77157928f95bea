/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_fixture.h"

/* Mounting a case: who may, what is in it, and that the record comes before the bytes. */

/* ---- who may ---- */

static void
refused(struct person *person, enum amana_code code, bool on_record)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct amana_mount *mount = NULL;
	uint64_t before = state_slot(session_state(vault));

	CHECK_FAILS(try_mount(vault, &mount), err, code);
	CHECK(mount == NULL);
	CHECK_INT(state_slot(session_state(vault)), before + (on_record ? 1 : 0));
}

static void
test_rights(void)
{
	const struct seen *last = NULL;
	struct session *vault;
	struct amana_mount *mount = NULL;
	struct amana_mount_request request = {
		.case_name = CASE, .reason = "", .dir = "/x"};
	size_t n_lists = 0;
	int64_t until;

	evidence_new(&evidence, 1);
	refused(&evidence.depositor, AMANA_E_DENIED, true);
	CHECK_INT(events(&evidence.lead, CASE, "denied", &last), 1);
	CHECK(strstr(last->details, "mount") != NULL);
	refused(&evidence.founder, AMANA_E_MISSING,
		false); /* knows no case of that name */

	vault = person_open(&evidence.reader);
	CHECK_FAILS(flow_mount_open(vault, &request, &mount, &err), err, AMANA_E_USAGE);
	mount = mount_case(vault);
	CHECK_STR(flow_mount_case(mount), CASE);
	CHECK_INT(events(&evidence.lead, CASE, "mount", &last), 1);
	CHECK_STR(last->reason, "hearing of 3 May");
	CHECK(strstr(last->details, "\"dir\": \"/home/x/court\"") != NULL ||
	      strstr(last->details, "\"dir\":\"/home/x/court\"") != NULL);
	CHECK(strstr(last->details, "until") != NULL);
	for (size_t i = 0; i < n_seen; i++)
		n_lists += strcmp(seen[i].event, "list") == 0 &&
			   strcmp(seen[i].actor, "R-003") == 0;
	CHECK_INT(n_lists, 1); /* reading the names, too */
	close_mount(mount);
	session_close(vault);

	until = session_now() + 4; /* a machine at work may take seconds for the grant */
	grant_to(&evidence.lead, "R-003", "reader", until);
	wait_past(until);
	refused(&evidence.reader, AMANA_E_DENIED, true);
	office_done(&evidence.office);
}

/* ---- what is in it ---- */

static void
test_list(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_mount *mount;
	struct rows rows = {.n = 0};
	char hex[HASH_HEX_LEN + 1];
	struct hash hash;

	evidence_new(&evidence, 3);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_OK(flow_mount_list(mount, 0, take_row, &rows, &err), err);
	CHECK_INT(rows.n, 3);
	CHECK_STR(rows.name[1], "two.txt");
	CHECK_INT(rows.row[1].number, 2);
	CHECK_INT(rows.row[1].size, strlen("second statement"));
	hash_of("second statement", 16, &hash);
	hash_hex(&hash, hex);
	CHECK_STR(rows.row[1].sha256, hex);
	CHECK(rows.row[1].known && rows.row[1].modified > session_now() - 600);
	CHECK_STR(rows.row[1].ref, CASE "/2");
	rows.n = 0;
	CHECK_OK(flow_mount_list(mount, 2, take_row, &rows, &err), err);
	CHECK_INT(rows.n, 1);
	CHECK_INT(rows.row[0].number, 3);
	close_mount(mount);
	office_done(&evidence.office);
}

/* ---- the record, then the bytes ---- */

static void
test_record(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_opening openings[4] = {
		{.number = 1, .program = "ba\xffsh", .uid = 7, .pid = 8},
		{.number = 3, .program = "ba\xffsh", .uid = 7, .pid = 8},
		{.number = 4, .program = "x", .uid = 7, .pid = 8},
		{.number = 0, .program = "x", .uid = 7, .pid = 8}};
	static uint8_t bytes[AMANA_CHUNK];
	struct amana_reader *reader = NULL;
	const struct seen *last = NULL;
	struct amana_mount *mount;
	uint64_t before;
	size_t len;

	evidence_new(&evidence, 3);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_FAILS(flow_mount_reader(mount, 1, &reader, &err), err, AMANA_E_BUG);
	CHECK_FAILS(flow_mount_reader(mount, 4, &reader, &err), err, AMANA_E_MISSING);
	before = log_end(&evidence.lead);
	CHECK_OK(flow_mount_record(mount, openings, 4, &err), err);
	CHECK_INT(log_end(&evidence.lead), before + 1);
	CHECK_INT(openings[0].status, 0);
	CHECK_INT(openings[1].status, 0);
	CHECK_INT(openings[2].status, AMANA_E_MISSING);
	CHECK_INT(openings[3].status, AMANA_E_MISSING);
	CHECK_FAILS(flow_mount_reader(mount, 2, &reader, &err), err, AMANA_E_BUG);
	reader = reader_of(mount, 3);
	CHECK_INT(flow_reader_size(reader), strlen("a third one"));
	CHECK_OK(flow_reader_chunks(reader, 0, 1, bytes, &len, &err), err);
	CHECK_INT(len, strlen("a third one"));
	CHECK(memcmp(bytes, "a third one", len) == 0);
	CHECK_OK(flow_reader_chunks(reader, 1, 1, bytes, &len, &err), err);
	CHECK_INT(len, 0);
	flow_reader_free(reader);
	CHECK_INT(events(&evidence.lead, CASE "/1", "view", &last), 1);
	CHECK_STR(last->reason, "hearing of 3 May");
	CHECK(strstr(last->details, "\"ba\xef\xbf\xbdsh\"") != NULL);
	CHECK(strstr(last->details, "1,3") != NULL &&
	      strstr(last->details, "\"x\"") == NULL);
	CHECK_INT(events(&evidence.lead, CASE "/2", "view", NULL), 0);
	CHECK_INT(events(&evidence.lead, CASE "/3", "view", NULL), 1);
	before = log_end(&evidence.lead);
	CHECK_OK(flow_mount_record(mount, openings + 2, 2, &err),
		 err); /* nobody: no act */
	CHECK_INT(log_end(&evidence.lead), before);
	close_mount(mount);
	office_done(&evidence.office);
}

/* What does not fit one line goes into several acts, each exhibit once. */
static void
test_long_record(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	static struct amana_opening openings[300];
	static char names[300][300];
	static uint8_t bytes[AMANA_CHUNK];
	struct amana_mount *mount;
	uint64_t before, after;

	evidence_new(&evidence, 0);
	deposit_many(300);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	for (int i = 0; i < 300; i++) {
		memset(names[i], 'a' + i % 26, sizeof names[i] - 1);
		names[i][0] = (char)('a' + i / 26);
		openings[i] = (struct amana_opening){.number = (uint64_t)i + 1,
						     .program = names[i],
						     .uid = 1,
						     .pid = (uint32_t)i};
	}
	before = log_end(&evidence.lead);
	CHECK_OK(flow_mount_record(mount, openings, 300, &err), err);
	after = log_end(&evidence.lead);
	CHECK(after > before + 1 && after <= before + 4);
	for (uint64_t i = 1; i <= 300; i++) {
		struct amana_reader *reader = reader_of(mount, i);
		char text[32];
		size_t len;

		snprintf(text, sizeof text, "number %d", (int)i);
		CHECK_OK(flow_reader_chunks(reader, 0, 1, bytes, &len, &err), err);
		CHECK(len == strlen(text) && memcmp(bytes, text, len) == 0);
		flow_reader_free(reader);
		CHECK_INT(state_exhibit_numbered(
				  session_state(vault),
				  &state_case_at(session_state(vault), 0)->id,
				  (uint32_t)i)
				  ->chain.event,
			  2);
	}
	/* on record already: no act */
	after = log_end(&evidence.lead);
	CHECK_OK(flow_mount_record(mount, openings, 300, &err), err);
	CHECK_INT(log_end(&evidence.lead), after);
	close_mount(mount);
	/* the same program for all, some named twice: one act, one event each */
	mount = mount_case(vault);
	for (int i = 0; i < 300; i++) {
		openings[i].program = "tar";
		openings[i].pid = 5;
		openings[i].number = (uint64_t)i / 2 + 1;
	}
	after = log_end(&evidence.lead);
	CHECK_OK(flow_mount_record(mount, openings, 300, &err), err);
	CHECK_INT(log_end(&evidence.lead), after + 1);
	CHECK_INT(state_exhibit_numbered(session_state(vault),
					 &state_case_at(session_state(vault), 0)->id, 7)
			  ->chain.event,
		  3);
	close_mount(mount);
	office_done(&evidence.office);
}

int
main(void)
{
	if (geteuid() == 0)
		become_nobody();
	RUN(test_rights);
	RUN(test_list);
	RUN(test_record);
	RUN(test_long_record);
	free(seen);
	return 0;
}
