/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_CHECKPOINT_H
#define CUSTODY_CHECKPOINT_H

#include "crypto/hash.h"

/*
 * The text of a checkpoint (C2SP tlog-checkpoint v1.0.0): origin, size and root, each
 * on a line.  Extension lines are refused, since a cosigner need not look at them.
 * crypto/note.h signs the text; whether a key may speak for an origin is for the
 * caller to decide.
 *
 * Pure functions; any thread.
 */
#define CHECKPOINT_ORIGIN_MAX 255 /* bytes */
#define CHECKPOINT_SIZE_MAX ((uint64_t)INT64_MAX)
#define CHECKPOINT_TEXT_MAX (CHECKPOINT_ORIGIN_MAX + 1 + 19 + 1 + 44 + 1)

struct checkpoint {
	char origin[CHECKPOINT_ORIGIN_MAX +
		    1]; /* not empty; UTF-8 without control characters */
	uint64_t size;	/* leaves; at most CHECKPOINT_SIZE_MAX */
	struct hash root;
};

/* Appends the text to buf.  AMANA_E_BUG if parsing would refuse it. */
int checkpoint_write(const struct checkpoint *checkpoint, struct buf *buf,
		     struct amana_error *err) MUST_CHECK;
/* -1 unless it is exactly one checkpoint's text, every value in its one spelling. */
int checkpoint_parse(struct bytes text, struct checkpoint *ret_checkpoint) MUST_CHECK;

#endif
