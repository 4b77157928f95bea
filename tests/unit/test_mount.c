/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/chain/custody.h"
#include "flow/deposit/deposit.h"
#include "flow/mount/mount.h"
#include "flow/office/office.h"

#include "amana/mount.h"
#include "crypto/hash.h"
#include "session/record.h"
#include "keys/keyring.h"

#include <jansson.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <time.h>

/* A case held open: who may, that the record comes before the bytes, what is new, what
 * ends it, and what the record says then. */

static struct evidence evidence;
static struct amana_error err;

/* ---- events, as custody tells them ---- */

struct seen {
	uint64_t index, batch;
	char actor[AMANA_MEMBER_MAX + 1], event[40], reason[64], exhibit[64];
	char details[1 << 16];
};
#define SEEN_MAX 512
static struct seen *seen;
static size_t n_seen;

static int
see(void *ctx, const struct amana_event *event)
{
	struct seen *out = &seen[n_seen % SEEN_MAX];

	(void)ctx;
	n_seen++;
	*out = (struct seen){.index = event->index, .batch = event->batch};
	snprintf(out->actor, sizeof out->actor, "%s", event->actor);
	snprintf(out->event, sizeof out->event, "%s",
		 event->event != NULL ? event->event : "-");
	snprintf(out->reason, sizeof out->reason, "%s",
		 event->reason != NULL ? event->reason : "-");
	snprintf(out->exhibit, sizeof out->exhibit, "%s", event->exhibit);
	snprintf(out->details, sizeof out->details, "%s",
		 event->details != NULL ? event->details : "-");
	return 0;
}

static void
custody(struct person *person, const char *name)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	uint64_t of = 0;

	if (seen == NULL)
		seen = calloc(SEEN_MAX, sizeof *seen);
	CHECK(seen != NULL);
	n_seen = 0;
	CHECK_OK(flow_custody(vault, name, see, NULL, &of, &err), err);
	CHECK_INT(n_seen, of);
	CHECK(n_seen <= SEEN_MAX);
}

/* How many events of this kind; *ret_last: the last of them. */
static size_t
events(struct person *person, const char *name, const char *event,
       const struct seen **ret_last)
{
	size_t n = 0;

	custody(person, name);
	for (size_t i = 0; i < n_seen; i++)
		if (strcmp(seen[i].event, event) == 0) {
			n++;
			if (ret_last != NULL)
				*ret_last = &seen[i];
		}
	return n;
}

static uint64_t
log_end(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);

	return state_slot(session_state(vault));
}

/* ---- mounting ---- */

static const struct amana_mount_end plain_end = {.why = "unmounted"};

static int
try_mount(struct session *vault, struct amana_mount **ret_mount)
{
	const struct amana_mount_request request = {.case_name = CASE,
						    .reason = "hearing of 3 May",
						    .dir = "/home/x/court",
						    .until = session_now() + 7200};

	err = (struct amana_error)AMANA_ERROR_INIT;
	return flow_mount_open(vault, &request, ret_mount, &err);
}

static struct amana_mount *
mount_case(struct session *vault)
{
	struct amana_mount *mount = NULL;

	CHECK_OK(try_mount(vault, &mount), err);
	return mount;
}

static void
close_mount(struct amana_mount *mount)
{
	CHECK_OK(flow_mount_close(mount, &plain_end, &err), err);
}

static int
record_one(struct amana_mount *mount, uint64_t number)
{
	struct amana_opening opening = {.number = number,
					.program = "evince",
					.uid = 1000,
					.pid = 4242,
					.status = -1};

	if (flow_mount_record(mount, &opening, 1, &err) < 0)
		return -1;
	return opening.status;
}

static struct amana_reader *
reader_of(struct amana_mount *mount, uint64_t number)
{
	struct amana_reader *reader = NULL;

	CHECK_OK(flow_mount_reader(mount, number, &reader, &err), err);
	return reader;
}

static bool
must_end(struct amana_mount *mount, const char *part)
{
	struct amana_mount_news news = {.must_end = true};

	CHECK_OK(flow_mount_poll(mount, &news, &err), err);
	if (news.must_end && strstr(news.why, part) == NULL) {
		fprintf(stderr, "why: %s\n", news.why);
		exit(1);
	}
	return news.must_end;
}

static bool
has_changed(struct amana_mount *mount)
{
	struct amana_mount_news news;

	CHECK_OK(flow_mount_poll(mount, &news, &err), err);
	CHECK(!news.must_end);
	return news.changed;
}

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

	grant_to(&evidence.lead, "R-003", "reader", session_now() + 1);
	sleep(2);
	refused(&evidence.reader, AMANA_E_DENIED, true);
	office_done(&evidence.office);
}

/* ---- what is in it ---- */

struct rows {
	size_t n;
	struct amana_exhibit row[8];
	char name[8][64];
};

static int
take_row(void *ctx, const struct amana_exhibit *exhibit)
{
	struct rows *rows = ctx;

	CHECK(rows->n < 8);
	rows->row[rows->n] = *exhibit;
	snprintf(rows->name[rows->n++], 64, "%.*s", (int)exhibit->name_len,
		 exhibit->name != NULL ? exhibit->name : "-");
	return 0;
}

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

/* Many files at once, numbered from 1. */
static void
deposit_many(int n)
{
	CLEANUP(session_closep)
	struct session *vault = person_open(&evidence.depositor);
	char folder[2 * OFFICE_PATH], path[3 * OFFICE_PATH], text[32];
	const char *paths[] = {folder};
	const struct amana_deposit request = {
		.case_name = CASE, .paths = paths, .n_paths = 1};
	struct amana_deposit_result result;

	snprintf(folder, sizeof folder, "%s/many", evidence.office.root);
	CHECK(mkdir(folder, 0700) == 0);
	for (int i = 1; i <= n; i++) {
		snprintf(path, sizeof path, "%s/%04d", folder, i);
		write_file(path, text,
			   (size_t)snprintf(text, sizeof text, "number %d", i));
	}
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	CHECK_INT(result.n_deposited, n);
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

/* ---- what is new, and what ends it ---- */

static void
test_news(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_mount *mount;
	struct rows rows = {.n = 0};

	evidence_new(&evidence, 1);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK(!has_changed(mount));
	deposit_text(&evidence, &evidence.depositor, "new.txt", "a new one");
	CHECK(has_changed(mount));
	CHECK(!has_changed(mount));
	CHECK_OK(flow_mount_list(mount, 1, take_row, &rows, &err), err);
	CHECK_INT(rows.n, 1);
	CHECK(rows.row[0].known);
	CHECK_STR(rows.name[0], "new.txt");
	CHECK_INT(record_one(mount, 1), 0);
	CHECK(!has_changed(mount)); /* by its own act */
	deposit_text(&evidence, &evidence.depositor, "newer.txt", "a newer one");
	CHECK_INT(record_one(mount, 2), 0); /* takes the deposit in by the way */
	CHECK(has_changed(mount));
	CHECK_INT(record_one(mount, 3), 0);
	close_mount(mount);
	office_done(&evidence.office);
}

static void
revoke_grant(struct person *lead, const char *member)
{
	CLEANUP(session_closep) struct session *vault = person_open(lead);
	enum amana_new_keys keys;

	CHECK_OK(flow_case_revoke(vault, CASE, member, "left", NULL, NULL, &keys, &err),
		 err);
}

/* Nothing is given out any more, nor recorded. */
static void
check_over(struct amana_mount *mount, struct amana_reader *reader, uint64_t other)
{
	static uint8_t bytes[AMANA_CHUNK];
	struct amana_reader *another = NULL;
	struct rows rows = {.n = 0};
	size_t len;

	CHECK_FAILS(flow_reader_chunks(reader, 0, 1, bytes, &len, &err), err,
		    AMANA_E_LOCKED);
	flow_reader_free(reader);
	CHECK(record_one(mount, other) < 0 && err.code == AMANA_E_LOCKED);
	CHECK_FAILS(flow_mount_reader(mount, 1, &another, &err), err, AMANA_E_LOCKED);
	CHECK_FAILS(flow_mount_list(mount, 0, take_row, &rows, &err), err,
		    AMANA_E_LOCKED);
}

static void
test_grant_ended(void)
{
	struct session *vault;
	struct amana_mount *mount;
	struct amana_reader *reader;

	evidence_new(&evidence, 2);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	reader = reader_of(mount, 1);
	CHECK(!must_end(mount, ""));
	revoke_grant(&evidence.lead, "R-003");
	/* not looked yet: the very act finds out */
	CHECK(record_one(mount, 2) < 0);
	CHECK(must_end(mount, "grant"));
	check_over(mount, reader, 2);
	/* who has no grant may not even record the end of the mount */
	CHECK_FAILS(flow_mount_close(mount, &plain_end, &err), err, AMANA_E_DENIED);
	session_close(vault);

	grant_to(&evidence.lead, "R-003", "reader", session_now() + 2);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	reader = reader_of(mount, 1);
	CHECK(!must_end(mount, ""));
	sleep(4);
	CHECK(must_end(mount, "date"));
	check_over(mount, reader, 2);
	CHECK_OK(flow_mount_close(mount, &plain_end, &err),
		 err); /* marked as after its date */
	session_close(vault);
	office_done(&evidence.office);
}

static void
test_member_revoked(void)
{
	struct session *vault, *admin;
	struct amana_mount *mount;
	struct amana_reader *reader;
	char proposal[AMANA_PROPOSAL_MAX + 1];

	evidence_new(&evidence, 2);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	reader = reader_of(mount, 1);
	admin = person_open(&evidence.founder);
	CHECK_OK(flow_member_revoke(admin, "R-003", "left", NULL, NULL, proposal, &err),
		 err);
	session_close(admin);
	CHECK(must_end(mount, "revoked"));
	check_over(mount, reader, 2);
	CHECK_FAILS(flow_mount_close(mount, &plain_end, &err), err, AMANA_E_DENIED);
	session_close(vault);
	office_done(&evidence.office);
}

/* ---- locking ---- */

static void
unlock(struct person *person, unsigned int seconds)
{
	char member[AMANA_MEMBER_MAX + 1];

	CHECK_OK(flow_unlock(&person->config, seconds, member, &err), err);
}

static void
lock(struct person *person)
{
	size_t n;

	CHECK_OK(flow_lock(&person->config, &n, &err), err);
}

static void
test_locked(void)
{
	for (int unlocked = 0; unlocked < 2; unlocked++) {
		struct session *vault;
		struct amana_mount *mount;
		struct amana_reader *reader;

		evidence_new(&evidence, 2);
		if (unlocked)
			unlock(&evidence.reader, 2);
		vault = person_open(&evidence.reader);
		mount = mount_case(vault);
		CHECK_INT(record_one(mount, 1), 0);
		reader = reader_of(mount, 1);
		CHECK(!must_end(mount, ""));
		if (unlocked)
			sleep(3); /* that its time ran out is no lock */
		CHECK(!must_end(mount, ""));
		lock(&evidence.lead); /* of the whole login */
		CHECK(must_end(mount, "locked"));
		check_over(mount, reader, 2);
		close_mount(mount); /* still on record */
		CHECK_INT(events(&evidence.lead, CASE, "unmount", NULL), 1);
		session_close(vault);
		office_done(&evidence.office);
	}
}

/* ---- damage ---- */

static void
test_damaged(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	static uint8_t big[3 * AMANA_CHUNK + 5], bytes[4 * AMANA_CHUNK];
	struct amana_reader *reader, *other;
	const struct state_exhibit *exhibit;
	const struct seen *last = NULL;
	char path[2 * OFFICE_PATH];
	struct amana_mount *mount;
	size_t len;

	evidence_new(&evidence, 1);
	memset(big, 7, sizeof big);
	deposit_bytes(&evidence, &evidence.depositor, "big", big, sizeof big);
	vault = person_open(&evidence.reader);
	exhibit = state_exhibit_numbered(session_state(vault),
					 &state_case_at(session_state(vault), 0)->id, 2);
	snprintf(path, sizeof path, "%s/%s", evidence.office.vault,
		 store_name_object(&exhibit->object).text);
	flip_byte(path, AMANA_CHUNK + 1000);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	CHECK_INT(record_one(mount, 2), 0);
	reader = reader_of(mount, 2);
	other = reader_of(mount, 1);
	CHECK_OK(flow_reader_chunks(reader, 2, 2, bytes, &len, &err), err);
	CHECK_INT(len, AMANA_CHUNK + 5);
	memset(bytes, 0xee, sizeof bytes);
	CHECK_FAILS(flow_reader_chunks(reader, 0, 4, bytes, &len, &err), err,
		    AMANA_E_TAMPERED);
	for (size_t i = AMANA_CHUNK; i < 2 * AMANA_CHUNK; i++)
		CHECK(bytes[i] == 0);
	CHECK_OK(flow_reader_chunks(other, 0, 1, bytes, &len, &err), err);
	CHECK_OK(flow_mount_damaged(mount, 2, &err), err);
	CHECK_OK(flow_mount_damaged(mount, 2, &err), err);
	CHECK_INT(events(&evidence.lead, CASE "/2", EVENT_CHECK_FAILED, &last), 1);
	CHECK(strstr(last->details, "fail") != NULL);
	flow_reader_free(reader);
	CHECK_INT(unlink(path), 0);
	reader = reader_of(mount, 2); /* gone: said when it is read */
	CHECK_FAILS(flow_reader_chunks(reader, 0, 1, bytes, &len, &err), err,
		    AMANA_E_TAMPERED);
	flow_reader_free(reader);
	flow_reader_free(other);
	close_mount(mount);
	office_done(&evidence.office);
}

/* ---- the first reader's check ---- */

static void
poll_until(struct amana_mount *mount, size_t n, const char *event, const char *exhibit)
{
	const struct timespec moment = {.tv_nsec = 200000000};

	int i = 0;

	do {
		nanosleep(&moment, NULL);
		CHECK(!must_end(mount, ""));
	} while (i++ < 100 &&
		 (i % 5 != 0 || events(&evidence.lead, exhibit, event, NULL) != n));
	CHECK_INT(events(&evidence.lead, exhibit, event, NULL), n);
}

static void
test_first_reader(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	const struct state_exhibit *exhibit;
	char path[2 * OFFICE_PATH];
	struct amana_mount *mount;

	evidence_new(&evidence, 3);
	vault = person_open(&evidence.reader);
	exhibit = state_exhibit_numbered(session_state(vault),
					 &state_case_at(session_state(vault), 0)->id, 2);
	snprintf(path, sizeof path, "%s/%s", evidence.office.vault,
		 store_name_object(&exhibit->object).text);
	flip_byte(path, 300);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	CHECK_INT(record_one(mount, 2), 0);
	poll_until(mount, 1, EVENT_CHECK, CASE "/1");
	poll_until(mount, 1, EVENT_CHECK_FAILED, CASE "/2");
	CHECK_INT(evidence.reader.n_notices[AMANA_NOTICE_TAMPERED], 1);
	CHECK_OK(flow_mount_damaged(mount, 2, &err), err); /* is on record already */
	CHECK_INT(events(&evidence.lead, CASE "/2", EVENT_CHECK_FAILED, NULL), 1);
	CHECK_INT(events(&evidence.lead, CASE "/2", EVENT_CHECK, NULL), 0);
	CHECK_INT(events(&evidence.lead, CASE "/3", EVENT_CHECK, NULL),
		  0); /* nobody opened it */
	close_mount(mount);

	/* Again: what is checked stays so, what is new is looked at. */
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	CHECK_INT(record_one(mount, 3), 0);
	poll_until(mount, 1, EVENT_CHECK, CASE "/3");
	CHECK_INT(events(&evidence.lead, CASE "/1", EVENT_CHECK, NULL), 1);
	close_mount(mount);
	office_done(&evidence.office);
}

/* ---- the end ---- */

static void
test_end(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	const struct amana_mount_range ranges[] = {
		{1, 0, 14}, {2, 0, 3}, {2, 10, 12}, {3, 0, 10}};
	const struct amana_mount_refusal refusals[] = {{"tracker-extract", 3},
						       {"tumbl\xffrd", 1}};
	const struct amana_mount_end end = {.why = "time is over",
					    .ranges = ranges,
					    .n_ranges = ARRAY_LEN(ranges),
					    .refusals = refusals,
					    .n_refusals = 2,
					    .n_writes_refused = 9};
	const struct seen *last = NULL;
	struct amana_mount *mount;
	json_t *details, *read;
	uint64_t mounted;

	evidence_new(&evidence, 3);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	mounted = state_slot(session_state(vault));
	for (uint64_t i = 1; i <= 3; i++)
		CHECK_INT(record_one(mount, i), 0);
	CHECK_OK(flow_mount_close(mount, &end, &err), err);
	CHECK_INT(events(&evidence.lead, CASE, "unmount", &last), 1);
	CHECK_STR(last->reason, "hearing of 3 May");
	details = json_loads(last->details, 0, NULL);
	CHECK(details != NULL);
	CHECK_INT(json_integer_value(json_object_get(details, "mount")), mounted);
	CHECK_STR(json_string_value(json_object_get(details, "why")), "time is over");
	CHECK_INT(json_integer_value(json_object_get(details, "opened")), 3);
	CHECK_INT(json_integer_value(json_object_get(details, "writes_refused")), 9);
	CHECK_STR(json_string_value(json_object_get(details, "whole")), "1,3");
	read = json_object_get(details, "read");
	CHECK_INT(json_array_size(read), 1);
	read = json_array_get(read, 0);
	CHECK_INT(json_integer_value(json_object_get(read, "exhibit")), 2);
	CHECK_INT(json_integer_value(json_object_get(read, "size")), 16);
	CHECK_INT(json_integer_value(json_object_get(read, "read")), 7);
	CHECK_STR(json_string_value(json_object_get(read, "ranges")), "0-3,10-12");
	CHECK(json_object_get(read, "merged") == NULL &&
	      json_object_get(details, "more") == NULL);
	read = json_object_get(details, "refused");
	CHECK_INT(json_array_size(read), 2);
	CHECK_STR(json_string_value(json_object_get(json_array_get(read, 0), "program")),
		  "tracker-extract");
	CHECK_INT(json_integer_value(json_object_get(json_array_get(read, 0), "count")),
		  3);
	json_decref(details);
	office_done(&evidence.office);
}

/* Ranges of 300 exhibits, 40 each: merged to a few, and in several acts. */
static void
test_long_end(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	static struct amana_mount_range ranges[300 * 40];
	static bool is_told[301];
	struct amana_mount_end end = {
		.why = "unmounted", .ranges = ranges, .n_ranges = 300 * 40};
	struct amana_mount *mount;
	size_t n_acts = 0;

	evidence_new(&evidence, 0);
	deposit_many(300);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		uint64_t at = i % 40 * UINT64_C(1000000000) + (i % 40 == 20 ? 7 : 0);

		ranges[i] = (struct amana_mount_range){i / 40 + 1, at, at + 9};
	}
	CHECK_OK(flow_mount_close(mount, &end, &err), err);
	custody(&evidence.lead, CASE);
	memset(is_told, 0, sizeof is_told);
	for (size_t i = 0; i < n_seen; i++) {
		json_t *details = json_loads(seen[i].details, 0, NULL), *read, *one;
		size_t k;

		if (strcmp(seen[i].event, "unmount") != 0) {
			json_decref(details);
			continue;
		}
		n_acts++;
		CHECK(details != NULL);
		CHECK_INT(json_integer_value(json_object_get(details, "part")),
			  n_acts > 1 ? n_acts : 0);
		CHECK((json_object_get(details, "more") == NULL) == (i == n_seen - 2));
		read = json_object_get(details, "read");
		json_array_foreach(read, k, one)
		{
			json_int_t number =
				json_integer_value(json_object_get(one, "exhibit"));
			const char *text =
				json_string_value(json_object_get(one, "ranges"));
			int n_ranges = 1;

			CHECK(number >= 1 && number <= 300 && !is_told[number]);
			is_told[number] = true;
			for (const char *at = text; *at != 0; at++)
				n_ranges += *at == ',';
			CHECK_INT(n_ranges, 16);
			CHECK_INT(json_integer_value(json_object_get(one, "merged")), 40);
			CHECK_INT(json_integer_value(json_object_get(one, "read")), 400);
			CHECK(strncmp(text, "0-", 2) == 0);
			CHECK(strcmp(strrchr(text, '-'), "-39000000009") == 0);
			CHECK(strstr(text, ",20000000007-") !=
			      NULL); /* behind the widest gap */
		}
		json_decref(details);
	}
	CHECK(n_acts > 1);
	for (size_t i = 1; i <= 300; i++)
		CHECK(is_told[i]);
	office_done(&evidence.office);
}

/* ---- threads ---- */

#define BIG_CHUNKS 50
static struct amana_reader *shared;
static uint8_t *content;
static size_t content_len;

static void *
read_about(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	uint8_t *bytes = malloc(8 * AMANA_CHUNK);
	struct amana_error mine = AMANA_ERROR_INIT;

	CHECK(bytes != NULL);
	for (int i = 0; i < 120; i++) {
		uint64_t first;
		size_t n, len, want;

		seed = seed * 1103515245 + 12345;
		first = seed >> 16 & 63;
		n = 1 + (seed >> 8 & 7);
		want = first * AMANA_CHUNK < content_len
			       ? content_len - first * AMANA_CHUNK
			       : 0;
		if (want > n * AMANA_CHUNK)
			want = n * AMANA_CHUNK;
		CHECK_OK(flow_reader_chunks(shared, first, n, bytes, &len, &mine), mine);
		CHECK_INT(len, want);
		CHECK(want == 0 ||
		      memcmp(bytes, content + first * AMANA_CHUNK, want) == 0);
	}
	free(bytes);
	return NULL;
}

/* Eight threads on one reader, from its very first chunk on, while the mount goes on with
 * its own things. */
static void
test_threads(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_mount *mount;
	pthread_t threads[8];

	evidence_new(&evidence, 2);
	content_len = BIG_CHUNKS * AMANA_CHUNK - 1234;
	content = malloc(content_len);
	CHECK(content != NULL);
	for (size_t i = 0; i < content_len; i++)
		content[i] = (uint8_t)(i * 2654435761U >> 13);
	deposit_bytes(&evidence, &evidence.depositor, "film", content, content_len);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 3), 0);
	shared = reader_of(mount, 3);
	for (size_t i = 0; i < 8; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, read_about,
					 (void *)(uintptr_t)(i + 1)),
			  0);
	CHECK_INT(record_one(mount, 1), 0);
	CHECK(!must_end(mount, ""));
	CHECK_INT(record_one(mount, 2), 0);
	for (size_t i = 0; i < 8; i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	flow_reader_free(shared);
	close_mount(mount);
	free(content);
	office_done(&evidence.office);
}

/* Root's own keyring may be in use, and other tests lock; a user of our own has an empty
 * one. */
static void
become_nobody(void)
{
	uid_t uid = 40000 + (uid_t)getpid() % 10000;

	CHECK_INT(setresuid(uid, uid, uid), 0);
	CHECK_INT(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0),
		  0); /* leaks are looked for at the end */
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
	RUN(test_news);
	RUN(test_grant_ended);
	RUN(test_member_revoked);
	RUN(test_locked);
	RUN(test_damaged);
	RUN(test_first_reader);
	RUN(test_end);
	RUN(test_long_end);
	RUN(test_threads);
	free(seen);
	return 0;
}
