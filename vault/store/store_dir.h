/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_DIR_H
#define STORE_STORE_DIR_H

#include "store/backend.h"

#include "base/file.h"

#include <pthread.h>
#include <stdatomic.h>

/* A folder as a store: what store_dir.c, store_dir_folder.c and store_dir_list.c share.
 */
struct store_dir {
	struct store base;
	int root; /* open since before the first write, so that syncfs tells of every
		     error */
	mode_t folder_mode;
	bool named_tmp;	   /* no O_TMPFILE */
	bool each_durable; /* syncfs cannot be relied on here: every put is flushed by
			      itself */
	pthread_mutex_t barrier_lock;
	_Atomic bool flush_failed; /* for good: see store_barrier */
	char *path;
};

#define DIR_OF(store_) ((struct store_dir *)(void *)(store_))

/* Puts what failed, why and what to do about it in place of a plain system error. */
int dir_fail(const struct store_dir *dir, const char *verb, const char *name,
	     struct amana_error *err);

/* Opens a folder of the store, "" being the vault's own, without following symbolic
 * links. make: makes what is missing, and then sets *made.  1: missing. */
int dir_folder_open(const struct store_dir *dir, const char *folder, bool make,
		    bool *made, int *ret_fd, struct amana_error *err) MUST_CHECK;
/* The folder of a name, and the name's last part (inside `name`). */
const char *dir_folder_of(const char *name, char folder[STORE_NAME_MAX + 1]);
/* Flushes the folder of `name`, and those above it when they may be new. */
int dir_folder_flush(struct store_dir *dir, const char *name, bool whole_chain,
		     struct amana_error *err) MUST_CHECK;
/* -1 after a flush has failed on this handle. */
int dir_flush_check(struct store_dir *dir, const char *name,
		    struct amana_error *err) MUST_CHECK;

/* store_list of a folder; see store.h. */
int dir_list(struct store *store, const char *folder, store_list_fn *each, void *arg,
	     struct amana_error *err) MUST_CHECK;

#endif
