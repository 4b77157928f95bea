/* SPDX-License-Identifier: Apache-2.0 */
#include "heap.h"
#include "first_open.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TOGETHER_MAX ((size_t)1000) /* openings in one act */
#define IDLE_READERS ((size_t)256)
/* After so many openings in order by one program the next are expected; at most AHEAD_MAX
 * at a time, AHEAD_TOGETHER in one act, between which whoever else asks has his turn. */
#define AHEAD_AFTER 8
#define AHEAD_MAX 1024
#define AHEAD_TOGETHER ((size_t)256)
#define RUNS 8
#define SOON 5 /* so many exhibits before a run comes to one, it is made ready */
/* At most so many ranges are told of one exhibit; closer ones are told as one. */
#define RANGES_MAX ((size_t)32)

struct waiter {
	struct waiter *next;
	fuse_req_t req;
	struct fuse_file_info fi;
};

/* One program going through the case. */
struct run {
	uint32_t pid;	     /* 0: none */
	uint64_t last, next; /* numbers: opened last; the one after it */
	uint64_t until;	     /* expected up to this number */
	unsigned int n;	     /* opened in a row */
};

struct desk {
	struct tree *tree;
	pthread_mutex_t lock;
	int event;
	const struct speaker *speaker;
	desk_soon *soon;
	void *soon_ctx;
	bool stopped;
	struct opening *asked, **asked_end; /* in the order of asking */
	struct opening *damaged;
	struct opening *expected, **expected_end; /* to be recorded ahead */
	struct opening *met;			  /* recorded ahead, and opened since */
	struct run runs[RUNS];
	size_t next_run;
	struct opening *opened; /* all that there ever were */
	struct handle *handles;
	size_t n_readers;
	uint64_t n_recorded; /* the vault's thread */
};

struct desk *
desk_new(struct tree *tree, const struct speaker *speaker, desk_soon *soon, void *ctx)
{
	struct desk *desk = heap_new(1, sizeof *desk);

	if (desk == NULL)
		return NULL;
	desk->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (desk->event < 0) {
		heap_free(desk);
		return NULL;
	}
	pthread_mutex_init(&desk->lock, NULL);
	desk->tree = tree;
	desk->speaker = speaker;
	desk->soon = soon;
	desk->soon_ctx = ctx;
	desk->expected_end = &desk->expected;
	desk->asked_end = &desk->asked;
	return desk;
}

void
desk_free(struct desk *desk)
{
	if (desk == NULL)
		return;
	while (desk->handles != NULL) /* still open when the mount was ended */
		desk_close(desk->handles);
	while (desk->opened != NULL) {
		struct opening *opening = desk->opened;

		desk->opened = opening->next_opened;
		amana_reader_free(atomic_load(&opening->reader));
		heap_free((void *)(uintptr_t)opening->given);
		opening->file->opening = NULL;
		heap_free(opening);
	}
	close(desk->event);
	pthread_mutex_destroy(&desk->lock);
	heap_free(desk);
}

int
desk_fd(const struct desk *desk)
{
	return desk->event;
}

static void
ring(const struct desk *desk)
{
	const uint64_t one = 1;
	ssize_t n = write(desk->event, &one, sizeof one);

	(void)n;
}

/* Others read the journal: there an error is told by its kind. */
static void
say_error(const struct desk *desk, const char *what, uint64_t number,
	  const struct amana_error *err)
{
	speaker_say(desk->speaker, "amana-mount: %sexhibit %" PRIu64 " %s: %s",
		    err->code == AMANA_E_TAMPERED ? "TAMPERED: " : "", number, what,
		    desk->speaker->journal ? amana_code_name(err->code) : err->msg);
}

/* ---- any thread ---- */

void
opening_ref(struct opening *opening)
{
	atomic_fetch_add(&opening->n_refs, 1);
}

void
opening_unref(struct opening *opening)
{
	atomic_fetch_sub(&opening->n_refs, 1);
}

void
opening_given(struct opening *opening, uint64_t first, size_t len)
{
	uint64_t last = (first + len - 1) / AMANA_CHUNK;

	if (len == 0)
		return;
	for (uint64_t i = first / AMANA_CHUNK; i <= last; i++)
		if (i / 64 < opening->n_given)
			atomic_fetch_or_explicit(&opening->given[i / 64],
						 (uint64_t)1 << (i % 64),
						 memory_order_relaxed);
}

static struct opening *
opening_new(struct desk *desk, struct tree_file *file)
{
	uint64_t n_chunks = file->size / AMANA_CHUNK + 1;
	struct opening *opening = heap_new(1, sizeof *opening);

	if (opening == NULL)
		return NULL;
	opening->n_given = (size_t)(n_chunks / 64 + 1);
	opening->given = heap_new(opening->n_given, sizeof opening->given[0]);
	if (opening->given == NULL) {
		heap_free(opening);
		return NULL;
	}
	opening->file = file;
	opening->next_opened = desk->opened;
	desk->opened = opening;
	file->opening = opening;
	return opening;
}

/* With a reference already taken. */
static void
answer_open(struct desk *desk, struct opening *opening, fuse_req_t req,
	    struct fuse_file_info *fi)
{
	struct handle *handle = heap_new(1, sizeof *handle);

	if (handle == NULL) {
		opening_unref(opening);
		fuse_reply_err(req, ENOMEM);
		return;
	}
	handle->opening = opening;
	handle->desk = desk;
	pthread_mutex_init(&handle->lock, NULL);
	pthread_mutex_lock(&desk->lock);
	handle->later = desk->handles;
	if (handle->later != NULL)
		handle->later->earlier = handle;
	desk->handles = handle;
	pthread_mutex_unlock(&desk->lock);
	fi->fh = (uint64_t)(uintptr_t)handle;
	fi->keep_cache = 1;
	fi->noflush = 1;
	if (fuse_reply_open(req, fi) < 0)
		desk_close(handle); /* the opener has gone */
}

void
desk_close(struct handle *handle)
{
	struct desk *desk = handle->desk;

	pthread_mutex_lock(&desk->lock);
	if (handle->earlier != NULL)
		handle->earlier->later = handle->later;
	else
		desk->handles = handle->later;
	if (handle->later != NULL)
		handle->later->earlier = handle->earlier;
	pthread_mutex_unlock(&desk->lock);
	opening_unref(handle->opening);
	pthread_mutex_destroy(&handle->lock);
	heap_free(handle);
}

static void
opener_of(const struct caller *caller, struct opener *ret)
{
	ret->uid = caller->uid;
	ret->pid = caller->pid;
	caller_name(caller, ret->name);
}

/* ---- what is expected; with the lock held ---- */

/* The run that this opening goes on, or a new one. */
static struct run *
find_run(struct desk *desk, uint32_t pid, uint64_t number)
{
	struct run *run;

	for (size_t i = 0; i < RUNS; i++)
		if (desk->runs[i].pid == pid &&
		    (desk->runs[i].next == number || desk->runs[i].last == number))
			return &desk->runs[i];
	run = &desk->runs[desk->next_run];
	desk->next_run = (desk->next_run + 1) % RUNS;
	*run = (struct run){.pid = pid};
	return run;
}

static bool
expect_one(struct desk *desk, struct tree_file *file, const struct caller *caller)
{
	struct opening *opening =
		file->opening != NULL ? file->opening : opening_new(desk, file);

	if (opening == NULL)
		return false;
	if (opening->recorded || opening->waiting || opening->expected)
		return true;
	opening->expected = true;
	opener_of(caller, &opening->who);
	opening->next_expected = NULL;
	*desk->expected_end = opening;
	desk->expected_end = &opening->next_expected;
	return true;
}

/* As many again as were opened, when half of those are used up. */
static void
expect_more(struct desk *desk, struct run *run, const struct caller *caller)
{
	uint64_t most = run->n < AHEAD_MAX ? run->n : AHEAD_MAX;
	struct tree_file *file;

	if (run->n < AHEAD_AFTER || run->until > run->last + most / 2)
		return;
	file = tree_after(desk->tree, run->until > run->last ? run->until : run->last);
	for (uint64_t i = 0; i < most && file != NULL; i++) {
		if (!expect_one(desk, file, caller))
			break;
		run->until = file->number;
		file = tree_after(desk->tree, file->number);
	}
	if (desk->expected != NULL)
		ring(desk);
}

/* What the run will open soon, with a reference; NULL: nothing that can be made ready. */
static struct opening *
note_run(struct desk *desk, const struct tree_file *file, const struct caller *caller)
{
	struct run *run = find_run(desk, caller->pid, file->number);
	const struct tree_file *next;

	if (run->last == file->number)
		return NULL; /* once more */
	next = tree_after(desk->tree, file->number);
	run->last = file->number;
	run->next = next != NULL ? next->number : 0;
	run->n++;
	expect_more(desk, run, caller);
	if (run->n < AHEAD_AFTER)
		return NULL;
	for (int i = 1; i < SOON && next != NULL; i++)
		next = tree_after(desk->tree, next->number);
	if (next == NULL || next->opening == NULL || !next->opening->expected ||
	    atomic_load(&next->opening->reader) == NULL)
		return NULL;
	opening_ref(next->opening);
	return next->opening;
}

/* It was expected, and here it is: the record knows it already, and the vault is told. */
static void
meet(struct desk *desk, struct opening *opening)
{
	opening->expected = false;
	opening->next_met = desk->met;
	desk->met = opening;
	if (++desk->n_readers > 2 * IDLE_READERS)
		ring(desk); /* some have to be closed */
}

/* With the lock held.  0: it waits now. */
static int
wait_at(struct desk *desk, struct opening *opening, fuse_req_t req,
	const struct fuse_file_info *fi, const struct caller *caller)
{
	struct waiter *waiter = heap_new(1, sizeof *waiter);

	if (waiter == NULL)
		return ENOMEM;
	*waiter = (struct waiter){.next = opening->waiters, .req = req, .fi = *fi};
	opening->waiters = waiter;
	if (opening->waiting)
		return 0;
	opening->waiting = true;
	if (!opening->recorded)
		opener_of(caller, &opening->who);
	opening->next_asked = NULL;
	*desk->asked_end = opening;
	desk->asked_end = &opening->next_asked;
	ring(desk);
	return 0;
}

void
desk_open(struct desk *desk, struct tree_file *file, fuse_req_t req,
	  const struct fuse_file_info *fi, const struct caller *caller)
{
	struct fuse_file_info copy = *fi;
	struct opening *opening, *soon = NULL;
	bool now = false;
	int sys_errno = 0;

	pthread_mutex_lock(&desk->lock);
	opening = file->opening != NULL ? file->opening : opening_new(desk, file);
	if (desk->stopped)
		sys_errno = EIO;
	else if (opening == NULL)
		sys_errno = ENOMEM;
	else if (atomic_load(&opening->reader) != NULL) {
		opening_ref(opening);
		now = true;
		if (opening->expected)
			meet(desk, opening);
	} else {
		sys_errno = wait_at(desk, opening, req, fi, caller);
	}
	if (sys_errno == 0)
		soon = note_run(desk, file, caller);
	pthread_mutex_unlock(&desk->lock);
	if (sys_errno != 0)
		fuse_reply_err(req, sys_errno);
	else if (now)
		answer_open(desk, opening, req, &copy);
	if (soon != NULL)
		desk->soon(desk->soon_ctx, soon);
}

void
desk_damaged(struct desk *desk, struct opening *opening)
{
	pthread_mutex_lock(&desk->lock);
	if (!opening->damaged) {
		opening->damaged = true;
		opening->next_damaged = desk->damaged;
		desk->damaged = opening;
		ring(desk);
	}
	pthread_mutex_unlock(&desk->lock);
}

/* ---- the vault's thread ---- */

/* The first that wait, out of the queue; those on record already come too. */
static size_t
take_asked(struct desk *desk, struct opening **ret, size_t cap)
{
	size_t n = 0;

	while (n < cap && desk->asked != NULL) {
		ret[n] = desk->asked;
		desk->asked = ret[n++]->next_asked;
	}
	if (desk->asked == NULL)
		desk->asked_end = &desk->asked;
	return n;
}

/* Those that wait for it get the same answer. */
static void
answer(struct desk *desk, struct opening *opening, struct amana_reader *reader,
       int sys_errno)
{
	struct waiter *waiters, *next;

	pthread_mutex_lock(&desk->lock);
	waiters = opening->waiters;
	opening->waiters = NULL;
	opening->waiting = false;
	if (reader != NULL) {
		atomic_store(&opening->reader, reader);
		desk->n_readers++;
	}
	for (const struct waiter *waiter = waiters; sys_errno == 0 && waiter != NULL;
	     waiter = waiter->next)
		opening_ref(opening);
	pthread_mutex_unlock(&desk->lock);
	for (; waiters != NULL; waiters = next) {
		next = waiters->next;
		if (sys_errno != 0)
			fuse_reply_err(waiters->req, sys_errno);
		else
			answer_open(desk, opening, waiters->req, &waiters->fi);
		heap_free(waiters);
	}
}

/* `status`: what the record said of it. */
static void
finish_one(struct desk *desk, struct amana_mount *mount, struct opening *opening,
	   int status)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_reader *reader = NULL;

	if (status != 0) {
		answer(desk, opening, NULL, fail_errno((enum amana_code)status));
		return;
	}
	pthread_mutex_lock(&desk->lock);
	if (!opening->recorded)
		desk->n_recorded++;
	opening->recorded = true;
	opening->expected = false;
	pthread_mutex_unlock(&desk->lock);
	if (amana_mount_reader(mount, opening->file->number, &reader, &err) < 0) {
		say_error(desk, "cannot be read", opening->file->number, &err);
		answer(desk, opening, NULL, fail_errno(err.code));
		return;
	}
	answer(desk, opening, reader, 0);
}

/* `ahead`: they are expected.  Otherwise those that were expected and are opened now are
 * told again, which writes nothing. */
static int
record(struct desk *desk, struct amana_mount *mount, struct opening *const *list,
       size_t n, bool ahead, int *ret_status, struct amana_error *err)
{
	CLEANUP(heap_freep)
	struct amana_opening *acts = heap_new(n, sizeof acts[0]);
	CLEANUP(heap_freep) struct opener *who = heap_new(n, sizeof who[0]);

	if (acts == NULL || who == NULL)
		return fail(err, AMANA_E_NOMEM, "memory ran out");
	/* What is expected may be asked for meanwhile, by somebody else. */
	pthread_mutex_lock(&desk->lock);
	for (size_t i = 0; i < n; i++)
		who[i] = list[i]->who;
	pthread_mutex_unlock(&desk->lock);
	for (size_t i = 0; i < n; i++)
		acts[i] = (struct amana_opening){.number = list[i]->file->number,
						 .program = who[i].name,
						 .uid = who[i].uid,
						 .pid = who[i].pid,
						 .ahead = ahead};
	if (amana_mount_record(mount, acts, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		ret_status[i] = acts[i].status;
	return 0;
}

static bool
work_once(struct desk *desk, struct amana_mount *mount, struct opening **asked, size_t n,
	  int *status, struct amana_error *err)
{
	if (record(desk, mount, asked, n, false, status, err) < 0) {
		speaker_say(
			desk->speaker,
			"amana-mount: an opening could not be put on record, so nothing was opened: %s",
			desk->speaker->journal ? amana_code_name(err->code) : err->msg);
		for (size_t i = 0; i < n; i++)
			answer(desk, asked[i], NULL, fail_errno(err->code));
		return err->code != AMANA_E_DENIED && err->code != AMANA_E_LOCKED;
	}
	for (size_t i = 0; i < n; i++)
		finish_one(desk, mount, asked[i], status[i]);
	return true;
}

/* With the lock held: the first that are expected still. */
static size_t
take_expected(struct desk *desk, struct opening **ret, size_t cap)
{
	size_t n = 0;

	while (n < cap && desk->expected != NULL) {
		struct opening *opening = desk->expected;

		desk->expected = opening->next_expected;
		if (opening->waiting || opening->recorded)
			opening->expected = false; /* overtaken: it is asked for now */
		else
			ret[n++] = opening;
	}
	if (desk->expected == NULL)
		desk->expected_end = &desk->expected;
	return n;
}

/* Readers are made at once, so that an opener finds everything ready.  What does not work
 * out is left to the opening itself. */
static void
work_expected(struct desk *desk, struct amana_mount *mount, struct opening **list,
	      size_t n, int *status)
{
	struct amana_error err = AMANA_ERROR_INIT;
	bool done = record(desk, mount, list, n, true, status, &err) == 0;

	for (size_t i = 0; i < n; i++) {
		struct amana_reader *reader = NULL;

		if (done && status[i] == 0 &&
		    amana_mount_reader(mount, list[i]->file->number, &reader, &err) < 0)
			reader = NULL;
		pthread_mutex_lock(&desk->lock);
		list[i]->recorded = done && status[i] == 0;
		if (list[i]->recorded)
			desk->n_recorded++;
		if (reader == NULL || list[i]->waiting)
			list[i]->expected = false;
		if (reader != NULL && !list[i]->waiting) {
			atomic_store(&list[i]->reader, reader);
			reader = NULL;
		}
		pthread_mutex_unlock(&desk->lock);
		amana_reader_free(reader);
	}
}

/* Those that were expected and came.  Failing changes nothing for them: they are on
 * record. */
static void
work_met(struct desk *desk, struct amana_mount *mount, struct opening *met,
	 struct opening **list, int *status)
{
	struct amana_error err = AMANA_ERROR_INIT;
	size_t n = 0;

	while (met != NULL) {
		list[n++] = met;
		met = met->next_met;
		if (n == TOGETHER_MAX || met == NULL) {
			(void)!record(desk, mount, list, n, false, status, &err);
			n = 0;
		}
	}
}

static void
work_damaged(struct desk *desk, struct amana_mount *mount, struct opening *damaged)
{
	struct amana_error err = AMANA_ERROR_INIT;

	for (; damaged != NULL; damaged = damaged->next_damaged) {
		(void)fail(
			&err, AMANA_E_TAMPERED,
			"its stored bytes are not those that were deposited; reading it fails, the others go on");
		say_error(desk, "fails its check", damaged->file->number, &err);
		if (amana_mount_damaged(mount, damaged->file->number, &err) < 0)
			say_error(desk, "is damaged, which could not be put on record",
				  damaged->file->number, &err);
	}
}

bool
desk_work(struct desk *desk, struct amana_mount *mount, struct amana_error *err)
{
	CLEANUP(heap_freep)
	struct opening **asked = heap_new(TOGETHER_MAX, sizeof(struct opening *));
	CLEANUP(heap_freep) int *status = heap_new(TOGETHER_MAX, sizeof status[0]);
	struct opening *damaged, *met;
	uint64_t count;
	bool go_on = true;
	ssize_t got = read(desk->event, &count, sizeof count);
	size_t n, n_expected;

	(void)got;
	if (asked == NULL || status == NULL) {
		ring(desk); /* later */
		return true;
	}
	do {
		pthread_mutex_lock(&desk->lock);
		n = take_asked(desk, asked, TOGETHER_MAX);
		n_expected = n == 0 ? take_expected(desk, asked, AHEAD_TOGETHER) : 0;
		damaged = desk->damaged;
		desk->damaged = NULL;
		met = desk->met;
		desk->met = NULL;
		pthread_mutex_unlock(&desk->lock);
		if (n > 0)
			go_on = work_once(desk, mount, asked, n, status, err);
		if (n_expected > 0)
			work_expected(desk, mount, asked, n_expected, status);
		work_met(desk, mount, met, asked, status);
		work_damaged(desk, mount, damaged);
		desk_trim(desk);
	} while (go_on && (n > 0 || n_expected > 0));
	return go_on;
}

void
desk_trim(struct desk *desk)
{
	struct opening *opening;

	pthread_mutex_lock(&desk->lock);
	for (opening = desk->opened; opening != NULL && desk->n_readers > IDLE_READERS;
	     opening = opening->next_opened) {
		struct amana_reader *reader = atomic_load(&opening->reader);

		/* New references are made by those who have one, and by desk_open under
		 * the lock. */
		if (reader == NULL || opening->expected ||
		    atomic_load(&opening->n_refs) != 0)
			continue;
		atomic_store(&opening->reader, NULL);
		amana_reader_free(reader);
		desk->n_readers--;
	}
	pthread_mutex_unlock(&desk->lock);
}

void
desk_stop(struct desk *desk)
{
	struct opening *asked[1];

	pthread_mutex_lock(&desk->lock);
	desk->stopped = true;
	while (take_asked(desk, asked, 1) > 0) {
		pthread_mutex_unlock(&desk->lock);
		answer(desk, asked[0], NULL, EIO);
		pthread_mutex_lock(&desk->lock);
	}
	pthread_mutex_unlock(&desk->lock);
}

void
desk_settle(struct desk *desk, struct amana_mount *mount)
{
	CLEANUP(heap_freep)
	struct opening **list = heap_new(TOGETHER_MAX, sizeof(struct opening *));
	CLEANUP(heap_freep) int *status = heap_new(TOGETHER_MAX, sizeof status[0]);
	struct opening *met;

	pthread_mutex_lock(&desk->lock);
	met = desk->met;
	desk->met = NULL;
	pthread_mutex_unlock(&desk->lock);
	if (list != NULL && status != NULL)
		work_met(desk, mount, met, list, status);
}

void
desk_each(struct desk *desk, void (*each)(void *ctx, const struct tree_file *file),
	  void *ctx)
{
	const struct opening *opening;

	pthread_mutex_lock(&desk->lock);
	opening = desk->opened;
	pthread_mutex_unlock(&desk->lock);
	for (; opening != NULL; opening = opening->next_opened)
		each(ctx, opening->file);
}

uint64_t
desk_n_recorded(const struct desk *desk)
{
	return desk->n_recorded;
}

/* ---- what was read ---- */

bool
opening_was_given(const struct opening *opening, uint64_t chunk)
{
	return chunk / 64 < opening->n_given &&
	       (atomic_load(&opening->given[chunk / 64]) >> (chunk % 64) & 1) != 0;
}

/* The runs of chunks that were given out, told as one where fewer than `gap` chunks lie
 * between them. */
static size_t
runs(const struct opening *opening, uint64_t gap, struct amana_mount_range *ret,
     size_t cap)
{
	uint64_t n_chunks = opening->file->size / AMANA_CHUNK + 1, end = 0;
	size_t n = 0;

	for (uint64_t i = 0; i < n_chunks; i++) {
		if (i % 64 == 0 && atomic_load(&opening->given[i / 64]) == 0) {
			i += 63;
			continue;
		}
		if (!opening_was_given(opening, i))
			continue;
		if (n == 0 || i - end >= gap) {
			if (n++ == cap)
				return n;
			ret[n - 1] = (struct amana_mount_range){
				.number = opening->file->number,
				.first = i * AMANA_CHUNK};
		}
		end = i + 1;
		ret[n - 1].last = end * AMANA_CHUNK - 1;
		if (ret[n - 1].last >= opening->file->size)
			ret[n - 1].last = opening->file->size - 1;
	}
	return n;
}

static int
by_number(const void *a, const void *b)
{
	const struct opening *const *one = a, *const *other = b;

	return ((*one)->file->number > (*other)->file->number) -
	       ((*one)->file->number < (*other)->file->number);
}

static size_t
sorted(struct desk *desk, struct opening ***ret)
{
	struct opening *opening;
	size_t n = 0, i = 0;

	pthread_mutex_lock(&desk->lock);
	for (opening = desk->opened; opening != NULL; opening = opening->next_opened)
		n++;
	*ret = heap_new(n, sizeof(struct opening *));
	for (opening = desk->opened; *ret != NULL && opening != NULL;
	     opening = opening->next_opened)
		(*ret)[i++] = opening;
	pthread_mutex_unlock(&desk->lock);
	if (*ret != NULL)
		qsort(*ret, i, sizeof(struct opening *), by_number);
	return i;
}

int
desk_ranges(struct desk *desk, struct amana_mount_range **ret, size_t *ret_n)
{
	CLEANUP(heap_freep) struct opening **openings = NULL;
	CLEANUP(heap_freep) struct amana_mount_range *all = NULL;
	size_t n_openings = sorted(desk, &openings), n = 0, cap = 0;

	if (openings == NULL)
		return -1;
	for (size_t i = 0; i < n_openings; i++) {
		struct amana_mount_range found[RANGES_MAX];
		size_t n_found;
		uint64_t gap = 1;

		if (openings[i]->file->size == 0)
			continue;
		while ((n_found = runs(openings[i], gap, found, RANGES_MAX)) > RANGES_MAX)
			gap *= 2;
		if (n + n_found > cap) {
			struct amana_mount_range *longer;

			cap = (n + n_found) * 2;
			longer = heap_grow(all, cap, sizeof longer[0]);
			if (longer == NULL)
				return -1;
			all = longer;
		}
		if (n_found > 0)
			memcpy(all + n, found, n_found * sizeof found[0]);
		n += n_found;
	}
	*ret = all;
	*ret_n = n;
	all = NULL;
	return 0;
}
