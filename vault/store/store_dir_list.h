/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_DIR_LIST_H
#define STORE_STORE_DIR_LIST_H

#include "store/backend.h"

/* The operation `list` of a folder as a store (store_dir_core.h): one folder after the
 * other, each with its names in memory while it is gone through. */
int store_dir_list(struct store *store, const char *folder, store_list_fn *each,
		   void *arg, struct amana_error *err) MUST_CHECK;

#endif
