/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SERVE_H
#define SANDBOX_SERVE_H

#include "base/buf.h"

/*
 * In the worker: from its first line to its end.
 *
 * A job gets its tools ready while the process is still an ordinary one; then the process
 * locks itself in (sandbox/lock.h), and from there on only `answer` sees foreign bytes.
 */
struct serve_job {
	const char *name; /* the worker's only argument */
	/* Before the lock: opens and allocates what `answer` needs. */
	int (*prepare)(void **ret_state, struct amana_error *err);
	/* After it, for one request.  What it returns is borrowed until the next call. */
	struct bytes (*answer)(void *state, struct bytes request);
};

/* The worker's main: serves the job that argv names, over file descriptors 0 and 1, until
 * the other end is closed, and ends the process.  Returns only when no such job is there:
 * 2, after a line to stderr. */
int serve_main(const struct serve_job *jobs, size_t n_jobs, int argc, char **argv);

#endif
