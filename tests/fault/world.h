/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FAULT_WORLD_H
#define TESTS_FAULT_WORLD_H

#include "amana/exhibit.h"

/*
 * A small office in a folder: five people, each with a home of their own, and a vault.
 * Identities have a work factor that makes thousands of openings possible.  Whatever
 * fails here ends the test (check.h).
 *
 *	TOP/vault, TOP/files	the vault; files to deposit
 *	TOP/S-001/...		homes: S-001 founder and auditor, L-002 lead, D-003
 * depositor, R-005 reader, N-004 not enrolled
 */
#define WORLD_CASE "HK-2025-0001"
#define WORLD_OTHER_CASE "HK-2025-0002"

struct world {
	char top[128];
};
/* A fresh folder in memory if there is one; removed by world_remove. */
void world_folder(char out[128]);
void world_remove(const char *top);
void world_copy(const char *from, const char *to);

/* Identity files and cards for everybody in TOP, and TOP/files. */
void world_people(const struct world *world);
/* world_people, then the vault with its case, grants and two exhibits: WORLD_CASE/1 and
 * /2. */
void world_make(const struct world *world);

struct world_session {
	char vault[192], data[192], cache[192], fingerprint[AMANA_HASH_HEX + 1];
	struct amana_config config;
	bool unnoted; /* a notice said that a second deposit would not know of the first
		       */
};
/* The person's config; strings belong to the session. */
void world_session(const struct world *world, const char *who,
		   struct world_session *ret_session);
void world_path(const struct world *world, const char *name, char out[256]);

#define WORLD_RECEIPTS 64
struct world_told { /* what a deposit said */
	size_t n_receipts, n_items, n_failed;
	char receipts[WORLD_RECEIPTS][96]; /* BATCH:HEAD */
	struct {
		char ref[AMANA_EXHIBIT_REF_MAX], sha256[AMANA_HASH_HEX + 1];
	} items[WORLD_RECEIPTS];
	struct amana_error failed; /* the last */
	bool unnoted;
};
/* For a request's `failed`: keeps it in a struct world_told. */
void world_failed(void *told, const char *what, const struct amana_error *err);
/* D-003 deposits what is in `paths`. */
int world_deposit(const struct world *world, const char *const *paths, size_t n,
		  struct world_told *told, struct amana_error *err);

/* The vault is whole: a stranger's verify with all stored bytes, and the receipts given.
 */
void world_verify(const struct world *world, const struct world_told *told,
		  const char *after);
/* How many exhibits the log has. */
unsigned world_exhibits(const struct world *world);
/* L-002 retrieves each item told of; it has the digest that was told. */
void world_retrieve(const struct world *world, const struct world_told *told,
		    const char *after);

#endif
