/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include "store/store.h"

/*
 * What a backend is.  A new one is a file store_NAME.c, which defines store_backend_NAME,
 * and its name in meson.build: store.c makes its table of that list.
 */
struct store;
struct store_backend {
	const char *scheme; /* [a-z0-9]{1,16}: what stands before the colon of a URL */
	/* Opens what is named behind the colon, with store_open's flags and outcomes.
	 * The store begins with a struct store of which this fills in all. */
	int (*open)(const char *rest, unsigned flags, struct store **ret_store,
		    struct amana_error *err);
};

/*
 * What its stores can do.  store.c has checked every name, folder and hash before it
 * calls one of these, and has passed the fault point.  Outcomes and threads are as in
 * store.h.
 *
 * A backend's own struct begins with struct store; the same for its writers and readers.
 */
struct store_ops {
	/* Releases the store and what it holds. */
	void (*free)(struct store *store);

	/* What stands under the name becomes durable, whoever put it.  1: missing. */
	int (*settle)(struct store *store, const char *name, struct amana_error *err);
	/* All that this store has put becomes durable. */
	int (*barrier)(struct store *store, struct amana_error *err);
	/* 1: missing. */
	int (*remove)(struct store *store, const char *name, struct amana_error *err);
	/* In byte order; names outside the grammar are passed over. */
	int (*list)(struct store *store, const char *folder, store_list_fn *each,
		    void *arg, struct amana_error *err);
	/* 1: missing. */
	int (*stat)(struct store *store, const char *name, uint64_t *ret_size,
		    struct amana_error *err);

	/* Begins a writer, all of it zero but what is the backend's own.  `folder`: ""
	 * (for "vault"), "log", "objects" or "lines". */
	int (*begin)(struct store *store, const char *folder,
		     struct store_writer **ret_writer, struct amana_error *err);
	int (*write)(struct store_writer *writer, const void *bytes, size_t len,
		     struct amana_error *err);
	/* Puts what was written under the name unless something is there: this is where
	 * exactly one of many writers wins.  1: something is there. */
	int (*commit)(struct store_writer *writer, const char *name, bool durable,
		      struct amana_error *err);
	/* Puts it in place of whatever is there, durably. */
	int (*replace)(struct store_writer *writer, const char *name,
		       struct amana_error *err);
	/* Releases it; what was not committed leaves nothing. */
	void (*writer_free)(struct store_writer *writer);

	/* Begins a reader, with its size; `store` is filled in by store.c.  1: missing.
	 */
	int (*open)(struct store *store, const char *name,
		    struct store_reader **ret_reader, struct amana_error *err);
	/* Any thread, several at once. */
	int (*pread)(struct store_reader *reader, void *bytes, size_t len,
		     uint64_t offset, size_t *ret_len, struct amana_error *err);
	void (*reader_free)(struct store_reader *reader);
};

struct store {
	const struct store_ops *ops;
	const char *kind;     /* the backend's scheme */
	const char *location; /* see store_location; owned by the backend */
};

struct store_writer {
	struct store *store; /* borrowed */
	char folder[8];	     /* as given to begin */
	bool ended;	     /* committed or replaced */
};

struct store_reader {
	struct store *store; /* borrowed */
	uint64_t size;	     /* bytes */
};

#endif
