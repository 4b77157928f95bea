/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_DIR_CORE_H
#define STORE_STORE_DIR_CORE_H

#include "store/backend.h"

#include "base/file.h"

#include <pthread.h>
#include <stdatomic.h>

/*
 * A folder as a store: what store_dir.c and store_dir_list.c share.
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
	mode_t folder_mode; /* of the folders that are made in it */
	bool named_tmp;	    /* no O_TMPFILE */
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
int store_dir_fail(const struct store_dir *dir, const char *verb, const char *name,
		   struct amana_error *err);

/* Opens a folder of the store, "" being the vault's own, without following symbolic
 * links.  make: makes what is missing, and sets *made then (`made` may be NULL).
 * 1: missing. */
int store_dir_folder_open(const struct store_dir *dir, const char *folder, bool make,
			  bool *made, int *ret_fd, struct amana_error *err) MUST_CHECK;
/* Splits a name: its folder goes to `folder`, its last part is returned, inside `name`.
 */
const char *store_dir_folder_of(const char *name, char folder[STORE_NAME_MAX + 1]);
/* Makes it last that `name` stands in its folder: flushes that, and with whole_chain, or
 * when they may be new anyway, the folders above it. */
int store_dir_folder_flush(struct store_dir *dir, const char *name, bool whole_chain,
			   struct amana_error *err) MUST_CHECK;
/* 0 until a flush has failed on this store, then -1 for ever: nothing can be promised to
 * last any more.  `name` is for the message. */
int store_dir_flush_check(struct store_dir *dir, const char *name,
			  struct amana_error *err) MUST_CHECK;

#endif
