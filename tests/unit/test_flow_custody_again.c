/* SPDX-License-Identifier: Apache-2.0 */
#include "custody_fixture.h"

#include "session/act.h"
#include "session/sheets.h"

/* Where from an exhibit was presented again, in its chain of custody. */

struct again {
	struct custody_id about; /* the exhibit of the entry */
	struct act_line lines[2];
	size_t n_lines;
};

static int
prepare_sources(struct act *act, const struct state *state, void *arg,
		struct amana_error *e)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, e);
	const struct again *again = arg;
	struct subject subject = subject_exhibit(&again->about);

	CHECK(entry != NULL);
	for (size_t i = 0; i < again->n_lines; i++) {
		entry_init(entry, ACT_RECORD, &subject);
		entry->own.sealing.in_case = true;
		entry->own.sealing.case_id =
			state_exhibit_case(state, state_exhibit(state, &again->about))
				->id;
		CHECK_INT(entry_add_line(entry, LINE_SOURCE, &again->lines[i].hash), 0);
		CHECK_OK(act_add(act, entry, NULL, e), *e);
	}
	return 0;
}

static void
recipient_of(struct session *vault, const struct state_exhibit *exhibit,
	     struct age_recipient *ret_recipient)
{
	CLEANUP(sheets_slot_done) struct sheets_slot slot = SHEETS_SLOT_INIT;
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	struct subject subject = subject_exhibit(&exhibit->id);
	uint32_t index;

	CHECK_OK(sheets_slot_load(vault, exhibit->deposited_in, &slot, &err), err);
	CHECK_INT(sheets_slot_find(&slot, &subject, 1, entry, &index, &err), 0);
	CHECK_OK(sheets_open_exhibit(vault, &slot, entry, &opened, &err), err);
	age_identity_recipient(&opened.sheet.identity, ret_recipient);
}

enum wrong { RIGHT, OTHER_EXHIBIT, OTHER_OBJECT, OTHER_RECIPIENT };

/* The reader says that exhibit 1 was presented again, with that many source lines, of
 * which something is wrong. */
static void
present_again(size_t n_lines, enum wrong wrong)
{
	CLEANUP(session_closep) struct session *vault = person_open(&evidence.reader);
	CLEANUP(buf_done)
	struct buf one = BUF_INIT(LINE_BYTES_MAX), two = BUF_INIT(LINE_BYTES_MAX);
	const struct state *state = session_state(vault);
	const struct custody_id case_id = state_case_at(state, 0)->id;
	const struct state_exhibit *first = state_exhibit_at(state, 0),
				   *other = state_exhibit_at(state, 1);
	json_t *facts = json_pack("{s:{s:s}}", "amana", "presented_as", "copy.txt");
	struct line line = {.kind = LINE_SOURCE,
			    .source = "a second phone",
			    .has_received = true,
			    .received_at = 1700000000,
			    .facts = facts};
	struct again again = {.about = first->id, .n_lines = n_lines};
	struct act_spec spec = {.case_id = &case_id,
				.event = EVENT_PRESENTED_AGAIN,
				.lines = again.lines,
				.n_lines = n_lines,
				.prepare = prepare_sources,
				.arg = &again};
	struct act_done done;

	CHECK_OK(session_identity(vault, &err), err);
	line.bond = (struct line_bond){
		.vault = *log_fingerprint(vault->log),
		.in_case = true,
		.case_id = case_id,
		.exhibit = wrong == OTHER_EXHIBIT ? other->id : first->id,
		.has_object = true,
		.object = wrong == OTHER_OBJECT ? other->object : first->object};
	CHECK_INT(member_code_parse("R-003", 5, &line.bond.actor), 0);
	recipient_of(vault, wrong == OTHER_RECIPIENT ? other : first,
		     &line.bond.recipient);
	CHECK_OK(line_build(&line, &one, &again.lines[0].hash, &err), err);
	again.lines[0].json = BYTES_OF(one);
	line.source = "a third phone";
	CHECK_OK(line_build(&line, &two, &again.lines[1].hash, &err), err);
	again.lines[1].json = BYTES_OF(two);
	again.lines[0].kind = again.lines[1].kind = LINE_SOURCE;
	CHECK_OK(act_run(vault, &spec, &done, &err), err);
	json_decref(facts);
}

/* Each entry has the line that it names; who may not open the case sees nothing of it. */
static void
test_presented_again(void)
{
	evidence_new(&evidence, 2);
	present_again(2, RIGHT);
	for (int again = 0; again < 2; again++) { /* then with the catalogue filled */
		custody(&evidence.lead, CASE "/1");
		CHECK_INT(seen.n, 3);
		CHECK_STR(seen.events[0].source, "-");
		CHECK_INT(seen.events[0].received, 0);
		CHECK_STR(seen.events[1].event, "presented-again");
		CHECK_STR(seen.events[1].source, "a second phone");
		CHECK_STR(seen.events[1].facts,
			  "{\"amana\":{\"presented_as\":\"copy.txt\"}}");
		CHECK_INT(seen.events[1].received, 1700000000);
		CHECK_STR(seen.events[2].source, "a third phone");
		CHECK(!seen.events[1].sealed_missing && !seen.events[2].sealed_missing);
	}
	custody(&evidence.depositor, CASE "/1");
	CHECK_INT(seen.n, 3);
	CHECK_STR(seen.events[1].source, "-");
	CHECK_STR(seen.events[1].facts, "-");
	CHECK_INT(seen.events[1].received, 0);
	office_done(&evidence.office);
}

/* A source line of something else is tampering, for all who can see that it is. */
static void
test_wrong_source(enum wrong wrong, bool auditor_sees)
{
	char exhibit[48];

	evidence_new(&evidence, 2);
	present_again(1, wrong);
	custody(&evidence.lead, CASE "/1");
	CHECK_INT(seen.n, 2);
	CHECK(!seen.events[0].sealed_missing && seen.events[1].sealed_missing);
	CHECK_STR(seen.events[1].source, "-");
	exhibit_id(&evidence.founder, 0, false, exhibit);
	custody(&evidence.founder, exhibit);
	CHECK_INT(seen.n, 2);
	CHECK(seen.events[1].sealed_missing == auditor_sees);
	office_done(&evidence.office);
}

static void
test_source_of_another_exhibit(void)
{
	test_wrong_source(OTHER_EXHIBIT, true);
}

static void
test_source_of_another_object(void)
{
	test_wrong_source(OTHER_OBJECT, true);
}

static void
test_source_of_another_recipient(void)
{
	test_wrong_source(OTHER_RECIPIENT, false);
}

int
main(void)
{
	RUN(test_presented_again);
	RUN(test_source_of_another_exhibit);
	RUN(test_source_of_another_object);
	RUN(test_source_of_another_recipient);
	free(seen.events);
	return 0;
}
