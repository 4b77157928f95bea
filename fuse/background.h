/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_BACKGROUND_H
#define FUSE_BACKGROUND_H

#include "attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Threads for small jobs that nobody waits for, such as decrypting what will probably be
 * read next.  The queue is bounded: a job that does not fit is not done, and nothing is
 * the worse for it.
 */
struct background;

/* What a job is about: an object that the job holds on to, and two numbers, whose meaning
 * is up to whoever adds the job. */
struct background_job {
	void *what;
	uint64_t first, last;
};
/* Does one job and lets go of what it holds, on a thread of the background.  `dropped`:
 * only lets go of it, since the background has been stopped. */
typedef void background_work(void *ctx, const struct background_job *job, bool dropped);

/* Starts `n_threads` threads (at most 8) and room for `n_jobs` jobs that wait.  Fewer
 * threads than that are enough where no more can be had.  `ctx` is borrowed and handed to
 * each call of `work`.  NULL: no memory, or not one thread.  Ended by background_free. */
struct background *background_new(unsigned int n_threads, size_t n_jobs,
				  background_work *work, void *ctx) MUST_CHECK;
/* True: it will be done, or dropped.  False: there is no room or the background has been
 * stopped, and the job stays the caller's.  Any thread, until background_free. */
bool background_add(struct background *background,
		    const struct background_job *job) MUST_CHECK;
/* Waits for the jobs that are being done, drops those that wait, and ends the threads; no
 * job is taken any more.  NULL and a second call are fine.  One thread at a time, and
 * none of the background's own. */
void background_stop(struct background *background);
/* Stops it, if that was not done, and frees it.  No other thread may use it any more;
 * NULL is fine. */
void background_free(struct background *background);

#endif
