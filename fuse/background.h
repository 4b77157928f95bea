/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_BACKGROUND_H
#define FUSE_BACKGROUND_H

#include "heap.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Threads that do small pieces of work which nobody waits for, from a bounded queue: what
 * does not fit is not done. crew_stop drops what waits.
 */
struct crew;
struct crew_job {
	void *what;
	uint64_t first, last;
};
typedef void crew_do(void *ctx, const struct crew_job *job, bool dropped);

/* NULL: no memory, or no threads.  `work` is called on a thread of the crew; dropped:
 * only to let go of what the job holds. */
struct crew *crew_new(unsigned int n_threads, size_t n_jobs, crew_do *work,
		      void *ctx) MUST_CHECK;
/* False: there is no room, the job stays the caller's.  Any thread. */
bool crew_add(struct crew *crew, const struct crew_job *job) MUST_CHECK;
/* Waits for what is being done, drops the rest, ends the threads. */
void crew_free(struct crew *crew);

#endif
