/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MEDIA_H
#define SANDBOX_MEDIA_H

#include "base/buf.h"

/*
 * Media types by libmagic's database.  Foreign bytes are looked at only by worker
 * processes that have locked themselves in (sandbox/sandbox.h) and hold nothing of this
 * process.
 *
 * A type is a help for people and never a reason to fail a deposit: whatever goes wrong,
 * the answer is MEDIA_UNKNOWN, and media_problem says why.
 */
#define MEDIA_TYPE_MAX 127
#define MEDIA_PREFIX_MAX ((size_t)65536) /* bytes of a file that are looked at */
#define MEDIA_UNKNOWN "application/octet-stream"

struct media;
/* Starts up to n_workers (1 to 8) worker processes; may be called at any time, with
 * threads running. Fails only without memory: workers that do not start leave
 * media_problem behind. */
int media_start(size_t n_workers, struct media **ret_media,
		struct amana_error *err) MUST_CHECK;
/* Ends the workers. */
void media_stop(struct media *media);
DEFINE_FREEP(struct media, media_stop);

/*
 * The type of a file from its first bytes, for instance "application/pdf";
 * "inode/x-empty" for an empty one.  Any number of threads; waits while all workers are
 * busy, and at most MEDIA_WAIT_MS for an answer.  A worker that dies or hangs over a file
 * is replaced by a new one.
 */
#define MEDIA_WAIT_MS 5000
void media_type(struct media *media, struct bytes prefix, char out[MEDIA_TYPE_MAX + 1]);

/* Files that got MEDIA_UNKNOWN because a worker failed, and the last reason; 0 when all
 * went well. Call it when no other thread uses `media`. */
size_t media_problem(const struct media *media, struct amana_error *ret_reason);

#endif
