/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/deposit_core.h"

#include "base/queue.h"
#include "custody/line.h"
#include "flow/deposit/deposit.h"
#include "session/names.h"
#include "session/session_catalog.h"
#include "session/sync.h"

#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <time.h>

/* Leading a deposit: may this person, what is there to take, hand it to the workers,
 * commit group by group. */

static int64_t
monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec;
}

/* ---- before anything is written ---- */

static int
check_right(struct deposit *deposit, const struct state_member *me,
	    struct amana_error *err)
{
	const struct state *state = session_state(deposit->session);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct state_grant *grant =
		state_grant(state, &deposit->case_id, &me->code);
	struct subject about = subject_case(&deposit->case_id), subject;
	struct custody_id fresh;
	struct state_why why;

	if (entry == NULL)
		return -1;
	custody_id_random(&fresh);
	subject = subject_exhibit(&fresh);
	entry_init(entry, ACT_DEPOSIT, &subject);
	entry->actor = me->code;
	entry->at = session_now();
	entry->own.sealing =
		(struct act_sealing){.in_case = true,
				     .case_id = deposit->case_id,
				     .epoch = state_ring_epoch(state, &deposit->case_id),
				     .audit_epoch = state_ring_epoch(state, NULL)};
	if (!state_may(state, entry, &why)) {
		act_denied(deposit->session, &about, &deposit->case_id, "deposit");
		return err_set(err, AMANA_E_DENIED, "%s may not deposit into %s: %s",
			       deposit->session->who, deposit->case_code, why.text);
	}
	if (grant != NULL && grant->has_until && grant->until_at < session_now()) {
		act_denied(deposit->session, &about, &deposit->case_id, "deposit");
		return err_set(err, AMANA_E_DENIED,
			       "your grant in %s has ended; a lead can renew it",
			       deposit->case_code);
	}
	deposit->may_know = grant != NULL && (state_grant_means(grant) == GRANT_LEAD ||
					      state_grant_means(grant) == GRANT_READER);
	return 0;
}

static int
take_ring(struct deposit *deposit, struct amana_error *err)
{
	const struct state *state = session_state(deposit->session);
	const struct state_case *a_case = state_case(state, &deposit->case_id);
	const struct age_recipient *ring;

	deposit->epoch = state_ring_epoch(state, &deposit->case_id);
	ring = state_ring_recipient(state, &deposit->case_id, deposit->epoch);
	if (a_case == NULL || ring == NULL)
		return err_bug(err, "the case has no ring");
	deposit->ring = *ring;
	deposit->first_slot = state_slot(state);
	deposit->case_was_empty = a_case->n_exhibits == 0;
	if (a_case->due)
		session_notice(
			deposit->session, AMANA_NOTICE_EPOCH_DUE,
			"a new epoch of %s is due and only a lead can make it; until then what "
			"you deposit can also be opened with the old one",
			deposit->case_code);
	return 0;
}

static int
parse_facts(struct deposit *deposit, struct amana_error *err)
{
	const char *text = deposit->request->facts;
	json_error_t where;

	if (text == NULL)
		return 0;
	deposit->facts = json_loads(text, JSON_REJECT_DUPLICATES, &where);
	if (deposit->facts == NULL || !json_is_object(deposit->facts))
		return err_set(err, AMANA_E_FORMAT,
			       "the facts are no JSON object (line %d)", where.line);
	return 0;
}

static int
set_up(struct deposit *deposit, struct amana_error *err)
{
	const struct state_member *me;
	const struct state_case *a_case;

	if (session_member(deposit->session, &me, err) < 0)
		return -1;
	deposit->actor = me->code;
	upkeep_run(deposit->session);
	if (session_member(deposit->session, &me, err) < 0 ||
	    names_case(deposit->session, deposit->request->case_name, &a_case, err) < 0)
		return -1;
	deposit->case_id = a_case->id;
	names_case_code(deposit->session, &a_case->id, deposit->case_code);
	if (check_right(deposit, me, err) < 0 || parse_facts(deposit, err) < 0)
		return -1;
	if (secret_new(HASH_LEN, &deposit->own_key, err) < 0)
		return -1;
	hkdf_of(BYTES_OF(deposit->session->identity.age),
		(struct bytes){log_fingerprint(deposit->session->log)->bytes, HASH_LEN},
		"amana own deposits 1", deposit->own_key.data, deposit->own_key.len);
	return take_ring(deposit, err);
}

static void
report_unusable(struct deposit *deposit)
{
	const struct amana_deposit *request = deposit->request;

	for (size_t i = 0; i < deposit->walk.n; i++) {
		const struct walk_item *item = &deposit->walk.items[i];
		struct amana_error err = AMANA_ERROR_INIT;

		if (item->kind == WALK_FAILED) {
			err_set(&err, AMANA_E_IO, "%s", strerror(item->sys_errno));
			err.sys_errno = item->sys_errno;
			if (item->sys_errno == ENOENT)
				err.code = AMANA_E_MISSING;
			if (deposit->result.n_failed++ == 0) {
				deposit->first_failure = err;
				err_wrap(&deposit->first_failure, "'%s'", item->path);
			}
			if (request->failed != NULL)
				request->failed(request->ctx, item->path, &err);
		} else if (item->kind != WALK_FILE) {
			deposit->result.n_skipped++;
			if (request->skipped != NULL)
				request->skipped(request->ctx, item->path, NULL,
						 item->kind == WALK_SYMLINK
							 ? "a symbolic link, not followed"
							 : "a special file, not opened");
		}
	}
}

/* Who will be able to read it, for the question before. */
static int
describe_people(const struct deposit *deposit, struct buf *out, struct amana_error *err)
{
	const struct state *state = session_state(deposit->session);
	const struct state_grant *grant = NULL;

	while ((grant = state_grant_next_of_case(state, &deposit->case_id, grant)) !=
	       NULL) {
		enum grant_kind means = state_grant_means(grant);

		if (means != GRANT_LEAD && means != GRANT_READER)
			continue;
		if (buf_add_fmt(out, err, "%s%s (%s)", out->len > 0 ? ", " : "",
				state_grant_member(state, grant)->code.text,
				grant_kind_name(means)) < 0)
			return -1;
	}
	return 0;
}

static int
confirm(const struct deposit *deposit, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf people = BUF_INIT(65536);
	const struct amana_deposit *request = deposit->request;
	struct amana_deposit_plan plan = {.n_files = deposit->walk.n_files,
					  .n_skipped = deposit->walk.n_skipped,
					  .n_failed = deposit->walk.n_failed,
					  .n_bytes = deposit->walk.n_bytes};

	if (request->confirm == NULL)
		return 0;
	if (describe_people(deposit, &people, err) < 0)
		return -1;
	plan.people = buf_text(&people);
	snprintf(plan.case_code, sizeof plan.case_code, "%s", deposit->case_code);
	if (!request->confirm(request->ctx, &plan))
		return err_set(err, AMANA_E_CANCELLED, "nothing was deposited");
	return 0;
}

/* ---- the groups ---- */

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
	       (group->n > 0 &&
		(group->bytes + next->size > DEPOSIT_GROUP_BYTES ||
		 group->sheets + deposit_sheet_bound(deposit, next) >
			 DEPOSIT_GROUP_SHEETS ||
		 monotonic_s() - group->began_at >= DEPOSIT_GROUP_SECONDS));
}

static void
group_begin(struct deposit_group *group)
{
	group->began_at = monotonic_s();
	atomic_store(&group->n_left, 1);
}

/* Hands out one item. */
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
	job->ring = deposit->ring;
	job->sealed = (struct object_sealed)OBJECT_SEALED_INIT;
	job->content.json = job->about.json = job->source.json =
		(struct buf)BUF_INIT(LINE_BYTES_MAX);
	job->sheet = (struct buf)BUF_INIT(SHEET_FILE_MAX);
	group->bytes += item->size;
	group->sheets += deposit_sheet_bound(deposit, item);
	group->jobs[group->n++] = job;
	atomic_fetch_add(&group->n_left, 1);
	while (!queue_put_ms(deposit->jobs, job, 100))
		look_around(deposit);
	return 0;
}

/* Adds to the group from *index on, until it is full or has n_most jobs and their share
 * of bytes. */
static int
fill_group(struct deposit *deposit, struct deposit_group *group, size_t n_most,
	   uint64_t bytes_most, size_t *index, struct amana_error *err)
{
	for (; *index < deposit->walk.n; (*index)++) {
		const struct walk_item *item = &deposit->walk.items[*index];

		if (item->kind != WALK_FILE)
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

/* Until every job of the group is done; there will be no more of them. */
static void
await(struct deposit *deposit, struct deposit_group *group)
{
	deposit_group_release(deposit, group);
	while (queue_take_ms(deposit->done, 100) == NULL)
		look_around(deposit);
	look_around(deposit);
}

/* What failed is told; the first failure of the store ends the deposit. */
static int
report_failures(struct deposit *deposit, const struct deposit_group *group,
		struct amana_error *err)
{
	int r = 0;

	for (size_t i = 0; i < group->n; i++) {
		const struct deposit_job *job = group->jobs[i];

		if (job->fate == DEPOSIT_BROKEN && r == 0 &&
		    job->err.code != AMANA_E_CANCELLED) {
			*err = job->err;
			r = -1;
		}
		if (job->fate != DEPOSIT_FAILED || job->err.code == AMANA_E_CANCELLED)
			continue;
		if (deposit->result.n_failed++ == 0)
			deposit->first_failure = job->err;
		if (deposit->request->failed != NULL)
			deposit->request->failed(deposit->request->ctx, job->item->path,
						 &job->err);
	}
	return r;
}

/* When something broke, what is sealed is kept all the same: it is one act less to
 * repeat. */
static int
commit_what_is_sealed(struct deposit *deposit, struct deposit_group *group)
{
	struct amana_error second = AMANA_ERROR_INIT;

	return deposit_group_commit(deposit, group, &second);
}

/* One group is filled up, sealed and committed, while the first jobs of the next one are
 * being done. */
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
	r = fill_group(deposit, next, DEPOSIT_QUEUE, DEPOSIT_AHEAD_BYTES, index, err);
	if (r < 0)
		(void)commit_what_is_sealed(deposit, group);
	else
		r = deposit_group_commit(deposit, group, err);
	if (r < 0) { /* what of the next one is sealed stays nameless: no act has it */
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
	} while (r == 0 && group->n > 0);
	if (r == 0 && atomic_load(&deposit->stop))
		r = err_set(err, AMANA_E_CANCELLED,
			    "stopped; what has a receipt is safe, run it again to go on");
	return r;
}

/* A media type is a help for people; that it is missing must not go unseen. */
static void
tell_media_problem(const struct deposit *deposit)
{
	struct amana_error reason = AMANA_ERROR_INIT;
	size_t n = media_problem(deposit->media, &reason);

	if (n > 0)
		session_notice(deposit->session, AMANA_NOTICE_INFO,
			       "the media type of %zu files is not known: %s", n,
			       reason.msg);
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

static int
run_workers(struct deposit *deposit, struct amana_error *err)
{
	size_t n = workers_cores();
	int r;

	if (n > DEPOSIT_WORKERS_MAX)
		n = DEPOSIT_WORKERS_MAX;
	if (n > deposit->walk.n_files)
		n = deposit->walk.n_files;
	if (media_start(n < 2 ? 1 : 2, &deposit->media, err) < 0)
		return -1;
	deposit->jobs = queue_new(DEPOSIT_QUEUE, err);
	deposit->done = queue_new(ARRAY_LEN(deposit->groups), err);
	if (make_groups(deposit, err) < 0 || deposit->jobs == NULL ||
	    deposit->done == NULL ||
	    workers_start(n, deposit_worker, deposit, &deposit->workers, err) < 0)
		return -1;
	r = run_groups(deposit, err);
	queue_close(deposit->jobs);
	workers_join(deposit->workers);
	deposit->workers = NULL;
	tell_media_problem(deposit);
	return r;
}

static void
tear_down(struct deposit *deposit)
{
	if (deposit->jobs != NULL)
		queue_close(deposit->jobs);
	workers_join(deposit->workers);
	queue_free(deposit->jobs);
	queue_free(deposit->done);
	for (size_t i = 0; i < ARRAY_LEN(deposit->groups); i++)
		deposit_group_free(deposit->groups[i]);
	media_stop(deposit->media);
	secret_done(&deposit->own_key);
	walk_done(&deposit->walk);
	if (deposit->facts != NULL)
		line_json_done(deposit->facts);
	pthread_mutex_destroy(&deposit->known_lock);
}

static int
walk_paths(struct deposit *deposit, struct amana_error *err)
{
	for (size_t i = 0; i < deposit->request->n_paths; i++)
		if (walk_add(&deposit->walk, deposit->request->paths[i], err) < 0)
			return -1;
	return 0;
}

/* Whoever may know what the case holds reads it first, on record, so that content that it
 * holds is noticed. */
static int
learn_case(struct deposit *deposit, struct amana_error *err)
{
	const struct state *state = session_state(deposit->session);
	struct catalog_totals totals;

	if (!deposit->may_know || deposit->request->again || deposit->case_was_empty)
		return 0;
	if (session_catalog_outcome(catalog_totals(deposit->catalog,
						   deposit->case_id.bytes, &totals, err),
				    err) < 0)
		return -1;
	if (totals.n_opened == totals.n_exhibits)
		return 0;
	if (sync_case(deposit->session, state_case(state, &deposit->case_id), err) < 0)
		return -1;
	deposit->first_slot = state_slot(session_state(deposit->session));
	return 0;
}

static int
run(struct deposit *deposit, struct amana_error *err)
{
	if (deposit->request->n_paths == 0)
		return err_set(err, AMANA_E_USAGE, "no file or folder was named");
	if (set_up(deposit, err) < 0 || walk_paths(deposit, err) < 0 ||
	    session_catalog(deposit->session, &deposit->catalog, err) < 0)
		return -1;
	report_unusable(
		deposit); /* before the question: a person should know what is left out */
	if (deposit->walk.n_files > 0 && confirm(deposit, err) < 0)
		return -1;
	if (deposit->request->dry_run || deposit->walk.n_files == 0)
		return 0;
	return learn_case(deposit, err) < 0 ? -1 : run_workers(deposit, err);
}

int
flow_deposit(struct session *session, const struct amana_deposit *request,
	     struct amana_deposit_result *ret_result, struct amana_error *err)
{
	struct deposit deposit = {
		.session = session,
		.request = request,
		.walk = WALK_INIT,
		.known_lock = PTHREAD_MUTEX_INITIALIZER,
		.first_failure = AMANA_ERROR_INIT,
	};
	int r = run(&deposit, err);

	tear_down(&deposit);
	*ret_result = deposit.result;
	if (r < 0)
		return -1;
	if (deposit.result.n_failed == 0)
		return 0;
	if (deposit.result.n_deposited == 0 && deposit.result.n_skipped == 0) {
		*err = deposit.first_failure;
		return -1;
	}
	return AMANA_SOME_FAILED;
}
