/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include "store/store.h"

/*
 * What a backend implements.  store.c has checked every name, folder and hash before it
 * calls these, and has passed the fault point.  Outcomes and threads are as in store.h.
 *
 * A backend's own struct begins with struct store; the same for its writers and readers.
 */
struct store_ops {
	void (*free)(struct store *store);

	int (*settle)(struct store *store, const char *name, struct amana_error *err);
	int (*barrier)(struct store *store, struct amana_error *err);
	int (*remove)(struct store *store, const char *name, struct amana_error *err);
	int (*list)(struct store *store, const char *folder, store_list_fn *each,
		    void *arg, struct amana_error *err);
	int (*stat)(struct store *store, const char *name, uint64_t *ret_size,
		    struct amana_error *err);

	/* `folder`: "" (for "vault"), "log", "objects" or "lines". */
	int (*begin)(struct store *store, const char *folder,
		     struct store_writer **ret_writer, struct amana_error *err);
	int (*write)(struct store_writer *writer, const void *bytes, size_t len,
		     struct amana_error *err);
	int (*commit)(struct store_writer *writer, const char *name, bool durable,
		      struct amana_error *err);
	int (*replace)(struct store_writer *writer, const char *name,
		       struct amana_error *err);
	void (*writer_free)(struct store_writer *writer);

	/* Fills in everything but `store`. */
	int (*open)(struct store *store, const char *name,
		    struct store_reader **ret_reader, struct amana_error *err);
	int (*pread)(struct store_reader *reader, void *bytes, size_t len,
		     uint64_t offset, size_t *ret_len, struct amana_error *err);
	void (*reader_free)(struct store_reader *reader);
};

struct store {
	const struct store_ops *ops;
	const char *kind;  /* static */
	const char *place; /* owned by the backend */
};

struct store_writer {
	struct store *store;
	char folder[8];
	struct hasher *hasher; /* only for a replacement; owned by store.c */
	bool ended;
};

struct store_reader {
	struct store *store;
	uint64_t size;
};

/* "", or what is left of a valid name when it is cut at a slash. */
bool store_folder_valid(const char *folder);

#endif
