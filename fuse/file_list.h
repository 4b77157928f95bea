/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_FILE_LIST_H
#define FUSE_FILE_LIST_H

#include "attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The files of one folder, in the order of their exhibits' numbers.  Files that are gone
 * stay in the list, and are left out by whoever reads it.  Borrows the files; the array
 * is freed by its owner with heap_free.  Zeroed, it is empty.  No locks of its own: the
 * tree has one.
 */
struct tree_file;
struct file_list {
	struct tree_file **all;
	size_t n, cap;
	size_t n_there; /* those that are not gone; counted by whoever changes that */
};

/* The index of the file with that number, or of the first one above it; n: there is none.
 */
size_t file_list_find(const struct file_list *list, uint64_t number);
/* The file with that number, or NULL. */
struct tree_file *file_list_get(const struct file_list *list, uint64_t number);
/* Makes room for one more.  False: there is no memory, and the list is as it was. */
bool file_list_reserve(struct file_list *list) MUST_CHECK;
/* Puts in a file that is not there yet, for which room was made. */
void file_list_put(struct file_list *list, struct tree_file *file);

#endif
