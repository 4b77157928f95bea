/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_TREE_H
#define FUSE_TREE_H

#include "attributes.h"

#include "amana/exhibit.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/*
 * The folders and files that a mount shows:
 *
 *   CASE/0007 statement of V-003.pdf    every exhibit
 *   by-type/statement/0007 ...          the same files again, by the type that the
 *                                       depositor gave
 *   by-date/2026-04-30/0007 ...         and by the local day on which the office received
 *                                       them
 *
 * A file is one exhibit, and one inode wherever it stands, as with hard links.  Inode
 * numbers follow from the exhibit's number, the type or the day, so that they are the
 * same in every mount and nothing has to be remembered.
 *
 * Any thread may look; one thread changes the tree, which has a lock of its own.  Files
 * live as long as the tree does, also those that were taken out of it.
 */
struct tree;
struct opening;

struct tree_file {
	uint64_t number; /* of the exhibit */
	uint64_t ino;
	uint64_t size;	     /* bytes */
	int64_t at;	     /* modified, or else received; Unix seconds */
	int64_t received_at; /* or else deposited; Unix seconds */
	uint32_t day;	     /* received_at as a local day, counted from 1970-01-01 */
	unsigned int type;   /* as tree.c numbers the types */
	atomic_bool gone;    /* taken out: disposed of, or sealed to others now */
	char *name;	     /* the tree's */
	/* What first_open.c knows of it, under the lock of that; NULL: never opened. */
	struct opening *opening;
};

/* A tree of the case without files, changed and read from now on.  The files will seem to
 * belong to whoever runs this process.  NULL: no memory.  Freed by tree_free. */
struct tree *tree_new(const char *case_code) MUST_CHECK;
/* Frees the tree with all its files; NULL is fine. */
void tree_free(struct tree *tree);

enum tree_change {
	TREE_SAME,    /* nothing is to be seen of it that was not there before */
	TREE_ADDED,   /* a file has come, or come back */
	TREE_REMOVED, /* a file has gone */
	TREE_NOMEM,   /* there is no memory for it; the tree is as it was */
};
/* Takes in one row of the case's list.  *ret_file: the exhibit's file, gone or not; NULL
 * where there never was one (a physical thing, or from the beginning disposed of or
 * sealed to others). */
enum tree_change tree_see(struct tree *tree, const struct amana_exhibit *exhibit,
			  struct tree_file **ret_file) MUST_CHECK;

/* The folders that there always are. */
#define TREE_ROOT ((uint64_t)1)
#define TREE_BY_TYPE ((uint64_t)3)
#define TREE_BY_DATE ((uint64_t)4)
/* The inode numbers of the folders in which a file stands: case, type, day. */
#define TREE_N_PARENTS 3
void tree_parents(const struct tree_file *file, uint64_t ret_inos[TREE_N_PARENTS]);

/* What stat(2) says of that inode.  0, or ENOENT. */
int tree_stat(struct tree *tree, uint64_t ino, struct stat *ret);
/* The same of what has that name in the folder `parent`.  0, or ENOENT. */
int tree_lookup(struct tree *tree, uint64_t parent, const char *name, struct stat *ret);
/* The file of that inode number, gone or not; NULL: it is not a file's. */
struct tree_file *tree_find(struct tree *tree, uint64_t ino);
/* The file with the next higher exhibit number that is not gone; NULL: there is none. */
struct tree_file *tree_after(struct tree *tree, uint64_t number);

/* One entry of a folder, with the position from which a reader goes on after it.  False
 * ends the reading; the entry was not taken then. */
typedef bool tree_entry(void *ctx, const char *name, const struct stat *st,
			int64_t position);
/* Hands the entries of a folder behind `position` (0: all) to `entry`, in an order in
 * which each keeps its position while others come and go.  0, ENOENT or ENOTDIR.  `entry`
 * is called under the tree's lock: it must not use the tree. */
int tree_read(struct tree *tree, uint64_t ino, int64_t position, tree_entry *entry,
	      void *ctx);

struct tree_totals {
	uint64_t n_files, n_bytes;
};
/* How many files are not gone, and how many bytes they have together. */
void tree_totals(struct tree *tree, struct tree_totals *ret);

#endif
