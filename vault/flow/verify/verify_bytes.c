/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_bytes.h"

#include "base/queue.h"
#include "base/text.h"
#include "custody/bundle.h"
#include "flow/verify/verify_leftovers.h"
#include "object/object_open.h"

#include <pthread.h>

/*
 * One thread leads and the workers read.  The ledger and the state do not change
 * meanwhile, so that the workers read them without a lock.  Bundles are read whole,
 * objects as streams.  The leader hands out jobs, each a run of items in the ledger; a
 * job comes back with what was found in it, and the leader tells that.
 */

#define JOB_ITEMS 32 /* in one job, at most */
#define JOBS 16	     /* there are so many, handed out or at rest */
#define WORKERS_MAX 8
#define BUNDLE_LARGE ((uint64_t)8 << 20) /* of those, one at a time is in memory */

enum kind { KIND_BUNDLE, KIND_OBJECT };

struct job {
	enum kind kind;
	size_t first, n; /* items of the ledger */
	size_t n_failed;
	struct {
		size_t item;
		bool is_finding; /* about who signed it; nothing is damaged */
		struct amana_error err;
	} failed[JOB_ITEMS];
};

struct checking {
	struct verify *verify;
	struct queue *jobs, *done; /* to the workers, and back */
	struct workers *workers;
	pthread_mutex_t large; /* held by the worker that has a large bundle in memory */
	atomic_bool stop;
	_Atomic uint64_t bytes_done, items_done, n_whole; /* n_whole of the kind */

	/* The leader's. */
	struct job *pool;
	struct job *free[JOBS]; /* at rest */
	size_t n_free;
	uint64_t total, n_failed; /* items of the kind that is being checked */
	struct amana_error
		broken; /* what ends the check; its code is AMANA_OK: nothing */
};

/* ---- bundles, on the workers' threads ---- */

static void
unlock_large(pthread_mutex_t **lock)
{
	if (*lock != NULL)
		pthread_mutex_unlock(*lock);
}

/* Does the bundle hold the sheets that its entries name, as later dispositions and
 * erasures have left them? */
static int
compare_sheets(const struct verify *verify, const struct ledger_bundle *bundle,
	       const struct bundle *found, bool is_rewritten, struct amana_error *err)
{
	if (found->rewritten != is_rewritten)
		return err_set(err, AMANA_E_TAMPERED,
			       is_rewritten ? "it does not end as a rewritten one does"
					    : "it ends as a rewritten one does");
	if (found->n != bundle->n_sheets)
		return err_set(err, AMANA_E_TAMPERED, "it holds %s, its entries name %zu",
			       text_count(found->n, "sheet", "sheets").text,
			       bundle->n_sheets);
	for (size_t i = 0; i < found->n; i++) {
		struct hash now = verify->ledger.sheets[bundle->first_sheet + i];
		bool destroyed =
			state_sheet_of(verify->log.state, bundle->slot, &now, &now) == 2;

		if (destroyed && found->sheets[i].len > 0)
			return err_set(
				err, AMANA_E_TAMPERED,
				"its sheet %zu was destroyed by the log and is still there",
				i + 1);
		if (!destroyed && found->sheets[i].len == 0)
			return err_set(err, AMANA_E_TAMPERED,
				       "its sheet %zu is blank, and no entry says so",
				       i + 1);
		if (!destroyed && !hash_equal(&found->hashes[i], &now))
			return err_set(
				err, AMANA_E_TAMPERED,
				"its sheet %zu is not the one that its entry names",
				i + 1);
	}
	return 0;
}

static int
parse_bundle(const struct verify *verify, const struct ledger_bundle *bundle,
	     struct bytes bytes, bool is_rewritten, struct amana_error *err)
{
	CLEANUP(bundle_done) struct bundle found = BUNDLE_INIT;

	if (bundle_parse(bytes, &found, err) < 0)
		return -1;
	return compare_sheets(verify, bundle, &found, is_rewritten, err);
}

static int
check_bundle(struct checking *checking, const struct ledger_bundle *bundle,
	     struct amana_error *err)
{
	const struct verify *verify = checking->verify;
	CLEANUP(unlock_large) pthread_mutex_t *held = NULL;
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(BUNDLE_MAX);
	struct store_name name;
	struct hash now, found;
	uint64_t size = 0;
	int r, rewritten = state_bundle_of(verify->log.state, bundle->slot, &now);

	if (rewritten < 0)
		return err_bug(err, "a bundle that the state does not know");
	name = store_name_lines(&now);
	r = store_stat(verify->bare->store, name.text, &size, err);
	if (r > 0)
		return err_set(err, AMANA_E_TAMPERED, "it is not in the vault");
	if (r < 0)
		return -1;
	if (size > BUNDLE_LARGE) {
		held = &checking->large;
		pthread_mutex_lock(held);
	}
	if (size < BUNDLE_MAX && buf_reserve(&bytes, (size_t)size, err) == NULL)
		return -1;
	r = store_get(verify->bare->store, name.text, &bytes, err);
	if (r != 0)
		return r < 0 ? -1
			     : err_set(err, AMANA_E_TAMPERED, "it is not in the vault");
	atomic_fetch_add(&checking->bytes_done, bytes.len);
	hash_of(bytes.data, bytes.len, &found);
	if (!hash_equal(&found, &now))
		return err_set(err, AMANA_E_TAMPERED,
			       "its bytes are not those of its name");
	return parse_bundle(verify, bundle, BYTES_OF(bytes), rewritten > 0, err);
}

/* ---- objects, on the workers' threads ---- */

/* The log says that the object was disposed of: it need not be there. */
static bool
is_disposed(const struct state *state, const struct hash *object)
{
	const struct state_object *found = state_object(state, object);

	return found != NULL && state_object_goes(found);
}

static void
count_bytes(void *arg, uint64_t more)
{
	struct checking *checking = arg;

	atomic_fetch_add(&checking->bytes_done, more);
}

#define FINDING 1
#define PASSED_OVER 2

/* FINDING: it is whole, but err says what its signer did.  PASSED_OVER: it was disposed
 * of, or is checked under another entry. */
static int
check_object(struct checking *checking, const struct ledger_object *object,
	     struct amana_error *err)
{
	const struct verify *verify = checking->verify;
	const struct monitor monitor = {
		.cancel = &checking->stop, .progress = count_bytes, .arg = checking};
	struct object_seen seen = {.n_x25519 = 0};
	uint32_t holders;

	if (object->n_same == 0 || is_disposed(verify->log.state, &object->hash))
		return PASSED_OVER;
	if (object_check_stored(verify->bare->store, &object->hash, object->shape,
				&monitor, &seen, err) < 0)
		return -1;
	if (!object->is_epoch)
		return 0;
	holders = state_ring_file_holders(verify->log.state, &object->ring);
	if (seen.n_other == 0 && seen.n_x25519 == holders)
		return 0;
	IGNORE(err_set(err, AMANA_E_TAMPERED,
		       "the key file %s is sealed to %zu, while the ring had %s",
		       store_name_object(&object->hash).text,
		       seen.n_x25519 + seen.n_other,
		       text_count(holders, "holder", "holders").text));
	return FINDING;
}

/* A worker's thread. */
static void
work(void *arg)
{
	struct checking *checking = arg;
	const struct ledger *ledger = &checking->verify->ledger;
	struct job *job;

	while ((job = queue_take(checking->jobs)) != NULL) {
		for (size_t i = job->first; i < job->first + job->n; i++) {
			struct amana_error *err = &job->failed[job->n_failed].err;
			int r;

			if (atomic_load(&checking->stop))
				break;
			r = job->kind == KIND_BUNDLE
				    ? check_bundle(checking, &ledger->bundles[i], err)
				    : check_object(checking, &ledger->objects[i], err);
			atomic_fetch_add(&checking->items_done, 1);
			if (r == 0 || r == FINDING)
				atomic_fetch_add(&checking->n_whole, 1);
			if (r == 0 || r == PASSED_OVER)
				continue;
			job->failed[job->n_failed].is_finding = r == FINDING;
			job->failed[job->n_failed++].item = i;
		}
		if (!queue_put(checking->done, job))
			break;
	}
}

/* ---- leading ---- */

/* Whoever made an epoch sealed it past a holder, or to others besides. */
static void
tell_finding(struct checking *checking, size_t i, const struct amana_error *err)
{
	const struct ledger_object *object = &checking->verify->ledger.objects[i];

	verify_tell(checking->verify, "key files", AMANA_VOID,
		    "%s (batch %" PRIu64 " by %s)", err->msg, object->slot,
		    object->signer.text);
}

/* Of all that name the object, those are failures for whose subject nobody declared it
 * lost.  Returns how many. */
static size_t
tell_object(struct checking *checking, size_t first, const struct amana_error *err)
{
	const struct verify *verify = checking->verify;
	static const struct custody_id none;
	char id[CUSTODY_ID_HEX_LEN + 1];
	size_t n_failed = 0;

	for (size_t i = first; i < first + verify->ledger.objects[first].n_same; i++) {
		const struct ledger_object *object = &verify->ledger.objects[i];
		const struct state_lost *lost = state_lost_for(
			verify->log.state, &object->about, &object->hash, false);

		n_failed += lost == NULL;
		custody_id_hex(&object->about, id);
		verify_tell(checking->verify, lost != NULL ? "lost" : "objects",
			    lost != NULL ? AMANA_VOID : AMANA_FAIL,
			    "%s%s (batch %" PRIu64 " by %s%s%s)",
			    lost != NULL ? "LOST, as was declared: " : "", err->msg,
			    object->slot, object->signer.text,
			    custody_id_equal(&object->about, &none) ? "" : ", about id:",
			    custody_id_equal(&object->about, &none) ? "" : id);
	}
	return n_failed;
}

/* One declaration covers all that the bundle's entries are about. */
static bool
bundle_is_lost(const struct verify *verify, const struct ledger_bundle *bundle,
	       const struct hash *now)
{
	static const struct custody_id none;
	const struct state_lost *lost;

	if (bundle->n_subjects == 0)
		return state_lost_for(verify->log.state, &none, now, false) != NULL;
	for (size_t i = 0; i < bundle->n_subjects; i++) {
		lost = state_lost_for(verify->log.state,
				      &verify->ledger.subjects[bundle->first_subject + i],
				      now, bundle->n_subjects > 1);
		if (lost == NULL)
			return false;
	}
	return true;
}

static size_t
tell_bundle(struct checking *checking, size_t i, const struct amana_error *err)
{
	const struct verify *verify = checking->verify;
	const struct ledger_bundle *bundle = &verify->ledger.bundles[i];
	struct hash now;
	const char *rewritten =
		state_bundle_of(verify->log.state, bundle->slot, &now) == 1
			? ", rewritten since"
			: "";
	bool lost = bundle_is_lost(verify, bundle, &now);

	verify_tell(checking->verify, lost ? "lost" : "bundles",
		    lost ? AMANA_VOID : AMANA_FAIL,
		    "%s%s (batch %" PRIu64 " by %s%s): %s",
		    lost ? "LOST, as was declared: " : "", store_name_lines(&now).text,
		    bundle->slot, bundle->signer.text, rewritten, err->msg);
	return lost ? 0 : 1;
}

static void
collect(struct checking *checking, struct job *job)
{
	for (size_t i = 0; i < job->n_failed; i++) {
		const struct amana_error *err = &job->failed[i].err;

		if (verify_must_stop(err)) {
			if (checking->broken.code == AMANA_OK)
				checking->broken = *err;
			atomic_store(&checking->stop, true);
			continue;
		}
		if (job->failed[i].is_finding) {
			tell_finding(checking, job->failed[i].item, err);
			continue;
		}
		checking->n_failed +=
			job->kind == KIND_BUNDLE
				? tell_bundle(checking, job->failed[i].item, err)
				: tell_object(checking, job->failed[i].item, err);
	}
	checking->free[checking->n_free++] = job;
}

static void
progress(struct checking *checking, const char *phase)
{
	const struct amana_config *config = &checking->verify->bare->config;
	const struct amana_progress told = {
		.phase = phase,
		.done_items = atomic_load(&checking->items_done),
		.total_items = checking->total,
		.done_bytes = atomic_load(&checking->bytes_done)};

	if (session_cancelled(checking->verify->bare))
		atomic_store(&checking->stop, true);
	if (config->progress != NULL)
		config->progress(config->ctx, &told);
}

/* Takes back one job if one is finished; with `wait` it waits a tenth of a second for it,
 * and tells progress. */
static void
take_back(struct checking *checking, bool wait, const char *phase)
{
	struct job *job =
		wait ? queue_take_ms(checking->done, 100) : queue_poll(checking->done);

	if (wait)
		progress(checking, phase);
	if (job != NULL)
		collect(checking, job);
}

/* How many of n items go into a job: one where there are few, so that every core has
 * something to do, up to a full job where there are many. */
static size_t
items_a_job(size_t n)
{
	size_t share = n / ((size_t)WORKERS_MAX * JOBS);

	return share < 1 ? 1 : share > JOB_ITEMS ? JOB_ITEMS : share;
}

/* All n items of one kind: every job is back when this returns. */
static int
run_kind(struct checking *checking, enum kind kind, size_t n, const char *phase,
	 struct amana_error *err)
{
	size_t each = items_a_job(n);

	atomic_store(&checking->items_done, 0);
	atomic_store(&checking->n_whole, 0);
	checking->total = n;
	checking->n_failed = 0;
	for (size_t at = 0; at < n && !atomic_load(&checking->stop); at += each) {
		struct job *job;

		while (checking->n_free == 0)
			take_back(checking, true, phase);
		job = checking->free[--checking->n_free];
		*job = (struct job){
			.kind = kind, .first = at, .n = n - at < each ? n - at : each};
		if (!queue_put(checking->jobs, job))
			return err_bug(err, "the work queue is closed");
		take_back(checking, false, phase);
	}
	while (checking->n_free < JOBS)
		take_back(checking, true, phase);
	progress(checking, phase);
	if (checking->broken.code != AMANA_OK) {
		*err = checking->broken;
		return -1;
	}
	return atomic_load(&checking->stop) ? err_set(err, AMANA_E_CANCELLED, "stopped")
					    : 0;
}

static int
run_all(struct checking *checking, struct amana_error *err)
{
	struct verify *verify = checking->verify;
	const struct ledger *ledger = &verify->ledger;
	uint64_t bundle_bytes, n_whole;

	if (run_kind(checking, KIND_BUNDLE, ledger->n_bundles, "checking bundles", err) <
	    0)
		return -1;
	bundle_bytes = atomic_load(&checking->bytes_done);
	n_whole = atomic_load(&checking->n_whole);
	verify->result->n_bytes = bundle_bytes;
	if (checking->n_failed > 0)
		verify_tell(verify, "bundles", AMANA_FAIL,
			    "%" PRIu64 " of %" PRIu64 " fail", checking->n_failed,
			    checking->n_failed + n_whole);
	else
		verify_tell(
			verify, "bundles", AMANA_PASS,
			"%s, %s: each has the bytes of its name and the sheets of its entries",
			text_count(n_whole, "bundle", "bundles").text,
			text_count(bundle_bytes, "byte", "bytes").text);
	if (run_kind(checking, KIND_OBJECT, ledger->n_objects, "checking", err) < 0)
		return -1;
	n_whole = atomic_load(&checking->n_whole);
	verify->result->n_objects = checking->n_failed + n_whole;
	verify->result->n_bytes = atomic_load(&checking->bytes_done);
	if (checking->n_failed > 0)
		verify_tell(verify, "objects", AMANA_FAIL,
			    "%" PRIu64 " of %" PRIu64 " fail", checking->n_failed,
			    checking->n_failed + n_whole);
	else
		verify_tell(verify, "objects", AMANA_PASS,
			    "%s, %s: each has the bytes of its name",
			    text_count(n_whole, "object", "objects").text,
			    text_count(verify->result->n_bytes - bundle_bytes, "byte",
				       "bytes")
				    .text);
	return 0;
}

static int
start(struct checking *checking, struct amana_error *err)
{
	size_t n = workers_cores();

	checking->pool = mem_array(JOBS, sizeof checking->pool[0], err);
	if (checking->pool == NULL)
		return -1;
	for (size_t i = 0; i < JOBS; i++)
		checking->free[checking->n_free++] = &checking->pool[i];
	checking->jobs = queue_new(JOBS, err);
	checking->done = queue_new(JOBS, err);
	if (checking->jobs == NULL || checking->done == NULL)
		return -1;
	return workers_start(n < WORKERS_MAX ? n : WORKERS_MAX, work, checking,
			     &checking->workers, err);
}

static void
stop(struct checking *checking)
{
	if (checking->jobs != NULL)
		queue_close(checking->jobs);
	workers_join(checking->workers);
	queue_free(checking->jobs);
	queue_free(checking->done);
	mem_free(checking->pool);
	pthread_mutex_destroy(&checking->large);
}

/* ---- one case or exhibit ---- */

static bool
is_in_scope(const struct verify *verify, const struct custody_id *about)
{
	const struct state *state = verify->log.state;
	const struct state_exhibit *exhibit;

	if (custody_id_equal(about, &verify->scope_id))
		return true;
	if (verify->scope != SCOPE_CASE)
		return false;
	exhibit = state_exhibit(state, about);
	return exhibit != NULL &&
	       custody_id_equal(&state_exhibit_case(state, exhibit)->id,
				&verify->scope_id);
}

static bool
bundle_in_scope(const struct verify *verify, const struct ledger_bundle *bundle)
{
	for (size_t i = 0; i < bundle->n_subjects; i++)
		if (is_in_scope(verify,
				&verify->ledger.subjects[bundle->first_subject + i]))
			return true;
	return false;
}

/* Leaves in the ledger what belongs to the scope. */
static void
narrow(struct verify *verify)
{
	struct ledger *ledger = &verify->ledger;
	size_t kept = 0;

	for (size_t i = 0; i < ledger->n_bundles; i++)
		if (bundle_in_scope(verify, &ledger->bundles[i]))
			ledger->bundles[kept++] = ledger->bundles[i];
	ledger->n_bundles = kept;
	kept = 0;
	for (size_t i = 0; i < ledger->n_objects; i++)
		if (is_in_scope(verify, &ledger->objects[i].about))
			ledger->objects[kept++] = ledger->objects[i];
	ledger->n_objects = kept;
}

int
verify_bytes(struct verify *verify, struct amana_error *err)
{
	struct checking checking = {.verify = verify,
				    .large = PTHREAD_MUTEX_INITIALIZER,
				    .broken = AMANA_ERROR_INIT};
	int r;

	if (!verify->log.complete)
		verify_tell(verify, "stored bytes", AMANA_NOT_CHECKED,
			    "only what the log names up to the damage, batch %" PRIu64
			    ", can be read",
			    state_slot(verify->log.state));
	if (verify->scope != SCOPE_ALL)
		narrow(verify);
	r = start(&checking, err);
	if (r == 0)
		r = run_all(&checking, err);
	atomic_store(&checking.stop, true);
	stop(&checking);
	if (r < 0)
		return -1;
	if (verify->scope != SCOPE_ALL)
		return 0;
	return verify_leftovers(verify, err);
}
