/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_core.h"

#include "base/queue.h"
#include "session/names.h"
#include "session/record.h"
#include "session/sheets.h"
#include "object/object_open.h"

#include <string.h>

/*
 * What only a reader can check: that every exhibit opens, is what its lines say, and that
 * the lines are those that were signed for.  It reads evidence, so it is recorded first
 * (DESIGN.md rule 4), and so is what it finds (rule 7).
 */

#define IN_FLIGHT 8

struct reading_item {
	struct custody_id exhibit;
	char ref[NAMES_REF_MAX];
	bool failed, sealed; /* sealed: to a ring that this person does not hold */
	struct amana_error err;
	struct secret identity;
	struct object_expect expect;
};

struct reading {
	struct verify *verify;
	struct session *session;
	struct custody_id case_id;
	struct sheets_slot slot;
	uint64_t slot_n;   /* loaded; 0: none */
	struct bytes rest; /* its entries from the last one found on */
	struct sheets_act
		act; /* the act sheet of that slot, opened for its first entry */
	bool has_act;
	struct entry *entry; /* room for one */

	struct reading_item *items; /* of one act of records */
	size_t n;
	uint64_t n_total, n_done, n_good, n_failed, n_sealed;

	struct queue *jobs, *done;
	struct workers *workers;
	size_t n_out;
	atomic_bool stop;
	_Atomic uint64_t bytes_done;
};

/* ---- what one exhibit's sheets must hold ---- */

/* sheets_open_exhibit has looked at one line of each kind, and that nothing else is in
 * the sheet: here that none of the lines is missing. */
static int
check_exhibit_lines(const struct entry *entry, const struct sheet *sheet,
		    struct amana_error *err)
{
	struct bytes json;

	for (size_t i = 0; i < entry->n_lines; i++)
		if (line_is_of_exhibit(entry->lines[i].kind) &&
		    sheet_find(sheet, &entry->lines[i].hash, &json) < 0)
			return err_set(
				err, AMANA_E_TAMPERED,
				"its %s line that %s signed for is not in its sheet",
				line_kind_name(entry->lines[i].kind), entry->actor.text);
	return 0;
}

/* The custody and reason lines: an act has them once for all its entries. */
static int
check_act_lines(struct reading *reading, const struct entry *entry,
		struct amana_error *err)
{
	int r;

	if (!reading->has_act) {
		r = sheets_open_act(reading->session, &reading->slot, entry,
				    &reading->act, err);
		if (r != 0)
			return r < 0 ? -1 : 0; /* destroyed by an erasure, or sealed to
						  others */
		reading->has_act = true;
	}
	for (size_t i = 0; i < entry->n_lines; i++) {
		struct bytes json;

		if (!line_is_of_exhibit(entry->lines[i].kind) &&
		    sheet_find(&reading->act.sheet, &entry->lines[i].hash, &json) < 0)
			return err_set(
				err, AMANA_E_TAMPERED,
				"its line '%s' that %s signed for is not in the act's sheet",
				line_kind_name(entry->lines[i].kind), entry->actor.text);
	}
	return 0;
}

static int
load_slot(struct reading *reading, uint64_t n, struct amana_error *err)
{
	if (reading->slot_n == n)
		return 0;
	reading->slot_n = 0;
	sheets_act_done(&reading->act);
	reading->has_act = false;
	if (sheets_slot_load(reading->session, n, &reading->slot, err) < 0)
		return -1;
	reading->slot_n = n;
	reading->rest = reading->slot.parts.entries;
	return 0;
}

/* The deposit of an exhibit, into reading->entry.  By number, deposits come in the order
 * in which they stand in the slot, so the search goes on where the last one ended.  1:
 * the slot has none. */
static int
find_deposit(struct reading *reading, const struct subject *subject,
	     struct amana_error *err)
{
	struct bytes raw;
	int r;

	for (int round = 0; round < 2; round++) {
		while ((r = batch_next(&reading->rest, &raw, err)) == 0) {
			if (entry_decode(raw, reading->entry, err) < 0)
				return -1;
			if (reading->entry->event == 1 &&
			    subject_equal(&reading->entry->subject, subject))
				return 0;
		}
		if (r < 0)
			return -1;
		reading->rest = reading->slot.parts.entries;
	}
	return 1;
}

/* 0: ready for a worker, or (no object) done; SHEETS_NOT_MINE; -1: a finding. */
static int
open_item(struct reading *reading, struct reading_item *item, bool *ret_has_object,
	  struct amana_error *err)
{
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(reading->session), &item->exhibit);
	struct subject subject = subject_exhibit(&item->exhibit);
	int r;

	if (exhibit == NULL || load_slot(reading, exhibit->deposited_in, err) < 0)
		return exhibit == NULL
			       ? err_bug(err, "an exhibit that the state does not have")
			       : -1;
	r = find_deposit(reading, &subject, err);
	if (r != 0)
		return r < 0 ? -1
			     : err_bug(err, "a deposit that its batch does not have");
	r = sheets_open_exhibit(reading->session, &reading->slot, reading->entry, &opened,
				err);
	if (r == SHEETS_DESTROYED)
		return err_set(err, AMANA_E_TAMPERED,
			       "its sheet is gone, though it was not disposed of");
	if (r != 0)
		return r;
	if (check_exhibit_lines(reading->entry, &opened.sheet, err) < 0 ||
	    check_act_lines(reading, reading->entry, err) < 0)
		return -1;
	*ret_has_object = exhibit->has_object;
	if (!exhibit->has_object)
		return 0;
	if (!opened.has_content)
		return err_set(err, AMANA_E_TAMPERED, "no line says what its content is");
	item->expect = (struct object_expect){.object = exhibit->object,
					      .size = opened.content.size,
					      .sha256 = opened.content.sha256};
	item->identity = opened.sheet.identity;
	opened.sheet.identity = (struct secret)SECRET_INIT;
	return 0;
}

/* ---- on the workers' threads ---- */

static void
count_bytes(void *arg, uint64_t more)
{
	struct reading *reading = arg;

	atomic_fetch_add(&reading->bytes_done, more);
}

static void
work(void *arg)
{
	struct reading *reading = arg;
	const struct monitor monitor = {
		.cancel = &reading->stop, .progress = count_bytes, .arg = reading};
	struct reading_item *item;

	while ((item = queue_take(reading->jobs)) != NULL) {
		const struct object_retrieval retrieval = {
			.store = reading->session->store,
			.identity = &item->identity,
			.expect = &item->expect,
			.check = OBJECT_CHECK_STORED,
			.monitor = &monitor,
		};

		item->failed = object_retrieve(&retrieval, &item->err) < 0;
		if (!queue_put(reading->done, item))
			break;
	}
}

/* ---- one act's worth of exhibits ---- */

static void
finish(struct reading *reading, struct reading_item *item)
{
	const struct state *state = session_state(reading->session);
	const struct state_exhibit *exhibit = state_exhibit(state, &item->exhibit);

	secret_done(&item->identity);
	reading->n_done++;
	reading->n_good += !item->failed && !item->sealed;
	reading->n_sealed += item->sealed;
	if (!item->failed || verify_must_stop(&item->err))
		return;
	reading->n_failed++;
	verify_tell(reading->verify, "contents", AMANA_FAIL,
		    "%s (batch %" PRIu64 " by %s): %s", item->ref, exhibit->deposited_in,
		    state_exhibit_depositor(state, exhibit)->code.text, item->err.msg);
}

static void
take_back(struct reading *reading, bool wait)
{
	const struct amana_config *config = &reading->session->config;
	const struct amana_progress progress = {
		.phase = "opening",
		.done_items = reading->n_done,
		.total_items = reading->n_total,
		.done_bytes = atomic_load(&reading->bytes_done)};
	struct reading_item *item =
		wait ? queue_take_ms(reading->done, 100) : queue_poll(reading->done);

	if (session_cancelled(reading->session))
		atomic_store(&reading->stop, true);
	if (config->progress != NULL)
		config->progress(config->ctx, &progress);
	if (item == NULL)
		return;
	reading->n_out--;
	finish(reading, item);
}

static int
read_items(struct reading *reading, struct amana_error *err)
{
	for (size_t i = 0; i < reading->n && !atomic_load(&reading->stop); i++) {
		struct reading_item *item = &reading->items[i];
		bool has_object = false;
		int r;

		while (reading->n_out >= IN_FLIGHT)
			take_back(reading, true);
		r = open_item(reading, item, &has_object, &item->err);
		item->failed = r < 0;
		item->sealed = r == SHEETS_NOT_MINE;
		if (r != 0 || !has_object) {
			finish(reading, item);
			continue;
		}
		if (!queue_put(reading->jobs, item))
			return err_bug(err, "the work queue is closed");
		reading->n_out++;
		take_back(reading, false);
	}
	while (reading->n_out > 0)
		take_back(reading, true);
	for (size_t i = 0; i < reading->n; i++)
		if (reading->items[i].failed &&
		    verify_must_stop(&reading->items[i].err)) {
			*err = reading->items[i].err;
			return -1;
		}
	if (atomic_load(&reading->stop))
		return err_set(err, AMANA_E_CANCELLED, "stopped");
	return 0;
}

/* Rule 7: this counts as the first reader's check. */
static int
record_results(struct reading *reading, bool failed, struct amana_error *err)
{
	CLEANUP(mem_freep)
	struct custody_id *ids = mem_array(RECORD_ENTRIES, sizeof *ids, err);
	json_t *details;
	size_t n = 0;
	int r;

	if (ids == NULL)
		return -1;
	for (size_t i = 0; i < reading->n; i++) {
		const struct reading_item *item = &reading->items[i];

		if (!item->sealed && item->failed == failed &&
		    (!failed || item->err.code == AMANA_E_TAMPERED))
			ids[n++] = item->exhibit;
	}
	details = json_pack("{s:s,s:s}", "result", failed ? "fail" : "pass", "by",
			    "verify");
	if (details == NULL)
		return err_nomem(err);
	r = record_exhibits(reading->session, &reading->case_id, ids, n,
			    failed ? EVENT_CHECK_FAILED : EVENT_CHECK, NULL, details,
			    err);
	json_decref(details);
	return r;
}

static int
record_reading(struct reading *reading, struct amana_error *err)
{
	CLEANUP(mem_freep)
	struct custody_id *ids = mem_array(RECORD_ENTRIES, sizeof *ids, err);

	if (ids == NULL)
		return -1;
	for (size_t i = 0; i < reading->n; i++)
		ids[i] = reading->items[i].exhibit;
	return record_exhibits(reading->session, &reading->case_id, ids, reading->n,
			       "verify-contents", NULL, NULL, err);
}

static int
read_chunk(struct reading *reading, struct amana_error *err)
{
	struct amana_error quiet = AMANA_ERROR_INIT;

	if (record_reading(reading, err) < 0) {
		if (verify_must_stop(err))
			return -1;
		verify_tell(
			reading->verify, "contents", AMANA_NOT_CHECKED,
			"nothing is read without a record, and none could be made: %s",
			err->msg);
		return 0;
	}
	if (read_items(reading, err) < 0)
		return -1;
	if (record_results(reading, false, &quiet) < 0 ||
	    record_results(reading, true, &quiet) < 0)
		session_notice(reading->session, AMANA_NOTICE_INFO,
			       "the result of the check could not be recorded: %s",
			       quiet.msg);
	return 0;
}

/* ---- a case ---- */

static bool
is_wanted(const struct reading *reading, const struct state_exhibit *exhibit)
{
	return !exhibit->disposed &&
	       (reading->verify->scope != SCOPE_EXHIBIT ||
		custody_id_equal(&exhibit->id, &reading->verify->scope_id));
}

static int
read_case(struct reading *reading, const struct custody_id *case_id,
	  struct amana_error *err)
{
	/* As many as there are now: what comes meanwhile is for another time. */
	uint32_t n = state_case(session_state(reading->session), case_id)->n_exhibits;
	int r = 0;

	reading->case_id = *case_id;
	for (uint32_t number = 1; r == 0 && number <= n;) {
		memset(reading->items, 0, RECORD_ENTRIES * sizeof reading->items[0]);
		reading->n = 0;
		for (; number <= n && reading->n < RECORD_ENTRIES; number++) {
			const struct state_exhibit *exhibit = state_exhibit_numbered(
				session_state(reading->session), case_id, number);
			struct reading_item *item = &reading->items[reading->n];

			if (exhibit == NULL || !is_wanted(reading, exhibit))
				continue;
			item->exhibit = exhibit->id;
			names_exhibit_ref(reading->session, exhibit, item->ref);
			reading->n++;
		}
		if (reading->n > 0)
			r = read_chunk(reading, err);
	}
	return r;
}

/* ---- which cases ---- */

static bool
may_read(const struct session *session, const struct custody_id *case_id,
	 const struct member_code *me)
{
	const struct state_grant *grant =
		state_grant(session_state(session), case_id, me);
	enum grant_kind means = grant != NULL ? state_grant_means(grant) : GRANT_NONE;

	return (means == GRANT_LEAD || means == GRANT_READER) &&
	       !(grant->has_until && grant->until_at < session_now());
}

static uint64_t
count_wanted(const struct reading *reading, const struct custody_id *case_id)
{
	const struct state *state = session_state(reading->session);
	uint32_t n = state_case(state, case_id)->n_exhibits;
	uint64_t wanted = 0;

	for (uint32_t number = 1; number <= n; number++)
		wanted += is_wanted(reading,
				    state_exhibit_numbered(state, case_id, number));
	return wanted;
}

static const struct custody_id *
scope_case(const struct verify *verify, const struct state *state)
{
	const struct state_exhibit *exhibit;

	if (verify->scope == SCOPE_CASE)
		return &verify->scope_id;
	exhibit = state_exhibit(state, &verify->scope_id);
	return exhibit != NULL ? &state_exhibit_case(state, exhibit)->id : NULL;
}

/* Fills ids with the cases to read, and counts those of the vault that are sealed to
 * others. */
static int
choose_cases(struct reading *reading, const struct member_code *me,
	     struct custody_id *ids, size_t *ret_n, uint32_t *ret_sealed,
	     struct amana_error *err)
{
	const struct state *state = session_state(reading->session);
	const struct verify *verify = reading->verify;
	size_t n = 0;

	*ret_sealed = 0;
	for (uint32_t i = 0; i < state_n_cases(state); i++) {
		const struct custody_id *id = &state_case_at(state, i)->id;

		if (verify->scope != SCOPE_ALL) {
			id = scope_case(verify, state);
			if (id == NULL)
				return err_bug(err,
					       "a name that the session does not know");
			i = state_n_cases(state);
		}
		if (may_read(reading->session, id, me)) {
			ids[n++] = *id;
			reading->n_total += count_wanted(reading, id);
		} else if (state_case(state, id)->n_exhibits > 0) {
			++*ret_sealed;
		}
	}
	*ret_n = n;
	return 0;
}

/* Asking for what one has no key for is an attempt, unless it is an auditor's business to
 * ask. */
static void
refuse(struct reading *reading, const struct member_code *me)
{
	const struct verify *verify = reading->verify;
	const struct state *state = session_state(reading->session);
	const struct custody_id *found =
		verify->scope != SCOPE_ALL ? scope_case(verify, state) : NULL;
	struct custody_id case_id;
	struct subject subject;

	if (found == NULL || state_has_role(state, me, ROLE_AUDITOR))
		return;
	case_id = *found;
	subject = verify->scope == SCOPE_EXHIBIT ? subject_exhibit(&verify->scope_id)
						 : subject_case(&case_id);
	act_denied(reading->session, &subject, &case_id, "verify contents");
}

static int
read_cases(struct reading *reading, struct amana_error *err)
{
	CLEANUP(mem_freep) struct custody_id *ids = NULL;
	const struct state_member *member;
	struct member_code me;
	uint32_t n_sealed;
	size_t n;
	int r = 0;

	if (session_member(reading->session, &member, err) < 0) {
		if (verify_must_stop(err))
			return -1;
		verify_tell(reading->verify, "contents", AMANA_NOT_CHECKED, "%s",
			    err->msg);
		return 0;
	}
	me = member->code;
	ids = mem_array(state_n_cases(session_state(reading->session)) + 1, sizeof *ids,
			err);
	if (ids == NULL || choose_cases(reading, &me, ids, &n, &n_sealed, err) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = read_case(reading, &ids[i], err);
	if (r < 0)
		return -1;
	if (n_sealed > 0) {
		verify_tell(
			reading->verify, "contents", AMANA_NOT_CHECKED,
			"%" PRIu32
			" of the cases are sealed to others than %s; a reader or lead "
			"of each can check it",
			n_sealed, me.text);
		if (n == 0)
			refuse(reading, &me);
	}
	if (reading->n_sealed > 0)
		verify_tell(reading->verify, "contents", AMANA_NOT_CHECKED,
			    "%" PRIu64
			    " exhibits are sealed to epochs that %s does not hold",
			    reading->n_sealed, me.text);
	if (reading->n_failed > 0)
		verify_tell(reading->verify, "contents", AMANA_FAIL,
			    "%" PRIu64 " of %" PRIu64 " fail", reading->n_failed,
			    reading->n_total);
	else if (reading->n_good > 0 || n_sealed == 0)
		verify_tell(reading->verify, "contents", AMANA_PASS,
			    "%" PRIu64 " exhibits opened, each is what its lines say",
			    reading->n_good);
	return 0;
}

static int
start(struct reading *reading, struct amana_error *err)
{
	reading->entry = mem_new(sizeof *reading->entry, err);
	reading->items = mem_array(RECORD_ENTRIES, sizeof reading->items[0], err);
	reading->jobs = queue_new(IN_FLIGHT, err);
	reading->done = queue_new(2 * IN_FLIGHT, err);
	if (reading->entry == NULL || reading->items == NULL || reading->jobs == NULL ||
	    reading->done == NULL)
		return -1;
	return workers_start(workers_cores() < 2 ? 1 : 2, work, reading,
			     &reading->workers, err);
}

static void
stop(struct reading *reading)
{
	atomic_store(&reading->stop, true);
	if (reading->jobs != NULL)
		queue_close(reading->jobs);
	workers_join(reading->workers);
	queue_free(reading->jobs);
	queue_free(reading->done);
	for (size_t i = 0; reading->items != NULL && i < reading->n; i++)
		secret_done(&reading->items[i].identity);
	mem_free(reading->items);
	mem_free(reading->entry);
	sheets_act_done(&reading->act);
	sheets_slot_done(&reading->slot);
}

int
verify_contents(struct verify *verify, struct amana_error *err)
{
	struct reading reading = {
		.verify = verify, .slot = SHEETS_SLOT_INIT, .act = SHEETS_ACT_INIT};
	int r;

	if (!verify->request->contents) {
		verify_tell(verify, "contents", AMANA_NOT_CHECKED,
			    "not opened (a reader may add --contents)");
		return 0;
	}
	if (verify_session(verify, err) < 0) {
		if (verify_must_stop(err))
			return -1;
		verify_tell(verify, "contents", AMANA_NOT_CHECKED, "%s", err->msg);
		return 0;
	}
	reading.session = verify->session;
	r = start(&reading, err);
	if (r == 0)
		r = read_cases(&reading, err);
	stop(&reading);
	return r;
}
