/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "base/buf.h"

/*
 * Worker processes for foreign bytes.
 *
 * A worker is another program (amana-worker), started with a clean memory, environment
 * and table of files: it never held a key or another exhibit.  It gets its tools ready,
 * locks itself in (sandbox/lock.h), says so, and from then on answers one request after
 * another until its socket ends. What it answers is as foreign as what it was asked
 * about.
 *
 * On the socket, both ways, a message is a length (u32, big-endian, at most
 * SANDBOX_MESSAGE_MAX) and as many bytes.  The worker speaks first: SANDBOX_READY once it
 * is locked in, or why it cannot work.
 */
#define SANDBOX_MESSAGE_MAX ((size_t)65536)
#define SANDBOX_READY "ready"
#define SANDBOX_START_MS 10000

/* The environment variable that names the folder of amana-worker, for tests; an absolute
 * path.  Without it, sandbox_start looks where the program that runs was built with a
 * worker, then where both were installed together, wherever that is now, and then in the
 * folder that this library was configured for. */
#define SANDBOX_ENV "AMANA_LIBEXEC"

struct sandbox;

/*
 * Starts a worker for `job`, a name in the worker's table of jobs (worker.c), and waits
 * until it is locked in.  May be called with threads running.  AMANA_E_IO when it cannot
 * start or cannot lock itself in: an unlocked worker never gets a foreign byte.
 */
int sandbox_start(const char *job, struct sandbox **ret_sandbox,
		  struct amana_error *err) MUST_CHECK;
struct sandbox_reply {
	void *bytes; /* the caller's memory, of `cap` bytes */
	size_t cap;
	size_t len; /* out: how many of them the answer has */
};
/*
 * One request and its answer.  One thread at a time for one sandbox.  -1, with
 * AMANA_E_IO: the worker died (the text says of what), did not answer within timeout_ms,
 * or answered with more than reply->cap bytes.  It is then of no more use: stop it.
 */
int sandbox_ask(struct sandbox *sandbox, struct bytes request, int timeout_ms,
		struct sandbox_reply *reply, struct amana_error *err) MUST_CHECK;
/* Ends the worker, whatever it is doing, and frees.  NULL is fine. */
void sandbox_stop(struct sandbox *sandbox);
DEFINE_FREEP(struct sandbox, sandbox_stop);

#endif
