/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_FIRST_OPEN_H
#define FUSE_FIRST_OPEN_H

#include "attributes.h"
#include "caller.h"
#include "opening.h"
#include "speaker.h"
#include "tree.h"

#include "amana/mount.h"

#include <fuse_lowlevel.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * An exhibit's first opening has to be on record before the opener is answered, and only
 * the vault's thread may write the record.  So the threads that answer the kernel leave
 * first openings here and go on; the vault's thread records and answers them.
 *
 * It takes all that wait at once: one that comes alone is recorded at once, and those
 * that come while it is being written share the next act.  Nobody waits a fixed time.
 * What a program that goes through the case will open next (runs.h) is recorded ahead, as
 * expected; when it is opened after all the record is told, and of the rest it says at
 * the end of the mount that nothing came of it.
 *
 * Exhibits that nobody has open any more keep their readers for a while, since they are
 * often opened again.
 */
struct first_open;

/* An exhibit that is on record ahead will be opened soon.  With a reference, which the
 * callee gives back.  On a thread that answers the kernel. */
typedef void first_open_soon(void *ctx, struct opening *opening);
/* Borrows everything, which has to live until first_open_free.  NULL: no memory, or no
 * descriptor. */
struct first_open *first_open_new(struct tree *tree, const struct speaker *speaker,
				  first_open_soon *soon, void *ctx) MUST_CHECK;
/* After first_open_stop: closes what is still open and frees everything, readers too.  No
 * other thread may use any of it any more.  NULL is fine. */
void first_open_free(struct first_open *first_open);
/* For poll(2): readable when the vault's thread has something to do here. */
int first_open_fd(const struct first_open *first_open);

/* ---- for any thread ---- */

/* Answers `req`, now or later: with an open file, whose fi->fh is a struct handle to be
 * closed with handle_close, or with an error. */
void first_open_ask(struct first_open *first_open, struct tree_file *file, fuse_req_t req,
		    const struct fuse_file_info *fi, const struct caller *caller);
/* A chunk of it failed its check: this is said and recorded once for each exhibit. */
void first_open_damaged(struct first_open *first_open, struct opening *opening);

/* ---- for the vault's thread ---- */

/* Records and answers everything that waits.  False: the vault says that nothing more may
 * be read (AMANA_E_DENIED, AMANA_E_LOCKED; err tells).  Every other failure is said by
 * the speaker and answered to those whom it concerns. */
bool first_open_work(struct first_open *first_open, struct amana_mount *mount,
		     struct amana_error *err) MUST_CHECK;
/* Closes readers that nobody uses, but for a number that may soon be used again. */
void first_open_trim(struct first_open *first_open);
/* From now on nothing is opened, and whoever waits is refused.  More than once is fine.
 */
void first_open_stop(struct first_open *first_open);
/* After first_open_stop: tells the record of what was expected and has been opened since.
 */
void first_open_settle(struct first_open *first_open, struct amana_mount *mount);
/* Calls `each` for every opening so far, in no particular order.  Needs no memory; `each`
 * may do what it likes. */
void first_open_each(struct first_open *first_open,
		     void (*each)(void *ctx, struct opening *opening), void *ctx);
/* All openings so far, by the numbers of their exhibits.  The array is the caller's
 * (heap_free), the openings are not.  0, or -1: no memory. */
int first_open_all(struct first_open *first_open, struct opening ***ret,
		   size_t *ret_n) MUST_CHECK;

#endif
