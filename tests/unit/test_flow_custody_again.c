/* SPDX-License-Identifier: Apache-2.0 */
#include "custody_fixture.h"

#include "session/act.h"
#include "session/sheets.h"

/* Where from an exhibit was presented again, in its chain of custody. */

struct again {
	struct custody_id about; /* the exhibit of the entries */
	struct hash lines[2];
	size_t n_lines;
	struct act_sheet private; /* holds the lines */
};

/* A record for each line; all name the one private sheet. */
static int
prepare_sources(struct act *act, const struct state *state, void *arg,
		struct amana_error *e)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, e);
	const struct again *again = arg;
	struct subject subject = subject_exhibit(&again->about);
	const struct custody_id *case_id =
		&state_exhibit_case(state, state_exhibit(state, &again->about))->id;

	CHECK(entry != NULL);
	for (size_t i = 0; i < again->n_lines; i++) {
		act_entry_init(entry, ACT_RECORD, &subject, case_id);
		CHECK_INT(entry_add_line(entry, LINE_SOURCE, &again->lines[i]), 0);
		entry->has_private = true;
		entry->private_sheet = again->private.hash;
		CHECK_OK(act_add(act, entry, i == 0 ? &again->private : NULL, e), *e);
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

static struct age_recipient again_ring; /* of the case */

enum wrong { RIGHT, OTHER_EXHIBIT, OTHER_OBJECT, OTHER_RECIPIENT };

static void
build_lines(const struct line *right, size_t n_lines, struct again *again,
	    struct buf *file)
{
	CLEANUP(line_text_done) struct buf one = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_text_done) struct buf two = BUF_INIT(LINE_BYTES_MAX);
	struct line line = *right;
	struct bytes lines[2];
	const struct sheet_content content = {.lines = lines, .n_lines = n_lines};

	line.source = "a second phone";
	CHECK_OK(line_build(&line, &one, &again->lines[0], &err), err);
	line.source = "a third phone";
	CHECK_OK(line_build(&line, &two, &again->lines[1], &err), err);
	lines[0] = BYTES_OF(one);
	lines[1] = BYTES_OF(two);
	again->n_lines = n_lines;
	CHECK_OK(sheet_seal(&content, &again_ring, 1, file, &again->private.hash, &err),
		 err);
	again->private.file = BYTES_OF(*file);
}

/* The reader says that exhibit 1 was presented again, with that many source lines, of
 * which something is wrong. */
static void
present_again(size_t n_lines, enum wrong wrong)
{
	CLEANUP(session_closep) struct session *vault = person_open(&evidence.reader);
	CLEANUP(buf_done) struct buf file = BUF_INIT(SHEET_FILE_MAX);
	const struct state *state = session_state(vault);
	const struct custody_id case_id = state_case_at(state, 0)->id;
	const struct state_exhibit *first = state_exhibit_at(state, 0),
				   *other = state_exhibit_at(state, 1);
	json_t *facts = json_pack("{s:{s:s}}", "amana", "presented_as", "copy.txt");
	struct line line = {.kind = LINE_SOURCE,
			    .has_received = true,
			    .received_at = 1700000000,
			    .facts = facts};
	struct again again = {.about = first->id};
	struct act_spec spec = {.case_id = &case_id,
				.event = EVENT_PRESENTED_AGAIN,
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
	again_ring =
		*state_ring_recipient(state, &case_id, state_ring_epoch(state, &case_id));
	build_lines(&line, n_lines, &again, &file);
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

/* A source line of something else is tampering, for those who read the case; an auditor
 * opens no source line. */
static void
test_wrong_source(enum wrong wrong)
{
	char exhibit[48];

	evidence_new(&evidence, 2);
	present_again(1, wrong);
	custody(&evidence.lead, CASE "/1");
	CHECK_INT(seen.n, 2);
	CHECK(!seen.events[0].sealed_missing && seen.events[1].sealed_missing);
	CHECK_STR(seen.events[1].source, "-");
	CHECK_INT(evidence.lead.n_notices[AMANA_NOTICE_TAMPERED], 1);
	CHECK(strstr(evidence.lead.notice[AMANA_NOTICE_TAMPERED], "R-003") != NULL);
	exhibit_id(&evidence.founder, 0, false, exhibit);
	custody(&evidence.founder, exhibit);
	CHECK_INT(seen.n, 2);
	CHECK(!seen.events[1].sealed_missing);
	CHECK_STR(seen.events[1].event, "presented-again");
	CHECK_STR(seen.events[1].source, "-");
	CHECK_INT(seen.events[1].received, 0);
	CHECK_INT(evidence.founder.n_notices[AMANA_NOTICE_TAMPERED], 0);
	office_done(&evidence.office);
}

static void
test_source_of_another_exhibit(void)
{
	test_wrong_source(OTHER_EXHIBIT);
}

static void
test_source_of_another_object(void)
{
	test_wrong_source(OTHER_OBJECT);
}

static void
test_source_of_another_recipient(void)
{
	test_wrong_source(OTHER_RECIPIENT);
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
