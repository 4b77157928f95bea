/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_SERVED_H
#define FUSE_SERVED_H

#include "cache.h"
#include "background.h"
#include "first_open.h"
#include "handle.h"
#include "refused_programs.h"

/*
 * One mount, while it stands: what the threads share.
 *
 *   control   main.c: the vault's thread; records openings, looks for news, ends the
 * mount workers   loop.c: answer the kernel (ops.c); never wait for the control thread or
 * for the kernel ahead     decrypt what a sequential reader will want next push      hand
 * the neighbours of a random read to the kernel's page cache
 */
struct refusal {
	char program[CALLER_PROGRAM_CAP];
	uint64_t count;
};
#define REFUSALS_MAX ((size_t)64)

/* Who asked last, and what the policy said: asking the system for everything again at
 * each of a thousand files that one program opens in a row costs more than the opening.
 * Only its name is looked at each time. */
struct admitted {
	pthread_mutex_t lock;
	int64_t at_ms; /* 0: nobody yet */
	struct caller caller;
	const char *rule;
};
#define ADMITTED_MS 50

struct served {
	struct fuse_session *session;
	struct tree *tree;
	struct first_open *first_open;
	struct cache *cache;
	struct background *ahead, *push;
	const struct refused_programs *refused_programs;
	struct speaker speaker;
	uint32_t uid;
	atomic_bool ending;	 /* nothing more is given out */
	atomic_bool gone;	 /* the kernel has ended the mount */
	atomic_llong read_at_ms; /* the last reading, for wiping what lies idle */
	atomic_ullong n_writes;	 /* refused */
	atomic_bool hinted;	 /* that it cannot be written to */
	struct admitted admitted;
	pthread_mutex_t refused_lock;
	struct refusal refused[REFUSALS_MAX];
	size_t n_refused;
};

#define SERVED_CACHE_CHUNKS ((size_t)320) /* 20 MiB */
#define SERVED_WORKERS 4
#define SERVED_READ_MAX ((size_t)1 << 20)
#define SERVED_TIMEOUT_S 86400.0 /* what changes is told to the kernel */

/* ops.c */
extern const struct fuse_lowlevel_ops served_ops;

/* bytes.c: answers a read.  Never blocks but for decrypting. */
void bytes_read(struct served *served, fuse_req_t req, struct handle *handle, size_t size,
		uint64_t offset);
/* The cache's source is an opening. */
cache_load bytes_load;
first_open_soon bytes_soon; /* ctx: served; decrypts its beginning */
background_work bytes_ahead,
	bytes_push; /* ctx: served; what: an opening, referenced; first: a chunk */

/* loop.c: threads that answer the kernel. */
struct loop;
struct loop *loop_start(struct served *served, int ended_fd) MUST_CHECK;
/* Waits for them; requests that the kernel still has are not answered. */
void loop_stop(struct loop *loop);

/* news.c: the list of the case into the tree, and what changed to the kernel.  The
 * vault's thread. */
int news_load(struct served *served, struct amana_mount *mount, struct amana_error *err);
/* Makes the kernel drop every byte of every exhibit. */
void news_drop_bytes(struct served *served);

#endif
