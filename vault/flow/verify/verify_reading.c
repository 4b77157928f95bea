/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_reading.h"

#include "base/queue.h"
#include "flow/verify/verify_bytes.h"
#include "session/exhibit_key.h"
#include "session/names.h"
#include "session/record.h"
#include "session/sheets.h"

#include <string.h>

/*
 * Evidence is read here, so the reading is recorded first (docs/DESIGN.md rule 4), and
 * what it finds is recorded afterwards, as the check of whoever reads an exhibit first
 * (rule 7).  One act holds the records of RECORD_ENTRIES exhibits: so many are taken at a
 * time.  The thread that verifies opens the sheets, one after the other; the workers read
 * the objects.
 */

#define IN_FLIGHT 8 /* items that are with the workers, at most */

struct item { /* one exhibit */
	struct custody_id exhibit;
	char ref[NAMES_REF_MAX];
	bool failed; /* err says why */
	bool sealed; /* to an epoch of the ring that this person does not hold */
	bool lost;   /* failed, and declared lost: no failure */
	bool erased; /* its sheet: there is nothing to open any more */
	struct amana_error err;

	/* For the worker: what opens the object, and what it must be. */
	struct secret identity;
	struct object_expect expect;
};

struct verify_reading {
	struct verify *verify;
	struct session *session;   /* verify->session */
	struct custody_id case_id; /* the case that is being read */

	/* Where the exhibit's deposit stands in the log. */
	struct sheets_slot slot;
	uint64_t slot_n;       /* the slot that is loaded; 0: none */
	struct bytes rest;     /* its entries behind the one that was found last */
	struct sheets_act act; /* the act sheet of that slot, if has_act */
	bool has_act;
	struct entry *entry; /* room for one */

	struct item *items; /* RECORD_ENTRIES of them, n in use */
	size_t n;
	struct verify_counts *counts;

	struct queue *jobs, *done; /* items, to the workers and back */
	struct workers *workers;
	size_t n_out; /* items that are with the workers */
	atomic_bool stop;
	_Atomic uint64_t bytes_done;
};

/* ---- what one exhibit's sheets must hold ---- */

static bool
is_struck(const struct verify_reading *reading, const struct hash *line)
{
	return state_line_struck(session_state(reading->session), reading->slot.n, line);
}

/* sheets_open_exhibit has made sure that the sheet holds at most one line of each kind
 * and nothing else.  What is left to see is that none of the lines is missing. */
static int
check_exhibit_lines(const struct verify_reading *reading, const struct entry *entry,
		    const struct sheet *sheet, struct amana_error *err)
{
	struct bytes json;

	for (size_t i = 0; i < entry->n_lines; i++)
		if (line_is_of_exhibit(entry->lines[i].kind) &&
		    sheet_find(sheet, &entry->lines[i].hash, &json) < 0 &&
		    !is_struck(reading, &entry->lines[i].hash))
			return err_set(
				err, AMANA_E_TAMPERED,
				"its %s line that %s signed for is not in its sheet",
				line_kind_name(entry->lines[i].kind), entry->actor.text);
	return 0;
}

/* The custody and reason lines, which an act has once for all its entries: its sheet is
 * opened for the first of them. */
static int
check_act_lines(struct verify_reading *reading, const struct entry *entry,
		struct amana_error *err)
{
	int r;

	if (!reading->has_act) {
		r = sheets_open_act(reading->session, &reading->slot, entry,
				    &reading->act, err);
		if (r != 0)
			/* > 0: an erasure destroyed it, or it is sealed to others */
			return r < 0 ? -1 : 0;
		reading->has_act = true;
	}
	for (size_t i = 0; i < entry->n_lines; i++) {
		struct bytes json;

		if (!line_is_of_exhibit(entry->lines[i].kind) &&
		    sheet_find(&reading->act.sheet, &entry->lines[i].hash, &json) < 0 &&
		    !is_struck(reading, &entry->lines[i].hash))
			return err_set(
				err, AMANA_E_TAMPERED,
				"its line '%s' that %s signed for is not in the act's sheet",
				line_kind_name(entry->lines[i].kind), entry->actor.text);
	}
	return 0;
}

static int
load_slot(struct verify_reading *reading, uint64_t n, struct amana_error *err)
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

/* Reads the entry that deposited the exhibit into reading->entry.  Exhibits are taken by
 * number, and in that order their deposits stand in the slot: so the search goes on where
 * the last one ended, and only then from the beginning.  1: the slot has no such entry.
 */
static int
find_deposit(struct verify_reading *reading, const struct subject *subject,
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

/* Opens the exhibit's sheet and looks at its lines.  0: all is well so far;
 * *ret_has_object says whether there is an object for a worker to read.  SHEETS_NOT_MINE:
 * it is sealed to others.  SHEETS_DESTROYED: an erasure has left nothing to open it with.
 * -1: a finding. */
static int
open_item(struct verify_reading *reading, struct item *item, bool *ret_has_object,
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
	if (r != 0)
		return r;
	if (check_exhibit_lines(reading, reading->entry, &opened.sheet, err) < 0 ||
	    check_act_lines(reading, reading->entry, err) < 0)
		return -1;
	*ret_has_object = exhibit->has_object;
	if (!exhibit->has_object)
		return 0;
	if (!opened.has_content)
		return err_set(err, AMANA_E_TAMPERED, "no line says what its content is");
	if (exhibit_expect(exhibit, &opened, item->ref, &item->expect, err) < 0 ||
	    object_expect_keep(&item->expect, err) < 0)
		return -1;
	item->identity = opened.sheet.identity;
	opened.sheet.identity = (struct secret)SECRET_INIT;
	return 0;
}

/* ---- on the workers' threads ---- */

static void
count_bytes(void *arg, uint64_t more)
{
	struct verify_reading *reading = arg;

	atomic_fetch_add(&reading->bytes_done, more);
}

/* A worker's thread. */
static void
work(void *arg)
{
	struct verify_reading *reading = arg;
	const struct monitor monitor = {
		.cancel = &reading->stop, .progress = count_bytes, .arg = reading};
	struct item *item;

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

/* ---- the exhibits of one act of records ---- */

/* The item is done: it is counted, and told if it failed. */
static void
finish(struct verify_reading *reading, struct item *item)
{
	const struct state *state = session_state(reading->session);
	const struct state_exhibit *exhibit = state_exhibit(state, &item->exhibit);

	secret_done(&item->identity);
	object_expect_done(&item->expect);
	item->lost =
		item->failed && item->err.code == AMANA_E_TAMPERED &&
		exhibit->has_object &&
		state_lost_for(state, &item->exhibit, &exhibit->object, false) != NULL;
	reading->counts->n_done++;
	reading->counts->n_good += !item->failed && !item->sealed && !item->erased;
	reading->counts->n_erased += item->erased;
	reading->counts->n_sealed += item->sealed;
	if (!item->failed || verify_must_stop(&item->err))
		return;
	reading->counts->n_failed += !item->lost;
	verify_tell(reading->verify, item->lost ? "lost" : "contents",
		    item->lost ? AMANA_VOID : AMANA_FAIL,
		    "%s%s (batch %" PRIu64 " by %s): %s",
		    item->lost ? "LOST, as was declared: " : "", item->ref,
		    exhibit->deposited_in,
		    state_exhibit_depositor(state, exhibit)->code.text, item->err.msg);
}

/* Takes back one item if a worker is done with it; with `wait` it waits a tenth of a
 * second for one. */
static void
take_back(struct verify_reading *reading, bool wait)
{
	const struct amana_config *config = &reading->session->config;
	const struct amana_progress progress = {
		.phase = "opening",
		.done_items = reading->counts->n_done,
		.total_items = reading->counts->n_total,
		.done_bytes = atomic_load(&reading->bytes_done)};
	struct item *item =
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
read_items(struct verify_reading *reading, struct amana_error *err)
{
	for (size_t i = 0; i < reading->n && !atomic_load(&reading->stop); i++) {
		struct item *item = &reading->items[i];
		bool has_object = false;
		int r;

		while (reading->n_out >= IN_FLIGHT)
			take_back(reading, true);
		r = open_item(reading, item, &has_object, &item->err);
		item->failed = r < 0;
		item->sealed = r == SHEETS_NOT_MINE;
		item->erased = r == SHEETS_DESTROYED;
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

/* What was found, on record for each exhibit: that it passed, or, with `failed`, that it
 * failed.  A failure that says nothing about the evidence, such as a store that cannot be
 * read, is not recorded. */
static int
record_results(struct verify_reading *reading, bool failed, struct amana_error *err)
{
	CLEANUP(mem_freep)
	struct custody_id *ids = mem_array(RECORD_ENTRIES, sizeof *ids, err);
	struct record record = {.case_id = &reading->case_id,
				.event = failed ? EVENT_CHECK_FAILED : EVENT_CHECK};
	json_t *details;
	size_t n = 0;
	int r;

	if (ids == NULL)
		return -1;
	for (size_t i = 0; i < reading->n; i++) {
		const struct item *item = &reading->items[i];

		if (!item->sealed && !item->erased && !item->lost &&
		    item->failed == failed &&
		    (!failed || item->err.code == AMANA_E_TAMPERED))
			ids[n++] = item->exhibit;
	}
	details = json_pack("{s:s,s:s}", "result", failed ? "fail" : "pass", "by",
			    "verify");
	if (details == NULL)
		return err_nomem(err);
	record.details = details;
	r = record_exhibits(reading->session, &record, ids, n, err);
	json_decref(details);
	return r;
}

static int
record_reading(struct verify_reading *reading, struct amana_error *err)
{
	CLEANUP(mem_freep)
	struct custody_id *ids = mem_array(RECORD_ENTRIES, sizeof *ids, err);
	const struct record record = {.case_id = &reading->case_id,
				      .event = EVENT_VERIFY_CONTENTS};

	if (ids == NULL)
		return -1;
	for (size_t i = 0; i < reading->n; i++)
		ids[i] = reading->items[i].exhibit;
	return record_exhibits(reading->session, &record, ids, reading->n, err);
}

static int
read_chunk(struct verify_reading *reading, struct amana_error *err)
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

/* ---- one case ---- */

bool
verify_reading_wants(const struct verify *verify, const struct state_exhibit *exhibit)
{
	return exhibit != NULL && !exhibit->disposed &&
	       (verify->scope != SCOPE_EXHIBIT ||
		custody_id_equal(&exhibit->id, &verify->scope_id));
}

int
verify_reading_case(struct verify_reading *reading, const struct custody_id *case_id,
		    struct amana_error *err)
{
	/* As many as there are now: what is deposited meanwhile is for another time. */
	uint32_t n = state_case(session_state(reading->session), case_id)->n_exhibits;
	int r = 0;

	reading->case_id = *case_id;
	for (uint32_t number = 1; r == 0 && number <= n;) {
		memset(reading->items, 0, RECORD_ENTRIES * sizeof reading->items[0]);
		reading->n = 0;
		for (; number <= n && reading->n < RECORD_ENTRIES; number++) {
			const struct state_exhibit *exhibit = state_exhibit_numbered(
				session_state(reading->session), case_id, number);
			struct item *item = &reading->items[reading->n];

			if (!verify_reading_wants(reading->verify, exhibit))
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

/* ---- making and freeing ---- */

static int
start(struct verify_reading *reading, struct amana_error *err)
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

int
verify_reading_new(struct verify *verify, struct verify_counts *counts,
		   struct verify_reading **ret_reading, struct amana_error *err)
{
	CLEANUP(verify_reading_freep)
	struct verify_reading *reading = mem_new(sizeof *reading, err);

	if (reading == NULL)
		return -1;
	reading->verify = verify;
	reading->session = verify->session;
	reading->counts = counts;
	reading->slot = (struct sheets_slot)SHEETS_SLOT_INIT;
	reading->act = (struct sheets_act)SHEETS_ACT_INIT;
	if (start(reading, err) < 0)
		return -1;
	*ret_reading = TAKE(reading);
	return 0;
}

void
verify_reading_free(struct verify_reading *reading)
{
	if (reading == NULL)
		return;
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
	mem_free(reading);
}
