/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_DEPOSIT_WALK_H
#define FLOW_DEPOSIT_WALK_H

#include "amana/exhibit.h"
#include "base/buf.h"

#include <stdint.h>

/*
 * What a deposit was pointed at: every file below some paths.  All of it is found before
 * anything is written, so that a person can be shown how much it is.  No link is
 * followed, and nothing is opened but folders.  One thread at a time.
 */
enum walk_kind {
	WALK_FILE,
	WALK_SKIPPED, /* neither file nor folder: named, never followed nor opened */
	WALK_FAILED,  /* could not be looked at: sys_errno says why */
};

struct walk_item {
	enum walk_kind kind;
	char *path;	      /* to open it; bytes as the file system has them */
	size_t name_at;	      /* where in the path the deposited name begins: at the last
				 component of the path that was given */
	uint64_t size;	      /* in bytes, when it was seen */
	int64_t modified_at;  /* Unix seconds; 0: none that a line could say */
	enum amana_skip skip; /* WALK_SKIPPED */
	int sys_errno;	      /* WALK_FAILED */
	bool anew;	      /* sealed anew: what the case holds of it is not whole */
};

struct walk {
	struct walk_item *items; /* top paths in the order given, below each in byte order
				    of names */
	size_t n, cap;
	uint64_t n_files, n_skipped, n_failed, n_bytes;
};
#define WALK_INIT                                                                        \
	{                                                                                \
		.items = NULL                                                            \
	}
#define WALK_DEPTH_MAX 128
#define WALK_ITEMS_MAX ((size_t)10000000)

/* Adds what stands at `path`: a file, or a folder with everything in it, WALK_DEPTH_MAX
 * folders deep.  A path that is not there becomes an item WALK_FAILED, and is no error.
 * AMANA_E_LIMIT: there are more than WALK_ITEMS_MAX. */
int walk_add(struct walk *walk, const char *path, struct amana_error *err) MUST_CHECK;
void walk_done(struct walk *walk);

#endif
