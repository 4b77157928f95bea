/* SPDX-License-Identifier: Apache-2.0 */
#include "custody_fixture.h"
#include "flow/read/read.h"

#include "session/act.h"
#include "session/record.h"
#include "session/session_catalog.h"

#include <time.h>

/* Chains of custody: what they hold, who may see how much of them, and that seeing them
 * is on record. */

static void
retrieve(struct person *person, const char *exhibit, const char *reason)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	static int n;
	char name[2 * OFFICE_PATH];
	const struct amana_retrieve request = {
		.exhibits = &exhibit, .n_exhibits = 1, .reason = reason, .out = name};

	snprintf(name, sizeof name, "%s/out%d", evidence.office.root, n++);
	CHECK_OK(flow_retrieve(vault, &request, &err), err);
}

/* ---- what is in it ---- */

static void
test_exhibit(void)
{
	evidence_new(&evidence, 2);
	retrieve(&evidence.reader, CASE "/1", "hearing of 3 May");
	custody(&evidence.reader, CASE "/1");
	CHECK_INT(seen.n, 3);
	for (size_t i = 0; i < seen.n; i++) {
		CHECK_INT(seen.events[i].index, i + 1);
		CHECK_STR(seen.events[i].exhibit, CASE "/1");
		CHECK(seen.events[i].has_event && !seen.events[i].sealed_missing);
		CHECK(strncmp(seen.events[i].tool, "amana ", 6) == 0);
	}
	CHECK_STR(seen.events[0].action, "deposit");
	CHECK_STR(seen.events[0].actor, "D-004");
	CHECK_STR(seen.events[0].event, "deposit");
	CHECK_STR(seen.events[0].reason, "-");
	CHECK(strstr(seen.events[0].public_fields, "case ") != NULL &&
	      strstr(seen.events[0].public_fields, "; epoch ") != NULL &&
	      strstr(seen.events[0].public_fields, "sheet ") == NULL);
	CHECK_STR(seen.events[1].action, "record");
	CHECK_STR(seen.events[1].event, "retrieve");
	CHECK_STR(seen.events[1].reason, "hearing of 3 May");
	CHECK_STR(seen.events[1].actor, "R-003");
	CHECK_STR(seen.events[2].event, event_name(EVENT_CHECK));
	CHECK(strstr(seen.events[2].details, "pass") != NULL);
	/* the same again, now from the catalogue alone */
	custody(&evidence.reader, CASE "/1");
	CHECK_INT(seen.n, 3);
	CHECK_STR(seen.events[1].reason, "hearing of 3 May");
	CHECK(strstr(seen.events[2].details, "pass") != NULL);
	CHECK(strncmp(seen.events[2].tool, "amana ", 6) == 0);
	office_done(&evidence.office);
}

static void
test_case(void)
{
	size_t n_grants = 0, n_deposits = 0, n_cases = 0;

	evidence_new(&evidence, 3);
	custody(&evidence.lead, CASE);
	for (size_t i = 0; i < seen.n; i++) {
		CHECK_INT(seen.events[i].index, i + 1);
		CHECK(i == 0 || seen.events[i].batch >= seen.events[i - 1].batch);
		n_grants += strcmp(seen.events[i].action, "grant") == 0;
		n_deposits += strcmp(seen.events[i].action, "deposit") == 0;
		n_cases += strcmp(seen.events[i].action, "case") == 0;
		CHECK(strcmp(seen.events[i].action, "deposit") != 0 ||
		      strncmp(seen.events[i].exhibit, CASE "/", sizeof CASE) == 0);
	}
	CHECK_INT(n_cases, 1);
	CHECK_INT(n_grants, 2);
	CHECK_INT(n_deposits, 3);
	/* seeing it is the last event */
	CHECK_STR(seen.events[seen.n - 1].event, "list");
	CHECK_STR(seen.events[seen.n - 1].actor, "L-002");
	office_done(&evidence.office);
}

/* ---- who may ---- */

static void
test_auditor(void)
{
	char exhibit[48], case_name[48];

	evidence_new(&evidence, 1);
	exhibit_id(&evidence.founder, 0, false, exhibit);
	exhibit_id(&evidence.founder, 0, true, case_name);
	custody(&evidence.founder, exhibit);
	CHECK_INT(seen.n, 1);
	CHECK_STR(seen.events[0].exhibit, exhibit);
	CHECK_STR(seen.events[0].event, "deposit");
	/* by its case, whose code the auditor does not know */
	custody(&evidence.founder, case_name);
	CHECK_STR(seen.events[seen.n - 1].event, "custody");
	CHECK_STR(seen.events[seen.n - 1].actor, "S-001");
	for (size_t i = 0; i < seen.n; i++)
		CHECK(seen.events[i].has_event);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);

		CHECK_FAILS(try_custody(vault, CASE "/1"), err, AMANA_E_MISSING);
		CHECK_FAILS(try_custody(vault, "id:0011223344556677"), err,
			    AMANA_E_MISSING);
	}
	office_done(&evidence.office);
}

/* One record for each case and sitting, whoever reads. */
static void
test_recorded_once(void)
{
	struct person *const people[] = {&evidence.founder, &evidence.reader};
	char exhibit[48];

	evidence_new(&evidence, 2);
	exhibit_id(&evidence.founder, 0, false, exhibit);
	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		uint64_t before = log_end(people[i]);
		CLEANUP(session_closep) struct session *vault = person_open(people[i]);

		CHECK_OK(try_custody(vault, exhibit), err);
		CHECK_INT(state_slot(session_state(vault)), before + 1);
		CHECK_OK(try_custody(vault, exhibit), err);
		CHECK_INT(state_slot(session_state(vault)), before + 1);
	}
	office_done(&evidence.office);
}

static void
test_depositor(void)
{
	char case_name[48];
	uint64_t before;

	evidence_new(&evidence, 1);
	deposit_text(&evidence, &evidence.lead, "lead.txt", "by the lead");
	before = log_end(&evidence.depositor);
	custody(&evidence.depositor, CASE "/1");
	CHECK_INT(seen.n, 1);
	CHECK_STR(seen.events[0].action, "deposit");
	CHECK(!seen.events[0].has_event && !seen.events[0].sealed_missing);
	CHECK_STR(seen.events[0].tool, "-");
	exhibit_id(&evidence.depositor, 0, true, case_name);
	custody(&evidence.depositor, case_name);
	CHECK_INT(seen.n, 1); /* the own deposit, and nothing of the case or of others */
	CHECK_INT(log_end(&evidence.depositor), before);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.depositor);

		CHECK_FAILS(try_custody(vault, CASE "/2"), err, AMANA_E_DENIED);
	}
	CHECK_INT(log_end(&evidence.depositor), before + 1); /* and that was recorded */
	office_done(&evidence.office);
}

static void
test_denied(void)
{
	struct person other;
	char exhibit[48];
	uint64_t before;

	evidence_new(&evidence, 1);
	person_new(&evidence.office, "X-9", &other);
	office_add(&evidence.office, &evidence.founder, &other, "admin");
	exhibit_id(&evidence.founder, 0, false, exhibit);
	before = log_end(&other);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&other);

		CHECK_FAILS(try_custody(vault, exhibit), err, AMANA_E_DENIED);
		CHECK_INT(seen.n, 0);
	}
	CHECK_INT(log_end(&other), before + 1);
	office_done(&evidence.office);
}

/* ---- what is wrong with it ---- */

static void
test_sheet_missing(void)
{
	static struct files before, after;
	const char *spoilt = NULL;

	evidence_new(&evidence, 1);
	list_files(&evidence, "lines", &before);
	retrieve(&evidence.lead, CASE "/1", "to look");
	list_files(&evidence, "lines", &after);
	for (size_t i = 0; i < after.n; i++) {
		bool old = false;

		for (size_t k = 0; k < before.n; k++)
			old = old || strcmp(before.paths[k], after.paths[i]) == 0;
		if (old)
			continue;
		flip_byte(after.paths[i], 100);
		spoilt = after.paths[i];
	}
	CHECK(spoilt != NULL);
	custody(&evidence.reader, CASE "/1");
	CHECK_INT(seen.n, 3);
	CHECK(seen.events[0].has_event && !seen.events[0].sealed_missing);
	CHECK(!seen.events[1].has_event && seen.events[1].sealed_missing);
	CHECK(!seen.events[2].has_event && seen.events[2].sealed_missing);
	CHECK_STR(seen.events[1].actor, "L-002"); /* what is public stays known */
	CHECK(evidence.reader.n_notices[AMANA_NOTICE_TAMPERED] >= 1);
	CHECK(strstr(evidence.reader.notice[AMANA_NOTICE_TAMPERED], "L-002") != NULL);
	/* the whole bundle is not there */
	CHECK_INT(unlink(spoilt), 0);
	custody(&evidence.reader, CASE "/1");
	CHECK(seen.events[1].sealed_missing || seen.events[2].sealed_missing);
	office_done(&evidence.office);
}

/* The catalogue is nobody's word: one that leaves an event out is made anew. */
static void
test_stale_catalogue(void)
{
	evidence_new(&evidence, 1);
	retrieve(&evidence.reader, CASE "/1", "to look");
	custody(&evidence.reader, CASE "/1");
	CHECK_INT(seen.n, 3);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.reader);
		struct catalog_entry row = {.slot = seen.events[1].batch,
					    .subject_kind = "exhibit",
					    .subject = BYTES_STR("another"),
					    .action = "record",
					    .actor = "R-003",
					    .event = 1};
		struct catalog *catalog;

		CHECK_OK(session_catalog(vault, &catalog, &err), err);
		CHECK_OK(catalog_begin(catalog, &err), err);
		CHECK_OK(catalog_entry_put(catalog, &row, &err), err);
		CHECK_OK(catalog_commit(catalog, &err), err);
	}
	custody(&evidence.reader, CASE "/1");
	CHECK_INT(seen.n, 3);
	CHECK_STR(seen.events[1].reason, "to look");
	office_done(&evidence.office);
}

/* ---- after a grant's date ---- */

/* A record by a member whose own client does not know better: the entry's time is what
 * counts. */
static int
prepare_late(struct act *act, const struct state *state, void *arg, struct amana_error *e)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, e);
	const struct custody_id *exhibit = arg;
	struct subject subject = subject_exhibit(exhibit);

	CHECK(entry != NULL);
	entry_init(entry, ACT_RECORD, &subject);
	entry->own.sealing.in_case = true;
	entry->own.sealing.case_id =
		state_exhibit_case(state, state_exhibit(state, exhibit))->id;
	return act_add(act, entry, NULL, e);
}

static void
record_by(struct person *person, uint32_t i)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct state *state = session_state(vault);
	struct custody_id id = state_exhibit_at(state, i)->id;
	struct custody_id case_id = state_case_at(state, 0)->id;
	const struct act_spec spec = {.case_id = &case_id,
				      .event = EVENT_VIEW,
				      .prepare = prepare_late,
				      .arg = &id};
	struct act_done done;

	CHECK_OK(act_run(vault, &spec, &done, &err), err);
}

static void
test_after_date(void)
{
	int64_t until;

	evidence_new(&evidence, 1);
	until = session_now() + 4;
	grant_to(&evidence.lead, "R-003", "reader", until);
	record_by(&evidence.reader, 0);
	wait_past(until);
	record_by(&evidence.reader, 0);
	/* Upkeep of the lead's client ends the grant; then a new one. */
	custody(&evidence.lead, CASE);
	grant_to(&evidence.lead, "R-003", "reader", session_now() + 86400);
	record_by(&evidence.reader, 0);
	custody(&evidence.lead, CASE "/1");
	CHECK_INT(seen.n, 4);
	CHECK(!seen.events[1].after_date);
	CHECK(seen.events[2].after_date);
	CHECK(!seen.events[3].after_date);
	CHECK(!seen.events[0].after_date);
	office_done(&evidence.office);
}

/* ---- many ---- */

/* Ten thousand events, opened once, then known. */
static void
test_many(void)
{
	struct timespec a, b, c;

	evidence_new(&evidence, 1);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.reader);
		CLEANUP(mem_freep)
		struct custody_id *ids = mem_array(1000, sizeof *ids, &err);
		const struct state *state = session_state(vault);
		struct custody_id case_id = state_case_at(state, 0)->id;
		const struct record record = {
			.case_id = &case_id, .event = EVENT_VIEW, .reason = "again"};

		CHECK_OK(session_identity(vault, &err), err);
		for (size_t i = 0; i < 1000; i++)
			ids[i] = state_exhibit_at(state, 0)->id;
		for (int i = 0; i < 10; i++)
			CHECK_OK(record_exhibits(vault, &record, ids, 1000, &err), err);
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	custody(&evidence.reader, CASE "/1");
	clock_gettime(CLOCK_MONOTONIC, &b);
	CHECK_INT(seen.n, 10001);
	CHECK_INT(seen.events[10000].index, 10001);
	CHECK_STR(seen.events[10000].reason, "again");
	custody(&evidence.reader, CASE "/1");
	clock_gettime(CLOCK_MONOTONIC, &c);
	CHECK_INT(seen.n, 10001);
	printf("  10,000 events: first %.0f ms, then %.0f ms\n",
	       (double)(b.tv_sec - a.tv_sec) * 1e3 +
		       (double)(b.tv_nsec - a.tv_nsec) / 1e6,
	       (double)(c.tv_sec - b.tv_sec) * 1e3 +
		       (double)(c.tv_nsec - b.tv_nsec) / 1e6);
	office_done(&evidence.office);
}

int
main(void)
{
	RUN(test_exhibit);
	RUN(test_case);
	RUN(test_auditor);
	RUN(test_recorded_once);
	RUN(test_depositor);
	RUN(test_denied);
	RUN(test_sheet_missing);
	RUN(test_stale_catalogue);
	RUN(test_after_date);
	RUN(test_many);
	free(seen.events);
	return 0;
}
