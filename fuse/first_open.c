/* SPDX-License-Identifier: Apache-2.0 */
#include "first_open_core.h"

#include "heap.h"
#include "wakeup.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* So many readers that nobody uses are kept; with twice as many it is time to look. */
#define IDLE_READERS ((size_t)256)

struct first_open *
first_open_new(struct tree *tree, const struct speaker *speaker, first_open_soon *soon,
	       void *ctx)
{
	struct first_open *first_open = heap_new(1, sizeof *first_open);

	if (first_open == NULL)
		return NULL;
	pthread_mutex_init(&first_open->lock, NULL);
	handle_list_init(&first_open->handles);
	first_open->wakeup = wakeup_new();
	first_open->act = (struct first_open_act){
		.list = heap_new(FIRST_OPEN_TOGETHER, sizeof(struct opening *)),
		.who = heap_new(FIRST_OPEN_TOGETHER, sizeof(struct opener)),
		.openings = heap_new(FIRST_OPEN_TOGETHER, sizeof(struct amana_opening)),
	};
	if (first_open->wakeup < 0 || first_open->act.list == NULL ||
	    first_open->act.who == NULL || first_open->act.openings == NULL) {
		first_open_free(first_open);
		return NULL;
	}
	first_open->tree = tree;
	first_open->speaker = speaker;
	first_open->soon = soon;
	first_open->soon_ctx = ctx;
	first_open->expected_end = &first_open->expected;
	first_open->asked_end = &first_open->asked;
	return first_open;
}

void
first_open_free(struct first_open *first_open)
{
	if (first_open == NULL)
		return;
	handle_list_done(&first_open->handles); /* closes what programs still have open */
	while (first_open->all != NULL) {
		struct opening *opening = first_open->all;

		first_open->all = opening->next;
		opening_free(opening);
	}
	if (first_open->wakeup >= 0)
		close(first_open->wakeup);
	heap_free(first_open->act.list);
	heap_free(first_open->act.who);
	heap_free(first_open->act.openings);
	pthread_mutex_destroy(&first_open->lock);
	heap_free(first_open);
}

int
first_open_fd(const struct first_open *first_open)
{
	return first_open->wakeup;
}

/* With the lock held: the exhibit's opening, made if this is the first.  NULL: no memory.
 */
static struct opening *
find_opening(struct first_open *first_open, struct tree_file *file)
{
	struct opening *opening;

	if (file->opening != NULL)
		return file->opening;
	opening = opening_new(file);
	if (opening == NULL)
		return NULL;
	opening->next = first_open->all;
	first_open->all = opening;
	return opening;
}

/* Takes over a reference, without the lock. */
static void
answer_open(struct first_open *first_open, struct opening *opening, fuse_req_t req,
	    struct fuse_file_info *fi)
{
	struct handle *handle = handle_new(&first_open->handles, opening);

	if (handle == NULL) {
		opening_unref(opening);
		fuse_reply_err(req, ENOMEM);
		return;
	}
	fi->fh = (uint64_t)(uintptr_t)handle;
	fi->keep_cache = 1;
	fi->noflush = 1;
	if (fuse_reply_open(req, fi) < 0)
		handle_close(handle); /* the opener has gone, and will not close it */
}

static void
opener_of(const struct caller *caller, struct opener *ret)
{
	ret->uid = caller->uid;
	ret->pid = caller->pid;
	caller_name(caller, ret->name);
}

/* ---- what is expected; with the lock held ---- */

struct expecting {
	struct first_open *first_open;
	const struct caller *caller;
};

static bool
expect(void *ctx, struct tree_file *file)
{
	const struct expecting *expecting = ctx;
	struct first_open *first_open = expecting->first_open;
	struct opening *opening = find_opening(first_open, file);

	if (opening == NULL)
		return false;
	if (opening->recorded || opening->waiting || opening->expected)
		return true;
	opening->expected = true;
	opener_of(expecting->caller, &opening->who);
	opening->next_expected = NULL;
	*first_open->expected_end = opening;
	first_open->expected_end = &opening->next_expected;
	return true;
}

/* What the run that this opening belongs to will open soon, with a reference; NULL:
 * nothing that can be made ready now. */
static struct opening *
note_run(struct first_open *first_open, const struct tree_file *file,
	 const struct caller *caller)
{
	struct expecting expecting = {.first_open = first_open, .caller = caller};
	struct opening **end = first_open->expected_end;
	const struct tree_file *soon = runs_opened(&first_open->runs, first_open->tree,
						   file, caller->pid, expect, &expecting);
	struct opening *opening = soon != NULL ? soon->opening : NULL;

	if (first_open->expected_end != end)
		wakeup_send(first_open->wakeup);
	if (opening == NULL || !opening->expected ||
	    atomic_load(&opening->reader) == NULL)
		return NULL;
	opening_ref(opening);
	return opening;
}

/* It was expected, and now it is opened: the record has it already, and will be told. */
static void
meet(struct first_open *first_open, struct opening *opening)
{
	opening->expected = false;
	opening->next_met = first_open->met;
	first_open->met = opening;
	if (++first_open->n_readers > 2 * IDLE_READERS)
		wakeup_send(first_open->wakeup); /* first_open_trim */
}

/* With the lock held: the request waits until the opening is on record.  0, or an errno
 * value.
 */
static int
wait_at(struct first_open *first_open, struct opening *opening, fuse_req_t req,
	const struct fuse_file_info *fi, const struct caller *caller)
{
	struct opening_waiter *waiter = heap_new(1, sizeof *waiter);

	if (waiter == NULL)
		return ENOMEM;
	*waiter =
		(struct opening_waiter){.next = opening->waiters, .req = req, .fi = *fi};
	opening->waiters = waiter;
	if (opening->waiting)
		return 0;
	opening->waiting = true;
	if (!opening->recorded)
		opener_of(caller, &opening->who);
	opening->next_asked = NULL;
	*first_open->asked_end = opening;
	first_open->asked_end = &opening->next_asked;
	wakeup_send(first_open->wakeup);
	return 0;
}

void
first_open_ask(struct first_open *first_open, struct tree_file *file, fuse_req_t req,
	       const struct fuse_file_info *fi, const struct caller *caller)
{
	struct fuse_file_info copy = *fi;
	struct opening *opening, *soon = NULL;
	bool now = false;
	int sys_errno = 0;

	pthread_mutex_lock(&first_open->lock);
	opening = find_opening(first_open, file);
	if (first_open->stopped)
		sys_errno = EIO;
	else if (opening == NULL)
		sys_errno = ENOMEM;
	else if (amana_reader_refused(atomic_load(&opening->reader)))
		sys_errno = EIO; /* nor what the kernel still has of it */
	else if (atomic_load(&opening->reader) != NULL) {
		opening_ref(opening);
		now = true;
		if (opening->expected)
			meet(first_open, opening);
	} else {
		sys_errno = wait_at(first_open, opening, req, fi, caller);
	}
	if (sys_errno == 0)
		soon = note_run(first_open, file, caller);
	pthread_mutex_unlock(&first_open->lock);
	if (sys_errno != 0)
		fuse_reply_err(req, sys_errno);
	else if (now)
		answer_open(first_open, opening, req, &copy);
	if (soon != NULL)
		first_open->soon(first_open->soon_ctx, soon);
}

void
first_open_damaged(struct first_open *first_open, struct opening *opening)
{
	pthread_mutex_lock(&first_open->lock);
	if (!opening->damaged) {
		opening->damaged = true;
		opening->next_damaged = first_open->damaged;
		first_open->damaged = opening;
		wakeup_send(first_open->wakeup);
	}
	pthread_mutex_unlock(&first_open->lock);
}

/* ---- for the vault's thread ---- */

size_t
first_open_take_asked(struct first_open *first_open, struct opening **ret, size_t cap)
{
	size_t n = 0;

	while (n < cap && first_open->asked != NULL) {
		ret[n] = first_open->asked;
		first_open->asked = ret[n++]->next_asked;
	}
	if (first_open->asked == NULL)
		first_open->asked_end = &first_open->asked;
	return n;
}

void
first_open_answer(struct first_open *first_open, struct opening *opening,
		  struct amana_reader *reader, int sys_errno)
{
	struct opening_waiter *waiters, *next;

	pthread_mutex_lock(&first_open->lock);
	waiters = opening->waiters;
	opening->waiters = NULL;
	opening->waiting = false;
	if (reader != NULL) {
		atomic_store(&opening->reader, reader);
		first_open->n_readers++;
	}
	for (const struct opening_waiter *waiter = waiters;
	     reader != NULL && waiter != NULL; waiter = waiter->next)
		opening_ref(opening);
	pthread_mutex_unlock(&first_open->lock);
	for (; waiters != NULL; waiters = next) {
		next = waiters->next;
		if (reader == NULL)
			fuse_reply_err(waiters->req, sys_errno);
		else
			answer_open(first_open, opening, waiters->req, &waiters->fi);
		heap_free(waiters);
	}
}

void
first_open_trim(struct first_open *first_open)
{
	struct opening *opening;

	pthread_mutex_lock(&first_open->lock);
	for (opening = first_open->all;
	     opening != NULL && first_open->n_readers > IDLE_READERS;
	     opening = opening->next) {
		struct amana_reader *reader = atomic_load(&opening->reader);

		/* New references are made by those who have one, and by first_open_ask
		 * under the lock. */
		if (reader == NULL || opening->expected ||
		    atomic_load(&opening->n_refs) != 0)
			continue;
		atomic_store(&opening->reader, NULL);
		amana_reader_free(reader);
		first_open->n_readers--;
	}
	pthread_mutex_unlock(&first_open->lock);
}

void
first_open_stop(struct first_open *first_open)
{
	struct opening *asked[1];

	pthread_mutex_lock(&first_open->lock);
	first_open->stopped = true;
	while (first_open_take_asked(first_open, asked, 1) > 0) {
		pthread_mutex_unlock(&first_open->lock);
		first_open_answer(first_open, asked[0], NULL, EIO);
		pthread_mutex_lock(&first_open->lock);
	}
	pthread_mutex_unlock(&first_open->lock);
}

void
first_open_each(struct first_open *first_open,
		void (*each)(void *ctx, struct opening *opening), void *ctx)
{
	struct opening *opening;

	/* New ones come before the first, and none goes. */
	pthread_mutex_lock(&first_open->lock);
	opening = first_open->all;
	pthread_mutex_unlock(&first_open->lock);
	for (; opening != NULL; opening = opening->next)
		each(ctx, opening);
}

static int
by_number(const void *a, const void *b)
{
	const struct opening *const *one = a, *const *other = b;

	return ((*one)->file->number > (*other)->file->number) -
	       ((*one)->file->number < (*other)->file->number);
}

int
first_open_all(struct first_open *first_open, struct opening ***ret, size_t *ret_n)
{
	struct opening **list, *opening;
	size_t n = 0, i = 0;

	pthread_mutex_lock(&first_open->lock);
	for (opening = first_open->all; opening != NULL; opening = opening->next)
		n++;
	list = heap_new(n, sizeof list[0]);
	for (opening = first_open->all; list != NULL && opening != NULL;
	     opening = opening->next)
		list[i++] = opening;
	pthread_mutex_unlock(&first_open->lock);
	if (list == NULL)
		return -1;
	qsort(list, n, sizeof list[0], by_number);
	*ret = list;
	*ret_n = n;
	return 0;
}
