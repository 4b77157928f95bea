/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount_check.h"

#include "base/clock.h"
#include "base/queue.h"
#include "flow/mount/mount.h"
#include "flow/mount/mount_keys.h"
#include "session/record.h"

#include <string.h>
#include <time.h>

#define QUIET_MS 1500	      /* after so long without a read, nobody reads */
#define JOBS 64		      /* handed out at once, at most */
#define LOOKS 256	      /* exhibits looked at in one turn, at most */
#define RECORD_AFTER_MS 10000 /* what passed waits so long for others */

struct check_job {
	struct mount_checks *checks;
	uint32_t number;
	struct custody_id exhibit;
	struct secret identity;	     /* borrowed from the mount's keys */
	struct object_expect expect; /* has blocks of its own while the job is out */
	bool failed; /* err says why; or the mount has ended, then err is empty */
	struct amana_error err;
};

struct mount_checks {
	/* The mount's, for the thread. */
	struct store *store;
	const _Atomic int64_t *read_at_ms;
	const atomic_bool *has_ended;

	uint32_t *waiting; /* numbers of exhibits; the first n_taken were looked at */
	size_t n_waiting, n_taken, cap;

	struct queue *jobs, *done;
	struct workers *workers;
	struct check_job slots[JOBS];
	struct check_job *idle[JOBS];
	size_t n_idle;

	struct custody_id passed[RECORD_ENTRIES]; /* found whole, not recorded yet */
	size_t n_passed;
	int64_t passed_at_ms; /* when the first of them was found so */
	uint64_t n_recorded;  /* found whole and recorded, in this mount */
};

/* ---- on the thread ---- */

static bool
is_quiet(const struct mount_checks *checks)
{
	return clock_coarse_ms() - atomic_load(checks->read_at_ms) >= QUIET_MS;
}

/* Waits until nobody reads, or the mount has ended. */
static void
let_pass(const struct mount_checks *checks)
{
	const struct timespec moment = {.tv_nsec = 20000000};

	while (!is_quiet(checks) && !atomic_load(checks->has_ended))
		nanosleep(&moment, NULL);
}

/* Takes the bytes and drops them: the check is made on the way. */
static int
look_only(void *arg, const uint8_t *bytes, size_t len, struct amana_error *err)
{
	const struct check_job *job = arg;

	(void)bytes;
	(void)len;
	(void)err;
	let_pass(job->checks);
	return 0;
}

static void
run_jobs(void *arg)
{
	struct mount_checks *checks = arg;
	const struct monitor monitor = {.cancel = checks->has_ended};
	struct check_job *job;

	while ((job = queue_take(checks->jobs)) != NULL) {
		const struct object_sink sink = {.write = look_only, .arg = job};
		const struct object_retrieval retrieval = {
			.store = checks->store,
			.identity = &job->identity,
			.expect = &job->expect,
			.check = OBJECT_CHECK_STORED,
			.sink = &sink,
			.monitor = &monitor,
		};

		let_pass(checks);
		job->err = (struct amana_error)AMANA_ERROR_INIT;
		job->failed = atomic_load(checks->has_ended) ||
			      object_retrieve(&retrieval, &job->err) < 0;
		if (!queue_put(checks->done, job))
			break;
	}
}

/* ---- on the session's thread ---- */

static struct mount_checks *
checks_new(struct amana_mount *mount, struct amana_error *err)
{
	CLEANUP(mem_freep) struct mount_checks *checks = mem_new(sizeof *checks, err);

	if (checks == NULL)
		return NULL;
	checks->store = mount->session->store;
	checks->read_at_ms = &mount->read_at_ms;
	checks->has_ended = &mount->has_ended;
	for (size_t i = 0; i < JOBS; i++)
		checks->idle[checks->n_idle++] = &checks->slots[i];
	return TAKE(checks);
}

int
mount_check_later(struct amana_mount *mount, uint64_t number, struct mount_item *item,
		  struct amana_error *err)
{
	struct mount_checks *checks;

	if (item->awaits_check)
		return 0;
	if (mount->checks == NULL)
		mount->checks = checks_new(mount, err);
	checks = mount->checks;
	if (checks == NULL)
		return -1;
	if (checks->n_waiting == checks->cap) {
		size_t cap = checks->cap == 0 ? 256 : 2 * checks->cap;
		uint32_t *grown =
			mem_grow(checks->waiting, checks->cap, cap, sizeof *grown, err);

		if (grown == NULL)
			return -1;
		checks->waiting = grown;
		checks->cap = cap;
	}
	checks->waiting[checks->n_waiting++] = (uint32_t)number;
	item->awaits_check = true;
	return 0;
}

static int
start(struct mount_checks *checks, struct amana_error *err)
{
	if (checks->workers != NULL)
		return 0;
	if (checks->jobs == NULL)
		checks->jobs = queue_new(JOBS, err);
	if (checks->jobs != NULL && checks->done == NULL)
		checks->done = queue_new(JOBS, err);
	if (checks->done == NULL)
		return -1;
	return workers_start(1, run_jobs, checks, &checks->workers, err);
}

/* Records what was found whole.  What cannot be recorded is kept for the next time. */
static int
record_passed(struct amana_mount *mount, struct amana_error *err)
{
	struct mount_checks *checks = mount->checks;
	struct record record = {.case_id = &mount->case_id, .event = EVENT_CHECK};
	json_t *details;
	int r;

	if (checks->n_passed == 0)
		return 0;
	details = json_pack("{s:s, s:I}", "result", "pass", "mount",
			    (json_int_t)mount->batch);
	if (details == NULL)
		return err_nomem(err);
	record.details = details;
	r = record_exhibits(mount->session, &record, checks->passed, checks->n_passed,
			    err);
	json_decref(details);
	if (r < 0)
		return -1;
	checks->n_recorded += checks->n_passed;
	checks->n_passed = 0;
	return 0;
}

/* The job is done. */
static void
take_back(struct amana_mount *mount, struct check_job *job)
{
	struct mount_checks *checks = mount->checks;
	struct amana_error err = AMANA_ERROR_INIT;
	char ref[AMANA_EXHIBIT_REF_MAX];

	object_expect_done(&job->expect);
	checks->idle[checks->n_idle++] = job;
	if (!job->failed) {
		if (checks->n_passed == 0)
			checks->passed_at_ms = clock_coarse_ms();
		checks->passed[checks->n_passed++] = job->exhibit;
		return;
	}
	if (job->err.code != AMANA_E_TAMPERED)
		return; /* stopped, or the store could not be read: it stays unchecked */
	atomic_store(mount->items[job->number - 1].is_refused, true);
	mount_ref(mount, job->number, ref);
	session_notice(mount->session, AMANA_NOTICE_TAMPERED, "%s fails its check: %s",
		       ref, job->err.msg);
	if (flow_mount_damaged(mount, job->number, &err) < 0)
		session_notice(mount->session, AMANA_NOTICE_INFO,
			       "the result of the check could not be recorded: %s",
			       err.msg);
}

/* Takes back all jobs that are done. */
static int
collect(struct amana_mount *mount, struct amana_error *err)
{
	struct mount_checks *checks = mount->checks;
	struct check_job *job;

	while (checks->done != NULL && (job = queue_poll(checks->done)) != NULL) {
		if (checks->n_passed == RECORD_ENTRIES && record_passed(mount, err) < 0) {
			/* There is room for no more.  One is forgotten, and checked again
			 * by whoever opens it next. */
			checks->n_passed--;
			take_back(mount, job);
			return -1;
		}
		take_back(mount, job);
	}
	return 0;
}

/* Hands the exhibit to the thread, if nobody has checked it yet. */
static int
hand_out(struct amana_mount *mount, uint32_t number, struct amana_error *err)
{
	struct mount_checks *checks = mount->checks;
	const struct state_exhibit *exhibit = state_exhibit_numbered(
		session_state(mount->session), &mount->case_id, number);
	struct mount_item *item = &mount->items[number - 1];
	struct check_job *job;
	union {
		const uint8_t *in;
		uint8_t *out;
	} key = {.in = item->key};

	if (exhibit == NULL || exhibit->disposed || item->is_damaged ||
	    item->key == NULL ||
	    !first_reader_is(mount->session, &mount->known, &exhibit->id))
		return 0;
	if (start(checks, err) < 0 || mount_item_refusable(item, err) < 0)
		return -1;
	job = checks->idle[checks->n_idle - 1];
	if (mount_keys_expect(mount, number, &job->expect, err) < 0)
		return -1;
	job->number = number;
	job->exhibit = exhibit->id;
	job->identity = (struct secret){.data = key.out, .len = MOUNT_KEY_LEN};
	job->checks = checks;
	if (!queue_put(checks->jobs, job))
		return err_bug(err, "the queue of checks is closed");
	checks->n_idle--;
	return 0;
}

static int
turn(struct amana_mount *mount, struct amana_error *err)
{
	struct mount_checks *checks = mount->checks;
	bool is_idle;

	if (collect(mount, err) < 0)
		return -1;
	for (size_t i = 0; i < LOOKS && checks->n_idle > 0 && is_quiet(checks) &&
			   checks->n_taken < checks->n_waiting;
	     i++)
		if (hand_out(mount, checks->waiting[checks->n_taken++], err) < 0)
			return -1;
	is_idle = checks->n_idle == JOBS && checks->n_taken == checks->n_waiting;
	if (checks->n_passed > 0 &&
	    (is_idle || clock_coarse_ms() - checks->passed_at_ms >= RECORD_AFTER_MS))
		return record_passed(mount, err);
	return 0;
}

void
mount_check_turn(struct amana_mount *mount)
{
	struct amana_error err = AMANA_ERROR_INIT;

	if (mount->checks != NULL && turn(mount, &err) < 0)
		session_notice(mount->session, AMANA_NOTICE_INFO,
			       "what was opened could not be checked yet: %s", err.msg);
}

/* The mount has been stopped, which cuts short what is being checked. */
static void
stop(struct mount_checks *checks)
{
	if (checks->jobs != NULL)
		queue_close(checks->jobs);
	workers_join(checks->workers);
	checks->workers = NULL;
}

uint64_t
mount_check_end(struct amana_mount *mount)
{
	struct mount_checks *checks = mount->checks;
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t n_recorded;

	if (checks == NULL)
		return 0;
	stop(checks);
	if (collect(mount, &err) < 0 || record_passed(mount, &err) < 0)
		session_notice(mount->session, AMANA_NOTICE_INFO,
			       "the result of the check could not be recorded: %s",
			       err.msg);
	n_recorded = checks->n_recorded;
	for (size_t i = 0; i < JOBS; i++) /* some were never begun */
		object_expect_done(&checks->slots[i].expect);
	mount->checks = NULL;
	queue_free(checks->jobs);
	queue_free(checks->done);
	mem_free(checks->waiting);
	mem_free(checks);
	return n_recorded;
}
