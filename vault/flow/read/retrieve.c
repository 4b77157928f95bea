/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file_rests.h"
#include "base/queue.h"
#include "flow/read/read.h"
#include "flow/read/retrieve_list.h"
#include "flow/read/retrieve_out.h"
#include "session/exhibit_key.h"
#include "session/first_reader.h"
#include "session/names.h"
#include "session/record.h"
#include "session/rights.h"
#include "session/upkeep.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * Takes exhibits out of the vault.  The record comes first, then the bytes
 * (docs/DESIGN.md rule 4).  Of what nobody had opened before, the whole stored object is
 * checked, and the result goes on record (rule 7).
 *
 * The thread of the session opens the sheets and makes the files; workers decrypt into
 * them; and the session's thread gives each its name once it was found good.
 */

struct retrieve_item { /* one exhibit */
	struct custody_id exhibit, case_id;
	char ref[NAMES_REF_MAX]; /* CASE/7, for messages */
	bool first_reader;	 /* nobody has checked it as a whole so far */
	bool is_done;		 /* it came back from its worker, or failed before */
	bool failed;		 /* err says why */
	struct amana_error err;

	/* For the worker: what opens the object, what it must be, and where it goes. */
	struct secret identity;
	struct object_expect expect;
	struct file_new file;
	char name[256];	     /* of the file, in the folder */
	int64_t modified_at; /* Unix seconds; 0: not known */
};

struct retrieve {
	struct session *session;
	const struct amana_retrieve *request;
	struct retrieve_item *items; /* in the order in which they were named */
	size_t n;
	bool several_cases; /* then file names begin with the case's code */
	struct retrieve_out out;
	struct exhibit_slot slot; /* the part of the log that was read last */

	struct queue *jobs, *done; /* items, to the workers and back */
	struct workers *workers;
	atomic_bool stop;
	_Atomic uint64_t bytes_done;
	uint64_t bytes_total, n_done;
	size_t next_told; /* items are told in their order, whichever is done first */
	size_t n_failed, n_good;
};

/* ---- which exhibits ---- */

static void
fill_item(struct retrieve *retrieve, const struct custody_id *id,
	  struct retrieve_item *item)
{
	const struct state *state = session_state(retrieve->session);
	const struct state_exhibit *exhibit = state_exhibit(state, id);

	item->exhibit = *id;
	item->case_id = state_exhibit_case(state, exhibit)->id;
	item->file = (struct file_new)FILE_NEW_INIT;
	names_exhibit_ref(retrieve->session, exhibit, item->ref);
}

static int
find_items(struct retrieve *retrieve, struct amana_error *err)
{
	CLEANUP(mem_freep) struct custody_id *ids = NULL;
	size_t n;

	if (retrieve_list(retrieve->session, retrieve->request->exhibits,
			  retrieve->request->n_exhibits, &ids, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, AMANA_E_USAGE, "no exhibit was named");
	retrieve->items = mem_array(n, sizeof retrieve->items[0], err);
	if (retrieve->items == NULL)
		return -1;
	for (; retrieve->n < n; retrieve->n++) {
		struct retrieve_item *item = &retrieve->items[retrieve->n];

		fill_item(retrieve, &ids[retrieve->n], item);
		if (!custody_id_equal(&item->case_id, &retrieve->items[0].case_id))
			retrieve->several_cases = true;
	}
	return 0;
}

/* This person must be lead or reader of every case concerned, within the dates of the
 * grant. */
static int
check_rights(struct retrieve *retrieve, struct amana_error *err)
{
	for (size_t i = 0; i < retrieve->n; i++) {
		struct retrieve_item *item = &retrieve->items[i];
		struct subject subject = subject_exhibit(&item->exhibit);

		if (rights_to_read(retrieve->session, &item->case_id, &subject, item->ref,
				   "retrieve", err) < 0)
			return -1;
	}
	return 0;
}

/* ---- the record ---- */

typedef bool wants_record(const struct retrieve_item *item);

static bool
any_item(const struct retrieve_item *item)
{
	(void)item;
	return true;
}

/* Its first reader has found it whole. */
static bool
passed_first_check(const struct retrieve_item *item)
{
	return item->first_reader && item->is_done && !item->failed;
}

/* It is not what it must be; that it could not be read says nothing about it. */
static bool
failed_check(const struct retrieve_item *item)
{
	return item->failed && item->err.code == AMANA_E_TAMPERED;
}

/* How many items from `from` on are of one case, as far as one act holds their records.
 */
static size_t
run_of_case(const struct retrieve *retrieve, size_t from)
{
	const struct custody_id *case_id = &retrieve->items[from].case_id;
	size_t n = 1;

	while (n < RECORD_ENTRIES && from + n < retrieve->n &&
	       custody_id_equal(&retrieve->items[from + n].case_id, case_id))
		n++;
	return n;
}

/* One record, without its case, for each item that `wants` it. */
static int
record_items(struct retrieve *retrieve, struct record record, wants_record *wants,
	     struct amana_error *err)
{
	CLEANUP(mem_freep)
	struct custody_id *ids = mem_array(RECORD_ENTRIES, sizeof ids[0], err);

	if (ids == NULL)
		return -1;
	for (size_t from = 0, n; from < retrieve->n; from += n) {
		const struct retrieve_item *items = &retrieve->items[from];
		size_t n_ids = 0;

		n = run_of_case(retrieve, from);
		for (size_t i = 0; i < n; i++)
			if (wants(&items[i]))
				ids[n_ids++] = items[i].exhibit;
		record.case_id = &items->case_id;
		if (record_exhibits(retrieve->session, &record, ids, n_ids, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- who reads it first ---- */

static int
find_first_readers(struct retrieve *retrieve, struct amana_error *err)
{
	CLEANUP(mem_freep) struct first_reader *known = mem_new(sizeof *known, err);

	if (known == NULL)
		return -1;
	for (size_t i = 0; i < retrieve->n; i++)
		retrieve->items[i].first_reader = first_reader_is(
			retrieve->session, known, &retrieve->items[i].exhibit);
	return 0;
}

/* ---- opening ---- */

/* From the opened sheet: what opens the object, and what it must be. */
static int
take_sheet(struct retrieve_item *item, const struct state_exhibit *exhibit,
	   struct sheets_exhibit *opened, struct amana_error *err)
{
	if (exhibit_expect(exhibit, opened, item->ref, &item->expect, err) < 0 ||
	    object_expect_keep(&item->expect, err) < 0)
		return -1;
	item->identity = opened->sheet.identity;
	opened->sheet.identity = (struct secret)SECRET_INIT;
	item->modified_at = opened->has_source && opened->source.has_modified
				    ? opened->source.modified_at
				    : 0;
	return 0;
}

/* Whatever a worker needs: the key, and a file that has no name yet. */
static int
make_ready(struct retrieve *retrieve, struct retrieve_item *item, struct amana_error *err)
{
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	const struct exhibit_named named = {.id = &item->exhibit, .ref = item->ref};
	const struct state_exhibit *exhibit;
	char code[TEXT_CASE_MAX + 1];

	if (exhibit_sheet(retrieve->session, &retrieve->slot, &named, &opened, err) < 0)
		return -1;
	exhibit = state_exhibit(session_state(retrieve->session), &item->exhibit);
	if (take_sheet(item, exhibit, &opened, err) < 0)
		return -1;
	if (retrieve->out.kind == OUT_STDOUT)
		return 0;
	names_case_code(retrieve->session, &item->case_id, code);
	if (retrieve->out.kind == OUT_FILE)
		memcpy(item->name, retrieve->out.name, sizeof item->name);
	else
		retrieve_out_name(retrieve->several_cases ? code : NULL, exhibit->number,
				  opened.has_about ? opened.about.name
						   : (struct bytes){NULL, 0},
				  item->name);
	if (faccessat(retrieve->out.dirfd, item->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return err_reason(err, AMANA_REASON_EXISTS, AMANA_E_CONFLICT,
				  "'%s' exists already; it was left alone", item->name);
	return file_new_open_plain(retrieve->out.dirfd, ".", 0600, false, &item->file,
				   err);
}

/* ---- on the workers' threads ---- */

static int
write_out(void *arg, const uint8_t *bytes, size_t len, struct amana_error *err)
{
	const struct retrieve_item *item = arg;

	return file_write_all(item->file.fd >= 0 ? item->file.fd : STDOUT_FILENO, bytes,
			      len, err);
}

static void
count_bytes(void *arg, uint64_t more)
{
	struct retrieve *retrieve = arg;

	atomic_fetch_add(&retrieve->bytes_done, more);
}

/* A worker's thread. */
static void
work(void *arg)
{
	struct retrieve *retrieve = arg;
	const struct monitor monitor = {
		.cancel = &retrieve->stop, .progress = count_bytes, .arg = retrieve};
	struct retrieve_item *item;

	while ((item = queue_take(retrieve->jobs)) != NULL) {
		const struct object_sink sink = {.write = write_out, .arg = item};
		const struct object_retrieval retrieval = {
			.store = retrieve->session->store,
			.identity = &item->identity,
			.expect = &item->expect,
			.check = item->first_reader ? OBJECT_CHECK_STORED
						    : OBJECT_CHECK_PLAIN,
			.sink = &sink,
			.monitor = &monitor,
		};

		item->failed = object_retrieve(&retrieval, &item->err) < 0;
		if (!queue_put(retrieve->done, item))
			break;
	}
}

/* ---- when a worker is done ---- */

static void
fail(struct retrieve *retrieve, struct retrieve_item *item)
{
	retrieve->n_failed++;
	if (retrieve->request->failed == NULL || item->err.code == AMANA_E_CANCELLED)
		return;
	item->err.told = true;
	retrieve->request->failed(retrieve->request->ctx, item->ref, &item->err);
}

/* The file was found good: it gets its name.  AMANA_E_CONFLICT: meanwhile somebody else
 * has made a file of that name, which is left alone. */
static int
give_name(struct retrieve *retrieve, struct retrieve_item *item, struct amana_error *err)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
					  {.tv_sec = item->modified_at}};
	int r;

	if (retrieve->out.kind == OUT_STDOUT)
		return 0;
	if (item->modified_at != 0)
		/* Nothing depends on the time, so that a failure is not told. */
		IGNORE(futimens(item->file.fd, times));
	r = file_new_commit(&item->file, item->name, false, err);
	return r > 0 ? err_reason(err, AMANA_REASON_EXISTS, AMANA_E_CONFLICT,
				  "'%s' exists already; it was left alone", item->name)
		     : r;
}

/* What became of it. */
static void
tell(struct retrieve *retrieve, struct retrieve_item *item)
{
	struct amana_retrieved told = {.size = item->expect.size,
				       .first_reader = item->first_reader};
	char path[4096 + 256];

	if (item->failed) {
		fail(retrieve, item);
		return;
	}
	retrieve->n_good++;
	if (retrieve->request->item == NULL)
		return;
	snprintf(told.ref, sizeof told.ref, "%s", item->ref);
	hash_hex(&item->expect.sha256, told.sha256);
	if (retrieve->out.kind == OUT_STDOUT)
		snprintf(path, sizeof path, "-");
	else if (strcmp(retrieve->out.folder, ".") == 0)
		snprintf(path, sizeof path, "%s", item->name);
	else
		snprintf(path, sizeof path, "%s%s%s", retrieve->out.folder,
			 retrieve->out.folder[strlen(retrieve->out.folder) - 1] == '/'
				 ? ""
				 : "/",
			 item->name);
	told.path = path;
	retrieve->request->item(retrieve->request->ctx, &told);
}

/* The item is done.  It is told once all before it are. */
static void
finish(struct retrieve *retrieve, struct retrieve_item *item)
{
	secret_done(&item->identity);
	object_expect_done(&item->expect);
	if (!item->failed && give_name(retrieve, item, &item->err) < 0)
		item->failed = true;
	file_new_done(&item->file);
	item->is_done = true;
	retrieve->n_done++;
	while (retrieve->next_told < retrieve->n &&
	       retrieve->items[retrieve->next_told].is_done)
		tell(retrieve, &retrieve->items[retrieve->next_told++]);
}

/* Takes back one item if a worker is done with it; with `wait` it waits a tenth of a
 * second for one.  *n_out: how many the workers have. */
static void
take_finished(struct retrieve *retrieve, size_t *n_out, bool wait)
{
	const struct amana_progress progress = {
		.phase = "opening",
		.done_items = retrieve->n_done,
		.total_items = retrieve->n,
		.done_bytes = atomic_load(&retrieve->bytes_done),
		.total_bytes = retrieve->bytes_total};
	struct retrieve_item *item =
		wait ? queue_take_ms(retrieve->done, 100) : queue_poll(retrieve->done);

	if (session_cancelled(retrieve->session))
		atomic_store(&retrieve->stop, true);
	if (retrieve->session->config.progress != NULL)
		retrieve->session->config.progress(retrieve->session->config.ctx,
						   &progress);
	if (item == NULL)
		return;
	(*n_out)--;
	finish(retrieve, item);
}

#define IN_FLIGHT 8 /* items that are with the workers, at most */

static int
run_items(struct retrieve *retrieve, struct amana_error *err)
{
	size_t n_workers = workers_cores() < 2 ? 1 : 2, n_out = 0;

	retrieve->jobs = queue_new(IN_FLIGHT, err);
	retrieve->done = queue_new(2 * IN_FLIGHT, err);
	if (retrieve->jobs == NULL || retrieve->done == NULL ||
	    workers_start(retrieve->n > 1 ? n_workers : 1, work, retrieve,
			  &retrieve->workers, err) < 0)
		return -1;
	for (size_t i = 0; i < retrieve->n; i++) {
		struct retrieve_item *item = &retrieve->items[i];

		while (n_out >= IN_FLIGHT)
			take_finished(retrieve, &n_out, true);
		if (atomic_load(&retrieve->stop))
			break;
		if (make_ready(retrieve, item, &item->err) < 0) {
			item->failed = true;
			finish(retrieve, item);
			continue;
		}
		retrieve->bytes_total += item->expect.size;
		if (!queue_put(retrieve->jobs, item))
			return err_bug(err, "the work queue is closed");
		n_out++;
		take_finished(retrieve, &n_out, false);
	}
	while (n_out > 0)
		take_finished(retrieve, &n_out, true);
	if (atomic_load(&retrieve->stop))
		return err_set(
			err, AMANA_E_CANCELLED,
			"stopped; what was finished is there, nothing half-done is");
	return 0;
}

static void
tear_down(struct retrieve *retrieve)
{
	if (retrieve->jobs != NULL)
		queue_close(retrieve->jobs);
	workers_join(retrieve->workers);
	queue_free(retrieve->jobs);
	queue_free(retrieve->done);
	for (size_t i = 0; i < retrieve->n; i++) {
		secret_done(&retrieve->items[i].identity);
		object_expect_done(&retrieve->items[i].expect);
		file_new_done(&retrieve->items[i].file);
	}
	mem_free(retrieve->items);
	exhibit_slot_done(&retrieve->slot);
	retrieve_out_done(&retrieve->out);
}

static int
record_check(struct retrieve *retrieve, enum event event, const char *result,
	     wants_record *wants, struct amana_error *err)
{
	json_t *details = json_pack("{s:s}", "result", result);
	struct record record = {.event = event};
	int r;

	if (details == NULL)
		return err_nomem(err);
	record.details = details;
	r = record_items(retrieve, record, wants, err);
	json_decref(details);
	return r;
}

/* Rule 7: what was found by those who opened an exhibit first, and any failure, goes on
 * record. */
static void
record_checks(struct retrieve *retrieve)
{
	struct amana_error err = AMANA_ERROR_INIT;

	if (record_check(retrieve, EVENT_CHECK, "pass", passed_first_check, &err) < 0 ||
	    record_check(retrieve, EVENT_CHECK_FAILED, "fail", failed_check, &err) < 0)
		session_notice(retrieve->session, AMANA_NOTICE_INFO,
			       "the result of the check could not be recorded: %s",
			       err.msg);
}

/* Where a file has a name before it is finished, a retrieve that was killed has left
 * evidence in the clear; the next one into that folder takes it away. */
static void
wipe_rests(struct retrieve *retrieve)
{
	struct amana_error err = AMANA_ERROR_INIT;
	size_t n = 0;

	if (retrieve->out.kind == OUT_STDOUT)
		return;
	if (file_rests_wipe(retrieve->out.dirfd, &n, &err) < 0)
		session_notice(
			retrieve->session, AMANA_NOTICE_INFO,
			"an earlier retrieve was killed and left evidence in '%s' that "
			"cannot be removed: %s",
			retrieve->out.folder, err.msg);
	if (n > 0)
		session_notice(retrieve->session, AMANA_NOTICE_INFO,
			       "an earlier retrieve was killed: %s that it left in '%s' "
			       "unfinished, in the clear, %s written over and removed",
			       text_count(n, "file", "files").text, retrieve->out.folder,
			       n == 1 ? "was" : "were");
}

static int
run(struct retrieve *retrieve, struct amana_error *err)
{
	const struct amana_retrieve *request = retrieve->request;
	const struct record opening = {.event = EVENT_RETRIEVE,
				       .reason = request->reason};
	int r;

	if (request->reason == NULL || request->reason[0] == 0)
		return err_set(err, AMANA_E_USAGE,
			       "opening an exhibit needs a reason: --reason");
	if (session_identity(retrieve->session, err) < 0)
		return -1;
	upkeep_run(retrieve->session);
	if (find_items(retrieve, err) < 0 || check_rights(retrieve, err) < 0)
		return -1;
	if (retrieve_out_open(request->out, retrieve->n, &retrieve->out, err) < 0)
		return -1;
	wipe_rests(retrieve);
	if (find_first_readers(retrieve, err) < 0 ||
	    record_items(retrieve, opening, any_item, err) < 0)
		return -1;
	r = run_items(retrieve, err);
	record_checks(retrieve);
	return r;
}

int
flow_retrieve(struct session *session, const struct amana_retrieve *request,
	      struct amana_error *err)
{
	struct retrieve retrieve = {.session = session,
				    .request = request,
				    .out = RETRIEVE_OUT_INIT,
				    .slot = EXHIBIT_SLOT_INIT};
	int r = run(&retrieve, err);

	if (r == 0 && retrieve.n_failed > 0) {
		r = AMANA_SOME_FAILED;
		for (size_t i = 0; retrieve.n_good == 0 && r > 0 && i < retrieve.n; i++) {
			if (!retrieve.items[i].failed)
				continue;
			*err = retrieve.items[i].err;
			r = -1;
		}
	}
	tear_down(&retrieve);
	return r;
}
