/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/deposit_run.h"

#include "base/clock.h"
#include "base/queue.h"
#include "base/text.h"
#include "custody/line.h"
#include "custody/sheet.h"
#include "flow/deposit/deposit_group.h"
#include "flow/deposit/deposit_job.h"

/* Hands the files to the workers and commits them, group by group. */

#define WORKERS_MAX 8
/* Jobs that wait for a worker.  There are enough of them that the workers have something
 * to do while a group is committed. */
#define JOBS_WAITING 256
/* What of the next group is handed out before this one is committed, in bytes. */
#define BYTES_AHEAD ((uint64_t)64 << 20)

static void
report_progress(const struct deposit *deposit)
{
	const struct amana_progress progress = {
		.phase = "sealing",
		.done_items = deposit->result.n_deposited,
		.total_items = deposit->walk.n_files,
		.done_bytes = atomic_load(&deposit->bytes_done),
		.total_bytes = deposit->walk.n_bytes,
	};

	if (deposit->session->config.progress != NULL)
		deposit->session->config.progress(deposit->session->config.ctx,
						  &progress);
}

/* Tells of progress and heeds signals, which the workers do not. */
static void
look_around(struct deposit *deposit)
{
	if (session_cancelled(deposit->session))
		atomic_store(&deposit->stop, true);
	report_progress(deposit);
}

static bool
group_is_full(const struct deposit *deposit, const struct deposit_group *group,
	      const struct walk_item *next)
{
	return group->n == DEPOSIT_GROUP_FILES ||
	       (group->n > 0 && (group->bytes + next->size > DEPOSIT_GROUP_BYTES ||
				 group->sheets + deposit_job_sheet_max(deposit, next) >
					 DEPOSIT_GROUP_SHEETS ||
				 clock_ms() - group->began_ms >= DEPOSIT_GROUP_MS));
}

/* The group is empty, and the leader will add to it. */
static void
group_begin(struct deposit_group *group)
{
	group->began_ms = clock_ms();
	atomic_store(&group->n_left, 1);
}

/* Makes a job of one file and hands it to the workers. */
static int
hand_out(struct deposit *deposit, struct deposit_group *group,
	 const struct walk_item *item, struct amana_error *err)
{
	struct deposit_job *job = mem_new(sizeof *job, err);

	if (job == NULL)
		return -1;
	job->group = group;
	job->item = item;
	job->identity =
		(struct secret){group->slab.data + group->n * AGE_KEY_LEN, AGE_KEY_LEN};
	job->epoch = deposit->epoch;
	job->ring_recipient = deposit->ring_recipient;
	job->sealed = (struct object_sealed)OBJECT_SEALED_INIT;
	job->content.json = job->about.json = job->source.json =
		(struct buf)BUF_INIT(LINE_BYTES_MAX);
	job->sheet = (struct buf)BUF_INIT(SHEET_FILE_MAX);
	group->bytes += item->size;
	group->sheets += deposit_job_sheet_max(deposit, item);
	group->jobs[group->n++] = job;
	atomic_fetch_add(&group->n_left, 1);
	while (!queue_put_ms(deposit->jobs, job, 100))
		look_around(deposit);
	return 0;
}

/* Adds files to the group, from *index of the walk on, until it is full, or has n_most
 * files or bytes_most bytes of them, or there are no more. */
static int
fill_group(struct deposit *deposit, struct deposit_group *group, size_t n_most,
	   uint64_t bytes_most, size_t *index, struct amana_error *err)
{
	for (; *index < deposit->walk.n; (*index)++) {
		const struct walk_item *item = &deposit->walk.items[*index];

		if (item->kind != WALK_FILE || (deposit->anew && !item->anew))
			continue;
		look_around(deposit);
		if (atomic_load(&deposit->stop) || group->n >= n_most ||
		    (group->n > 0 && group->bytes >= bytes_most) ||
		    group_is_full(deposit, group, item))
			break;
		if (hand_out(deposit, group, item, err) < 0)
			return -1;
	}
	return 0;
}

/* There will be no more jobs in the group.  Returns when all of them are done. */
static void
await(struct deposit *deposit, struct deposit_group *group)
{
	deposit_group_release(deposit, group);
	while (queue_take_ms(deposit->done, 100) == NULL)
		look_around(deposit);
	look_around(deposit);
}

/* Tells the files that failed.  -1: the store or memory failed. */
static int
report_failures(struct deposit *deposit, const struct deposit_group *group,
		struct amana_error *err)
{
	int r = 0;

	for (size_t i = 0; i < group->n; i++) {
		struct deposit_job *job = group->jobs[i];

		if (job->fate == DEPOSIT_BROKEN && r == 0 &&
		    job->err.code != AMANA_E_CANCELLED) {
			*err = job->err;
			r = -1;
		}
		if (job->fate != DEPOSIT_FAILED || job->err.code == AMANA_E_CANCELLED)
			continue;
		job->err.names_item = true; /* deposit_job.c wraps it in the path */
		job->err.told = deposit->request->failed != NULL;
		deposit_tell_failed(deposit, job->item->path, &job->err);
	}
	return r;
}

/* Something broke, and the deposit ends.  What is sealed is committed all the same, so
 * that a run that goes on need not seal it again; an error of this says nothing new. */
static int
commit_what_is_sealed(struct deposit *deposit, struct deposit_group *group)
{
	struct amana_error second = AMANA_ERROR_INIT;

	return deposit_group_commit(deposit, group, &second);
}

/* Fills up one group, has it sealed and commits it, while the first jobs of the next one
 * are being done. */
static int
run_group(struct deposit *deposit, struct deposit_group *group,
	  struct deposit_group *next, size_t *index, struct amana_error *err)
{
	int r = fill_group(deposit, group, SIZE_MAX, UINT64_MAX, index, err);

	await(deposit, group);
	if (r < 0)
		return -1;
	if (report_failures(deposit, group, err) < 0) {
		(void)commit_what_is_sealed(deposit, group);
		return -1;
	}
	group_begin(next);
	r = fill_group(deposit, next, JOBS_WAITING, BYTES_AHEAD, index, err);
	if (r < 0)
		(void)commit_what_is_sealed(deposit, group);
	else
		r = deposit_group_commit(deposit, group, err);
	if (r < 0) {
		/* What was sealed of the next one stays without an act: nobody has it. */
		atomic_store(&deposit->stop, true);
		await(deposit, next);
	}
	return r;
}

static int
run_groups(struct deposit *deposit, struct amana_error *err)
{
	struct deposit_group *group = deposit->groups[0], *next = deposit->groups[1],
			     *done;
	size_t index = 0;
	int r = 0;

	group_begin(group);
	do {
		r = run_group(deposit, group, next, &index, err);
		deposit_group_clear(group);
		done = group;
		group = next;
		next = done;
		/* What the case only claims to hold is sealed after all. */
		if (r == 0 && group->n == 0 && !deposit->anew && deposit->n_anew > 0) {
			deposit->anew = true;
			index = 0;
			r = fill_group(deposit, group, JOBS_WAITING, BYTES_AHEAD, &index,
				       err);
		}
	} while (r == 0 && group->n > 0);
	if (r == 0 && atomic_load(&deposit->stop))
		r = err_set(err, AMANA_E_CANCELLED,
			    "stopped; what has a receipt is safe, run it again to go on");
	return r;
}

/* A media type only helps people, and a file is deposited without one; but that must not
 * go unseen. */
static void
tell_media_problem(const struct deposit *deposit)
{
	struct amana_error reason = AMANA_ERROR_INIT;
	size_t n = media_problem(deposit->media, &reason);

	if (n > 0)
		session_notice(deposit->session, AMANA_NOTICE_INFO,
			       "the media type of %s is not known: %s",
			       text_count(n, "file", "files").text, reason.msg);
}

static int
make_groups(struct deposit *deposit, struct amana_error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(deposit->groups); i++) {
		struct deposit_group *group = mem_new(sizeof *group, err);

		deposit->groups[i] = group;
		if (group == NULL ||
		    secret_new(DEPOSIT_GROUP_FILES * AGE_KEY_LEN, &group->slab, err) < 0)
			return -1;
	}
	return 0;
}

int
deposit_run(struct deposit *deposit, struct amana_error *err)
{
	size_t n = workers_cores();
	int r;

	if (n > WORKERS_MAX)
		n = WORKERS_MAX;
	if (n > deposit->walk.n_files)
		n = deposit->walk.n_files;
	if (media_start(n < 2 ? 1 : 2, &deposit->media, err) < 0)
		return -1;
	deposit->jobs = queue_new(JOBS_WAITING, err);
	deposit->done = queue_new(ARRAY_LEN(deposit->groups), err);
	if (make_groups(deposit, err) < 0 || deposit->jobs == NULL ||
	    deposit->done == NULL ||
	    workers_start(n, deposit_job_work, deposit, &deposit->workers, err) < 0)
		return -1;
	r = run_groups(deposit, err);
	queue_close(deposit->jobs);
	workers_join(deposit->workers);
	deposit->workers = NULL;
	tell_media_problem(deposit);
	return r;
}

void
deposit_run_done(struct deposit *deposit)
{
	if (deposit->jobs != NULL)
		queue_close(deposit->jobs);
	workers_join(deposit->workers);
	queue_free(deposit->jobs);
	queue_free(deposit->done);
	for (size_t i = 0; i < ARRAY_LEN(deposit->groups); i++)
		deposit_group_free(deposit->groups[i]);
	media_stop(deposit->media);
}
