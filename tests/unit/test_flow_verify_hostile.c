/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"

#include "custody/bundle.h"
#include "custody/line.h"
#include "custody/sheet.h"
#include "session/act.h"

/* Members who sign for what they do not deliver, and what the log destroyed: hashes alone
 * do not tell these. */

static struct evidence evidence;
static struct person stranger;
static struct findings findings;
static struct amana_error err;

static const struct amana_verify with_bytes = {.bytes = true},
				 with_contents = {.contents = true};

/* ---- bundles that are not what the entries say ---- */

enum lie { LIE_NONE, LIE_OTHER_SHEET, LIE_MORE, LIE_BLANK, LIE_NO_BUNDLE_FORM };

static void
add_random(struct buf *bundle, struct hash *ret_hash)
{
	uint8_t sheet[300];

	random_bytes(sheet, sizeof sheet);
	hash_of(sheet, sizeof sheet, ret_hash);
	CHECK_OK(bundle_add(bundle, (struct bytes){sheet, sizeof sheet}, &err), err);
}

static void
make_bundle(enum lie lie, struct buf *bundle, struct hash *ret_sheet)
{
	struct hash other;

	add_random(bundle, ret_sheet);
	if (lie == LIE_OTHER_SHEET)
		hash_of("other", 5, ret_sheet);
	if (lie == LIE_MORE)
		add_random(bundle, &other);
	if (lie == LIE_BLANK) {
		buf_clear(bundle);
		CHECK_OK(bundle_add_destroyed(bundle, &err), err);
	}
	if (lie == LIE_NO_BUNDLE_FORM)
		bundle->len--;
}

static void
sign_slot(struct session *vault, struct entry *entry, const struct hash *bundle)
{
	CLEANUP(buf_done) struct buf raw = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf entries = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	const struct state *state = session_state(vault);
	struct merkle_frontier frontier = *state_frontier(state);
	struct batch_note note = {.n = state_slot(state) + 1,
				  .prev = *state_head(state),
				  .before = frontier.size,
				  .after = frontier.size + 1,
				  .has_bundle = true,
				  .bundle = *bundle};
	struct hash leaf;

	custody_id_random(&note.nonce);
	entry->prev = note.prev;
	CHECK_OK(entry_encode(entry, &raw, &err), err);
	CHECK_OK(batch_add(&entries, BYTES_OF(raw), &err), err);
	entry_leaf(BYTES_OF(raw), &leaf);
	merkle_append(&frontier, &leaf);
	merkle_root(&frontier, &note.root);
	CHECK_OK(batch_sign(&(struct batch_signing){.note = &note,
						    .origin = state_origin(state),
						    .entries = BYTES_OF(entries),
						    .code = &entry->actor,
						    .seed = &vault->identity.seed},
			    &slot, &err),
		 err);
	CHECK_INT(store_put(vault->store, store_name_slot(note.n).text, BYTES_OF(slot),
			    true, &err),
		  0);
}

/* A `record` that the state allows, with a bundle that no honest writer would put. */
static void
put_lie(struct person *by, enum lie lie)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	CLEANUP(buf_done) struct buf bundle = BUF_INIT(BUNDLE_MAX);
	const struct state *state = session_state(vault);
	struct custody_id case_id = state_case_at(state, 0)->id;
	struct subject subject = subject_case(&case_id);
	const struct state_member *me;
	struct hash line, sheet, name;

	CHECK_OK(session_member(vault, &me, &err), err);
	make_bundle(lie, &bundle, &sheet);
	hash_of(bundle.data, bundle.len, &name);
	CHECK_INT(store_put(vault->store, store_name_lines(&name).text, BYTES_OF(bundle),
			    true, &err),
		  0);
	hash_of("line", 4, &line);
	entry_init(entry, ACT_RECORD, &subject);
	entry->at = session_now();
	entry->actor = me->code;
	entry->own.sealing =
		(struct act_sealing){.in_case = true,
				     .case_id = case_id,
				     .epoch = state_ring_epoch(state, &case_id),
				     .audit_epoch = state_ring_epoch(state, NULL)};
	CHECK(state_next_event(state, &subject, &entry->event, &entry->before));
	CHECK_INT(entry_add_line(entry, LINE_CUSTODY, &line), 0);
	CHECK_INT(entry_add_sheet(entry, &sheet), 0);
	sign_slot(vault, entry, &name);
}

static void
test_bundles_that_lie(void)
{
	static const struct {
		enum lie lie;
		const char *said;
	} lies[] = {{LIE_OTHER_SHEET, "not the one that its entry names"},
		    {LIE_MORE, "holds 2 sheets"},
		    {LIE_BLANK, "blank"},
		    {LIE_NO_BUNDLE_FORM, "R-003"}};

	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		evidence_new(&evidence, 0);
		stranger_config(&evidence, &stranger);
		put_lie(&evidence.reader, LIE_NONE);
		verify(&stranger.config, with_bytes, &findings);
		CHECK(findings.result.ok);
		put_lie(&evidence.reader, lies[i].lie);
		verify(&stranger.config, with_bytes, &findings);
		CHECK_HAS(&findings, "bundles", AMANA_FAIL, lies[i].said);
		CHECK_HAS(&findings, "bundles", AMANA_FAIL, "R-003");
		office_done(&evidence.office);
	}
}

/* ---- deposits whose sheets do not hold what was signed for ---- */

enum sheet_lie {
	SHEET_GOOD,
	SHEET_WITHOUT_LINE,
	SHEET_WITH_ANOTHER,
	SHEET_OF_OTHER,
	SHEET_SECOND
};

struct depositing {
	enum sheet_lie lie;
	struct custody_id case_id, exhibit;
	struct buf sheet;
	struct hash lines[3];
};

static void
add_line(struct buf *json, struct line *line, struct hash *ret_hash)
{
	CHECK_OK(line_build(line, json, ret_hash, &err), err);
}

/* A deposit made by hand, all of it right but for one thing. */
static void
make_sheet(struct session *vault, struct depositing *depositing)
{
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	CLEANUP(line_text_done) struct buf about = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_text_done) struct buf source = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_text_done) struct buf extra = BUF_INIT(LINE_BYTES_MAX);
	struct bytes lines[3];
	size_t n = 0;
	struct hash ignored;
	struct line line = {.kind = LINE_ABOUT, .type = "other"};
	const struct state *state = session_state(vault);
	const struct age_recipient *ring =
		state_ring_recipient(state, &depositing->case_id,
				     state_ring_epoch(state, &depositing->case_id));

	CHECK_OK(age_identity_new(&identity, &err), err);
	line.bond.vault = *log_fingerprint(vault->log);
	line.bond.in_case = true;
	line.bond.case_id = depositing->case_id;
	snprintf(line.bond.actor.text, sizeof line.bond.actor.text, "%s", vault->who);
	line.bond.exhibit = depositing->exhibit;
	if (depositing->lie == SHEET_OF_OTHER)
		line.bond.exhibit.bytes[0] ^= 1;
	age_identity_recipient(&identity, &line.bond.recipient);
	line.name = BYTES_STR("a thing");
	add_line(&about, &line, &depositing->lines[0]);
	line.kind = LINE_SOURCE;
	line.source = "found";
	add_line(&source, &line, &depositing->lines[1]);
	line.source = "another";
	add_line(&extra, &line, &ignored);
	lines[n++] = BYTES_OF(about);
	if (depositing->lie != SHEET_WITHOUT_LINE)
		lines[n++] = BYTES_OF(source);
	if (depositing->lie == SHEET_WITH_ANOTHER)
		lines[n++] = BYTES_OF(extra);
	depositing->sheet = (struct buf)BUF_INIT(SHEET_FILE_MAX);
	if (depositing->lie ==
	    SHEET_SECOND) /* a second of its kind, behind the first, in no sheet */
		memset(&depositing->lines[2], 0xff, sizeof depositing->lines[2]);
	CHECK_OK(sheet_seal(&(struct sheet_content){lines, n, &identity}, ring, 1,
			    &depositing->sheet, &ignored, &err),
		 err);
}

static int
prepare_deposit(struct act *act, const struct state *state, void *arg,
		struct amana_error *e)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, e);
	const struct depositing *depositing = arg;
	struct subject subject = subject_exhibit(&depositing->exhibit);
	struct act_sheet sheet = {.file = BYTES_OF(depositing->sheet)};

	(void)state;
	CHECK(entry != NULL);
	hash_of(sheet.file.data, sheet.file.len, &sheet.hash);
	entry_init(entry, ACT_DEPOSIT, &subject);
	entry->own.sealing.in_case = true;
	entry->own.sealing.case_id = depositing->case_id;
	CHECK_INT(entry_add_line(entry, LINE_ABOUT, &depositing->lines[0]), 0);
	CHECK_INT(entry_add_line(entry, LINE_SOURCE, &depositing->lines[1]), 0);
	if (depositing->lie == SHEET_SECOND)
		CHECK_INT(entry_add_line(entry, LINE_SOURCE, &depositing->lines[2]), 0);
	return act_add(act, entry, &sheet, e);
}

static void
deposit_thing(struct person *by, enum sheet_lie lie)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	struct depositing depositing = {.lie = lie};
	struct act_spec spec = {
		.event = EVENT_DEPOSIT, .prepare = prepare_deposit, .arg = &depositing};
	struct act_done done;

	CHECK_OK(session_identity(vault, &err), err);
	depositing.case_id = state_case_at(session_state(vault), 0)->id;
	spec.case_id = &depositing.case_id;
	custody_id_random(&depositing.exhibit);
	make_sheet(vault, &depositing);
	CHECK_OK(act_run(vault, &spec, &done, &err), err);
	buf_done(&depositing.sheet);
}

static void
test_sheets_that_lie(void)
{
	static const struct {
		enum sheet_lie lie;
		const char *said;
	} lies[] = {{SHEET_WITHOUT_LINE, "not in its sheet"},
		    {SHEET_WITH_ANOTHER, "did not sign for"},
		    {SHEET_OF_OTHER, "exhibit"},
		    {SHEET_SECOND, "not in its sheet"}};

	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		evidence_new(&evidence, 0);
		deposit_thing(&evidence.depositor, SHEET_GOOD);
		verify(&evidence.reader.config, with_contents, &findings);
		CHECK_HAS(&findings, "contents", AMANA_PASS, "1 exhibit opened");
		deposit_thing(&evidence.depositor, lies[i].lie);
		verify(&evidence.reader.config, with_bytes, &findings);
		CHECK(findings.result.ok);
		verify(&evidence.reader.config, with_contents, &findings);
		CHECK_HAS(&findings, "contents", AMANA_FAIL, lies[i].said);
		CHECK_HAS(&findings, "contents", AMANA_FAIL, "D-004");
		CHECK_HAS(&findings, "contents", AMANA_FAIL, "1 of 2");
		office_done(&evidence.office);
	}
}

/* ---- what the log destroyed ---- */

struct disposing {
	struct session *vault;
	struct custody_id exhibit, case_id;
	uint64_t batch; /* of the deposit, which alone names its two sheets */
	struct hash object, named, now, sheets[2];
	struct hash proposal;
	struct buf blank; /* the bundle without it */
};

static void
fill_blanks(const struct disposing *disposing, struct act_destroy *destroy)
{
	destroy->n_bundles = destroy->n_strikes = 0;
	destroy->n_sheets = 2;
	for (size_t i = 0; i < 2; i++)
		destroy->sheets[i] = (struct entry_sheet_pair){
			.was = disposing->sheets[i], .gone = true};
}

static void
dispose_act(struct person *by, struct disposing *disposing, enum action action)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	struct subject subject = subject_exhibit(&disposing->exhibit);
	const struct act_spec spec = {.case_id = &disposing->case_id,
				      .event = EVENT_APPROVE,
				      .reason = "by order",
				      .entry = entry};
	struct act_done done;

	entry_init(entry, action, &subject);
	if (action == ACT_PROPOSE) {
		entry->proposed = ACT_DISPOSE;
		fill_blanks(disposing, &entry->own.destroy);
	}
	if (action == ACT_APPROVE) {
		entry->own.approve.proposal = disposing->proposal;
		entry->own.approve.yes = true;
	}
	if (action == ACT_DISPOSE) {
		struct act_destroy *destroy = &entry->own.destroy;

		fill_blanks(disposing, destroy);
		destroy->proposal = disposing->proposal;
		destroy->n_bundles = 1;
		destroy->bundles[0] =
			(struct entry_bundle_pair){.batch = disposing->batch,
						   .was = disposing->named,
						   .is = disposing->now};
	}
	CHECK_OK(session_identity(vault, &err), err);
	CHECK_OK(act_run(vault, &spec, &done, &err), err);
	if (action == ACT_PROPOSE) {
		const struct state *state = session_state(vault);

		disposing->proposal =
			state_proposal_at(state, state_n_proposals(state) - 1)->leaf;
	}
}

static void
find_deposit(struct person *by, struct disposing *disposing)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(BUNDLE_MAX);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	CLEANUP(bundle_done) struct bundle bundle = BUNDLE_INIT;
	const struct state *state = session_state(vault);
	const struct state_exhibit *exhibit = state_exhibit_at(state, 0);
	struct batch_parts parts;
	struct batch_note note;
	struct bytes raw;

	disposing->exhibit = exhibit->id;
	disposing->case_id = state_exhibit_case(state, exhibit)->id;
	disposing->object = exhibit->object;
	CHECK_OK(log_load_slot(vault->log, exhibit->deposited_in, &slot, &err), err);
	CHECK_OK(batch_split(BYTES_OF(slot), &parts, &err), err);
	CHECK_OK(batch_note_decode(parts.text, NULL, &note, &err), err);
	CHECK_OK(batch_next(&parts.entries, &raw, &err), err);
	CHECK_OK(entry_decode(raw, entry, &err), err);
	disposing->named = note.bundle;
	CHECK_INT(entry->n_sheets, 2);
	disposing->batch = exhibit->deposited_in;
	for (size_t i = 0; i < 2; i++)
		disposing->sheets[i] = entry->sheets[i];
	if (memcmp(entry->sheets[0].bytes, entry->sheets[1].bytes, HASH_LEN) > 0) {
		disposing->sheets[0] = entry->sheets[1];
		disposing->sheets[1] = entry->sheets[0];
	}
	CHECK_OK(session_bundle(vault, exhibit->deposited_in, &bytes, &err), err);
	CHECK_OK(bundle_parse(BYTES_OF(bytes), &bundle, &err), err);
	disposing->blank = (struct buf)BUF_INIT(BUNDLE_MAX);
	CHECK_INT(bundle.n, 2);
	CHECK_OK(bundle_add_destroyed(&disposing->blank, &err), err);
	CHECK_OK(bundle_add_destroyed(&disposing->blank, &err), err);
	CHECK_OK(bundle_end_at_random(&disposing->blank, &err), err);
	hash_of(disposing->blank.data, disposing->blank.len, &disposing->now);
}

static void
vault_path(const char *name, char out[2 * OFFICE_PATH])
{
	snprintf(out, 2 * OFFICE_PATH, "%s/%s", evidence.office.vault, name);
}

static void
test_disposed(void)
{
	struct disposing disposing = {.vault = NULL};
	char old[2 * OFFICE_PATH], now[2 * OFFICE_PATH], object[2 * OFFICE_PATH],
		folder[2 * OFFICE_PATH];

	evidence_new(&evidence, 2);
	stranger_config(&evidence, &stranger);
	find_deposit(&evidence.lead, &disposing);
	vault_path(store_name_lines(&disposing.named).text, old);
	vault_path(store_name_lines(&disposing.now).text, now);
	vault_path(store_name_object(&disposing.object).text, object);
	dispose_act(&evidence.lead, &disposing, ACT_PROPOSE);
	dispose_act(&evidence.founder, &disposing, ACT_APPROVE);
	dispose_act(&evidence.lead, &disposing, ACT_DISPOSE);

	/* said, and not yet done: the new bundle is missing, which is a failure */
	verify(&stranger.config, with_bytes, &findings);
	CHECK_HAS(&findings, "bundles", AMANA_FAIL, "rewritten since");
	snprintf(folder, sizeof folder, "%s", now);
	*strrchr(folder, '/') = 0;
	(void)mkdir(folder, 0700);
	replace_file(now, disposing.blank.data, disposing.blank.len);
	verify(&stranger.config, with_bytes, &findings);
	CHECK(findings.result.ok);
	CHECK_HAS(&findings, "removals", AMANA_PASS, strrchr(old, '/') + 1);
	CHECK_HAS(&findings, "removals", AMANA_PASS, strrchr(object, '/') + 1);
	CHECK_HAS(&findings, "removals", AMANA_PASS, "pending");
	CHECK_HAS(&findings, "orphans", AMANA_PASS, "0 objects and 0 bundles");
	/* done */
	CHECK_INT(unlink(old), 0);
	CHECK_INT(unlink(object), 0);
	verify(&stranger.config, with_bytes, &findings);
	CHECK(findings.result.ok);
	CHECK_HAS(&findings, "removals", AMANA_PASS, "nothing is left");
	verify(&evidence.reader.config, with_contents, &findings);
	CHECK_HAS(&findings, "contents", AMANA_PASS, "1 exhibit opened");
	/* the sheet that is gone by the log put back into a bundle of that name: other
	 * bytes, other hash */
	disposing.blank.data[5] ^= 1;
	replace_file(now, disposing.blank.data, disposing.blank.len);
	verify(&stranger.config, with_bytes, &findings);
	CHECK_HAS(&findings, "bundles", AMANA_FAIL, "bytes are not those of its name");
	buf_done(&disposing.blank);
	office_done(&evidence.office);
}

int
main(void)
{
	RUN(test_bundles_that_lie);
	RUN(test_sheets_that_lie);
	RUN(test_disposed);
	return 0;
}
