/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_OPS_H
#define FUSE_OPS_H

#include "admission.h"
#include "bytes.h"
#include "first_open.h"
#include "speaker.h"
#include "tree.h"

#include <fuse_lowlevel.h>
#include <stdatomic.h>
#include <stdint.h>

/*
 * What the kernel asks, and who answers it.  Each answer is made on the thread that got
 * the question, but for first openings, which wait for the record.
 *
 * The struct is what the answers need; it is the session's userdata, and borrows all that
 * it points to.  Everything may be used by any thread.
 */
struct ops {
	struct tree *tree;
	struct first_open *first_open;
	struct bytes *bytes;
	struct admission *admission;
	const struct speaker *speaker;
	uint32_t uid;	     /* whose mount it is: nobody else is answered */
	atomic_bool stopped; /* set at the end: everything is answered with EIO */
	atomic_ullong n_writes_refused;
	atomic_bool hinted; /* it was said that nothing can be written */
};

/* For fuse_session_new, with a struct ops as userdata. */
extern const struct fuse_lowlevel_ops ops_table;

#endif
