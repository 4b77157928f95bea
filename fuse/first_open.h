/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_FIRST_OPEN_H
#define FUSE_FIRST_OPEN_H

#define FUSE_USE_VERSION 314

#include "fail.h"
#include "speaker.h"
#include "refused_programs.h"
#include "tree.h"

#include "amana/mount.h"

#include <fuse_lowlevel.h>
#include <pthread.h>

/*
 * Where the threads that answer the kernel leave what only the vault's thread may do: a
 * first opening has to be on record before the opener is answered.
 *
 * The vault's thread takes all that waits at once: the first opening is written at once,
 * those that come while it is being written share the next act.  Nobody waits a fixed
 * time, and no thread that answers the kernel waits at all.
 *
 * A program that opens one exhibit after the other in their order (tar, cp -r, rsync)
 * would wait for an act at each.  When it has opened some, the next ones are put on
 * record ahead, as expected, as many again as it has opened; what it then does not read
 * is on record as not read when the mount ends.
 */
struct desk;

struct opener {
	uint32_t uid, pid;
	char name[CALLER_NAME_CAP];
};

/* What is known of one exhibit since its first opening. */
struct opening {
	struct tree_file *file;
	_Atomic(struct amana_reader *)
		reader;	    /* only with a reference to the opening; NULL: not open now */
	atomic_uint n_refs; /* open files, and work that goes on in other threads */
	_Atomic uint64_t *given; /* a bit for each chunk that the kernel got */
	size_t n_given;		 /* words of it */
	/* the desk's, under its lock */
	bool recorded, waiting, damaged;
	bool expected;	   /* not opened yet: recorded ahead, or to be */
	struct opener who; /* the first */
	struct waiter *waiters;
	struct opening *next_asked, *next_opened, *next_damaged, *next_expected,
		*next_met;
};
/* An open file. */
struct handle {
	struct opening *opening;
	struct desk *desk;
	struct handle *earlier, *later; /* of all that are open; the desk's */
	pthread_mutex_t lock;
	uint64_t next, ahead; /* chunks: where a sequential reader goes on; up to where
				 work was given out */
	unsigned int n_in_row, n_jumps;
};

/* An exhibit that is on record ahead will be opened soon: with a reference, which is
 * given back.  Any thread. */
typedef void desk_soon(void *ctx, struct opening *opening);
/* Borrows all. */
struct desk *desk_new(struct tree *tree, const struct speaker *speaker, desk_soon *soon,
		      void *ctx) MUST_CHECK;
/* Ends everything: what waits was answered by desk_stop, no thread uses an opening any
 * more.  Frees the readers. */
void desk_free(struct desk *desk);
/* Readable when something waits. */
int desk_fd(const struct desk *desk);

/* ---- any thread ---- */

/* Answers `req` with an open file or an error, now or later. */
void desk_open(struct desk *desk, struct tree_file *file, fuse_req_t req,
	       const struct fuse_file_info *fi, const struct caller *caller);
void desk_close(struct handle *handle);
/* A chunk of it failed its check: said once, and recorded once. */
void desk_damaged(struct desk *desk, struct opening *opening);
void opening_ref(struct opening *opening);
void opening_unref(struct opening *opening);
/* The chunks that hold bytes first .. first + len - 1 were given to the kernel. */
void opening_given(struct opening *opening, uint64_t first, size_t len);
bool opening_was_given(const struct opening *opening, uint64_t chunk);

/* ---- the vault's thread ---- */

/* Records and answers what waits.  False: the vault says that nothing more may be read;
 * err tells. */
bool desk_work(struct desk *desk, struct amana_mount *mount, struct amana_error *err);
/* Readers that nobody uses are closed, beyond a few that may soon be used again. */
void desk_trim(struct desk *desk);
/* From now on nothing is opened; what waits is refused. */
void desk_stop(struct desk *desk);
/* After desk_stop: what was expected and came is told to the record, which then says of
 * the rest that nothing came of it. */
void desk_settle(struct desk *desk, struct amana_mount *mount);
/* What was read, by number and place; *ret is the caller's (heap_free).  0 done, -1 no
 * memory. */
int desk_ranges(struct desk *desk, struct amana_mount_range **ret, size_t *ret_n);
/* Every opening so far. */
void desk_each(struct desk *desk, void (*each)(void *ctx, const struct tree_file *file),
	       void *ctx);
uint64_t desk_n_recorded(const struct desk *desk);

#endif
