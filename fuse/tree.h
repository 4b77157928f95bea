/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_TREE_H
#define FUSE_TREE_H

#include "amana/exhibit.h"
#include "heap.h"

#include <stdatomic.h>
#include <sys/stat.h>

/*
 * What is where.
 *
 *   CASE/0007 statement of V-003.pdf      every exhibit
 *   by-type/statement/0007 ...            the same files again, by what the depositor
 * said that they are by-date/2026-04-30/0007 ...           and by the local day on which
 * the office received them
 *
 * An exhibit is one inode wherever it stands, with the number of a hard link's names.
 * Inode numbers follow from the exhibit's number, the type or the day, so that they are
 * the same in every mount.
 *
 * The control thread changes the tree, any thread looks at it.  Items live as long as the
 * tree does, also those that were taken out of it.
 */
struct tree;
struct opening;

struct item {
	uint64_t number, ino, size;
	int64_t at;	     /* modified, or received, or deposited */
	int64_t received_at; /* or deposited, where that is not known */
	uint32_t day;	     /* days since 1970-01-01 */
	unsigned int type;
	atomic_bool gone; /* taken out: disposed of, or sealed to others now */
	char *name;
	struct opening *opening; /* desk.c's */
};

#define TREE_ROOT ((uint64_t)1)

struct tree *tree_new(const char *case_code) MUST_CHECK;
void tree_free(struct tree *tree);

enum tree_change { TREE_SAME, TREE_ADDED, TREE_REMOVED, TREE_NOMEM };
/* One row of the list.  *ret_item: whom it is about; NULL where there is no file of it
 * (physical, disposed, sealed to others). */
enum tree_change tree_see(struct tree *tree, const struct amana_exhibit *exhibit,
			  struct item **ret_item) MUST_CHECK;
/* The folders in which an item stands, for telling the kernel: case, type, day. */
#define TREE_PLACES 3
void tree_places(const struct item *item, uint64_t ret_inos[TREE_PLACES]);
/* The folders that list those: by-type, by-date. */
#define TREE_BY_TYPE ((uint64_t)3)
#define TREE_BY_DATE ((uint64_t)4)

/* Each: 0, or an errno value. */
int tree_stat(struct tree *tree, uint64_t ino, struct stat *ret);
int tree_lookup(struct tree *tree, uint64_t parent, const char *name, struct stat *ret);
/* NULL: not an exhibit. */
struct item *tree_item(struct tree *tree, uint64_t ino);
/* The file with the next higher number; NULL: there is none. */
struct item *tree_after(struct tree *tree, uint64_t number);
/* Every item, by number, also those taken out; false from `each` ends it. */
void tree_each(struct tree *tree, bool (*each)(void *ctx, struct item *item), void *ctx);

/* Entries after `offset` (0: from the beginning), in a fixed order in which new ones keep
 * their place; false from `entry` ends it. */
typedef bool tree_entry(void *ctx, const char *name, const struct stat *st,
			int64_t offset);
int tree_read(struct tree *tree, uint64_t ino, int64_t offset, tree_entry *entry,
	      void *ctx);

struct tree_totals {
	uint64_t n_files, n_bytes;
};
void tree_totals(struct tree *tree, struct tree_totals *ret);

#endif
