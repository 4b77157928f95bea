/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_DIR_H
#define STORE_STORE_DIR_H

#include "store/backend.h"

#include "base/file.h"

#include <pthread.h>
#include <stdatomic.h>

/*
 * A folder as a store: what store_dir.c, store_dir_folder.c and store_dir_list.c share.
 *
 * Its files are 0444: they are ciphertext or public, and never change.  Its folders all
 * have the mode of the vault's own folder.  A new one gets 0700 normally, for the owner
 * only; 03770 (setgid, sticky) with STORE_SHARED, or when the folder above is both setgid
 * and writable for its group: then several local users write, and each owns what he put.
 * Whoever wants it otherwise (0750, say, for readers who may not write) changes the
 * vault's folder and what is in it; folders made later follow.  Write permission for
 * everybody is never passed on.
 *
 * A store that this login may only read opens like any other; writing fails when it is
 * tried.  Nothing is done through symbolic links below the vault's folder.
 */
struct store_dir {
	struct store base;
	/* Open since before the first write, so that syncfs tells of every error. */
	int root;
	mode_t folder_mode;
	bool named_tmp; /* no O_TMPFILE */
	/* True where syncfs cannot be relied on: every put is flushed by itself. */
	bool each_durable;
	pthread_mutex_t barrier_lock;
	_Atomic bool flush_failed; /* for good: see store_barrier */
	/* The canonical path, or the one that was given while there is no folder yet. */
	char *location;
};

#define DIR_OF(store_) ((struct store_dir *)(void *)(store_))

/* Puts what failed, why and what to do about it in place of a plain system error: "cannot
 * VERB 'NAME': ...".  Returns -1. */
int dir_fail(const struct store_dir *dir, const char *verb, const char *name,
	     struct amana_error *err);

/* Opens a folder of the store, "" being the vault's own, without following symbolic
 * links.  make: makes what is missing, and sets *made then (`made` may be NULL).
 * 1: missing. */
int dir_folder_open(const struct store_dir *dir, const char *folder, bool make,
		    bool *made, int *ret_fd, struct amana_error *err) MUST_CHECK;
/* The folder of a name, and the name's last part (inside `name`). */
const char *dir_folder_of(const char *name, char folder[STORE_NAME_MAX + 1]);
/* Flushes the folder of `name`, and those above it when they may be new. */
int dir_folder_flush(struct store_dir *dir, const char *name, bool whole_chain,
		     struct amana_error *err) MUST_CHECK;
/* -1 after a flush has failed on this store; `name` is for the message. */
int dir_flush_check(struct store_dir *dir, const char *name,
		    struct amana_error *err) MUST_CHECK;

/* store_ops.list. */
int dir_list(struct store *store, const char *folder, store_list_fn *each, void *arg,
	     struct amana_error *err) MUST_CHECK;

#endif
